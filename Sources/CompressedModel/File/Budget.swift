/// The memory that a file's content may take for the file's size, and how much of it has been taken (`FORMAT.md`, section 1).
///
/// What is counted is what reading a file, showing what is in it, and writing it as ONNX take at most.
struct Budget {
    /// The most bytes that were taken at one time.
    private(set) var most = 0
    private var taken = 0
    private let limit: Int
    /// Positions of matrices that were decoded one by one: they take the time.
    private(set) var positions = 0
    private let positionLimit: Int

    /// Without a limit: for encoding.
    init() {
        limit = .max
        positionLimit = .max
    }

    /// The limit of a file.
    init(fileSize: Int) {
        limit = Self.bytesPerByte * fileSize + Self.bytes
        positionLimit = Self.positionsPerByte * fileSize + Self.positions
    }

    private static let (bytesPerByte, bytes) = (14, 48 << 20)
    private static let (positionsPerByte, positions) = (24, 10 << 20)

    /// The least file that may hold so much.
    static func leastFileSize(content: Int, positions: Int) -> Int {
        func share(_ count: Int, beyond free: Int, _ perByte: Int) -> Int { max(0, count - free + perByte - 1) / perByte }
        return max(share(content, beyond: bytes, bytesPerByte), share(positions, beyond: Self.positions, positionsPerByte))
    }

    /// Takes memory that stays.
    ///
    /// - Throws: `Malformation.tooMuchContent`.
    mutating func take(_ count: Int, of bytes: Int) throws {
        try pass(count, of: bytes)
        taken += count * bytes
    }

    /// Takes memory that is given back before anything else is taken.
    ///
    /// - Throws: `Malformation.tooMuchContent`.
    mutating func pass(_ count: Int, of bytes: Int) throws {
        let (product, overflow) = count.multipliedReportingOverflow(by: bytes)
        guard !overflow, product <= limit - taken else { throw Malformation.tooMuchContent(limit: limit) }
        most = max(most, taken + product)
    }

    /// Takes the time of so many positions of a matrix.
    ///
    /// - Throws: `Malformation.tooManyPositions`.
    mutating func decode(positions count: Int) throws {
        guard count <= positionLimit - positions else { throw Malformation.tooManyPositions(limit: positionLimit) }
        positions += count
    }

    /// Whether as much content as has been taken here would be accepted in a file of this size.
    func fits(fileSize: Int) -> Bool {
        let limits = Budget(fileSize: fileSize)
        return most <= limits.limit && positions <= limits.positionLimit
    }
}
