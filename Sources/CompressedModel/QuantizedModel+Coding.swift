import EntropyCoding
import ONNX

extension QuantizedModel {
    /// The network as a `.cmdl` file.
    ///
    /// The model's documentation and metadata are kept; those of nodes, tensors and values are not, nor is the producer. Initializers
    /// come back in the order of their first use.
    ///
    /// - Parameter keepNames: whether names of nodes, values and initializers are kept. Otherwise a decoder makes them
    ///   up, and descriptions of values inside of the graph are left out; graph inputs and outputs keep their names.
    /// - Throws: `CompressedModelError.unrepresentable`.
    public func encoded(keepNames: Bool) throws -> [UInt8] {
        try Encoding(self, keepNames: keepNames).file
    }

    /// The network as a `.cmdl` file, and as a decoder has it back from there.
    ///
    /// - Throws: `CompressedModelError.unrepresentable`.
    package func coded(keepNames: Bool) throws -> (file: [UInt8], decoded: QuantizedModel) {
        let encoding = try Encoding(self, keepNames: keepNames)
        return (encoding.file, try QuantizedModel(encoding.description))
    }

    /// Reads a `.cmdl` file.
    ///
    /// - Parameter file: any bytes. Memory and time are bounded by their number (`FORMAT.md`, section 1).
    /// - Throws: `CompressedModelError`.
    public init(decoding file: [UInt8]) throws {
        self = try Decoding(file).network
    }
}

/// What a file holds and what each of its parts takes.
struct Decoding {
    let description: NetworkDescription
    let network: QuantizedModel
    /// Bits of the graph, with what the model says of itself, and of each initializer's content, in 1/65,536.
    let graphSize: Int
    let initializerSizes: [Int]

    /// - Throws: `CompressedModelError`.
    init(_ file: [UInt8]) throws {
        let version = try FileHeader.check(file)
        let decoder = RangeDecoder(file, from: FileHeader.size)
        var codec = NetworkCodec(coder: decoder, budget: Budget(fileSize: file.count), version: version)
        do {
            var described = try codec.network(nil)
            let ofGraph = codec.coder.size
            initializerSizes = try described.initializers.indices.map { number in
                let start = codec.coder.size
                try codec.content(&described.initializers[number])
                return codec.coder.size - start
            }
            let ofTensors = codec.coder.size
            (described.documentation, described.metadata) = try codec.remarks(nil)
            graphSize = ofGraph + codec.coder.size - ofTensors
            let unread = file.count - codec.coder.position
            guard unread == 0 else { throw Malformation.unreadBytes(unread) }
            network = try QuantizedModel(described)
            description = described
        } catch let malformation as Malformation {
            throw CompressedModelError.malformed(malformation, offset: codec.coder.position)
        }
    }
}

/// A coded network and what each of its parts takes.
struct Encoding {
    let description: NetworkDescription
    let file: [UInt8]
    /// Bits of the graph, with what the model says of itself, and of each initializer's content, in 1/65,536.
    let graphSize: Int
    let initializerSizes: [Int]

    /// - Throws: `CompressedModelError.unrepresentable`.
    init(_ network: QuantizedModel, keepNames: Bool) throws {
        do {
            let description = try NetworkDescription(network, keepNames: keepNames)
            guard description.initializers.contains(where: \.isPredictable) else {
                self = try Self(description, version: description.version)
                return
            }
            let encoding = try Self(description, version: 6)
            let version = encoding.description.version
            self = version == 6 ? encoding : try Self(description, version: version)
        } catch let obstacle as Obstacle {
            throw CompressedModelError.unrepresentable(obstacle)
        }
    }

    /// - Parameter version: of the format.
    /// - Throws: `Obstacle`.
    init(_ given: NetworkDescription, version: UInt8) throws {
        var described = given
        var codec = NetworkCodec(coder: RangeEncoder(), budget: Budget(), version: version)
        _ = try codec.network(described)
        let ofGraph = codec.coder.size
        var sizes: [Int] = []
        for number in described.initializers.indices {
            let start = codec.coder.size
            described.initializers[number].chooseGrid()
            try codec.shortestContent(&described.initializers[number])
            sizes.append(codec.coder.size - start)
        }
        let ofTensors = codec.coder.size
        _ = try codec.remarks(described)
        graphSize = ofGraph + codec.coder.size - ofTensors
        description = described
        initializerSizes = sizes
        file = FileHeader.file(version: codec.version, payload: codec.coder.finish())
        guard codec.budget.fits(fileSize: file.count) else {
            throw Obstacle.beyondLimits(
                content: codec.budget.most, positions: codec.budget.positions, bytes: file.count)
        }
    }
}
