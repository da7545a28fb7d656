import CKernels
import Foundation

/// FIPS 180-4.
enum SHA256 {
    /// Of parts, one after the other.
    static func hexadecimal(_ parts: any ContiguousBytes...) -> String {
        var context = CKSHA256()
        ck_sha256_init(&context)
        for part in parts { part.withUnsafeBytes { ck_sha256_update(&context, $0.baseAddress, $0.count) } }
        var digest = [UInt8](repeating: 0, count: 32)
        ck_sha256_final(&context, &digest)
        return digest.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
