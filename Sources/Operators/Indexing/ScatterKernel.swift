import NeuralGraph

/// The arithmetic of `Scatter`.
struct ScatterKernel: Kernel {
    /// By element of the updates, in the data.
    private let places: IndexedPlaces
    private let reduction: Scatter.Reduction
    private let dataCount: Int
    /// Whether there is a number for each lane.
    private let isBatched: (data: Bool, updates: Bool)

    init(_ places: IndexedPlaces, _ reduction: Scatter.Reduction, data: OperandShape, updates: OperandShape) {
        self.places = places
        self.reduction = reduction
        dataCount = data.count
        isBatched = (data.isBatched, updates.isBatched)
    }

    private var lanes: Int { places.lanes }

    /// The gradient of the data, lane by lane.
    var memory: KernelMemory { KernelMemory(scratch: dataCount * lanes) }

    /// For each update and lane: where it stands, and where what it changes stands. With `backwards` the last one is the first.
    private func forEach(_ indices: Buffer, backwards: Bool = false, _ body: (_ update: Int, _ place: Int) -> Void) {
        let count = places.elements.count
        for step in 0..<count {
            let element = backwards ? count - 1 - step : step
            for lane in 0..<lanes {
                guard let place = places.place(element, lane: lane, indices.pointer) else { continue }
                body(isBatched.updates ? element * lanes + lane : element, place * lanes + lane)
            }
        }
    }

    private func spread(_ data: UnsafePointer<Float>, _ isBatched: Bool, into y: UnsafeMutablePointer<Float>) {
        if isBatched { return y.update(from: data, count: dataCount * lanes) }
        for element in 0..<dataCount { (y + element * lanes).update(repeating: data[element], count: lanes) }
    }

    func forward(_ pass: ForwardPass) {
        guard let data = pass.inputs[0], let indices = pass.inputs[1], let updates = pass.inputs[2] else { return }
        let y = pass.outputs[0].pointer
        spread(data.pointer, isBatched.data, into: y)
        forEach(indices) { update, place in
            let number = updates.pointer[update]
            switch reduction {
            case .none: y[place] = number
            case .add: y[place] += number
            case .mul: y[place] *= number
            case .max: y[place] = max(y[place], number)
            case .min: y[place] = min(y[place], number)
            }
        }
    }

    func backward(_ pass: BackwardPass) {
        guard let data = pass.inputs[0], let indices = pass.inputs[1], let updates = pass.inputs[2] else { return }
        if let gradient = pass.inputGradients[1] { gradient.pointer.update(repeating: 0, count: gradient.count) }
        let (y, dy, left) = (pass.outputs[0].pointer, pass.outputGradients[0].pointer, pass.scratch)
        left.update(from: dy, count: dataCount * lanes)
        let du = pass.inputGradients[2]?.pointer
        if let gradient = pass.inputGradients[2] { gradient.pointer.update(repeating: 0, count: gradient.count) }
        switch reduction {
        case .none:
            // The last update of a place has all of its gradient.
            forEach(indices, backwards: true) { update, place in
                du?[update] += left[place]
                left[place] = 0
            }
        case .add: forEach(indices) { update, place in du?[update] += dy[place] }
        case .mul: multiplicationGradient(data, indices, updates, dy, left, du)
        case .max, .min: extremeGradient(data, indices, updates, y, dy, left, du)
        }
        if let gradient = pass.inputGradients[0] { collect(left, into: gradient.pointer) }
    }

    private func number(_ data: Buffer, _ place: Int) -> Float { data.pointer[isBatched.data ? place : place / lanes] }

    /// Of each factor, dy times all others.
    private func multiplicationGradient(
        _ data: Buffer, _ indices: Buffer, _ updates: Buffer, _ dy: UnsafePointer<Float>, _ left: UnsafeMutablePointer<Float>,
        _ du: UnsafeMutablePointer<Float>?
    ) {
        forEach(indices) { update, place in left[place] *= updates.pointer[update] }
        guard let du else { return }
        forEach(indices) { update, place in
            var product = dy[place] * number(data, place)
            let lane = place % lanes
            for element in places.elements.indices where places.place(element, lane: lane, indices.pointer) == place / lanes {
                let other = isBatched.updates ? element * lanes + lane : element
                if other != update { product *= updates.pointer[other] }
            }
            du[update] += product
        }
    }

    /// All numbers of a place that are its maximum or minimum have equal shares of dy, which are dy together.
    private func extremeGradient(
        _ data: Buffer, _ indices: Buffer, _ updates: Buffer, _ y: UnsafePointer<Float>, _ dy: UnsafePointer<Float>,
        _ left: UnsafeMutablePointer<Float>, _ du: UnsafeMutablePointer<Float>?
    ) {
        // How many they are.
        for place in 0..<dataCount * lanes { left[place] = number(data, place) == y[place] ? 1 : 0 }
        forEach(indices) { update, place in
            if updates.pointer[update] == y[place] { left[place] += 1 }
        }
        forEach(indices) { update, place in
            if updates.pointer[update] == y[place] { du?[update] += dy[place] / left[place] }
        }
        for place in 0..<dataCount * lanes { left[place] = number(data, place) == y[place] ? dy[place] / left[place] : 0 }
    }

    /// Sums over lanes where the data are a constant.
    private func collect(_ left: UnsafePointer<Float>, into gradient: UnsafeMutablePointer<Float>) {
        if isBatched.data { return gradient.update(from: left, count: dataCount * lanes) }
        for element in 0..<dataCount {
            gradient[element] = 0
            for lane in 0..<lanes { gradient[element] += left[element * lanes + lane] }
        }
    }
}
