import CKernels
import CPeak
import Timing

/// Fused multiply-adds that one core can do, as measured now.
enum Peak {
    /// Float operations per second; the best of some short runs, since others may use the machine.
    static func measured() -> Double {
        let set: CPeakInstructionSet = switch ck_instruction_set() {
        case CK_AVX512: CPEAK_AVX512
        case CK_AVX2: CPEAK_AVX2
        default: CPEAK_PORTABLE
        }
        var best = 0.0
        for _ in 0..<20 {
            var operations = 0.0
            let time = Stopwatch.seconds(1) { operations = Double(cpeak_run(set, 500_000)) }
            best = max(best, operations / time)
        }
        return best
    }
}
