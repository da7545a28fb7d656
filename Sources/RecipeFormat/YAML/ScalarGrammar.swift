/// The closed grammar of scalars. A plain scalar is a number only in the form that JSON gives numbers, and true
/// or false only in these words; `no`, `on`, `010`, `0x10`, `1_000` and `1:30` are none of it.
enum ScalarGrammar {
    /// `0` or a digit 1…9 followed by digits, perhaps after a minus; nil for anything else and when too large.
    static func integer(_ text: some StringProtocol) -> Int? {
        let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
        return isUnsigned(digits) ? Int(text) : nil
    }

    /// An integer, perhaps with a fraction and an exponent; infinite when too large.
    static func number(_ text: String) -> Double? {
        var rest = Substring(text)
        if rest.hasPrefix("-") { rest.removeFirst() }
        guard takeDigits(&rest, isUnsigned) else { return nil }
        if rest.first == "." {
            rest.removeFirst()
            guard takeDigits(&rest, { !$0.isEmpty }) else { return nil }
        }
        if rest.first == "e" || rest.first == "E" {
            rest.removeFirst()
            if rest.first == "+" || rest.first == "-" { rest.removeFirst() }
            guard takeDigits(&rest, { !$0.isEmpty }) else { return nil }
        }
        return rest.isEmpty ? Double(text) : nil
    }

    /// Whether single precision holds the number, rounded, without making it infinite or zero.
    static func fitsSinglePrecision(_ number: Double) -> Bool {
        let single = Float(number)
        return single.isFinite && (single != 0) == (number != 0)
    }

    static func boolean(_ text: String) -> Bool? {
        switch text {
        case "true": true
        case "false": false
        default: nil
        }
    }

    /// `all`, `first N`, `last N` or `range A B`, with at least one sample.
    static func take(_ text: String) -> Recipe.Take? {
        let words = text.split(separator: " ")
        switch (words.first, words.count) {
        case ("all", 1):
            return .all
        case ("first", 2):
            return integer(words[1]).flatMap { $0 > 0 ? .first($0) : nil }
        case ("last", 2):
            return integer(words[1]).flatMap { $0 > 0 ? .last($0) : nil }
        case ("range", 3):
            guard let start = integer(words[1]), let end = integer(words[2]), 0 <= start, start < end
            else { return nil }
            return .range(start..<end)
        default:
            return nil
        }
    }

    /// A count of bytes, at least 1: an integer alone or with one of the units B, KB, MB, KiB, MiB.
    static func byteCount(_ text: String) -> Int? {
        let words = text.split(separator: " ")
        guard let count = words.first.flatMap({ integer($0) }), count > 0, words.count <= 2 else {
            return nil
        }
        let unit: Int? =
            switch words.count == 2 ? words[1] : "B" {
            case "B": 1
            case "KB": 1000
            case "MB": 1_000_000
            case "KiB": 1024
            case "MiB": 1_048_576
            default: nil
            }
        guard let unit else { return nil }
        let (bytes, overflow) = count.multipliedReportingOverflow(by: unit)
        return overflow ? nil : bytes
    }

    private static func takeDigits(_ rest: inout Substring, _ isAllowed: (Substring) -> Bool) -> Bool {
        let digits = rest.prefix(while: isDigit)
        rest = rest[digits.endIndex...]
        return isAllowed(digits)
    }

    private static func isUnsigned(_ digits: some StringProtocol) -> Bool {
        !digits.isEmpty && digits.allSatisfy(isDigit) && (digits == "0" || digits.first != "0")
    }

    private static func isDigit(_ character: Character) -> Bool {
        character >= "0" && character <= "9" && character.isASCII
    }
}
