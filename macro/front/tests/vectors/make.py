#!/usr/bin/env python3
"""Makes the checked vectors: texts of every form (example `vectors` of bareasm-isa) and their bytes by other assemblers.

    make.py [--generator PROGRAM] [aarch64] [thumb] [x64] [x86]

Needs llvm-mc-22, and GNU as (2.40) for AArch64, ARM and x86. Writes, next to itself,
  ARCH.tsv.gz        text, bytes in hexadecimal; `it` lines stand in front of the instruction that they are for;
                     a third column `gnu` where only GNU as knows the instruction, `disputed` is not written at all;
  ARCH.refused.txt   texts that are not in there: by class of reason, and forms that are in no vector at all.
"""
import argparse, collections, gzip, io, os, re, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.normpath(os.path.join(HERE, '../../../..'))

T32_A = '+neon,+fp-armv8,+crypto,+crc,+dsp,+mp,+virtualization,+trustzone,+sb,+ras,+hwdiv'
T32_M = '+mve.fp,+fp-armv8d16,+fp64,+dsp,+lob,+pacbti,+8msecext,+fullfp16'
X86 = '-x86-asm-syntax=intel'
# Each architecture: ways of calling llvm-mc, in order of preference.
LLVM = {
    'aarch64': [['-triple=aarch64', '-mattr=+all,+apple-a7-sysreg']],
    'thumb': [['-triple=thumbv8.1m.main', '-mattr=' + T32_M], ['-triple=thumbv8.6a', '-mattr=' + T32_A], ['-triple=thumbv7a', '-mattr=' + T32_A]],
    'x64': [['-triple=x86_64', X86, '-mattr=+egpr,+push2pop2,+ppx,+ndd,+ccmp,+nf,+cf,+zu']],
    'x86': [['-triple=i386', X86]],
}
A64_GNU = 'armv8.8-a+crypto+sve2+sme+memtag+rng+ssbs+sb+predres+tme+i8mm+f32mm+f64mm+bf16+flagm+pauth+ls64+mops+hbc+cssc+profile+fp16fml+fp16'
GNU = {
    'aarch64': [['aarch64-linux-gnu-as', '-march=' + A64_GNU]],
    'thumb': [['arm-linux-gnueabihf-as', '-mthumb', '-march=armv8.1-m.main+mve.fp+fp.dp+dsp'], ['arm-linux-gnueabihf-as', '-mthumb', '-march=armv8.6-a+crypto+simd+sb']],
    'x64': [['as', '--64']],
    'x86': [['as', '--32']],
}
GNU_HEAD = {'aarch64': '', 'thumb': '.syntax unified\n', 'x64': '.intel_syntax noprefix\n', 'x86': '.intel_syntax noprefix\n'}


def run(command, text, suffix='.s'):
    return subprocess.run(command, input=text, capture_output=True, text=True)


def llvm_once(command, units):
    """Bytes or message of each unit, a list of lines each."""
    text, owner = [], {}
    for n, unit in enumerate(units):
        for line in [f'LX{n}:'] + unit:
            text.append(line)
            owner[len(text)] = n
    done = run(['llvm-mc-22', '--show-encoding'] + command, '\n'.join(text) + '\n')
    if done.returncode < 0:
        # It crashes on some texts: halves are asked until the text stands alone.
        half = len(units) // 2
        return [('error', 'llvm-mc crashes')] if half == 0 else llvm_once(command, units[:half]) + llvm_once(command, units[half:])
    found = [None] * len(units)
    for match in re.finditer(r'<stdin>:(\d+):\d+: error: (.*)', done.stderr):
        n = owner[int(match[1])]
        found[n] = found[n] or ('error', match[2])
    now = None
    code = collections.defaultdict(list)
    for line in done.stdout.split('\n'):
        label = re.match(r'LX(\d+):', line)
        if label:
            now = int(label[1])
            continue
        encoding = re.search(r'encoding: \[(.*?)\]', line)
        if encoding:
            code[now] += encoding[1].split(',')
    for n, parts in code.items():
        if found[n] is None:
            found[n] = ('bytes', ''.join(part[2:] if re.fullmatch(r'0x[0-9a-f]{2}', part) else '..' for part in parts))
    return [one or ('error', 'no output') for one in found]


def llvm(command, units):
    """As `llvm_once`; a refused instruction in an IT block leaves the block open, so that the next ones are asked again."""
    plain = [n for n, unit in enumerate(units) if len(unit) == 1]
    block = [n for n, unit in enumerate(units) if len(unit) > 1]
    found = [None] * len(units)
    for n, one in zip(plain, llvm_once(command, [units[n] for n in plain])):
        found[n] = one
    while block:
        again, before = [], True
        for n, one in zip(block, llvm_once(command, [units[n] for n in block])):
            if one[0] == 'error' and not before:
                again.append(n)
                continue
            found[n] = one
            before = one[0] == 'bytes'
        # Everything behind a refused one is asked again without it.
        block = again
    return found


def gnu_once(command, head, units):
    with tempfile.TemporaryDirectory() as directory:
        source, listing = os.path.join(directory, 'a.s'), os.path.join(directory, 'a.lst')
        lines, owner = head.split('\n')[:-1], {}
        for n, unit in units:
            for line in unit:
                lines.append(line)
                owner[len(lines)] = n
        with open(source, 'w') as file:
            file.write('\n'.join(lines) + '\n')
        done = subprocess.run(command + ['-aln=' + listing, '--listing-lhs-width=8', '-o', os.devnull, source], capture_output=True, text=True)
        bad = {owner.get(int(match[1])) for match in re.finditer(r'a\.s:(\d+): Error', done.stderr)}
        code = collections.defaultdict(str)
        for line in open(listing, errors='replace') if os.path.exists(listing) else []:
            match = re.match(r'\s*(\d+) [0-9a-f?]{4,} ([0-9A-F ]+)', line)
            if match:
                code[owner.get(int(match[1]))] += match[2].replace(' ', '').lower()
        return bad, code


def gnu(command, head, units):
    """Bytes of each unit, or None."""
    bad, _ = gnu_once(command, head, list(enumerate(units)))
    more, code = gnu_once(command, head, [(n, unit) for n, unit in enumerate(units) if n not in bad])
    return [None if n in bad | more else code.get(n) for n in range(len(units))]


def generate(generator, arch):
    lines = run(generator + [arch], '').stdout.split('\n')[:-1]
    return [line.split('\t') for line in lines]
