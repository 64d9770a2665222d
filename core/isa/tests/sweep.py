#!/usr/bin/env python3
"""Compares our disassembly of a real AArch64 program with that of llvm-mc 22, word by word.

    sweep.py PROGRAM [..]

Every aligned word of the section .text counts, data in it included. Texts are compared as coverage.py does. Prints the share of
words on which both agree (what neither decodes is agreement), and the differences by mnemonic, with an example of each.
Needs llvm-mc-22, and objcopy of binutils for AArch64.
"""
import collections
import re
import subprocess
import sys
import tempfile

from coverage import DECODE, normal

OBJCOPY = ['aarch64-linux-gnu-objcopy', '-O', 'binary', '-j', '.text']
LLVM = ['llvm-mc-22', '--disassemble', '--show-encoding', '-triple=aarch64', '-mattr=+all']


def words_of(program):
    with tempfile.NamedTemporaryFile() as file:
        subprocess.run([*OBJCOPY, program, file.name], check=True)
        code = file.read()
    return collections.Counter(int.from_bytes(code[at:at + 4], 'little') for at in range(0, len(code) & ~3, 4))


def llvm(words):
    """Texts by word; those that llvm-mc decodes."""
    lines = ''.join(' '.join(f'{byte:#x}' for byte in word.to_bytes(4, 'little')) + '\n' for word in words)
    output = subprocess.run(LLVM, input=lines, capture_output=True, text=True).stdout
    found = re.findall(r'^\s+(\S.*?)\s*// encoding: \[(\S+)\]', output, re.M)
    return {int.from_bytes(bytes(int(byte, 0) for byte in code.split(',')), 'little'): text for text, code in found}


def ours(words):
    output = subprocess.run(DECODE, input=''.join(f'{word:08x}\n' for word in words), capture_output=True, text=True, check=True)
    return {word: text for word, text in zip(words, output.stdout.split('\n')) if text not in ('', '?')}


def main():
    for program in sys.argv[1:]:
        counts = words_of(program)
        words = sorted(counts)
        theirs, mine = llvm(words), ours(words)
        differ = [word for word in words if normal(theirs.get(word, '')) != normal(mine.get(word, ''))]
        total, bad = sum(counts.values()), sum(counts[word] for word in differ)
        print(f'{program}: {total} words, {len(words)} different ones; {100 * (total - bad) / total:.4f} % agree, {bad} do not')
        reasons = collections.defaultdict(list)
        for word in differ:
            reasons[(theirs.get(word) or mine.get(word)).split()[0]].append(word)
        for mnemonic, examples in sorted(reasons.items(), key=lambda item: -len(item[1])):
            word = examples[0]
            print(f"    {len(examples):6} {mnemonic:10} {word:08x}: llvm-mc `{theirs.get(word, '-')}`, here `{mine.get(word, '-')}`")


if __name__ == '__main__':
    main()
