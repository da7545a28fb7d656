import CKernels
import Testing

/// The instruction set is one choice of the whole process, so everything that forces one is in here.
@Suite(.serialized) struct KernelTests {}

extension KernelTests {
    private static func packed(
        _ count: Int64, _ pack: (UnsafeMutablePointer<Float>) -> Void
    ) -> [Float] { filled(Int(count), pack) }

    private static func tables(_ shape: CKConvolution) -> [Int32] {
        withUnsafePointer(to: shape) { shape in
            var tables = [Int32](repeating: -1, count: Int(ck_convolution_tables_count(shape)))
            ck_convolution_tables(shape, &tables)
            return tables
        }
    }

    private static let whole = CKPart(index: 0, count: 1)

    /// Shapes of every kind, with what makes each data set differ.
    private static func forEachShape(
        _ seed: UInt64, _ body: (CKConvolution, inout Random) throws -> Void
    ) rethrows {
        var random = Random(seed)
        for rule in 0..<160 {
            let shape = CKConvolution(rule: rule, using: &random)
            try body(shape, &random)
        }
    }

    @Test("A convolution equals its definition in bits") func forward() {
        Self.forEachShape(1) { original, random in
            var shape = original
            let x = random.floats(shape.inputCount), w = random.weights(shape.weightCount)
            let bias = random.next() % 3 == 0 ? nil : random.floats(Int(shape.outputChannels))
            let expected = shape.referenceForward(x, w, bias)
            var first: [Float]?
            withEachInstructionSet { set in
                let tables = Self.tables(shape)
                let panels = Self.packed(ck_convolution_packed_forward_count(&shape)) {
                    ck_convolution_pack_forward(&shape, w, $0)
                }
                let y = filled(shape.outputCount) {
                    ck_convolution_forward(&shape, tables, x, panels, bias, nil, Self.whole, $0)
                }
                #expect(firstDifference(y.comparable(w), expected.comparable(w)) == nil, "\(set) \(shape)")
                #expect(firstDifference(y, first ?? y) == nil, "\(set) \(shape)")
                first = y
            }
        }
    }

    @Test("The gradient of a convolution's data equals its definition in bits") func gradientData() {
        Self.forEachShape(2) { original, random in
            var shape = original
            let dy = random.floats(shape.outputCount), w = random.weights(shape.weightCount)
            let expected = shape.referenceGradientData(dy, w)
            withEachInstructionSet { set in
                let tables = Self.tables(shape)
                let panels = Self.packed(ck_convolution_packed_gradient_count(&shape)) {
                    ck_convolution_pack_gradient(&shape, w, $0)
                }
                let dx = filled(shape.inputCount) { ck_convolution_gradient_data(&shape, tables, dy, panels, nil, $0) }
                #expect(firstDifference(dx.comparable(w), expected.comparable(w)) == nil, "\(set) \(shape)")
            }
        }
    }

    @Test("The parts of a transposed convolution are together the gradient of the data, from the bias on") func transposed() {
        Self.forEachShape(7) { original, random in
            var shape = original
            let x = random.floats(shape.outputCount), w = random.weights(shape.weightCount)
            let bias = random.floats(Int(shape.inputChannels))
            let expected = shape.referenceGradientData(x, w, bias)
            let count = Int64(random.integer(1...5))
            withEachInstructionSet { set in
                let tables = Self.tables(shape)
                let panels = Self.packed(ck_convolution_packed_gradient_count(&shape)) {
                    ck_convolution_pack_gradient(&shape, w, $0)
                }
                let y = filled(shape.inputCount) { y in
                    for index in 0..<count {
                        ck_convolution_transposed(
                            &shape, tables, x, panels, bias, nil, CKPart(index: index, count: count), y)
                    }
                }
                #expect(firstDifference(y.comparable(w), expected.comparable(w)) == nil, "\(set) \(count) parts of \(shape)")
            }
        }
    }

