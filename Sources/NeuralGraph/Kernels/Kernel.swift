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
}

extension Kernel {
    package var memory: KernelMemory { KernelMemory() }
    package var mostParts: Int { 1 }
    package func pack(_ pass: PackingPass) {}
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
