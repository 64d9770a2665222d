//! 32-bit x86: one text for each shape of fields, from the checked vectors, with run-time operands.

compare! { x86 x86 [r s n];
    { aad n }
    { aadd dword ptr [Rd(r)], Rd(s) }
    { aand dword ptr [8*Rd(r) + n], Rd(s) }
    { adc word ptr [Rd(r) + 2*Rd(s) + n], Rw(r) }
    { adc Rw(r), word ptr [Rd(s) + 8*Rd(r)] }
    { adc Rw(r), n }
    { adc Rd(r), n }
    { adc Rb(r), n }
    { adc word ptr [Rd(r) + 1*Rd(s) + n], n }
    { add bh, byte ptr [Rd(r)] }
    { add byte ptr [Rd(r) + n], n }
    { aesdecwide128kl [n] }
    { aeskeygenassist Rx(r), Rx(s), n }
    { and word ptr [Rd(r) + 8*Rd(s)], n }
    { andn Rd(r), Rd(s), dword ptr [Rd(r) + n] }
    { bextr Rd(r), dword ptr [Rd(s) + n], n }
    { bt dword ptr [Rd(r) + 1*Rd(s)], n }
    { call n }
    { cmpxchg word ptr [n], Rw(r) }
    { extractps dword ptr [Rd(r) + n], Rx(s), n }
    { hreset n }
    { imul Rw(r), Rw(s), n }
    { imul Rd(r), dword ptr [Rd(s) + 2*Rd(r) + n], n }
    { imul Rd(r), n }
    { jcxz n }
    { or dword ptr [n], n }
    { pextrd dword ptr [Rd(r) + 4*Rd(s) + n], Rx(r), n }
    { ret n }
    { shrx Rd(r), dword ptr [Rd(s) + 8*Rd(r)], Rd(s) }
    { valignd Rx(r), Rx(s), Rx(r), n }
    { valignd Ry(r) {k7}, Ry(r), ymmword ptr [Rd(s) + 2*Rd(r)], n }
    { vblendvpd Rx(r), Rx(s), Rx(r), Rx(s) }
    { vblendvps Rx(r), Rx(s), xmmword ptr [Rd(r) + 2*Rd(s) + n], Rx(r) }
    { vextracti64x2 xmmword ptr [n] {k7}, Ry(r), n }
    { vfmaddss Rx(r), Rx(s), Rx(r), dword ptr [Rd(s) + 2*Rd(r) + n] }
    { vgatherdpd Rx(r), [8*Rx(s) + n], Rx(r) }
    { vgatherdps Rx(r), [Rd(s) + 1*Rx(r)], Rx(s) }
    { vmaskmovpd xmmword ptr [Rd(r) + 4*Rd(s) + n], Rx(r), Rx(s) }
    { vpermil2pd Rx(r), Rx(s), xmmword ptr [Rd(r) + 8*Rd(s) + n], Rx(r), n }
    { vpermil2ps Rx(r), Rx(s), xmmword ptr [Rd(r) + 2*Rd(s)], Rx(r), n }
}
