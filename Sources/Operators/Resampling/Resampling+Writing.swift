import NeuralGraph
import ONNX

extension Resampling {
    package func write(to node: inout NodeWriter) {
        writeAttributes(&node)
        guard let shape = node.inputShapes[0]?.dimensions else { return }
        if !writeOfAllAxes(&node, shape) { writeOfSomeAxes(&node) }
    }

    private func writeAttributes(_ node: inout NodeWriter) {
        func set(_ name: String, _ text: String) { node.set(name, .string(Array(text.utf8))) }
        switch interpolation {
        case .nearest(let rounding):
            set("mode", "nearest")
            set("nearest_mode", rounding.rawValue)
        case .linear:
            set("mode", "linear")
        case .cubic(let a):
            set("mode", "cubic")
            node.set("cubic_coeff_a", .float(a))
        }
        set("coordinate_transformation_mode", coordinates.rawValue)
        if excludesOutside { node.set("exclude_outside", .int(1)) }
        if coordinates == .crop { node.set("extrapolation_value", .float(outside)) }
    }

    /// With a scale or a size for every axis, the batch too, which opset 17 asks for.
    ///
    /// - Returns: false if that cannot say the same.
    private func writeOfAllAxes(_ node: inout NodeWriter, _ shape: [Int]) -> Bool {
        guard !smooths, coordinates != .halfPixelSymmetric, aspectRatio == .stretch else { return false }
        let rank = shape.count + node.batch.axes
        var scales = [Float](repeating: 1, count: rank)
        var crops = [ResampledAxis.Crop](repeating: .whole, count: rank)
        var areExact = true
        for target in targets {
            let length = shape[target.axis]
            scales[node.fileAxis(target.axis)] = target.scale(of: length)
            crops[node.fileAxis(target.axis)] = target.crop
            areExact = areExact && Float(length) * target.scale(of: length) == target.width(of: length)
        }
        guard areExact || node.batch == .invocation else { return false }
        if areExact { node.setConstant(2, scales) } else { node.setConstant(3, node.outputShapes[0]) }
        if coordinates == .crop { node.setConstant(1, crops.map(\.start) + crops.map(\.end)) }
        return true
    }

    private func writeOfSomeAxes(_ node: inout NodeWriter) {
        node.require(opset: 19)
        node.set("axes", .ints(targets.map { node.fileAxis($0.axis) }))
        if smooths { node.set("antialias", .int(1)) }
        if aspectRatio != .stretch { node.set("keep_aspect_ratio_policy", .string(Array(aspectRatio.rawValue.utf8))) }
        if coordinates == .crop { node.setConstant(1, targets.map(\.crop.start) + targets.map(\.crop.end)) }
        var scales: [Float] = []
        var sizes: [Int] = []
        for target in targets {
            switch target.extent {
            case .scale(let scale): scales.append(scale)
            case .size(let size): sizes.append(size)
            }
        }
        if sizes.isEmpty { node.setConstant(2, scales) } else { node.setConstant(3, sizes) }
    }
}
