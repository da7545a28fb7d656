import NeuralGraph
import ONNX

/// `GridSample`: an image, or a volume, looked at in the places that a grid has for each result, from -1 to 1 along each axis.
///
/// `[C, H, W]` and a grid `[Ho, Wo, 2]` of (x, y) give `[C, Ho, Wo]`. Both learn: the slope by a place is that between its neighbours
/// (Jaderberg et al., "Spatial transformer networks", 2015); of nearest neighbours it is 0.
package struct GridSample: Operator {
    package static let onnxNames = ["GridSample"]
    package var onnxName: String { "GridSample" }

    enum Padding: String, Sendable { case zeros, border, reflection }

    /// What a result is made of along an axis: the nearest element, or those about its place.
    enum Mode: String, Sendable { case nearest, linear, cubic }

    private let mode: Mode
    private let padding: Padding
    private let alignsCorners: Bool
    /// Whether a sample has an axis for images, as in a run of a whole network.
    private let hasImages: Bool

    package static func translate(_ node: inout AxisTranslation) throws(UnsupportedNode) {
        let places = [try node.shape(0).place, try node.shape(1).place]
        guard places.contains(where: { $0 != nil }) else { return }
        guard places[0] == .front, places[1] == .front || node.isConstant(1) else {
            throw node.unsupported("image and grid do not both have the batch on axis 0 alone")
        }
        node.place(.front)
    }

    package init(_ node: inout NodeReader) throws(UnsupportedNode) {
        try node.limitInputs(to: 2)
        hasImages = node.batch == .invocation
        let name = try node.string("mode", default: "linear")
        // As the modes were called before opset 20.
        guard let mode = Mode(rawValue: ["bilinear": "linear", "bicubic": "cubic"][name] ?? name) else {
            throw node.unsupported("mode '\(name)'")
        }
        self.mode = mode
        padding = try node.choice("padding_mode", default: Padding.zeros)
        alignsCorners = try node.int("align_corners", default: 0) != 0
        let rank = try node.batchedShape(0).count
        let axes = rank - (hasImages ? 2 : 1)
        guard axes == 2 || axes == 3 else { throw node.unsupported("its input has \(axes) spatial axes; 2 and 3 are supported") }
        guard mode != .cubic || axes == 2 else { throw node.unsupported("mode '\(name)' of a volume") }
        if !(try node.shape(1).isBatched) {
            node.replaceParameter(1, by: try node.alignedParameter(1, role: .statistic, rank: rank))
        }
    }

    package func role(ofInput position: Int) -> ParameterRole { .statistic }

    package func outputShapes(_ inputs: [OperandShape?]) throws(ShapeError) -> [[Int]] {
        guard inputs.count == 2, let x = inputs[0]?.dimensions, let grid = inputs[1]?.dimensions else {
            throw ShapeError("an input is missing")
        }
        let front = hasImages ? 2 : 1
        guard x.count == grid.count, grid.last == x.count - front, !hasImages || x[0] == grid[0], !x.contains(0) else {
            throw ShapeError("the grid \(grid) does not fit \(x)")
        }
        return [Array(x[..<front]) + grid[(front - 1)..<(grid.count - 1)]]
    }

    package func write(to node: inout NodeWriter) {
        // Before, modes have other names, and there are no volumes.
        node.require(opset: 20)
        node.set("mode", .string(Array(mode.rawValue.utf8)))
        node.set("padding_mode", .string(Array(padding.rawValue.utf8)))
        node.set("align_corners", .int(alignsCorners ? 1 : 0))
        if node.batch == .axis0, node.inputShapes[1]?.isBatched == false { node.repeatForBatch(1) }
    }

    package func channelLinks(_ shapes: NodeShapes) -> ChannelLinks {
        var links = ChannelLinks(barrier: "\(onnxName) mixes what is side by side")
        let own = hasImages ? 1 : 0
        links.link(.output(0, own), .input(0, own))
        return links
    }

    package func kernel(for shapes: OperandShapes) -> any Kernel {
        guard let x = shapes.inputs[0]?.dimensions, let grid = shapes.inputs[1] else { preconditionFailure("both inputs are needed") }
        let front = hasImages ? 2 : 1
        let axes = x[front...].map { SampledAxis(length: $0, padding: padding, alignsCorners: alignsCorners, mode: mode) }
        return GridSampleKernel(
            axes: axes, images: hasImages ? x[0] : 1, channels: x[front - 1], size: x[front...].reduce(1, *),
            points: grid.dimensions[(front - 1)..<(grid.dimensions.count - 1)].reduce(1, *), lanes: shapes.lanes,
            hasGridOfSamples: grid.isBatched)
    }
}

