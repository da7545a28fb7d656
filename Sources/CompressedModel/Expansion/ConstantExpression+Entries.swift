import Foundation
import ONNX

/// The levels that occur in a tensor, zero first, and for each element which one it is.
struct LevelDigits: RandomAccessCollection {
    private(set) var values: [Float] = [0]
    private let levels: [Int8]
    /// By the bits of an index.
    private var digitOfIndex = [UInt8](repeating: 0, count: 256)

    init(magnitudes: [Float], indices: [Int8]) {
        levels = indices
        var occurs = [Bool](repeating: false, count: 256)
        for index in indices { occurs[Int(UInt8(bitPattern: index))] = true }
        for index in Int8.min...Int8.max where index != 0 && occurs[Int(UInt8(bitPattern: index))] {
            digitOfIndex[Int(UInt8(bitPattern: index))] = UInt8(values.count)
            let magnitude = magnitudes[Int(index.magnitude) - 1]
            values.append(index < 0 ? -magnitude : magnitude)
        }
    }

    var startIndex: Int { 0 }
    var endIndex: Int { levels.count }
    subscript(place: Int) -> Int { Int(digitOfIndex[Int(UInt8(bitPattern: levels[place]))]) }
}

/// The places of a list that are not zero, as steps from one to the next, none longer than a limit.
struct SparsePlaces {
    private let count: Int
    private let most: Int
    private let isNonzero: (Int) -> Bool
    private(set) var stepCount = 0

    /// - Precondition: `most` is greater than 0.
    init(count: Int, most: Int, isNonzero: @escaping (Int) -> Bool) {
        (self.count, self.most, self.isNonzero) = (count, most, isNonzero)
        var steps = 0
        forEachStep { _, _ in steps += 1 }
        stepCount = steps
    }

    /// Calls `body` with the distance of each step, and the place to which it goes, or, on the way to one that is too far, `nil`.
    func forEachStep(_ body: (Int, Int?) -> Void) {
        var here = 0
        for place in 0..<count where isNonzero(place) {
            while place - here > most {
                body(most, nil)
                here += most
            }
            body(place - here, place)
            here = place
        }
    }
}

extension UnsignedInteger where Self: FixedWidthInteger {
    /// As which ONNX knows the type.
    static var elementType: DataType { bitWidth == 8 ? .uint8 : .uint16 }
}

extension Data {
    /// Appends an integer, little-endian.
    mutating func append(entry: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: entry.littleEndian) { append(contentsOf: $0) }
    }
}

extension [Int32] {
    /// The narrowest type of ONNX that holds all.
    var integerType: DataType {
        let (least, greatest) = (self.min() ?? 0, self.max() ?? 0)
        if Int8(exactly: least) != nil && Int8(exactly: greatest) != nil { return .int8 }
        return Int16(exactly: least) != nil && Int16(exactly: greatest) != nil ? .int16 : .int32
    }

    /// The integers as ONNX holds them in a type that holds all.
    func content(_ type: DataType) -> Data {
        switch type {
        case .int8: packed(Int8.self)
        case .int16: packed(Int16.self)
        default: packed(Int32.self)
        }
    }

    private func packed<Entry: FixedWidthInteger>(_: Entry.Type) -> Data {
        var content = Data(count: count * MemoryLayout<Entry>.size)
        content.withUnsafeMutableBytes { bytes in
            for (place, integer) in enumerated() {
                let entry = Entry(truncatingIfNeeded: integer).littleEndian
                bytes.storeBytes(of: entry, toByteOffset: place * MemoryLayout<Entry>.size, as: Entry.self)
            }
        }
        return content
    }
}
