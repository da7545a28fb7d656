import CKernels

/// Memory of an operand during a pass: `[element][lane]` when batched, `[element]` when not.
package struct Buffer {
    package let pointer: UnsafeMutablePointer<Float>
    package let shape: OperandShape
    /// Floats, lanes included.
    package let count: Int

    package init(pointer: UnsafeMutablePointer<Float>, shape: OperandShape, lanes: Int) {
        self.pointer = pointer
        self.shape = shape
        self.count = shape.count * (shape.isBatched ? lanes : 1)
    }
}

/// What `Operator.pack` reads and writes.
package struct PackingPass {
    package let shapes: OperandShapes
    package let inputs: [Buffer?]
    package let packedForward: UnsafeMutablePointer<Float>
    /// `nil` when no gradient will be asked for.
    package let packedGradient: UnsafeMutablePointer<Float>?

    package init(
        shapes: OperandShapes, inputs: [Buffer?], packedForward: UnsafeMutablePointer<Float>,
        packedGradient: UnsafeMutablePointer<Float>?
    ) {
        self.shapes = shapes
        self.inputs = inputs
        self.packedForward = packedForward
        self.packedGradient = packedGradient
    }
}

/// What `Operator.forward` reads and writes.
package struct ForwardPass {
    package let shapes: OperandShapes
    package let inputs: [Buffer?]
    package let outputs: [Buffer]
    package let packedForward: UnsafeMutablePointer<Float>
    package let scratch: UnsafeMutablePointer<Float>
    /// For operators that take one.
    package let epilogue: CKEpilogue

    package init(
        shapes: OperandShapes, inputs: [Buffer?], outputs: [Buffer], packedForward: UnsafeMutablePointer<Float>,
        scratch: UnsafeMutablePointer<Float>, epilogue: CKEpilogue
    ) {
        self.shapes = shapes
        self.inputs = inputs
        self.outputs = outputs
        self.packedForward = packedForward
        self.scratch = scratch
        self.epilogue = epilogue
    }

    package var lanes: Int { shapes.lanes }
}

/// What `Operator.backward` reads and writes. A gradient that nobody needs is `nil`; the others are overwritten.
package struct BackwardPass {
    package let shapes: OperandShapes
    package let inputs: [Buffer?]
    package let outputs: [Buffer]
    package let outputGradients: [Buffer]
    package let inputGradients: [Buffer?]
    package let packedGradient: UnsafeMutablePointer<Float>
    package let scratch: UnsafeMutablePointer<Float>
    /// For the gradient of input 0, with operators that take an epilogue.
    package let dataEpilogue: CKEpilogue

    package init(
        shapes: OperandShapes, inputs: [Buffer?], outputs: [Buffer], outputGradients: [Buffer],
        inputGradients: [Buffer?], packedGradient: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>,
        dataEpilogue: CKEpilogue
    ) {
        self.shapes = shapes
        self.inputs = inputs
        self.outputs = outputs
        self.outputGradients = outputGradients
        self.inputGradients = inputGradients
        self.packedGradient = packedGradient
        self.scratch = scratch
        self.dataEpilogue = dataEpilogue
    }

    package var lanes: Int { shapes.lanes }
}
