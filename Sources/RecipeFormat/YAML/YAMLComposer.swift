/// Builds the tree of one YAML document and reports what a recipe may not use: anchors, aliases, tags,
/// directives, block and multi-line scalars, merge keys, repeated keys, a second document.
struct YAMLComposer: ~Copyable {
    /// Deepest nesting of mappings and sequences; a recipe needs six.
    static let depthLimit = 32

    private let source: SourceText
    private let events: YAMLEvents
    private(set) var reports = Reports()

    /// The end of composing: the file cannot be read further, and why has been reported.
    private struct Stop: Error {}

    /// Takes the events: in an initializer that throws, Swift 6.0 would destroy the other properties twice.
    private init(_ events: consuming YAMLEvents, source: SourceText) {
        self.source = source
        self.events = events
    }

    /// The root of the file's document, nil when it cannot be read, and what was wrong with it.
    ///
    /// - Parameter bytes: UTF-8 without a byte order mark.
    static func compose(_ bytes: [UInt8], source: SourceText) -> (root: YAMLNode?, reports: Reports) {
        do {
            var composer = YAMLComposer(try YAMLEvents(bytes), source: source)
            let root = try? composer.document()
            return (root, composer.reports)
        } catch {
            var reports = Reports()
            reports.add(.outOfMemory, at: .fileStart)
            return (nil, reports)
        }
    }

    private mutating func document() throws(Stop) -> YAMLNode? {
        _ = try next()
        let start = try next()
        guard case .documentStart(let hasDirectives) = start.kind else {
            reports.add(.emptyFile, at: .fileStart)
            return nil
        }
        if hasDirectives { reports.add(.directive, at: start.range.firstCharacter) }
        let root = try node(try next(), depth: 0)
        _ = try next()
        let end = try next()
        if case .documentStart = end.kind { reports.add(.secondDocument, at: word(at: end.range.start)) }
        return root
    }

    private mutating func node(_ event: YAMLEvent, depth: Int) throws(Stop) -> YAMLNode {
        let opensCollection =
            switch event.kind {
            case .sequenceStart, .mappingStart: true
            default: false
            }
        if opensCollection, depth == Self.depthLimit {
            reports.add(.tooDeep(limit: Self.depthLimit), at: event.range.firstCharacter)
            throw Stop()
        }
        reportProperties(of: event)
        var node = YAMLNode(content: .invalid, range: event.range)
        switch event.kind {
        case .scalar(let text, let style):
            node.content = scalar(text, style: style, range: event.range)
        case .sequenceStart:
            let items = try sequence(depth: depth + 1)
            node.content = .sequence(items)
        case .mappingStart:
            let entries = try mapping(depth: depth + 1)
            node.content = .mapping(entries)
        case .alias(let name):
            reports.add(.alias(name), at: event.range)
        default:
            preconditionFailure("libyaml gave an event that begins no node")
        }
        return node
    }

    private mutating func scalar(
        _ text: String, style: YAMLEvent.ScalarStyle, range: SourceRange
    ) -> YAMLNode.Content {
        if style == .block {
            reports.add(.blockScalar, at: range)
            return .invalid
        }
        if range.end.line != range.start.line {
            reports.add(.multilineScalar, at: range)
            return .invalid
        }
        return .scalar(text, isQuoted: style == .quoted)
    }

    private mutating func sequence(depth: Int) throws(Stop) -> [YAMLNode] {
        var items: [YAMLNode] = []
        while true {
            let event = try next()
            if case .sequenceEnd = event.kind { return items }
            items.append(try node(event, depth: depth))
        }
    }

    private mutating func mapping(depth: Int) throws(Stop) -> [YAMLNode.Entry] {
        var entries: [YAMLNode.Entry] = []
        var places: [String: Mark] = [:]
        while true {
            let event = try next()
            if case .mappingEnd = event.kind { return entries }
            let key = try node(event, depth: depth)
            var value = try node(try next(), depth: depth)
            value.key = key.range
            guard let name = name(of: key) else { continue }
            if let first = places[name] {
                reports.add(.repeatedKey(name, firstLine: first.line), at: key.range)
            } else {
                places[name] = key.range.start
                entries.append(YAMLNode.Entry(key: name, value: value))
            }
        }
    }

    private mutating func name(of key: YAMLNode) -> String? {
        switch key.content {
        case .scalar("<<", isQuoted: false):
            reports.add(.mergeKey, at: key.range)
            return nil
        case .scalar(let text, _):
            return text
        case .sequence, .mapping:
            reports.add(.keyNotScalar, at: key.range.firstCharacter)
            return nil
        case .invalid:
            return nil
        }
    }

    private mutating func reportProperties(of event: YAMLEvent) {
        let first = source.scalar(at: event.range.start)
        if let anchor = event.anchor {
            reports.add(.anchor(anchor), at: word(at: event.range.start))
        }
        // libyaml drops the tag `!` without a trace; the text still has it.
        if event.hasTag || first == "!" {
            reports.add(.tag, at: word(at: event.range.start))
        }
    }

    /// From a mark to the next blank or the end of the line.
    private func word(at mark: Mark) -> SourceRange {
        let line = source.line(mark.line).dropFirst(mark.column - 1)
        let length = line.prefix { $0 != " " && $0 != "\t" }.count
        return SourceRange(
            start: mark, end: Mark(line: mark.line, column: mark.column + max(length, 1)))
    }

    private mutating func next() throws(Stop) -> YAMLEvent {
        do {
            return try events.next()
        } catch {
            report(error)
            throw Stop()
        }
    }

    private mutating func report(_ failure: YAMLFailure) {
        switch failure {
        case .reader(let problem, let offset):
            let mark = source.mark(atByte: offset)
            let range = SourceRange(start: mark, end: mark).firstCharacter
            reports.add(.notText(problem: problem), at: range)
        case .syntax(let problem, let problemMark, let context, let contextMark):
            // At the end of the text there is nothing to see; what was left open is more use.
            let isAtEnd = source.scalar(at: problemMark) == nil
            let mark = context != nil && isAtEnd ? contextMark : problemMark
            let range = SourceRange(start: mark, end: mark).firstCharacter
            let contextLine = contextMark.line == mark.line ? nil : contextMark.line
            reports.add(.syntax(problem: problem, context: context, contextLine: contextLine), at: range)
        case .outOfMemory:
            reports.add(.outOfMemory, at: .fileStart)
        }
    }
}
