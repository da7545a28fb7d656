import EntropyCoding

/// Finds the width of the grid that the columns of a matrix form, as the pixels of an image do.
///
/// The choice matters to the coded size alone; a decoder reads the width.
enum GridSearch {
    /// The width under which `encoding` takes fewest bits; 0 for none, and where the rank is not 2.
    static func width(_ encoding: TensorEncoding, _ dimensions: [Int]) -> Int {
        guard dimensions.count == 2, let candidate = candidate(encoding, columns: dimensions[1]) else { return 0 }
        let plain = codedBits(encoding, dimensions, grid: 0)
        return codedBits(encoding, dimensions, grid: candidate) < plain ? candidate : 0
    }

    /// The width, a divisor of the number of columns, at which columns below each other are most alike, when they are
    /// more alike than any two columns.
    private static func candidate(_ encoding: TensorEncoding, columns: Int) -> Int? {
        guard columns >= 16 else { return nil }
        let nonzeros = columnNonzeros(encoding, columns: columns)
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

    private static func columnNonzeros(_ encoding: TensorEncoding, columns: Int) -> [Int] {
        switch encoding {
        case .codebook(_, let indices): columnNonzeros(indices, columns) { $0 != 0 }
        case .uniform(_, let indices): columnNonzeros(indices, columns) { $0 != 0 }
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
        if case .float(let encoding) = content { grid = GridSearch.width(encoding, dimensions) }
    }
}

/// The bits that the content of one tensor takes in a file, in 1/65,536.
func codedBits(_ encoding: TensorEncoding, _ dimensions: [Int], grid: Int) -> Int {
    var codec = NetworkCodec(coder: RangeEncoder(), budget: Budget())
    // Malformations are thrown only for what is read, and budgets without limits never.
    _ = try? codec.floatElements(encoding, dimensions, grid: grid)
    return codec.coder.size
}

/// The bits that the content of one tensor takes in a file: the real coder's count, but without what the biases of
/// other layers would have taught it.
///
/// - Precondition: the encoding keeps the rules that its cases state and has as many elements as the dimensions say.
package func codedSize(of encoding: TensorEncoding, dimensions: [Int]) -> Double {
    precondition(checkedCount(dimensions) == encoding.count, "the number of elements must fit the dimensions")
    let bits = codedBits(encoding, dimensions, grid: GridSearch.width(encoding, dimensions))
    return Double(bits) / 65_536
}
