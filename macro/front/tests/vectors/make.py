#!/usr/bin/env python3
"""Makes the checked vectors: texts of every form (example `vectors` of bareasm-isa) and their bytes by other assemblers.

    make.py [--generator PROGRAM] [--assembler PROGRAM] [--facts DIRECTORY] [aarch64] [thumb] [x64] [x86]

Needs llvm-mc-22, and GNU as (2.40) for AArch64, ARM and x86. Writes, next to itself,
  ARCH.tsv.gz        lines `# TAB row`, and behind each the row's vectors `text TAB bytes in hexadecimal TAB oracle`, and
                     `TAB what the oracle was asked` where that is another spelling of the text (REWRITES);
                     an `it` line stands in front of the instructions that it is for;
  ARCH.refused.txt   how many texts are not in there, by reason, with two examples of each;
  aarch64.unallocated.gz   vectors with one bit changed that llvm-mc does not disassemble, nor we: a line of bytes each.

The oracle of a vector is
  `llvm+gnu`         llvm-mc and GNU as, which agree;
  `llvm`, `gnu`      one of them, where the other does not know the instruction, or RULES says that it does not count;
  `llvm decode`      x86 whose bytes no text leads to, because a shorter or an older encoding is preferred: llvm-mc disassembles
                     them to the text;
  `decode`           the same, where iced-x86 does, as below;
  `iced`             x86 that neither assembles: the bytes are those of `bareasm asm`, and the test `tests/iced` requires that
                     iced-x86 disassembles them to the instruction of the text;
  `xed`              x86 of the features XED_ONLY, which none of these knows: the bytes are those of `bareasm asm`, and agree with
                     an encoding of the mnemonic in the facts of Intel XED (DIRECTORY/xed_forms.json: a list with `iclass` and
                     `pattern`). Without DIRECTORY, those of the last time count;
  `aarchmrs`         A64 of an encoding that llvm-mc does not know: the bytes are those of `bareasm asm`, and AARCHMRS
                     (DIRECTORY/aarchmrs_a64.json, see `core/isa/tests/aarchmrs.py`) reads them as the text. Without DIRECTORY, as `xed`.
Where llvm-mc and GNU as both count they must agree, or the text is left out. A row without any vector is an error.
"""
import argparse
import collections
import gzip
import json
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.normpath(os.path.join(HERE, '../../../..'))
sys.path.insert(0, os.path.join(ROOT, 'core/isa/tests'))

from aarchmrs import Encodings

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
A64_GNU = 'armv8.8-a+crypto+sve2+sve2-aes+sve2-bitperm+sve2-sha3+sve2-sm4+sme+sme-f64+sme-i64+memtag+rng+ssbs+sb+predres+tme+i8mm+f32mm+f64mm+bf16+flagm+pauth+ls64+mops+hbc+cssc+profile+fp16fml+fp16'
GNU = {
    'aarch64': [['aarch64-linux-gnu-as', '-march=' + A64_GNU]],
    'thumb': [['arm-linux-gnueabihf-as', '-mthumb', '-march=armv8.1-m.main+mve.fp+fp.dp+dsp'], ['arm-linux-gnueabihf-as', '-mthumb', '-march=armv8.6-a+crypto+simd+sb']],
    'x64': [['as', '--64']],
    'x86': [['as', '--32']],
}
GNU_HEAD = {'aarch64': '', 'thumb': '.syntax unified\n', 'x64': '.intel_syntax noprefix\n', 'x86': '.intel_syntax noprefix\n'}


# Features of x86 that are in Intel XED only.
XED_ONLY = ['ace_1', 'avx10_v2_aux', 'ibhf', 'udb']

# Architectures for which iced-x86 has the last word.
ICED = ['x64', 'x86']

