import CompressedModel

extension Float {
    /// The greatest finite binary16 number.
    package static let greatestHalf: Float = 65504

    /// The nearest finite binary16 number (ties to even), as the file stores levels and steps.
    package var roundedToHalf: Float {
        Binary16(rounding: min(max(self, -Self.greatestHalf), Self.greatestHalf)).value
    }
}
