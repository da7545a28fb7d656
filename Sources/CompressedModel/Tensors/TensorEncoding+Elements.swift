extension TensorEncoding {
    /// The elements that the encoding stands for, row-major.
    ///
    /// - Precondition: indices of a codebook are within it; scales are as many as the rows and columns of the matrix.
    public var elements: [Float] {
        switch self {
        case .codebook(let magnitudes, let indices):
            indices.map { index in
                guard index != 0 else { return 0 }
                let magnitude = magnitudes[Int(index.magnitude) - 1]
                return index < 0 ? -magnitude : magnitude
            }
        case .uniform(let step, let indices): indices.map { Float($0) * step }
        case .scaled(let scaled): scaled.elements
        case .float32(let elements): elements
        }
    }
}
