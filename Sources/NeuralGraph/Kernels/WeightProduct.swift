import CKernels

/// What a layer computes, as products of matrices: in each group, units × columns of the weight with columns × positions of the
/// input. A convolution has a position for each place of its window, and a column for each element in the window.
package struct WeightProduct: Sendable {
    package let groups: Int
    /// Of a group.
    package let units: Int
    package let columns: Int
    package let positions: Int
    private let form: Form

    private enum Form: Sendable {
        case convolution(CKConvolution)
        /// Depth, rows and columns.
        case volume([TapTable])
        /// Rows of the input with a matrix `[columns, units]`.
        case rows
    }

    package init(_ shape: CKConvolution) {
        groups = Int(shape.groups)
        units = Int(shape.outputChannels / shape.groups)
        columns = Int(shape.inputChannels / shape.groups * shape.kernelHeight * shape.kernelWidth)
        positions = Int(shape.outputHeight * shape.outputWidth)
        form = .convolution(shape)
    }

    /// A convolution over three spatial axes: `[C, D, H, W]` to `[O, D, H, W]`.
    ///
    /// - Parameter tables: of depth, rows and columns.
    package init(_ tables: [TapTable], groups: Int, input: [Int], output: [Int]) {
        self.groups = groups
        units = output[0] / groups
        columns = tables.reduce(input[0] / groups) { $0 * $1.taps }
        positions = output.dropFirst().reduce(1, *)
        form = .volume(tables)
    }

    package init(rows: Int, columns: Int, units: Int) {
        groups = 1
        self.units = units
        self.columns = columns
        positions = rows
        form = .rows
    }

    /// Where an element of the weight stands in it.
    package func weightIndex(group: Int, unit: Int, column: Int) -> Int {
        switch form {
        case .convolution, .volume: (group * units + unit) * columns + column
        case .rows: column * units + unit
        }
    }

    /// Copies what the columns of a group are multiplied with: `[column][position][lane]`.
    ///
    /// - Parameter value: the input, `[element][lane]`.
    package func copyColumns(
        of value: UnsafePointer<Float>, lanes: Int, group: Int, positions: some Collection<Int>, into target: UnsafeMutablePointer<Float>
    ) {
        var place = target
        for column in 0..<columns {
            for position in positions {
                if let element = element(group: group, column: column, position: position) {
                    place.update(from: value + element * lanes, count: lanes)
                } else {
                    place.update(repeating: 0, count: lanes)
                }
                place += lanes
            }
        }
    }

    /// Of the input; `nil` for padding.
    private func element(group: Int, column: Int, position: Int) -> Int? {
        if case .volume(let tables) = form { return element(tables, group: group, column: column, position: position) }
        guard case .convolution(let shape) = form else { return position * columns + column }
        let window = Int(shape.kernelHeight * shape.kernelWidth)
        let (channel, place) = (group * (columns / window) + column / window, column % window)
        let row = position / Int(shape.outputWidth) * Int(shape.strideHeight) - Int(shape.padTop)
            + place / Int(shape.kernelWidth) * Int(shape.dilationHeight)
        let column = position % Int(shape.outputWidth) * Int(shape.strideWidth) - Int(shape.padLeft)
            + place % Int(shape.kernelWidth) * Int(shape.dilationWidth)
        guard (0..<Int(shape.inputHeight)).contains(row), (0..<Int(shape.inputWidth)).contains(column) else { return nil }
        return (channel * Int(shape.inputHeight) + row) * Int(shape.inputWidth) + column
    }
}

extension WeightProduct {
    private func element(_ tables: [TapTable], group: Int, column: Int, position: Int) -> Int? {
        let window = tables.reduce(1) { $0 * $1.taps }
        var element = group * (columns / window) + column / window
        var (taps, results) = (window, positions)
        for table in tables {
            taps /= table.taps
            results /= table.results
            guard let source = table.source(of: position / results % table.results, tap: column % window / taps % table.taps) else {
                return nil
            }
            element = element * table.length + source
        }
        return element
    }
}

extension Graph {
    /// - Returns: `nil` for layers that are no such product, as recurrent ones, or whose input is the weight's left factor.
    package func product(of layer: Layer) -> (input: Int, product: WeightProduct)? {
        let node = nodes[layer.node]
        guard node.inputs.count > 1, let input = node.inputs[0].value, node.inputs[1] == .parameter(layer.weight) else { return nil }
        let shapes = OperandShapes(
            lanes: 1, inputs: node.inputs.map(operandShape), outputs: node.outputs.map { values[$0].shape })
        return node.operation.weightProduct(shapes).map { (input, $0) }
    }
}
