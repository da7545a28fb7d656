import GraphConversion
import NeuralGraph
import ONNX
import TestNetworks
import Testing

/// How resampled axes and transposed convolutions are read and written.
@Suite struct ResamplingFormTests {
    private func text(_ word: String) -> AttributeValue { .string(Array(word.utf8)) }

    private func scales(_ numbers: [Float]) -> TensorProto {
        TensorProto(name: "s", dimensions: [numbers.count], floats: numbers)
    }

    private func resize(
        opset: Int = 19, _ attributes: [String: AttributeValue] = [:], scales numbers: [Float] = [], sizes: [Int] = [],
        x: [Int] = [2, 4, 6], region: [Float] = []
    ) -> ModelProto {
        let roi = TensorProto(name: "r", dimensions: [region.count], floats: region)
        return model(
            opset: opset, [node("Resize", ["x", "r", "s", "z"], ["y"], attributes)], x: x,
            constants: [roi, scales(numbers), integers("z", sizes)])
    }

    private func expectEqual(_ one: ModelProto, _ other: ModelProto) throws {
        let written = try Graph(one).exported()
        #expect(written == (try Graph(other)).exported())
        #expect(written == (try Graph(written)).exported())
    }

    private let asymmetric = AttributeValue.string(Array("asymmetric".utf8))

    @Test func oldFormsAreAsymmetric() throws {
        let new = resize(
            opset: 13, ["coordinate_transformation_mode": asymmetric, "nearest_mode": text("floor")], scales: [1, 1, 2, 3])
        try expectEqual(
            model(opset: 7, [node("Upsample", ["x"], ["y"], ["scales": .floats([1, 1, 2, 3])])], x: [2, 4, 6]), new)
        try expectEqual(
            model(opset: 9, [node("Upsample", ["x", "s"])], x: [2, 4, 6], constants: [scales([1, 1, 2, 3])]), new)
        try expectEqual(
            model(opset: 10, [node("Resize", ["x", "s"])], x: [2, 4, 6], constants: [scales([1, 1, 2, 3])]), new)
    }

    @Test func scalesAndSizesOfSomeAxes() throws {
        let all = resize(opset: 11, ["mode": text("linear")], scales: [1, 1, 0.5, 2])
        try expectEqual(all, resize(["mode": text("linear"), "axes": .ints([3, -2])], scales: [2, 0.5]))
        try expectEqual(all, resize(["mode": text("linear"), "axes": .ints([2, 3])], sizes: [2, 12]))
        #expect(try Graph(all).exported().opsetImports == [OperatorSetID(version: 17)])
    }

    @Test func halfPixelsForNearestElements() throws {
        try expectEqual(
            resize(opset: 11, ["coordinate_transformation_mode": text("tf_half_pixel_for_nn")], scales: [1, 1, 2, 2]),
            resize(opset: 13, ["nearest_mode": text("ceil")], scales: [1, 1, 2, 2]))
    }

    @Test("a later opset is written where it is needed, with the axes of reductions as inputs") func laterOpset() throws {
        var network = resize(["antialias": .int(1), "mode": text("cubic"), "axes": .ints([3])], sizes: [3])
        network.graph.nodes[0].outputs = ["a"]
        network.graph.nodes.append(node("ReduceMean", ["a", "axes"], ["y"], ["keepdims": .int(0)]))
        network.graph.initializers.append(integers("axes", [2, 3]))
        let written = try Graph(network).exported()
        #expect(written.opsetImports == [OperatorSetID(version: 19)])
        #expect(written.irVersion == 9)
        #expect(written.graph.nodes[1].inputs.count == 2)
        #expect(try Graph(written).exported() == written)
    }

    @Test("corners that are aligned with a fraction of a length are written with the whole one") func fractions() throws {
        let corners = ["mode": text("linear"), "coordinate_transformation_mode": text("align_corners")]
        let whole = try Graph(resize(opset: 13, corners, scales: [1, 1, 0.5, 0.5])).exported()
        #expect(whole.graph.nodes[0].attributes.contains { $0.value == text("align_corners") })
        let part = try Graph(resize(opset: 13, corners, scales: [1, 1, 0.6, 0.5])).exported()
        #expect(part.graph.nodes[0].attributes.contains { $0.value == text("align_corners") })
        #expect(part == whole)
        #expect(try Graph(part).exported() == part)
    }

