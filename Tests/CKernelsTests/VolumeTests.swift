import CKernels
import Testing

/// A window over an axis and where its taps meet it.
private struct Axis {
    let (length, results, taps): (Int, Int, Int)
    let sources: [Int32]

    init(using random: inout Random) {
        taps = random.integer(1...3)
        let (stride, dilation, before) = (random.integer(1...2), random.integer(1...2), random.integer(0...2))
        length = dilation * (taps - 1) + random.integer(1...3)
        results = (length + before + random.integer(0...1) - dilation * (taps - 1) - 1) / stride + 1
        let (taps, length) = (taps, length)
        sources = (0..<results * taps).map { place in
            let source = place / taps * stride - before + place % taps * dilation
            return (0..<length).contains(source) ? Int32(source) : -1
        }
    }

    /// From what is made to what is read.
    var transposed: [Int32] {
        var other = [Int32](repeating: -1, count: length * taps)
        for (place, source) in sources.enumerated() where source >= 0 { other[Int(source) * taps + place % taps] = Int32(place / taps) }
        return other
    }
}

/// Random small sizes of a convolution over three axes.
private struct Volume {
    let (batch, groups, inputs, outputs): (Int, Int, Int, Int)
    let axes: [Axis]

    init(_ rule: Int, using random: inout Random) {
        batch = rule % 3 == 0 ? random.integer(1...3) : random.integer(1...70)
        groups = rule % 4 == 1 ? random.integer(2...3) : 1
        inputs = random.integer(1...4)
        outputs = random.integer(1...(rule % 5 == 0 ? 37 : 9))
        axes = (0..<3).map { _ in Axis(using: &random) }
    }

    var taps: Int { axes.reduce(1) { $0 * $1.taps } }
    var size: Int { axes.reduce(1) { $0 * $1.length } }
    var points: Int { axes.reduce(1) { $0 * $1.results } }

    /// For each result and tap, row-major, where it meets the input.
    var meetings: [(result: Int, tap: Int, source: Int)] {
        var found: [(Int, Int, Int)] = [(0, 0, 0)]
        for axis in axes {
            found = found.flatMap { result, tap, source in
                (0..<axis.results).flatMap { r in
                    (0..<axis.taps).compactMap { t in
                        let s = Int(axis.sources[r * axis.taps + t])
                        return s < 0 ? nil : (result * axis.results + r, tap * axis.taps + t, source * axis.length + s)
                    }
                }
            }
        }
        return found.sorted { ($0.0, $0.1) < ($1.0, $1.1) }
    }

    func with(isTransposed: Bool, _ body: (UnsafePointer<CKVolume>) -> Void) {
        let tables = axes.map { isTransposed ? $0.transposed : $0.sources }
        tables[0].withUnsafeBufferPointer { depth in
            tables[1].withUnsafeBufferPointer { rows in
                tables[2].withUnsafeBufferPointer { columns in
                    let taps = zip(axes, [depth, rows, columns]).map { axis, table in
                        CKTaps(
                            results: Int64(isTransposed ? axis.length : axis.results),
                            length: Int64(isTransposed ? axis.results : axis.length), taps: Int64(axis.taps),
                            sources: table.baseAddress)
                    }
                    let (own, other) = isTransposed ? (inputs, outputs) : (outputs, inputs)
                    let (short, long) = (Int64(self.taps), Int64(inputs * self.taps))
                    var shape = CKVolume(
                        batch: Int64(batch), groups: Int64(groups), resultChannels: Int64(own), sourceChannels: Int64(other),
                        resultStep: isTransposed ? short : long, sourceStep: isTransposed ? long : short, depth: taps[0],
                        rows: taps[1], columns: taps[2])
                    body(&shape)
                }
            }
        }
    }
}

