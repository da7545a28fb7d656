import Execution
import Testing

@Suite struct MemoryArenaTests {
    @Test("buffers that are needed at the same time stand apart, and others share") func layout() {
        var arena = MemoryArena()
        let uses: [(count: Int, first: Int, last: Int)] = [
            (100, 0, 1), (300, 1, 2), (50, 2, 3), (300, 3, 4), (10, 0, 5), (200, 4, 5), (1, 5, 5),
        ]
        for use in uses {
            let buffer = arena.take(use.count, at: use.first)
            arena.use(buffer, at: use.last)
        }
        let (offsets, total) = arena.layout()
        for (a, first) in uses.enumerated() {
            #expect(offsets[a] % 16 == 0)
            #expect(offsets[a] + first.count <= total)
            for (b, second) in uses.enumerated() where a < b && first.first <= second.last && second.first <= first.last {
                let isApart = offsets[a] + first.count <= offsets[b] || offsets[b] + second.count <= offsets[a]
                #expect(isApart, "\(a) and \(b)")
            }
        }
        #expect(total < uses.reduce(0) { $0 + $1.count } * 3 / 4)
    }
}
