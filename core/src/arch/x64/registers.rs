//! x86-64 registers by class; numbers are those of the encoding. From 16 on, general registers need APX and vector
//! registers EVEX.

use crate::arch::register::enumerations;

enumerations! {
    /// 64-bit general registers.
    Rq:
        RAX = 0, RCX = 1, RDX = 2, RBX = 3, RSP = 4, RBP = 5, RSI = 6, RDI = 7, R8 = 8, R9 = 9, R10 = 10, R11 = 11,
        R12 = 12, R13 = 13, R14 = 14, R15 = 15, R16 = 16, R17 = 17, R18 = 18, R19 = 19, R20 = 20, R21 = 21, R22 = 22,
        R23 = 23, R24 = 24, R25 = 25, R26 = 26, R27 = 27, R28 = 28, R29 = 29, R30 = 30, R31 = 31;
    /// 32-bit general registers.
    Rd:
        EAX = 0, ECX = 1, EDX = 2, EBX = 3, ESP = 4, EBP = 5, ESI = 6, EDI = 7, R8D = 8, R9D = 9, R10D = 10, R11D = 11,
        R12D = 12, R13D = 13, R14D = 14, R15D = 15, R16D = 16, R17D = 17, R18D = 18, R19D = 19, R20D = 20, R21D = 21,
        R22D = 22, R23D = 23, R24D = 24, R25D = 25, R26D = 26, R27D = 27, R28D = 28, R29D = 29, R30D = 30, R31D = 31;
    /// 16-bit general registers.
    Rw:
        AX = 0, CX = 1, DX = 2, BX = 3, SP = 4, BP = 5, SI = 6, DI = 7, R8W = 8, R9W = 9, R10W = 10, R11W = 11,
        R12W = 12, R13W = 13, R14W = 14, R15W = 15, R16W = 16, R17W = 17, R18W = 18, R19W = 19, R20W = 20, R21W = 21,
        R22W = 22, R23W = 23, R24W = 24, R25W = 25, R26W = 26, R27W = 27, R28W = 28, R29W = 29, R30W = 30, R31W = 31;
    /// 8-bit general registers, low bytes.
    Rb:
        AL = 0, CL = 1, DL = 2, BL = 3, SPL = 4, BPL = 5, SIL = 6, DIL = 7, R8B = 8, R9B = 9, R10B = 10, R11B = 11,
        R12B = 12, R13B = 13, R14B = 14, R15B = 15, R16B = 16, R17B = 17, R18B = 18, R19B = 19, R20B = 20, R21B = 21,
        R22B = 22, R23B = 23, R24B = 24, R25B = 25, R26B = 26, R27B = 27, R28B = 28, R29B = 29, R30B = 30, R31B = 31;
    /// x87 registers.
    Rf:
        ST0 = 0, ST1 = 1, ST2 = 2, ST3 = 3, ST4 = 4, ST5 = 5, ST6 = 6, ST7 = 7;
    /// MMX registers.
    Rm:
        MM0 = 0, MM1 = 1, MM2 = 2, MM3 = 3, MM4 = 4, MM5 = 5, MM6 = 6, MM7 = 7;
    /// 128-bit vector registers.
    Rx:
        XMM0 = 0, XMM1 = 1, XMM2 = 2, XMM3 = 3, XMM4 = 4, XMM5 = 5, XMM6 = 6, XMM7 = 7, XMM8 = 8, XMM9 = 9, XMM10 = 10,
        XMM11 = 11, XMM12 = 12, XMM13 = 13, XMM14 = 14, XMM15 = 15, XMM16 = 16, XMM17 = 17, XMM18 = 18, XMM19 = 19,
        XMM20 = 20, XMM21 = 21, XMM22 = 22, XMM23 = 23, XMM24 = 24, XMM25 = 25, XMM26 = 26, XMM27 = 27, XMM28 = 28,
        XMM29 = 29, XMM30 = 30, XMM31 = 31;
    /// 256-bit vector registers.
    Ry:
        YMM0 = 0, YMM1 = 1, YMM2 = 2, YMM3 = 3, YMM4 = 4, YMM5 = 5, YMM6 = 6, YMM7 = 7, YMM8 = 8, YMM9 = 9, YMM10 = 10,
        YMM11 = 11, YMM12 = 12, YMM13 = 13, YMM14 = 14, YMM15 = 15, YMM16 = 16, YMM17 = 17, YMM18 = 18, YMM19 = 19,
        YMM20 = 20, YMM21 = 21, YMM22 = 22, YMM23 = 23, YMM24 = 24, YMM25 = 25, YMM26 = 26, YMM27 = 27, YMM28 = 28,
        YMM29 = 29, YMM30 = 30, YMM31 = 31;
    /// 512-bit vector registers.
    Rz:
        ZMM0 = 0, ZMM1 = 1, ZMM2 = 2, ZMM3 = 3, ZMM4 = 4, ZMM5 = 5, ZMM6 = 6, ZMM7 = 7, ZMM8 = 8, ZMM9 = 9, ZMM10 = 10,
        ZMM11 = 11, ZMM12 = 12, ZMM13 = 13, ZMM14 = 14, ZMM15 = 15, ZMM16 = 16, ZMM17 = 17, ZMM18 = 18, ZMM19 = 19,
        ZMM20 = 20, ZMM21 = 21, ZMM22 = 22, ZMM23 = 23, ZMM24 = 24, ZMM25 = 25, ZMM26 = 26, ZMM27 = 27, ZMM28 = 28,
        ZMM29 = 29, ZMM30 = 30, ZMM31 = 31;
    /// Mask registers.
    Rk:
        K0 = 0, K1 = 1, K2 = 2, K3 = 3, K4 = 4, K5 = 5, K6 = 6, K7 = 7;
    /// Segment registers.
    Rs:
        ES = 0, CS = 1, SS = 2, DS = 3, FS = 4, GS = 5;
    /// Control registers.
    RC:
        CR0 = 0, CR1 = 1, CR2 = 2, CR3 = 3, CR4 = 4, CR5 = 5, CR6 = 6, CR7 = 7, CR8 = 8, CR9 = 9, CR10 = 10, CR11 = 11,
        CR12 = 12, CR13 = 13, CR14 = 14, CR15 = 15;
    /// Debug registers.
    RD:
        DR0 = 0, DR1 = 1, DR2 = 2, DR3 = 3, DR4 = 4, DR5 = 5, DR6 = 6, DR7 = 7, DR8 = 8, DR9 = 9, DR10 = 10, DR11 = 11,
        DR12 = 12, DR13 = 13, DR14 = 14, DR15 = 15;
    /// Bound registers.
    RB:
        BND0 = 0, BND1 = 1, BND2 = 2, BND3 = 3;
    /// AMX tile registers.
    Rt:
        TMM0 = 0, TMM1 = 1, TMM2 = 2, TMM3 = 3, TMM4 = 4, TMM5 = 5, TMM6 = 6, TMM7 = 7;
}
