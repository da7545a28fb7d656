import Foundation
import ModelCompression
import Testing

extension Computing {
    @Suite("Runs that were stopped") struct Stopped {
        let folder: TemporaryFolder
        /// Two ways down, with every kind of stage.
        let recipe = TestRecipe(
            accuracy: "{floor: 0.6}", size: "{ratio: 40}", prune: "{epochs: 12}", retrain: "{epochs: 2}",
            quantize: "{rounds: 2, epochs: 3}", more: ["effort: fast", "augment: {shift: 1}"])

        init() throws {
            folder = try TemporaryFolder()
            try folder.write("net.yaml", Data(recipe.text.utf8))
        }

        private func arguments(_ output: String) -> [String] {
            [
                folder.path("net.yaml"), "--seed", "1", "--threads", "2", "--output-directory", folder.path(output),
                "--checkpoint-interval", "0",
            ]
        }

        /// Runs to the end.
        private func finish(_ output: String) throws -> (status: Int32, text: String) { try Tool.run(arguments(output)) }

        private func start(_ output: String) throws -> Process {
            try Tool.start(arguments(output), text: FileHandle.nullDevice)
        }

        private func kill(_ process: Process) {
            _ = Foundation.kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }

        /// Runs and kills, so many seconds after the start.
        /// - Returns: whether the run had not ended before.
        private func kill(_ output: String, after seconds: Double) throws -> Bool {
            let process = try start(output)
            Thread.sleep(forTimeInterval: seconds)
            kill(process)
            return process.terminationReason == .uncaughtSignal
        }

        private func outputs(_ output: String) throws -> [Data] {
            try ["cmdl", "onnx", "provenance.json"].map { try folder.data("\(output)/net.\($0)") }
        }

        @Test("Killed at 25 random moments: 25 times the same bytes") func killed() throws {
            let start = ContinuousClock.now
            #expect(try finish("whole").status == 0)
            let length = start.duration(to: .now)
            let seconds = Double(length.components.seconds) + Double(length.components.attoseconds) * 1e-18
            let whole = try outputs("whole")
            var random = SystemRandomNumberGenerator()
            var (kills, resumed) = (0, 0)
            while kills < 25 {
                let output = "killed-\(kills)"
                guard try kill(output, after: .random(in: 0...seconds, using: &random)) else {
                    try FileManager.default.removeItem(atPath: folder.path(output))
                    continue
                }
                kills += 1
                let end = try finish(output)
                #expect(end.status == 0)
                #expect(try outputs(output) == whole)
                #expect(folder.names.filter { $0.hasPrefix("\(output)/.") } == [])
                if end.text.contains("going on from the checkpoint") { resumed += 1 }
            }
            // Only what is killed in its first moments begins anew.
            #expect(resumed >= 5)
        }

        @Test("A checkpoint that is damaged or of another recipe is not used") func distrusted() throws {
            #expect(try finish("whole").status == 0)
            let checkpoint = try stoppedWithCheckpoint("out")
            var bytes = try folder.data(checkpoint)
            bytes[bytes.count / 2] ^= 1
            try folder.write(checkpoint, bytes)
            let damaged = try finish("out")
            #expect(damaged.text.contains("is of other inputs or damaged: the stage begins anew"))
            #expect(try outputs("out") == outputs("whole"))

            _ = try stoppedWithCheckpoint("other")
            try folder.write("net.yaml", Data(recipe.with { $0.retrain = "{epochs: 1}" }.text.utf8))
            let other = try finish("other")
            #expect(other.text.contains("is of other inputs or damaged: the stage begins anew"))
            #expect(try finish("afresh").status == 0)
            #expect(try outputs("other") == outputs("afresh"))
            #expect(try outputs("other") != outputs("whole"))
        }

        @Test("A run that measures or trains levels goes on from where it was to the same bytes", arguments: ["curvature", "levels"])
        func withoutPruning(stage: String) throws {
            try folder.write("net.yaml", Data(PostTraining.demanding.text.utf8))
            #expect(try finish("whole").status == 0)
            _ = try stoppedWithCheckpoint("out", of: stage)
            let end = try finish("out")
            #expect(end.text.contains("going on from the checkpoint"))
            #expect(try outputs("out") == outputs("whole"))
        }

        /// - Returns: the name of a checkpoint that a killed run has left.
        private func stoppedWithCheckpoint(_ output: String, of stage: String = "weights") throws -> String {
            let name = "\(output)/.net.run/1-\(stage).checkpoint"
            let process = try start(output)
            while process.isRunning, !FileManager.default.fileExists(atPath: folder.path(name)) { usleep(1000) }
            kill(process)
            return name
        }

        @Test("Without room for checkpoints a run goes on") func noRoom() throws {
            #expect(try finish("whole").status == 0)
            // A directory in the place of a file that would be written.
            try folder.write("out/.net.run/1-weights.partial/x", Data())
            let end = try finish("out")
            #expect(end.status == 0)
            #expect(end.text.contains("warning: no checkpoints: '"))
            #expect(try outputs("out") == outputs("whole"))
        }

        @Test("Two runs into one directory do not meet") func twice() throws {
            let first = try start("out")
            while first.isRunning, !folder.names.contains("out/.net.run") { usleep(1000) }
            let second = try finish("out")
            first.waitUntilExit()
            #expect(first.terminationStatus == 0)
            #expect(second.status == 1)
            #expect(
                second.text == "error: another run of 'net' is writing to '\(folder.path("out"))'; wait for it, or name "
                    + "another output directory\n")
            #expect(try finish("alone").status == 0)
            #expect(try outputs("out") == outputs("alone"))
        }
    }
}
