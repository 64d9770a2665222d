#!/usr/bin/env python3
"""Lines of other assemblers' tests: what `bareasm asm` makes of those on which llvm-mc 22 and GNU as agree, and of wrong ones.

    x86_lines.py --program BAREASM DIRECTORY [--seed N]

DIRECTORY is gas/testsuite/gas/i386 of binutils (2.40 was used): its expected disassemblies in Intel syntax say text and bytes. Two
assemblers agree if llvm-mc makes these bytes of the text, and GNU as takes it. Wrong lines are such lines with an operand replaced, left
out, put in or of another width, that both refuse. Fails below 99.5 % (x64) and 99 % (x86) of the lines, 97 % of the wrong
ones, or when a line gets other bytes.
"""
import argparse
import collections
import pathlib
import random
import re
import subprocess
import sys
import tempfile

LINE = re.compile(r'^\s*(?:\[ \t?[^\]]*\]\*)?(?:\[a-f0-9\]\+|[0-9a-f]+):\s+((?:[0-9a-f]{2} )*[0-9a-f]{2})\s+(\S.*?)\s*$')
# Patterns that are more than a text, symbols, comments, and branches, which are written with addresses.
NO_TEXT = re.compile(r'\.\*|\[0-9|\[a-f|\(\?|\\s|bad\b|[#<|]|^(j\w+|call|loop\w*|xbegin) +(0x)?[0-9a-f]+$')
WRONG = ('al ax eax rax r9 xmm1 ymm2 zmm3 k1 mm1 st(1) cr0 ds 0x123456789 [rax] [eax] 5 zmm1{k1} tmm1 {sae}'.split() + ['qword ptr [ecx]'])
WIDTHS = ['byte', 'word', 'dword', 'qword', 'xmmword', 'zmmword']
LLVM = {'x64': 'x86_64', 'x86': 'i386'}
GNU = {'x64': '--64', 'x86': '--32'}
LEAST = {'x64': 99.5, 'x86': 99.0}


def corpus(directory):
    """For each mode the texts, with the bytes that are expected somewhere."""
    found = {mode: collections.defaultdict(set) for mode in LLVM}
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


def llvm(lines, mode):
    """For each line the bytes, or None if there are none, or none that are known before linking; and whether it is refused."""
    source = '.intel_syntax noprefix\n' + ''.join(f'L{n}:\n{line}\n' for n, line in enumerate(lines))
    command = ['llvm-mc-22', f'-triple={LLVM[mode]}', '-show-encoding', '-x86-asm-syntax=intel', '--output-asm-variant=1']
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
        source.write('.intel_syntax noprefix\n' + ''.join(line + '\n' for line in lines))
        source.flush()
        command = ['as', GNU[mode], '-mnaked-reg', '-msyntax=intel', '-o', '/dev/null', source.name]
        errors = subprocess.run(command, capture_output=True, text=True).stderr
    return {int(number) - 2 for number in re.findall(r'\.s:(\d+): Error', errors)}


def wrong(lines, count, seed):
    """Lines with a mistake, most of them."""
    rng, out = random.Random(seed), set()
    lines = [line.split(None, 1) for line in lines if len(line.split()) > 1]
    while len(out) < count:
        mnemonic, operands = rng.choice(lines)
        operands = re.split(r',(?![^\[]*\])', operands)
        at = rng.randrange(len(operands))
        match rng.randrange(4):
            case 0:
                operands[at] = rng.choice(WRONG)
            case 1:
                operands.pop(at)
            case 2:
                operands.insert(at, rng.choice(WRONG))
            case _:
                operands[at] = re.sub(rf'(?i)\b({"|".join(WIDTHS)})\b', lambda _: rng.choice(WIDTHS), operands[at])
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
        mistakes = wrong(lines, 9000, options.seed)
        no_gnu = refused_by_gnu(mistakes, mode)
        both = [line for n, (line, refused) in enumerate(zip(mistakes, llvm(mistakes, mode)[1])) if refused and n in no_gnu]
        accepted = [line for line, answer in zip(both, ours(both), strict=True) if not answer.startswith('error')]
        refused = 100 * (1 - len(accepted) / len(both))
        print(f'{mode}: {len(both)} wrong lines, {refused:.2f} % refused', *accepted, sep='\n    ')
        good &= same >= LEAST[mode] and not other_bytes and refused >= 97
    return 0 if good else 1


if __name__ == '__main__':
    sys.exit(main())
