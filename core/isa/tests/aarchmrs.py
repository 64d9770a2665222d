"""Arm's machine-readable A64, AARCHMRS, as an oracle: which encoding a word is, and how instructions read that no disassembler
knows yet.

The facts are a JSON file, `encodings`: each with `name`, `mask` and `value` in hexadecimal, `fields` (name, lowest bit, width), and
`samples`, pairs of a word and the text that llvm-mc 22 disassembles it to.

AARCHMRS has no assembler lines. An encoding without samples reads
  as an encoding whose name ends in the same operands and that has the same fields (FMAXINM_S_floatdp2: FMAX_S_floatdp2): its fields
  are put into that one, which llvm-mc disassembles. Of several, those count whose names begin alike, and they must agree;
  else by FORMS, below.
"""
import collections
import json
import os
import re
import subprocess

CONDITIONS = 'eq ne hs lo mi pl vs vc hi ls ge lt gt le al nv'.split()


def register(number, width, last):
    """A general register; `last` is 31, `zr` or `sp`."""
    letter = 'w' if width == 32 else 'x'
    return f'{letter}{number}' if number < 31 else 'sp' if (letter, last) == ('x', 'sp') else letter + last


def signed(value, width):
    return value - (value >> width - 1 << width)


# Lines of encodings like which no other is: names, and what follows the mnemonic, by the word's fields and the 32 or 64 of the name.
# CFLT, TFLT and FLT are those of LLVM's main branch of 2026; that of FCMTL is FADD's, of the same class, with a predicate.
FORMS = [
    (r'CFLT(GT|LT|EQ|NE)_(\d+)_imm', lambda f, width: f"#{f['imm2']}, {register(f['Rt'], width, 'zr')}, #{signed(f['imm9h'] << 4 | f['imm9l'], 9)}"),
    (r'CFLT(HI|LO)_(\d+)_imm', lambda f, width: f"#{f['imm2']}, {register(f['Rt'], width, 'zr')}, #{f['imm9h'] << 4 | f['imm9l']}"),
    (r'CFLT(..)_(\d+)_regs', lambda f, width: f"#{f['imm2']}, {register(f['Rt'], width, 'sp')}, {register(f['Rm'], width, 'sp')}"),
    (r'TFLTN?Z', lambda f, _: f"#{f['imm2']}, {register(f['Rt'], 32 << f['b5'], 'zr')}, #{f['b5'] << 5 | f['b40']}"),
    (r'FLT_EX_exception', lambda f, _: f".{CONDITIONS[f['cond']]} #{f['imm16']}"),
    (r'fcmtl(mg)?_p_zz_', lambda f, _: 'p{Pd}.{T}, z{Zn}.{T}, z{Zm}.{T}'.format(T='?hsd'[f['size']], **f)),
]


class Encoding:
    """An encoding: `mnemonic` in small letters, `operands`, the rest of its name, and `siblings`, in which its fields may be put."""

    def __init__(self, facts):
        self.name, self.samples, self.group = facts['name'], facts['samples'], facts['group']
        self.mask, self.value = int(facts['mask'], 16), int(facts['value'], 16)
        self.fields = tuple(map(tuple, facts['fields']))
        self.mnemonic, _, self.operands = self.name.partition('_')
        self.mnemonic = self.mnemonic.lower()
        self.siblings = []

    def likeness(self, other):
        """With how many equal letters the mnemonics begin."""
        return len(os.path.commonprefix([self.mnemonic, other.mnemonic]))


class Encodings:
    def __init__(self, path):
        self.all = [Encoding(facts) for facts in json.load(open(path))['encodings']]
        self.by_mask = collections.defaultdict(dict)
        alike = collections.defaultdict(list)
        for one in self.all:
            self.by_mask[one.mask][one.value] = one
            if one.samples:
                alike[one.operands, one.fields].append(one)
        # Encodings overlap; the one with more fixed bits is meant.
        self.masks = sorted(self.by_mask, key=int.bit_count, reverse=True)
        for one in self.all:
            found = alike[one.operands, one.fields] if not one.samples else []
            best = max(map(one.likeness, found), default=0)
            one.siblings = [other for other in found if one.likeness(other) == best]

    def of(self, word):
        """The encoding of a word, or None."""
        return next((self.by_mask[mask][word & mask] for mask in self.masks if word & mask in self.by_mask[mask]), None)

    def lines(self, words, llvm):
        """The line of each word, or None. `llvm`: the command for llvm-mc."""
        encodings = [self.of(word) for word in words]
        asked = {word & ~one.mask | other.value: None for word, one in zip(words, encodings) if one for other in one.siblings}
        asked = dict(zip(asked, disassembled(list(asked), llvm)))
        return [one and line(one, word, [asked[word & ~one.mask | other.value] for other in one.siblings]) for word, one in zip(words, encodings)]


def line(encoding, word, siblings):
    """The line of a word of an encoding, from those of its siblings."""
    operands = {(text or '').partition(' ')[2] for text in siblings}
    if operands:
        return f'{encoding.mnemonic} {operands.pop()}'.strip() if len(operands) == 1 and None not in siblings else None
    fields = {name: word >> low & (1 << width) - 1 for name, low, width in encoding.fields}
    for pattern, form in FORMS:
        match = re.fullmatch(pattern, encoding.name)
        if match:
            rest = form(fields, int(match[2]) if match.re.groups == 2 else 0)
            return encoding.mnemonic + ('' if rest.startswith('.') else ' ') + rest
    return None


def disassembled(words, llvm):
    """llvm-mc's text of each word, or None."""
    data = ''.join(' '.join(f'0x{byte:02x}' for byte in word.to_bytes(4, 'little')) + '\n' for word in words)
    done = subprocess.run(['llvm-mc-22', '--disassemble'] + llvm, input=data, capture_output=True, text=True)
    unknown = {int(match[1]) - 1 for match in re.finditer(r'<stdin>:(\d+):\d+: warning: invalid instruction encoding', done.stderr)}
    texts = iter(' '.join(text.partition('//')[0].split()) for text in done.stdout.split('\n') if text.strip() and not text.strip().startswith('.'))
    return [None if n in unknown else next(texts) for n in range(len(words))]
