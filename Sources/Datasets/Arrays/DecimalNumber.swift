/// Numbers as people write them: an optional sign, digits with an optional point, an optional exponent. No
/// hexadecimal, no separators, no names for infinities.
struct DecimalNumber {
    /// The nearest single-precision number, ties to even; infinite if the number is beyond them.
    let float: Float
    /// The number, if it is written without point and exponent and 64 bits hold it.
    let integer: Int64?

    /// - Returns: nil if `text` is not a number.
    init?(_ text: UnsafeBufferPointer<UInt8>) {
        var scanner = DigitScanner(text, from: 0)
        let isNegative = scanner.sign()
        scanner.digits()
        let wholeDigits = scanner.count
        let hasPoint = scanner.accept(UInt8(ascii: "."))
        if hasPoint { scanner.digits() }
        let fractionDigits = scanner.count - wholeDigits
        let exponent = scanner.exponent()
        guard scanner.count > 0, scanner.position == text.count else { return nil }
        if let digits = scanner.value, let exponent = exponent.value,
            let magnitude = Self.float(digits, exponent: exponent - fractionDigits)
        {
            float = isNegative ? -magnitude : magnitude
        } else {
            float = Float(String(decoding: text, as: UTF8.self)) ?? .infinity
        }
        if !hasPoint, !exponent.isWritten, let magnitude = scanner.value.flatMap(Int64.init(exactly:)) {
            integer = isNegative ? -magnitude : magnitude
        } else {
            integer = nil
        }
    }

    /// `digits` times ten to the `exponent`, where one operation gives it: both operands are exact then, so the one
    /// rounding is the right one (W. D. Clinger, "How to Read Floating Point Numbers Accurately", 1990).
    private static func float(_ digits: UInt64, exponent: Int) -> Float? {
        guard digits <= 1 << 24, -10...10 ~= exponent else { return nil }
        return exponent < 0
            ? Float(digits) / powersOfTen[-exponent] : Float(digits) * powersOfTen[exponent]
    }

    private static let powersOfTen: [Float] = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10]
}

/// Takes a number apart from the front.
private struct DigitScanner {
    private let text: UnsafeBufferPointer<UInt8>
    private(set) var position: Int
    /// Digits so far.
    private(set) var count = 0
    /// The digits so far as one number, nil once it needs more than 64 bits.
    private(set) var value: UInt64? = 0

    init(_ text: UnsafeBufferPointer<UInt8>, from position: Int) {
        self.text = text
        self.position = position
    }

    mutating func accept(_ byte: UInt8) -> Bool {
        guard position < text.count, text[position] == byte else { return false }
        position += 1
        return true
    }

    /// Steps over a sign and says whether it is a minus.
    mutating func sign() -> Bool {
        if accept(UInt8(ascii: "-")) { return true }
        _ = accept(UInt8(ascii: "+"))
        return false
    }

    mutating func digits() {
        while position < text.count, (0x30...0x39).contains(text[position]) {
            append(UInt64(text[position] - 0x30))
            position += 1
            count += 1
        }
    }

    private mutating func append(_ digit: UInt64) {
        guard let old = value else { return }
        let (product, tooLarge) = old.multipliedReportingOverflow(by: 10)
        let (sum, overflow) = product.addingReportingOverflow(digit)
        value = tooLarge || overflow ? nil : sum
    }

    /// Steps over an exponent if a well-formed one comes next. Its value is nil if it is large.
    mutating func exponent() -> (isWritten: Bool, value: Int?) {
        var scanner = DigitScanner(text, from: position)
        guard scanner.accept(UInt8(ascii: "e")) || scanner.accept(UInt8(ascii: "E")) else {
            return (false, 0)
        }
        let isNegative = scanner.sign()
        scanner.digits()
        guard scanner.count > 0 else { return (false, 0) }
        position = scanner.position
        guard let value = scanner.value, value < 1000 else { return (true, nil) }
        return (true, isNegative ? -Int(value) : Int(value))
    }
}
