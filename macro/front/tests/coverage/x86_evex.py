#!/usr/bin/env python3
"""Compares write masks, broadcast widths, {er} and {sae} of every EVEX row with three sources.

    x86_evex.py --facts DIRECTORY [--generator PROGRAM]

DIRECTORY and PROGRAM are those of x86.py. A row and the form of a source are the same if name, prefix, map, W, vector length, opcode and
digit are; forms that differ only in memory and registers count as one. APX (map 4) has neither. A difference must have its reason in
VERDICTS; one without is an error.
"""
import collections
import json
import os
import re
import subprocess
import sys

from x86 import options

# Patterns for `source name what`, and why the row is right.
VERDICTS = [
    (r'iced vcvtu?(dq|si)2pd rounding|iced vcvtu?si2sd rounding|asmjit vcvtudq2pd rounding',
     'exact from 32 bits: XED and the manual have no rounding, llvm-mc refuses it; iced-x86 reads bits without effect'),
    (r'asmjit vcvtps2pd rounding', 'exact: {sae} only, as in the manual, XED and llvm-mc'),
    (r'asmjit vgf2p8affine(inv)?qb broadcast', 'has m64bcst in the manual, XED and llvm-mc'),
    (r'asmjit vpconflictq broadcast', 'its elements have 64 bits; llvm-mc refuses {1to16}'),
    (r'asmjit (vmovw|vpinsr[bdqw]) mask', 'no mask in the manual, XED and llvm-mc'),
    (r'asmjit vreduce[ps][ds] rounding', 'has {sae} in the manual, XED and llvm-mc'),
]


def keys(length, prefix, space, wide, opcode, digit):
    """A form's encoding; one that ignores W has both."""
    opcode = f'{opcode.upper()}{digit}'
    return [(length, prefix, space, w, opcode) for w in ((wide,) if wide in ('W0', 'W1') else ('W0', 'W1'))]


def notation(text):
    """Encodings of `EVEX.512.66.0F.W0 58 /r`, as rows, iced-x86 and AsmJit write them."""
    space = r'(0F38|0F3A|0F|MAP\d)'
    found = re.search(rf'EVEX\.(?:ND=\d\.)?(\w+)\.(?:(NP|66|F2|F3)\.)?{space}(?:\.(W0|W1|WIG))? ([0-9A-F]{{2}})((?: /\w+)?)', text)
    if not found or found[3] == 'MAP4':
        return []
    lengths = {'xyz': ('128', '256', '512'), 'xy': ('128', '256'), 'yz': ('256', '512')}.get(found[1], (found[1],))
    digit = found[6].strip() if found[6].strip()[1:].isdigit() else ''
    return [key for length in lengths for key in keys(length, found[2] or 'NP', found[3], found[4], found[5], digit)]


def properties(operands):
    mask = 'kz' if re.search(r'\{kz\}|\{z\}', operands) else 'k' if re.search(r'\{k\d?\}', operands) else '-'
    broadcast = re.search(r'/b(\d+)|/m(\d+)bcst', operands)
    rounding = 'er' if '{er}' in operands else 'sae' if '{sae}' in operands else '-'
    return {'mask': mask, 'broadcast': broadcast[1] or broadcast[2] if broadcast else '-', 'rounding': rounding}


def ours(generator):
    lines = set()
    for arch in ('x64', 'x86'):
        lines |= set(subprocess.run(generator + [arch], capture_output=True, text=True, check=True).stdout.split('\n'))
    for line in lines:
        if line.startswith('#\t') and 'EVEX.' in line:
            syntax, encoding = line[2:].split(' | ')[:2]
            for key in notation(encoding):
                yield syntax.removeprefix('{nf} ').split()[0], key, properties(syntax)


def iced(facts):
    for line in re.findall(r'^INSTRUCTION: (EVEX.*)', open(os.path.join(facts, 'iced_InstructionDefs.txt')).read(), re.M):
        encoding, syntax = line.split(' | ')[:2]
        for key in notation(encoding):
            yield syntax.split()[0].lower(), key, properties(syntax)


