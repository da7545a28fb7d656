import CKernels

/// How the learning rate moves from the first step of a phase to the last.
package enum Schedule: String, Sendable {
    case constant
    /// Half a cosine wave (Loshchilov and Hutter, 2017) down to a fraction of the first rate.
    case cosine

    /// - Parameters:
    ///   - progress: 0 at the first step, 1 at the end.
    ///   - floor: the last rate as a fraction of the first, for `cosine`.
    package func rate(_ first: Double, at progress: Double, floor: Double = 0.05) -> Float {
        switch self {
        case .constant: Float(first)
        case .cosine: Float(first * (floor + (1 - floor) * 0.5 * (1 + ck_cospi(min(max(progress, 0), 1)))))
        }
    }
}
