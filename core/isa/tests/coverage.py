#!/usr/bin/env python3
"""Which of Arm's encodings of A64 the rows cover.

    coverage.py AARCHMRS.json [GROUP ..]

AARCHMRS.json: the facts of `aarchmrs.py`, beside this file. An encoding is covered
  by llvm-mc         if each of its samples decodes to llvm-mc's text, up to blanks and the way numbers are written. A sample that
                     names a system register of op0 0 or 1 has no text: there is none, llvm-mc writes so what it does not know;
  by another oracle  if it has no sample with a text, and a vector of `macro/front/tests/vectors` is a word of it. The vector tells
                     the oracle: GNU as, or AARCHMRS alone.
Prints the samples that decode to another text, the encodings that are not covered and why, a line of each section (the first two
parts of the group), and the sum. GROUP: prefixes of groups. Fails if an encoding is not covered and NOT_COVERED does not say why.
"""
import collections
import gzip
import os
import re
import subprocess
import sys

from aarchmrs import Encodings

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../..'))
DECODE = ['cargo', 'run', '-q', '--manifest-path', os.path.join(ROOT, 'Cargo.toml'), '-p', 'bareasm-isa', '--features', 'aarch64,matching', '--example', 'decode']
VECTORS = os.path.join(ROOT, 'macro/front/tests/vectors/aarch64.tsv.gz')

# The oracles of vectors that are not llvm-mc.
OTHERS = {'gnu': 'GNU as', 'aarchmrs': 'AARCHMRS alone'}

# Names of encodings without a row, and what of them nobody has published: AARCHMRS has bits and fields, no assembler lines, and no
# other instruction has these operands.
NOT_COVERED = [
    (r'SRLS_HI_hints', 'the word for its bit of operand; SHUH and STSHH, with the same field, have different ones. `hint #54` and `#55` make it'),
    (r'(ldapro|stlro)_z_bi_', 'sign, unit and spelling of the offset of 8 bits; LDR and STR have 9'),
    (r'fv?dot_za16_zz8i_2xi|fmopa[bt]_za16_zz8z', 'how the scales in Zk and K are written'),
]


def number(match):
    text = match[0]
    value = float(text) if '.' in text or 'e' in text.lower() and not text.lower().startswith(('0x', '-0x')) else int(text, 0)
    # A pattern of 64 bits is the same with and without a sign.
    return str(value & (1 << 64) - 1 if isinstance(value, int) else value)


def normal(text):
    """Without blanks, `#`, and the base of numbers."""
    text = re.sub(r'\s*//.*', '', text.lower())
    mnemonic, _, operands = re.sub(r'\s+', ' ', text.strip()).partition(' ')
    operands = re.sub(r'(?<![\w.])-?(0x[0-9a-f]+|\d+(\.\d+)?(e[-+]?\d+)?)(?![\w.])', number, operands.replace('#', ''))
    return mnemonic + ' ' + operands.replace(' ', '')


def decoded(words):
    """Our text of each word."""
    return dict(zip(words, subprocess.run(DECODE, input=''.join(f'{word:08x}\n' for word in words), capture_output=True, text=True, check=True).stdout.split('\n')))


def vouched(facts):
    """The oracle of a vector of each encoding."""
    oracles = {}
    for line in gzip.open(VECTORS, 'rt'):
        if not line.startswith('#'):
            _, code, oracle = line.rstrip('\n').split('\t')[:3]
            encoding = facts.of(int.from_bytes(bytes.fromhex(code), 'little'))
            if encoding:
                oracles[encoding.name] = OTHERS.get(oracle, 'llvm-mc')
    return oracles


def summary(count):
    """How many are covered, and by what."""
    parts = [f'{count[oracle]} by {oracle}' for oracle in ['llvm-mc', *OTHERS.values()] if count[oracle]]
    return f"{count.total() - count['not covered']:5} of {count.total():5}" + (': ' + ', '.join(parts) if parts[1:] or not count['llvm-mc'] else '')


def main():
    groups = tuple(sys.argv[2:]) or ('',)
    facts = Encodings(sys.argv[1])
    oracles = vouched(facts)
    encodings = [one for one in facts.all if one.group.startswith(groups)]
    samples = {one.name: [(int(word, 16), text) for word, text in one.samples if not re.search(r'\bS[01]_\d', text)] for one in encodings}
    ours = decoded(sorted({word for list_ in samples.values() for word, _ in list_}))
    sections = collections.defaultdict(collections.Counter)
    unknown = 0
    for one in encodings:
        wrong = [(word, text) for word, text in samples[one.name] if normal(text) != normal(ours[word])]
        oracle = 'llvm-mc' if samples[one.name] else oracles.get(one.name)
        for word, text in wrong[:2]:
            print(f'{one.name}: {word:08x} is `{text}`, here `{ours[word]}`')
        if wrong or not oracle:
            oracle = 'not covered'
            why = next((why for names, why in NOT_COVERED if re.fullmatch(names, one.name)), '')
            unknown += not why
            print(f'{one.name}: not covered' + (why and f'; not published: {why}'))
        sections['/'.join(one.group.split('/')[:2])][oracle] += 1
    for name, count in sorted(sections.items()):
        print(f'{name:40} {summary(count)}')
    print(f"all: {summary(sum(sections.values(), collections.Counter()))}")
    sys.exit(bool(unknown))


if __name__ == '__main__':
    main()
