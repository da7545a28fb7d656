import CompressedModel
import NeuralGraph
@testable import Quantization
import Testing
import Training

/// Quantization without training with something left out.
@Suite struct PostTrainingSettingsTests {
    private typealias Networks = PostTrainingOfNetworksTests

    /// The weights of each layer before and after.
    private static func weights(_ settings: PostTraining.Settings) throws -> [(before: [Float], scaled: ScaledIndices, after: [Float])] {
        let graph = try Networks.network()
        let context = try Networks.context(graph)
        let measured = try MeasuredErrors(graph, samples: 128, context: context)
        let limits = graph.layers.map { _ in LevelLimit?.some(.none) }
        let network = PostTraining(graph, limits: limits, measured, settings, context: context).network(distance: 0.05, isDependent: false)
        return try graph.layers.map { layer in
            guard case .scaled(let scaled) = network.encodings[layer.weight] else { throw NotScaled() }
            return (graph.parameters[layer.weight].values, scaled, network.graph.parameters[layer.weight].values)
        }
    }

    private struct NotScaled: Error {}

    @Test("Without feedback, scales and a price on bits each weight has its nearest level") func nearest() throws {
        var settings = PostTraining.Settings()
        (settings.feedsBackOverColumns, settings.feedsBackOverUnits) = (false, false)
        (settings.hasScales, settings.followsCurvature, settings.zone) = (false, false, 0)
        for (before, scaled, after) in try Self.weights(settings) {
            #expect(scaled.rows.isEmpty && scaled.columns.isEmpty)
            #expect(zip(before, after).allSatisfy { ($0 - $1).magnitude <= 0.5001 * scaled.step })
        }
    }

    @Test("With feedback some weights have other levels than the nearest") func fedBack() throws {
        var settings = PostTraining.Settings()
        (settings.hasScales, settings.followsCurvature, settings.zone) = (false, false, 0)
        let weights = try Self.weights(settings)
        #expect(weights.contains { layer in
            zip(layer.before, layer.after).contains { ($0 - $1).magnitude > 0.51 * layer.scaled.step }
        })
    }

    @Test("Where curvature is not followed all layers have the same step for their deviation") func relative() throws {
        var settings = PostTraining.Settings()
        (settings.followsCurvature, settings.hasScales) = (false, false)
        for (before, scaled, _) in try Self.weights(settings) {
            #expect(abs(Double(scaled.step) / before.deviation / 0.05 - 1) < 0.02)
        }
    }
}
