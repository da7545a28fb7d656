/// Mixes several logits into one probability, with weights that learn online (M. Mahoney, "Adaptive Weighing of Context
/// Models for Lossless Data Compression", 2005), in integers.
public struct Mixer: Sendable {
    @usableFromInline let count: Int
    /// Step of gradient descent in 1/65,536.
    @usableFromInline let rate: Int
    /// Weights in 1/65,536, `count` for each context.
    @usableFromInline var weights: [Int]
    @usableFromInline var inputs: [Int]
    @usableFromInline var base = 0
    @usableFromInline var mixed = 32_768

    /// - Parameters:
    ///   - weights: the initial weights in 1/65,536, one for each input.
    ///   - contexts: how many sets of weights there are.
    ///   - rate: step of gradient descent in 1/65,536.
    public init(weights: [Int], contexts: Int = 1, rate: Int) {
        count = weights.count
        self.rate = rate
        self.weights = (0..<contexts).flatMap { _ in weights }
        inputs = [Int](repeating: 0, count: weights.count)
    }

    /// Sets an input to the logit of a probability.
    @inlinable public mutating func set(_ input: Int, probability: Int) {
        inputs[input] = LogisticScale.stretch(probability)
    }

    /// Sets an input to a logit in 1/256.
    @inlinable public mutating func set(_ input: Int, logit: Int) {
        inputs[input] = logit
    }

    /// The probability that the inputs give under the weights of `context`, in 1/65,536; 16 … 65,520.
    @inlinable public mutating func mix(context: Int = 0) -> Int {
        base = context &* count
        var sum = 0
        for i in 0..<count { sum &+= weights[base &+ i] &* inputs[i] }
        mixed = max(leastProbability, min(greatestProbability, LogisticScale.squash(sum >> 16)))
        return mixed
    }

    /// Moves the weights of the last `mix` towards the bit that came.
    @inlinable public mutating func update(_ bit: Int) {
        let error = (bit << 16 &- mixed) &* rate
        for i in 0..<count { weights[base &+ i] = Self.moved(weights[base &+ i], error, inputs[i]) }
    }

    /// A weight after a step.
    ///
    /// - Parameter error: of the probability, times the rate, in 2^-32.
    @inlinable static func moved(_ weight: Int, _ error: Int, _ input: Int) -> Int {
        max(-1 << 20, min(1 << 20, weight &+ (error &* input &+ 1 << 23) >> 24))
    }
}
