import Testing
@testable import Training

@Suite struct GradientTreeTests {
    /// The sum as a text with brackets, in a tree over the numbers of micro-batches: neighbours first, then pairs of them …
    private func reference(_ count: Int) -> String {
        var sums = (0..<count).map { "\($0)" }
        var distance = 1
        while distance < count {
            for index in stride(from: 0, to: count - distance, by: 2 * distance) {
                sums[index] = "(\(sums[index])+\(sums[index + distance]))"
            }
            distance *= 2
        }
        return sums[0]
    }

    @Test("sums are those of one tree however many micro-batches are worked on together", arguments: 1...20, [1, 2, 3, 4, 20])
    func order(count: Int, width: Int) {
        let tree = GradientTree(count: count, width: width)
        var buffers = [String?](repeating: nil, count: tree.bufferCount)
        for wave in tree.waves {
            for (item, buffer) in wave.buffers.enumerated() {
                #expect(buffers[buffer] == nil, "the sum in buffer \(buffer) is lost")
                buffers[buffer] = "\(wave.first + item)"
            }
            for (from, into) in wave.sums {
                buffers[into] = "(\(buffers[into] ?? "")+\(buffers[from] ?? ""))"
                buffers[from] = nil
            }
        }
        #expect(buffers[0] == reference(count))
        #expect(buffers.dropFirst().allSatisfy { $0 == nil })
    }

    @Test func fewBuffersAreInUseAtATime() {
        #expect(GradientTree(count: 16, width: 1).bufferCount == 5)
        #expect(GradientTree(count: 16, width: 2).bufferCount == 5)
        #expect(GradientTree(count: 16, width: 16).bufferCount == 16)
    }
}