# Named differences: architectures, what the text looks like, the assembler that does not count there (`differ`: llvm-mc counts
# if they differ; `iced`: iced-x86,
# and the row follows the text behind a tab), and why.
RULES = [
    (['aarch64'], r'^uxtw ', 'gnu', 'GNU as makes `mov` of uxtw, not the alias of UBFM'),
    (['thumb'], r'#-0\b', 'gnu', 'GNU as reads #-0 as 0'),
    (['thumb'], r'^(b[a-z]{0,2}|bl[a-z]{0,2}|adr[a-z]{0,2})(\.w)? .*#', 'gnu', 'GNU as takes the number for an address, not for a distance'),
    (['thumb'], r'^(adds|subs) (r\d), \2, #[0-7]$', 'gnu', 'three operands are the encoding with three, as for llvm-mc; GNU as takes the one with two'),
    (['thumb'], r'^(add|sub)[a-z]* .*#-1$', 'both', 'a negative number is the opposite instruction where that is 16 bits long; the others take the 32-bit form for -1'),
    (['thumb'], r'^(add|sub)[a-z]* .*#-', 'gnu', 'a negative number is the opposite instruction where that is 16 bits long; GNU as takes the 32-bit form'),
    (['thumb'], r'^ldr r\d, \[pc\]$', 'llvm', 'llvm-mc takes the 32-bit literal load although the distance 0 fits the 16-bit one'),
    (['thumb'], r'^(ldm|stm|push|pop)[a-z]*(\.w)? .*\{\w+\}$', 'gnu', 'GNU as makes a single load or store of a list of one register'),
    (['x64'], r'\br(1[6-9]|2\d|3[01])[bwd]?\b', 'gnu', 'GNU as 2.40 reads r16 to r31 as symbols'),
    (['x64', 'x86'], r'^(xacquire|xrelease|rep|repne)\b', 'gnu', 'GNU as puts prefixes that are written behind 66 and 67; dynasm-rs agrees with llvm-mc'),
    (['x64', 'x86'], r'^mov (([a-ds][xip]|r\d+w), [c-gs]s|[c-gs]s, ([a-ds][xip]|r\d+w))$', 'llvm', 'llvm-mc exchanges 66 between the directions of mov with a segment register'),
    (['x64', 'x86'], r'^(push|pop) [c-gs]s$', 'llvm', 'llvm-mc takes the push and pop of a segment register for the 16-bit one'),
    (['x64', 'x86'], r'^(iret|pushf|popf)$', 'llvm', 'llvm-mc takes the 16-bit form in Intel syntax'),
    (['x64', 'x86'], r'^l(jmp|call) \[', 'both', 'without a width the others take different far pointers'),
    (['x64'], r'^\{evex\} set\w+ .*\[', 'llvm', 'llvm-mc multiplies the 8-bit displacement by 16; it is never scaled in instructions that APX promotes'),
    (['x64'], r'^xchg rax, rax$', 'both', '48 90 is the exchange that was asked for; the others answer 90'),
    (['x64', 'x86'], r'^(vp?[a-z_]+ |xchg )', 'differ', 'llvm-mc exchanges the sources of more commutative instructions for a shorter prefix, and puts the second register of xchg elsewhere'),
    (['x64'], r'^(mov|sldt|str|lsl|lar|smsw|v?movd|v?pextrw|v?movmskp[sd]|v?pmovmskb) ', 'differ', 'GNU as leaves out a REX.W that changes nothing'),
    (['x86'], r'^notrack \w+ [a-ds][xip]$', 'differ', 'GNU as puts 66 behind the 3e of notrack'),
    (['x64'], r'\br(1[6-9]|2\d|3[01])[bwd]?\b.*\t', 'iced', 'neither llvm-mc nor GNU as counts, and iced-x86 1.22 does not know APX'),
    (['x64'], r'^\{evex\} set\w+ .*\[.*\t', 'iced', 'iced-x86 1.22 does not know APX'),
    (['x64', 'x86'], r'^vmov[dw] xmm\d+, xmm\d+\t.*\| MR \|', 'iced', 'llvm-mc disassembles it with its registers exchanged; XED has them as the row'),
    (['x64'], r'^bnd.*\[rip\b.*\t', 'iced', 'addresses of MPX have no rip'),
    (['x86'], r'^(\{\w+\} )*v\w+ .*\[(b[xp]|[sd]i)\b', 'llvm', 'llvm-mc does not scale the 8-bit displacement of a 16-bit address'),
    (['x86'], r'\[(b[xp]|[sd]i)\b.*\t.*\bavx10_2\b', 'iced', 'llvm-mc does not scale the 8-bit displacement of a 16-bit address; the others do not know AVX10.2'),
    (['x64', 'x86'], r'^fsetpm$', 'gnu', 'GNU as puts fwait in front'),
]


