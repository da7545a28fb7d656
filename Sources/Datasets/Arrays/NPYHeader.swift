/// What the header of an NPY file says of its data (NumPy enhancement proposal 1).
struct NPYHeader: Equatable {
    let type: ElementType
    let isBigEndian: Bool
    let isFortranOrder: Bool
    let shape: [Int]

    /// Longer headers only occur for arrays of records.
    static let longest = 65_535
    /// NumPy's own limit. Every element takes a walk over the axes.
    static let highestRank = 64

    /// Reads everything that stands before the data.
    init(from stream: inout ByteStream) throws {
        let magic = try stream.read(6, field: "magic string")
        guard magic == [0x93] + Array("NUMPY".utf8) else {
            throw stream.problem(
                at: 0, "magic string",
                .unexpected(found: "\(magic)", expected: "147 and NUMPY as in every NPY file"))
        }
        let version = try stream.read(2, field: "format version")
        guard (1...3).contains(version[0]), version[1] == 0 else {
            throw stream.problem(
                at: 6, "format version", .unsupported("version \(version[0]).\(version[1]) is"))
        }
        let length = try stream.read(version[0] == 1 ? 2 : 4, field: "header length")
            .reversed().reduce(0) { $0 << 8 | Int($1) }
        guard length <= Self.longest else {
            throw stream.problem(
                at: 8, "header length",
                .unexpected(found: "\(length)", expected: "at most \(Self.longest)"))
        }
        let start = stream.offset
        let text = try stream.read(length, field: "header")
        var parser = NPYHeaderParser(text: text, start: start, source: stream.name)
        self = try parser.header()
    }

    init(type: ElementType, isBigEndian: Bool, isFortranOrder: Bool, shape: [Int]) {
        self.type = type
        self.isBigEndian = isBigEndian
        self.isFortranOrder = isFortranOrder
        self.shape = shape
    }
}
