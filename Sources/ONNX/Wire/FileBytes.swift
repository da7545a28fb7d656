import Foundation

/// Bytes gathered from pieces of a file: a range of the file while there is one piece, a copy once there are several.
struct FileBytes {
    private var range = 0..<0
    private var copy: [UInt8] = []

    var isEmpty: Bool { range.isEmpty && copy.isEmpty }

    mutating func append(_ piece: Range<Int>, of source: WireSource) {
        guard !isEmpty else {
            range = piece
            return
        }
        if copy.isEmpty { copy = Array(source.bytes[range]) }
        copy += source.bytes[piece]
    }

    /// Without a copy where there is one piece.
    func data(_ source: WireSource) -> Data {
        copy.isEmpty ? source.slice(range) : Data(copy)
    }
}
