/// What a person wants done with a network: where it and its data are, how good and how small the result
/// must be, and how to get there. Version 1 of the schema.
///
/// Every value that a later stage may still refuse carries its place; `diagnostic(_:at:)` turns the
/// place into an error that shows the line.
package struct Recipe: Sendable {
    /// The version of the schema that this module reads.
    package static let version = 1
    /// The largest file that is read.
    package static let maximumFileSize = 1 << 20

    /// The trained network, relative to the recipe's folder.
    package var model: Located<String>
    package var interface: Interface
    package var data: Data
    package var metric: Located<Metric>
    package var accuracy: Accuracy
    package var size: Size
    /// nil for `augment: none`.
    package var augment: Augment?
    package var effort: Effort
    /// nil for `prune: none`.
    package var prune: Prune?
    package var retrain: Retrain
    /// nil for `quantize: none`.
    package var quantize: Quantize?
    /// In the order of the file.
    package var rules: [Rule]
    /// 0…2⁶³−1.
    package var seed: UInt64
    package var output: Output

    let source: SourceText

    /// Reads a recipe strictly.
    ///
    /// - Parameters:
    ///   - bytes: the file, UTF-8, with or without a byte order mark.
    ///   - file: the file's name as diagnostics show it.
    ///   - overrides: what is said in place of the file.
    /// - Throws: every error of the file; after an error of YAML's own syntax nothing more is found.
    package static func parse(
        _ bytes: [UInt8], file: String, overrides: Overrides = Overrides()
    ) throws(RecipeErrors) -> Recipe {
        let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let text = bytes.starts(with: byteOrderMark) ? Array(bytes.dropFirst(3)) : bytes
        guard text.count <= maximumFileSize else {
            var reports = Reports()
            reports.add(.fileTooLarge(bytes: bytes.count, limit: maximumFileSize), at: .fileStart)
            throw reports.errors(in: SourceText(file: file, bytes: []))
        }
        let source = SourceText(file: file, bytes: text)
        let (root, reports) = YAMLComposer.compose(text, source: source)
        var reader = RecipeReader(source: source, reports: reports, overrides: overrides)
        let recipe = root.flatMap { reader.recipe($0) }
        guard reader.reports.isEmpty, let recipe else { throw reader.reports.errors(in: source, files: reader.files) }
        return recipe
    }

    /// An error at a place of this recipe, such as a file that is missing or a rule that cannot be met.
    package func diagnostic(_ message: String, at range: SourceRange) -> Diagnostic {
        Diagnostic(message, at: range, in: source)
    }
}

extension Recipe {
    /// How the network is called.
    package struct Interface: Sendable {
        package var batch: Batch
        /// Inputs that are the same for every sample.
        package var constants: [Constant]
        /// The outputs that are measured and learnt from; none for the first.
        package var outputs: [Located<String>] = []
        /// Which axes besides the batch stay open, where they are open in the file and the network allows it.
        package var openAxes: OpenAxes
        /// Of these outputs in the file, from the end if negative: the axis that has the classes. `nil` to find it.
        package var classAxis: Located<Int>?

        package init(batch: Batch, constants: [Constant], outputs: [Located<String>] = [], openAxes: OpenAxes? = nil) {
            self.batch = batch
            self.constants = constants
            self.outputs = outputs
            self.openAxes = openAxes ?? .standard(batch)
        }
    }

    package enum OpenAxes: String, Sendable, CaseIterable {
        case all
        /// Those that have a name in the file.
        case named
        case none

        /// A call of the whole network is one of the samples' shapes.
        package static func standard(_ batch: Batch) -> OpenAxes { batch == .none ? .none : .named }
    }

    package enum Batch: String, Sendable, CaseIterable {
        /// Axis 0 of inputs and outputs.
        case axis0
        /// A sample is one whole call of the network.
        case none
    }

    package struct Constant: Sendable {
        package var input: Located<String>
        package var value: Double
    }

    /// Where the results go.
    package struct Output: Sendable {
        /// Relative to the recipe's folder.
        package var directory: Located<String>
        /// Whether names of tensors and nodes survive.
        package var keepNames: Bool
        package var metadata = Metadata.short
    }

    /// Which of the texts that a network's file has for programs, such as names of classes, are kept.
    package enum Metadata: String, Sendable, CaseIterable {
        case none
        /// Those that are no dictionaries.
        case short
        case all
    }
}
