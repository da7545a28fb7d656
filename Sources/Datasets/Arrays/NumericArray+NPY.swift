extension NumericArray {
    /// Reads an NPY file, formats 1.0 to 3.0 (NumPy enhancement proposal 1): numbers of either byte order, in C or
    /// Fortran order. Nothing may follow the data.
    package init(npy file: FileBytes) throws {
        try self.init(npy: ByteStream(file))
    }

    /// Reads the array `name` of an NPZ file, a zip archive with a member `name.npy`.
    package init(npz file: FileBytes, name: String) throws {
        let archive = try ZipArchive(file)
        guard let member = archive.members.first(where: { $0.name == name + ".npy" }) else {
            let present = archive.members.map(\.name).filter { $0.hasSuffix(".npy") }
                .map { String($0.dropLast(4)) }
            throw file.problem(
                at: file.bytes.count, "directory", .noSuchArray(name, present: present))
        }
        try self.init(npy: archive.open(member))
    }

    private init(npy stream: ByteStream) throws {
        var stream = stream
        let header = try NPYHeader(from: &stream)
        let elements = try stream.readElements(
            header.type, shape: header.shape, isBigEndian: header.isBigEndian)
        try stream.finish()
        self.init(
            shape: header.shape,
            elements: header.isFortranOrder ? elements.rowMajor(fromColumnMajor: header.shape) : elements)
    }
}

extension NumericArray.Elements {
    fileprivate func rowMajor(fromColumnMajor shape: [Int]) -> Self {
        switch self {
        case .uint8(let values): .uint8(Datasets.rowMajor(values, fromColumnMajor: shape))
        case .int16(let values): .int16(Datasets.rowMajor(values, fromColumnMajor: shape))
        case .int64(let values): .int64(Datasets.rowMajor(values, fromColumnMajor: shape))
        case .float32(let values): .float32(Datasets.rowMajor(values, fromColumnMajor: shape))
        }
    }
}

/// The elements of an array with the last index moving fastest, given them with the first moving fastest.
private func rowMajor<Element>(_ elements: [Element], fromColumnMajor shape: [Int]) -> [Element] {
    guard shape.count > 1, !elements.isEmpty else { return elements }
    var strides: [Int] = []
    _ = shape.reduce(1) { stride, extent in
        strides.append(stride)
        return stride * extent
    }
    var index = [Int](repeating: 0, count: shape.count)
    var position = 0
    return elements.indices.map { _ in
        let element = elements[position]
        for axis in shape.indices.reversed() {
            index[axis] += 1
            position += strides[axis]
            if index[axis] < shape[axis] { break }
            position -= strides[axis] * shape[axis]
            index[axis] = 0
        }
        return element
    }
}
