/// Where the chains of a matrix are whose levels depend on one another, as its symbols are gone through row by row.
struct ChainStates {
    private let chains: ScaledIndices.Chains
    /// Of each column, or a single one of the row.
    private var states: [Trellis]

    init(_ chains: ScaledIndices.Chains, columns: Int) {
        self.chains = chains
        states = [Trellis](repeating: Trellis(), count: chains == .columns ? columns : 1)
    }

    mutating func beginRow(_ row: Int) {
        guard chains == .rows || row % Trellis.length == 0 else { return }
        for index in states.indices { states[index] = Trellis() }
    }

    /// The state before a column of the row.
    @inline(__always)
    subscript(column: Int) -> Trellis { chains == .none ? Trellis() : states[chains == .columns ? column : 0] }

    @inline(__always)
    mutating func advance(_ column: Int, by symbol: Int32) {
        switch chains {
        case .none: break
        case .columns: states[column].advance(by: symbol)
        case .rows:
            states[0].advance(by: symbol)
            if (column &+ 1) % Trellis.length == 0 { states[0] = Trellis() }
        }
    }
}

extension ScaledIndices.Chains {
    /// The symbols of levels, row-major; `nil` where a level is none of its state's.
    func symbols(of levels: [Int32], columns: Int) -> [Int32]? { mapped(levels, columns) { $0.symbol(of: $1).map { ($0, $0) } } }

    /// The levels of symbols, row-major; `nil` where one is beyond all integers of 32 bits.
    func levels(of symbols: [Int32], columns: Int) -> [Int32]? {
        mapped(symbols, columns) { state, symbol in state.level(of: symbol).map { ($0, symbol) } }
    }

    /// - Parameter number: what becomes of a number in a state, and its symbol.
    private func mapped(
        _ numbers: [Int32], _ columns: Int, _ number: (Trellis, Int32) -> (result: Int32, symbol: Int32)?
    ) -> [Int32]? {
        guard self != .none else { return numbers }
        var (result, states) = (numbers, ChainStates(self, columns: columns))
        for index in numbers.indices {
            let (row, column) = index.quotientAndRemainder(dividingBy: columns)
            if column == 0 { states.beginRow(row) }
            guard let (own, symbol) = number(states[column], numbers[index]) else { return nil }
            result[index] = own
            states.advance(column, by: symbol)
        }
        return result
    }
}
