//! A64: one text for each shape of fields, from the checked vectors, with run-time operands.

compare! { aarch64 aarch64 [r s n];
    { mov wsp, W(r) }
    { add X(r), X(s), #n }
    { add W(r), W(s), #n, lsl #n }
    { cmn W(r), #n, lsl #n }
    { cmn W(r), #n }
    { addg X(r), X(s), #n, #n }
    { smax X(r), X(s), #n }
    { umax X(r), X(s), #n }
    { and W(r), W(s), #n }
    { and X(r), X(s), #n }
    { tst W(r), #n }
    { tst X(r), #n }
    { bic W(r), W(s), #n }
    { bic X(r), X(s), #n }
    { mov W(r), #n }
    { mov X(r), #n }
    { movn W(r), #n }
    { movn W(r), #n, lsl #n }
    { movn X(r), #n, lsl #n }
    { adr X(r), #n }
    { adrp X(r), #n }
    { autiasppc #n }
    { asr W(r), W(s), #n }
    { sxtb W(r), W(s) }
    { sbfiz W(r), W(s), #n, #n }
    { sbfm W(r), W(s), #n, #n }
    { lsl W(r), W(s), #n }
    { asr X(r), X(s), #n }
    { sbfm X(r), X(s), #n, #n }
    { ror W(r), W(s), #n }
    { extr W(r), W(s), W(r), #n }
    { ror X(r), X(s), #n }
    { extr X(r), X(s), X(r), #n }
    { udiv X(r), X(s), X(r) }
    { add wsp, wsp, W(r), lsl #n }
    { add wsp, W(r), W(s), sxtw #n }
    { addpt X(r), X(s), X(r), lsl #n }
    { rmif X(r), #n, #n }
    { ccmn X(r), X(s), #n, gt }
    { ccmn X(r), #n, #n, gt }
    { cinc W(r), W(s), ls }
    { madd W(r), W(s), W(r), W(s) }
    { b.cc #n }
    { cbz W(r), #n }
    { tbz W(r), #n, #n }
    { tbz X(r), #n, #n }
    { b #n }
    { cbgt X(r), X(s), #n }
    { cbgt X(r), #n, #n }
    { svc #n }
    { tenter #n, nb }
    { clrex #n }
    { sys #n, c9, c12, #n, X(r) }
    { sysl X(r), #n, c9, c12, #n }
    { sysp #n, c6, c9, #n }
    { sysp #n, c12, c15, #n, X(r), X(s) }
    { tlbip rvale1is, X(r), X(s) }
    { tchangef X(r), #n }
    { strh W(r), [X(s), #n] }
    { str W(r), [X(s), #n] }
    { str X(r), [X(s), #n] }
    { str Q(r), [X(s), #n] }
    { prfm pstslckeep, [X(r), #n] }
    { prfm #n, [X(r), #n] }
    { sturb W(r), [X(s), #n] }
    { prfum pstslckeep, [X(r), #n] }
    { prfum #n, [X(r), #n] }
    { strb W(r), [X(s)], #n }
    { strh W(r), [X(s), X(r), lsl #n] }
    { str W(r), [X(s), X(r), lsl #n] }
    { str X(r), [X(s), X(r), lsl #n] }
    { str Q(r), [X(s), X(r), lsl #n] }
    { prfm pstslckeep, [X(r), X(s), lsl #n] }
    { ldraa X(r), [X(s), #n] }
    { ldraa X(r), [X(s), #n]! }
    { ldraa X(r), [X(s)]! }
    { stg X(r), [X(s)], #n }
    { stnp W(r), W(s), [X(r), #n] }
    { stnp Q(r), Q(s), [X(r), #n] }
    { stp W(r), W(s), [X(r)], #n }
    { ldp W(r), W(s), [X(r)], #n }
    { stp X(r), X(s), [X(r)], #n }
    { ldp X(r), X(s), [X(r)], #n }
    { ldp S(r), S(s), [X(r)], #n }
    { ldp D(r), D(s), [X(r)], #n }
    { ldp Q(r), Q(s), [X(r)], #n }
    { stxp W(r), W(s), W(r), [X(s), #0] }
    { stxrb W(r), W(s), [X(r), #0] }
    { caspa W(r), W(s), W(r), W(s), [sp] }
    { caspl W(r), W(s), W(r), W(s), [X(r)] }
    { cpyfpwtrn [X(r)]!, [X(s)]!, X(r)! }
    { scvtf D(r), W(s), #n }
    { scvtf D(r), X(s), #n }
    { fcmla V(r).8h, V(s).8h, V(r).8h, #n }
    { fcadd V(r).8h, V(s).8h, V(r).8h, #n }
    { smlal V(r).4s, V(s).4h, V(r).h[n] }
    { smlal V(r).2d, V(s).2s, V(r).s[n] }
    { fcmla V(r).4h, V(s).4h, V(r).h[n], #n }
    { fcmla V(r).8h, V(s).8h, V(r).h[n], #n }
    { fmlalb V(r).8h, V(s).16b, V(r).b[n] }
    { movi V(r).2s, #n, lsl #n }
    { movi V(r).4h, #n, lsl #n }
    { movi V(r).8b, #n }
    { movi D(r), #n }
    { shl V(r).4h, V(s).4h, #n }
    { mov W(r), V(s).s[n] }
    { mov X(r), V(s).d[n] }
    { mov V(r).b[n], W(s) }
    { mov V(r).h[n], W(s) }
    { mov V(r).d[n], X(s) }
    { mov V(r).b[n], V(s).b[n] }
    { mov V(r).h[n], V(s).h[n] }
    { mov V(r).s[n], V(s).s[n] }
    { mov V(r).d[n], V(s).d[n] }
    { ext V(r).16b, V(s).16b, V(r).16b, #n }
    { luti4 v2.8h, {v1.8h, v2.8h}, v17[n] }
    { luti2 V(r).16b, {V(r).16b}, V(s)[n] }
    { ld1 {V(r).2d}, [X(s)], #n }
    { ld1 {v2.2d, v3.2d}, [x1], #n }
    { ld1 {v2.2d, v3.2d, v4.2d}, [x1], #n }
    { ld1 {v2.2d, v3.2d, v4.2d, v5.2d}, [x1], #n }
    { ld1 {V(r).b}[n], [X(s)] }
    { ld1 {V(r).h}[n], [X(s)] }
    { ld1 {V(r).s}[n], [X(s)] }
    { ld2 {v2.b, v3.b}[n], [x17] }
    { ld2 {v2.h, v3.h}[n], [x17] }
    { ld2 {v2.s, v3.s}[n], [x17] }
    { ld1 {V(r).b}[n], [X(s)], X(r) }
    { ld1 {V(r).h}[n], [X(s)], X(r) }
    { ld1 {V(r).s}[n], [X(s)], X(r) }
    // Constraints between values, and fields that take the same one.
    { ubfx X(r), x1, s, #n }
    { ubfx W(r), w1, #n, s }
    { bfi X(r), x1, #n, s ; sbfx W(s), W(r), #n, 1 }
    { ldr X(r), [x1, #n] ; ldr Q(s), [x2, #n] }
    { ldrh W(r), [x1, #n] ; ldr D(s), [x2, #n] ; ldr W(r), [x3, #n] }
}
