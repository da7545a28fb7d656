extension Dataset {
    /// Copies the inputs of samples, normalized, into a batch in batch-innermost layout.
    ///
    /// Sample `indices[n]` becomes lane `n`: its feature `f` goes to `output[f * lanes + n]`, as
    /// `(x * scale - mean) / std` (see `Normalization`). Lanes without a sample are filled with zeros.
    ///
    /// - Parameters:
    ///   - indices: samples from 0 to `count - 1`, at most `lanes`.
    ///   - output: room for [featureCount, lanes] numbers.
    package func copySamples(_ indices: ArraySlice<Int>, into output: UnsafeMutablePointer<Float>, lanes: Int) {
        copySamples(indices.count, into: output, lanes: lanes) { indices[indices.startIndex + $0] }
    }

    /// Copies neighbouring samples, as `copySamples(_:into:lanes:)` does.
    package func copySamples(_ range: Range<Int>, into output: UnsafeMutablePointer<Float>, lanes: Int) {
        copySamples(range.count, into: output, lanes: lanes) { range.lowerBound + $0 }
    }

    /// Copies samples, as `copySamples(_:into:lanes:)` does, each image placed on its own.
    ///
    /// - Parameter placements: as many as indices. The samples must be images.
    package func copySamples(
        _ indices: ArraySlice<Int>, placed placements: ArraySlice<Placement>,
        into output: UnsafeMutablePointer<Float>, lanes: Int
    ) {
        precondition(indices.count == lanes && placements.count == lanes, "every lane has a sample")
        guard let imageSize else { preconditionFailure("only images can be placed") }
        precondition(indices.allSatisfy((0..<count).contains))
        for plane in stride(from: 0, to: featureCount, by: imageSize.count) {
            // Rows on the outside: the lanes of one row of pixels lie together.
            for row in 0..<imageSize.height {
                for lane in 0..<lanes {
                    let index = indices[indices.startIndex + lane]
                    inputs.copyRow(
                        row, ofPlane: plane, imageSize, ofSampleAt: inputs.start + index * featureCount,
                        placements[placements.startIndex + lane], into: output + lane, stride: lanes)
                }
            }
        }
    }

    private func copySamples(
        _ samples: Int, into output: UnsafeMutablePointer<Float>, lanes: Int, index: (_ lane: Int) -> Int
    ) {
        precondition(samples <= lanes)
        withUnsafeTemporaryAllocation(of: Int.self, capacity: samples) { starts in
            for lane in 0..<samples {
                let index = index(lane)
                precondition((0..<count).contains(index))
                starts[lane] = inputs.start + index * featureCount
            }
            for channelStart in stride(from: 0, to: featureCount, by: inputs.channelSize) {
                inputs.copyChannel(
                    from: channelStart, ofSamplesAt: UnsafeBufferPointer(starts), into: output, lanes: lanes)
            }
        }
        guard samples < lanes else { return }
        for feature in 0..<featureCount {
            (output + feature * lanes + samples).update(repeating: 0, count: lanes - samples)
        }
    }
}

extension SampleInputs {
    /// Copies the features of one channel, the first being `channelStart`.
    fileprivate func copyChannel(
        from channelStart: Int, ofSamplesAt starts: UnsafeBufferPointer<Int>, into output: UnsafeMutablePointer<Float>,
        lanes: Int
    ) {
        let channel = channelStart / channelSize
        let features = channelStart..<channelStart + channelSize
        switch storage {
        case .bytes(let bytes, let table):
            table.withUnsafeBufferPointer { table in
                let values = UnsafeBufferPointer(rebasing: table[channel * 256..<channel * 256 + 256])
                bytes.withUnsafeBufferPointer {
                    Self.transpose($0, features, ofSamplesAt: starts, into: output, lanes: lanes) { values[Int($0)] }
                }
            }
        case .shorts(let shorts):
            let normalized = normalization.channel(channel)
            shorts.withUnsafeBufferPointer {
                Self.transpose($0, features, ofSamplesAt: starts, into: output, lanes: lanes) { normalized(Float($0)) }
            }
        case .floats(let floats):
            let normalized = normalization.channel(channel)
            floats.withUnsafeBufferPointer {
                Self.transpose($0, features, ofSamplesAt: starts, into: output, lanes: lanes) { normalized($0) }
            }
        }
    }

    /// Fills one row of an image; `plane` is the image's first feature, `stride` the distance from one feature to the next.
    fileprivate func copyRow(
        _ row: Int, ofPlane plane: Int, _ size: ImageSize, ofSampleAt start: Int, _ placement: Placement,
        into output: UnsafeMutablePointer<Float>, stride: Int
    ) {
        let channel = plane / channelSize
        let target = output + (plane + row * size.width) * stride
        let source = placement.sourceRow(of: row, height: size.height).map { start + plane + $0 * size.width }
        switch storage {
        case .bytes(let bytes, let table):
            table.withUnsafeBufferPointer { table in
                let values = UnsafeBufferPointer(rebasing: table[channel * 256..<channel * 256 + 256])
                bytes.withUnsafeBufferPointer {
                    Self.place($0, source, size.width, placement, into: target, stride) { values[Int($0)] }
                }
            }
        case .shorts(let shorts):
            let normalized = normalization.channel(channel)
            shorts.withUnsafeBufferPointer {
                Self.place($0, source, size.width, placement, into: target, stride) { normalized(Float($0)) }
            }
        case .floats(let floats):
            let normalized = normalization.channel(channel)
            floats.withUnsafeBufferPointer {
                Self.place($0, source, size.width, placement, into: target, stride) { normalized($0) }
            }
        }
    }

    /// - Parameter source: where in `stored` the row begins that is put here; `nil` for a row from outside.
    @inline(__always)
    private static func place<Stored: Numeric>(
        _ stored: UnsafeBufferPointer<Stored>, _ source: Int?, _ width: Int, _ placement: Placement,
        into output: UnsafeMutablePointer<Float>, _ stride: Int, _ normalized: (Stored) -> Float
    ) {
        let outside = normalized(0)
        let columns = source == nil ? 0..<0 : placement.columnsFromInside(width: width)
        for column in 0..<columns.lowerBound { output[column * stride] = outside }
        if let source, !columns.isEmpty {
            let step = placement.isMirroredHorizontally ? -1 : 1
            var from = source + placement.sourceColumn(of: columns.lowerBound, width: width)
            for column in columns {
                output[column * stride] = normalized(stored[from])
                from += step
            }
        }
        for column in columns.upperBound..<width { output[column * stride] = outside }
    }

    @inline(__always)
    private static func transpose<Stored>(
        _ stored: UnsafeBufferPointer<Stored>, _ features: Range<Int>, ofSamplesAt starts: UnsafeBufferPointer<Int>,
        into output: UnsafeMutablePointer<Float>, lanes: Int, _ normalized: (Stored) -> Float
    ) {
        for feature in features {
            let row = output + feature * lanes
            for lane in 0..<starts.count { row[lane] = normalized(stored[starts[lane] + feature]) }
        }
    }
}
