import CKernels
import Testing

@Suite struct SHA256Tests {
    /// The digest of `bytes`, handed over in pieces of `piece` bytes.
    private func digest(_ bytes: [UInt8], piece: Int = .max) -> String {
        var context = CKSHA256()
        ck_sha256_init(&context)
        var start = 0
        while start < bytes.count {
            let end = piece < bytes.count - start ? start + piece : bytes.count
            let part = Array(bytes[start..<end])
            ck_sha256_update(&context, part, part.count)
            start = end
        }
        var result = [UInt8](repeating: 0, count: 32)
        ck_sha256_final(&context, &result)
        return result.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    @Test("The examples of FIPS 180-4 have their published digests") func publishedExamples() {
        #expect(digest([]) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(digest(Array("abc".utf8)) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(
            digest(Array("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8))
                == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
        #expect(
            digest([UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000))
                == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    @Test("Pieces of any length give the digest of the whole") func pieces() {
        let bytes = (0..<300).map { UInt8(truncatingIfNeeded: $0 * 7) }
        for count in [55, 56, 63, 64, 65, 119, 120, 128, 300] {
            let whole = digest(Array(bytes[..<count]))
            for piece in [1, 3, 63, 64, 65] { #expect(digest(Array(bytes[..<count]), piece: piece) == whole) }
        }
    }
}
