import Datasets
import Foundation
import Testing

@Suite struct ArrayReaderTests {
    static let images = NumericArray(
        shape: [3, 2, 4], elements: .uint8((0..<24).map { UInt8($0 * 10) }))

    @Test("An IDX file is read alike as it is and gzipped", arguments: ["images.idx", "images.idx.gz"])
    func idx(name: String) throws {
        #expect(try NumericArray(idx: Fixture.file(name)) == Self.images)
    }

    @Test("Gzip is known by its first bytes, not by a name")
    func gzipByContents() throws {
        let labels = try NumericArray(idx: Fixture.file("labels-named-plainly"))
        #expect(labels == NumericArray(shape: [3], elements: .uint8([2, 0, 1])))
    }

    @Test(
        "IDX whole numbers keep their signs",
        arguments: [
            ("int8.idx", .int16([-2, 0, 100])), ("int16.idx", .int16([-600, 0, 30000])), ("int32.idx", .int64([-140_000, 0, 7_000_000])),
        ] as [(String, NumericArray.Elements)])
    func idxIntegers(name: String, elements: NumericArray.Elements) throws {
        let array = try NumericArray(idx: Fixture.file(name))
        #expect(array == NumericArray(shape: [3], elements: elements))
    }

    @Test("IDX floats are read, doubles rounded to single", arguments: ["float32.idx", "float64.idx"])
    func idxFloats(name: String) throws {
        let array = try NumericArray(idx: Fixture.file(name))
        #expect(array == NumericArray(shape: [3], elements: .float32([-1.5, 0.1, 3e38])))
    }

    @Test(
        "NPY numbers are read from either byte order",
        arguments: ["little", "big"], ["u2", "i2", "u4", "i4", "i8", "f2", "f4", "f8"])
    func npy(order: String, type: String) throws {
        let array = try NumericArray(npy: Fixture.file("\(order)-\(type).npy"))
        let expected: NumericArray.Elements =
            type.hasPrefix("f") ? .float32([0, 1, 1, 100]) : type == "i2" ? .int16([0, 1, 1, 100]) : .int64([0, 1, 1, 100])
        #expect(array == NumericArray(shape: [4], elements: expected))
    }

    @Test(
        "NPY bytes are read, and truth values become 0 and 1",
        arguments: [
            ("b1", .uint8([0, 1, 1, 1])), ("u1", .uint8([0, 1, 1, 100])), ("i1", .int16([0, 1, 1, 100])),
        ] as [(String, NumericArray.Elements)])
    func npyBytes(type: String, elements: NumericArray.Elements) throws {
        let array = try NumericArray(npy: Fixture.file("byte-\(type).npy"))
        #expect(array == NumericArray(shape: [4], elements: elements))
    }

    @Test("Half precision is widened exactly, subnormals and infinities too")
    func half() throws {
        let array = try NumericArray(npy: Fixture.file("half.npy"))
        let expected: [Float] = [0x1.554p-2, -65504, 0x1p-24, -0x1p-14, .infinity, 0, -0.0]
        guard case .float32(let values) = array.elements else {
            Issue.record("not floats")
            return
        }
        #expect(values.map(\.bitPattern) == expected.map(\.bitPattern))
    }

    @Test("Fortran order is turned into C order")
    func fortran() throws {
        #expect(
            try NumericArray(npy: Fixture.file("fortran.npy"))
                == NumericArray(shape: [2, 3, 4], elements: .int64(Array(0..<24))))
        #expect(
            try NumericArray(npy: Fixture.file("fortran-f8-big.npy"))
                == NumericArray(shape: [3, 2], elements: .float32([0, 1, 2, 3, 4, 5])))
    }

    @Test("NPY formats 2 and 3 are read", arguments: ["version2.npy", "version3.npy"])
    func versions(name: String) throws {
        let array = try NumericArray(npy: Fixture.file(name))
        #expect(array == NumericArray(shape: [2, 3], elements: .float32([0, 1, 2, 3, 4, 5])))
    }

    @Test("A single number has no extents")
    func scalar() throws {
        let array = try NumericArray(npy: Fixture.file("scalar.npy"))
        #expect(array == NumericArray(shape: [], elements: .int64([7])))
    }

    @Test(
        "An NPZ array is found by name, stored or deflated, with data descriptors or zip64 sizes",
        arguments: ["deflated.npz", "stored.npz", "descriptors.npz", "zip64.npz"])
    func npz(name: String) throws {
        #expect(try NumericArray(npz: Fixture.file(name), name: "x") == Self.images)
    }
}
