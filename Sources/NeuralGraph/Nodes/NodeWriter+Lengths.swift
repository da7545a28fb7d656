extension NodeWriter {
    /// By axis of a sample, for those that follow from open axes.
    package func openLengths(ofInput position: Int) -> [Int: OpenLength] { position < openInputs.count ? openInputs[position] : [:] }

    package func openLengths(ofOutput position: Int) -> [Int: OpenLength] { position < openOutputs.count ? openOutputs[position] : [:] }

    /// Whether a length can be read off the shape of a value that is there before the node.
    package func canRead(_ length: OpenLength) -> Bool { readableLengths.contains(length) }

    /// Gives numbers as a constant input, or where axes are open as one that is worked out from other values' shapes.
    package mutating func setLengths(_ position: Int, _ lengths: [WrittenLength]) {
        let numbers = lengths.compactMap(\.number)
        if numbers.count == lengths.count { setConstant(position, numbers) } else { computedLengths.append((position, lengths)) }
    }
}
