import CompressedModel
import Foundation
import ModelCompression
import ONNX

/// What a run of `net.yaml` left behind.
struct FinishedRun: Sendable {
    let report: CompressionReport
    let folder: TemporaryFolder
    let json: ReportJSON

    init(report: CompressionReport, folder: TemporaryFolder) throws {
        self.report = report
        self.folder = folder
        json = try JSONDecoder().decode(ReportJSON.self, from: folder.data("compressed/net.report.json"))
    }

    var recipe: String { folder.path("net.yaml") }
    var cmdlPath: String { folder.path("compressed/net.cmdl") }
    var onnxPath: String { folder.path("compressed/net.onnx") }

    func cmdl() throws -> Data { try folder.data("compressed/net.cmdl") }
    func onnx() throws -> Data { try folder.data("compressed/net.onnx") }
    func model() throws -> ModelProto { try ModelProto(decoding: onnx()) }

    /// As the `.cmdl` file holds it.
    func network() throws -> QuantizedModel { try QuantizedModel(decoding: Array(cmdl())) }

    /// The weights of the layers, in the order of the network: conv1, conv2, fc1, fc2.
    func weights() throws -> [TensorProto] {
        let network = try network()
        return network.model.graph.initializers.filter { $0.dimensions.count > 1 }.map {
            TensorProto(name: $0.name, dimensions: $0.dimensions, floats: network.encodings[$0.name]?.elements ?? [])
        }
    }
}

/// `NAME.report.json`, as a reader who knows its keys reads it.
struct ReportJSON: Decodable, Sendable {
    struct Point: Decodable, Sendable {
        let bytes: Int
        let validation: Double
    }

    struct Baseline: Decodable, Sendable {
        let bytes: Int
        let validation: Double
        let test: Double?
    }

    struct File: Decodable, Equatable, Sendable {
        let bytes: Int
        let sha256: String
    }

    struct Result: Decodable, Sendable {
        let bytes: Int
        let ratio: Double
        let sha256: String
        let validation: Double
        let test: Double?
        let onnx: File
    }

    struct Target: Decodable, Sendable {
        let bytes: Int?
        let measure: String
        let accuracy: Double
    }

    struct Reachable: Decodable, Sendable {
        let smallestAccurate: Point?
        let bestWithinTarget: Point?
        let smallest: Point?
    }

    struct Certificate: Decodable, Sendable {
        let isCertified: Bool
        let samples: Int
        let hits: Int
        let atLeast: Double
        let dropAtMost: Double
        let samplesNeeded: Int?
    }

    struct Obstacle: Decodable, Sendable {
        let layer: String
        let bytes: Int
        let reasons: [String]
    }

    struct Stage: Decodable, Sendable {
        let descent: Int
        let name: String
        let bytes: Int
        let nonzeros: Int
        let validation: Double
        let seconds: Double
    }

    struct Layer: Decodable, Sendable {
        let name: String
        let `operator`: String
        let originalShape: [Int]
        let shape: [Int]
        let originalWeights: Int
        let nonzeros: Int
        let levels: Int?
        let codedBytes: Int
        let originalMultiplyAdds: Int
        let multiplyAdds: Int
        let protected: String?
    }

    struct Round: Decodable, Sendable {
        let round: Int
        let bytes: Int
        let nonzeros: Int
        let validation: Double
        let frozen: Double
    }

    let status: String
    let metric: String
    let target: Target
    let baseline: Baseline
    let result: Result
    let certificate: Certificate?
    let reachable: Reachable?
    let obstacles: [Obstacle]?
    let curve: [Point]
    let stages: [Stage]
    let layers: [Layer]
    let rounds: [Round]
    let seconds: Double
}
