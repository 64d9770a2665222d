//! A64 registers by class. Numbers are those of the encoding; what 31 means is the class's.

use crate::arch::register::classes;

classes! {
    /// 64-bit general registers; 31 is `xzr`.
    X 31:
        X0 = 0, X1 = 1, X2 = 2, X3 = 3, X4 = 4, X5 = 5, X6 = 6, X7 = 7, X8 = 8, X9 = 9, X10 = 10, X11 = 11, X12 = 12,
        X13 = 13, X14 = 14, X15 = 15, X16 = 16, X17 = 17, X18 = 18, X19 = 19, X20 = 20, X21 = 21, X22 = 22, X23 = 23,
        X24 = 24, X25 = 25, X26 = 26, X27 = 27, X28 = 28, X29 = 29, X30 = 30, XZR = 31;
    /// 32-bit general registers; 31 is `wzr`.
    W 31:
        W0 = 0, W1 = 1, W2 = 2, W3 = 3, W4 = 4, W5 = 5, W6 = 6, W7 = 7, W8 = 8, W9 = 9, W10 = 10, W11 = 11, W12 = 12,
        W13 = 13, W14 = 14, W15 = 15, W16 = 16, W17 = 17, W18 = 18, W19 = 19, W20 = 20, W21 = 21, W22 = 22, W23 = 23,
        W24 = 24, W25 = 25, W26 = 26, W27 = 27, W28 = 28, W29 = 29, W30 = 30, WZR = 31;
    /// 64-bit general registers where 31 is `sp`.
    XSp 31:
        SP = 31;
    /// 32-bit general registers where 31 is `wsp`.
    WSp 31:
        WSP = 31;
    /// 8-bit scalar SIMD registers.
    B 31:
        B0 = 0, B1 = 1, B2 = 2, B3 = 3, B4 = 4, B5 = 5, B6 = 6, B7 = 7, B8 = 8, B9 = 9, B10 = 10, B11 = 11, B12 = 12,
        B13 = 13, B14 = 14, B15 = 15, B16 = 16, B17 = 17, B18 = 18, B19 = 19, B20 = 20, B21 = 21, B22 = 22, B23 = 23,
        B24 = 24, B25 = 25, B26 = 26, B27 = 27, B28 = 28, B29 = 29, B30 = 30, B31 = 31;
    /// 16-bit scalar floating-point registers.
    H 31:
        H0 = 0, H1 = 1, H2 = 2, H3 = 3, H4 = 4, H5 = 5, H6 = 6, H7 = 7, H8 = 8, H9 = 9, H10 = 10, H11 = 11, H12 = 12,
        H13 = 13, H14 = 14, H15 = 15, H16 = 16, H17 = 17, H18 = 18, H19 = 19, H20 = 20, H21 = 21, H22 = 22, H23 = 23,
        H24 = 24, H25 = 25, H26 = 26, H27 = 27, H28 = 28, H29 = 29, H30 = 30, H31 = 31;
    /// 32-bit scalar floating-point registers.
    S 31:
        S0 = 0, S1 = 1, S2 = 2, S3 = 3, S4 = 4, S5 = 5, S6 = 6, S7 = 7, S8 = 8, S9 = 9, S10 = 10, S11 = 11, S12 = 12,
        S13 = 13, S14 = 14, S15 = 15, S16 = 16, S17 = 17, S18 = 18, S19 = 19, S20 = 20, S21 = 21, S22 = 22, S23 = 23,
        S24 = 24, S25 = 25, S26 = 26, S27 = 27, S28 = 28, S29 = 29, S30 = 30, S31 = 31;
    /// 64-bit scalar floating-point registers.
    D 31:
        D0 = 0, D1 = 1, D2 = 2, D3 = 3, D4 = 4, D5 = 5, D6 = 6, D7 = 7, D8 = 8, D9 = 9, D10 = 10, D11 = 11, D12 = 12,
        D13 = 13, D14 = 14, D15 = 15, D16 = 16, D17 = 17, D18 = 18, D19 = 19, D20 = 20, D21 = 21, D22 = 22, D23 = 23,
        D24 = 24, D25 = 25, D26 = 26, D27 = 27, D28 = 28, D29 = 29, D30 = 30, D31 = 31;
    /// 128-bit SIMD registers.
    Q 31:
        Q0 = 0, Q1 = 1, Q2 = 2, Q3 = 3, Q4 = 4, Q5 = 5, Q6 = 6, Q7 = 7, Q8 = 8, Q9 = 9, Q10 = 10, Q11 = 11, Q12 = 12,
        Q13 = 13, Q14 = 14, Q15 = 15, Q16 = 16, Q17 = 17, Q18 = 18, Q19 = 19, Q20 = 20, Q21 = 21, Q22 = 22, Q23 = 23,
        Q24 = 24, Q25 = 25, Q26 = 26, Q27 = 27, Q28 = 28, Q29 = 29, Q30 = 30, Q31 = 31;
    /// SIMD vector registers.
    V 31:
        V0 = 0, V1 = 1, V2 = 2, V3 = 3, V4 = 4, V5 = 5, V6 = 6, V7 = 7, V8 = 8, V9 = 9, V10 = 10, V11 = 11, V12 = 12,
        V13 = 13, V14 = 14, V15 = 15, V16 = 16, V17 = 17, V18 = 18, V19 = 19, V20 = 20, V21 = 21, V22 = 22, V23 = 23,
        V24 = 24, V25 = 25, V26 = 26, V27 = 27, V28 = 28, V29 = 29, V30 = 30, V31 = 31;
    /// SVE vector registers.
    Z 31:
        Z0 = 0, Z1 = 1, Z2 = 2, Z3 = 3, Z4 = 4, Z5 = 5, Z6 = 6, Z7 = 7, Z8 = 8, Z9 = 9, Z10 = 10, Z11 = 11, Z12 = 12,
        Z13 = 13, Z14 = 14, Z15 = 15, Z16 = 16, Z17 = 17, Z18 = 18, Z19 = 19, Z20 = 20, Z21 = 21, Z22 = 22, Z23 = 23,
        Z24 = 24, Z25 = 25, Z26 = 26, Z27 = 27, Z28 = 28, Z29 = 29, Z30 = 30, Z31 = 31;
    /// SVE predicate registers.
    P 15:
        P0 = 0, P1 = 1, P2 = 2, P3 = 3, P4 = 4, P5 = 5, P6 = 6, P7 = 7, P8 = 8, P9 = 9, P10 = 10, P11 = 11, P12 = 12,
        P13 = 13, P14 = 14, P15 = 15;
    /// SVE predicate registers as counters: the same registers as [`P`].
    PN 15:
        PN0 = 0, PN1 = 1, PN2 = 2, PN3 = 3, PN4 = 4, PN5 = 5, PN6 = 6, PN7 = 7, PN8 = 8, PN9 = 9, PN10 = 10, PN11 = 11,
        PN12 = 12, PN13 = 13, PN14 = 14, PN15 = 15;
    /// Tiles of the SME matrix register; how many there are depends on the size of the elements.
    Tile 15:
        ZA0 = 0, ZA1 = 1, ZA2 = 2, ZA3 = 3, ZA4 = 4, ZA5 = 5, ZA6 = 6, ZA7 = 7, ZA8 = 8, ZA9 = 9, ZA10 = 10, ZA11 = 11,
        ZA12 = 12, ZA13 = 13, ZA14 = 14, ZA15 = 15;
}

impl From<X> for XSp {
    /// The same number: `xzr` becomes `sp`.
    fn from(register: X) -> XSp {
        XSp(register.code())
    }
}

impl From<W> for WSp {
    /// The same number: `wzr` becomes `wsp`.
    fn from(register: W) -> WSp {
        WSp(register.code())
    }
}
