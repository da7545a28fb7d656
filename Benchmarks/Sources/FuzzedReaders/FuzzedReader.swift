import Foundation

/// A reader of files, what its inputs are made from, and how it is called.
package struct FuzzedReader {
    package let name: String
    package let fileExtension: String
    package let seeds: [Seed]
    /// Texts that mean something to it.
    var tokens: [String] = []
    /// For seeds that it has to accept as they are, from the first one on: a choice with which it does.
    var acceptingChoices: [Int] = []
    /// Reads a file; `choice` decides among what a caller can choose.
    let read: (_ bytes: [UInt8], _ choice: Int) throws -> Void
    /// Whether an error is one of the reader's own: all that it may throw.
    let isRefusal: (any Error) -> Bool
    /// Whether an error says that the reader has not come to the content, for what is before it: that says little of the reader.
    var isOfHeader: (any Error) -> Bool = { _ in false }
    /// The least share of inputs that have to come to the content.
    package var leastShare = 0.5

    package enum Outcome {
        case accepted
        case refused(reachedContent: Bool, reason: String)
    }

    /// - Precondition: the reader refuses with its own errors only, and in words.
    package func outcome(_ bytes: [UInt8], choice: Int) -> Outcome {
        do {
            try read(bytes, choice)
            return .accepted
        } catch {
            precondition(isRefusal(error), "\(name) threw what is no error of its own: \(type(of: error)): \(error)")
            let reason = "\(error)"
            precondition(!reason.isEmpty, "\(name) refused without a reason")
            return .refused(reachedContent: !isOfHeader(error), reason: reason)
        }
    }

    /// - Throws: what the reader has against a seed that it has to accept.
    package func checkSeeds() throws {
        for (seed, choice) in zip(seeds, acceptingChoices) { try read(seed.file(seed.content), choice) }
    }

    package static let names = ["recipe", "onnx", "onnx-external", "idx", "npy", "npz", "csv", "cmdl", "checkpoint"]

    /// - Parameter folder: for files that cannot be read from memory.
    /// - Precondition: it is one of `names`.
    package static func named(_ name: String, folder: URL) throws -> FuzzedReader {
        switch name {
        case "recipe": try recipe()
        case "onnx": onnx()
        case "onnx-external": try externalData(in: folder)
        case "idx": idx()
        case "npy": npy()
        case "npz": try npz()
        case "csv": csv()
        case "cmdl": try cmdl()
        case "checkpoint": checkpoint()
        default: preconditionFailure("there is no reader \(name)")
        }
    }
}