def low_32(name):
    """The 32-bit register of an 8-bit or 16-bit one."""
    word = re.fullmatch(r'([a-d])[lx]|([sd]i|[sb]p)', name)
    return f'e{word[1]}x' if word and word[1] else f'e{word[2]}' if word else re.sub(r'[bw]?$', 'd', name, count=1)


def inverted_move(match):
    """MOVN with the 16 bits that are not ones, in the lowest place where they fit."""
    bits = 32 if match[1][0] == 'w' else 64
    inverse = ~int(match[2], 0) & ((1 << bits) - 1)
    shift = next(shift for shift in range(0, bits, 16) if inverse & ~(0xffff << shift) == 0)
    return f'movn {match[1]}, #{inverse >> shift}' + (f', lsl #{shift}' if shift else '')


def comparison(match):
    """What an alias of CFLT is one of: the comparison with the next number, or with the registers exchanged."""
    condition, level, register, other = match.groups()
    if not other.startswith('#'):
        return f"cflt{dict(lt='gt', le='ge', lo='hi', ls='hs')[condition]} {level}, {other}, {register}"
    condition, more = dict(ge=('gt', -1), le=('lt', 1), hs=('hi', -1), ls=('lo', 1))[condition]
    return f'cflt{condition} {level}, {register}, #{int(other[1:]) + more}'


def signed(match):
    """A 32-bit immediate as the number that its pattern is."""
    value = int(match[2])
    return f'{match[1]}{value - (1 << 32) if value >> 31 else value}'


# What llvm-mc and GNU as call the same instruction: architectures, what the text looks like, the spelling that they are asked.
REWRITES = [
    (['aarch64'], r'^mov\.inverted (\w+), #(-?\w+)$', inverted_move),
    (['aarch64'], r'^mov\.logical ((w)\w+|x\w+|sp), (#-?\w+)$', lambda match: f'orr {match[1]}, {match[2] or "x"}zr, {match[3]}'),
    (['aarch64'], r'^cflt(lt|le|lo|ls) (#\d), (\w+), (\w+)$', comparison),
    (['aarch64'], r'^cflt(ge|le|hs|ls) (#\d), (\w+), (#-?\d+)$', comparison),
    (['aarch64'], r'^flt\.c(s|c) ', lambda match: {'s': 'flt.hs ', 'c': 'flt.lo '}[match[1]]),
    (['aarch64'], r'^cfltz (.*)$', r'cflteq \1, #0'),
    (['aarch64'], r'^cfltnz (.*)$', r'cfltne \1, #0'),
    (['aarch64'], r'^(tfltn?z #\d), x(\w+), (#[12]?\d|#3[01])$', r'\1, w\2, \3'),
    (['aarch64'], r'^(stl64b|lda64b) (\w+), \[(\w+), #0\]$', r'\1 \2, [\3]'),
    (['x64', 'x86'], r'^(fcmov\w+)$', r'\1 st, st(1)'),
    (['x64', 'x86'], r'^(ffreep?|fld|fstp?)$', r'\1 st(1)'),
    (['x64', 'x86'], r'^fxch (?:st\(0\), )?(st\(\d\))(?:, st\(0\))?$', r'fxch \1'),
    (['x64', 'x86'], r'^(p|vp)insr([bw]) (.*), ([a-d][lx]|[sd]i|[sb]p|r\d+[bw]), (-?\d+)$', lambda match: f'{match[1]}insr{match[2]} {match[3]}, {low_32(match[4])}, {match[5]}'),
    (['x64'], r'^((?:\{vex3\} )?vpextrd) r(\d+), ', r'\1 r\2d, '),
    (['x64'], r'^((?:\{vex3\} )?vpextrd) r([a-z]+), ', r'\1 e\2, '),
    (['x64'], r'^(loop\w*) ecx, ', r'addr32 \1 '),
    (['x64'], r'^(loop\w*) rcx, ', r'\1 '),
    (['x86'], r'^(loop\w*) cx, ', r'addr16 \1 '),
    (['x86'], r'^(loop\w*) ecx, ', r'\1 '),
    (['x64', 'x86'], r'^(mwaitx) eax, ecx$', r'\1'),
    (['x64'], r'^(monitorx) ax, ecx, edx$', r'\1'),
    (['x64', 'x86'], r'^l(jmp|call) fword ptr', r'\1 fword ptr'),
    (['x64', 'x86'], r'^l(jmp|call) dword ptr', r'l\1w'),
    (['x64'], r'^(jmp|call) dword ptr', r'l\1w'),
    (['x64'], r'^l?(jmp|call) tbyte ptr', r'rex.w l\1'),
    (['x64'], r'^urdmsr (r\w+), (r\w+)$', r'urdmsr \2, \1'),
    (['x64'], r'^((?:urdmsr|rdmsr) \w+, |(?:uwrmsr|wrmsrns) )(\d+)\b', signed),
    (['x64', 'x86'], r'^(icebp|int01)$', r'int1'),
    (['x64', 'x86'], r'^int03$', r'int3'),
]


