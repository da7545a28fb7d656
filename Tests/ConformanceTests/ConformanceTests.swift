import Foundation
import ONNX
import Testing

/// The ONNX project's own node tests of every operator that the engine knows.
@Suite struct ConformanceTests {
    /// Of the tests that are not skipped.
    private static let leastShare = 0.95

    @Test(
        "operators give the outputs of ONNX's own node tests",
        .enabled(
            if: !NodeTest.all.isEmpty,
            "THERE ARE NO NODE TESTS: install libonnx-testdata, or name their folders in ONNX_NODE_TESTS"))
    func nodeTests() throws {
        var table = ConformanceTable()
        for folder in NodeTest.all {
            guard let model = try? ModelProto(contentsOf: folder.appendingPathComponent("model.onnx")),
                NodeTest.isOfKnownOperators(model)
            else { continue }
            Self.announce(folder)
            if let reason = NodeTest.reasonToSkip(model) {
                table.add(folder.lastPathComponent, model, .skipped(reason))
            } else {
                table.add(folder.lastPathComponent, model, try NodeTest(folder).outcome())
            }
        }
        print(table.text)
        #expect(table.passed + table.failed > 0)
        #expect(Double(table.passed) >= Self.leastShare * Double(table.passed + table.failed))
    }

    /// With `ONNX_NODE_TESTS_TRACE` set, so that the test in which a run ends can be found.
    private static func announce(_ folder: URL) {
        guard ProcessInfo.processInfo.environment["ONNX_NODE_TESTS_TRACE"] != nil else { return }
        FileHandle.standardError.write(Data((folder.lastPathComponent + "\n").utf8))
    }
}
