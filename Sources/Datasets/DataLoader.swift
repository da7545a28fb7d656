/// Reads every source once, however many splits are taken from it. The arrays are shared, not copied.
package struct DataLoader: Sendable {
    private var loaded: [DataSource: SampleArrays] = [:]

    package init() {}

    package mutating func load(_ source: DataSource) throws -> SampleArrays {
        if let arrays = loaded[source] { return arrays }
        let arrays = try SampleArrays(reading: source)
        loaded[source] = arrays
        return arrays
    }
}
