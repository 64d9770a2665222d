//! 64-bit x86: one text for each shape of fields, from the checked vectors, with run-time operands.

compare! { x64 x64 [r s n];
    { aadd dword ptr [Rq(r)], Rd(s) }
    { aadd dword ptr [Rq(r) + n], r8d }
    { aadd qword ptr [8*Rq(r) + n], Rq(s) }
    { aadd dword ptr [Rq(r) + 1*Rq(s) + n], r8d }
    { aand dword ptr fs:[rip + n], r8d }
    { adc r31w, word ptr [Rq(r) + n] }
    { adc Rw(r), n }
    { adc Rd(r), n }
    { adc Rq(r), n }
    { adc Rb(r), n }
    { adc word ptr gs:[Rq(r) + 8*Rq(s) + n], n }
    { adc r31d, dword ptr [4*Rq(r) + n] }
    { adc dword ptr [Rq(r) + n], n }
    { adc byte ptr [Rq(r) + 2*Rq(s) + n], n }
    { adc dword ptr [Rq(r) + 8*Rq(s)], n }
    { adc Rb(r), Rb(s), r15b }
    { adc r31w, word ptr [Rq(r) + 2*Rq(s) + n], Rw(r) }
    { adc Rq(r), Rq(s), Rq(r) }
    { adc Rq(r), Rq(s), qword ptr [Rq(r) + n] }
    { adc r31w, word ptr gs:[Rq(r) + 2*Rq(s) + n], n }
    { adc r31d, dword ptr [Rq(r) + 1*Rq(s) + n], n }
    { adc Rb(r), Rb(s), n }
    { adc r31d, dword ptr [4*Rq(r) + n], n }
    { adcx Rq(r), qword ptr [Rq(s) + n] }
    { add word ptr [r8d + 1*Rd(r)], r8w }
    { add word ptr [n], n }
    { {nf} add word ptr [r8d + 1*Rd(r) + n], n }
    { {nf} add byte ptr fs:[8*Rq(r) + n], n }
    { {nf} add Rq(r), qword ptr [Rq(s) + n], Rq(r) }
    { {nf} add r31d, dword ptr gs:[Rq(r) + n], n }
    { {nf} add r31w, word ptr [Rq(r) + n], n }
    { addsubpd Rx(r), xmmword ptr [Rq(s) + 8*Rq(r)] }
    { aesdecwide128kl fs:[4*Rq(r) + n] }
    { and byte ptr [r8d + 1*Rd(r) + n], r8b }
    { and dword ptr [4*Rq(r) + n], n }
    { {nf} and Rq(r), qword ptr [r8d + 1*Rd(s) + n] }
    { {nf} and qword ptr [8*Rq(r) + n], n }
    { {nf} and Rq(r), qword ptr [n], Rq(s) }
    { {nf} and r31w, word ptr [Rq(r)], n }
    { {nf} and r31d, dword ptr [rip + n], n }
    { andn Rd(r), Rd(s), r15d }
    { andn Rq(r), Rq(s), qword ptr [Rq(r) + n] }
    { aor dword ptr [rip + n], Rd(r) }
    { bextr Rq(r), Rq(s), Rq(r) }
    { bextr Rd(r), Rd(s), n }
    { bextr Rq(r), qword ptr [Rq(s) + n], n }
    { {nf} bextr Rq(r), qword ptr [Rq(s) + 2*Rq(r) + n], Rq(s) }
    { blcfill Rq(r), qword ptr [Rq(s) + 8*Rq(r) + n] }
    { blcic Rq(r), qword ptr [Rq(s) + n] }
    { blendpd Rx(r), xmmword ptr [Rq(s) + n], n }
    { blendvpd xmm1, gs:[r8d + 1*eax + n], xmm0 }
    { bts dword ptr [Rq(r) + 8*Rq(s)], n }
    { bzhi Rq(r), qword ptr [Rq(s) + 4*Rq(r) + n], Rq(s) }
    { call n }
    { ccmpa {dfv=} Rq(r), Rq(s) }
    { ccmpa {dfv=of,sf,zf,cf} Rq(r), qword ptr [Rq(s) + n] }
    { ccmpa {dfv=} Rd(r), n }
    { ccmpa {dfv=} Rb(r), n }
    { ccmpae {dfv=of,sf,zf,cf} dword ptr [Rq(r) + 2*Rq(s)], Rd(r) }
    { ccmpae {dfv=of,sf,zf,cf} Rq(r), qword ptr [Rq(s) + 4*Rq(r) + n] }
    { ccmpbe {dfv=of,sf,zf,cf} word ptr [Rq(r) + 8*Rq(s)], n }
    { ccmpe {dfv=of,sf,zf,cf} byte ptr [r8d + 1*Rd(r) + n], n }
    { ccmpge {dfv=of,sf,zf,cf} qword ptr [r8d + 1*Rd(r) + n], n }
    { ccmpne {dfv=of,sf,zf,cf} dword ptr gs:[r8d + 1*Rd(r) + n], n }
    { cmpaexadd dword ptr [Rq(r) + 2*Rq(s) + n], r8d, Rd(r) }
    { cmpaexadd qword ptr fs:[Rq(r) + n], Rq(s), Rq(r) }
    { cmpaxadd qword ptr [rip + n], Rq(r), Rq(s) }
    { cmpexadd dword ptr [rip + n], r8d, Rd(r) }
    { enter n, n }
    { extrq Rx(r), n, n }
    { imul Rw(r), Rw(s), n }
    { imul Rw(r), n }
    { imul Rd(r), n }
    { {nf} imul Rq(r), qword ptr [Rq(s)], n }
    { imulzu Rd(r), Rd(s), n }
    { imulzu Rq(r), qword ptr [r8d + 1*Rd(s) + n], n }
    { in al, n }
    { jecxz n }
    { lwpins Rd(r), Rd(s), n }
    { movabs Rq(r), n }
    { mulx Rq(r), Rq(s), qword ptr [rip + n] }
    { {nf} neg Rq(r), qword ptr fs:[4*Rq(s) + n] }
    { {nf} or qword ptr gs:[Rq(r) + 2*Rq(s) + n], n }
    { pblendw Rx(r), [r8d + 1*Rd(s) + n], n }
    { pextrq qword ptr [rip + n], Rx(r), n }
    { push n }
    { rcl Rq(r), qword ptr gs:[Rq(s) + n], n }
    { rcr Rq(r), qword ptr [r8d + 1*Rd(s) + n], n }
    { {nf} ror Rq(r), qword ptr [rip + n], n }
    { sbb qword ptr [r8d + 1*Rd(r) + n], n }
    { sbb Rq(r), qword ptr gs:[Rq(s) + 2*Rq(r) + n], n }
    { {nf} shld qword ptr [Rq(r)], Rq(s), n }
    { shld Rq(r), Rq(s), Rq(r), n }
    { shlx r31d, dword ptr [Rq(r) + 8*Rq(s)], Rd(r) }
    { {nf} shrd r31d, dword ptr [rip + n], Rd(r), n }
    { shrx Rq(r), qword ptr [Rq(s) + n], Rq(r) }
    { tcvtrowd2ps Rz(r), tmm6, Rd(s) }
    { vaddbf16 Rx(r), Rx(s), Rx(r) }
    { vaddbf16 Ry(r) {k7}, Ry(r), ymmword ptr [n] }
    { vaddps Rx(r) {k7}, Rx(r), xmmword ptr [Rq(s) + n] }
    { vaesdec Ry(r), Ry(s), ymmword ptr [8*Rq(r) + n] }
    { valignd Rx(r), Rx(s), Rx(r), n }
    { valignd Ry(r) {k7}, Ry(r), ymmword ptr [Rq(s) + 2*Rq(r) + n], n }
    { valignq Rz(r) {k7}, Rz(r), zmmword ptr [Rq(s) + n], n }
    { vandnps Rz(r) {k7}, Rz(r), zmmword ptr gs:[Rq(s)] }
    { vblendpd Rx(r), Rx(s), Rx(r), n }
    { vblendps Rx(r), Rx(s), xmmword ptr [Rq(r) + 8*Rq(s) + n], n }
    { vblendvpd Rx(r), Rx(s), xmmword ptr [Rq(r) + n], Rx(s) }
    { vbroadcastf32x2 Ry(r) {k7}, qword ptr [Rq(r)] }
    { vbroadcastf32x4 Rz(r), xmmword ptr [Rq(s) + n] }
    { vcmpbf16 k7 {k7}, Rx(r), xmmword ptr [Rq(s) + 2*Rq(r) + n], n }
    { vcmppd k7 {k7}, Rz(r), zmmword ptr [r8d + 1*Rd(s)], n }
    { vcmpps Rx(r), Rx(s), xmmword ptr [Rq(r) + n], n }
    { vcmpsd Rx(r), Rx(s), qword ptr [r8d + 1*Rd(r) + n], n }
    { vcompresspd zmmword ptr [4*Rq(r) + n] {k7}, Rz(r) }
    { vcomxsh Rx(r), word ptr [Rq(s) + 2*Rq(r)] }
    { vcvtph2psx Rz(r) {k7}, ymmword ptr [r8d + 1*Rd(r)] }
    { vcvtps2ph ymmword ptr [r8d + 1*Rd(r)] {k7}, Rz(r), n }
    { vcvtsd2usi Rd(r), Rx(s) }
    { vdppd Rx(r), Rx(s), xmmword ptr [rip + n], n }
    { vextractf64x2 xmmword ptr [Rq(r)] {k7}, Ry(r), n }
    { vfcmaddcph Rx(r) {k7}, Rx(r), xmmword ptr [r8d + 1*Rd(s)] }
    { vfmaddpd Rx(r), Rx(s), Rx(r), Rx(s) }
    { vfmaddpd Ry(r), Ry(s), ymmword ptr [n], Ry(r) }
    { vfmaddps Ry(r), Ry(s), Ry(r), ymmword ptr [4*Rq(s) + n] }
    { vfmaddsubps Rx(r), Rx(s), Rx(r), xmmword ptr [r8d + 1*Rd(s)] }
    { vfmsubpd Rx(r), Rx(s), Rx(r), xmmword ptr [n] }
    { vfmsubss Rx(r), Rx(s), dword ptr [r8d + 1*Rd(r) + n], Rx(s) }
    { vgatherdpd Rx(r), [Rq(s) + 8*Rx(r) + n], Rx(s) }
    { vgatherdpd Rx(r) {k1}, [Rq(r) + 8*Rx(s) + n] }
    { vgatherdps Rz(r) {k7}, [Rq(r) + 1*Rz(s)] }
    { vgetmantpd Rx(r) {k7}, xmmword ptr [Rq(r) + n], n }
    { vgetmantsh Rx(r) {k7}, Rx(r), word ptr [rip + n], n }
    { vgf2p8affineqb Ry(r), Ry(s), ymmword ptr [r8d + 1*Rd(r)], n }
    { vmaskmovpd xmmword ptr [rip + n], Rx(r), Rx(s) }
    { vmovapd zmmword ptr [Rq(r) + 8*Rq(s)] {k7}, Rz(r) }
    { vp2intersectd k6, Rx(r), xmmword ptr [r8d + 1*Rd(s)] }
    { vp2intersectd k6, Rz(r), zmmword ptr [Rq(s) + 2*Rq(r) + n] }
    { vpcmpb k7 {k7}, Rz(r), zmmword ptr [r8d + 1*Rd(s) + n], n }
    { vpcmpeqb k7 {k7}, Rx(r), xmmword ptr [rip + n] }
    { vpcmpeqq k7 {k7}, Rx(r), xmmword ptr [Rq(s)] }
    { vpermil2pd Rx(r), Rx(s), Rx(r), Rx(s), n }
    { vpermil2pd Ry(r), Ry(s), ymmword ptr [Rq(r) + 2*Rq(s) + n], Ry(r), n }
    { vpermil2pd Ry(r), Ry(s), Ry(r), ymmword ptr fs:[8*Rq(s) + n], n }
    { vpermpd Ry(r) {k7}, ymmword ptr fs:[4*Rq(r) + n], n }
    { vpmaskmovd ymmword ptr [Rq(r) + 2*Rq(s)], Ry(r), Ry(s) }
    { vpscatterdd [Rq(r) + 8*Rx(s) + n] {k1}, Rx(r) }
    { vpscatterqd [r8d + 1*Rz(r) + n] {k7}, Ry(r) }
    { vpslld Rx(r), Rx(s), n }
    { vreduceph Ry(r) {k7}, ymmword ptr [r8d + 1*Rd(r)], n }
}