def run(command, text):
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


def disassembled(arch, vector):
    """Whether llvm-mc disassembles the bytes of a vector to its text, but for the width of memory (vmovw has that of vmovd)."""
    data = ' '.join(f'0x{vector.code[n:n + 2]}' for n in range(0, len(vector.code), 2))
    command = [option for option in LLVM[arch][0] if option != X86]
    done = run(['llvm-mc-22', '--disassemble', '--output-asm-variant=1'] + command, data + '\n')
    lines = [' '.join(line.split()) for line in done.stdout.split('\n') if line.strip() and not line.strip().startswith('.')]
    plain = [re.sub(r'\w+ ptr ', '', line) for line in [vector.text.replace('st(0)', 'st')] + lines]
    return plain[1:] == plain[:1]


class Vector:
    """A text of a form, and what the assemblers make of it."""

    def __init__(self, arch, row, text, flag=''):
        self.row, self.text = row, text
        self.relative = flag == 'relative'
        self.code = '' if self.relative else flag
        self.asked = text
        for archs, pattern, spelling in REWRITES:
            if arch in archs:
                self.asked = re.sub(pattern, spelling, self.asked)
        self.unit = self.asked.split(' | ')
        self.llvm, self.gnu, self.own, self.decodes = ('error', ''), None, '', False
        self.facts = ''  # which facts agree with `own`


def generate(generator, arch):
    row, out = '', []
    for line in run(generator + [arch], '').stdout.split('\n')[:-1]:
        if line.startswith('#\t'):
            row = line[2:]
            out.append(Vector(arch, row, ''))
        else:
            text, _, flag = line.partition('\t')
            out.append(Vector(arch, row, text, flag))
    return out


