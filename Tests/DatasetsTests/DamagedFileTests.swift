import Datasets
import Foundation
import Testing

@Suite struct DamagedFileTests {
    static let messages = """
        after-quote.csv:2:6: text after the closing quote
        blank-line.csv:2:1: '' is not a number
        blank.csv:2:3: '' is not a number
        bomb.idx.gz (inflated): byte 16: data: 8388608 bytes promised, more than 57 compressed bytes can hold
        checksum.idx.gz (inflated): byte 40: end: the compressed data is damaged
        checksum.npz: x.npy: byte 152: end: checksum 00000000 stored, d10a7f8b computed
        code.npy: byte 44: header: expected True or False
        complex.npy: byte 20: descr: element type '<c8' is not supported
        count.npz: byte 204: directory entry: found 0x6054b50, expected 0x2014b50
        cut-in-data.idx: byte 16: data: 24 bytes needed, 23 left
        cut-in-data.npy: byte 128: data: 24 bytes needed, 22 left
        cut-in-extents.idx: byte 8: extent 1: 4 bytes needed, 2 left
        cut-in-header.npy: byte 10: header: 118 bytes needed, 30 left
        cut.idx.gz (inflated): byte 16: data: the compressed data is cut short
        cut.npz: byte 196: end of directory: found the end of the file, expected a zip directory before it
        deflate.idx.gz (inflated): byte 0: magic number: the compressed data is damaged
        empty.csv:1:1: there are no rows of data
        empty.idx: byte 0: magic number: 4 bytes needed, 0 left
        encrypted.npz: byte 161: flags: encrypted members are not supported
        entry.npz: byte 153: directory entry: found 0x2015858, expected 0x2014b50
        expansion.npz: byte 177: member size: 1048576 bytes promised, more than 98 compressed bytes can hold
        exponent.csv:2:3: '1e' is not a number
        hexadecimal.csv:2:3: '0x10' is not a number
        huge.idx: byte 16: data: shape [4294967295, 4294967295, 4294967295] takes more than 4294967296 bytes
        local-header.npz: byte 0: local header: found 0x4035858, expected 0x4034b50
        local-name.npz: byte 30: member name: found another name, expected that of the directory
        long-row.csv:2:1: the row has 4 fields, the first row has 3
        magic.idx: byte 0: magic number: found 80, 75, expected 0, 0 as in every IDX file
        magic.npy: byte 0: magic string: found [148, 78, 85, 77, 80, 89], expected 147 and NUMPY as in every NPY file
        method.npz: byte 163: compression method: method 12 is not supported
        missing-shape.npy: byte 10: header: expected descr, fortran_order and shape
        negative.npy: byte 61: header: expected a whole number of at most 63 bits
        not-a-zip.npz: byte 152: end of directory: found the end of the file, expected a zip directory before it
        number-behind-umlaut.csv:1:5: 'ä�' is not a number
        number.csv:2:3: 'x' is not a number
        number.npy: byte 62: header: expected ','
        object.npy: byte 20: descr: arrays of Python objects (dtype object) are not supported
        overflow.npy: byte 88: data: shape [0, 4611686018427387904, 4] takes more than 4294967296 bytes
        quote-inside.csv:2:4: a quote inside a field that does not begin with one
        range.csv:2:3: '1e39' is beyond single precision
        rank0.idx: byte 3: rank: found 0, expected at least 1
        records.npy: byte 20: descr: arrays of records are not supported
        repeated-key.npy: byte 27: header: expected each of descr, fortran_order and shape once
        repeated.npz: byte 511: member name: 'x.npy' appears twice
        short-inside.idx.gz (inflated): byte 16: data: 24 bytes needed, 23 left
        short-row.csv:2:1: the row has 2 fields, the first row has 3
        short.npz: x.npy: byte 128: data: 24 bytes needed, 23 left
        trailing-inside.idx.gz (inflated): byte 40: end: more bytes follow where the data should end
        trailing-outside.idx.gz (inflated): byte 40: end of the compressed data: more bytes follow where the data should end
        trailing.idx: byte 40: end: more bytes follow where the data should end
        trailing.npy: byte 152: end: more bytes follow where the data should end
        type.idx: byte 2: element type: type 10 is not supported
        unterminated.csv:2:3: the quoted field does not end
        version.npy: byte 6: format version: version 4.0 is not supported
        zip64-size.npz: byte 213: zip64 member size: 18446744073709551615 bytes promised, at most 4294967296 are read
        """.split(separator: "\n").map(String.init)

    @Test("A damaged file is refused, and the message says where and why", arguments: messages)
    func refused(message: String) throws {
        let name = String(message.prefix { $0 != ":" && $0 != " " })
        let file = try Fixture.file("damaged/" + name)
        let error = #expect(throws: DatasetError.self) { try Fixture.read(file) }
        #expect(error?.description == message)
    }

    @Test("Every damaged file has its message here")
    func complete() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Fixture.url("damaged").path)
        #expect(names.count == Self.messages.count)
    }

    @Test("A name that an archive does not hold is answered with those it does")
    func missingName() throws {
        let file = try Fixture.file("deflated.npz")
        let error = #expect(throws: DatasetError.self) { try NumericArray(npz: file, name: "train_x") }
        #expect(
            error?.description
                == "deflated.npz: byte 536: directory: no array 'train_x'; the file holds 'x', 'y'")
    }

    @Test("A file that is not there is named with the system's reason")
    func missingFile() {
        let error = #expect(throws: DatasetError.self) {
            try FileBytes(contentsOf: URL(fileURLWithPath: "/nowhere/x.idx"))
        }
        #expect(error?.description == "/nowhere/x.idx: cannot be read: No such file or directory")
    }

    @Test("A folder is not read as a file")
    func folder() {
        let error = #expect(throws: DatasetError.self) { try FileBytes(contentsOf: Fixture.folder) }
        #expect(error?.description.hasSuffix(": cannot be read: not a regular file") == true)
    }
}
