import PlainText

/// What is not the same in two locks, as lines for people.
struct LockComparison {
    let old: Lock
    let new: Lock

    var isEqual: Bool { old == new }

    /// What the results are made from.
    var inputs: [String] { Self.inputs(old.inputs, new.inputs) }

    static func inputs(_ old: InputDigests, _ new: InputDigests) -> [String] {
        var lines: [String] = []
        func compare<Value: Equatable>(_ name: String, _ old: Value?, _ new: Value?, _ text: (Value) -> String) {
            guard old != new else { return }
            lines.append("\(name): \(old.map(text) ?? "none"), now \(new.map(text) ?? "none")".plain)
        }
        compare("algorithm", old.algorithm, new.algorithm) { "version \($0)" }
        compare("recipe", old.recipe, new.recipe) { $0.start }
        compare("model", old.model, new.model) { $0.text }
        compare("model with tensors", old.modelWithTensors, new.modelWithTensors) { $0.start }
        for role in Set(old.data.keys).union(new.data.keys).sorted() {
            compare("data \(role)", old.data[role], new.data[role]) { $0.text }
        }
        return lines
    }

    /// The first stage that differs.
    var stage: String? {
        for index in 0..<max(old.stages.count, new.stages.count) {
            let (old, new) = (old.stages[safely: index], new.stages[safely: index])
            guard old != new else { continue }
            let name = [old, new].compactMap { $0 }.map { "descent \($0.descent), \($0.name)" }.first ?? ""
            return "\(name): \(old?.text ?? "none"), now \(new?.text ?? "none")".plain
        }
        return nil
    }

    /// Outputs and what they are worth.
    var results: [String] {
        var lines = Set(old.outputs.keys).union(new.outputs.keys).sorted().compactMap { kind in
            old.outputs[kind] == new.outputs[kind] ? nil
                : ".\(kind): \(old.outputs[kind]?.text ?? "none"), now \(new.outputs[kind]?.text ?? "none")".plain
        }
        func compare(_ name: String, _ old: Double?, _ new: Double?) {
            guard old != new else { return }
            lines.append("\(name): \(old.map { "\($0)" } ?? "none"), now \(new.map { "\($0)" } ?? "none")")
        }
        compare("validation of the original", old.accuracy.validationBefore, new.accuracy.validationBefore)
        compare("validation", old.accuracy.validation, new.accuracy.validation)
        compare("test of the original", old.accuracy.testBefore, new.accuracy.testBefore)
        compare("test", old.accuracy.test, new.accuracy.test)
        return lines
    }

    var text: String {
        guard !isEqual else { return "the locks are the same" }
        return (inputs + (stage.map { ["first stage that differs: \($0)"] } ?? []) + results).joined(separator: "\n")
    }
}

extension FileDigest {
    fileprivate var text: String { "\(bytes) bytes \(sha256.start)" }
}

extension Lock.StageDigest {
    fileprivate var text: String { "\(bytes) bytes, validation \(validation), \(sha256.start)" }
}

extension String {
    /// Enough of a digest to tell it from others.
    fileprivate var start: String { String(prefix(12)) }
}

extension Array {
    fileprivate subscript(safely index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