def agrees(pattern, code):
    """Whether bytes without legacy prefixes in front agree with an encoding of Intel XED: kind of prefix, map, opcode, pp, W, length, ModRM."""
    words = pattern.split()
    data = bytes.fromhex(re.sub(r'^(67|64|65)+', '', code))
    opcodes = [int(word, 16) for word in words if word.startswith('0x')]
    if words[0] == 'EVV':
        _, p0, p1, p2, opcode, modrm = data[:6]
        map_, length, mask, broadcast = p0 & 7, p2 >> 5 & 3, p2 & 0x87, p2 & 0x10
    elif words[0] == 'VV1':
        _, p0, p1, opcode, modrm = data[:5]
        map_, length, mask, broadcast = p0 & 0x1f, p1 >> 2 & 1, 0, 0
    else:
        plain = [byte for byte in data if not (byte == 0xf3 and 'f3_refining_prefix' in words or byte == 0x48 and 'rexw_prefix' in words)]
        bits = {word[:4]: int(word[word.index('b') + 1:-1], 2) for word in words if re.match(r'(MOD|REG|RM)\[0b', word)}
        modrm = [bits['MOD['] << 6 | bits['REG['] << 3 | bits['RM[0']] if bits else []
        return plain == opcodes + modrm
    facts = {'VNP': p1 & 3 == 0, 'V66': p1 & 3 == 1, 'VF3': p1 & 3 == 2, 'VF2': p1 & 3 == 3, 'W0': not p1 >> 7, 'W1': bool(p1 >> 7),
             'VL128': length == 0, 'VL256': length == 1, 'VL512': length == 2, 'V0F38': map_ == 2, 'V0F3A': map_ == 3, 'MAP5': map_ == 5,
             'MAP6': map_ == 6, 'MOD=3': modrm >= 0xc0, 'MOD!=3': modrm < 0xc0, 'REG[0b000]': modrm >> 3 & 7 == 0, 'MASK=0': not mask & 7,
             'ZEROING=0': not mask & 0x80, 'BCRC=0': not broadcast, 'NOEVSR': p1 >> 3 & 15 == 15}
    return opcodes == [opcode] and all(facts.get(word, True) for word in words)


def agreed_before(arch, oracle):
    """Texts and bytes that facts agreed with the last time."""
    with gzip.open(os.path.join(HERE, arch + '.tsv.gz'), 'rt') as file:
        return {tuple(line.rstrip('\n').split('\t')[:2]) for line in file if f'\t{oracle}' in line}


def ask_xed(arch, vectors, facts):
    """Sets `facts` of the vectors that only Intel XED knows."""
    known, before = collections.defaultdict(list), set()
    if facts:
        for form in json.load(open(os.path.join(facts, 'xed_forms.json'))):
            known[form['iclass'].lower()].append(form['pattern'])
    else:
        before = agreed_before(arch, 'xed')
    for vector in vectors:
        if vector.row.split('|')[-1].strip() in XED_ONLY and vector.own:
            name = next(word for word in vector.text.split() if not word.startswith('{'))
            if any(agrees(pattern, vector.own) for pattern in known[name]) or (vector.text, vector.own) in before:
                vector.facts = 'xed'


def ask_aarchmrs(vectors, facts, assembler):
    """Sets `facts` of the A64 vectors that only AARCHMRS knows."""
    vectors = [vector for vector in vectors if vector.llvm[0] == 'error' and not vector.gnu and not vector.code]
    own(assembler, 'aarch64', vectors)
    vectors = [vector for vector in vectors if vector.own]
    words = [int.from_bytes(bytes.fromhex(vector.own), 'little') for vector in vectors]
    if not facts:
        before = agreed_before('aarch64', 'aarchmrs')
        agree = [(vector.text, vector.own) in before for vector in vectors]
    else:
        known = Encodings(os.path.join(facts, 'aarchmrs_a64.json'))
        lines = known.lines(words, LLVM['aarch64'][0])
        agree = [line == vector.asked and not known.of(word).samples for vector, word, line in zip(vectors, words, lines)]
    for vector, yes in zip(vectors, agree):
        vector.facts = 'aarchmrs' if yes else ''


def ask(arch, vectors, assembler):
    for command in LLVM[arch]:
        left = [vector for vector in vectors if vector.llvm[0] == 'error' and not vector.code]
        for vector, found in zip(left, llvm(command, [vector.unit for vector in left])):
            if found[0] == 'bytes' or not vector.llvm[1]:
                vector.llvm = found
    for command in GNU[arch]:
        left = [vector for vector in vectors if not vector.gnu and not vector.relative and not vector.code]
        for vector, found in zip(left, gnu(command, GNU_HEAD[arch], [vector.unit for vector in left])):
            vector.gnu = found
        # A distance is counted from the end of the instruction, whose length is tried.
        for length in range(2, 8):
            left = [vector for vector in vectors if vector.relative and not vector.gnu]
            units = [[re.sub(r'-?\d+$', lambda match: f'.+({int(match[0]) + length})', vector.asked)] for vector in left]
            for vector, found in zip(left, gnu(command, GNU_HEAD[arch], units)):
                vector.gnu = found if found and len(found) == 2 * length else None
    for vector in vectors:
        vector.decodes = bool(vector.code) and disassembled(arch, vector)
    if arch in ICED:
        own(assembler, arch, vectors)


