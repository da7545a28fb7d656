import Foundation
import PackagePlugin

/// `swift package --allow-writing-to-package-directory compress-model RECIPE [options]`
///
/// Builds the `compress-model` tool in release and runs it with the caller's arguments and working directory.
@main
struct CompressModelPlugin: CommandPlugin {
    func performCommand(context: PluginContext, arguments: [String]) async throws {
        guard let tool = try buildTool() else { return }
        // SwiftPM keeps its build directory locked while a plugin runs; the tool alone does not need it.
        print("compress-model: built; long runs can be started without SwiftPM: \(tool.path)")
        try run(tool, arguments: withoutSwiftPMOptions(arguments))
    }

    /// The tool built in release, or nil after an error was reported.
    ///
    /// The tool is no dependency of the plugin, because SwiftPM builds those in debug.
    private func buildTool() throws -> URL? {
        let build = try packageManager.build(
            .product("compress-model"),
            parameters: .init(configuration: .release, logging: .concise, echoLogs: true))
        let artifact = build.builtArtifacts.first {
            $0.kind == .executable && $0.url.lastPathComponent == "compress-model"
        }
        guard build.succeeded, let artifact else {
            Diagnostics.error("the compress-model tool could not be built; the build's log stands above")
            return nil
        }
        return artifact.url
    }

    /// Runs the tool, whose output goes where this plugin's goes, and reports its failure.
    private func run(_ tool: URL, arguments: [String]) throws {
        // SwiftPM interrupts the plugin alone. The tool sees the end of its input when the plugin is gone, and stops.
        let lifeline = Pipe()
        let process = Process()
        process.executableURL = tool
        process.arguments = arguments
        process.standardInput = lifeline
        process.environment = ProcessInfo.processInfo.environment
            .merging(["COMPRESS_MODEL_STOP_WITH_CALLER": "1"]) { $1 }
        try process.run()
        withExtendedLifetime(lifeline) { process.waitUntilExit() }

        switch (process.terminationReason, process.terminationStatus) {
        case (.exit, 0): return
        case (.exit, let status): Diagnostics.error("compress-model failed with exit status \(status)")
        case (_, let signal): Diagnostics.error("compress-model was ended by signal \(signal)")
        }
    }

    /// SwiftPM also hands on its own permission options where they stand after the verb.
    private func withoutSwiftPMOptions(_ arguments: [String]) -> [String] {
        var extractor = ArgumentExtractor(arguments)
        _ = extractor.extractFlag(named: "allow-writing-to-package-directory")
        _ = extractor.extractFlag(named: "disable-sandbox")
        _ = extractor.extractOption(named: "allow-writing-to-directory")
        _ = extractor.extractOption(named: "allow-network-connections")
        return extractor.remainingArguments
    }
}
