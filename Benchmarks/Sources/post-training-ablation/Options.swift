import Foundation

/// What to leave out, from the command line.
struct Options {
    static let usage = """
        usage: post-training-ablation [--only WORD …] [--target BYTES] [--samples N] [--threads N] RECIPE.yaml

        Prints a row for each ingredient that is left out. --only takes rows with any of these words in their names, --target another
        size than the recipe's. Errors are measured on N samples (default 256, as `run --effort instant` does).
        """

    private(set) var recipe = ""
    private(set) var target: Int?
    private(set) var samples = 256
    private(set) var threads = ProcessInfo.processInfo.activeProcessorCount
    private var words: [String] = []

    /// `nil` if the arguments are not understood.
    init?(_ arguments: [String]) {
        var option: String?
        for argument in arguments {
            switch (option, Int(argument)) {
            case _ where argument.hasPrefix("--"): option = argument
            case (nil, _) where recipe.isEmpty: recipe = argument
            case ("--only", _) where argument.hasSuffix(".yaml"): (recipe, option) = (argument, nil)
            case ("--only", _): words.append(argument)
            case ("--target", let count?) where count > 0: (target, option) = (count, nil)
            case ("--samples", let count?) where count > 0: (samples, option) = (count, nil)
            case ("--threads", let count?) where count > 0: (threads, option) = (count, nil)
            default: return nil
            }
        }
        guard !recipe.isEmpty else { return nil }
    }

    func takes(_ name: String) -> Bool { words.isEmpty || words.contains { name.contains($0) } }
}
