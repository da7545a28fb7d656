/// How a number of the data becomes an input of the network: `(x * scale - mean) / std`.
///
/// Three IEEE 754 single-precision operations, each rounded to nearest even, in that order and never fused: the same
/// bits on every machine.
package struct Normalization: Hashable, Sendable {
    package let scale: Float
    /// One value, or one per channel.
    package let mean: [Float]
    /// One value, or one per channel.
    package let std: [Float]

    /// By default numbers stay as they are.
    package init(scale: Float = 1, mean: [Float] = [0], std: [Float] = [1]) {
        self.scale = scale
        self.mean = mean
        self.std = std
    }

    /// What is done to the numbers of one channel.
    func channel(_ channel: Int) -> ChannelNormalization {
        ChannelNormalization(
            scale: scale, mean: mean.count == 1 ? mean[0] : mean[channel],
            std: std.count == 1 ? std[0] : std[channel])
    }

    /// Channels that are normalized each in its own way; 1 if all are in the same.
    var channels: Int { max(mean.count, std.count) }

    /// Checks the numbers against those of the network's input.
    func check(channels: Int) throws {
        for (name, values) in [("scale", [scale]), ("mean", mean), ("std", std)] {
            guard values.count == 1 || values.count == channels else {
                throw DatasetError.normalization(.count(of: name, found: values.count, channels: channels))
            }
            guard values.allSatisfy(\.isFinite) else { throw DatasetError.normalization(.notFinite(name)) }
        }
        if let value = std.first(where: { $0 <= 0 }) {
            throw DatasetError.normalization(.standardDeviationNotPositive(value))
        }
    }

    /// The normalized values of all bytes, 256 for each of `channels`.
    func byteTable() throws -> [Float] {
        let table = (0..<channels).flatMap { index in
            let channel = channel(index)
            return (0..<256).map { channel(Float($0)) }
        }
        guard table.allSatisfy(\.isFinite) else { throw DatasetError.normalization(.overflow) }
        return table
    }
}

/// The normalization of one channel.
struct ChannelNormalization {
    let scale: Float
    let mean: Float
    let std: Float

    func callAsFunction(_ value: Float) -> Float {
        (value * scale - mean) / std
    }
}
