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
