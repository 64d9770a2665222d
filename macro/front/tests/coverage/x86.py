#!/usr/bin/env python3
"""Reports which x86 instructions the table spells, by CPUID extension, against the union of three sources.

    x86.py --facts DIRECTORY [--generator PROGRAM] > x86.txt

DIRECTORY holds facts of Intel XED (xed_forms.json: a list with `iclass` and `isa`), iced-x86 (iced_InstructionDefs.txt, as in its
sources) and AsmJit (asmjit_isa_x86.json, its isa_x86.json). PROGRAM is the built example `vectors` of bareasm-isa.
A name of a source is spelled if a row has it, or the name that NAMES gives for it; otherwise REASONS must say why it is not. A name
without a reason is an error.
"""
import argparse
import collections
import json
import os
import re
import subprocess
import sys

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../../..'))

# What a source calls otherwise: patterns for the whole name, and ours.
NAMES = [
    (r'(.*)_lock', r'\1'), (r'rep[ne]*_(.*)', r'\1'), (r'(.*)_(near|far|amd|xop|c5|sse4|xmm)', r'\1'),
    (r'(fdisi|feni|fsetpm)(8087|287)_nop', r'\1'), (r'getsecq', 'getsec'),
    # Names of drafts of AVX10.2.
    (r'(v\w+?|tcvtrowps2)(ne)?p?(bf16[hl]?)', r'\1\3'), (r'vcvt(t?)ne(\w+)', r'vcvt\1\2'), (r'vcomsbf16', 'vcomisbf16'),
    (r'(v?pcmp[ei]str[im])64', r'\1q'), (r'(v?pcmpistr[im])q', r'\1'), (r'mov_[cdt]r', 'mov'), (r'nop\d', 'nop'), (r'sysret64', 'sysretq'),
    (r'prefetch_(exclusive|reserved)|prefetchw_reserved|prefetchreserved', 'prefetch'), (r'fdisi', 'fndisi'), (r'feni', 'fneni'),
    (r'reservednop', 'nop'), (r'(call|jmp|ret)f', r'\1'), (r'pmulhrw', 'pmulhrwc'), (r'xlat', 'xlatb'),
]
# Names that no row has, whole or by source and extension, and why.
OLD = 'of single processors long gone, with bytes that later ones use otherwise'
REASONS = [
    (r'.* KNC.*', 'Knights Corner is out of scope: its MVEX encodings are not AVX-512'),
    (r'.* (CENTAUR_AIS|CL1INVMB|CYRIX_FPU|FPU287XL_ONLY|FPU387SL_ONLY|INTEL\d86(_A0)?_ONLY|UMOV)', OLD),
    (r'undoc .*|\w+_alt .*', 'undocumented, without a name of its own'),
    (r'.* IA64', 'changes to the instruction set of Itanium, of processors that ran both'),
    (r'.* PCOMMIT', 'withdrawn before any processor had it'),
    (r'.* UDBG', 'undocumented, of processors in debug mode'),
]


def sources(facts):
    """Pairs of (extension, name)."""
    for form in json.load(open(os.path.join(facts, 'xed_forms.json'))):
        yield form['isa'], form['iclass'].lower()
    text = open(os.path.join(facts, 'iced_InstructionDefs.txt')).read()
    for block in text.split('\nEND'):
        head = re.search(r'^INSTRUCTION: (.*?) \| (.*?) \| (.*)$', block, re.M)
        if head and 'no-instr' not in block:
            name = re.search(r'^\tmnemonic: (\w+)', block, re.M)
            name = name[1] if name else head[2].split()[0]
            yield head[3].split(' | ')[0].strip(), name.lower()
    for group in json.load(open(os.path.join(facts, 'asmjit_isa_x86.json')))['instructions']:
        for form in group['instructions']:
            text = re.sub(r'^(\[[^]]*\] *)+', '', next(value for key, value in form.items() if key != 'op' and ' ' in f'{value} '))
            for name in re.sub(r'\{.*?\}', '', text).split()[0].split('/'):
                yield form.get('ext', group.get('ext')) or group['category'].split()[0], name.lower()


def spelled(generator):
    """Every mnemonic of the table."""
    prefixes = {'lock', 'rep', 'repe', 'repne', 'xacquire', 'xrelease', 'bnd', 'notrack'}
    out = set()
    for arch in ('x64', 'x86'):
        for line in subprocess.run(generator + [arch], capture_output=True, text=True, check=True).stdout.split('\n'):
            words = [word for word in re.split(r'[ \t]', line.removeprefix('#\t')) if word and not word.startswith('{')]
            out.add(next((word for word in words if word not in prefixes), ''))
    return out


def options(doc):
    """The directory of the facts, and the command that writes the vectors."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--facts', required=True)
    parser.add_argument('--generator')
    arguments = parser.parse_args()
    cargo = ['cargo', 'run', '-q', '--release', '--manifest-path', os.path.join(ROOT, 'Cargo.toml'), '-p', 'bareasm-isa', '--all-features',
             '--example', 'vectors', '--']
    return arguments.facts, [arguments.generator] if arguments.generator else cargo


def main():
    facts, generator = options(__doc__)
    ours = spelled(generator)
    report = collections.defaultdict(lambda: [set(), collections.defaultdict(set)])
    unexplained = set()
    for extension, name in sources(facts):
        names = {name} | {re.sub(pattern, other, name) for pattern, other in NAMES if re.fullmatch(pattern, name)}
        names |= {re.sub(pattern, other, one) for one in set(names) for pattern, other in NAMES if re.fullmatch(pattern, one)}
        if names & ours:
            report[extension][0].add(name)
            continue
        reason = next((reason for pattern, reason in REASONS if re.fullmatch(pattern, f'{name} {extension}')), None)
        if reason is None:
            unexplained.add((extension, name))
        report[extension][1][reason].add(name)
    print('Instructions of Intel XED, iced-x86 and AsmJit by CPUID extension: names spelled by the table, and the others with reasons.')
    print('Written by x86.py.\n')
    for extension, (found, missing) in sorted(report.items()):
        count = len(found) + len(set().union(*missing.values()) if missing else ())
        print(f'{extension}: {len(found)} of {count}')
        for reason, names in missing.items():
            print(f'    {" ".join(sorted(names))}: {reason}')
    if unexplained:
        sys.exit('without a reason: ' + ', '.join(f'{name} ({extension})' for extension, name in sorted(unexplained)))


if __name__ == '__main__':
    main()
