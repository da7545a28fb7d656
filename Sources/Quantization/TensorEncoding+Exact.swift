import CompressedModel

extension TensorEncoding {
    /// How the file holds numbers as they are: all at one level where they are all the same, as the variances of a normalization whose
    /// scale says all.
    package static func exact(_ values: [Float]) -> TensorEncoding {
        guard let first = values.first, first != 0, first.magnitude.roundedToLevel == first.magnitude,
            values.allSatisfy({ $0.bitPattern == first.bitPattern })
        else { return .float32(values) }
        return .uniform(step: first.magnitude, indices: [Int32](repeating: first < 0 ? -1 : 1, count: values.count))
    }
}
