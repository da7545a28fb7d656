extension DatasetError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreadable(let file, let reason): "\(file): cannot be read: \(reason)"
        case .binary(let source, let offset, let field, let problem):
            "\(source): byte \(offset): \(field): \(problem)"
        case .text(let file, let line, let column, let problem): "\(file):\(line):\(column): \(problem)"
        case .samples(let source, let problem): "\(source): \(problem)"
        case .normalization(let problem): "normalization: \(problem)"
        }
    }
}

extension BinaryProblem: CustomStringConvertible {
    package var description: String {
        switch self {
        case .truncated(let needed, let available):
            "\(counted(needed, "byte")) needed, \(available) left"
        case .trailing: "more bytes follow where the data should end"
        case .unexpected(let found, let expected): "found \(found), expected \(expected)"
        case .syntax(let expected): "expected \(expected)"
        case .unsupported(let what): "\(what) not supported"
        case .shapeTooLarge(let shape): "shape \(shape) takes more than \(SizeLimit.bytes) bytes"
        case .tooLarge(let promised):
            "\(promised) bytes promised, at most \(SizeLimit.bytes) are read"
        case .impossibleExpansion(let promised, let compressed):
            "\(counted(promised, "byte")) promised, more than \(counted(compressed, "compressed byte")) can hold"
        case .damagedCompression: "the compressed data is damaged"
        case .compressionCutShort: "the compressed data is cut short"
        case .checksum(let stored, let computed):
            "checksum \(hexadecimal(stored)) stored, \(hexadecimal(computed)) computed"
        case .repeatedName(let name): "\(quoted(name)) appears twice"
        case .noSuchArray(let name, let present):
            "no array \(quoted(name)); " + listed(present, "the file holds", orElse: "the file holds no arrays")
        }
    }
}

extension TextProblem: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notANumber(let text): "\(quoted(text)) is not a number"
        case .outOfRange(let text): "\(quoted(text)) is beyond single precision"
        case .raggedRow(let found, let expected):
            "the row has \(counted(found, "field")), the first row has \(expected)"
        case .unterminatedQuote: "the quoted field does not end"
        case .quoteInsideField: "a quote inside a field that does not begin with one"
        case .textAfterQuote: "text after the closing quote"
        case .noSuchColumn(let name, let present):
            "no column \(quoted(name)); " + listed(present, "the columns are", orElse: "there are no columns")
        case .columnBeyond(let index, let columns):
            "no column \(index); there are \(counted(columns, "column")), counted from 0"
        case .repeatedColumn(let name): "two columns are named \(quoted(name))"
        case .nameWithoutHeader(let name):
            "column \(quoted(name)) cannot be found by name without a header row"
        case .noRows: "there are no rows of data"
        case .noFeatures: "there is no column besides the label"
        }
    }
}

extension SampleProblem: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noSampleDimension: "a single number, not an array of samples"
        case .empty: "there are no samples"
        case .labelCount(let samples, let labelSource, let labels):
            "\(counted(samples, "sample")), but \(counted(labels, "label")) in \(labelSource)"
        case .takeBeyond(let take, let samples):
            "\(take) asked for, but the source has \(counted(samples, "sample"))"
        case .inputShape(let found, let network):
            "samples have shape \(found), the network takes \(network)"
        case .targetShape(let found, let network):
            "targets have shape \(found), the network gives \(network)"
        case .labelShape(let shape):
            "labels have shape \(shape) per sample; one class number per sample is expected"
        case .noLabels: "there are no labels"
        case .labelOutOfRange(let sample, let value, let classes):
            classes == 1
                ? "sample \(sample) has label \(value), but the network gives a single number, which is no choice among classes; "
                    + "metric 'mse' compares it with numbers"
                : "sample \(sample) has label \(value); labels are whole numbers from 0 to \(classes - 1)"
        case .notFinite(let sample, let element, let value):
            "sample \(sample), element \(element) is \(value), not finite once normalized"
        case .placeOutOfRange(let sample, let element, let value, let places, let node):
            "sample \(sample), element \(element) is \(value), but node '\(node)' takes places "
                + "from \(places.lowerBound) to \(places.upperBound - 1) by it"
        case .targetNotFinite(let sample, let element, let value):
            "sample \(sample), target \(element) is \(value), not finite"
        }
    }
}

extension NormalizationProblem: CustomStringConvertible {
    package var description: String {
        switch self {
        case .count(let name, let found, let channels):
            "\(name) has \(counted(found, "value")), expected "
                + (channels == 1 ? "1" : "1 or \(channels), one per channel")
        case .notFinite(let name): "\(name) is not finite"
        case .standardDeviationNotPositive(let value): "std is \(value), it must be above 0"
        case .overflow: "some value from 0 to 255 is not finite once normalized"
        }
    }
}

private func counted(_ count: Int, _ noun: String) -> String {
    count == 1 ? "1 \(noun)" : "\(count) \(noun)s"
}

private func listed(_ names: [String], _ introduction: String, orElse none: String) -> String {
    names.isEmpty ? none : introduction + " " + names.map(quoted).joined(separator: ", ")
}

private func hexadecimal(_ value: UInt32) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
}

/// `text` in quotes, on one line and not longer than a line, whatever bytes it came from.
private func quoted(_ text: String) -> String {
    let printable = text.unicodeScalars.prefix(40).map { scalar in
        scalar.value < 0x20 || scalar.value == 0x7f ? "\u{fffd}" : String(scalar)
    }
    return "'" + printable.joined() + (text.unicodeScalars.count > 40 ? "…'" : "'")
}
