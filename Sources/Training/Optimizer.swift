import CKernels
import Execution

/// How weights follow their gradients.
package enum OptimizerSettings: Sendable, Equatable {
    /// Momentum as a running sum of gradients.
    case sgd(learningRate: Double, momentum: Double)
    /// Kingma and Ba (2015), with decay rates 0.9 and 0.99.
    case adam(learningRate: Double)

    package var learningRate: Double {
        switch self {
        case .sgd(let rate, _), .adam(let rate): rate
        }
    }

    /// The same method with another rate.
    package func scaled(by factor: Double) -> OptimizerSettings {
        switch self {
        case .sgd(let rate, let momentum): .sgd(learningRate: rate * factor, momentum: momentum)
        case .adam(let rate): .adam(learningRate: rate * factor)
        }
    }
}

/// An optimizer's memory of one flat buffer of weights.
package struct Optimizer {
    package let settings: OptimizerSettings
    /// Running mean of gradients (Adam) or velocity (SGD).
    package private(set) var first: FloatBuffer
    /// Running mean of squared gradients, whatever the method: a measure of each weight's Fisher information.
    package private(set) var second: FloatBuffer
    private var power1 = 1.0
    private var power2 = 1.0

    private static let beta1 = 0.9
    private static let beta2 = 0.99

    package init(_ settings: OptimizerSettings, count: Int) {
        self.settings = settings
        first = FloatBuffer(count: count)
        second = FloatBuffer(count: count)
    }

    /// One step down the gradient, on several threads.
    package mutating func step(
        _ weights: FloatBuffer, gradient: FloatBuffer, rate: Float, parallel: Parallel
    ) {
        power1 *= Self.beta1
        power2 *= Self.beta2
        let correction1 = Float(1 - power1)
        let correction2 = Float(1 - power2)
        let (settings, first, second) = (settings, first, second)
        parallel.forEachPart(of: weights.count) { range in
            let count = Int64(range.count)
            let (w, g) = (weights.pointer + range.lowerBound, gradient.pointer + range.lowerBound)
            let (m, s) = (first.pointer + range.lowerBound, second.pointer + range.lowerBound)
            switch settings {
            case .adam:
                ck_adam(
                    count, rate, Float(Self.beta1), Float(Self.beta2), 1e-8, correction1, correction2, g, m, s, w)
            case .sgd(_, let momentum):
                ck_second_moment(count, Float(Self.beta2), g, s)
                ck_sgd(count, rate, Float(momentum), g, m, w)
            }
        }
    }

    /// Takes a gradient into the second moments and moves no weight.
    package mutating func observe(_ gradient: FloatBuffer) {
        power2 *= Self.beta2
        ck_second_moment(Int64(second.count), Float(Self.beta2), gradient.pointer, second.pointer)
    }

    package func write(to state: inout StateWriter) {
        state.add(first)
        state.add(second)
        state.add(power1)
        state.add(power2)
    }

    package mutating func read(from state: inout StateReader) throws(StateMismatch) {
        try state.fill(first)
        try state.fill(second)
        power1 = try state.value()
        power2 = try state.value()
    }

    /// Keeps the memory of the elements that remain when units are removed.
    package mutating func select(_ select: (FloatBuffer) -> FloatBuffer) {
        first = select(first)
        second = select(second)
    }
}

extension Parallel {
    static let partSize = 16384

    static func parts(of count: Int) -> Int { (count + partSize - 1) / partSize }

    /// Calls `body` for consecutive parts of `0 ..< count`, cut at the same places for any number of threads.
    package func forEachPart(of count: Int, _ body: @Sendable (Range<Int>) -> Void) {
        forEach(Self.parts(of: count)) { part, _ in
            body(part * Self.partSize..<min(count, (part + 1) * Self.partSize))
        }
    }
}
