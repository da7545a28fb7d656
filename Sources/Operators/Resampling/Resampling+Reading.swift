import NeuralGraph
import ONNX

extension Resampling {
    static func read(from node: inout NodeReader) throws(UnsupportedNode) -> Resampling {
        guard (node.proto.operatorType == "Upsample") == (node.opset < 10) else {
            throw node.unsupported("the opset does not have it")
        }
        try node.limitInputs(to: node.opset < 9 ? 1 : node.opset < 11 ? 2 : 4)
        var coordinates = ResampledAxis.Coordinates.asymmetric
        var interpolation = Interpolation.linear
        if node.opset >= 11 { (interpolation, coordinates) = try sampling(node) }
        let aspectRatio = try node.choice("keep_aspect_ratio_policy", default: AspectRatio.stretch)
        let targets = try targets(&node, aspectRatio, isCrop: coordinates == .crop)
        guard targets.count <= 2 || targets.count == 3 && targets[2].axis - targets[0].axis == 2 else {
            throw node.unsupported("it resizes \(targets.count) axes; 1, 2 and 3 side by side are supported")
        }
        if node.opset < 11 { interpolation = try simpleInterpolation(node, targets) }
        let smooths = try node.int("antialias", default: 0) != 0
        var isNearest = false
        if case .nearest = interpolation { isNearest = true }
        let outside = try node.float("extrapolation_value", default: 0)
        guard isNearest ? !smooths && node.type(0).holds(outside) : node.type(0) == .float else {
            throw node.unsupported(smooths ? "antialias between nearest elements" : "elements of type \(node.type(0))")
        }
        return try Resampling(
            interpolation, coordinates, targets, aspectRatio: aspectRatio,
            excludesOutside: node.int("exclude_outside", default: 0) != 0, smooths: smooths, outside: outside
        ).withWholeLengths(node)
    }

    // MARK: What becomes of each axis

    private static func targets(
        _ node: inout NodeReader, _ aspectRatio: AspectRatio, isCrop: Bool
    ) throws(UnsupportedNode) -> [Target] {
        let input = try node.batchedShape(0)
        let axes = try axes(node, rank: input.count + 1)
        let extents = try extents(&node, count: axes.count)
        let crops = try crops(&node, count: axes.count)
        guard aspectRatio == .stretch || extents.allSatisfy(\.isSize) else {
            throw node.unsupported("keep_aspect_ratio_policy without sizes")
        }
        var targets: [Target] = []
        for (index, axis) in axes.enumerated() {
            let own = axis - 1
            guard own >= 0 else { throw node.unsupported("it resizes the batch (axis 0)") }
            let isSame = aspectRatio == .stretch && (extents[index] == .scale(1) || extents[index] == .size(input[own]))
            let crop = isCrop ? crops[index] : .whole
            if isSame {
                guard crop == .whole else { throw node.unsupported("it cuts axis \(axis), but leaves its length") }
                continue
            }
            targets.append(Target(axis: own, extent: extents[index], crop: crop))
        }
        return targets.sorted { $0.axis < $1.axis }
    }

    /// As the file counts.
    private static func axes(_ node: NodeReader, rank: Int) throws(UnsupportedNode) -> [Int] {
        let given = try node.ints("axes") ?? Array(0..<rank)
        let axes = given.map { $0 < 0 ? $0 + rank : $0 }
        guard axes.allSatisfy((0..<rank).contains), Set(axes).count == axes.count else {
            throw node.unsupported("axes \(given) of rank \(rank)")
        }
        return axes
    }

    private static func extents(_ node: inout NodeReader, count: Int) throws(UnsupportedNode) -> [Extent] {
        var scales: [Float] = []
        var sizes: [Int] = []
        if node.opset < 11 {
            scales = node.opset < 9 ? try node.floats("scales") ?? [] : try node.constantFloats(1, "the scales") ?? []
        } else {
            scales = try node.constantFloats(2, "the scales") ?? []
            sizes = try node.constantIntegers(3, "the sizes") ?? []
        }
        guard scales.isEmpty != sizes.isEmpty, scales.count + sizes.count == count else {
            throw node.unsupported("\(scales.count) scales and \(sizes.count) sizes for \(count) axes")
        }
        guard scales.allSatisfy({ $0.isFinite && $0 > 0 }), sizes.allSatisfy({ (1...Shape.limit).contains($0) }) else {
            throw node.unsupported(sizes.isEmpty ? "the scales \(scales)" : "the sizes \(sizes)")
        }
        return scales.map(Extent.scale) + sizes.map(Extent.size)
    }

