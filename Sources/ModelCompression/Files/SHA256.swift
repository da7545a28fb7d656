import CKernels
import Foundation

/// FIPS 180-4, of bytes that need not all be there at the same time.
struct SHA256 {
    private var context = CKSHA256()

    init() { ck_sha256_init(&context) }

    mutating func update(_ bytes: some ContiguousBytes) {
        bytes.withUnsafeBytes { ck_sha256_update(&context, $0.baseAddress, $0.count) }
    }

    /// Of all bytes, which are the last ones.
    mutating func hexadecimal() -> String {
        var digest = [UInt8](repeating: 0, count: 32)
        ck_sha256_final(&context, &digest)
        return digest.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }

    static func hexadecimal(_ bytes: some ContiguousBytes) -> String {
        var digest = SHA256()
        digest.update(bytes)
        return digest.hexadecimal()
    }
}
