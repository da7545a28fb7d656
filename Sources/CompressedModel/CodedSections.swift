import ONNX

/// What the parts of a `.cmdl` file take.
public struct CodedSections: Equatable, Sendable {
    /// Bytes of the whole file.
    public var fileSize: Int
    /// Whether names of nodes, values and initializers are kept.
    public var keepsNames: Bool
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
        let encoding = try Encoding(self, keepNames: keepNames)
        return CodedSections(
            encoding.description, fileSize: encoding.file.count, graphSize: encoding.graphSize,
            initializerSizes: encoding.initializerSizes)
    }
}

extension CodedSections {
    /// What the parts of a file take.
    ///
    /// - Throws: `CompressedModelError`.
    public init(decoding file: [UInt8]) throws {
        let decoding = try Decoding(file)
        self.init(
            decoding.description, fileSize: file.count, graphSize: decoding.graphSize, initializerSizes: decoding.initializerSizes)
    }

    /// - Parameters:
    ///   - graphSize: bits in 1/65,536, as those of the content of each initializer.
    fileprivate init(_ description: NetworkDescription, fileSize: Int, graphSize: Int, initializerSizes: [Int]) {
        let names = NameTable(complete: description)
        self.fileSize = fileSize
        keepsNames = description.keepsNames
        headerBits = Double(8 * FileHeader.size)
        graphBits = Double(graphSize) / 65_536
        tensors = description.initializers.enumerated().map { number, initializer in
            TensorSection(initializer, name: names[.initializer(number)] ?? "", size: initializerSizes[number])
        }
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
