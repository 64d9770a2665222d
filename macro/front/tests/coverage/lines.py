#!/usr/bin/env python3
"""Lines of other assemblers' tests: what `bareasm asm` makes of those on which llvm-mc 22 and GNU as agree, and of wrong ones.

    lines.py --program BAREASM DIRECTORY [--seed N]

DIRECTORY is gas/testsuite/gas/i386 or gas/testsuite/gas/aarch64 of binutils (2.40 was used): its expected disassemblies, for x86 those in
Intel syntax, say text and bytes. Two assemblers agree if llvm-mc makes these bytes of the text, and GNU as takes it. Wrong lines are such
lines with an operand replaced, left out, put in or of another width, that both refuse. Fails below 99.5 % (x86: 99 %) of the lines,
97 % of the wrong ones (A64: 98 %), or when a line gets other bytes.
"""
import argparse
import collections
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import typing

A64_LINE = re.compile(r'^\s*(?:\[0-9a-f\]\+|[0-9a-f]+):\s+([0-9a-f]{8})\s+(\S.*?)\s*$')
LINE = re.compile(r'^\s*(?:\[ \t?[^\]]*\]\*)?(?:\[a-f0-9\]\+|[0-9a-f]+):\s+((?:[0-9a-f]{2} )*[0-9a-f]{2})\s+(\S.*?)\s*$')
# Patterns that are more than a text, symbols, comments, and branches, which are written with addresses.
NO_TEXT = re.compile(r'\.\*|\[0-9|\[a-f|\(\?|\\s|bad\b|[#<|]|^(j\w+|call|loop\w*|xbegin) +(0x)?[0-9a-f]+$')
X86_WRONG = ('al ax eax rax r9 xmm1 ymm2 zmm3 k1 mm1 st(1) cr0 ds 0x123456789 [rax] [eax] 5 zmm1{k1} tmm1 {sae}'.split() + ['qword ptr [ecx]'])
A64_WRONG = ('w3 x31 sp wsp xzr b2 h33 s4 d5 q6 v7.4s v7.3s v8.d[2] z9.s z10.q p3 p17 p4/m p5/z pn9 za1.s za0h.b[w12, 3] {v1.8b, v3.8b} [x1] [w2] '
             '[x1, #3] [sp], #8 [x3, w4] #70000 #-1 #1.1 lsl #65 uxtw #9 eq c16 s9_0_c1_c0_0').replace(', ', ',~').replace('], #8', '],~#8').split()
X86_WIDTHS = ['byte', 'word', 'dword', 'qword', 'xmmword', 'zmmword']
A64_WIDTHS = ['b', 'h', 's', 'd', 'q', '8b', '16b', '4h', '8h', '2s', '4s', '2d']
GNU_A64 = 'armv8.8-a+sve2+sve2-aes+sve2-sm4+sve2-sha3+sve2-bitperm+sme+sme-f64+sme-i64+memtag+ls64+tme+flagm+pauth+crypto+sm4+f64mm+f32mm+rng+sb+predres'


class Mode(typing.NamedTuple):
    """How the assemblers are called, what mistakes are made of, and the least that is good enough, in percent."""
    llvm: list
    gnu: list
    head: str
    wrong: list
    width: str
    least: tuple


LLVM_INTEL = ['-x86-asm-syntax=intel', '--output-asm-variant=1']
GNU_INTEL = ['-mnaked-reg', '-msyntax=intel']
INTEL = '.intel_syntax noprefix\n'
X86_WIDTH = (rf'(?i)\b({"|".join(X86_WIDTHS)})\b', X86_WIDTHS)
A64_WIDTH = (rf'(?<=\.)({"|".join(A64_WIDTHS)})\b', A64_WIDTHS)
MODES = {
    'x64': Mode(['-triple=x86_64', *LLVM_INTEL], ['as', '--64', *GNU_INTEL], INTEL, X86_WRONG, X86_WIDTH, (99.5, 97)),
    'x86': Mode(['-triple=i386', *LLVM_INTEL], ['as', '--32', *GNU_INTEL], INTEL, X86_WRONG, X86_WIDTH, (99.0, 97)),
    'aarch64': Mode(['-triple=aarch64', '-mattr=+all'], ['aarch64-linux-gnu-as', f'-march={GNU_A64}'], '\n', A64_WRONG, A64_WIDTH, (99.5, 98)),
}


def corpus(directory):
    """For each mode the texts, with the bytes that are expected somewhere."""
    if directory.name == 'aarch64':
        return {'aarch64': a64_corpus(directory)}
    found = {'x64': collections.defaultdict(set), 'x86': collections.defaultdict(set)}
    for file in sorted(directory.glob('*.d')):
        text = file.read_text(errors='replace')
        if not re.search(r'^#objdump:.*intel', text, re.M | re.I) or re.search('addr16|data16|i8086|ilp32', text[:200] + file.name):
            continue
        mode = 'x64' if file.name.startswith(('x86-64', 'x86_64')) or 'elf64' in text[:300] else 'x86'
        for match in filter(None, map(LINE.match, text.splitlines())):
            line = re.sub(r'\\(.)', r'\1', match[2])
            if not NO_TEXT.search(match[2]) and not re.search(r'[\\?]', line):
                found[mode][line].add(match[1].replace(' ', ''))
    return found


