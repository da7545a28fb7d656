import ArgumentParser

/// A number of bytes on the command line: `500MB`, `8GB`, `1.5GiB` or plain bytes.
struct ByteCount: ExpressibleByArgument {
    let bytes: Int

    private static let units: [(name: String, bytes: Double)] = [
        ("kib", 1024), ("mib", 1_048_576), ("gib", 1_073_741_824), ("tib", 1_099_511_627_776), ("kb", 1e3), ("mb", 1e6), ("gb", 1e9),
        ("tb", 1e12), ("b", 1),
    ]

    init?(argument: String) {
        let text = argument.lowercased().filter { $0 != " " }
        let unit = Self.units.first { text.hasSuffix($0.name) }
        guard let number = Double(text.dropLast(unit?.name.count ?? 0)), number > 0 else { return nil }
        let bytes = number * (unit?.bytes ?? 1)
        guard bytes < 1e18 else { return nil }
        self.bytes = Int(bytes)
    }
}
