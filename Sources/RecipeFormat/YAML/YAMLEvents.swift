private import CLibYAML

/// One event of libyaml's parser, as a value.
struct YAMLEvent {
    enum Kind {
        case streamStart, streamEnd
        case documentStart(hasDirectives: Bool)
        case documentEnd
        case alias(String)
        case scalar(String, style: ScalarStyle)
        case sequenceStart, sequenceEnd
        case mappingStart, mappingEnd
    }

    enum ScalarStyle {
        case plain, quoted, block
    }

    var kind: Kind
    /// The name of the anchor in front of the node.
    var anchor: String?
    /// Whether a tag stands in front of the node; false for the tag `!` alone, which libyaml drops.
    var hasTag = false
    var range: SourceRange
}

/// Why libyaml could not go on.
enum YAMLFailure: Error {
    /// Bytes that are not UTF-8 or not allowed in YAML, at this byte offset.
    case reader(problem: String, offset: Int)
    case syntax(problem: String, at: Mark, context: String?, contextMark: Mark)
    case outOfMemory
}

/// The events of a text in memory, read by libyaml one after the other.
struct YAMLEvents: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeMutableBufferPointer<UInt8>

    /// - Parameter bytes: UTF-8 without a byte order mark.
    init(_ bytes: [UInt8]) throws(YAMLFailure) {
        let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
        parser.initialize(to: yaml_parser_t())
        guard yaml_parser_initialize(parser) == 1 else {
            parser.deallocate()
            throw .outOfMemory
        }
        // libyaml keeps both pointers, so parser and text must stay where they are.
        let input = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(bytes.count, 1))
        _ = input.update(fromContentsOf: bytes)
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, input.baseAddress, bytes.count)
        self.parser = parser
        self.input = input
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
        input.deallocate()
    }

    /// The next event. Not to be called again after `streamEnd` or an error.
    func next() throws(YAMLFailure) -> YAMLEvent {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw failure }
        defer { yaml_event_delete(&event) }
        return Self.value(of: event)
    }

    private var failure: YAMLFailure {
        let problem = Self.text(parser.pointee.problem) ?? "unknown problem"
        switch parser.pointee.error {
        case YAML_READER_ERROR:
            return .reader(problem: problem, offset: Int(clamping: parser.pointee.problem_offset))
        case YAML_MEMORY_ERROR:
            return .outOfMemory
        default:
            return .syntax(
                problem: problem, at: Mark(parser.pointee.problem_mark),
                context: Self.text(parser.pointee.context),
                contextMark: Mark(parser.pointee.context_mark))
        }
    }

    private static func value(of event: yaml_event_t) -> YAMLEvent {
        let range = SourceRange(start: Mark(event.start_mark), end: Mark(event.end_mark))
        func node(_ kind: YAMLEvent.Kind, _ anchor: Text?, _ tag: Text?) -> YAMLEvent {
            YAMLEvent(kind: kind, anchor: text(anchor), hasTag: tag != nil, range: range)
        }
        let data = event.data
        switch event.type {
        case YAML_STREAM_START_EVENT:
            return YAMLEvent(kind: .streamStart, range: range)
        case YAML_DOCUMENT_START_EVENT:
            let start = data.document_start
            let hasDirectives =
                start.version_directive != nil || start.tag_directives.start != start.tag_directives.end
            return YAMLEvent(kind: .documentStart(hasDirectives: hasDirectives), range: range)
        case YAML_DOCUMENT_END_EVENT:
            return YAMLEvent(kind: .documentEnd, range: range)
        case YAML_ALIAS_EVENT:
            return YAMLEvent(kind: .alias(text(data.alias.anchor) ?? ""), range: range)
        case YAML_SCALAR_EVENT:
            let bytes = UnsafeBufferPointer(start: data.scalar.value, count: data.scalar.length)
            let scalar = YAMLEvent.Kind.scalar(
                String(decoding: bytes, as: UTF8.self), style: style(of: data.scalar.style))
            return node(scalar, data.scalar.anchor, data.scalar.tag)
        case YAML_SEQUENCE_START_EVENT:
            return node(.sequenceStart, data.sequence_start.anchor, data.sequence_start.tag)
        case YAML_SEQUENCE_END_EVENT:
            return YAMLEvent(kind: .sequenceEnd, range: range)
        case YAML_MAPPING_START_EVENT:
            return node(.mappingStart, data.mapping_start.anchor, data.mapping_start.tag)
        case YAML_MAPPING_END_EVENT:
            return YAMLEvent(kind: .mappingEnd, range: range)
        default:
            return YAMLEvent(kind: .streamEnd, range: range)
        }
    }

    private static func style(of style: yaml_scalar_style_t) -> YAMLEvent.ScalarStyle {
        switch style {
        case YAML_PLAIN_SCALAR_STYLE: .plain
        case YAML_LITERAL_SCALAR_STYLE, YAML_FOLDED_SCALAR_STYLE: .block
        default: .quoted
        }
    }

    private typealias Text = UnsafeMutablePointer<yaml_char_t>

    private static func text(_ text: Text?) -> String? {
        text.map { String(cString: $0) }
    }

    private static func text(_ text: UnsafePointer<CChar>?) -> String? {
        text.map { String(cString: $0) }
    }
}

extension Mark {
    fileprivate init(_ mark: yaml_mark_t) {
        self.init(line: Int(clamping: mark.line) + 1, column: Int(clamping: mark.column) + 1)
    }
}
