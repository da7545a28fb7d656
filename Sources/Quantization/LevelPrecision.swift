extension Float {
    /// The greatest number that a level can be.
    package static let greatestLevel: Float = 65024

    /// The nearest number that the file holds in the fewest bits (ties to even), as levels and steps are: a finite
    /// binary16 number of which the low four bits are zero, so that six bits of the fraction are left.
    package var roundedToLevel: Float {
        let bounded = min(max(self, -Self.greatestLevel), Self.greatestLevel)
        // Below 2^-14 numbers are 2^-20 apart.
        guard bounded.magnitude >= 0x1p-14 else { return (bounded * 0x1p20).rounded(.toNearestOrEven) * 0x1p-20 }
        return Float(bitPattern: (bounded.bitPattern + 0xFFFF + bounded.bitPattern >> 17 & 1) & ~0x1FFFF)
    }
}
