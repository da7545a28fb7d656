extension Dataset {
    /// Bytes that its inputs and targets take.
    package var bytes: Int { count * inputs.bytesPerSample + labels.count * 4 + targetValues.count * 4 }
}

extension SampleInputs {
    fileprivate var bytesPerSample: Int {
        switch storage {
        case .bytes: featureCount
        case .shorts: 2 * featureCount
        case .floats: 4 * featureCount
        }
    }
}
