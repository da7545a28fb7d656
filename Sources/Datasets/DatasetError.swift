/// Why data for training or measuring could not be used. Facts only; the wording is in `description`.
package enum DatasetError: Error, Equatable, Sendable {
    /// The system would not open or read the file.
    case unreadable(file: String, reason: String)
    /// A binary file (IDX, NPY, NPZ): `offset` is in bytes from the start of `source`, which is a file, the
    /// inflated contents of one, or a member of an archive; `field` is the part of the format found there.
    case binary(source: String, offset: Int, field: String, BinaryProblem)
    /// A text file (CSV): line and column of the field, from 1, the column in characters.
    case text(file: String, line: Int, column: Int, TextProblem)
    /// Well-formed data that does not fit the network or the recipe.
    case samples(source: String, SampleProblem)
    case normalization(NormalizationProblem)
}

package enum BinaryProblem: Equatable, Sendable {
    case truncated(needed: Int, available: Int)
    case trailing
    case unexpected(found: String, expected: String)
    case syntax(expected: String)
    case unsupported(String)
    /// The memory an array of this shape takes exceeds what is read at all.
    case shapeTooLarge([Int])
    case tooLarge(promised: UInt64)
    /// More is promised than deflate can make of the compressed bytes that are there.
    case impossibleExpansion(promised: Int, compressed: Int)
    case damagedCompression
    case compressionCutShort
    case checksum(stored: UInt32, computed: UInt32)
    case repeatedName(String)
    case noSuchArray(String, present: [String])
}

package enum TextProblem: Equatable, Sendable {
    case notANumber(String)
    case outOfRange(String)
    case raggedRow(found: Int, expected: Int)
    case unterminatedQuote
    case quoteInsideField
    case textAfterQuote
    case noSuchColumn(String, present: [String])
    case columnBeyond(Int, columns: Int)
    case repeatedColumn(String)
    case nameWithoutHeader(String)
    case noRows
    case noFeatures
}

package enum SampleProblem: Equatable, Sendable {
    case noSampleDimension
    case empty
    case labelCount(samples: Int, labelSource: String, labels: Int)
    case takeBeyond(Take, samples: Int)
    case inputShape(found: [Int], network: [Int])
    case targetShape(found: [Int], network: [Int])
    case labelShape([Int])
    case noLabels
    case labelOutOfRange(sample: Int, value: String, classes: Int)
    case notFinite(sample: Int, element: Int, value: String)
    /// A number that names no place of those that a node of the network takes from.
    case placeOutOfRange(sample: Int, element: Int, value: String, places: Range<Int>, node: String)
    case targetNotFinite(sample: Int, element: Int, value: String)
}

package enum NormalizationProblem: Equatable, Sendable {
    case count(of: String, found: Int, channels: Int)
    case notFinite(String)
    case standardDeviationNotPositive(Float)
    /// Some byte value has no finite normalised value.
    case overflow
}