/// An axis of an image, and what places on it stand for.
struct SampledAxis: Sendable {
    let length: Int
    let padding: GridSample.Padding
    let alignsCorners: Bool
    let mode: GridSample.Mode

    /// An element that a result is made of, with the change of its weight by the place; `nil` for one that is not there.
    typealias Tap = (element: Int?, weight: Float, slope: Float)

    /// Of one axis.
    static let mostTaps = 4

    /// - Parameters:
    ///   - place: from -1 to 1.
    ///   - taps: room for the most of them.
    /// - Returns: how many there are.
    func fill(_ taps: UnsafeMutableBufferPointer<Tap>, at place: Float) -> Int {
        let last = Float(length - 1)
        let scale = alignsCorners ? last / 2 : Float(length) / 2
        let position = alignsCorners ? (place + 1) / 2 * last : ((place + 1) * Float(length) - 1) / 2
        let first = position.rounded(.down)
        let share = position - first
        switch mode {
        case .nearest:
            taps[0] = (element(position.rounded(.toNearestOrEven)), 1, 0)
            return 1
        case .linear:
            taps[0] = (element(first), 1 - share, -scale)
            taps[1] = (element(first + 1), share, scale)
            return 2
        case .cubic:
            for number in 0..<4 {
                let (weight, slope) = Self.cubic(Float(number - 1) - share)
                taps[number] = (element(first + Float(number - 1)), weight, slope * scale)
            }
            return 4
        }
    }

    /// Keys' cubic convolution ("Cubic convolution interpolation for digital image processing", 1981) with a of -0.75: what an element
    /// weighs that lies so far behind the place, and how that changes with the place.
    private static func cubic(_ distance: Float) -> (weight: Float, slope: Float) {
        let (a, x): (Float, Float) = (-0.75, distance.magnitude)
        let sign: Float = distance > 0 ? -1 : 1
        guard x > 1 else { return (((a + 2) * x - (a + 3)) * x * x + 1, sign * ((3 * (a + 2) * x - 2 * (a + 3)) * x)) }
        return (((a * x - 5 * a) * x + 8 * a) * x - 4 * a, sign * ((3 * a * x - 10 * a) * x + 8 * a))
    }

    private func element(_ index: Float) -> Int? {
        guard index.isFinite else { return nil }
        switch padding {
        case .zeros: return index >= 0 && index < Float(length) ? Int(index) : nil
        case .border: return Int(min(max(index, 0), Float(length - 1)))
        case .reflection: return Int(reflected(index))
        }
    }

    /// About the middles of the first and the last element, or about their outer ends.
    private func reflected(_ index: Float) -> Float {
        let count = Float(length)
        if alignsCorners {
            guard length > 1 else { return 0 }
            let rest = index.magnitude.truncatingRemainder(dividingBy: 2 * (count - 1))
            return rest > count - 1 ? 2 * (count - 1) - rest : rest
        }
        let rest = (index < 0 ? -1 - index : index).truncatingRemainder(dividingBy: 2 * count)
        return rest >= count ? 2 * count - 1 - rest : rest
    }
}

private struct GridSampleKernel: Kernel {
    /// From the slowest on; a grid has their places in the other order.
    let axes: [SampledAxis]
    let images: Int
    let channels: Int
    /// Elements of a channel.
    let size: Int
    /// Results of a channel.
    let points: Int
    let lanes: Int
    let hasGridOfSamples: Bool

