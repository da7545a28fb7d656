import CZlib

/// A deflate stream being inflated, a bounded piece at a time (RFC 1951, RFC 1952).
///
/// A class, because zlib's state is one thing at one address that has to be given back.
final class Inflater {
    enum Wrapper: Int32 {
        case raw = -15
        case gzip = 31
    }

    enum Status {
        case running, ended, damaged
        /// The compressed bytes ran out before the stream ended.
        case starved
    }

    private(set) var status = Status.running
    private let stream: UnsafeMutablePointer<z_stream>
    private let bytes: [UInt8]
    private var unread: Range<Int>

    init(_ bytes: [UInt8], in range: Range<Int>, wrapper: Wrapper) {
        self.bytes = bytes
        unread = range
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let result = inflateInit2_(
            stream, wrapper.rawValue, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(result == Z_OK, "zlib could not start")
    }

    deinit {
        inflateEnd(stream)
        stream.deinitialize(count: 1)
        stream.deallocate()
    }

    /// Compressed bytes behind the end of the stream.
    var leftover: Int { unread.count }

    /// Inflates until `output` is full or the stream can give no more.
    ///
    /// - Returns: the number of bytes written; if fewer than there is room for, `status` says why.
    func fill(_ output: UnsafeMutableBufferPointer<UInt8>) -> Int {
        var produced = 0
        while produced < output.count, status == .running, let start = output.baseAddress {
            produced += step(into: start + produced, room: output.count - produced)
        }
        return produced
    }

    private func step(into output: UnsafeMutablePointer<UInt8>, room: Int) -> Int {
        // zlib counts in 32 bits.
        let room = UInt32(min(room, 1 << 30))
        let offered = UInt32(min(unread.count, 1 << 30))
        let result = bytes.withUnsafeBufferPointer { input in
            stream.pointee.next_in = UnsafeMutablePointer(
                mutating: input.baseAddress.map { $0 + unread.lowerBound })
            stream.pointee.avail_in = offered
            stream.pointee.next_out = output
            stream.pointee.avail_out = room
            return inflate(stream, Z_NO_FLUSH)
        }
        unread = unread.lowerBound + Int(offered - stream.pointee.avail_in)..<unread.upperBound
        switch result {
        case Z_OK: break
        case Z_STREAM_END: status = .ended
        case Z_BUF_ERROR: status = .starved
        default: status = .damaged
        }
        return Int(room - stream.pointee.avail_out)
    }
}
