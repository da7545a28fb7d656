/// How much content a decoder accepts for a file's size, and how much there has been (`FORMAT.md`, section 1).
struct Budget {
    private(set) var items = 0
    private(set) var elements = 0
    private let itemLimit: Int
    private let elementLimit: Int

    /// Without limits: for encoding.
    init() {
        itemLimit = .max
        elementLimit = .max
    }

    /// The limits of a file.
    init(fileSize: Int) {
        itemLimit = 256 * fileSize + 1 << 12
        elementLimit = min(1 << 31 - 1, 1_024 * fileSize + 1 << 20)
    }

    /// - Throws: `Malformation.tooManyItems`.
    mutating func take(items count: Int) throws {
        guard count <= itemLimit - items else { throw Malformation.tooManyItems(limit: itemLimit) }
        items += count
    }

    /// - Throws: `Malformation.tooManyElements`.
    mutating func take(elements count: Int) throws {
        guard count <= elementLimit - elements else { throw Malformation.tooManyElements(limit: elementLimit) }
        elements += count
    }

    /// Whether as much content as has been taken here would be accepted in a file of this size.
    func fits(fileSize: Int) -> Bool {
        let limits = Budget(fileSize: fileSize)
        return items <= limits.itemLimit && elements <= limits.elementLimit
    }
}
