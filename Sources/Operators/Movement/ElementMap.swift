import CKernels

/// Where each element of an output comes from, for operators that only move elements (`Transpose`, `Slice`, `Pad`).
///
/// The place in the input is a sum of one number per axis of the output.
package struct ElementMap: Sendable {
    /// For each axis of the output and each index on it: what it adds to the place in the input (in elements); `nil`
    /// where the output has nothing from the input.
    let places: [[Int?]]

    /// `y[element] = x[place]`, or `fill` where there is none.
    func forward(_ x: UnsafePointer<Float>, fill: Float, lanes: Int, _ y: UnsafeMutablePointer<Float>) {
        walk { element, place in
            let out = y + element * lanes
            if let place {
                out.update(from: x + place * lanes, count: lanes)
            } else {
                out.update(repeating: fill, count: lanes)
            }
        }
    }

    /// The gradient of the `count` elements of the input; what went to several outputs is added in their order.
    func backward(_ dy: UnsafePointer<Float>, lanes: Int, _ dx: UnsafeMutablePointer<Float>, count: Int) {
        dx.update(repeating: 0, count: count * lanes)
        walk { element, place in
            guard let place else { return }
            ck_accumulate(Int64(lanes), dy + element * lanes, dx + place * lanes)
        }
    }

    private func walk(_ body: (_ element: Int, _ place: Int?) -> Void) {
        var element = 0
        walk(axis: 0, from: 0, &element, body)
    }

    private func walk(
        axis: Int, from place: Int?, _ element: inout Int, _ body: (_ element: Int, _ place: Int?) -> Void
    ) {
        guard axis < places.count else {
            body(element, place)
            element += 1
            return
        }
        for step in places[axis] {
            var next: Int?
            if let place, let step { next = place + step }
            walk(axis: axis + 1, from: next, &element, body)
        }
    }
}
