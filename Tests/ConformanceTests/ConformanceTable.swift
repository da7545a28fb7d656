import ONNX

/// Outcomes of node tests, by operator, and the reasons of those that did not pass.
struct ConformanceTable {
    private var counts: [String: (passed: Int, failed: Int, skipped: Int)] = [:]
    private var failures: [String] = []
    private var reasons: [String: Int] = [:]

    var passed: Int { counts.values.reduce(0) { $0 + $1.passed } }
    var failed: Int { counts.values.reduce(0) { $0 + $1.failed } }
    var skipped: Int { counts.values.reduce(0) { $0 + $1.skipped } }

    mutating func add(_ name: String, _ model: ModelProto, _ outcome: Outcome) {
        let nodes = model.graph.nodes
        let row = nodes.count == 1 ? nodes[0].operatorType : "(several nodes)"
        switch outcome {
        case .passed: counts[row, default: (0, 0, 0)].passed += 1
        case .failed(let reason):
            counts[row, default: (0, 0, 0)].failed += 1
            failures.append("\(name): \(reason)")
        case .skipped(let reason):
            counts[row, default: (0, 0, 0)].skipped += 1
            reasons[reason, default: 0] += 1
        }
    }

    var text: String {
        var lines = ["operator                passed  failed skipped"]
        for (name, count) in counts.sorted(by: { $0.key < $1.key }) {
            lines.append(Self.left(name) + [count.passed, count.failed, count.skipped].map(Self.right).joined())
        }
        lines += failures.map { "failed: \($0)" }
        lines += reasons.sorted { $0.key < $1.key }.map { "skipped: \($1) for \($0)" }
        lines.append(
            "node tests: \(passed) passed, \(failed) failed, \(skipped) skipped of \(passed + failed + skipped)")
        return lines.joined(separator: "\n")
    }

    private static func left(_ text: String) -> String { text + String(repeating: " ", count: max(0, 22 - text.count)) }
    private static func right(_ number: Int) -> String {
        String(repeating: " ", count: max(0, 8 - "\(number)".count)) + "\(number)"
    }
}
