/// Cuts a CSV file into fields (RFC 4180): commas, double quotes, lines that end in CR LF or LF. A byte-order mark at
/// the start is stepped over.
struct CSVScanner {
    struct Field {
        /// The contents, without the quotes around them; quotes inside are still doubled.
        let contents: Range<Int>
        let isQuoted: Bool
        let isLastOfRow: Bool
        /// Where the field begins, with its quote.
        let position: Position
    }

    /// A place in the file, kept in a form that costs nothing until a message needs it.
    struct Position {
        let line: Int
        let lineStart: Int
        let offset: Int
    }

    let file: FileBytes
    private var offset = 0
    private var line = 1
    private var lineStart = 0

    init(_ file: FileBytes) {
        self.file = file
        if file.bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            offset = 3
            lineStart = 3
        }
    }

    var isAtEnd: Bool { offset == file.bytes.count }

    var position: Position { Position(line: line, lineStart: lineStart, offset: offset) }

    /// The next field.
    ///
    /// - Precondition: not at the end, or behind a comma there.
    mutating func next() throws -> Field {
        let position = position
        let isQuoted = byte(at: offset) == UInt8(ascii: "\"")
        let contents = isQuoted ? try quotedContents() : try plainContents()
        let isLast = try endField()
        return Field(contents: contents, isQuoted: isQuoted, isLastOfRow: isLast, position: position)
    }

    func text(of field: Field) -> String {
        let contents = file.bytes[field.contents]
        guard field.isQuoted else { return String(decoding: contents, as: UTF8.self) }
        var (bytes, isSecond) = ([UInt8](), false)
        for byte in contents {
            isSecond = byte == UInt8(ascii: "\"") && !isSecond
            // Of each two quotes the first stands for both.
            if byte != UInt8(ascii: "\"") || isSecond { bytes.append(byte) }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    func problem(at position: Position, _ problem: TextProblem) -> DatasetError {
        // Bytes that continue a UTF-8 character do not count.
        let before = file.bytes[position.lineStart..<position.offset].count { $0 & 0xC0 != 0x80 }
        return .text(file: file.name, line: position.line, column: before + 1, problem)
    }
}

extension CSVScanner {
    private func byte(at offset: Int) -> UInt8? {
        offset < file.bytes.count ? file.bytes[offset] : nil
    }

    private func isLineEnd(at offset: Int) -> Bool {
        let byte = byte(at: offset)
        return byte == 0x0A || (byte == 0x0D && self.byte(at: offset + 1) == 0x0A)
    }

    private mutating func plainContents() throws -> Range<Int> {
        let start = offset
        while let byte = byte(at: offset), byte != UInt8(ascii: ","), !isLineEnd(at: offset) {
            if byte == UInt8(ascii: "\"") { throw problem(at: position, .quoteInsideField) }
            offset += 1
        }
        return start..<offset
    }

    private mutating func quotedContents() throws -> Range<Int> {
        let opening = position
        offset += 1
        let start = offset
        while let byte = byte(at: offset) {
            if byte == UInt8(ascii: "\"") {
                guard self.byte(at: offset + 1) == UInt8(ascii: "\"") else {
                    offset += 1
                    return start..<offset - 1
                }
                offset += 1
            }
            offset += 1
            if byte == 0x0A { startLine() }
        }
        throw problem(at: opening, .unterminatedQuote)
    }

    /// Steps over what ends a field and says whether it ends the row too.
    private mutating func endField() throws -> Bool {
        guard let byte = byte(at: offset) else { return true }
        if byte == UInt8(ascii: ",") {
            offset += 1
            return false
        }
        guard isLineEnd(at: offset) else { throw problem(at: position, .textAfterQuote) }
        offset += byte == 0x0D ? 2 : 1
        startLine()
        return true
    }

    private mutating func startLine() {
        line += 1
        lineStart = offset
    }
}
