import Foundation

/// The command-line tool that was built together with these tests.
enum Tool {
    static var url: URL {
        let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") } ?? Bundle.main
        let folder = bundle.bundlePath.hasSuffix(".xctest")
            ? bundle.bundleURL.deletingLastPathComponent() : bundle.bundleURL
        return folder.appendingPathComponent("compress-model")
    }

    /// Starts the tool.
    /// - Parameter text: receives what it prints, a pipe that is read or the null device.
    static func start(_ arguments: [String], text: Any, environment: [String: String] = [:]) throws -> Process {
        let process = Process()
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.executableURL = url
        process.arguments = arguments
        process.standardOutput = text
        process.standardError = text
        try process.run()
        return process
    }

    /// Runs the tool to its end.
    static func run(_ arguments: [String], environment: [String: String] = [:]) throws -> (status: Int32, text: String) {
        let pipe = Pipe()
        let process = try start(arguments, text: pipe, environment: environment)
        let text = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: text, as: UTF8.self))
    }
}
