import CKernels

/// The arithmetic of one node of a plan: an operator for given shapes, with everything worked out that does not change
/// from pass to pass. A pass takes no memory.
package protocol Kernel: Sendable {
    var memory: KernelMemory { get }

    /// The most parts in which it is worth while to compute the outputs (see `ForwardPass.part`); 1 if they cannot be
    /// divided.
    var mostParts: Int { get }

    /// Brings weights into the order in which they are read; done once per change of the weights.
    func pack(_ pass: PackingPass)

    /// Computes the outputs from the inputs.
    func forward(_ pass: ForwardPass)

    /// Computes, and overwrites, the gradients of those inputs whose gradient is wanted.
    func backward(_ pass: BackwardPass)

    /// Which numbers of the inputs and outputs `backward` reads again: the others need not be there any more.
    ///
    /// - Parameter wanted: by input, whether its gradient is.
    func valuesReadBack(_ wanted: [Bool]) -> ValuesReadBack
}

extension Kernel {
    package var memory: KernelMemory { KernelMemory() }
    package var mostParts: Int { 1 }
    package func pack(_ pass: PackingPass) {}
    package func valuesReadBack(_ wanted: [Bool]) -> ValuesReadBack { ValuesReadBack(inputs: Set(wanted.indices), outputs: true) }
}

/// Inputs and outputs of a node that its pass back reads.
package struct ValuesReadBack: Sendable {
    /// Their positions.
    package let inputs: Set<Int>
    /// Whether all outputs are read, or none.
    package let outputs: Bool

    package static let none = ValuesReadBack()

    package init(inputs: Set<Int> = [], outputs: Bool = false) {
        self.inputs = inputs
        self.outputs = outputs
    }

    /// Factors of a product: the gradient of each asks for the other.
    package static func factors(_ wanted: [Bool]) -> ValuesReadBack { ValuesReadBack(inputs: Set([0, 1].filter { wanted[1 - $0] })) }
}

extension Kernel {
    /// Multiply-adds that take a few microseconds, beside which handing them over to a thread does not matter.
    package static var leastPart: Int { 1 << 17 }
}

extension Int {
    /// Floats that fill cache lines, which memory is shared out in.
    package var wholeCacheLines: Int { (self + 15) / 16 * 16 }
}

/// Packed weights and working memory of a kernel, in floats.
package struct KernelMemory: Sendable {
    package var packedForward = 0
    package var packedGradient = 0
    package var scratch = 0
    /// What a pass forward leaves for the pass back.
    package var retained = 0

    package init(packedForward: Int = 0, packedGradient: Int = 0, scratch: Int = 0, retained: Int = 0) {
        self.packedForward = packedForward
        self.packedGradient = packedGradient
        self.scratch = scratch
        self.retained = retained
    }
}
