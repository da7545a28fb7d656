import Foundation

extension ModelProto {
    /// One byte less than 2 GiB: protobuf's limit for a message.
    package static let maximumByteCount = Int(Int32.max)

    /// Reads the model at `url`, and data that its tensors keep in other files of the same folder; where `url` is a symbolic link, also
    /// those in the folder of what it leads to.
    ///
    /// The file is mapped, not copied: the content of tensors is a slice of it. It must not be truncated or overwritten
    /// in place while tensors are in use; replacing it, as `write(to:)` does, is harmless. Time and memory beyond the
    /// mapping are those of the fields, not of the weights in `raw_data`: at worst, in a file of nothing but empty
    /// messages, some fifty times the file's size.
    ///
    /// - Throws: `ONNXError.unreadable` and `.malformed`, the latter with field and byte offset.
    public init(contentsOf url: URL) throws(ONNXError) { self = try Self.reading(url).model }

    /// Reads a model from memory; tensors whose elements are in other files are errors.
    ///
    /// - Throws: `ONNXError.malformed`, with offsets from the start of `data`.
    public init(decoding data: Data) throws(ONNXError) {
        self = try Self.decode(data, nil)
    }

    /// Reads the model at `url` as `init(contentsOf:)` does.
    ///
    /// - Returns: beside it the other files that elements of its tensors are in: those of initializers, of attributes and of bodies.
    public static func reading(_ url: URL) throws(ONNXError) -> (model: ModelProto, tensorFiles: [URL]) {
        let files: ExternalFiles
        let data: Data
        do {
            data = try MappedFile.data(canonicalPath: try MappedFile.canonicalPath(url.path))
            files = try ExternalFiles(besides: url)
        } catch {
            throw .unreadable(file: url.path, fault: error)
        }
        let model = try decode(data, files)
        return (model, files.opened)
    }

    private static func decode(_ data: Data, _ files: ExternalFiles?) throws(ONNXError) -> ModelProto {
        try WireSource.decode(data, files) { source throws(DecodingFailure) in try ModelProto(source) }
    }

    /// The model as a protobuf message: the same bytes for equal models.
    ///
    /// Known fields come in the order of their numbers, then the unknown ones in the order in which they were read.
    /// Tensor data goes into `raw_data`, whichever field or file it came from.
    public func encoded() -> Data {
        var data = Data(count: encodedSize)
        data.withUnsafeMutableBytes { bytes in
            var writer = WireWriter(into: bytes)
            encode(to: &writer)
        }
        return data
    }

    /// Bytes of `encoded()`.
    package var encodedSize: Int { WireWriter.size(encode) }

    /// Writes the model into a temporary file beside `url` which then takes the name: there is never half a file.
    ///
    /// - Throws: `ONNXError.unwritable`; `.tooLarge` from 2 GiB on.
    public func write(to url: URL) throws(ONNXError) {
        let size = encodedSize
        if size > Self.maximumByteCount { throw .tooLarge(byteCount: size) }
        do {
            try encoded().write(to: url, options: .atomic)
        } catch {
            throw .unwritable(file: url.path, fault: FileFault(error))
        }
    }
}
