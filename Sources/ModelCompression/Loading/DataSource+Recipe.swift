import Datasets
import Foundation
import RecipeFormat

extension DataSource {
    /// A source for each input that the recipe names.
    static func all(
        _ source: Recipe.Source, at place: (String) -> URL
    ) -> [(input: Located<String>?, source: DataSource)] {
        func file(_ name: Located<String>) -> URL { place(name.value) }
        switch source {
        case .idx(let inputs, let labels): return [(nil, .idx(inputs: file(inputs), labels: labels.map(file)))]
        case .npy(let inputs, let labels): return [(nil, .npy(inputs: file(inputs), labels: labels.map(file)))]
        case .npz(let name, let inputs, let labels):
            return inputs.map { entry in
                (entry.input, .npz(file: file(name), inputs: entry.array.value, labels: labels?.value))
            }
        case .csv(let name, let label, let hasHeader):
            let column: CSVLabel? = label.map {
                switch $0.value {
                case .name(let name): .name(name)
                case .index(let index): .index(index)
                }
            }
            return [(nil, .csv(file: file(name), label: column, header: hasHeader))]
        }
    }
}

extension Take {
    init(_ take: Recipe.Take) {
        switch take {
        case .all: self = .all
        case .first(let count): self = .first(count)
        case .last(let count): self = .last(count)
        case .range(let range): self = .range(range)
        }
    }
}

extension Normalization {
    init(_ normalization: Recipe.Normalization) {
        let mean = normalization.mean.value.map { Float($0) }
        let std = normalization.std.value.map { Float($0) }
        self.init(
            scale: Float(normalization.scale), mean: mean.isEmpty ? [0] : mean, std: std.isEmpty ? [1] : std)
    }
}
