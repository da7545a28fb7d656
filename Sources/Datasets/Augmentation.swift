/// Random changes of training images that leave what they show as it is (Simard, Steinkraus and Platt, "Best practices
/// for convolutional neural networks applied to visual document analysis", 2003).
package struct Augmentation: Sendable, Equatable {
    /// The most pixels that an image is moved by along each axis.
    package let shift: Int
    /// Whether every second image is mirrored left to right.
    package let flipsHorizontally: Bool
    /// Whether every second image is mirrored top to bottom.
    package let flipsVertically: Bool

    package init(shift: Int, flipsHorizontally: Bool = false, flipsVertically: Bool = false) {
        self.shift = shift
        self.flipsHorizontally = flipsHorizontally
        self.flipsVertically = flipsVertically
    }
}

/// Where an image is put: first mirrored, then moved. What is moved in from outside was 0 before normalization.
package struct Placement: Sendable, Equatable {
    /// Pixels; negative ones move up and to the left.
    package let down: Int
    package let right: Int
    package let isMirroredHorizontally: Bool
    package let isMirroredVertically: Bool

    package init(
        down: Int, right: Int, isMirroredHorizontally: Bool = false, isMirroredVertically: Bool = false
    ) {
        self.down = down
        self.right = right
        self.isMirroredHorizontally = isMirroredHorizontally
        self.isMirroredVertically = isMirroredVertically
    }

    /// The row of the image as it was that comes to `row`; `nil` for one from outside.
    func sourceRow(of row: Int, height: Int) -> Int? {
        let before = row - down
        guard (0..<height).contains(before) else { return nil }
        return isMirroredVertically ? height - 1 - before : before
    }

    /// The columns that show a part of the image.
    func columnsFromInside(width: Int) -> Range<Int> {
        let first = min(width, max(0, right))
        return first..<max(first, min(width, width + right))
    }

    /// The column of the image as it was that comes to `column`, one of those that show a part of the image.
    func sourceColumn(of column: Int, width: Int) -> Int {
        isMirroredHorizontally ? width - 1 - (column - right) : column - right
    }
}

/// The extents of the images in a sample: one plane after the other.
package struct ImageSize: Sendable, Equatable {
    package let height: Int
    package let width: Int

    /// The last two extents of the network's input, or where that is flat, of the samples in the file.
    init?(inputShape: [Int], sampleShape: [Int]) {
        guard let shape = [inputShape, sampleShape].first(where: { $0.count >= 2 }) else { return nil }
        height = shape[shape.count - 2]
        width = shape[shape.count - 1]
    }

    var count: Int { height * width }
}
