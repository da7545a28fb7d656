import AllocationCounter
import CKernels
import Execution
import NeuralGraph
import ONNX
import TestNetworks
import Testing
import Training

@Suite struct TrainingStepTests {
    /// Convolutions of every kind, a residual addition, all that layers take along, both kinds of pooling.
    private static func network() throws -> Graph {
        var network = NetworkBuilder(input: [2, 7, 7])
        network.convolution("conv1", 18, pad: 1)
        network.relu()
        let shortcut = network.current
        network.convolution("conv2", 18, pad: 1)
        network.node("Add", [shortcut], shape: network.shape)
        network.relu()
        network.convolution("depthwise", 18, groups: 18)
        network.batchNormalization("norm")
        network.maxPool(2)
        network.convolution("groups", 6, kernel: 2, groups: 3)
        network.node("Tanh", shape: network.shape)
        network.node("GlobalAveragePool", shape: [6, 1, 1])
        network.flatten()
        network.gemm("fc1", 20)
        network.relu()
        network.gemm("fc2", 4)
        network.softmax()
        return try network.graph()
    }

    private static func run(threads: Int = 1) throws -> TrainingRun {
        let graph = try network()
        let context = try TrainingContext.synthetic(for: graph, classes: 4, shape: [2, 7, 7], threads: threads)
        return TrainingRun(graph, context: context, optimizer: context.optimizer, name: "train")
    }

    private static func step(_ run: inout TrainingRun) throws {
        _ = try run.computeGradient { latent, effective in effective.copy(from: latent) }
        run.descend(rate: 0.01)
    }

    private static func bitsAfterTraining(threads: Int = 1) throws -> [UInt32] {
        var run = try run(threads: threads)
        for _ in 0..<50 { try step(&run) }
        return run.network(run.latent).parameterBits
    }

    @Test func fiftyStepsGiveTheSameBitsWithEveryInstructionSet() throws {
        let expected = try Self.bitsAfterTraining()
        defer { ck_release_instruction_set_for_thread() }
        var sets = 0
        for set in [CK_SCALAR, CK_AVX2, CK_AVX512, CK_NEON] where ck_force_instruction_set_for_thread(set) {
            #expect(try Self.bitsAfterTraining() == expected, "\(set)")
            sets += 1
        }
        #expect(sets > 0)
    }

    @Test(arguments: [2, 3]) func fiftyStepsGiveTheSameBitsForAnyNumberOfThreads(_ threads: Int) throws {
        #expect(try Self.bitsAfterTraining(threads: threads) == Self.bitsAfterTraining())
    }

    @Test(.enabled(if: allocations_of_this_thread() >= 0)) func stepTakesNoMemory() throws {
        var run = try Self.run()
        try Self.step(&run)
        let before = allocations_of_this_thread()
        // An epoch has four steps; the order of the next one is made anew.
        for _ in 0..<3 { try Self.step(&run) }
        #expect(allocations_of_this_thread() == before)
        let counted = allocations_of_this_thread()
        _ = [Int](repeating: 1, count: Int.random(in: 100...200)).map { $0 + 1 }
        #expect(allocations_of_this_thread() > counted, "the count stands still")
    }
}
