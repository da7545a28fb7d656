/// What is read at all: a longer file or array is refused before memory is taken for it.
enum SizeLimit {
    /// 4 GiB, some ninety times MNIST.
    static let bytes = 1 << 32

    /// The most bytes deflate can make of `compressed` bytes: 258 bytes take two bits at best, 1032 to a byte
    /// (zlib technical details, "Maximum Compression Factor"); one more byte's worth covers the rounding.
    static func inflatedBytes(from compressed: Int) -> Int {
        1032 * (compressed + 1)
    }
}