    /// An element of a channel in a result: its weight, and how that changes with the place along each axis.
    private struct Tap {
        var element = 0
        var weight: Float = 1
        var slopes = SIMD4<Float>.zero
    }

    /// Of two cubic axes, or three others.
    private static let mostTaps = 16

    /// - Parameters:
    ///   - room: for twice the most taps.
    ///   - own: room for those of an axis.
    /// - Returns: where in the room they are.
    private func taps(
        _ grid: UnsafePointer<Float>, point: Int, lane: Int, _ room: UnsafeMutableBufferPointer<Tap>,
        _ own: UnsafeMutableBufferPointer<SampledAxis.Tap>
    ) -> Range<Int> {
        room[0] = Tap()
        var found = 0..<1
        for number in axes.indices {
            let place = point * axes.count + axes.count - 1 - number
            let count = axes[number].fill(own, at: grid[hasGridOfSamples ? place * lanes + lane : place])
            // One half of the room after the other.
            let start = found.lowerBound == 0 ? Self.mostTaps : 0
            var end = start
            for tap in found {
                for (element, weight, slope) in own[..<count] {
                    guard let element else { continue }
                    var slopes = room[tap].slopes * weight
                    slopes[number] = room[tap].weight * slope
                    room[end] = Tap(
                        element: room[tap].element * axes[number].length + element, weight: room[tap].weight * weight, slopes: slopes)
                    end += 1
                }
            }
            found = start..<end
        }
        return found
    }

    private func forEachPoint(
        _ grid: UnsafePointer<Float>, _ body: (_ image: Int, _ point: Int, _ lane: Int, UnsafeMutableBufferPointer<Tap>.SubSequence) -> Void
    ) {
        withUnsafeTemporaryAllocation(of: Tap.self, capacity: 2 * Self.mostTaps) { room in
            withUnsafeTemporaryAllocation(of: SampledAxis.Tap.self, capacity: SampledAxis.mostTaps) { own in
                for image in 0..<images {
                    for point in 0..<points {
                        for lane in 0..<lanes {
                            body(image, point, lane, room[taps(grid, point: image * points + point, lane: lane, room, own)])
                        }
                    }
                }
            }
        }
    }

    func forward(_ pass: ForwardPass) {
        guard let x = pass.inputs[0]?.pointer, let grid = pass.inputs[1]?.pointer else { return }
        let y = pass.outputs[0].pointer
        forEachPoint(grid) { image, point, lane, taps in
            for channel in image * channels..<(image + 1) * channels {
                var sum: Float = 0
                for tap in taps { sum += tap.weight * x[(channel * size + tap.element) * lanes + lane] }
                y[(channel * points + point) * lanes + lane] = sum
            }
        }
    }

    func backward(_ pass: BackwardPass) {
        guard let x = pass.inputs[0]?.pointer, let grid = pass.inputs[1]?.pointer else { return }
        let (dx, dGrid) = (pass.inputGradients[0], pass.inputGradients[1])
        if let dx { dx.pointer.update(repeating: 0, count: dx.count) }
        if let dGrid { dGrid.pointer.update(repeating: 0, count: dGrid.count) }
        let dy = pass.outputGradients[0].pointer
        forEachPoint(grid) { image, point, lane, taps in
            for channel in image * channels..<(image + 1) * channels {
                let slope = dy[(channel * points + point) * lanes + lane]
                for tap in taps {
                    let element = (channel * size + tap.element) * lanes + lane
                    if let dx { dx.pointer[element] += tap.weight * slope }
                    guard let dGrid else { continue }
                    for number in axes.indices {
                        let place = (image * points + point) * axes.count + axes.count - 1 - number
                        dGrid.pointer[hasGridOfSamples ? place * lanes + lane : place] += slope * tap.slopes[number] * x[element]
                    }
                }
            }
        }
    }
}
