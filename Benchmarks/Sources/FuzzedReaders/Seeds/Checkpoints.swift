import GraphConversion
import NeuralGraph
import Training

extension FuzzedReader {
    /// States of a run as its checkpoints hold them: what is before them is a digest, which whoever writes a file can make.
    static func checkpoint() -> FuzzedReader {
        let networks = Networks.models.compactMap { try? Graph($0) }
        let seeds = networks.map { network in
            var state = StateWriter()
            network.writeParameters(to: &state)
            state.add(network.parameterCount)
            state.add([Int8](repeating: 1, count: 5))
            return Seed(.bytes, state.bytes)
        }
        return FuzzedReader(name: "checkpoint", fileExtension: "checkpoint", seeds: seeds) { bytes, choice in
            var network = networks[choice % networks.count]
            var state = StateReader(bytes)
            try network.readParameters(from: &state)
            _ = try state.value(Int.self)
            _ = try state.array(Int8.self)
        } isRefusal: { $0 is StateMismatch }
    }
}
