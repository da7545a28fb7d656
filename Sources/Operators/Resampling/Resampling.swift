import CKernels
import NeuralGraph
import ONNX

/// `Resize`, and `Upsample` before it, of one or two axes, or three side by side: a linear map along each. What lies beyond an axis is
/// like its last element.
package struct Resampling: Operator {
    package static let onnxNames = ["Resize", "Upsample"]
    package static func translate(_ node: inout AxisTranslation) throws(UnsupportedNode) { try translateAxes(&node) }

    package var onnxName: String { "Resize" }

    let interpolation: Interpolation
    let coordinates: ResampledAxis.Coordinates
    let excludesOutside: Bool
    /// Whether a result that stands for several elements is made of all of them (antialias).
    let smooths: Bool
    let aspectRatio: AspectRatio
    /// What a crop has outside of the input.
    let outside: Float
    /// Ascending by axis.
    let targets: [Target]

    /// What becomes of an axis of the sample.
    struct Target: Sendable {
        let axis: Int
        let extent: Extent
        let crop: ResampledAxis.Crop

        func scale(of length: Int) -> Float {
            switch extent {
            case .scale(let scale): scale
            case .size(let size): Float(size) / Float(length)
            }
        }

        /// The results of a length before they are made a whole number, in single precision, as ONNX infers shapes.
        func width(of length: Int) -> Float {
            switch extent {
            case .scale(let scale): Float(length) * scale
            case .size(let size): Float(size)
            }
        }
    }

    enum Extent: Sendable, Equatable {
        case scale(Float)
        case size(Int)
    }

    /// Whether sizes are taken as they are, or with one scale for all, by which no axis gets larger or smaller than given.
    enum AspectRatio: String, Sendable {
        case stretch
        case notLarger = "not_larger"
        case notSmaller = "not_smaller"
    }

    package init(_ node: inout NodeReader) throws(UnsupportedNode) { self = try Self.read(from: &node) }

    package static func read(_ node: inout NodeReader) throws(UnsupportedNode) -> any Operator {
        let operation = try Resampling(&node)
        return operation.targets.isEmpty ? Identity() : operation
    }

    init(
        _ interpolation: Interpolation, _ coordinates: ResampledAxis.Coordinates, _ targets: [Target],
        aspectRatio: AspectRatio, excludesOutside: Bool, smooths: Bool, outside: Float
    ) {
        self.interpolation = interpolation
        self.coordinates = coordinates
        self.targets = targets
        self.aspectRatio = aspectRatio
        self.excludesOutside = excludesOutside
        self.smooths = smooths
        self.outside = outside
    }

    /// The scale that all axes have in common, where the ratio of their lengths is kept.
    private func commonScale(_ shape: [Int]) -> Float? {
        let scales = targets.map { $0.scale(of: shape[$0.axis]) }
        switch aspectRatio {
        case .stretch: return nil
        case .notLarger: return scales.min()
        case .notSmaller: return scales.max()
        }
    }

    package func outputShapes(_ inputs: [OperandShape?]) throws(ShapeError) -> [[Int]] {
        guard var shape = inputs[0]?.dimensions, targets.allSatisfy({ $0.axis < shape.count }) else {
            throw ShapeError("the input has not the axes \(targets.map(\.axis))")
        }
        let common = commonScale(shape)
        for target in targets {
            let length = shape[target.axis]
            let results = common.map { ($0 * Float(length)).rounded() } ?? target.width(of: length).rounded(.down)
            guard (1...Float(Shape.limit)).contains(results) else {
                throw ShapeError("axis \(target.axis + 1) of length \(length) would get the length \(results)")
            }
            shape[target.axis] = Int(results)
        }
        return [shape]
    }

    package func channelLinks(_ shapes: NodeShapes) -> ChannelLinks {
        var links = ChannelLinks(barrier: "\(onnxName) mixes what is side by side")
        links.align(input: 0, shapes, except: Set(targets.map(\.axis)))
        return links
    }

    package func kernel(for shapes: OperandShapes) -> any Kernel {
        let input = shapes.inputs[0]?.dimensions ?? []
        let common = commonScale(input)
        let maps = targets.map { target in
            let length = input[target.axis]
            return ResampledAxis(
                length: length, results: shapes.outputs[0][target.axis], scale: common ?? target.scale(of: length),
                width: common.map { $0 * Float(length) } ?? target.width(of: length), crop: target.crop
            ).map(interpolation, coordinates, smooths: smooths, excludesOutside: excludesOutside)
        }
        let axes = targets.map(\.axis)
        guard maps.count == 3 else { return ResamplingKernel(maps, axes: axes, input, lanes: shapes.lanes, outside: outside) }
        // The first two axes are one axis, whose elements have the products of both weights.
        var merged = input
        merged.replaceSubrange(axes[0]...axes[1], with: [input[axes[0]] * input[axes[1]]])
        return ResamplingKernel(
            [maps[0].joined(with: maps[1]), maps[2]], axes: [axes[0], axes[1]], merged, lanes: shapes.lanes, outside: outside)
    }
}

/// Linear maps along one or two axes.
struct ResamplingKernel: Kernel {
    private let rows: LinearMap
    private let columns: LinearMap
    private let gradientRows: LinearMap
    private let gradientColumns: LinearMap
    /// Floats before, between and behind the axes.
    private let outer: Int
    private let middle: Int
    private let inner: Int
    private let outside: Float

    init(_ maps: [LinearMap], axes: [Int], _ shape: [Int], lanes: Int, outside: Float) {
        rows = maps.count > 1 ? maps[0] : .identity
        columns = maps.last ?? .identity
        gradientRows = rows.transposed
        gradientColumns = columns.transposed
        let (first, last) = (axes.first ?? 0, axes.last ?? 0)
        outer = shape[..<first].reduce(1, *)
        middle = first < last ? shape[(first + 1)..<last].reduce(1, *) : 1
        inner = shape[(axes.isEmpty ? 0 : last + 1)...].reduce(lanes, *)
        self.outside = outside
    }

    var mostParts: Int {
        let work = outer * middle * inner * rows.count * columns.count
        return max(1, min(outer, work / Self.leastPart))
    }

    func forward(_ pass: ForwardPass) {
        guard let x = pass.inputs[0] else { return }
        let y = pass.outputs[0]
        let (part, parts) = (Int(pass.part.index), Int(pass.part.count))
        let share = outer * part / parts..<outer * (part + 1) / parts
        rows.withPointer { rows in
            columns.withPointer { columns in
                ck_resample(
                    rows, columns, Int64(share.count), Int64(middle), Int64(inner),
                    x.pointer + x.count / outer * share.lowerBound, outside, y.pointer + y.count / outer * share.lowerBound)
            }
        }
    }

    func valuesReadBack(_ wanted: [Bool]) -> ValuesReadBack { .none }

    func backward(_ pass: BackwardPass) {
        guard let dx = pass.inputGradients[0] else { return }
        let dy = pass.outputGradients[0]
        gradientRows.withPointer { rows in
            gradientColumns.withPointer { columns in
                ck_resample(rows, columns, Int64(outer), Int64(middle), Int64(inner), dy.pointer, 0, dx.pointer)
            }
        }
    }
}
