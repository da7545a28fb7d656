import NeuralGraph

/// The equation of an `Einsum`, such as `bij,bjk->bik`: a letter for each axis.
struct EinsumEquation: Sendable, Equatable {
    /// By operand.
    let inputs: [[Character]]
    let output: [Character]

    /// - Parameter ranks: axes of each operand, for the letters that an ellipsis stands for.
    /// - Returns: nil for what is no equation for so many operands of these ranks.
    init?(_ text: String, ranks: [Int]) {
        let sides = text.filter { $0 != " " }.replacing("...", with: "…").split(separator: "->", omittingEmptySubsequences: false)
        guard (1...2).contains(sides.count) else { return nil }
        let terms = sides[0].split(separator: ",", omittingEmptySubsequences: false).map(Array.init)
        guard terms.count == ranks.count else { return nil }
        let spread = zip(terms, ranks).map { $0.contains("…") ? $1 - $0.count + 1 : 0 }
        guard spread.allSatisfy({ $0 >= 0 }) else { return nil }
        // Digits, which no equation has, stand for the axes of the ellipsis, counted from the last.
        let most = spread.max() ?? 0
        guard most <= 10 else { return nil }
        func ellipsis(_ count: Int) -> [Character] { (0..<count).reversed().map { Character("\($0)") } }
        func letters(_ term: [Character], _ count: Int) -> [Character] { term.flatMap { $0 == "…" ? ellipsis(count) : [$0] } }
        inputs = zip(terms, spread).map(letters)
        let all = inputs.joined()
        if sides.count == 2 {
            output = letters(Array(sides[1]), most)
        } else {
            let counts = all.reduce(into: [:]) { counts, letter in counts[letter, default: 0] += 1 }
            output = ellipsis(most) + counts.filter { $0.key.isLetter && $0.value == 1 }.keys.sorted()
        }
        let isWhole = zip(inputs, ranks).allSatisfy { $0.count == $1 } && terms.joined().allSatisfy { $0.isLetter || $0 == "…" }
        guard isWhole, Set(output).count == output.count, Set(all).isSuperset(of: output) else { return nil }
    }

    /// As in a file, with other letters where there was an ellipsis.
    var text: String {
        let used = Set(inputs.joined())
        var free = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".filter { !used.contains($0) }[...]
        var names: [Character: Character] = [:]
        for letter in used.sorted() { names[letter] = letter.isLetter ? letter : free.popFirst() ?? "?" }
        func term(_ letters: [Character]) -> String { String(letters.compactMap { names[$0] }) }
        return inputs.map(term).joined(separator: ",") + "->" + term(output)
    }

    private init(inputs: [[Character]], output: [Character]) {
        self.inputs = inputs
        self.output = output
    }

    /// Without the letter of the batch, unless that holds axes of a sample, too.
    ///
    /// - Returns: `nil` where no operand has a batch.
    func ofSamples(
        _ shapes: [PlacedShape], _ node: AxisTranslation
    ) throws(UnsupportedNode) -> (equation: EinsumEquation, place: BatchPlace)? {
        let batched = zip(inputs, shapes).filter { $0.1.place != nil }
        guard let (letters, shape) = batched.first, let place = shape.place else { return nil }
        let letter = letters[place.axis]
        let isOne = zip(inputs, shapes).allSatisfy { letters, shape in
            guard let own = shape.place else { return !letters.contains(letter) }
            return letters[own.axis] == letter && own.own == place.own && own.outer == place.outer && letters.count { $0 == letter } == 1
        }
        guard isOne, place.own.count < 2, let axis = output.firstIndex(of: letter) else {
            throw node.unsupported("the equation '\(text)' works across the batch (axis \(place.axis))")
        }
        func left(_ letters: [Character]) -> [Character] { place.own.isEmpty ? letters.filter { $0 != letter } : letters }
        return (EinsumEquation(inputs: inputs.map(left), output: left(output)), place.moved(to: axis))
    }

    /// With one more letter in front of the output, and of these operands.
    func withBatch(_ areBatched: [Bool]) -> EinsumEquation {
        let used = Set(inputs.joined())
        let letter = "bnBNABCDEFGHIJKLMNOPQRSTUVWXYZacdefghijklmopqrstuvwxyz".first { !used.contains($0) } ?? "?"
        return EinsumEquation(inputs: zip(inputs, areBatched).map { $1 ? [letter] + $0 : $0 }, output: [letter] + output)
    }
}
