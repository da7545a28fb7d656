import ArgumentParser
import Foundation
import ModelCompression

/// How the process ends after an error: the text for the user and the exit status.
struct Termination {
    static let constraintsUnmet = ExitCode(3)

    private var text: String
    private var status: Int32

    init(of error: any Error) {
        switch error {
        case let failure as CompressionFailure:
            (text, status) = (failure.description, 1)
        case let mismatch as LockMismatch:
            (text, status) = (mismatch.description, 4)
        case let code as ExitCode:
            (text, status) = ("", code.rawValue)
        case _ where CompressModel.exitCode(for: error).isSuccess:
            (text, status) = (CompressModel.fullMessage(for: error), 0)
        default:
            // Argument-parser would say `Error:` and end with 64 after a wrong argument.
            text = "error: \(CompressModel.message(for: error))"
            if CompressModel.exitCode(for: error) == .validationFailure {
                text += "\nSee 'compress-model --help' for the commands and their options."
            }
            status = 1
        }
    }

    func exit() -> Never {
        if !text.isEmpty {
            (status == 0 ? Console.output : Console.errors).print(text)
        }
        Foundation.exit(status)
    }
}
