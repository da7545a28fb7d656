import Foundation

/// The recurrent operators of the ONNX specification, one number after the other and in 64 bits.
struct RecurrentReference {
    let tried: RecurrentCase
    /// W, R, B, P, h and c of the whole node; x of one sample.
    var tensors: [String: [Double]]

    private var directions: Int { tried.direction == "bidirectional" ? 2 : 1 }
    private var gates: Int { ["RNN": 1, "GRU": 3][tried.type] ?? 4 }

    /// Y, Y_h and, of an LSTM, Y_c, one behind the other.
    func outputs() -> [Double] {
        let (steps, rows, hidden) = (tried.steps, tried.rows, tried.hidden)
        var y = [Double](repeating: 0, count: steps * directions * rows * hidden)
        var (lastH, lastC) = ([Double](repeating: 0, count: directions * rows * hidden), [Double]())
        lastC = lastH
        for direction in 0..<directions {
            for row in 0..<rows {
                let length = tried.lengths?[row] ?? steps
                var h = state("h", direction, row)
                var c = state("c", direction, row)
                let isReversed = tried.direction == "reverse" || direction == 1
                for step in 0..<length {
                    let time = isReversed ? length - 1 - step : step
                    (h, c) = self.step(direction, x(time, row), h, c)
                    for unit in 0..<hidden { y[place(time, direction, row) + unit] = h[unit] }
                }
                for unit in 0..<hidden {
                    lastH[place(direction, row) + unit] = h[unit]
                    lastC[place(direction, row) + unit] = c[unit]
                }
            }
        }
        return y + lastH + (tried.type == "LSTM" ? lastC : [])
    }

    private func place(_ time: Int, _ direction: Int, _ row: Int) -> Int {
        let index = tried.layout == 0
            ? (time * directions + direction) * tried.rows + row : (row * tried.steps + time) * directions + direction
        return index * tried.hidden
    }

    private func place(_ direction: Int, _ row: Int) -> Int {
        (tried.layout == 0 ? direction * tried.rows + row : row * directions + direction) * tried.hidden
    }

    private func x(_ time: Int, _ row: Int) -> [Double] {
        let start = (tried.layout == 0 ? time * tried.rows + row : row * tried.steps + time) * tried.inputs
        return Array((tensors["x"] ?? [])[start..<start + tried.inputs])
    }

    private func state(_ name: String, _ direction: Int, _ row: Int) -> [Double] {
        guard let given = tensors[name] else { return [Double](repeating: 0, count: tried.hidden) }
        return Array(given[place(direction, row)..<place(direction, row) + tried.hidden])
    }

    // MARK: One step

    private func step(_ direction: Int, _ x: [Double], _ h: [Double], _ c: [Double]) -> ([Double], [Double]) {
        switch tried.type {
        case "RNN": return (sum(direction, 0, x, h).map { activated(direction, 0, $0) }, c)
        case "GRU": return (gru(direction, x, h), c)
        default: return lstm(direction, x, h, c)
        }
    }

    private func gru(_ direction: Int, _ x: [Double], _ h: [Double]) -> [Double] {
        let z = sum(direction, 0, x, h).map { activated(direction, 0, $0) }
        let r = sum(direction, 1, x, h).map { activated(direction, 0, $0) }
        let new: [Double]
        if tried.flag == "linear_before_reset" {
            let own = product("W", direction, 2, x), other = product("R", direction, 2, h)
            new = own.indices.map { own[$0] + r[$0] * other[$0] }
        } else {
            new = sum(direction, 2, x, zip(r, h).map { $0 * $1 })
        }
        return h.indices.map { (1 - z[$0]) * activated(direction, 1, new[$0]) + z[$0] * h[$0] }
    }

    private func lstm(_ direction: Int, _ x: [Double], _ h: [Double], _ c: [Double]) -> ([Double], [Double]) {
        func gate(_ number: Int, _ c: [Double]) -> [Double] {
            let sums = sum(direction, number, x, h)
            return sums.indices.map { unit in
                let peephole = tensors["P"].map { $0[(direction * 3 + number) * tried.hidden + unit] } ?? 0
                return activated(direction, 0, sums[unit] + peephole * c[unit])
            }
        }
        let i = gate(0, c)
        let f = tried.flag == "input_forget" ? i.map { 1 - $0 } : gate(2, c)
        let new = sum(direction, 3, x, h).map { activated(direction, 1, $0) }
        let cell = c.indices.map { f[$0] * c[$0] + i[$0] * new[$0] }
        let o = gate(1, cell)
        return (cell.indices.map { o[$0] * activated(direction, 2, cell[$0], isClipped: false) }, cell)
    }

    private func sum(_ direction: Int, _ gate: Int, _ x: [Double], _ h: [Double]) -> [Double] {
        zip(product("W", direction, gate, x), product("R", direction, gate, h)).map { $0 + $1 }
    }

    /// With the bias.
    private func product(_ name: String, _ direction: Int, _ gate: Int, _ x: [Double]) -> [Double] {
        let weights = tensors[name] ?? []
        return (0..<tried.hidden).map { unit in
            let row = gate * tried.hidden + unit
            let start = (direction * gates * tried.hidden + row) * x.count
            let bias = tensors["B"].map { $0[(direction * 2 + (name == "R" ? 1 : 0)) * gates * tried.hidden + row] } ?? 0
            return x.indices.reduce(bias) { $0 + weights[start + $1] * x[$1] }
        }
    }

    private func activated(_ direction: Int, _ number: Int, _ x: Double, isClipped: Bool = true) -> Double {
        let defaults = tried.type == "RNN" ? ["Tanh"] : ["Sigmoid", "Tanh", "Tanh"]
        let count = ["RNN": 1, "GRU": 2][tried.type] ?? 3
        let name = tried.activations.isEmpty ? defaults[number] : tried.activations[direction * count + number]
        let clip = isClipped ? Double(tried.clip ?? .infinity) : .infinity
        let v = min(max(x, -clip), clip)
        switch name {
        case "Sigmoid": return 1 / (1 + exp(-v))
        case "Tanh": return tanh(v)
        case "Relu": return max(v, 0)
        case "Softsign": return v / (1 + abs(v))
        case "Softplus": return log(1 + exp(v))
        case "Elu": return v < 0 ? exp(v) - 1 : v
        case "LeakyRelu": return v < 0 ? 0.01 * v : v
        case "HardSigmoid": return min(max(0.25 * v + 0.5, 0), 1)
        case "Affine": return 0.5 * v + 0.125
        case "ScaledTanh": return 1.5 * tanh(0.75 * v)
        default: return v > 0.0625 ? v : 0
        }
    }
}
