//! T32: one text for each shape of fields, from the checked vectors, with run-time operands.

compare! { thumb thumb [r s n];
    { movs R(r), #n }
    { mov R(r), R(s) }
    { movs R(r), R(s) }
    { lsls R(r), R(s), #n }
    { adds R(r), R(s), R(r) }
    { adds R(r), R(s), #n }
    { adds R(r), #n }
    { cmp R(r), #n }
    { cmp R(r), R(s) }
    { muls R(r), R(s), R(r) }
    { muls R(r), R(s) }
    { add sp, sp, #n }
    { adr R(r), #n }
    { ldr R(r), #n }
    { ldr R(r), [pc, #n] }
    { str R(r), [R(s), R(r)] }
    { strh R(r), [R(s), R(r)] }
    { ldr R(r), [R(s), R(r)] }
    { str R(r), [R(s), #n] }
    { ldr R(r), [R(s), #n] }
    { strb R(r), [R(s), #n] }
    { str R(r), [sp, #n] }
    { ldr R(r), [sp, #n] }
    { push {R(r)} }
    { pop {R(r)} }
    { sxth R(r), R(s), ror #n }
    { rev R(r), R(s) }
    { bcc #n }
    { b #n }
    { cbz R(r), #n }
    { bx R(r) }
    { svc #n }
    { udf #n }
    { hlt #n }
    { movw R(r), #n }
    { addw R(r), R(s), #n }
    { addw R(r), sp, #n }
    { ssat R(r), #n, R(s), lsl #n }
    { ssat R(r), #n, lr, lsl #n }
    { ssat16 R(r), #n, R(s) }
    { ssat16 R(r), #n, lr }
    { sbfx R(r), lr, #n, #n }
    { sbfx R(r), R(s), #n, #n }
    { bfi R(r), R(s), #n, #n }
    { bfi R(r), lr, #n, #n }
    { ands.w R(r), R(s), R(r), lsl #n }
    { add.w sp, sp, R(r), lsl #n }
    { cmn.w R(r), R(s), ror #n }
    { sxtah R(r), R(s), R(r), ror #n }
    { mla R(r), R(s), R(r), R(s) }
    { smull R(r), R(s), R(r), R(s) }
    { smull R(r), R(s), lr, R(r) }
    { str.w R(r), [R(s), #n]! }
    { str.w R(r), [R(s), lr, lsl #n] }
    { strh.w R(r), [R(s), #n]! }
    { strh.w R(r), [R(s), lr, lsl #n] }
    { ldr.w R(r), [R(s), #n]! }
    { ldr.w R(r), [R(s), lr, lsl #n] }
    { ldrh.w R(r), #n }
    { ldrh.w R(r), [pc, #n] }
    { strt R(r), [R(s), #n] }
    { pld [pc, #n] }
    { ldrd R(r), R(s), [R(r), #n] }
    { ldrd R(r), R(s), [lr, #n] }
    { ldrd R(r), R(s), [R(r), #n]! }
    { ldrd R(r), R(s), [lr, #n]! }
    { strd R(r), R(s), [R(r), #n] }
    { strd R(r), R(s), [lr, #n] }
    { strd R(r), R(s), [R(r), #n]! }
    { strd R(r), R(s), [lr, #n]! }
    { strex R(r), R(s), [R(r), #n] }
    { strex R(r), R(s), [lr, #n] }
    { ldrex R(r), [R(s), #n] }
    { strexb R(r), R(s), [lr] }
    { strexd R(r), R(s), R(r), [R(s)] }
    { strexd R(r), R(s), lr, [R(r)] }
    { ldrexd R(r), R(s), [lr] }
    { tbb [R(r), R(s)] }
    { dbg #n }
    { lsrs R(r), R(s), #n }
    { ldrb R(r), [R(s), #n] }
    { sub.w sp, #n }
    { mvns.w R(r), R(s), lsr #n }
    { sbcs.w R(r), R(s), R(r), rrx }
    { asr.w R(r), R(s), lr }
    { shsax R(r), R(s), R(r) }
    { crc32cb R(r), R(s), lr }
    { usada8 R(r), R(s), R(r), R(s) }
    { ldrsh.w R(r), [R(s), lr, lsl #n] }
    { ldah R(r), [R(s)] }
}
