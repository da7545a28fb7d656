import NeuralGraph

/// Keeps the places of a plan's operands at fixed addresses, so that passes on several threads read them without counting
/// references: those counts would be what the threads contend for.
final class PlaceTable: @unchecked Sendable {
    private var all: [UnsafeMutableBufferPointer<BufferPlace>] = []
    private var optional: [UnsafeMutableBufferPointer<BufferPlace?>] = []

    deinit {
        for places in all { places.deallocate() }
        for places in optional { places.deallocate() }
    }

    /// - Returns: the same, for as long as the table is there.
    func keep(_ places: [BufferPlace]) -> UnsafeBufferPointer<BufferPlace> {
        let kept = UnsafeMutableBufferPointer<BufferPlace>.allocate(capacity: places.count)
        _ = kept.initialize(from: places)
        all.append(kept)
        return UnsafeBufferPointer(kept)
    }

    func keep(_ places: [BufferPlace?]) -> UnsafeBufferPointer<BufferPlace?> {
        let kept = UnsafeMutableBufferPointer<BufferPlace?>.allocate(capacity: places.count)
        _ = kept.initialize(from: places)
        optional.append(kept)
        return UnsafeBufferPointer(kept)
    }
}
