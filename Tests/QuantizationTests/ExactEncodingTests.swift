import CompressedModel
@testable import Quantization
import Testing

@Suite struct ExactEncodingTests {
    @Test("Numbers that are all the same are one level", arguments: [1, -1, 0.0625]) func oneNumber(number: Float) {
        let values = [Float](repeating: number, count: 24)
        let encoding = TensorEncoding.exact(values)
        if case .uniform = encoding { #expect(encoding.elements == values) } else { Issue.record("\(encoding) has no level") }
    }

    @Test(
        "Other numbers stay as they are",
        arguments: [[1, 1.5, 1], [0.1, 0.1], [0, 0], [-0.0, -0.0], [.infinity], [.nan], []] as [[Float]])
    func others(values: [Float]) {
        let encoding = TensorEncoding.exact(values)
        if case .float32(let elements) = encoding {
            #expect(elements.map(\.bitPattern) == values.map(\.bitPattern))
        } else {
            Issue.record("\(encoding) is at levels")
        }
    }
}
