extension SampleArrays {
    /// The classes of the samples in `range`, checked to lie in `0..<classes`.
    func labels(in range: Range<Int>, classes: Int) throws -> [Int32] {
        let labels = try checkedLabels()
        let perSample = Array(labels.shape.dropFirst())
        guard perSample.elementCount == 1 else { throw labelProblem(.labelShape(perSample)) }
        let limit = min(classes, Int(Int32.max))
        return try range.map { sample in
            guard let label = labels.elements.wholeNumber(at: sample), label >= 0, label < limit else {
                let value = labels.elements.text(at: sample)
                throw labelProblem(.labelOutOfRange(sample: sample, value: value, classes: classes))
            }
            return Int32(label)
        }
    }

    /// The target numbers of the samples in `range`, [samples, numbers of `shape`], checked to be finite.
    func targetValues(in range: Range<Int>, shape: [Int]) throws -> [Float] {
        let labels = try checkedLabels()
        let found = Array(labels.shape.dropFirst())
        guard found.holdsSameElements(as: shape), let size = shape.elementCount, size > 0 else {
            throw labelProblem(.targetShape(found: found, network: shape))
        }
        let elements = range.lowerBound * size..<range.upperBound * size
        let values = labels.elements.floats(in: elements)
        if let bad = values.firstIndex(where: { !$0.isFinite }) {
            let sample = range.lowerBound + bad / size
            throw labelProblem(
                .targetNotFinite(sample: sample, element: bad % size, value: "\(values[bad])"))
        }
        return values
    }

    /// The labels, of which there must be one for each sample.
    private func checkedLabels() throws -> NumericArray {
        guard let labels else { throw DatasetError.samples(source: inputsName, .noLabels) }
        guard let count = labels.shape.first else { throw labelProblem(.noSampleDimension) }
        let samples = inputs.shape.first ?? 0
        guard count == samples else {
            throw DatasetError.samples(
                source: inputsName, .labelCount(samples: samples, labelSource: labelsName, labels: count))
        }
        return labels
    }

    private func labelProblem(_ problem: SampleProblem) -> DatasetError {
        .samples(source: labelsName, problem)
    }
}

extension NumericArray.Elements {
    /// The element as a whole number, if it is one.
    fileprivate func wholeNumber(at index: Int) -> Int64? {
        switch self {
        case .uint8(let values): Int64(values[index])
        case .int16(let values): Int64(values[index])
        case .int64(let values): values[index]
        case .float32(let values): Int64(exactly: values[index])
        }
    }

    fileprivate func text(at index: Int) -> String {
        switch self {
        case .uint8(let values): "\(values[index])"
        case .int16(let values): "\(values[index])"
        case .int64(let values): "\(values[index])"
        case .float32(let values): "\(values[index])"
        }
    }

    /// Elements rounded to single precision.
    func floats(in range: Range<Int>) -> [Float] {
        switch self {
        case .uint8(let values): values[range].map(Float.init)
        case .int16(let values): values[range].map(Float.init)
        case .int64(let values): values[range].map(Float.init)
        case .float32(let values): Array(values[range])
        }
    }
}