def asmjit(facts):
    for group in json.load(open(os.path.join(facts, 'asmjit_isa_x86.json')))['instructions']:
        for form in group['instructions']:
            text = next(value for key, value in form.items() if key != 'op' and ' ' in f'{value} ')
            for key in notation(form['op']):
                found = properties(text)
                # Rounding is written for the group, and exists for 512 bits and scalars.
                found['rounding'] = '-' if key[0] in ('128', '256') else found['rounding']
                for name in re.sub(r'^(\[[^]]*\] *)+|\{\w+\}', '', text).split()[0].split('/'):
                    yield name, key, found


def xed(facts):
    for form in json.load(open(os.path.join(facts, 'xed_forms.json'))):
        words = form['pattern'].split()
        if 'EVV' not in words or 'UBIT=0' in words or 'V4' in words or 'EVMAP4' in words:
            continue
        has = lambda pattern: next((found for word in words if (found := re.fullmatch(pattern, word))), None)
        length = has(r'VL(\d+)|FIX_ROUND_LEN(\d+)\(\)')
        opcode, space = has(r'0x([0-9A-F]{2})'), has(r'V(0F38|0F3A|0F|MAP\d)|EVMAP?(\d)|MAP(\d)')
        prefix, wide, digit = has(r'V(NP|66|F2|F3)'), has(r'W(?:=)?([01])'), has(r'REG\[0b([01]{3})\]')
        if not opcode or not space:
            continue
        space = space[1] or 'MAP' + (space[2] or space[3])
        operands = form['operands']
        element = has(r'ESIZE_(\d+)_BITS\(\)')
        found = {
            'mask': 'kz' if 'ZEROSTR' in operands else 'k' if re.search(r'MASK1\(\)|MASKNOT0\(\)', operands) else '-',
            'broadcast': element[1] if 'BCASTSTR' in operands and element else '-',
            'rounding': 'er' if has(r'AVX512_ROUND\(\)') else 'sae' if has(r'SAE\(\)') else '-',
        }
        digit = f'/{int(digit[1], 2)}' if digit else ''
        length = length[1] or length[2] if length else 'LIG'
        wide = f'W{wide[1]}' if wide else 'WIG'
        for key in keys(length, prefix[1] if prefix else 'NP', space, wide, opcode[1], digit):
            yield form['iclass'].lower(), key, found


def merged(forms):
    """Forms of the same name and encoding as one, which has what any of them has."""
    out = collections.defaultdict(lambda: {'mask': '-', 'broadcast': '-', 'rounding': '-'})
    for name, key, found in forms:
        for what, value in found.items():
            out[name, key][what] = max(out[name, key][what], value)
    return out


def lookup(forms, by_key, name, key):
    """The source's form: of the same name, else the only one with the encoding; scalars may say 128 bits."""
    for length in (key[0],) if key[0] in ('256', '512') else (key[0], 'LIG', 'LLZ', 'L0', '128'):
        other = (length, *key[1:])
        if (name, other) in forms:
            return forms[name, other]
        names = by_key.get(other, ())
        if len(names) == 1:
            return forms[next(iter(names)), other]
    return None


def main():
    facts, generator = options(__doc__)
    rows = merged(ours(generator))
    sources = {source.__name__: merged(source(facts)) for source in (iced, xed, asmjit)}
    unexplained = 0
    counts = collections.Counter()
    for source, forms in sources.items():
        by_key = collections.defaultdict(set)
        for name, key in forms:
            by_key[key].add(name)
        for (name, key), own in sorted(rows.items()):
            other = lookup(forms, by_key, name, key)
            counts[source, 'missing' if other is None else 'compared'] += 1
            for what in own if other else ():
                if own[what] != other[what]:
                    counts[source, 'different'] += 1
                    difference = f'{source} {name} {what}'
                    reason = next((reason for pattern, reason in VERDICTS if re.fullmatch(pattern, difference)), None)
                    unexplained += reason is None
                    print(f'{difference}: {".".join(key)}: row {own[what]}, source {other[what]}: {reason or "UNEXPLAINED"}')
    for source in sources:
        print(source, ', '.join(f'{what} {counts[source, what]}' for what in ('compared', 'missing', 'different')))
    if unexplained:
        sys.exit(f'{unexplained} differences without a reason')


if __name__ == '__main__':
    main()