    @Test("The gradients of a convolution's weights and bias equal their definition in bits")
    func gradientWeights() {
        Self.forEachShape(3) { original, random in
            var shape = original
            let x = random.floats(shape.inputCount), dy = random.floats(shape.outputCount)
            let expected = shape.referenceGradientWeights(x, dy)
            withEachInstructionSet { set in
                let tables = Self.tables(shape)
                var scratch = [Float](repeating: .nan, count: Int(ck_convolution_gradient_scratch_count(&shape)))
                var dbias = [Float](repeating: .nan, count: Int(shape.outputChannels))
                let dw = filled(shape.weightCount) {
                    ck_convolution_gradient_weights(&shape, tables, x, dy, $0, &dbias, &scratch)
                }
                let alone = filled(shape.weightCount) {
                    ck_convolution_gradient_weights(&shape, tables, x, dy, $0, nil, &scratch)
                }
                #expect(firstDifference(dw, expected.dw) == nil, "\(set) \(shape)")
                #expect(firstDifference(alone, expected.dw) == nil, "\(set) \(shape)")
                #expect(firstDifference(dbias, expected.dbias) == nil, "\(set) \(shape)")
            }
        }
    }

    @Test("An epilogue is the same as passes of their own") func epilogue() {
        Self.forEachShape(5) { original, random in
            var shape = original
            let x = random.floats(shape.inputCount), w = random.weights(shape.weightCount)
            let addend = random.floats(shape.outputCount), mask = random.floats(shape.outputCount)
            let chains = shape.referenceForward(x, w, nil)
            let expected = chains.indices.map { index -> Float in
                let sum = chains[index] + addend[index]
                return mask[index] > 0 ? (sum <= 0 ? 0 : sum) : 0
            }
            withEachInstructionSet { set in
                let tables = Self.tables(shape)
                let panels = Self.packed(ck_convolution_packed_forward_count(&shape)) {
                    ck_convolution_pack_forward(&shape, w, $0)
                }
                let y = addend.withUnsafeBufferPointer { addend in
                    mask.withUnsafeBufferPointer { mask in
                        var epilogue = CKEpilogue(addend: addend.baseAddress, relu: true, mask: mask.baseAddress)
                        return filled(shape.outputCount) {
                            ck_convolution_forward(&shape, tables, x, panels, nil, &epilogue, Self.whole, $0)
                        }
                    }
                }
                #expect(firstDifference(y.comparable(w), expected.comparable(w)) == nil, "\(set) \(shape)")
            }
        }
    }

    @Test("The parts of a convolution are together the whole") func parts() {
        Self.forEachShape(6) { original, random in
            var shape = original
            let x = random.floats(shape.inputCount), w = random.weights(shape.weightCount)
            let expected = shape.referenceForward(x, w, nil)
            let count = Int64(random.integer(2...7))
            withEachInstructionSet { set in
                let tables = Self.tables(shape)
                let panels = Self.packed(ck_convolution_packed_forward_count(&shape)) {
                    ck_convolution_pack_forward(&shape, w, $0)
                }
                let y = filled(shape.outputCount) { y in
                    for index in (0..<count).reversed() {
                        ck_convolution_forward(
                            &shape, tables, x, panels, nil, nil, CKPart(index: index, count: count), y)
                    }
                }
                #expect(firstDifference(y.comparable(w), expected.comparable(w)) == nil, "\(set) \(count) parts of \(shape)")
            }
        }
    }

    @Test("Tables and weights packed for one batch serve others", arguments: [[64, 8, 17, 70], [1, 2, 5, 7]])
    func packingIgnoresBatch(batches: [Int]) {
        var random = Random(4)
        var shape = CKConvolution(rule: 4, using: &random)
        (shape.inputChannels, shape.outputChannels) = (7, 21)
        shape.batch = Int64(batches[0])
        let w = random.weights(shape.weightCount)
        let tables = Self.tables(shape)
        let panels = Self.packed(ck_convolution_packed_forward_count(&shape)) {
            ck_convolution_pack_forward(&shape, w, $0)
        }
        for batch in batches {
            shape.batch = Int64(batch)
            let x = random.floats(shape.inputCount)
            let y = filled(shape.outputCount) {
                ck_convolution_forward(&shape, tables, x, panels, nil, nil, Self.whole, $0)
            }
            #expect(firstDifference(y, shape.referenceForward(x, w, nil)) == nil, "batch \(batch)")
        }
    }
}

extension Random {
    /// Weights of a layer: as they are trained, or, as often, as they are pruned, nearly all of them zero.
    fileprivate mutating func weights(_ count: Int) -> [Float] {
        let isPruned = next() % 2 == 0
        return floats(count).map { isPruned && integer(0...19) > 0 ? 0 : $0 }
    }
}

extension [Float] {
    /// What a layer with these weights computed, to be compared: where zeros among the weights were left out, a zero may
    /// have another sign.
    fileprivate func comparable(_ weights: [Float]) -> [Float] { weights.contains(0) ? map { $0 + 0 } : self }
}
