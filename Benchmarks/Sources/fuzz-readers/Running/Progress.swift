import Foundation

/// How far a run has come: in memory that it shares with the process that started it, where it is still found when the
/// run ends in the middle of an input.
struct Progress {
    /// The number of the input that is being read, or the next one.
    var number = 0
    var accepted = 0
    var refused = 0
    /// Inputs of which the reader has come to the content.
    var reached = 0
    /// The most bytes that reading one input took.
    var mostBytes: Int64 = 0
    /// The longest that reading one input took.
    var longest = 0.0
}

extension UnsafeMutablePointer<Progress> {
    /// The record in a file, which is made where there is none. It stays in memory until the process ends.
    static func shared(in file: URL) throws -> UnsafeMutablePointer<Progress> {
        let size = MemoryLayout<Progress>.size
        let descriptor = open(file.path, O_RDWR | O_CREAT, 0o600)
        guard descriptor >= 0, ftruncate(descriptor, off_t(size)) == 0,
            let memory = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0), memory != MAP_FAILED
        else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        return memory.bindMemory(to: Progress.self, capacity: 1)
    }
}
