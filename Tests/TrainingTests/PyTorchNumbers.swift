import Foundation

/// What `Fixtures/make_optimizer_steps.py` wrote: numbers by name.
struct PyTorchNumbers {
    private var numbers: [String: [Float]] = [:]

    init() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Fixtures/pytorch.txt")
        for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
            let words = line.split(separator: " ")
            numbers[String(words[0])] = words.dropFirst().compactMap { Float(String($0)) }
        }
    }

    subscript(name: String) -> [Float] { numbers[name] ?? [] }
}

/// The greatest difference between two lists, relative to numbers above 1; infinite if a number is none.
func difference(_ a: [Float], _ b: [Float]) -> Float {
    guard a.count == b.count, !a.isEmpty, !(a + b).contains(where: \.isNaN) else { return .infinity }
    return zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1) / max(1, abs($1.1))) }
}
