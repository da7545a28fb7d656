import CompressedModel
import ONNX
import Testing

@Suite struct MalformedFileTests {
    @Test func whatIsNoFileOfThisFormatIsRefused() throws {
        #expect(CompressedFile.message([]) == "the file ends after 0 bytes, within the header")
        #expect(CompressedFile.message(Array("CMDL".utf8)) == "the file ends after 4 bytes, within the header")
        #expect(CompressedFile.message(Array("CMDL".utf8) + [2, 0, 0]) == "the file ends after 7 bytes, within the header")
        #expect(CompressedFile.message(Array("GIF89a..........".utf8)) == "not a .cmdl file: it does not begin with 'CMDL'")
        #expect(CompressedFile.message(CompressedFile.file(payload: [1], version: 1))
            == "version 1 of the .cmdl format is not supported; versions 2 to 6 are")
    }

    @Test func damageIsNoticed() throws {
        var file = try LeNet5.network(units: [2, 3, 4]).encoded(keepNames: false)
        file[20] ^= 4
        let stored = String(file[5..<9].reversed().reduce(0 as UInt32) { $0 << 8 | UInt32($1) }, radix: 16)
        let computed = String(CompressedFile.checksum([2] + file[9...]), radix: 16)
        let expected = "the file is damaged: its checksum is \(pad(computed)), not \(pad(stored))"
        #expect(CompressedFile.message(file) == expected)
        #expect(CompressedFile.message(file.dropLast()).hasPrefix("the file is damaged"))
    }

    private func pad(_ digits: String) -> String { String(repeating: "0", count: 8 - digits.count) + digits }

    @Test func aPayloadHasNothingBehindItsEnd() throws {
        let payload = Array(try LeNet5.network(units: [2, 3, 4]).encoded(keepNames: false)[9...])
        let size = payload.count + 9
        #expect(CompressedFile.message(CompressedFile.file(payload: payload + [0])) == "byte \(size): the file ends in a zero byte")
        let longer = CompressedFile.message(CompressedFile.file(payload: payload + [1, 2, 3, 4, 5]))
        #expect(longer.hasSuffix("more bytes after the end of the content"))
    }

    @Test func anEmptyPayloadIsRefused() {
        // Zeros past the end read as ones: more and more of everything.
        #expect(
            CompressedFile.message(CompressedFile.file(payload: []))
                == "byte 9: the content takes more than 50331774 bytes of memory, too many for a file of this size")
    }
}
