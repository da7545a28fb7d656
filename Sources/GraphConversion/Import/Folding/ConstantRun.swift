import CKernels
import NeuralGraph

/// A kernel that runs once, on constants as one sample, in memory of its own.
struct ConstantRun {
    private let kernel: any Kernel
    private let inputs: [[Float]]
    private var inputPlaces: [BufferPlace?] = []
    private var outputPlaces: [BufferPlace] = []
    private var offsets: (retained: Int, packed: Int) = (0, 0)
    private var count = 0

    init(_ kernel: any Kernel, _ inputs: [[Float]], outputs: [[Int]]) {
        self.kernel = kernel
        self.inputs = inputs
        for input in inputs {
            inputPlaces.append(input.isEmpty ? nil : BufferPlace(.values, offset: take(input.count), count: input.count))
        }
        for shape in outputs {
            let elements = shape.reduce(1, *)
            outputPlaces.append(BufferPlace(.values, offset: take(elements), count: elements))
        }
        offsets.retained = take(kernel.memory.retained)
        offsets.packed = take(kernel.memory.packedForward)
    }

    /// Reserves whole cache lines.
    private mutating func take(_ floats: Int) -> Int {
        defer { count += floats.wholeCacheLines }
        return count
    }

    func outputs() -> [[Float]] {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, count) * MemoryLayout<Float>.stride, alignment: 64)
        defer { memory.deallocate() }
        let floats = memory.bindMemory(to: Float.self)
        floats.update(repeating: 0)
        guard let base = floats.baseAddress else { return [] }
        for (input, place) in zip(inputs, inputPlaces) {
            if let place { (base + place.offset).update(from: input, count: input.count) }
        }
        run(base)
        return outputPlaces.map { Array(floats[$0.offset..<$0.offset + $0.count]) }
    }

    private func run(_ base: UnsafeMutablePointer<Float>) {
        let previous = ck_floating_point_begin()
        defer { ck_floating_point_end(previous) }
        let pass = PassMemory(parameters: base)
        inputPlaces.withUnsafeBufferPointer { inputs in
            outputPlaces.withUnsafeBufferPointer { outputs in
                let operands = OptionalBuffers(inputs, in: pass)
                kernel.pack(
                    PackingPass(inputs: operands, packedForward: base + offsets.packed, packedGradient: nil, passesGradientOn: false))
                kernel.forward(
                    ForwardPass(
                        inputs: operands, outputs: Buffers(outputs, in: pass), packedForward: base + offsets.packed,
                        retained: base + offsets.retained, epilogue: CKEpilogue(addend: nil, relu: false, mask: nil),
                        part: CKPart(index: 0, count: 1)))
            }
        }
    }
}
