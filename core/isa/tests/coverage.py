#!/usr/bin/env python3
"""Which of Arm's encodings of A64 the rows cover.

    coverage.py AARCHMRS.json [GROUP ..]

AARCHMRS.json: encodings with `name`, `group` and `samples`, pairs of a word and the text that llvm-mc 22 disassembles it
to. An encoding is covered if each of its samples decodes to that text, up to blanks and the way numbers are written. Prints
the encodings that are not, a line of each section (the first two parts of the group), and the sum. GROUP: prefixes of groups.
"""
import collections
import json
import os
import re
import subprocess
import sys

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../..'))
DECODE = ['cargo', 'run', '-q', '--manifest-path', os.path.join(ROOT, 'Cargo.toml'), '-p', 'bareasm-isa', '--features', 'aarch64,matching', '--example', 'decode']


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


def main():
    groups = tuple(sys.argv[2:]) or ('',)
    encodings = [one for one in json.load(open(sys.argv[1]))['encodings'] if one['group'].startswith(groups)]
    words = [word for one in encodings for word, _ in one['samples']]
    texts = subprocess.run(DECODE, input=''.join(word.removeprefix('0x') + '\n' for word in words), capture_output=True, text=True, check=True)
    found = iter(texts.stdout.split('\n'))
    sections = collections.defaultdict(lambda: [0, 0, 0])
    for one in encodings:
        section = sections['/'.join(one['group'].split('/')[:2])]
        wrong = [(word, text, ours) for (word, text), ours in zip(one['samples'], found) if normal(text) != normal(ours)]
        section[0] += 1
        section[1] += not wrong and bool(one['samples'])
        section[2] += not one['samples']
        for word, text, ours in wrong[:2]:
            print(f"{one['name']}: {word} is `{text}`, here `{ours}`")
    for name, (listed, covered, silent) in sorted(sections.items()):
        print(f'{name:40} {covered:5} of {listed:5}' + (f', {silent} without a sample' if silent else ''))
    total = [sum(column) for column in zip(*sections.values())]
    print(f'covered {total[1]} of {total[0]}, {total[2]} without a sample')


if __name__ == '__main__':
    main()