/// Convolution and pooling over three axes against their definition.
@Suite struct VolumeTests {
    @Test("A convolution over three axes and its gradients equal their definition in bits", arguments: 0..<30)
    func convolution(rule: Int) {
        var random = Random(UInt64(500 + rule))
        let v = Volume(rule, using: &random)
        let x = random.floats(v.groups * v.inputs * v.size * v.batch)
        let w = random.floats(v.groups * v.outputs * v.inputs * v.taps)
        let bias = random.floats(v.groups * v.outputs)
        let dy = random.floats(v.groups * v.outputs * v.points * v.batch)
        let meetings = v.meetings
        // One chain for each result: those of y and dw over the meetings in order, that of dx over channels of y first.
        var y = dy.indices.map { bias[$0 / (v.points * v.batch)] }
        var dw = [Float](repeating: 0, count: w.count)
        var dx = [Float](repeating: 0, count: x.count)
        for g in 0..<v.groups {
            for o in 0..<v.outputs {
                for i in 0..<v.inputs {
                    let (from, to) = ((g * v.inputs + i) * v.size, (g * v.outputs + o) * v.points)
                    for meeting in meetings {
                        let weight = ((g * v.outputs + o) * v.inputs + i) * v.taps + meeting.tap
                        for n in 0..<v.batch {
                            let (source, result) = ((from + meeting.source) * v.batch + n, (to + meeting.result) * v.batch + n)
                            y[result].addProduct(w[weight], x[source])
                            dw[weight].addProduct(x[source], dy[result])
                        }
                    }
                    for meeting in meetings.sorted(by: { ($0.source, $0.tap) < ($1.source, $1.tap) }) {
                        let weight = w[((g * v.outputs + o) * v.inputs + i) * v.taps + meeting.tap]
                        for n in 0..<v.batch {
                            dx[(from + meeting.source) * v.batch + n].addProduct(weight, dy[(to + meeting.result) * v.batch + n])
                        }
                    }
                }
            }
        }
        withEachInstructionSet { set in
            v.with(isTransposed: false) { shape in
                let found = filled(y.count) { result in
                    for part in 0..<3 { ck_volume_convolution(shape, x, w, bias, CKPart(index: Int64(part), count: 3), result) }
                }
                #expect(firstDifference(found, y) == nil, "y with \(set)")
                var scratch = [Float](repeating: .nan, count: Int(ck_volume_gradient_scratch_count(shape)))
                let weights = filled(dw.count) { ck_volume_gradient_weights(shape, x, dy, $0, &scratch) }
                #expect(firstDifference(weights, dw) == nil, "dw with \(set)")
            }
            v.with(isTransposed: true) { shape in
                let found = filled(dx.count) { ck_volume_convolution(shape, dy, w, nil, CKPart(index: 0, count: 1), $0) }
                #expect(firstDifference(found, dx) == nil, "dx with \(set)")
            }
        }
    }

    @Test("Pooling over three axes equals its definition in bits", arguments: 0..<20)
    func pooling(rule: Int) {
        var random = Random(UInt64(700 + rule))
        let v = Volume(rule, using: &random)
        // Few values, so that maxima tie.
        let x = (0..<v.inputs * v.size * v.batch).map { _ in Float(random.integer(-3...3)) }
        let dy = random.floats(v.inputs * v.points * v.batch)
        let counts = v.axes.map { axis in
            (0..<axis.results).map { r in Int32((0..<axis.taps).count { axis.sources[r * axis.taps + $0] >= 0 }) }
        }
        var (greatest, sums) = ([Float](repeating: -.infinity, count: dy.count), [Float](repeating: 0, count: dy.count))
        var first = [Int?](repeating: nil, count: dy.count)
        var taps = [Int](repeating: 0, count: v.points)
        for meeting in v.meetings { taps[meeting.result] += 1 }
        for c in 0..<v.inputs {
            for meeting in v.meetings {
                for n in 0..<v.batch {
                    let (source, result) = ((c * v.size + meeting.source) * v.batch + n, (c * v.points + meeting.result) * v.batch + n)
                    sums[result] += x[source]
                    if x[source] > greatest[result] { (greatest[result], first[result]) = (x[source], source) }
                }
            }
        }
        let means = sums.indices.map { place in
            let count = taps[place / v.batch % v.points]
            return count == 0 ? sums[place] : sums[place] / Float(count)
        }
        var (dMaximum, dMean) = ([Float](repeating: 0, count: x.count), [Float](repeating: 0, count: x.count))
        for (result, source) in first.enumerated() { if let source { dMaximum[source] += dy[result] } }
        for c in 0..<v.inputs {
            for meeting in v.meetings {
                for n in 0..<v.batch {
                    let result = (c * v.points + meeting.result) * v.batch + n
                    dMean[(c * v.size + meeting.source) * v.batch + n] += dy[result] / Float(taps[meeting.result])
                }
            }
        }
        withEachInstructionSet { set in
            v.with(isTransposed: false) { shape in
                counts[0].withUnsafeBufferPointer { depth in
                    counts[1].withUnsafeBufferPointer { rows in
                        counts[2].withUnsafeBufferPointer { columns in
                            var pooling = CKVolumePooling(
                                batch: Int64(v.batch), channels: Int64(v.inputs), depth: shape.pointee.depth,
                                rows: shape.pointee.rows, columns: shape.pointee.columns, depthCounts: depth.baseAddress,
                                rowCounts: rows.baseAddress, columnCounts: columns.baseAddress)
                            let y = filled(dy.count) { ck_volume_maximum(&pooling, x, $0) }
                            #expect(firstDifference(y, greatest) == nil, "maxima with \(set)")
                            let d = filled(x.count) { ck_volume_maximum_gradient(&pooling, x, y, dy, $0) }
                            #expect(firstDifference(d, dMaximum) == nil, "gradient of maxima with \(set)")
                            #expect(firstDifference(filled(dy.count) { ck_volume_average(&pooling, x, $0) }, means) == nil, "\(set)")
                            let dx = filled(x.count) { ck_volume_average_gradient(&pooling, dy, $0) }
                            #expect(firstDifference(dx, dMean) == nil, "gradient of means with \(set)")
                        }
                    }
                }
            }
        }
    }
}
