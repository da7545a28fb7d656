import CKernels
import Testing

extension KernelTests {
    @Test("An instruction set that the processor lacks cannot be forced") func force() {
        defer { ck_release_instruction_set_for_thread() }
        #expect(ck_force_instruction_set_for_thread(CK_SCALAR))
        #expect(ck_instruction_set() == CK_SCALAR)
        #if arch(x86_64)
            #expect(!ck_force_instruction_set_for_thread(CK_NEON) && !ck_force_instruction_set(CK_NEON))
        #else
            #expect(!ck_force_instruction_set_for_thread(CK_AVX2) && !ck_force_instruction_set(CK_AVX512))
        #endif
        #expect(ck_instruction_set() == CK_SCALAR)
    }

    @Test("Subnormals are kept, and the thread's own state comes back") func environment() {
        #if arch(x86_64)
            let flushing: UInt64 = 0x9FC0
        #else
            let flushing: UInt64 = 1 << 24
        #endif
        let least = [Float.leastNormalMagnitude], half: [Float] = [0.5]
        let original = ck_floating_point_begin()
        ck_floating_point_end(flushing)
        let previous = ck_floating_point_begin()
        let y = filled(1) { ck_binary(CK_MULTIPLY, 1, least, 1, half, 1, $0) }
        ck_floating_point_end(original)
        #if arch(x86_64) || arch(arm64)
            #expect(previous == flushing)
        #endif
        #expect(y[0] == Float.leastNormalMagnitude / 2)
    }
}
