import CKernels
import Foundation

func sha256(_ data: Data) -> String {
    var context = CKSHA256()
    ck_sha256_init(&context)
    data.withUnsafeBytes { ck_sha256_update(&context, $0.baseAddress, $0.count) }
    var digest = [UInt8](repeating: 0, count: 32)
    ck_sha256_final(&context, &digest)
    return digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
