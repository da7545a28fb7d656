import FuzzedReaders

/// What to run, from the command line.
struct Options {
    static let usage = """
        usage: fuzz-readers [--reader NAME]… [--inputs N] [--seed S] [--input NUMBER]
               fuzz-readers --reader NAME --file FILE…
               fuzz-readers [--reader NAME]… --corpus FOLDER

        Gives N changed files (default 1000000) to every reader, or to those named:
        \(FuzzedReader.names.joined(separator: ", ")).
        The same seed (default 1) gives the same files. --input makes and reads the one with this number alone, and keeps it.
        --file reads a file and says what memory and time it takes. --corpus writes what inputs are made from into a folder.
        """

    private(set) var readers = FuzzedReader.names
    private(set) var seed = 1
    private var count = 1_000_000
    private var only: Int?
    private(set) var files: [String] = []
    private(set) var corpus: String?

    /// `nil` if the arguments are not understood.
    init?(_ arguments: [String]) {
        var rest = arguments[...]
        var named: [String] = []
        while let argument = rest.popFirst() {
            guard let value = rest.popFirst() else { return nil }
            switch (argument, Int(value)) {
            case ("--reader", _) where FuzzedReader.names.contains(value): named.append(value)
            case ("--file", _): files.append(value)
            case ("--corpus", _): corpus = value
            case ("--inputs", let number?) where number > 0: count = number
            case ("--seed", let number?): seed = number
            case ("--input", let number?) where number >= 0: only = number
            default: return nil
            }
        }
        if !named.isEmpty { readers = named }
    }

    /// The numbers of the inputs.
    var numbers: Range<Int> { only.map { $0..<$0 + 1 } ?? 0..<count }
    var keepsInputs: Bool { only != nil }
}
