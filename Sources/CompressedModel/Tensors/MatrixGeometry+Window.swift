/// A column as seen from another in the grid of the same group.
struct GridOffset {
    let dx: Int
    let dy: Int
    init(_ dx: Int, _ dy: Int) {
        self.dx = dx
        self.dy = dy
    }
}

extension MatrixGeometry {
    /// What a column lets one know of the columns after it in the same row (`FORMAT.md`, section 5).
    struct Follower {
        let offset: GridOffset
        /// Weight in sums over the window.
        let weight: UInt8
        /// The bit of the pattern of nonzeros that stands for it.
        let pattern: UInt16
    }

    /// The columns within 3 rows and columns of the grid that come later.
    static let followers: [Follower] = (0...3).flatMap { dy in
        ((dy == 0 ? 1 : -3)...3).map { dx in
            let bit = patternOffsets.firstIndex { $0 == (dx, dy) }
            return Follower(
                offset: GridOffset(dx, dy), weight: UInt8(4 - max(abs(dx), dy)), pattern: bit.map { 1 << $0 } ?? 0)
        }
    }

    /// The four nearest, and six a little farther away.
    private static let patternOffsets = [
        (1, 0), (0, 1), (1, 1), (-1, 1), (2, 0), (0, 2), (2, 1), (-2, 1), (1, 2), (-1, 2),
    ]

    /// The eight columns around one.
    static let around: [GridOffset] = (-1...1).flatMap { dy in
        (-1...1).compactMap { dx in dx == 0 && dy == 0 ? nil : GridOffset(dx, dy) }
    }

    /// The columns within 2 rows and columns of the grid that come before.
    static let before: [GridOffset] = (-2...0).flatMap { dy in
        (-2...(dy == 0 ? -1 : 2)).map { dx in GridOffset(dx, dy) }
    }

    /// Calls `body` with each column at one of `offsets` from `column` that there is.
    @inline(__always)
    func forEach<Offsets: Collection>(
        _ offsets: Offsets, _ offset: (Offsets.Element) -> GridOffset, from column: Int,
        _ body: (Offsets.Element, Int) -> Void
    ) {
        let position = column % group
        let (row, place) = position.quotientAndRemainder(dividingBy: width)
        for element in offsets {
            let step = offset(element)
            let (x, y) = (place &+ step.dx, row &+ step.dy)
            guard x >= 0, x < width, y >= 0, y &* width &+ x < group else { continue }
            body(element, column &+ step.dy &* width &+ step.dx)
        }
    }
}
