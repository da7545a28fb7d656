import CompressedModel
import NeuralGraph

/// The weight of a layer as error feedback goes through it: units, each with its columns, in groups that share nothing.
struct WeightMatrix: Sendable {
    let groups: Int
    /// Of a group.
    let units: Int
    let columns: Int
    /// Whether the columns of a unit stand beside each other; else the units of a column do.
    private let isUnitMajor: Bool
    /// Whether the rows that the file gives scales to are the units; `nil` where they are neither units nor columns.
    let unitsAreRows: Bool?

    /// - Parameter shape: of the weight.
    init(_ product: WeightProduct, shape: [Int]) {
        groups = product.groups
        units = product.units
        columns = product.columns
        isUnitMajor = product.units == 1
            || product.weightIndex(group: 0, unit: 1, column: 0) - product.weightIndex(group: 0, unit: 0, column: 0) == product.columns
        let matrix = ScaledMatrix(dimensions: shape)
        unitsAreRows = switch (matrix.rows, matrix.columns) {
        case (product.groups * product.units, product.columns) where isUnitMajor: true
        case (product.columns, product.groups * product.units) where !isUnitMajor: false
        default: nil
        }
    }

    /// A weight of which each row is a unit, as each word of a table.
    init(rowsOf shape: [Int]) {
        let matrix = ScaledMatrix(dimensions: shape)
        groups = 1
        units = matrix.rows
        columns = matrix.columns
        isUnitMajor = true
        unitsAreRows = true
    }

    /// A weight of whose errors nothing is known but what they cost: each element for itself.
    init(elements count: Int) {
        groups = 1
        units = count
        columns = 1
        isUnitMajor = true
        unitsAreRows = nil
    }

    var count: Int { groups * units * columns }

    func index(group: Int, unit: Int, column: Int) -> Int {
        isUnitMajor ? (group * units + unit) * columns + column : column * units + unit
    }
}
