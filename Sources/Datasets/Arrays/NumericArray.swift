/// An array of numbers as a data file holds it, in row-major (C) order.
package struct NumericArray: Equatable, Sendable {
    /// Bytes stay bytes, and whole numbers of up to 16 bits with a sign take 16; every other type of number becomes one of two. Whole
    /// numbers are exact, half precision is exact, double precision is rounded to nearest even.
    package enum Elements: Equatable, Sendable {
        case uint8([UInt8])
        case int16([Int16])
        case int64([Int64])
        case float32([Float])

        package var count: Int {
            switch self {
            case .uint8(let values): values.count
            case .int16(let values): values.count
            case .int64(let values): values.count
            case .float32(let values): values.count
            }
        }
    }

    /// Extents, the slowest-moving first; empty for a single number.
    package let shape: [Int]
    package let elements: Elements

    /// - Precondition: the shape has as many elements as are given.
    package init(shape: [Int], elements: Elements) {
        precondition(shape.elementCount == elements.count)
        self.shape = shape
        self.elements = elements
    }
}

extension [Int] {
    /// The number of elements of an array of this shape, if an `Int` can hold it with every extent of 0 taken for 1.
    ///
    /// That way no product over part of a shape can overflow either.
    var elementCount: Int? {
        var product = 1
        for extent in self {
            guard extent >= 0 else { return nil }
            let (next, overflow) = product.multipliedReportingOverflow(by: Swift.max(extent, 1))
            if overflow { return nil }
            product = next
        }
        return contains(0) ? 0 : product
    }
}
