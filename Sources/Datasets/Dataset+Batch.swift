extension Dataset {
    /// Copies the inputs of samples, normalized, into a batch in batch-innermost layout.
    ///
    /// Sample `indices[n]` becomes lane `n`: its feature `f` goes to `output[f * lanes + n]`, as
    /// `(x * scale - mean) / std` (see `Normalization`). Lanes without a sample are filled with zeros.
    ///
    /// - Parameters:
    ///   - indices: samples from 0 to `count - 1`, at most `lanes`.
    ///   - output: room for [featureCount, lanes] numbers.
    package func copySamples(
        _ indices: some RandomAccessCollection<Int>, into output: UnsafeMutablePointer<Float>, lanes: Int
    ) {
        precondition(indices.count <= lanes)
        let starts = indices.map { index in
            precondition((0..<count).contains(index))
            return inputs.start + index * featureCount
        }
        for channelStart in stride(from: 0, to: featureCount, by: inputs.channelSize) {
            inputs.copyChannel(from: channelStart, ofSamplesAt: starts, into: output, lanes: lanes)
        }
        guard starts.count < lanes else { return }
        for feature in 0..<featureCount {
            (output + feature * lanes + starts.count).update(repeating: 0, count: lanes - starts.count)
        }
    }
}

extension SampleInputs {
    /// Features and lanes of a tile, which is transposed in the first-level cache and then written out in whole cache
    /// lines: lanes that are a power of two apart would otherwise push each other out of the cache.
    private static let tile = (features: 64, lanes: 16)

    /// Copies the features of one channel, the first being `channelStart`.
    fileprivate func copyChannel(
        from channelStart: Int, ofSamplesAt starts: [Int], into output: UnsafeMutablePointer<Float>, lanes: Int
    ) {
        let channel = channelStart / channelSize
        switch storage {
        case .bytes(let bytes, let table):
            table.withUnsafeBufferPointer { table in
                let values = UnsafeBufferPointer(rebasing: table[channel * 256..<channel * 256 + 256])
                bytes.withUnsafeBufferPointer { bytes in
                    transpose(bytes, from: channelStart, ofSamplesAt: starts, into: output, lanes: lanes) {
                        values[Int($0)]
                    }
                }
            }
        case .floats(let floats):
            let normalized = normalization.channel(channel)
            floats.withUnsafeBufferPointer { floats in
                transpose(floats, from: channelStart, ofSamplesAt: starts, into: output, lanes: lanes) {
                    normalized($0)
                }
            }
        }
    }

    @inline(__always)
    private func transpose<Stored>(
        _ stored: UnsafeBufferPointer<Stored>, from channelStart: Int, ofSamplesAt starts: [Int],
        into output: UnsafeMutablePointer<Float>, lanes: Int, _ normalized: (Stored) -> Float
    ) {
        let tile = Self.tile
        withUnsafeTemporaryAllocation(of: Float.self, capacity: tile.features * tile.lanes) { scratch in
            guard let scratch = scratch.baseAddress else { return }
            for feature in stride(from: channelStart, to: channelStart + channelSize, by: tile.features) {
                let features = min(tile.features, channelStart + channelSize - feature)
                for lane in stride(from: 0, to: starts.count, by: tile.lanes) {
                    let width = min(tile.lanes, starts.count - lane)
                    for column in 0..<width {
                        let first = starts[lane + column] + feature
                        let source = UnsafeBufferPointer(rebasing: stored[first..<first + features])
                        for row in 0..<features {
                            scratch[row * tile.lanes + column] = normalized(source[row])
                        }
                    }
                    for row in 0..<features {
                        (output + (feature + row) * lanes + lane)
                            .update(from: scratch + row * tile.lanes, count: width)
                    }
                }
            }
        }
    }
}
