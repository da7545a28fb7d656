import CKernels

/// The instruction sets that the arithmetic is written for. All of them give the same bits.
public enum InstructionSet: String, CaseIterable, Sendable {
    case scalar, avx2, avx512, neon

    /// Computes with this instruction set from now on. Call it once, before anything computes.
    /// - Throws: `CompressionFailure` if this processor does not have it.
    public func force() throws {
        guard ck_force_instruction_set(kernelName) else {
            throw CompressionFailure("error: this processor has no instruction set '\(rawValue)'")
        }
    }

    private var kernelName: CKInstructionSet {
        switch self {
        case .scalar: CK_SCALAR
        case .avx2: CK_AVX2
        case .avx512: CK_AVX512
        case .neon: CK_NEON
        }
    }
}