    private static func crops(_ node: inout NodeReader, count: Int) throws(UnsupportedNode) -> [ResampledAxis.Crop] {
        let whole = [ResampledAxis.Crop](repeating: .whole, count: count)
        guard node.opset >= 11, let given = try node.constantFloats(1, "the region"), !given.isEmpty else { return whole }
        guard given.count == 2 * count, given.allSatisfy(\.isFinite) else {
            throw node.unsupported("the region \(given) for \(count) axes")
        }
        return (0..<count).map { ResampledAxis.Crop(start: given[$0], end: given[count + $0]) }
    }

    // MARK: What stands between elements

    private static func sampling(
        _ node: NodeReader
    ) throws(UnsupportedNode) -> (Interpolation, ResampledAxis.Coordinates) {
        let mode = try node.string("mode", default: "nearest")
        let rounding = try node.choice("nearest_mode", default: Interpolation.Rounding.preferFloor)
        if try node.string("coordinate_transformation_mode", default: "") == "tf_half_pixel_for_nn" {
            guard mode == "nearest", let behindHalf = rounding.behindHalf else {
                throw node.unsupported("tf_half_pixel_for_nn in mode '\(mode)' with nearest_mode '\(rounding.rawValue)'")
            }
            return (.nearest(behindHalf), .halfPixel)
        }
        let coordinates = try node.choice("coordinate_transformation_mode", default: ResampledAxis.Coordinates.halfPixel)
        switch mode {
        case "nearest": return (.nearest(rounding), coordinates)
        case "linear": return (.linear, coordinates)
        case "cubic":
            let a = try node.float("cubic_coeff_a", default: -0.75)
            guard a.isFinite else { throw node.unsupported("cubic_coeff_a \(a)") }
            return (.cubic(a: a), coordinates)
        default: throw node.unsupported("mode '\(mode)'")
        }
    }

    /// Before opset 11, the nearest element is the one before, or with a scale below 1 the one behind, as ONNX Runtime has it.
    private static func simpleInterpolation(
        _ node: NodeReader, _ targets: [Target]
    ) throws(UnsupportedNode) -> Interpolation {
        let mode = try node.string("mode", default: "nearest")
        switch mode {
        case "linear": return .linear
        case "nearest":
            let shrinks = Set(targets.map { $0.scale(of: 1) < 1 })
            guard shrinks.count <= 1 else { throw node.unsupported("one axis becomes longer and one shorter") }
            return .nearest(shrinks.contains(true) ? .ceil : .floor)
        default: throw node.unsupported("mode '\(mode)'")
        }
    }
}

extension Resampling {
    /// In ONNX's own tests, corners are aligned with the end of the length that a scale gives before it is made a whole number. ONNX
    /// Runtime, and the text of the operator, take the whole one, which is taken here too; it is written as a size, which is the same to
    /// all. A crop takes the broken one everywhere, and is held as another crop to sizes.
    fileprivate func withWholeLengths(_ node: NodeReader) throws(UnsupportedNode) -> Resampling {
        let shape = try node.batchedShape(0)
        guard coordinates == .crop || coordinates == .alignCorners else { return self }
        let areWhole = targets.allSatisfy { $0.width(of: shape[$0.axis]).truncatingRemainder(dividingBy: 1) == 0 }
        if areWhole, aspectRatio == .stretch { return self }
        guard !smooths, aspectRatio == .stretch else {
            throw node.unsupported("\(coordinates.rawValue) of a length that is no whole number")
        }
        let sized = targets.map { $0.sized(shape[$0.axis], isCrop: coordinates == .crop) }
        // An axis that keeps its length cannot be cut.
        guard sized.allSatisfy({ $0.crop == .whole || $0.extent != .size(shape[$0.axis]) }) else {
            throw node.unsupported("\(coordinates.rawValue) of a length that is no whole number, but is cut to what it was")
        }
        return Resampling(
            interpolation, coordinates, sized, aspectRatio: .stretch, excludesOutside: excludesOutside, smooths: false,
            outside: outside)
    }
}

extension Resampling.Target {
    /// With a size in place of the scale, and the crop that it takes then.
    fileprivate func sized(_ length: Int, isCrop: Bool) -> Self {
        let width = width(of: length)
        guard (1...Float(Shape.limit)).contains(width) else { return self }
        guard isCrop else { return Self(axis: axis, extent: .size(Int(width)), crop: crop) }
        let share = width > 1 ? (width.rounded(.down) - 1) / (width - 1) : 1
        let end = crop.start + (crop.end - crop.start) * share
        return Self(axis: axis, extent: .size(Int(width)), crop: ResampledAxis.Crop(start: crop.start, end: end))
    }
}

extension Resampling.Extent {
    fileprivate var isSize: Bool { if case .size = self { true } else { false } }
}

extension Interpolation.Rounding {
    /// The one that makes of x - 1/2 what this one makes of x.
    fileprivate var behindHalf: Self? {
        switch self {
        case .floor: .preferCeil
        case .preferFloor: .ceil
        case .ceil, .preferCeil: nil
        }
    }
}
