extension NumericArray {
    /// Reads an IDX file, the format of MNIST (http://yann.lecun.com/exdb/mnist/), as it is or in a gzip file.
    ///
    /// Two zero bytes, the element type, the rank, the extents as big-endian 32-bit numbers, the elements big-endian
    /// and in row-major order; nothing may follow.
    package init(idx file: FileBytes) throws {
        // An IDX file begins with a zero, so gzip's first bytes (RFC 1952) cannot be mistaken for one.
        let isCompressed = file.bytes.starts(with: [0x1F, 0x8B])
        var stream = isCompressed ? ByteStream(gzip: file) : ByteStream(file)
        let magic = try stream.read(4, field: "magic number")
        guard magic[0] == 0, magic[1] == 0 else {
            throw stream.problem(
                at: 0, "magic number",
                .unexpected(found: "\(magic[0]), \(magic[1])", expected: "0, 0 as in every IDX file"))
        }
        guard let type = ElementType(idxCode: magic[2]) else {
            throw stream.problem(at: 2, "element type", .unsupported("type \(magic[2]) is"))
        }
        guard magic[3] >= 1 else {
            throw stream.problem(at: 3, "rank", .unexpected(found: "0", expected: "at least 1"))
        }
        var shape: [Int] = []
        for axis in 0..<Int(magic[3]) {
            let extent = try stream.read(4, field: "extent \(axis)")
            shape.append(extent.reduce(0) { $0 << 8 | Int($1) })
        }
        let elements = try stream.readElements(type, shape: shape, isBigEndian: true)
        try stream.finish()
        self.init(shape: shape, elements: elements)
    }
}

extension ElementType {
    fileprivate init?(idxCode: UInt8) {
        switch idxCode {
        case 0x08: self = .uint8
        case 0x09: self = .int8
        case 0x0B: self = .int16
        case 0x0C: self = .int32
        case 0x0D: self = .float32
        case 0x0E: self = .float64
        default: return nil
        }
    }
}
