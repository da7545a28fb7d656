import CompressedModel
import Training

// Encodings in checkpoints.

extension TensorEncoding {
    package func write(to state: inout StateWriter) {
        switch self {
        case .codebook(let magnitudes, let indices):
            state.add(Kind.codebook.rawValue)
            state.add(magnitudes)
            state.add(indices)
        case .uniform(let step, let indices):
            state.add(Kind.uniform.rawValue)
            state.add(step)
            state.add(indices)
        case .scaled(let scaled):
            state.add(Kind.scaled.rawValue)
            state.add(scaled.step)
            state.add(scaled.rows)
            state.add(scaled.columns)
            state.add(scaled.chains.rawValue)
            state.add(scaled.indices)
        case .float32(let values):
            state.add(Kind.float32.rawValue)
            state.add(values)
        }
    }

    /// - Throws: `StateMismatch`.
    package init(from state: inout StateReader) throws {
        switch Kind(rawValue: try state.value()) {
        case .codebook: self = .codebook(magnitudes: try state.array(), indices: try state.array())
        case .uniform: self = .uniform(step: try state.value(), indices: try state.array())
        case .float32: self = .float32(try state.array())
        case .scaled: self = .scaled(try ScaledIndices(from: &state))
        case nil: throw StateMismatch()
        }
    }

    private enum Kind: UInt8 {
        case codebook, uniform, float32, scaled
    }
}

extension ScaledIndices {
    /// - Throws: `StateMismatch`.
    fileprivate init(from state: inout StateReader) throws {
        let (step, rows, columns): (Float, [Int8], [Int8]) = (try state.value(), try state.array(), try state.array())
        guard let chains = Chains(rawValue: try state.value()) else { throw StateMismatch() }
        self.init(step: step, rows: rows, columns: columns, chains: chains, indices: try state.array())
    }
}
