/// The inputs of a dataset's samples, one sample after the other, and how they are normalized.
struct SampleInputs: Sendable {
    enum Storage: Sendable {
        /// Bytes, with the normalized value of each: `table[channel * 256 + byte]`.
        case bytes([UInt8], table: [Float])
        case shorts([Int16])
        case floats([Float])
    }

    let storage: Storage
    /// Where the first sample begins in the storage, which other datasets may share.
    let start: Int
    let count: Int
    let featureCount: Int
    /// Consecutive features that are normalized alike.
    let channelSize: Int
    let normalization: Normalization

    /// Above this many channels the table outgrows the caches, and bytes are turned into floats.
    private static let mostTableChannels = 16

    /// - Throws: `DatasetError` if the normalization does not go with the channels, or a number is not finite.
    init(
        _ array: NumericArray, samples: Range<Int>, featureCount: Int, channels: Int,
        normalization: Normalization, source: String
    ) throws {
        try normalization.check(channels: channels)
        count = samples.count
        self.featureCount = featureCount
        channelSize = featureCount / normalization.channels
        self.normalization = normalization
        let elements = samples.lowerBound * featureCount..<samples.upperBound * featureCount
        switch array.elements {
        case .uint8(let bytes) where normalization.channels <= Self.mostTableChannels:
            storage = .bytes(bytes, table: try normalization.byteTable())
            start = elements.lowerBound
        case .int16(let shorts):
            storage = .shorts(shorts)
            start = elements.lowerBound
        case .float32(let floats):
            storage = .floats(floats)
            start = elements.lowerBound
        case .uint8, .int64:
            storage = .floats(array.elements.floats(in: elements))
            start = 0
        }
        if let (position, value) = firstNotFinite {
            throw DatasetError.samples(
                source: source,
                .notFinite(
                    sample: samples.lowerBound + position / featureCount,
                    element: position % featureCount, value: "\(value)"))
        }
    }

    /// The first number whose normalized value is wrong.
    func firstElement(where isWrong: (Float) -> Bool) -> (sample: Int, element: Int, value: Float)? {
        func first(_ normalized: (_ channel: Int, _ position: Int) -> Float) -> (sample: Int, element: Int, value: Float)? {
            for position in 0..<count * featureCount {
                let value = normalized(position % featureCount / channelSize, start + position)
                if isWrong(value) { return (position / featureCount, position % featureCount, value) }
            }
            return nil
        }
        switch storage {
        case .bytes(let bytes, let table): return first { table[$0 * 256 + Int(bytes[$1])] }
        case .shorts(let shorts): return first { normalization.channel($0)(Float(shorts[$1])) }
        case .floats(let floats): return first { normalization.channel($0)(floats[$1]) }
        }
    }

    /// The first number whose normalized value is not finite, counted from the first sample. (Of bytes there is none:
    /// their table has been checked.)
    private var firstNotFinite: (position: Int, value: Float)? {
        switch storage {
        case .bytes: nil
        case .shorts(let shorts): firstNotFinite { Float(shorts[$0]) }
        case .floats(let floats): firstNotFinite { floats[$0] }
        }
    }

    @inline(__always)
    private func firstNotFinite(_ number: (_ place: Int) -> Float) -> (position: Int, value: Float)? {
        for channelStart in stride(from: 0, to: count * featureCount, by: channelSize) {
            let channel = normalization.channel(channelStart % featureCount / channelSize)
            for position in channelStart..<channelStart + channelSize {
                let value = number(start + position)
                if !channel(value).isFinite { return (position, value) }
            }
        }
        return nil
    }
}
