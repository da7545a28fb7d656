import CompressedModel
import Testing

/// Elements of tensors whose rows and columns have scales.
@Suite struct ScaledIndicesTests {
    @Test func scalesAreQuarterOctaves() {
        #expect((0...4).map { ScaledIndices.scale($0) } == [1, 1.1875, 1.421875, 1.6875, 2])
        #expect((-5...(-1)).map { ScaledIndices.scale($0) } == [0.421875, 0.5, 0.59375, 0.7109375, 0.84375])
        #expect(ScaledIndices.scale(-64) == 0x1p-16)
        #expect(ScaledIndices.scale(64) == 0x1p16)
    }

    @Test func elementsAreProductsOfIndexColumnScaleAndRowStep() {
        let scaled = ScaledIndices(step: 0.375, rows: [1, -6], columns: [0, 3, -2], indices: [1, -2, 3, 0, 70_001, -1])
        let expected: [Float] = [
            1 * 1 * (0.375 * 1.1875), -2 * 1.6875 * (0.375 * 1.1875), 3 * 0.7109375 * (0.375 * 1.1875),
            0, Float(70_001) * 1.6875 * (0.375 * 0.35546875), -1 * 0.7109375 * (0.375 * 0.35546875),
        ]
        #expect(TensorEncoding.scaled(scaled).elements == expected)
    }

    @Test func withoutScalesTheElementsAreProductsOfIndexAndStep() {
        let indices: [Int32] = [3, -7, 0, .max, .min, 1]
        let uniform = TensorEncoding.uniform(step: 0.25, indices: indices).elements
        #expect(ScaledIndices(step: 0.25, indices: indices).elements == uniform)
        #expect(ScaledIndices(step: 0.25, rows: [0, 0], indices: indices).elements == uniform)
        #expect(ScaledIndices(step: 0.25, columns: [0, 0, 0], indices: indices).elements == uniform)
        #expect(ScaledIndices(step: 0.25, indices: []).elements == [])
    }

    @Test func rowsAloneAndColumnsAloneScale() {
        #expect(ScaledIndices(step: 1, rows: [0, 4], indices: [1, 2, 3, 4]).elements == [1, 2, 6, 8])
        #expect(ScaledIndices(step: 1, columns: [0, 4], indices: [1, 2, 3, 4]).elements == [1, 4, 3, 8])
    }

    @Test func greatestAndLeastScalesGiveFiniteElements() {
        for (index, exponent) in [(Int32.min, 64), (.max, 64), (1, -64)] as [(Int32, Int8)] {
            for step in [Binary16(bits: 1).value, 65_504] {
                let element = ScaledIndices(step: step, rows: [exponent], columns: [exponent], indices: [index]).elements[0]
                #expect(element.isNormal)
            }
        }
    }

    @Test(arguments: [
        ([], 0, 1, 1), ([7], 1, 7, 1), ([0], 1, 0, 0), ([3, 0], 1, 0, 0), ([12, 30], 1, 12, 30), ([1, 40], 1, 1, 40),
        ([64, 32, 3, 3], 1, 64, 288), ([1, 64, 10], 2, 64, 10), ([2, 64, 20], 2, 128, 20), ([48, 1, 3, 3], 1, 48, 9),
        ([1, 48, 1, 5, 5], 2, 48, 25), ([1, 1, 1], 1, 1, 1),
    ] as [([Int], Int, Int, Int)])
    func theMatrixIsAsNearToASquareAsAxesAllow(dimensions: [Int], axes: Int, rows: Int, columns: Int) {
        let matrix = ScaledMatrix(dimensions: dimensions)
        #expect(matrix.leadingAxes == axes)
        #expect(matrix.rows == rows)
        #expect(matrix.columns == columns)
    }
}
