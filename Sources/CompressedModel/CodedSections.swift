import ONNX

/// What the parts of a `.cmdl` file take.
public struct CodedSections: Equatable, Sendable {
    /// Bytes of the whole file.
    public var fileSize: Int
    /// Bits of magic, version and checksum.
    public var headerBits: Double
    /// Bits of the graph: inputs, outputs, nodes, the declarations of initializers, and what the model says of itself.
    public var graphBits: Double
    /// One section for each initializer, in the order of the file.
    public var tensors: [TensorSection]
}

/// What the content of one initializer takes in a `.cmdl` file.
public struct TensorSection: Equatable, Sendable {
    public enum Kind: String, Equatable, Sendable {
        case codebook, uniform, scaled, float32
        /// An element type other than float.
        case other
    }
    /// The name that a decoder gives the initializer.
    public var name: String
    public var dimensions: [Int]
    public var kind: Kind
    /// Elements that are not zero; all, for element types other than float.
    public var nonzeros: Int
    /// Magnitudes of the codebook; 0 for other kinds.
    public var levels: Int
    /// Bits, codebook or step included.
    public var bits: Double
}

extension QuantizedModel {
    /// What the parts of the network take in the file that `encoded(keepNames:)` returns. The parts add up to the
    /// file's size but for less than 40 bits at its end.
    ///
    /// - Throws: `CompressedModelError.unrepresentable`.
    public func sections(keepNames: Bool) throws -> CodedSections {
        CodedSections(try Encoding(self, keepNames: keepNames))
    }
}

extension CodedSections {
    init(_ encoding: Encoding) {
        let names = NameTable(complete: encoding.description)
        tensors = encoding.description.initializers.enumerated().map { number, initializer in
            TensorSection(
                initializer, name: names[.initializer(number)] ?? "", size: encoding.initializerSizes[number])
        }
        fileSize = encoding.file.count
        headerBits = Double(8 * FileHeader.size)
        graphBits = Double(encoding.graphSize) / 65_536
    }
}

extension TensorSection {
    fileprivate init(_ initializer: InitializerDescription, name: String, size: Int) {
        self.name = name
        dimensions = initializer.dimensions
        bits = Double(size) / 65_536
        levels = 0
        switch initializer.content {
        case .float(.codebook(let magnitudes, let indices)):
            kind = .codebook
            levels = magnitudes.count
            nonzeros = indices.count { $0 != 0 }
        case .float(.uniform(_, let indices)):
            kind = .uniform
            nonzeros = indices.count { $0 != 0 }
        case .float(.scaled(let scaled)):
            kind = .scaled
            nonzeros = scaled.indices.count { $0 != 0 }
        case .float(.float32(let elements)):
            kind = .float32
            nonzeros = elements.count { $0 != 0 }
        case .other, .strings:
            kind = .other
            nonzeros = checkedCount(initializer.dimensions) ?? 0
        }
    }
}
