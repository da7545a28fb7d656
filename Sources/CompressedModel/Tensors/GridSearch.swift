import EntropyCoding

/// Finds the grid that the columns of a matrix form, as the pixels of an image do.
///
/// The choice matters to the coded size alone; a decoder reads the grid.
enum GridSearch {
    /// The grid that the nonzeros of the columns suggest. Squares are taken as they are; for a width, the real coder has
    /// to take fewer bits with it.
    static func grid(_ encoding: TensorEncoding, _ dimensions: [Int]) -> ColumnGrid {
        if case .scaled = encoding { return .none }
        guard dimensions.count == 2, dimensions[1] >= 16 else { return .none }
        let nonzeros = columnNonzeros(encoding, columns: dimensions[1])
        let width = width(nonzeros)
        let isImage = width.map { $0 * $0 == nonzeros.count } ?? false
        if !isImage, let side = side(nonzeros) { return ColumnGrid(width: side, height: side) }
        guard let width else { return .none }
        let grid = ColumnGrid(width: width, height: 0)
        let plain = codedBits(encoding, dimensions, grid: .none)
        return codedBits(encoding, dimensions, grid: grid) < plain ? grid : .none
    }

    /// The width, a divisor of the number of columns, at which columns below each other are most alike, when they are
    /// more alike than any two columns.
    private static func width(_ nonzeros: [Int]) -> Int? {
        let columns = nonzeros.count
        let mean = nonzeros.reduce(0, +) / columns
        let spread = nonzeros.reduce(0) { $0 + abs($1 - mean) }
        var best: (width: Int, difference: Int)?
        for width in 3...columns / 3 where columns % width == 0 {
            let difference = (width..<columns).reduce(0) { $0 + abs(nonzeros[$1] - nonzeros[$1 - width]) }
            let scaled = difference * columns / (columns - width)
            if scaled < best?.difference ?? .max { best = (width, scaled) }
        }
        return best.flatMap { $0.difference < spread ? $0.width : nil }
    }

    /// The side of squares that the columns may be channels of: where channels differ most, by a ratio of variances
    /// (R. A. Fisher, 1925) of more than 2.
    private static func side(_ nonzeros: [Int]) -> Int? {
        let columns = nonzeros.count
        let squares = nonzeros.reduce(0) { $0 + $1 * $1 }
        let sum = nonzeros.reduce(0, +)
        var best: (side: Int, ratio: Double)?
        for side in 2...8 where columns % (side * side) == 0 && columns > side * side {
            let channels = columns / (side * side)
            let sums = (0..<channels).map { channel in
                nonzeros[channel * side * side..<(channel + 1) * side * side].reduce(0, +)
            }
            let between = sums.reduce(0) { $0 + $1 * $1 } / (side * side) - sum * sum / columns
            let within = squares - sums.reduce(0) { $0 + $1 * $1 } / (side * side)
            let ratio = Double(between * (columns - channels)) / Double(max(1, within * (channels - 1)))
            if ratio > best?.ratio ?? 2 { best = (side, ratio) }
        }
        return best?.side
    }

    private static func columnNonzeros(_ encoding: TensorEncoding, columns: Int) -> [Int] {
        switch encoding {
        case .codebook(_, let indices): columnNonzeros(indices, columns) { $0 != 0 }
        case .uniform(_, let indices): columnNonzeros(indices, columns) { $0 != 0 }
        case .scaled(let scaled): columnNonzeros(scaled.indices, columns) { $0 != 0 }
        case .float32(let elements): columnNonzeros(elements, columns) { $0 != 0 }
        }
    }

    private static func columnNonzeros<Element>(
        _ elements: [Element], _ columns: Int, _ isNonzero: (Element) -> Bool
    ) -> [Int] {
        var result = [Int](repeating: 0, count: columns)
        for start in stride(from: 0, to: elements.count, by: columns) {
            for column in 0..<columns where isNonzero(elements[start + column]) { result[column] += 1 }
        }
        return result
    }
}

extension InitializerDescription {
    mutating func chooseGrid() {
        if case .float(let encoding) = content { grid = GridSearch.grid(encoding, dimensions) }
    }
}

extension NetworkCodec<RangeEncoder> {
    /// What predicted levels must save, of what is coded, to be worth the time that their decoding takes.
    private static let leastSaving = 128

    /// Codes the content of an initializer in place, with levels predicted where that makes it clearly shorter.
    mutating func shortestContent(_ initializer: inout InitializerDescription) throws {
        guard version >= 6, initializer.isPredictable else { return try content(&initializer) }
        let start = coder.size
        var (codec, predicted) = (self, initializer)
        predicted.isPredicted = true
        try codec.content(&predicted)
        try content(&initializer)
        let saved = coder.size - codec.coder.size
        if saved > 64 << 16, saved > (coder.size - start) / Self.leastSaving { (self, initializer) = (codec, predicted) }
    }
}

/// The bits that the content of one tensor takes in a file, in 1/65,536.
func codedBits(_ encoding: TensorEncoding, _ dimensions: [Int], grid: ColumnGrid) -> Int {
    var codec = NetworkCodec(coder: RangeEncoder(), budget: Budget(), version: FileHeader.versions.upperBound)
    var initializer = InitializerDescription(dataType: .float, dimensions: dimensions, content: .float(encoding), grid: grid)
    // Malformations are thrown only for what is read, and budgets without limits never.
    try? codec.shortestContent(&initializer)
    return codec.coder.size
}

/// The bits that the content of one tensor takes in a file: the real coder's count, but without what the biases of
/// other layers would have taught it.
///
/// - Precondition: the encoding keeps the rules that its cases state and has as many elements as the dimensions say.
package func codedSize(of encoding: TensorEncoding, dimensions: [Int]) -> Double {
    precondition(checkedCount(dimensions) == encoding.count, "the number of elements must fit the dimensions")
    let bits = codedBits(encoding, dimensions, grid: GridSearch.grid(encoding, dimensions))
    return Double(bits) / 65_536
}
