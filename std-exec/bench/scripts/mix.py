"""Source text of functions of 100 instructions each: a mix of five, in invocations of a given length."""

# Spellings that both macros take. `a`, `b` are register numbers, `i` an immediate.
X64_STATIC = ["mov rax, [rdi + 8]", "add rax, rcx", "sub rdx, 0x1000", "movups xmm0, [rdi + 16]", "lea r8, [rax + rdx * 2 + 64]"]
X64_DYNAMIC = [
    "mov Rq(a), [Rq(b) + i]",
    "add Rq(a), Rq(b)",
    "sub Rq(b), DWORD i",
    "movups Rx(a), [Rq(b) + i]",
    "lea Rq(a), [Rq(b) + Rq(a) * 2 + i]",
]
A64_STATIC = ["ldr x0, [x1, #8]", "add x0, x0, x2", "sub x3, x0, #16", "fadd v0.s4, v1.s4, v2.s4", "and x1, x2, #0xff0"]
A64_DYNAMIC = [
    "ldr X(a), [XSP(b), i as u32]",
    "add X(a), X(b), X(a)",
    "sub XSP(a), XSP(b), i as u32",
    "fadd V(a).s4, V(b).s4, V(a).s4",
    "movz X(a), i as u32",
]
T32_STATIC = ["ldr r0, [r1, #8]", "adds r0, r0, r2", "subs r3, r0, #16", "and r1, r2, #0xff0", "movw r0, #4096"]
T32_DYNAMIC = ["ldr R(a), [R(b), i]", "add.w R(a), R(b), R(a)", "subw R(a), R(b), i", "and R(a), R(b), R(a)", "movw R(a), i"]

MIXES = {
    ("x64", "static"): X64_STATIC,
    ("x64", "dynamic"): X64_DYNAMIC,
    ("a64", "static"): A64_STATIC,
    ("a64", "dynamic"): A64_DYNAMIC,
    ("t32", "static"): T32_STATIC,
    ("t32", "dynamic"): T32_DYNAMIC,
}
ARCH = {"x64": "x64", "a64": "aarch64", "t32": "thumb"}
PER_FUNCTION = 100


def functions(count, arch, kind, length, head):
    """So many functions; `head` is what stands between `pub fn f1` and the body, with the parameters `ops`, `a`, `b`, `i`."""
    mix = MIXES[arch, kind]
    lines, n = [], 0
    for function in range(count):
        lines.append(f"pub fn f{function}{head} {{ let _ = (a, b, i);")
        for _ in range(PER_FUNCTION // length):
            statements = "".join(f" ; {mix[(n + k) % len(mix)]}" for k in range(length))
            lines.append(f"    dynasm!(ops ; .arch {ARCH[arch]}{statements});")
            n += length
        lines.append("}")
    return "\n".join(lines) + "\n"
