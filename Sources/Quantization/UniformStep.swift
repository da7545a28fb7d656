/// A uniform quantizer for tensors that are no weights: biases and scales.
package struct UniformStep: Sendable, Equatable {
    /// Exact in binary16.
    package let step: Float

    /// - Parameter levels: steps from zero to the greatest magnitude.
    package init(_ values: some Collection<Float>, levels: Int) {
        let most = values.reduce(0) { max($0, $1.magnitude) }
        let rounded = (most / Float(levels)).roundedToLevel
        step = rounded > 0 ? rounded : Float(sign: .plus, exponent: -24, significand: 1)
    }

    /// A step that was chosen before.
    init(step: Float) { self.step = step }

    /// Beyond this an index is no exact `Float`.
    static let greatestIndex: Float = 0x1p24

    package func index(_ value: Float) -> Int32 {
        Int32(min(max((value / step).rounded(.toNearestOrEven), -Self.greatestIndex), Self.greatestIndex))
    }

    package func value(_ index: Int32) -> Float { Float(index) * step }
}
