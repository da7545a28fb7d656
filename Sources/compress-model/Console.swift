import Foundation
import PlainText

/// A stream of whole lines, each written at once, so that lines from several threads never mix. What would drive a terminal is replaced.
struct Console: Sendable {
    static let output = Console(handle: .standardOutput)
    static let errors = Console(handle: .standardError)

    private let handle: FileHandle

    func print(_ line: String) {
        // A reader who closed the pipe ends the process by a signal; there is nobody left to tell of other faults.
        try? handle.write(contentsOf: Data((line.plainLines + "\n").utf8))
    }
}
