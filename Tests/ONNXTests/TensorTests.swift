import Foundation
import ONNX
import Testing

@Suite struct TensorTests {
    private func tensor(_ name: String) throws -> TensorProto {
        try #require(try Fixtures.model("data-fields").initializer(name))
    }

    @Test("Floats of every precision, whichever field they are in")
    func floats() throws {
        #expect(try tensor("float").floats() == [0.5, -2, 1e30, 0x1p-149])
        #expect(try tensor("double").floats() == [0.1, -.infinity])
        #expect(try tensor("float16").floats() == [0.5, -2, 65504, 0x1p-24])
        #expect(try tensor("bfloat16").floats() == [0.5, -2, 3, Float(bitPattern: 0x7149_0000)])
        #expect(try tensor("scalar").floats() == [7])
        #expect(try tensor("empty").floats() == [])
    }

    @Test("Integers of every size, whichever field they are in")
    func integers() throws {
        #expect(try tensor("int8").integers() == [-128, -1, 127])
        #expect(try tensor("uint8").integers() == [0, 128, 255])
        #expect(try tensor("int16").integers() == [-32768, -1, 32767])
        #expect(try tensor("uint16").integers() == [0, 32768, 65535])
        #expect(try tensor("int32").integers() == [-0x8000_0000, -1, 0x7FFF_FFFF])
        #expect(try tensor("uint32").integers() == [0, 0xFFFF_FFFF])
        #expect(try tensor("int64").integers() == [.min, -1, .max])
        #expect(try tensor("uint64").integers() == [1, .max])
        #expect(try tensor("bool").integers() == [0, 1, 1, 0])
        #expect(try tensor("int4").integers() == [-8, 7, -1])
        #expect(try tensor("uint4").integers() == [1, 15, 8])
    }

    @Test("Integers are written as they are read, those of 4 bits two to a byte, the first in the low half")
    func writtenIntegers() throws {
        for type in [DataType.int4, .uint4, .int8, .uint8, .int16, .uint16, .int32, .uint32, .int64, .uint64] {
            let range = try #require(type.integerRange)
            let values = [range.lowerBound, range.upperBound, 1]
            let tensor = TensorProto(dimensions: [3], dataType: type, integers: values)
            #expect(try tensor.integers() == values)
        }
        let packed = TensorProto(dimensions: [3], dataType: .int4, integers: [-8, 7, -1])
        #expect(packed.content == Data([0x78, 0x0F]))
        #expect(DataType.float.integerRange == nil)
    }

    @Test("Strings stand apart from the content")
    func strings() throws {
        let strings = try tensor("string")
        #expect(strings.strings == ["one", "", "zwölf"].map { Array($0.utf8) })
        #expect(strings.content.isEmpty)
    }

    @Test("Types without arithmetic keep their bytes")
    func otherTypes() throws {
        #expect(try tensor("complex64").content == Data([0, 0, 0x80, 0x3F, 0, 0, 0x80, 0xBF]))
        #expect(try tensor("complex128").content.count == 16)
        #expect(try tensor("float8E5M2FNUZ").content == Data([0x38, 0xB8, 0x7E, 0x01]))
    }

    @Test("All 65,536 half-precision numbers convert exactly")
    func halves() throws {
        let bits = (0...UInt16.max).map(\.littleEndian)
        let half = TensorProto(dimensions: [65536], dataType: .float16, content: bits.withUnsafeBytes { Data($0) })
        for (bits, value) in zip(0...UInt16.max, try half.floats()) {
            let sign: Float = bits < 0x8000 ? 1 : -1
            let exponent = Int(bits >> 10 & 0x1F)
            let fraction = Float(bits & 0x3FF) * 0x1p-10
            switch exponent {
            case 0: #expect(value == sign * fraction * 0x1p-14)
            case 31: #expect(bits & 0x3FF == 0 ? value == sign * .infinity : value.isNaN)
            default:
                #expect(value == sign * (1 + fraction) * Float(sign: .plus, exponent: exponent - 15, significand: 1))
            }
            #expect(value.sign == (bits < 0x8000 ? .plus : .minus))
        }
    }

    @Test("A tensor made of numbers gives them back")
    func making() throws {
        let floats = TensorProto(name: "w", dimensions: [2, 1], floats: [1.5, -.infinity])
        #expect(try floats.floats() == [1.5, -.infinity])
        #expect(floats.elementCount == 2)
        let integers = TensorProto(name: "axes", dimensions: [2], int64s: [.min, 7])
        #expect(try integers.integers() == [.min, 7])
        #expect(TensorProto(dimensions: [], floats: [1]).elementCount == 1)
        #expect(TensorProto(dimensions: [.max, .max, 0], floats: []).elementCount == 0)
    }

    @Test("Numbers of another kind are refused, with the tensor's name")
    func wrongKind() throws {
        let floats = TensorProto(name: "w", dimensions: [1], floats: [1])
        #expect(throws: ONNXError.tensor(name: "w", fault: .notIntegers(.float))) { try floats.integers() }
        let integers = TensorProto(name: "axes", dimensions: [1], int64s: [1])
        #expect(throws: ONNXError.tensor(name: "axes", fault: .notFloats(.int64))) { try integers.floats() }
        let error = ONNXError.tensor(name: "w", fault: .notIntegers(.float))
        #expect("\(error)" == "tensor 'w': elements of type float are not integers")
    }

    @Test("Numbers beyond Int are refused")
    func tooLarge() {
        let tensor = TensorProto(
            name: "big", dimensions: [1], dataType: .uint64, content: Data(repeating: 0xFF, count: 8))
        let fault = TensorFault.valueOutOfRange(value: "18446744073709551615", dataType: .int64)
        #expect(throws: ONNXError.tensor(name: "big", fault: fault)) { try tensor.integers() }
    }

    @Test("Content that disagrees with the dimensions is refused when it is read as numbers")
    func sizeMismatch() {
        let tensor = TensorProto(name: "w", dimensions: [2], dataType: .float, content: Data(count: 7))
        #expect(
            throws: ONNXError.tensor(
                name: "w", fault: .contentSize(dimensions: [2], dataType: .float, wanted: 8, found: 7))
        ) { try tensor.floats() }
    }
}
