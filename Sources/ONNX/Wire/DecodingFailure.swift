/// A fault on its way out of nested messages; each of them puts its own field in front of the path.
struct DecodingFailure: Error {
    var path = ""
    let offset: Int
    let fault: ModelFault

    func within(_ field: FieldName) -> DecodingFailure {
        var failure = self
        failure.path = path.isEmpty ? field.description : "\(field).\(path)"
        return failure
    }
}

/// A field as errors name it: `graph`, `node[3]`, or `#99` where only the number is known.
struct FieldName: CustomStringConvertible, ExpressibleByStringLiteral {
    private enum Kind {
        case named(StaticString)
        case element(StaticString, Int)
        case numbered(Int)
    }
    private let kind: Kind

    init(stringLiteral name: StaticString) { kind = .named(name) }
    init(_ name: StaticString, _ index: Int) { kind = .element(name, index) }
    init(number: Int) { kind = .numbered(number) }

    var description: String {
        switch kind {
        case .named(let name): "\(name)"
        case .element(let name, let index): "\(name)[\(index)]"
        case .numbered(let number): "#\(number)"
        }
    }
}
