//! 32-bit x86 registers by class; numbers are those of the encoding.

use crate::arch::register::enumerations;

enumerations! {
    /// 32-bit general registers.
    Rd:
        EAX = 0, ECX = 1, EDX = 2, EBX = 3, ESP = 4, EBP = 5, ESI = 6, EDI = 7;
    /// 16-bit general registers.
    Rw:
        AX = 0, CX = 1, DX = 2, BX = 3, SP = 4, BP = 5, SI = 6, DI = 7;
    /// 8-bit general registers.
    Rb:
        AL = 0, CL = 1, DL = 2, BL = 3, AH = 4, CH = 5, DH = 6, BH = 7;
    /// x87 registers.
    Rf:
        ST0 = 0, ST1 = 1, ST2 = 2, ST3 = 3, ST4 = 4, ST5 = 5, ST6 = 6, ST7 = 7;
    /// MMX registers.
    Rm:
        MM0 = 0, MM1 = 1, MM2 = 2, MM3 = 3, MM4 = 4, MM5 = 5, MM6 = 6, MM7 = 7;
    /// 128-bit vector registers.
    Rx:
        XMM0 = 0, XMM1 = 1, XMM2 = 2, XMM3 = 3, XMM4 = 4, XMM5 = 5, XMM6 = 6, XMM7 = 7;
    /// 256-bit vector registers.
    Ry:
        YMM0 = 0, YMM1 = 1, YMM2 = 2, YMM3 = 3, YMM4 = 4, YMM5 = 5, YMM6 = 6, YMM7 = 7;
    /// 512-bit vector registers.
    Rz:
        ZMM0 = 0, ZMM1 = 1, ZMM2 = 2, ZMM3 = 3, ZMM4 = 4, ZMM5 = 5, ZMM6 = 6, ZMM7 = 7;
    /// Mask registers.
    Rk:
        K0 = 0, K1 = 1, K2 = 2, K3 = 3, K4 = 4, K5 = 5, K6 = 6, K7 = 7;
    /// Segment registers.
    Rs:
        ES = 0, CS = 1, SS = 2, DS = 3, FS = 4, GS = 5;
    /// Control registers.
    RC:
        CR0 = 0, CR1 = 1, CR2 = 2, CR3 = 3, CR4 = 4, CR5 = 5, CR6 = 6, CR7 = 7;
    /// Debug registers.
    RD:
        DR0 = 0, DR1 = 1, DR2 = 2, DR3 = 3, DR4 = 4, DR5 = 5, DR6 = 6, DR7 = 7;
    /// Bound registers.
    RB:
        BND0 = 0, BND1 = 1, BND2 = 2, BND3 = 3;
}
