import Foundation

/// `NAME.provenance.json`: where the outputs come from, as an in-toto statement (in-toto Attestation Framework, Statement v1) with
/// the predicate SLSA Provenance v1 (slsa.dev/spec/v1.0/provenance). Nothing in it depends on time or machine.
struct Provenance: Encodable {
    private let type = "https://in-toto.io/Statement/v1"
    private let subject: [Resource]
    private let predicateType = "https://slsa.dev/provenance/v1"
    private let predicate: Predicate

    private enum CodingKeys: String, CodingKey {
        case type = "_type", subject, predicateType, predicate
    }

    private struct Resource: Encodable {
        let name: String
        let digest: [String: String]

        init(_ name: String, _ sha256: String) {
            self.name = name
            digest = ["sha256": sha256]
        }
    }

    private struct Predicate: Encodable {
        let buildDefinition: BuildDefinition
        let runDetails = RunDetails()
    }

    private struct BuildDefinition: Encodable {
        let buildType = "urn:compress-model:run:1"
        let externalParameters: External
        let internalParameters: Internal
        let resolvedDependencies: [Resource]
    }

    private struct External: Encodable {
        /// Its digest is that of the recipe with all defaults written out.
        let recipe: Resource
    }

    private struct Internal: Encodable { let algorithm: Int }

    private struct RunDetails: Encodable {
        let builder = ["id": "urn:compress-model"]
    }

    init(name: String, lock: Lock) {
        subject = lock.outputs.sorted { $0.key < $1.key }.map { Resource("\(name).\($0.key)", $0.value.sha256) }
        let inputs = lock.inputs
        let model = [Resource("model", inputs.model.sha256)]
            + (inputs.modelWithTensors.map { [Resource("model with tensors", $0)] } ?? [])
        predicate = Predicate(
            buildDefinition: BuildDefinition(
                externalParameters: External(recipe: Resource("\(name).yaml", inputs.recipe)),
                internalParameters: Internal(algorithm: inputs.algorithm),
                resolvedDependencies: model
                    + inputs.data.sorted { $0.key < $1.key }.map { Resource("data \($0.key)", $0.value.sha256) }))
    }

    func encoded() throws -> Data { try JSONEncoder.stable.lines(self) }
}
