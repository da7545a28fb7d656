import ONNX

/// Networks with the operators of images: enlarged, normalized by themselves, put together from channels.
extension Networks {
    static let images: [ModelProto] = [
        model(
            [
                node("ConvTranspose", ["x", "w", "b"], "t", ["strides": .ints([2, 2]), "output_padding": .ints([1, 1])]),
                node("InstanceNormalization", ["t", "b", "b"], "n", ["epsilon": .float(1e-3)]),
                node("PRelu", ["n", "slope"], "p"), node("Resize", ["p", "", "scales"], "r"),
                node("SpaceToDepth", ["r"], "s", ["blocksize": .int(2)]),
                node("DepthToSpace", ["s"], "y", ["blocksize": .int(2), "mode": text("CRD")]),
            ], x: [4, 2, 2],
            constants: [
                floats("w", [4, 2, 2, 2]), floats("b", [2]), floats("slope", [2, 1, 1]),
                TensorProto(name: "scales", dimensions: [4], floats: [1, 1, 2, 0.5]),
            ]),
        model(
            opset: 21,
            [
                node("GroupNormalization", ["x", "c", "c"], "g", ["num_groups": .int(2)]),
                node("Gelu", ["g"], "e", ["approximate": text("tanh")]),
                node(
                    "Resize", ["e", "", "", "sizes"], "r",
                    [
                        "axes": .ints([2, 3]), "mode": text("linear"), "coordinate_transformation_mode": text("align_corners"),
                        "keep_aspect_ratio_policy": text("stretch"),
                    ]),
                node("Gelu", ["r"], "y"),
            ], x: [4, 3, 3], constants: [floats("c", [4]), integers("sizes", [5, 4])]),
        model(
            opset: 18,
            [
                node(
                    "Resize", ["x", "roi", "scales"], "a",
                    [
                        "mode": text("linear"), "coordinate_transformation_mode": text("tf_crop_and_resize"),
                        "extrapolation_value": .float(2),
                    ]),
                node(
                    "Resize", ["a", "", "", "sizes"], "y",
                    [
                        "axes": .ints([2, 3]), "mode": text("cubic"), "cubic_coeff_a": .float(-0.5), "antialias": .int(1),
                        "exclude_outside": .int(1),
                    ]),
            ], x: [1, 4, 4],
            constants: [
                TensorProto(name: "roi", dimensions: [8], floats: [0, 0, 0, 0.2, 1, 1, 1, 1.1]),
                TensorProto(name: "scales", dimensions: [4], floats: [1, 1, 1, 2]), integers("sizes", [3, 9]),
            ]),
        model(
            opset: 9, [node("Conv", ["x", "w"], "c"), node("Upsample", ["c", "scales"], "y", ["mode": text("nearest")])],
            x: [2, 2, 2], constants: [floats("w", [3, 2, 1, 1]), TensorProto(name: "scales", dimensions: [4], floats: [1, 1, 2, 3])]),
        model(
            [
                node("Conv", ["x", "w"], "c"), node("Add", ["c", "three"], "a"), node("Clip", ["a", "zero", "six"], "l"),
                node("Mul", ["c", "l"], "m"), node("Div", ["m", "six"], "h"),
                node("HardSigmoid", ["h"], "s", ["alpha": .float(1 / 6), "beta": .float(0.5)]), node("Mul", ["h", "s"], "y"),
            ], x: [2, 2, 2],
            constants: [floats("w", [2, 2, 1, 1])]
                + [("zero", 0), ("three", 3), ("six", 6)].map { TensorProto(name: $0, dimensions: [], floats: [$1]) }),
    ]
}
