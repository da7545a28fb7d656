import Foundation
import Training

/// `NAME.report.json`. Accuracies are fractions (or errors, for `mse`), sizes are bytes.
struct ReportFile: Codable {
    let status: String
    let metric: String
    let target: Target
    let baseline: Baseline
    /// What is to be known of the original's file.
    let remarks: [String]?
    let result: Result
    /// Where the recipe asks for a confidence.
    let certificate: Certificate?
    let reachable: Reachable?
    /// What takes most of the result, where the constraints are not met.
    let obstacles: [Obstacle]?
    /// Size against accuracy, as far as the run saw it.
    let curve: [Reachable.Point]
    let stages: [Stage]
    let layers: [LayerReport]
    let rounds: [RoundReport]
    let seconds: Double

    struct Target: Codable {
        /// Absent where the recipe wants the smallest size.
        let bytes: Int?
        let measure: String
        let accuracy: Double
    }

    struct Baseline: Codable {
        let validation: Double
        let test: Double?
        let bytes: Int
    }

    struct Result: Codable {
        let validation: Double
        let test: Double?
        let bytes: Int
        let ratio: Double
        let sha256: String
        let onnx: FileDigest
    }

    struct RoundReport: Codable {
        let descent: Int
        let round: Int
        let bytes: Int
        let nonzeros: Int
        let validation: Double
        let frozen: Double
    }

    func encoded() throws -> Data { try JSONEncoder.stable.lines(self) }
}
