#!/usr/bin/env python3
"""What a small JIT adds to a program at opt-level z: its sections minus those of the same program without an assembler."""

import re
import sys

from common import DYNASM_RS, Scratch, core, judge, limits, run, table

PROFILE = 'opt-level = "z"\nlto = "fat"\nstrip = true'
END = "std::io::Write::write_all(&mut std::io::stdout(), &code).unwrap();"
BODY = """push rbx ; mov rbx, rdi ; {again}: ; mov rax, [rbx + 8] ; add Rq(r), rax ; sub Rq(r), DWORD n ; cmp rax, Rq(r)
        ; jz =>(end) ; jnz {back} ; =>(end) ; pop rbx ; ret"""
START = "let n = std::env::args().count() as i32; let r = n as u8;"
OURS = BODY.format(again="->again", back="->again")
THEIRS = BODY.format(again="again", back="<again")
ALLOC = core("x64").replace("bareasm-core", "bareasm-alloc").replace("/core", "/alloc-buffers")

PROGRAMS = {
    "no assembler": ([], f"{START} let code = [n as u8, r]; {END}"),
    "ours, caller's buffer": (
        [core("x64")],
        f"""use bareasm_core::{{dynasm, x64, Labels}};
    {START} let mut code = [0; 256]; let mut labels = Labels::<4, 4>::new();
    let mut ops = x64::Assembler::new(&mut code, &mut labels); let end = ops.new_dynamic_label();
    dynasm!(ops ; .arch x64 ; {OURS});
    let length = ops.finish().unwrap(); let code = &code[..length]; {END.replace("&code", "code")}""",
    ),
    "ours, VecAssembler": (
        [core("x64"), ALLOC],
        f"""use bareasm_alloc::VecAssembler; use bareasm_core::{{dynasm, x64::X64}};
    {START} let mut ops = VecAssembler::<X64>::new(0); let end = ops.new_dynamic_label();
    dynasm!(ops ; .arch x64 ; {OURS});
    let code = ops.finalize().unwrap(); {END}""",
    ),
    "dynasm-rs, VecAssembler": (
        DYNASM_RS,
        f"""use dynasmrt::{{dynasm, DynasmApi, DynasmLabelApi, VecAssembler, x64::X64Relocation}};
    {START} let mut ops = VecAssembler::<X64Relocation>::new(0); let end = ops.new_dynamic_label();
    dynasm!(ops ; .arch x64 ; {THEIRS});
    let code = ops.finalize().unwrap(); {END}""",
    ),
}
DATA = re.compile(r"^\.(?:rodata|data\.rel\.ro|eh_frame|gcc_except_table)\s+(\d+)", re.M)
TEXT = re.compile(r"^\.text\s+(\d+)", re.M)


def main():
    sizes = {}
    with Scratch() as scratch:
        for n, (title, (dependencies, body)) in enumerate(PROGRAMS.items()):
            name = f"jit_{n}"
            crate = scratch.crate(name, dependencies, f"fn main() {{ {body} }}\n", "main", PROFILE)
            scratch.cargo(crate, "build", "--release", "-q")
            sections = run("size", "-A", scratch.target / "release" / name)
            sizes[title] = (int(TEXT.search(sections)[1]), sum(map(int, DATA.findall(sections))))
    base = sizes.pop("no assembler")
    added = {title: (text - base[0], data - base[1]) for title, (text, data) in sizes.items()}
    theirs = added["dynasm-rs, VecAssembler"][0]
    limit, rows, good = limits("text"), [], True
    for title, (text, data) in added.items():
        bound = limit.get(("jit", "x64", title))
        good &= bound is None or text / theirs <= bound
        rows.append((title, text, f"{text / theirs:.2f}", judge(text / theirs, bound), data))
    print("What a JIT of ten instructions adds to a program at opt-level z, bytes\n")
    table(["", ".text", "/ dynasm-rs", "limit", "constants, unwind tables"], rows)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