def own(assembler, arch, vectors):
    """Sets `own`, the bytes that `bareasm asm` makes."""
    lines = run(assembler + ['asm', '--arch', arch], ''.join(vector.text + '\n' for vector in vectors)).stdout.split('\n')
    for vector, line in zip(vectors, lines):
        vector.own = '' if line.startswith('error') else line


def settle(arch, vector):
    """The bytes and their oracle, or None and the reason."""
    llvm_bytes = vector.llvm[1] if vector.llvm[0] == 'bytes' else None
    gnu_bytes = vector.gnu
    reason = None
    blinds = []
    for archs, pattern, blind, why in RULES:
        place = f'\t{vector.row}' if blind == 'iced' else ''
        if arch in archs and any(re.search(pattern, line + place) for line in vector.text.split(' | ')):
            blinds.append(blind)
            if blind in ('llvm', 'both') and llvm_bytes:
                llvm_bytes, reason = None, why
            if blind in ('gnu', 'both') and gnu_bytes:
                gnu_bytes, reason = None, reason if llvm_bytes is None and reason else why
            if blind == 'iced':
                reason = why
    if vector.code:
        return (None, reason) if reason and not vector.decodes else (vector.code, 'llvm decode' if vector.decodes else 'decode')
    if vector.relative and llvm_bytes and gnu_bytes and len(llvm_bytes) != len(gnu_bytes):
        llvm_bytes = None  # without the distance it takes the short form
    if llvm_bytes and '.' in llvm_bytes:
        if gnu_bytes and not re.fullmatch(llvm_bytes, gnu_bytes):
            return None, 'llvm-mc and GNU as differ'
        llvm_bytes = None
    if 'differ' in blinds and llvm_bytes and gnu_bytes != llvm_bytes:
        gnu_bytes = None
    if llvm_bytes and gnu_bytes and llvm_bytes != gnu_bytes:
        return None, 'llvm-mc and GNU as differ'
    if llvm_bytes or gnu_bytes:
        return llvm_bytes or gnu_bytes, 'llvm+gnu' if llvm_bytes and gnu_bytes else 'llvm' if llvm_bytes else 'gnu'
    if vector.row.split('|')[-1].strip() in XED_ONLY:
        return (vector.own, 'xed') if vector.facts else (None, 'Intel XED has no such encoding')
    if vector.facts:
        return vector.own, vector.facts
    if vector.own and arch in ICED and 'iced' not in blinds:
        return vector.own, 'iced'
    if reason:
        return None, reason
    message = vector.llvm[1] if vector.llvm[0] == 'error' else 'distance'
    message = re.sub(r"'[^']*'", "'..'", message.split(', did you mean')[0])
    return None, f'llvm-mc: {message}; GNU as refuses it too'


def block(vector, code):
    """The instructions of an IT block with their bytes: each is 2 or 4 bytes long, told by its first halfword."""
    at = 0
    for line in vector.unit:
        first = int(code[at + 2:at + 4] + code[at:at + 2], 16)
        length = 8 if first >> 11 >= 0b11101 else 4
        yield line, code[at:at + length]
        at += length


