import CompressedModel
import Quantization
import Testing
import Training

@Suite struct EncodingStateTests {
    @Test func encodingsComeBackFromCheckpoints() throws {
        let encodings: [TensorEncoding] = [
            .codebook(magnitudes: [0.5, 2], indices: [1, -2, 0]), .uniform(step: 0.25, indices: [7, -70_000]), .float32([1, -0.0]),
            .scaled(ScaledIndices(step: 0.5, rows: [1, -2], columns: [0, 3, 64], indices: [1, 2, 3, -4, 5, .min])),
            .scaled(ScaledIndices(step: 0.5, indices: [1])),
        ]
        var writer = StateWriter()
        for encoding in encodings { encoding.write(to: &writer) }
        var reader = StateReader(writer.bytes)
        for encoding in encodings { #expect(try TensorEncoding(from: &reader) == encoding) }
    }

    @Test func anUnknownKindIsRefused() {
        var writer = StateWriter()
        writer.add(4 as UInt8)
        var reader = StateReader(writer.bytes)
        #expect(throws: StateMismatch.self) { try TensorEncoding(from: &reader) }
    }
}
