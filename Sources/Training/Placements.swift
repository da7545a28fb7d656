import Datasets

/// Where the images of one batch after the other are put.
struct Placements {
    private let augmentation: Augmentation
    var random: RandomStream

    init(_ augmentation: Augmentation, random: RandomStream) {
        self.augmentation = augmentation
        self.random = random
    }

    mutating func next(_ count: Int) -> [Placement] { (0..<count).map { _ in next() } }

    private mutating func next() -> Placement {
        Placement(
            down: shift(), right: shift(), isMirroredHorizontally: augmentation.flipsHorizontally && coin(),
            isMirroredVertically: augmentation.flipsVertically && coin())
    }

    private mutating func shift() -> Int { random.next(below: 2 * augmentation.shift + 1) - augmentation.shift }
    private mutating func coin() -> Bool { random.next(below: 2) == 1 }
}
