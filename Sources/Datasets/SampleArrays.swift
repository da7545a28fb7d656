import Foundation

/// What a source holds: inputs [samples, …] and labels [samples, …], with the names that messages give them.
package struct SampleArrays: Sendable {
    package let inputs: NumericArray
    package let labels: NumericArray?
    package let inputsName: String
    package let labelsName: String

    package init(
        inputs: NumericArray, labels: NumericArray? = nil, inputsName: String, labelsName: String = ""
    ) {
        self.inputs = inputs
        self.labels = labels
        self.inputsName = inputsName
        self.labelsName = labelsName
    }

    /// Reads the files of a source.
    ///
    /// - Throws: `DatasetError`.
    package init(reading source: DataSource) throws {
        switch source {
        case .idx(let inputs, let labels):
            self.init(
                inputs: try NumericArray(idx: FileBytes(contentsOf: inputs)),
                labels: try labels.map { try NumericArray(idx: FileBytes(contentsOf: $0)) },
                inputsName: inputs.relativePath, labelsName: labels?.relativePath ?? "")
        case .npy(let inputs, let labels):
            self.init(
                inputs: try NumericArray(npy: FileBytes(contentsOf: inputs)),
                labels: try labels.map { try NumericArray(npy: FileBytes(contentsOf: $0)) },
                inputsName: inputs.relativePath, labelsName: labels?.relativePath ?? "")
        case .npz(let url, let inputs, let labels):
            let file = try FileBytes(contentsOf: url)
            self.init(
                inputs: try NumericArray(npz: file, name: inputs),
                labels: try labels.map { try NumericArray(npz: file, name: $0) },
                inputsName: "\(file.name): \(inputs)", labelsName: labels.map { "\(file.name): \($0)" } ?? "")
        case .csv(let url, let label, let header):
            let file = try FileBytes(contentsOf: url)
            let table = try CSVTable(file, label: label, header: header)
            self.init(
                inputs: table.features, labels: table.labels, inputsName: file.name, labelsName: file.name)
        }
    }
}
