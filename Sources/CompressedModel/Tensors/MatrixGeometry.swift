/// How the columns of a matrix lie that is only known to be a matrix: the pixels of an image, or of one in each channel.
struct ColumnGrid: Equatable {
    /// 0 for no grid.
    var width: Int
    /// 0 for one grid of all columns.
    var height: Int

    static let none = ColumnGrid(width: 0, height: 0)
}

/// A tensor seen as a matrix whose columns lie in groups, each a grid: input channels with their kernel positions, or
/// the pixels of an image (`FORMAT.md`, section 5).
struct MatrixGeometry: Equatable {
    /// The first dimension.
    let rows: Int
    /// The product of the other dimensions.
    let columns: Int
    /// Columns in a group.
    let group: Int
    /// Columns in a row of a group's grid.
    let width: Int

    /// - Parameters:
    ///   - dimensions: not negative, with a product that fits an `Int`.
    ///   - grid: for rank 2, how the columns lie.
    init(dimensions: [Int], grid: ColumnGrid = .none) {
        let isEmpty = dimensions.contains(0)
        rows = isEmpty ? 0 : dimensions.first ?? 1
        columns = isEmpty ? 0 : dimensions.dropFirst().reduce(1, *)
        switch dimensions.count {
        case 0, 1:
            group = 1
            width = 1
        case 2:
            group = max(1, grid.height > 0 ? grid.width * grid.height : columns)
            width = grid.width > 0 ? grid.width : group
        default:
            group = max(1, isEmpty ? 1 : dimensions[2...].reduce(1, *))
            width = max(1, dimensions[dimensions.count - 1])
        }
    }

    /// The column at an offset from `column` in the grid of its group, if there is one.
    func neighbour(of column: Int, _ dx: Int, _ dy: Int) -> Int? {
        let position = column % group
        let x = position % width + dx
        let y = position / width + dy
        guard x >= 0, x < width, y >= 0, y * width + x < group else { return nil }
        return column + dy * width + dx
    }
}

/// The number of elements of a tensor; `nil` when a dimension is negative or the product exceeds an `Int`.
func checkedCount(_ dimensions: [Int]) -> Int? {
    guard dimensions.allSatisfy({ $0 >= 0 }) else { return nil }
    guard !dimensions.contains(0) else { return 0 }
    var product = 1
    for dimension in dimensions {
        let (result, overflow) = product.multipliedReportingOverflow(by: dimension)
        if overflow { return nil }
        product = result
    }
    return product
}
