/// What to measure, from the command line.
struct Options {
    static let usage = """
        usage: engine-benchmark [--kind KIND] [--batch N] [--threads N] [--seconds S] MODEL.onnx …

        KIND is kernels, training, inference or digest: SHA-256 of the weights after 50 steps.
        Without --kind, --batch or --threads: all but the digest, batches of 64 and 128 (and 1 for inference), 1 and 2
        threads. --seconds is the time for each figure (default 1).
        --instruction-set scalar|avx2|avx512|neon uses that one, not the best.
        """

    enum Kind: String { case kernels, training, inference, digest }

    private(set) var kinds: [Kind] = [.kernels, .training, .inference]
    private(set) var instructionSet: String?
    private(set) var threads = [1, 2]
    private(set) var seconds = 1.0
    private(set) var models: [String] = []
    private var batch: Int?

    /// `nil` if the arguments are not understood.
    init?(_ arguments: [String]) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            guard argument.hasPrefix("--") else {
                models.append(argument)
                continue
            }
            guard let value = rest.popFirst() else { return nil }
            switch (argument, Kind(rawValue: value), Int(value), Double(value)) {
            case ("--kind", let kind?, _, _): kinds = [kind]
            case ("--instruction-set", _, _, _): instructionSet = value
            case ("--batch", _, let count?, _) where count > 0: batch = count
            case ("--threads", _, let count?, _) where count > 0: threads = [count]
            case ("--seconds", _, _, let time?) where time > 0: seconds = time
            default: return nil
            }
        }
    }

    func batches(_ kind: Kind) -> [Int] {
        if let batch { return [batch] }
        return kind == .inference ? [1, 64, 128] : [64, 128]
    }
}
