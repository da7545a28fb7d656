import Datasets
import Foundation
import Testing

@Suite struct DatasetTests {
    static let images = DataSource.idx(inputs: Fixture.url("images.idx.gz"), labels: Fixture.url("labels.idx"))

    private func arrays(
        _ shape: [Int], _ elements: NumericArray.Elements? = nil, labels: NumericArray? = nil
    ) -> SampleArrays {
        let count = shape.reduce(1, *)
        return SampleArrays(
            inputs: NumericArray(
                shape: shape, elements: elements ?? .uint8([UInt8](repeating: 1, count: count))),
            labels: labels, inputsName: "x", labelsName: "y")
    }

    private func classes(_ labels: [Int64], shape: [Int]? = nil) -> NumericArray {
        NumericArray(shape: shape ?? [labels.count], elements: .int64(labels))
    }

    private func message(
        _ arrays: SampleArrays, take: Take = .all, normalization: Normalization = Normalization(),
        inputShape: [Int] = [2], targets: Dataset.TargetForm = .none
    ) -> String? {
        #expect(throws: DatasetError.self) {
            try Dataset(
                arrays, take: take, normalization: normalization, inputShape: inputShape, targets: targets)
        }?.description
    }

    @Test("Samples and classes are read from files")
    func files() throws {
        let dataset = try Dataset(source: Self.images, inputShape: [1, 2, 4], targets: .classes(3))
        #expect(dataset.count == 3)
        #expect(dataset.featureCount == 8)
        #expect(dataset.labels == [2, 0, 1])
        #expect(dataset.sample(1) == [80, 90, 100, 110, 120, 130, 140, 150])
    }

    @Test("Every kind of source is read")
    func sources() throws {
        let npz = DataSource.npz(file: Fixture.url("deflated.npz"), inputs: "x", labels: "y")
        let npy = DataSource.npy(inputs: Fixture.url("values.npy"), labels: Fixture.url("values.npy"))
        let csv = DataSource.csv(file: Fixture.url("table.csv"), label: .name("class"), header: true)
        #expect(try Dataset(source: npz, inputShape: [8], targets: .classes(3)).labels == [2, 0, 1])
        #expect(
            try Dataset(source: npy, inputShape: [2], targets: .values([2])).targetValues
                == [0.5, -1, 2, 3, 4, 5])
        let table = try Dataset(source: csv, inputShape: [2], targets: .values([1]))
        #expect(table.targetValues == [2, 0, 1])
        #expect(table.sample(2) == [3, 7])
    }

    @Test("A part of the samples is taken with its labels")
    func take() throws {
        var loader = DataLoader()
        for (take, labels, firstFeature) in [
            (Take.all, [2, 0, 1], 0), (.first(2), [2, 0], 0), (.last(1), [1], 160), (.range(1..<3), [0, 1], 80),
        ] as [(Take, [Int32], Float)] {
            let dataset = try Dataset(
                loader.load(Self.images), take: take, inputShape: [8], targets: .classes(3))
            #expect(dataset.labels == labels)
            #expect(dataset.count == labels.count)
            #expect(dataset.sample(0)[0] == firstFeature)
        }
    }

    @Test("A loader reads a source once")
    func loadedOnce() throws {
        let copy = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).idx")
        try FileManager.default.copyItem(at: Fixture.url("images.idx"), to: copy)
        var loader = DataLoader()
        let first = try loader.load(.idx(inputs: copy, labels: nil))
        try FileManager.default.removeItem(at: copy)
        #expect(try loader.load(.idx(inputs: copy, labels: nil)).inputs == first.inputs)
    }

    @Test("More samples than there are cannot be taken")
    func takeBeyond() {
        #expect(message(arrays([3, 2]), take: .first(4)) == "x: first 4 asked for, but the source has 3 samples")
        #expect(message(arrays([3, 2]), take: .last(-1)) == "x: last -1 asked for, but the source has 3 samples")
        #expect(message(arrays([1, 2]), take: .range(1..<9)) == "x: range 1 9 asked for, but the source has 1 sample")
    }

    @Test("No samples are an error")
    func empty() {
        #expect(message(arrays([0, 2])) == "x: there are no samples")
        #expect(message(arrays([3, 2]), take: .first(0)) == "x: there are no samples")
        #expect(message(arrays([])) == "x: a single number, not an array of samples")
    }

    @Test(
        "Shapes agree apart from extents of 1, and flat data fits any shape",
        arguments: [
            ([28, 28], [1, 28, 28]), ([784], [1, 28, 28]), ([28, 28], [784]), ([1, 28, 28], [28, 28]),
            ([28, 28, 1], [1, 28, 28]), ([3, 8, 8], [3, 8, 8]), ([], [1]),
        ])
    func shapes(found: [Int], network: [Int]) throws {
        let dataset = try Dataset(arrays([2] + found), inputShape: network, targets: .none)
        #expect(dataset.featureCount == network.reduce(1, *))
    }

    @Test(
        "Other shapes are refused, as channels at the other end are",
        arguments: [([8, 8, 3], [3, 8, 8]), ([28, 28], [1, 32, 32]), ([6, 4], [4, 6]), ([2, 6], [3, 4])])
    func otherShapes(found: [Int], network: [Int]) {
        #expect(
            message(arrays([2] + found), inputShape: network)
                == "x: samples have shape \(found), the network takes \(network)")
    }

    @Test("The first label that is no class is named with its sample")
    func labels() {
        func labelMessage(_ labels: NumericArray) -> String? {
            message(arrays([3, 2], labels: labels), take: .last(2), targets: .classes(10))
        }
        let rule = "labels are whole numbers from 0 to 9"
        #expect(labelMessage(classes([99, 1, 10])) == "y: sample 2 has label 10; \(rule)")
        #expect(labelMessage(classes([0, -1, 10])) == "y: sample 1 has label -1; \(rule)")
        #expect(
            labelMessage(NumericArray(shape: [3], elements: .float32([0, 1, 2.5])))
                == "y: sample 2 has label 2.5; \(rule)")
        #expect(
            labelMessage(NumericArray(shape: [3], elements: .float32([0, .nan, 2])))
                == "y: sample 1 has label nan; \(rule)")
    }

    @Test("There must be one label for each sample")
    func labelCounts() {
        #expect(
            message(arrays([3, 2], labels: classes([1, 2])), targets: .classes(10))
                == "x: 3 samples, but 2 labels in y")
        #expect(message(arrays([3, 2]), targets: .classes(10)) == "x: there are no labels")
    }

    @Test("One-hot labels are refused, a column of labels is not")
    func labelShapes() throws {
        #expect(
            message(arrays([2, 2], labels: classes([1, 0, 0, 1], shape: [2, 2])), targets: .classes(2))
                == "y: labels have shape [2] per sample; one class number per sample is expected")
        let column = arrays([2, 2], labels: classes([1, 0], shape: [2, 1]))
        #expect(try Dataset(column, inputShape: [2], targets: .classes(2)).labels == [1, 0])
    }

    @Test("Labels are not looked at when nothing is expected of the network")
    func noTargets() throws {
        let dataset = try Dataset(arrays([3, 2], labels: classes([-5])), inputShape: [2], targets: .none)
        #expect(dataset.labels.isEmpty)
        #expect(dataset.targetValues.isEmpty)
    }

    @Test("Target numbers must have the network's shape and be finite")
    func targetValues() {
        let values = NumericArray(shape: [2, 2], elements: .float32([1, 2, 3, .infinity]))
        #expect(
            message(arrays([2, 2], labels: values), targets: .values([3]))
                == "y: targets have shape [2], the network gives [3]")
        #expect(
            message(arrays([2, 2], labels: values), targets: .values([2]))
                == "y: sample 1, target 1 is inf, not finite")
    }

    @Test("Inputs must be finite, in the samples that are taken")
    func finite() throws {
        let inputs = arrays([3, 2], .float32([.nan, 0, 1, 2, 3, -.infinity]))
        #expect(
            message(inputs, take: .last(2)) == "x: sample 2, element 1 is -inf, not finite once normalized")
        #expect(message(inputs) == "x: sample 0, element 0 is nan, not finite once normalized")
        #expect(try Dataset(inputs, take: .range(1..<2), inputShape: [2], targets: .none).count == 1)
        let large = arrays([1, 2], .float32([1, 3e38]))
        #expect(
            message(large, normalization: Normalization(scale: 10))
                == "x: sample 0, element 1 is 3e+38, not finite once normalized")
    }

    @Test("A normalization must go with the channels")
    func normalization() {
        func normalizationMessage(_ normalization: Normalization) -> String? {
            message(arrays([1, 3, 2, 2]), normalization: normalization, inputShape: [3, 2, 2])
        }
        #expect(
            normalizationMessage(Normalization(mean: [1, 2]))
                == "normalization: mean has 2 values, expected 1 or 3, one per channel")
        #expect(
            normalizationMessage(Normalization(std: []))
                == "normalization: std has 0 values, expected 1 or 3, one per channel")
        #expect(
            message(arrays([1, 3, 2, 2]), normalization: Normalization(mean: [1, 2]), inputShape: [1, 3, 2, 2])
                == "normalization: mean has 2 values, expected 1 or 3, one per channel")
        #expect(throws: Never.self) {
            try Dataset(
                arrays([1, 3, 2, 2]), normalization: Normalization(mean: [1, 2, 3]), inputShape: [1, 3, 2, 2], targets: .none)
        }
        #expect(normalizationMessage(Normalization(std: [1, 0, 1])) == "normalization: std is 0.0, it must be above 0")
        #expect(normalizationMessage(Normalization(scale: .nan)) == "normalization: scale is not finite")
        #expect(
            normalizationMessage(Normalization(scale: 3e38))
                == "normalization: some value from 0 to 255 is not finite once normalized")
    }
}

extension Dataset {
    /// The normalized input of one sample.
    func sample(_ index: Int) -> [Float] {
        [Float](unsafeUninitializedCapacity: featureCount) { buffer, count in
            guard let start = buffer.baseAddress else { return }
            copySamples(index..<index + 1, into: start, lanes: 1)
            count = featureCount
        }
    }
}
