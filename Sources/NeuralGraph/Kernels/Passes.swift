import CKernels

/// Memory of an operand during a pass: `[element][lane]` when batched, `[element]` when not.
package struct Buffer {
    package let pointer: UnsafeMutablePointer<Float>
    /// Floats, lanes included.
    package let count: Int
}

/// The beginnings of the memory that a pass works in. Threads that share a pass write to different parts of it.
package struct PassMemory: @unchecked Sendable {
    package let parameters: UnsafeMutablePointer<Float>
    package let values: UnsafeMutablePointer<Float>
    /// Of values and of parameters.
    package let valueGradients: UnsafeMutablePointer<Float>
    package let parameterGradients: UnsafeMutablePointer<Float>
    package let temporaries: UnsafeMutablePointer<Float>

    package init(
        parameters: UnsafeMutablePointer<Float>, values: UnsafeMutablePointer<Float>,
        valueGradients: UnsafeMutablePointer<Float>, parameterGradients: UnsafeMutablePointer<Float>,
        temporaries: UnsafeMutablePointer<Float>
    ) {
        self.parameters = parameters
        self.values = values
        self.valueGradients = valueGradients
        self.parameterGradients = parameterGradients
        self.temporaries = temporaries
    }

    /// For packing, which reads parameters alone.
    package init(parameters: UnsafeMutablePointer<Float>) {
        self.init(
            parameters: parameters, values: parameters, valueGradients: parameters, parameterGradients: parameters,
            temporaries: parameters)
    }
}

/// Where an operand stands in the memory of every pass.
package struct BufferPlace: Sendable {
    package enum Region: Sendable { case parameters, values, valueGradients, parameterGradients, temporaries }

    package let region: Region
    /// Floats from the beginning of the region.
    package let offset: Int
    /// Floats, lanes included.
    package let count: Int

    package init(_ region: Region, offset: Int, count: Int) {
        self.region = region
        self.offset = offset
        self.count = count
    }

    package func pointer(in memory: PassMemory) -> UnsafeMutablePointer<Float> {
        switch region {
        case .parameters: memory.parameters + offset
        case .values: memory.values + offset
        case .valueGradients: memory.valueGradients + offset
        case .parameterGradients: memory.parameterGradients + offset
        case .temporaries: memory.temporaries + offset
        }
    }

    fileprivate func buffer(in memory: PassMemory) -> Buffer { Buffer(pointer: pointer(in: memory), count: count) }
}

/// Which of several equal parts of the values of a pass a kernel works on; parameters are there for all of them.
package struct PassSlice {
    let index: Int
    let count: Int
    /// By position of an input: where the gradient of a parameter stands in `scratch`; `nil` for values.
    let parameters: [Int?]
    /// `nil` where parameters are in their own place.
    package var scratch: UnsafeMutablePointer<Float>?

    package init(index: Int, count: Int, parameters: [Int?], scratch: UnsafeMutablePointer<Float>? = nil) {
        self.index = index
        self.count = count
        self.parameters = parameters
        self.scratch = scratch
    }

    func part(of buffer: Buffer) -> Buffer {
        Buffer(pointer: buffer.pointer + index * (buffer.count / count), count: buffer.count / count)
    }

    package func part(of buffer: Buffer, at position: Int) -> Buffer {
        guard let offset = parameters[position] else { return part(of: buffer) }
        return scratch.map { Buffer(pointer: $0 + offset, count: buffer.count) } ?? buffer
    }
}

/// Operands of a node, some of which may be left out.
package struct OptionalBuffers {
    private let places: UnsafeBufferPointer<BufferPlace?>
    private let memory: PassMemory
    private var slice: PassSlice?

    package init(_ places: UnsafeBufferPointer<BufferPlace?>, in memory: PassMemory) {
        self.places = places
        self.memory = memory
    }

    package var count: Int { places.count }
    package subscript(index: Int) -> Buffer? {
        guard let whole = places[index]?.buffer(in: memory) else { return nil }
        return slice?.part(of: whole, at: index) ?? whole
    }

    package func sliced(_ slice: PassSlice) -> OptionalBuffers {
        var result = self
        result.slice = slice
        return result
    }
}

/// Operands of a node that are all there.
package struct Buffers {
    private let places: UnsafeBufferPointer<BufferPlace>
    private let memory: PassMemory
    private var slice: PassSlice?

    package init(_ places: UnsafeBufferPointer<BufferPlace>, in memory: PassMemory) {
        self.places = places
        self.memory = memory
    }

    package subscript(index: Int) -> Buffer {
        let whole = places[index].buffer(in: memory)
        return slice?.part(of: whole) ?? whole
    }

    package func sliced(_ slice: PassSlice) -> Buffers {
        var result = self
        result.slice = slice
        return result
    }
}

/// What `Kernel.pack` reads and writes.
package struct PackingPass {
    package let inputs: OptionalBuffers
    package let packedForward: UnsafeMutablePointer<Float>
    /// `nil` when no gradient will be asked for.
    package let packedGradient: UnsafeMutablePointer<Float>?
    /// Whether the gradient of input 0 will be asked for.
    package let passesGradientOn: Bool

    package init(
        inputs: OptionalBuffers, packedForward: UnsafeMutablePointer<Float>,
        packedGradient: UnsafeMutablePointer<Float>?, passesGradientOn: Bool
    ) {
        self.inputs = inputs
        self.packedForward = packedForward
        self.packedGradient = packedGradient
        self.passesGradientOn = passesGradientOn
    }
}

/// What `Kernel.forward` reads and writes.
package struct ForwardPass {
    package let inputs: OptionalBuffers
    package let outputs: Buffers
    package let packedForward: UnsafeMutablePointer<Float>
    /// For what the pass back will read.
    package let retained: UnsafeMutablePointer<Float>
    /// For operators that take one.
    package let epilogue: CKEpilogue
    /// For kernels that can be divided: which part of the outputs is computed.
    package let part: CKPart

    package init(
        inputs: OptionalBuffers, outputs: Buffers, packedForward: UnsafeMutablePointer<Float>,
        retained: UnsafeMutablePointer<Float>, epilogue: CKEpilogue, part: CKPart
    ) {
        self.inputs = inputs
        self.outputs = outputs
        self.packedForward = packedForward
        self.retained = retained
        self.epilogue = epilogue
        self.part = part
    }
}

/// What `Kernel.backward` reads and writes. A gradient that nobody needs is `nil`; the others are overwritten.
package struct BackwardPass {
    package let inputs: OptionalBuffers
    package let outputs: Buffers
    package let outputGradients: Buffers
    package let inputGradients: OptionalBuffers
    package let packedGradient: UnsafeMutablePointer<Float>
    package let scratch: UnsafeMutablePointer<Float>
    /// As the pass forward left it.
    package let retained: UnsafeMutablePointer<Float>
    /// For the gradient of input 0, with operators that take an epilogue; with those whose gradient may replace the input,
    /// nothing but the mask, which is the input.
    package let dataEpilogue: CKEpilogue

    package init(
        inputs: OptionalBuffers, outputs: Buffers, outputGradients: Buffers, inputGradients: OptionalBuffers,
        packedGradient: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>,
        retained: UnsafeMutablePointer<Float>, dataEpilogue: CKEpilogue
    ) {
        self.inputs = inputs
        self.outputs = outputs
        self.outputGradients = outputGradients
        self.inputGradients = inputGradients
        self.packedGradient = packedGradient
        self.scratch = scratch
        self.retained = retained
        self.dataEpilogue = dataEpilogue
    }
}
