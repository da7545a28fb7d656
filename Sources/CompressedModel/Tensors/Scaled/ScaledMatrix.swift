/// A tensor seen as a matrix whose rows and columns have scales (`FORMAT.md`, section 5).
///
/// The leading axes together are the rows, the others together the columns: of all such splits, but for the one without
/// leading axes, the one whose lesser number of rows or columns is greatest, and of equals the first.
package struct ScaledMatrix: Equatable, Sendable {
    /// How many axes are rows.
    package let leadingAxes: Int
    package let rows: Int
    package let columns: Int

    /// The matrix whose rows are the columns of this one; no tensor's.
    var transposed: ScaledMatrix { ScaledMatrix(leadingAxes: leadingAxes, rows: columns, columns: rows) }

    private init(leadingAxes: Int, rows: Int, columns: Int) {
        self.leadingAxes = leadingAxes
        self.rows = rows
        self.columns = columns
    }

    /// - Parameter dimensions: not negative, with a product that fits an `Int`.
    package init(dimensions: [Int]) {
        let count = dimensions.contains(0) ? 0 : dimensions.reduce(1, *)
        var best = (axes: min(1, dimensions.count), rows: count == 0 ? 0 : dimensions.first ?? 1)
        var rows = 1
        for (axis, dimension) in dimensions.enumerated() where count > 0 {
            rows *= dimension
            if min(rows, count / rows) > min(best.rows, count / best.rows) { best = (axis + 1, rows) }
        }
        leadingAxes = best.axes
        self.rows = best.rows
        columns = count == 0 ? 0 : count / best.rows
    }
}
