import Foundation

/// `NAME.lock`: what a recipe's result is made from, and what it is. Belongs under version control beside the recipe.
struct Lock: Codable, Equatable {
    /// Of this format.
    let lock: Int
    let inputs: InputDigests
    /// What the network was after each stage of the run.
    let stages: [StageDigest]
    /// By kind: `cmdl`, `onnx`.
    let outputs: [String: FileDigest]
    let accuracy: Accuracy

    struct StageDigest: Codable, Equatable {
        let descent: Int
        let name: String
        let bytes: Int
        let validation: Double
        /// Of the network's parameters.
        let sha256: String
    }

    /// Of original and result, in the recipe's metric.
    struct Accuracy: Codable, Equatable {
        let validationBefore: Double
        let validation: Double
        let testBefore: Double?
        let test: Double?
    }

    private static let version = 1

    init(inputs: InputDigests, report: ReportFile) {
        lock = Self.version
        self.inputs = inputs
        stages = report.stages.map {
            StageDigest(
                descent: $0.descent, name: $0.name, bytes: $0.bytes, validation: $0.validation, sha256: $0.sha256)
        }
        outputs = [
            "cmdl": FileDigest(bytes: report.result.bytes, sha256: report.result.sha256), "onnx": report.result.onnx,
        ]
        accuracy = Accuracy(
            validationBefore: report.baseline.validation, validation: report.result.validation,
            testBefore: report.baseline.test, test: report.result.test)
    }

    /// Reads a lock that must be there.
    /// - Parameter remedy: what makes one.
    static func required(_ file: URL, _ remedy: String) throws -> Lock {
        guard let lock = try Lock(contentsOf: file) else {
            throw CompressionFailure("error: there is no '\(file.relativePath)'; \(remedy)")
        }
        return lock
    }

    /// Reads a lock.
    /// - Returns: `nil` when there is no such file.
    init?(contentsOf file: URL) throws {
        guard FileManager.default.fileExists(atPath: file.path) else { return nil }
        let data: Data
        do {
            data = try Data(contentsOf: file)
        } catch {
            throw CompressionFailure("error: '\(file.relativePath)': \(error.shortDescription)")
        }
        do {
            let head = try JSONDecoder().decode(Head.self, from: data)
            guard head.lock == Self.version else {
                throw CompressionFailure(
                    "error: '\(file.relativePath)': version \(head.lock) of locks is not supported; version "
                        + "\(Self.version) is")
            }
            self = try JSONDecoder().decode(Self.self, from: data)
            // Of a lock without them everything would be confirmed.
            if let missing = OutputFiles.networks.first(where: { outputs[$0] == nil }) {
                throw CompressionFailure("error: '\(file.relativePath)' is no lock: it has no output '\(missing)'")
            }
        } catch let error as DecodingError {
            throw CompressionFailure("error: '\(file.relativePath)' is no lock: \(error.place)")
        }
    }

    private struct Head: Decodable { let lock: Int }

    func encoded() throws -> Data { try JSONEncoder.stable.lines(self) }
}

extension DecodingError {
    /// What is wrong, and at which key.
    fileprivate var place: String {
        switch self {
        case .keyNotFound(let key, let context): "the key '\((context.codingPath + [key]).text)' is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            "the value of '\(context.codingPath.text)' is of another type"
        default: "it is not JSON"
        }
    }
}

extension [any CodingKey] {
    fileprivate var text: String { map(\.stringValue).joined(separator: ".") }
}