def a64_corpus(directory):
    found = collections.defaultdict(set)
    for file in sorted(directory.glob('*.d')):
        for match in filter(None, map(A64_LINE.match, file.read_text(errors='replace').splitlines())):
            line = re.sub(r'\\(.)', r'\1', match[2].partition('//')[0]).replace('\t', ' ').strip()
            # Patterns that are more than a text, places, and data.
            if not re.search(r'\.\*|\[0-9|\[\^|\(\?|\\s|<|; |^\.|undefined|^(b|bl|cbz|cbnz|tbz|tbnz|adr|adrp|b\.\w+) .*0x[0-9a-f]+$', match[2] + line):
                found[line].add(bytes.fromhex(match[1])[::-1].hex())
    return found


def llvm(lines, mode):
    """For each line the bytes, or None if there are none, or none that are known before linking; and whether it is refused."""
    source = MODES[mode].head + ''.join(f'L{n}:\n{line}\n' for n, line in enumerate(lines))
    command = ['llvm-mc-22', '-show-encoding', *MODES[mode].llvm]
    code = [[] for _ in lines]
    for line in subprocess.run(command, input=source, capture_output=True, text=True).stdout.splitlines():
        if label := re.match(r'L(\d+):', line):
            current = code[int(label[1])]
        elif encoding := re.search(r'encoding: \[([^\]]*)\]', line):
            current.append(encoding[1].split(','))
    known = lambda parts: len(parts) == 1 and all(byte.startswith('0x') for byte in parts[0])
    return [''.join(byte[2:] for byte in parts[0]) if known(parts) else None for parts in code], [not parts for parts in code]


def refused_by_gnu(lines, mode):
    """The numbers of the lines that GNU as refuses."""
    with tempfile.NamedTemporaryFile('w', suffix='.s') as source:
        source.write(MODES[mode].head + ''.join(line + '\n' for line in lines))
        source.flush()
        command = [*MODES[mode].gnu, '-o', '/dev/null', source.name]
        errors = subprocess.run(command, capture_output=True, text=True).stderr
    return {int(number) - 2 for number in re.findall(r'\.s:(\d+): Error', errors)}


def wrong(lines, mode, count, seed):
    """Lines with a mistake, most of them."""
    rng, out = random.Random(seed), set()
    pool, (width, widths) = [word.replace('~', ' ') for word in MODES[mode].wrong], MODES[mode].width
    lines = [line.split(None, 1) for line in lines if len(line.split()) > 1]
    while len(out) < count:
        mnemonic, operands = rng.choice(lines)
        operands = re.split(r',(?![^\[{]*[\]}])', operands)
        at = rng.randrange(len(operands))
        match rng.randrange(4):
            case 0:
                operands[at] = rng.choice(pool)
            case 1:
                operands.pop(at)
            case 2:
                operands.insert(at, rng.choice(pool))
            case _:
                operands[at] = re.sub(width, lambda _: rng.choice(widths), operands[at])
        out.add(f'{mnemonic} {",".join(operands)}')
    return sorted(out)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--program', required=True)
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('directory', type=pathlib.Path)
    options = parser.parse_args()
    good = True
    for mode, expected in corpus(options.directory).items():
        ours = lambda lines: subprocess.run([options.program, 'asm', '--arch', mode], input=''.join(line + '\n' for line in lines),
                                            capture_output=True, text=True).stdout.splitlines()
        lines = sorted(expected)
        no_gnu = refused_by_gnu(lines, mode)
        agreed = [(line, code) for n, (line, code) in enumerate(zip(lines, llvm(lines, mode)[0])) if code in expected[line] and n not in no_gnu]
        answers = [(line, code, answer) for (line, code), answer in zip(agreed, ours([line for line, _ in agreed]), strict=True)]
        others = [row for row in answers if row[2] != row[1]]
        other_bytes = [row for row in others if not row[2].startswith('error')]
        same = 100 * (1 - len(others) / len(answers))
        print(f'{mode}: {len(answers)} lines, {same:.3f} % the same bytes, {len(other_bytes)} other bytes')
        for line, _, answer in others:
            print(f'    {line}: {answer}')
        mistakes = wrong(lines, mode, 9000, options.seed)
        no_gnu = refused_by_gnu(mistakes, mode)
        both = [line for n, (line, refused) in enumerate(zip(mistakes, llvm(mistakes, mode)[1])) if refused and n in no_gnu]
        accepted = [line for line, answer in zip(both, ours(both), strict=True) if not answer.startswith('error')]
        refused = 100 * (1 - len(accepted) / len(both))
        print(f'{mode}: {len(both)} wrong lines, {refused:.2f} % refused', *accepted, sep='\n    ')
        least, least_refused = MODES[mode].least
        good &= same >= least and not other_bytes and refused >= least_refused
    return 0 if good else 1


if __name__ == '__main__':
    sys.exit(main())
