import Foundation
import FuzzedReaders

// What libFuzzer calls. The variable READER of the environment says which reader gets the inputs.

/// One reader for all inputs, which come one after the other.
nonisolated(unsafe) private let reader: FuzzedReader? = {
    let name = ProcessInfo.processInfo.environment["READER"] ?? ""
    let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("fuzz-target-\(ProcessInfo.processInfo.processIdentifier)")
    return FuzzedReader.names.contains(name) ? try? FuzzedReader.named(name, folder: folder) : nil
}()

/// Reads one input: the number of a seed, whose file the rest is put into, so that checksums and lengths fit.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard let reader else {
        print("the variable READER must be one of \(FuzzedReader.names.joined(separator: ", "))")
        exit(2)
    }
    guard count > 1 else { return -1 }
    let input = UnsafeBufferPointer(start: bytes, count: count)
    let seed = reader.seeds[Int(input[0]) % reader.seeds.count]
    _ = reader.outcome(seed.file(Array(input[1...])), choice: count)
    return 0
}