def write(arch, vectors):
    """Writes both files; returns the rows without a vector."""
    oracles, refused, table = collections.Counter(), collections.defaultdict(list), []
    rows = collections.defaultdict(list)
    for vector in vectors:
        rows[vector.row].append(vector)
    silent = []
    for row, list_ in rows.items():
        kept = []
        for vector in list_:
            code, oracle = settle(arch, vector) if vector.text else (None, '')
            if code is None:
                refused[oracle].append(vector.text)
                continue
            oracles[oracle] += 1
            lines = [(vector.text, code)] if len(vector.unit) == 1 else block(vector, code)
            asked = f'\t{vector.asked}' if vector.asked != vector.text and oracle in ('llvm', 'gnu', 'llvm+gnu', 'aarchmrs') else ''
            kept += [f'{line}\t{part}\t{oracle}{asked}' for line, part in lines]
        table += [f'#\t{row}'] + kept
        if not kept:
            silent.append(row)
    refused.pop('', None)
    data = '\n'.join(table) + '\n'
    with open(os.path.join(HERE, arch + '.tsv.gz'), 'wb') as file:
        with gzip.GzipFile(fileobj=file, mode='wb', mtime=0, filename='') as packed:
            packed.write(data.encode())
    with open(os.path.join(HERE, arch + '.refused.txt'), 'w') as file:
        print('# Written by make.py. Texts that are not in the vectors, by reason: how many, and examples.', file=file)
        for reason, texts in sorted(refused.items()):
            print(f'\n{len(texts)}: {reason}', file=file)
            for text in texts[::(len(texts) + 1) // 2][:2]:
                print(f'    {text}', file=file)
    print(f'{arch}: {len(rows)} rows, {sum(oracles.values())} vectors ({dict(oracles)}), {sum(map(len, refused.values()))} texts refused')
    return silent


def unallocated(vectors, assembler):
    """Writes the words that one changed bit makes of a vector of each row, and that are no instruction."""
    first = {vector.row: settle('aarch64', vector)[0] for vector in reversed(vectors) if vector.text and settle('aarch64', vector)[0]}
    words = sorted({int(code, 16) ^ 1 << bit for code in first.values() for bit in range(32)})
    text = ''.join(' '.join(f'0x{byte:02x}' for byte in word.to_bytes(4)) + '\n' for word in words)
    done = run(['llvm-mc-22', '--disassemble'] + LLVM['aarch64'][0], text)
    bad = [words[int(match[1]) - 1] for match in re.finditer(r'<stdin>:(\d+):\d+: warning: invalid instruction encoding', done.stderr)]
    found = run(assembler + ['dis', '--arch', 'aarch64'], ''.join(f'{word:08x}\n' for word in bad)).stdout.split('\n')
    ours = [line for line in found if line and '.inst' not in line]
    known = {line.split()[1] for line in ours}
    left = [f'{word:08x}' for word in bad if f'{word:08x}' not in known]
    with open(os.path.join(HERE, 'aarch64.unallocated.gz'), 'wb') as file:
        with gzip.GzipFile(fileobj=file, mode='wb', mtime=0, filename='') as packed:
            packed.write('\n'.join(left).encode() + b'\n')
    print(f'aarch64: {len(left)} unallocated words; {len(ours)} that llvm-mc alone does not know:')
    for line in ours[::len(ours) // 20 + 1]:
        print('    ' + line)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--generator', help='the built example, instead of `cargo run`')
    parser.add_argument('arch', nargs='*', default=sorted(LLVM), help='aarch64 thumb x64 x86')
    parser.add_argument('--assembler', help='the built `bareasm`, instead of `cargo run`')
    parser.add_argument('--facts', help='where facts of Intel XED and of AARCHMRS are')
    arguments = parser.parse_args()
    cargo = ['cargo', 'run', '-q', '--release', '--manifest-path', os.path.join(ROOT, 'Cargo.toml'), '-p']
    generator = [arguments.generator] if arguments.generator else cargo + ['bareasm-isa', '--all-features', '--example', 'vectors', '--']
    assembler = [arguments.assembler] if arguments.assembler else cargo + ['bareasm-front', '--']
    silent = []
    for arch in arguments.arch or sorted(LLVM):
        vectors = generate(generator, arch)
        if not vectors:
            sys.exit(f'{arch}: the generator wrote nothing')
        ask(arch, [vector for vector in vectors if vector.text], assembler)
        if arch in ICED:
            ask_xed(arch, [vector for vector in vectors if vector.text], arguments.facts)
        if arch == 'aarch64':
            ask_aarchmrs([vector for vector in vectors if vector.text], arguments.facts, assembler)
        silent += [f'{arch}: no vector: {row}' for row in write(arch, vectors)]
        if arch == 'aarch64':
            unallocated(vectors, assembler)
    if silent:
        sys.exit('\n'.join(silent))


if __name__ == '__main__':
    main()