    @Test func whatChangesNothingIsLeftOut() throws {
        let network = try Graph(resize(opset: 13, scales: [1, 1, 1, 1]))
        #expect(network.nodes.map(\.operation.onnxName) == ["Identity"])
    }

    @Test func refusals() {
        let crop = ["coordinate_transformation_mode": text("tf_crop_and_resize")]
        func expectRefusal(_ network: ModelProto, _ reason: String) {
            #expect(refusal(network).hasSuffix(reason))
        }
        expectRefusal(resize(scales: [2, 1, 1, 1]), "it resizes the batch (axis 0)")
        expectRefusal(resize(sizes: [1, 2, 8, 8]), "it resizes the batch (axis 0)")
        let everything = model(
            [node("Resize", ["x", "", "scales"])], x: [1, 2, 2, 2],
            constants: [TensorProto(name: "scales", dimensions: [5], floats: [1, 2, 2, 2, 2])])
        expectRefusal(everything, "it resizes 4 axes; 1, 2 and 3 side by side are supported")
        expectRefusal(resize(scales: [1, 1, 2]), "3 scales and 0 sizes for 4 axes")
        expectRefusal(resize(scales: [1, 1, -1, 2]), "the scales [1.0, -1.0, 2.0]")
        expectRefusal(resize(scales: [1, 1, 0.1, 1]), "axis 2 of length 4 would get the length 0.0")
        expectRefusal(resize(scales: [1, 1, 1e30, 1]), "axis 2 of length 4 would get the length 4e+30")
        expectRefusal(resize(["mode": text("sharp")], scales: [1, 1, 2, 2]), "mode 'sharp'")
        expectRefusal(resize(["antialias": .int(1)], scales: [1, 1, 2, 2]), "antialias between nearest elements")
        expectRefusal(
            resize(crop, scales: [1, 1, 1, 2], region: [0, 0, 0.5, 0, 1, 1, 1, 1]), "it cuts axis 2, but leaves its length")
        expectRefusal(
            resize(crop, scales: [1, 1, 1.1, 2], region: [0, 0, 0, 0, 1, 1, 1, 1]),
            "tf_crop_and_resize of a length that is no whole number, but is cut to what it was")
        expectRefusal(
            model(opset: 10, [node("Resize", ["x", "s"])], x: [2, 4, 6], constants: [scales([1, 1, 2, 0.5])]),
            "one axis becomes longer and one shorter")
    }

    // MARK: Transposed convolutions

    private func transposed(_ attributes: [String: AttributeValue], weight: [Int] = [1, 2, 3, 3]) -> ModelProto {
        model([node("ConvTranspose", ["x", "w"], ["y"], attributes)], x: [1, 3, 4], constants: [floats("w", weight)])
    }

    @Test func sizesOfTheOutputAreWrittenAsPads() throws {
        try expectEqual(
            transposed(["auto_pad": text("SAME_UPPER"), "strides": .ints([2, 2])]),
            transposed(["pads": .ints([0, 0, 1, 1]), "strides": .ints([2, 2])]))
        try expectEqual(
            transposed(["output_shape": .ints([10, 8]), "strides": .ints([3, 2])]),
            transposed(["pads": .ints([0, 1, 0, 0]), "output_padding": .ints([1, 0]), "strides": .ints([3, 2])]))
    }

    @Test func transposedConvolutionsThatDoNotFit() {
        #expect(
            refusal(transposed(["group": .int(2)])) == "node 'y': operator ConvTranspose (opset 17) is not supported: "
                + "1 channels in 2 groups")
        #expect(
            refusal(transposed(["pads": .ints([3, 0, 3, 0])]))
                == "node 'y' (ConvTranspose): the pads [3, 0, 3, 0] leave nothing of the output")
        #expect(
            refusal(transposed([:], weight: [3, 2, 3, 3]))
                == "node 'y' (ConvTranspose): the input has 1 channels, the weight [3, 2, 3, 3] takes 3")
    }
}
