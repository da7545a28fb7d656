@testable import CompressedModel
import ONNX
import Testing

/// Version 5 of the format: files with levels that depend on one another.
@Suite struct DependentLevelTests {
    @Test("A state's levels are even, or odd and 0, and their symbols follow without gaps") func symbols() {
        var state = Trellis()
        #expect((-6...6 as ClosedRange<Int32>).map(state.symbol) == [-3, nil, -2, nil, -1, nil, 0, nil, 1, nil, 2, nil, 3])
        state.advance(by: 1)
        state.advance(by: 0)
        state.advance(by: -2)
        #expect(state.state == 5 && state.kind == 1)
        #expect((-6...6 as ClosedRange<Int32>).map(state.symbol) == [nil, -3, nil, -2, nil, -1, 0, 1, nil, 2, nil, 3, nil])
        #expect((-3...3 as ClosedRange<Int32>).map(state.level) == [-5, -3, -1, 0, 1, 3, 5])
        #expect(state.level(of: .max) == nil && state.level(of: .min) == nil)
    }

    @Test("Each state is reached by an even and by an odd symbol, and both lead on to different ones") func states() {
        var reached = [[Int32]](repeating: [], count: 8)
        for start in 0..<8 as Range<UInt8> {
            var ends: Set<UInt8> = []
            for symbol in [0, 1] as [Int32] {
                var state = Trellis(state: start)
                state.advance(by: symbol)
                reached[Int(state.state)].append(symbol)
                ends.insert(state.state)
            }
            #expect(ends.count == 2)
        }
        #expect(reached.allSatisfy { $0.sorted() == [0, 1] })
    }

    @Test(
        "Levels come back, with chains through rows and columns longer than a chain",
        arguments: [.columns, .rows] as [ScaledIndices.Chains])
    func roundTrip(chains: ScaledIndices.Chains) throws {
        var random = RandomBits(seed: 51)
        for dimensions in [[1, 1], [5, 7], [24, 8, 3, 3], [4_100, 3], [2, 9_000]] {
            let matrix = ScaledMatrix(dimensions: dimensions)
            let network = network(.scaled(.random(dimensions, chains, &random)), dimensions)
            let file = try network.encoded(keepNames: false)
            #expect(file[4] == 5)
            #expect(try QuantizedModel(decoding: file) == network, "\(matrix.rows) × \(matrix.columns)")
        }
    }

    @Test("A file has these bytes") func digest() throws {
        var random = RandomBits(seed: 52)
        let columns = try network(.scaled(.random([40, 90], .columns, &random)), [40, 90]).encoded(keepNames: false)
        let rows = try network(.scaled(.random([40, 90], .rows, &random)), [40, 90]).encoded(keepNames: false)
        #expect(CompressedFile.digest(columns) == "fb0147c139b054f2")
        #expect(CompressedFile.digest(rows) == "c246d614210f95fc")
    }

    @Test("Dependent levels take three quarters of a bit less each than the same levels by themselves") func size() {
        var random = RandomBits(seed: 53)
        let dependent = ScaledIndices.random([100, 100], .columns, &random)
        var apart = dependent
        apart.chains = .none
        let (size, whole) = (
            codedSize(of: .scaled(dependent), dimensions: [100, 100]), codedSize(of: .scaled(apart), dimensions: [100, 100]))
        #expect(size < whole - 7_500)
    }

    @Test("Levels that do not follow on those before them are refused by name") func brokenChain() {
        let network = network(.scaled(ScaledIndices(step: 1, chains: .rows, indices: [0, 1])), [1, 2])
        #expect(throws: CompressedModelError.unrepresentable(.brokenChain(initializer: "w0"))) { try network.encoded(keepNames: false) }
    }

    @Test("Earlier versions have no such levels") func versions() throws {
        for (chains, number) in [(.columns, 4), (.rows, 5)] as [(ScaledIndices.Chains, Int)] {
            let file = try network(.scaled(ScaledIndices(step: 1, chains: chains, indices: [2, 0])), [1, 2]).encoded(keepNames: false)
            let message = CompressedFile.message(CompressedFile.file(payload: Array(file[9...]), version: 4))
            #expect(message.hasSuffix("\(number) is not a valid encoding"))
        }
    }

    @Test("Changed bytes are refused in words or give a network") func changedBytes() throws {
        var random = RandomBits(seed: 54)
        let payload = Array(try network(.scaled(.random([6, 9], .columns, &random)), [6, 9]).encoded(keepNames: false)[9...])
        var decoded = 0
        for place in payload.indices {
            for value in 1...255 as ClosedRange<UInt8> where value != payload[place] {
                var changed = payload
                changed[place] = value
                let message = CompressedFile.message(CompressedFile.file(payload: changed, version: 5))
                decoded += message.isEmpty ? 1 : 0
            }
        }
        #expect(decoded > 0)
    }
}

extension ScaledIndices {
    /// Any levels of chains.
    fileprivate static func random(_ dimensions: [Int], _ chains: Chains, _ random: inout RandomBits) -> ScaledIndices {
        let matrix = ScaledMatrix(dimensions: dimensions)
        let symbols = (0..<matrix.rows * matrix.columns).map { _ in Int32(random.below(5)) - 2 }
        return ScaledIndices(step: 0.5, chains: chains, indices: chains.levels(of: symbols, columns: matrix.columns) ?? [])
    }
}
