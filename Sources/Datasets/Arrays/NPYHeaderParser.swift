/// Parses the header of an NPY file: a Python dictionary with exactly the keys `descr`, `fortran_order` and `shape`,
/// padded with spaces and a line feed.
struct NPYHeaderParser {
    let text: [UInt8]
    /// The offset of `text` in `source`, for messages.
    let start: Int
    let source: String
    private var position = 0

    init(text: [UInt8], start: Int, source: String) {
        self.text = text
        self.start = start
        self.source = source
    }

    mutating func header() throws -> NPYHeader {
        var type: (ElementType, isBigEndian: Bool)?
        var isFortranOrder: Bool?
        var shape: [Int]?
        try expect("{")
        while !accept("}") {
            let keyOffset = position
            let key = try string()
            try expect(":")
            switch key {
            case "descr" where type == nil: type = try elementType()
            case "fortran_order" where isFortranOrder == nil: isFortranOrder = try bool()
            case "shape" where shape == nil: shape = try tuple()
            default: throw expected("each of descr, fortran_order and shape once", at: keyOffset)
            }
            if accept(",") { continue }
            try expect("}")
            break
        }
        skipSpaces()
        guard position == text.count else { throw expected("the end of the header") }
        guard let type, let isFortranOrder, let shape else {
            throw expected("descr, fortran_order and shape", at: 0)
        }
        return NPYHeader(
            type: type.0, isBigEndian: type.isBigEndian, isFortranOrder: isFortranOrder, shape: shape)
    }
}

extension NPYHeaderParser {
    private func expected(_ what: String, at offset: Int? = nil) -> DatasetError {
        .binary(
            source: source, offset: start + (offset ?? position), field: "header", .syntax(expected: what))
    }

    private mutating func skipSpaces() {
        while position < text.count, text[position] == 0x20 || text[position] == 0x0A { position += 1 }
    }

    /// Steps over `token` if it comes next, spaces aside.
    private mutating func accept(_ token: String) -> Bool {
        skipSpaces()
        guard text[position...].starts(with: token.utf8) else { return false }
        position += token.utf8.count
        return true
    }

    private mutating func expect(_ token: String) throws {
        guard accept(token) else { throw expected("'\(token)'") }
    }

    /// A string in single or double quotes; no escapes, as no name of a key or type needs one.
    private mutating func string() throws -> String {
        let quote: UInt8 = accept("\"") ? 0x22 : 0x27
        if quote == 0x27 { try expect("'") }
        let contents = text[position...].prefix { $0 != quote && $0 != 0x5C && $0 >= 0x20 }
        guard contents.endIndex < text.count, text[contents.endIndex] == quote else {
            position = contents.endIndex
            throw expected("the end of the string")
        }
        position = contents.endIndex + 1
        return String(decoding: contents, as: UTF8.self)
    }

    private mutating func bool() throws -> Bool {
        if accept("True") { return true }
        if accept("False") { return false }
        throw expected("True or False")
    }

    private mutating func tuple() throws -> [Int] {
        var numbers: [Int] = []
        try expect("(")
        while !accept(")") {
            guard numbers.count < NPYHeader.highestRank else {
                throw expected("at most \(NPYHeader.highestRank) axes")
            }
            numbers.append(try number())
            if accept(",") { continue }
            guard numbers.count > 1 else { throw expected("','") }
            try expect(")")
            break
        }
        return numbers
    }

    private mutating func number() throws -> Int {
        skipSpaces()
        let digits = text[position...].prefix { (0x30...0x39).contains($0) }
        guard let value = Int(String(decoding: digits, as: UTF8.self)) else {
            throw expected("a whole number of at most 63 bits")
        }
        position = digits.endIndex
        return value
    }

    private mutating func elementType() throws -> (ElementType, isBigEndian: Bool) {
        skipSpaces()
        let offset = position
        func unsupported(_ what: String) -> DatasetError {
            .binary(source: source, offset: start + offset, field: "descr", .unsupported(what))
        }
        if accept("[") { throw unsupported("arrays of records are") }
        let code = try string()
        let order = code.first
        let type: ElementType? =
            switch code.dropFirst() {
            case "b1": .bool
            case "u1": .uint8
            case "i1": .int8
            case "u2": .uint16
            case "i2": .int16
            case "u4": .uint32
            case "i4": .int32
            case "i8": .int64
            case "f2": .float16
            case "f4": .float32
            case "f8": .float64
            default: nil
            }
        if code.dropFirst().first == "O" { throw unsupported("arrays of Python objects (dtype object) are") }
        guard let type, order == "<" || order == ">" || (order == "|" && type.storedSize == 1) else {
            throw unsupported("element type '\(code)' is")
        }
        return (type, order == ">")
    }
}
