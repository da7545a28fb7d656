import Foundation
import ONNX

extension ForeignFile {
    /// Bytes at either end of a file that are looked at.
    private static let lookedAt = 1 << 16

    /// What a file is that could not be read as a network; `nil` where it may be a damaged network, or cannot
    /// be read at all.
    init?(_ url: URL) {
        guard !url.isFolder else {
            self.init(folder: url)
            return
        }
        // A pipe would block.
        guard url.isRegularFile, let file = try? FileHandle(forReadingFrom: url),
            let start = try? file.read(upToCount: Self.lookedAt) ?? Data(),
            let size = try? file.seekToEnd()
        else { return nil }
        try? file.seek(toOffset: size - min(size, UInt64(Self.lookedAt)))
        let end = (try? file.readToEnd() ?? Data()) ?? Data()
        self.init(start: [UInt8](start), end: [UInt8](end))
    }

    private init(folder: URL) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        if names.contains("saved_model.pb") {
            self = .savedModel
        } else if ["mlpackage", "mlmodelc"].contains(folder.pathExtension) {
            self = .coreML
        } else {
            self = .folder
        }
    }

    private init?(start: [UInt8], end: [UInt8]) {
        guard !start.isEmpty else {
            self = .empty
            return
        }
        switch Self.byMagic(start) ?? Self.byText(start) ?? Self.byStructure(start) {
        case .packed("zip", _)?: self = Self.archive(start, end)
        case let found?: self = found
        case nil: return nil
        }
    }

    /// Bytes at an offset by which formats are known.
    private static func byMagic(_ start: [UInt8]) -> ForeignFile? {
        func has(_ text: String, at offset: Int = 0) -> Bool { start.dropFirst(offset).starts(with: text.utf8) }
        func has(_ bytes: [UInt8]) -> Bool { start.starts(with: bytes) }
        if has("CMDL") { return .cmdl }
        if has("version https://git-lfs.github.com/") { return .lfsPointer }
        if has([0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]) { return .hdf5 }
        if has("TFL3", at: 4) { return .tensorFlowLite }
        if has("ORTM", at: 4) { return .ort }
        if has("GGUF") { return .gguf }
        if has([0x93] + Array("NUMPY".utf8)) { return .numpy }
        if has("PK\u{3}\u{4}") || has("PK\u{5}\u{6}") { return .packed("zip", with: "unzip") }
        if has([0x1F, 0x8B]) { return .packed("gzip", with: "gunzip") }
        if has([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]) { return .packed("7z", with: "7z x") }
        if has([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]) { return .packed("xz", with: "unxz") }
        if has([0x28, 0xB5, 0x2F, 0xFD]) { return .packed("zstd", with: "unzstd") }
        if has("BZh") { return .packed("bzip2", with: "bunzip2") }
        if has("ustar", at: 257) { return .packed("tar", with: "tar -xf") }
        return nil
    }

    /// Formats without a magic number.
    private static func byStructure(_ start: [UInt8]) -> ForeignFile? {
        guard start.count > 10 else { return nil }
        // A pickle of protocol 2 or later: PROTO, and what a pickle begins with then.
        if start[0] == 0x80, 2...5 ~= start[1] { return .pickle }
        // The length of a JSON text, which begins with a brace.
        if start[5...7].allSatisfy({ $0 == 0 }), start[8] == 0x7B, start[9] == 0x22 { return .safetensors }
        // Messages of protocol buffers: a version and then a message whose first field is one, too; or nodes from the start.
        if start[0] == 0x08, start[1] < 0x80, start[2] == 0x12, let next = afterVarint(start, from: 3), start[next] == 0x0A {
            return start[1] == 1 ? .savedModel : .coreML
        }
        if start[0] == 0x0A, let next = afterVarint(start, from: 1), start[next] == 0x0A { return .frozenGraph }
        return nil
    }

    private static func afterVarint(_ bytes: [UInt8], from offset: Int) -> Int? {
        bytes[offset...].prefix(5).firstIndex { $0 < 0x80 }.flatMap { $0 + 1 < bytes.count ? $0 + 1 : nil }
    }

    /// Text, if all that was looked at is such.
    private static func byText(_ start: [UInt8]) -> ForeignFile? {
        guard start.allSatisfy({ $0 >= 0x20 || [0x09, 0x0A, 0x0C, 0x0D].contains($0) }) else { return nil }
        let text = String(decoding: start.prefix(4096), as: UTF8.self).lowercased()
        if text.contains("<html") || text.contains("<!doctype html") { return .webPage }
        if text.contains("<net ") { return .openVINO }
        return .text
    }

    /// By the names of what is in a zip archive.
    private static func archive(_ start: [UInt8], _ end: [UInt8]) -> ForeignFile {
        let names = memberNames(start, signature: [0x50, 0x4B, 0x03, 0x04], lengthAt: 26, nameAt: 30)
            + memberNames(end, signature: [0x50, 0x4B, 0x01, 0x02], lengthAt: 28, nameAt: 46)
        func has(_ suffix: String) -> Bool { names.contains { $0.hasSuffix(suffix) } }
        if has("data.pkl") || has("constants.pkl") { return .pyTorch }
        if has("model.weights.h5") { return .keras }
        if has(".npy") { return .numpy }
        if has(".mlmodel") { return .coreML }
        return .packed("zip", with: "unzip")
    }

    /// Names at the headers of an archive's members, those of its directory alike.
    private static func memberNames(_ bytes: [UInt8], signature: [UInt8], lengthAt: Int, nameAt: Int) -> [String] {
        var names: [String] = []
        for place in bytes.indices where bytes[place] == 0x50 && bytes[place...].starts(with: signature) {
            guard place + nameAt <= bytes.count else { break }
            let length = Int(bytes[place + lengthAt]) | Int(bytes[place + lengthAt + 1]) << 8
            names.append(String(decoding: bytes[(place + nameAt)...].prefix(length), as: UTF8.self))
        }
        return names
    }
}

extension ForeignData {
    /// What lies in the place of data that a network wants more of than there is.
    init?(_ error: ONNXError, of network: URL) {
        guard case .malformed(_, _, .tensor(_, .externalData(.beyondEnd(let location, _, _, _)))) = error else { return nil }
        let folders = [network, network.resolvingSymlinksInPath()].map { $0.deletingLastPathComponent() }
        guard let kind = folders.lazy.compactMap({ ForeignFile($0.appendingPathComponent(location)) }).first else { return nil }
        self.init(location: location, kind: kind)
    }
}

extension URL {
    /// Through symbolic links.
    private var type: FileAttributeType? {
        (try? FileManager.default.attributesOfItem(atPath: resolvingSymlinksInPath().path))?[.type] as? FileAttributeType
    }

    fileprivate var isFolder: Bool { type == .typeDirectory }

    var isRegularFile: Bool { type == .typeRegular }
}
