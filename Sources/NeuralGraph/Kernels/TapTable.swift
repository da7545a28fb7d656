import CKernels

/// Where the taps of a kernel meet an axis, as `CKTaps` has it.
package struct TapTable: Sendable {
    /// Of the axis that is made, and of the one that is read.
    package let results: Int
    let length: Int
    package let taps: Int
    /// `[result][tap]`; -1 where there is nothing.
    private let sources: [Int32]

    /// A window that moves along an axis of `length` elements with `before` more in front of it.
    package init(length: Int, results: Int, taps: Int, stride: Int, dilation: Int, before: Int) {
        let sources = (0..<results * taps).map { place in
            let source = place / taps * stride - before + place % taps * dilation
            return (0..<length).contains(source) ? Int32(source) : -1
        }
        self.init(length: length, results: results, taps: taps, sources: sources)
    }

    private init(length: Int, results: Int, taps: Int, sources: [Int32]) {
        self.length = length
        self.results = results
        self.taps = taps
        self.sources = sources
    }

    /// From what is read to what is made: each element and tap belong to one result at most.
    package var transposed: TapTable {
        var other = [Int32](repeating: -1, count: length * taps)
        for (place, source) in sources.enumerated() where source >= 0 {
            other[Int(source) * taps + place % taps] = Int32(place / taps)
        }
        return TapTable(length: results, results: length, taps: taps, sources: other)
    }

    /// By result, the taps that meet something.
    package var counts: [Int32] {
        (0..<results).map { result in Int32(sources[result * taps..<(result + 1) * taps].count { $0 >= 0 }) }
    }

    /// Where the kernel's element `tap` meets the axis for a result, if it does.
    func source(of result: Int, tap: Int) -> Int? {
        let source = sources[result * taps + tap]
        return source < 0 ? nil : Int(source)
    }

    func withTaps(_ body: (CKTaps) -> Void) {
        sources.withUnsafeBufferPointer { sources in
            body(CKTaps(results: Int64(results), length: Int64(length), taps: Int64(taps), sources: sources.baseAddress))
        }
    }

    /// Of depth, rows and columns.
    package static func withTaps(_ tables: [TapTable], _ body: (_ depth: CKTaps, _ rows: CKTaps, _ columns: CKTaps) -> Void) {
        tables[0].withTaps { depth in
            tables[1].withTaps { rows in tables[2].withTaps { columns in body(depth, rows, columns) } }
        }
    }
}
