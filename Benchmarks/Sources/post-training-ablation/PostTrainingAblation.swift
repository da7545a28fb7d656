import Execution
import Foundation
import ModelCompression
import Quantization
import Training

/// Quantizes a recipe's network without training, with one ingredient left out at a time, each to the same bytes, and prints what comes
/// of it as a table.
@main
enum PostTrainingAblation {
    static func main() throws {
        guard let options = Options(Array(CommandLine.arguments.dropFirst())) else { try fail(Options.usage) }
        do {
            try run(options)
        } catch {
            try fail("\(error)")
        }
    }

    private static func run(_ options: Options) throws {
        let job = try JobLoader.load(RecipeFile(options.recipe))
        let study = try Study(job, options)
        show(study.header)
        var measured: (samples: Int, errors: MeasuredErrors)?
        for variant in Variant.all where options.takes(variant.name) {
            let samples = max(MicroBatch.most, Int(Double(options.samples) * variant.sampleFactor))
            if measured?.samples != samples {
                measured = nil
                measured = (samples, try MeasuredErrors(job.original, samples: samples, context: study.context))
            }
            guard let errors = measured?.errors else { continue }
            show(try study.row(variant, errors))
        }
    }

    /// At once, for a row takes long.
    private static func show(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }

    private static func fail(_ message: String) throws -> Never {
        FileHandle.standardError.write(Data((message + "\n").utf8))
        exit(1)
    }
}
