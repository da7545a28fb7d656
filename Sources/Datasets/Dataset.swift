/// Samples to train or measure a network with: inputs as they will be fed, and what is expected for them.
///
/// Inputs are kept as the file has them, bytes as bytes, and normalized when they are copied into a batch; datasets
/// made from the same arrays share them.
package struct Dataset: Sendable {
    /// What a network is expected to give for a sample.
    package enum TargetForm: Equatable, Sendable {
        /// A class, a whole number from 0 up to but not including the count.
        case classes(Int)
        /// Numbers of this shape per sample.
        case values([Int])
        /// Nothing; labels, if there are any, are not looked at.
        case none
    }

    /// What messages call the array.
    package let name: String
    /// The number in the array of the first sample.
    package let firstSample: Int
    /// Samples.
    package let count: Int
    /// Numbers in a sample's input.
    package let featureCount: Int
    /// The shape of a sample's input, as the network takes it: [C, H, W] or [F] and so on.
    package let inputShape: [Int]
    /// Of the images that a sample consists of; `nil` where samples are no images.
    package let imageSize: ImageSize?
    /// The class of every sample [count]; empty unless the targets are classes.
    package let labels: [Int32]
    /// The expected numbers [count, numbers per sample]; empty unless the targets are values.
    package let targetValues: [Float]
    let inputs: SampleInputs

    /// Reads the files of `source`; see `init(_:take:normalization:inputShape:targets:)`.
    package init(
        source: DataSource, take: Take = .all, normalization: Normalization = Normalization(),
        inputShape: [Int], targets: TargetForm
    ) throws {
        try self.init(
            SampleArrays(reading: source), take: take, normalization: normalization,
            inputShape: inputShape, targets: targets)
    }

    /// Takes samples from arrays and checks them against the network.
    ///
    /// A sample's shape may differ from `inputShape` by extents of 1, and either may be flat.
    ///
    /// - Parameter normalization: its mean and std have one value or one per channel; channels are the first extent
    ///   of `inputShape`, or the second of `[1, C, H, W]`.
    /// - Throws: `DatasetError`; samples are named by their number in the file, from 0.
    package init(
        _ arrays: SampleArrays, take: Take = .all, normalization: Normalization = Normalization(),
        inputShape: [Int], targets: TargetForm
    ) throws {
        func problem(_ problem: SampleProblem) -> DatasetError {
            .samples(source: arrays.inputsName, problem)
        }
        let shape = arrays.inputs.shape
        guard let total = shape.first else { throw problem(.noSampleDimension) }
        guard let range = take.bounds(of: total) else { throw problem(.takeBeyond(take, samples: total)) }
        guard !range.isEmpty else { throw problem(.empty) }
        let sampleShape = Array(shape.dropFirst())
        guard sampleShape.holdsSameElements(as: inputShape), let featureCount = inputShape.elementCount,
            featureCount > 0
        else { throw problem(.inputShape(found: sampleShape, network: inputShape)) }

        name = arrays.inputsName
        firstSample = range.lowerBound
        count = range.count
        self.featureCount = featureCount
        self.inputShape = inputShape
        imageSize = ImageSize(inputShape: inputShape, sampleShape: sampleShape)
        inputs = try SampleInputs(
            arrays.inputs, samples: range, featureCount: featureCount, channels: inputShape.channels,
            normalization: normalization, source: arrays.inputsName)
        switch targets {
        case .classes(let classes): labels = try arrays.labels(in: range, classes: classes)
        case .values, .none: labels = []
        }
        switch targets {
        case .values(let shape): targetValues = try arrays.targetValues(in: range, shape: shape)
        case .classes, .none: targetValues = []
        }
    }

    /// Checks that every number, normalized, names one of these places of a node.
    ///
    /// - Throws: `DatasetError`.
    package func check(_ places: Range<Int>, ofNode node: String) throws {
        let (least, end) = (Float(places.lowerBound), Float(places.upperBound))
        guard let (sample, element, value) = inputs.firstElement(where: { !($0 >= least && $0 < end) }) else { return }
        let text = Int(exactly: value).map { "\($0)" } ?? "\(value)"
        throw DatasetError.samples(
            source: name,
            .placeOutOfRange(sample: firstSample + sample, element: element, value: text, places: places, node: node))
    }
}

extension [Int] {
    /// Of an input of this shape; that of an invocation may have a batch of one in front.
    fileprivate var channels: Int { count > 3 && self[0] == 1 ? self[1] : first ?? 1 }

    /// Whether an array of this shape holds, in the same order, what one of the other shape does: as many elements,
    /// and the same extents apart from those of 1, unless one of the two is flat.
    func holdsSameElements(as other: [Int]) -> Bool {
        guard let count = elementCount, count == other.elementCount else { return false }
        let own = filter { $0 != 1 }
        let others = other.filter { $0 != 1 }
        return own == others || own.count <= 1 || others.count <= 1
    }
}
