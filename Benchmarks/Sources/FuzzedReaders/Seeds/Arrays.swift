import Datasets

// Files of arrays: IDX, NPY and NPZ.

extension FuzzedReader {
    static func idx() -> FuzzedReader {
        let files = [
            idx(0x08, [3, 2, 4], size: 1), idx(0x09, [4, 3], size: 1), idx(0x0B, [2, 3], size: 2),
            idx(0x0C, [3], size: 4), idx(0x0D, [2, 2, 1, 2], size: 4), idx(0x0E, [5], size: 8),
        ]
        let plain = files.map { Seed(.bytes, $0) }
        let zipped = files.map { Seed(.bytes, $0) { Deflate.gzip(stream: Deflate.stored($0), inflated: $0) } }
        let streams = files.prefix(3).map { file in
            Seed(.bytes, Deflate.compressed(file)) { Deflate.gzip(stream: $0, inflated: Deflate.inflated($0)) }
        }
        var reader = FuzzedReader(name: "idx", fileExtension: "idx", seeds: plain + zipped + streams) { bytes, _ in
            _ = try NumericArray(idx: FileBytes(name: "file.idx", bytes: bytes))
        } isRefusal: { $0 is DatasetError }
        reader.isOfHeader = { isBinary($0, before: 4) }
        return reader
    }

    /// Whether a file is refused for what is in its first bytes.
    private static func isBinary(_ error: any Error, before end: Int) -> Bool {
        guard case DatasetError.binary(_, let offset, _, _) = error else { return false }
        return offset < end
    }

    private static func idx(_ type: UInt8, _ shape: [Int], size: Int) -> [UInt8] {
        [0, 0, type, UInt8(shape.count)] + shape.flatMap { Deflate.littleEndian($0, 4).reversed() }
            + data(shape.reduce(size, *))
    }

    private static func data(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: 37 * $0 + 5) } }

    static func npy() -> FuzzedReader {
        let whole = arrays.map { Seed(.bytes, npy(Array($0.header.utf8), data($0.size), version: $0.version)) }
        // Their headers alone, with a length that fits.
        let headers = arrays.map { array in
            Seed(.text, Array(array.header.utf8)) { npy($0, data(array.size), version: array.version) }
        }
        var reader = FuzzedReader(name: "npy", fileExtension: "npy", seeds: whole + headers) { bytes, _ in
            _ = try NumericArray(npy: FileBytes(name: "file.npy", bytes: bytes))
        } isRefusal: { $0 is DatasetError }
        reader.tokens = headerTokens
        reader.isOfHeader = { isBinary($0, before: 10) }
        return reader
    }

    private static let headerTokens = [
        "{", "}", "(", ")", ",", ":", "'", "\"", "\\", "1,", "0,", "2,", " ", "\n", "True", "False", "[", "]", "'descr': ",
        "'shape': ", "'fortran_order': ", "'<f8'", "'>i2'", "'|u1'", "'|b1'", "'<u4'", "'>i8'", "'<f2'", "'|O'", "'<c8'",
    ]

    private static let arrays: [(header: String, size: Int, version: UInt8)] = [
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }\n", 24, 1),
        ("{'descr': '|u1', 'fortran_order': True, 'shape': (3, 2, 2), }\n", 12, 1),
        ("{'descr': '>i8', 'fortran_order': True, 'shape': (2, 2), }\n", 32, 2),
        ("{'descr': '<f2', 'fortran_order': False, 'shape': (5,), }\n", 10, 3),
        ("{'descr': '>f8', 'fortran_order': False, 'shape': (), }\n", 8, 1),
        ("{'shape': (0, 4), 'fortran_order': False, \"descr\": '<i2'}", 0, 1),
        ("{'descr': '|b1', 'fortran_order': True, 'shape': (4, 1, 1, 1, 1), }   \n", 4, 1),
        ("{'descr': '<u4', 'fortran_order': False, 'shape': (2,)}", 8, 1),
    ]

    private static func npy(_ header: [UInt8], _ data: [UInt8], version: UInt8) -> [UInt8] {
        [0x93] + "NUMPY".utf8 + [version, 0] + Deflate.littleEndian(header.count, version == 1 ? 2 : 4) + header + data
    }

    static func npz() throws -> FuzzedReader {
        let files = arrays.prefix(3).map { npy(Array($0.header.utf8), data($0.size), version: $0.version) }
        let (inputs, labels) = (files[0], files[1])
        let archives = [
            Deflate.zip([ZipMember("x.npy", stored: inputs), ZipMember("y.npy", stored: labels)]),
            Deflate.zip([("x.npy", inputs), ("y.npy", labels)].map { ZipMember($0, stream: Deflate.compressed($1)) }),
            Deflate.zip([ZipMember("x.npy", stored: inputs).with(zip64: true)]),
        ]
        let members = files.flatMap { file in
            [
                Seed(.bytes, file) { Deflate.zip([ZipMember("x.npy", stored: $0)]) },
                Seed(.bytes, Deflate.compressed(file)) { Deflate.zip([ZipMember("x.npy", stream: $0)]) },
            ]
        }
        let seeds = archives.map { Seed(.bytes, $0) } + members
        var reader = FuzzedReader(name: "npz", fileExtension: "npz", seeds: seeds) { bytes, choice in
            let name = choice % 4 == 0 ? "y" : "x"
            _ = try NumericArray(npz: FileBytes(name: "file.npz", bytes: bytes), name: name)
        } isRefusal: { $0 is DatasetError }
        reader.isOfHeader = { error in
            guard case DatasetError.binary(let source, _, _, _) = error else { return false }
            return source == "file.npz"
        }
        reader.tokens = ["PK\u{1}\u{2}", "PK\u{3}\u{4}", "PK\u{5}\u{6}", "x.npy", "y.npy", "{'descr'", "(2, 3)"]
        return reader
    }
}
