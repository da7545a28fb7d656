import RecipeFormat
import Testing

/// Whatever the bytes, the answer is a recipe or errors at places in the text, soon.
@Suite struct HostileInputTests {
    @Test("A recipe with bytes changed, inserted and removed gives a recipe or diagnostics", arguments: 0..<8)
    func mutations(seed: UInt64) throws {
        var random = SplitMix(state: seed)
        let original = [UInt8](fullRecipe.utf8)
        for _ in 0..<500 {
            var bytes = original
            for _ in 0...random.below(3) { mutate(&bytes, &random) }
            check(bytes)
        }
    }

    @Test("A recipe that breaks off anywhere gives a recipe or diagnostics")
    func prefixes() throws {
        let bytes = [UInt8](fullRecipe.utf8)
        for count in bytes.indices { check(Array(bytes[..<count])) }
    }

    @Test("Random bytes give diagnostics")
    func noise() throws {
        var random = SplitMix(state: 99)
        for _ in 0..<500 {
            check((0..<random.below(80)).map { _ in UInt8(random.below(256)) })
        }
    }

    @Test("A file larger than a mebibyte is refused")
    func tooLarge() throws {
        let bytes = [UInt8](repeating: UInt8(ascii: "#"), count: Recipe.maximumFileSize + 1)
        #expect(
            diagnostics(bytes)
                == "recipe.yaml:1:1: error: the file has 1048577 bytes; a recipe has at most 1048576")
    }

    @Test(
        "A file that is large and odd is answered, in few words where it is long",
        arguments: [
            String(repeating: "[", count: 1_000_000), String(repeating: "- ", count: 500_000),
            String(repeating: "a: ", count: 300_000), "a: " + String(repeating: "x", count: 1_000_000),
            String(repeating: "x", count: 1_000_000) + ": 1", "a: '" + String(repeating: "é", count: 500_000),
            "model: \"" + String(repeating: "\\n", count: 400_000) + "\"",
        ])
    func largeFiles(text: String) {
        let errors = diagnostics([UInt8](text.utf8))
        #expect(errors.contains("error:"))
        #expect(errors.utf8.count < 10_000)
    }

    @Test("Of many errors the first hundred are shown, and how many more there are")
    func manyErrors() {
        let text = "{" + (0..<2000).map { "key\($0): &a !b c" }.joined(separator: ", ") + "}"
        let lines = diagnostics([UInt8](text.utf8)).split(separator: "\n")
        #expect(lines.count { $0.contains(": error: ") } == 100)
        let rest = lines.last?.dropFirst("… and ".count).prefix { $0 != " " }
        #expect(rest.flatMap { Int($0) } ?? 0 > 3_000)
    }

    private func check(_ bytes: [UInt8]) {
        do {
            _ = try Recipe.parse(bytes, file: "x.yaml").resolvedText
        } catch {
            #expect(!error.diagnostics.isEmpty)
            let lines = String(decoding: bytes, as: UTF8.self).unicodeScalars.count + 1
            for diagnostic in error.diagnostics {
                #expect(diagnostic.line >= 1 && diagnostic.line <= lines && diagnostic.column >= 1)
                #expect(!diagnostic.message.isEmpty)
                #expect(diagnostic.underlined.lowerBound <= diagnostic.sourceLine.unicodeScalars.count)
            }
        }
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout SplitMix) {
        let alphabet = [UInt8]("\n\r\t :-,'\"[]{}&*!|>%@#?<~0aé\u{85}\u{2028}\0".utf8) + [0xFF, 0xC0, 0xED]
        let position = random.below(bytes.count)
        switch random.below(4) {
        case 0: bytes[position] = UInt8(random.below(256))
        case 1: bytes[position] = alphabet[random.below(alphabet.count)]
        case 2: bytes.insert(alphabet[random.below(alphabet.count)], at: position)
        default: bytes.removeSubrange(position..<min(position + 1 + random.below(5), bytes.count))
        }
    }
}

/// SplitMix64: the same numbers on every machine.
private struct SplitMix {
    var state: UInt64

    mutating func below(_ limit: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((z ^ (z >> 31)) % UInt64(limit))
    }
}
