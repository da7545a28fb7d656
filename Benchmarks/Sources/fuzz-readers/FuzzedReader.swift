import Foundation

/// A reader of files, what its inputs are made from, and how it is called.
struct FuzzedReader {
    let name: String
    let fileExtension: String
    let seeds: [Seed]
    /// Texts that mean something to it.
    var tokens: [String] = []
    /// For seeds that it has to accept as they are, from the first one on: a choice with which it does.
    var acceptingChoices: [Int] = []
    /// Reads a file; `choice` decides among what a caller can choose.
    let read: (_ bytes: [UInt8], _ choice: Int) throws -> Void
    /// Whether an error is one of the reader's own: all that it may throw.
    let isRefusal: (any Error) -> Bool

    enum Outcome { case accepted, refused }

    /// - Precondition: the reader refuses with its own errors only, and in words.
    func outcome(_ bytes: [UInt8], choice: Int) -> Outcome {
        do {
            try read(bytes, choice)
            return .accepted
        } catch {
            precondition(isRefusal(error), "\(name) threw what is no error of its own: \(type(of: error)): \(error)")
            precondition(!"\(error)".isEmpty, "\(name) refused without a reason")
            return .refused
        }
    }

    /// - Throws: what the reader has against a seed that it has to accept.
    func checkSeeds() throws {
        for (seed, choice) in zip(seeds, acceptingChoices) { try read(seed.file(seed.content), choice) }
    }

    static let names = ["recipe", "onnx", "onnx-external", "idx", "npy", "npz", "csv", "cmdl"]

    /// - Parameter folder: for files that cannot be read from memory.
    /// - Precondition: it is one of `names`.
    static func named(_ name: String, folder: URL) throws -> FuzzedReader {
        switch name {
        case "recipe": try recipe()
        case "onnx": onnx()
        case "onnx-external": try externalData(in: folder)
        case "idx": idx()
        case "npy": npy()
        case "npz": try npz()
        case "csv": csv()
        case "cmdl": try cmdl()
        default: preconditionFailure("there is no reader \(name)")
        }
    }
}
