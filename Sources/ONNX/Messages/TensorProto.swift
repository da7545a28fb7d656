import Foundation

/// A constant tensor.
public struct TensorProto: Equatable, Sendable {
    public var name: String
    public var dimensions: [Int]
    public var dataType: DataType
    /// The elements, little-endian, row-major, whichever field or external file they came from; 4-bit elements are
    /// packed two to a byte, the first one in the low half. Empty for string tensors, whose elements are in `strings`.
    ///
    /// Content read from a file is a slice of the mapped file where it stands there as it is: its indices start at
    /// `startIndex`, not at 0, and the file stays mapped for as long as the slice lives.
    public var content: Data
    public var strings: [[UInt8]] = []
    public var documentation = ""
    public var unknownFields: UnknownFields = []
    public init(name: String = "", dimensions: [Int], dataType: DataType, content: Data) {
        self.name = name
        self.dimensions = dimensions
        self.dataType = dataType
        self.content = content
    }
}

extension TensorProto {
    /// The product of the dimensions: 1 for a scalar. Tensors that were read have one within `Int`.
    public var elementCount: Int {
        guard let count = Self.elementCount(of: dimensions) else {
            preconditionFailure("the dimensions of tensor \(name) have no product")
        }
        return count
    }

    /// `nil` when a dimension is negative or the product is beyond `Int`.
    static func elementCount(of dimensions: [Int]) -> Int? {
        if dimensions.contains(where: { $0 < 0 }) { return nil }
        if dimensions.contains(0) { return 0 }
        var count = 1
        for dimension in dimensions {
            let (product, overflow) = count.multipliedReportingOverflow(by: dimension)
            if overflow { return nil }
            count = product
        }
        return count
    }
}
