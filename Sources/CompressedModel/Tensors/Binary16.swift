/// IEEE 754 binary16, by its bit pattern. (`Float16` does not exist on every platform.)
package struct Binary16: Equatable, Sendable {
    package var bits: UInt16

    package init(bits: UInt16) {
        self.bits = bits
    }

    /// The binary16 number nearest to `value`, ties to even; beyond the range, infinity.
    package init(rounding value: Float) {
        let sign = UInt16(truncatingIfNeeded: value.bitPattern >> 16) & 0x8000
        let magnitude = value.bitPattern & 0x7FFF_FFFF
        switch magnitude {
        case 0x7F80_0001...: bits = sign | 0x7E00
        case 0x477F_F000...: bits = sign | 0x7C00
        case 0x3880_0000...:
            let rebiased = magnitude - 112 << 23
            bits = sign | UInt16((rebiased + 0xFFF + rebiased >> 13 & 1) >> 13)
        default:
            // Subnormal: a multiple of 2^-24.
            let scaled = Float(bitPattern: magnitude) * 0x1p24
            bits = sign | UInt16(scaled.rounded(.toNearestOrEven))
        }
    }

    /// The number itself.
    package var value: Float {
        let exponent = Int(bits >> 10 & 0x1F)
        let fraction = UInt32(bits & 0x3FF)
        let sign = UInt32(bits & 0x8000) << 16
        switch exponent {
        case 0:
            let magnitude = Float(fraction) * 0x1p-24
            return Float(bitPattern: magnitude.bitPattern | sign)
        case 31: return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
        default: return Float(bitPattern: sign | UInt32(exponent + 112) << 23 | fraction << 13)
        }
    }

    /// The bit pattern of a finite number that is not negative and exact in binary16.
    static func exact(_ value: Float) -> Binary16? {
        let rounded = Binary16(rounding: value)
        let isExact = rounded.value.bitPattern == value.bitPattern
        return isExact && rounded.bits < 0x7C00 ? rounded : nil
    }
}
