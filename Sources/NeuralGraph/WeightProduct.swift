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
        /// By element of the window and position, the place in a channel of the input, which is so large; -1 for padding.
        case volume(places: [Int32], size: Int)
        /// Rows of the input with a matrix `[columns, units]`.
        case rows
    }

    init(_ shape: CKConvolution) {
        groups = Int(shape.groups)
        units = Int(shape.outputChannels / shape.groups)
        columns = Int(shape.inputChannels / shape.groups * shape.kernelHeight * shape.kernelWidth)
        positions = Int(shape.outputHeight * shape.outputWidth)
        form = .convolution(shape)
    }

    /// A convolution over three spatial axes: `[C, D, H, W]` to `[O, D, H, W]`.
    init(_ window: Window, groups: Int, input: [Int], output: [Int]) {
        self.groups = groups
        units = output[0] / groups
        columns = input[0] / groups * window.kernel.reduce(1, *)
        positions = output.dropFirst().reduce(1, *)
        let tables = window.tapTables(input: Array(input.dropFirst()), output: Array(output.dropFirst()))
        form = .volume(places: TapTable.places(tables), size: input.dropFirst().reduce(1, *))
    }

    init(rows: Int, columns: Int, units: Int) {
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
        of value: UnsafePointer<Float>, lanes: Int, group: Int, positions: Range<Int>, into target: UnsafeMutablePointer<Float>
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
        if case .volume(let places, let size) = form {
            let window = places.count / positions
            let place = places[column % window * positions + position]
            return place < 0 ? nil : (group * (columns / window) + column / window) * size + Int(place)
        }
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
