/// The memory that a file's content may take for the file's size, and how much of it has been taken (`FORMAT.md`, section 1).
///
/// What is counted is what reading a file, showing what is in it, and writing it as ONNX take at most.
struct Budget {
    /// The most bytes that were taken at one time.
    private(set) var most = 0
    private var taken = 0
    private let limit: Int

    /// Without a limit: for encoding.
    init() {
        limit = .max
    }

    /// The limit of a file.
    init(fileSize: Int) {
        limit = 14 * fileSize + 48 << 20
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

    /// Whether as much content as has been taken here would be accepted in a file of this size.
    func fits(fileSize: Int) -> Bool { most <= Budget(fileSize: fileSize).limit }
}
