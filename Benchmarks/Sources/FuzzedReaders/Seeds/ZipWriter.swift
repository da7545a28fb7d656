/// A member of a zip archive as it is written.
struct ZipMember {
    let name: String
    let method: Int
    /// As it stands in the archive.
    let stored: [UInt8]
    let inflated: [UInt8]
    var hasZip64Sizes = false

    init(_ name: String, stored: [UInt8]) {
        (self.name, method, self.stored, inflated) = (name, 0, stored, stored)
    }

    init(_ name: String, stream: [UInt8]) {
        (self.name, method, stored, inflated) = (name, 8, stream, Deflate.inflated(stream))
    }

    func with(zip64 flag: Bool) -> ZipMember {
        var copy = self
        copy.hasZip64Sizes = flag
        return copy
    }

    /// What local header and directory entry have in common, from the version to the length of the extra field.
    fileprivate var fields: [UInt8] {
        func number(_ value: Int, _ size: Int) -> [UInt8] { Deflate.littleEndian(value, size) }
        let sizes = hasZip64Sizes
            ? [UInt8](repeating: 0xFF, count: 8) : number(stored.count, 4) + number(inflated.count, 4)
        return number(20, 2) + number(0, 2) + number(method, 2) + number(0, 4)
            + number(Int(Deflate.checksum(inflated)), 4) + sizes + number(name.utf8.count, 2) + number(extra.count, 2)
    }

    fileprivate var extra: [UInt8] {
        guard hasZip64Sizes else { return [] }
        return Deflate.littleEndian(1, 2) + Deflate.littleEndian(16, 2) + Deflate.littleEndian(inflated.count, 8)
            + Deflate.littleEndian(stored.count, 8)
    }
}

extension Deflate {
    /// A zip file (PKWARE APPNOTE 6.3).
    static func zip(_ members: [ZipMember]) -> [UInt8] {
        var file: [UInt8] = []
        var directory: [UInt8] = []
        for member in members {
            let offset = file.count
            file += [0x50, 0x4B, 3, 4] + member.fields + member.name.utf8 + member.extra + member.stored
            directory += [0x50, 0x4B, 1, 2, 20, 0] + member.fields + [UInt8](repeating: 0, count: 10)
            directory += littleEndian(offset, 4) + member.name.utf8 + member.extra
        }
        let end = [0x50, 0x4B, 5, 6, 0, 0, 0, 0] + littleEndian(members.count, 2) + littleEndian(members.count, 2)
            + littleEndian(directory.count, 4) + littleEndian(file.count, 4) + [0, 0]
        return file + directory + end
    }
}
