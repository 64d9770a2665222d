//! Random programs of labels of every kind against a model: both label tables, and the relocations of three
//! instruction sets. The model knows nothing of fixups or fields: it keeps a list of definitions, and encodes distances by
//! the formulas of the manuals.

use bareasm_alloc::{GrowBuffer, GrowLabels};
use bareasm_core::__private as p;
use bareasm_core::arch::Any;
use bareasm_core::{Assembler, DynamicLabel, Error, FixedLabels, LabelTable, Labels, Name, Reason, Relocation};
use fastrand::Rng;
use std::collections::{HashMap, HashSet};

/// A kind of reference: the instruction with a distance of 0, and where in it the relocated unit starts.
struct Kind {
    relocation: Relocation,
    code: &'static [u8],
    unit: usize,
    /// The instruction for a distance from the address of the unit to that of the label, or what is wrong.
    encode: fn(at: i64, target: i64) -> Result<Vec<u8>, Reason>,
}

fn limits(distance: i64, min: i64, max: i64, step: i64) -> Result<(), Reason> {
    if distance % step != 0 {
        return Err(Reason::TargetAlignment);
    }
    if distance < min || distance > max {
        Err(Reason::TargetRange)
    } else {
        Ok(())
    }
}

/// A64: `width` bits at 5 or 0, in words.
fn word(template: u32, distance: i64, width: u32, at: u32) -> Result<Vec<u8>, Reason> {
    let reach = 1i64 << (width + 1);
    limits(distance, -reach, reach - 4, 4)?;
    let field = (distance >> 2) as u32 & ((1 << width) - 1);
    Ok((template | field << at).to_le_bytes().to_vec())
}

fn halfwords(first: u32, second: u32) -> Vec<u8> {
    [(first as u16).to_le_bytes(), (second as u16).to_le_bytes()].concat()
}

const X64: &[Kind] = &[
    Kind {
        relocation: Relocation::X86Rel8,
        code: &[0xeb, 0],
        unit: 1,
        encode: |at, target| {
            let distance = target - (at + 1);
            limits(distance, -128, 127, 1)?;
            Ok(vec![0xeb, distance as u8])
        },
    },
    Kind {
        relocation: Relocation::X86Rel32,
        code: &[0x0f, 0x84, 0, 0, 0, 0],
        unit: 2,
        encode: |at, target| Ok([&[0x0f, 0x84][..], &((target - (at + 4)) as i32).to_le_bytes()].concat()),
    },
    Kind {
        relocation: Relocation::Data16,
        code: &[0, 0],
        unit: 0,
        encode: |at, target| Ok(((target - at) as i16).to_le_bytes().to_vec()),
    },
];

const A64: &[Kind] = &[
    Kind {
        relocation: Relocation::A64Branch26,
        code: &[0, 0, 0, 0x14],
        unit: 0,
        encode: |at, target| word(0x1400_0000, target - at, 26, 0),
    },
    Kind {
        relocation: Relocation::A64Branch19,
        code: &[0, 0, 0, 0x54],
        unit: 0,
        encode: |at, target| word(0x5400_0000, target - at, 19, 5),
    },
    Kind {
        relocation: Relocation::A64Branch14,
        code: &[0, 0, 0, 0x36],
        unit: 0,
        encode: |at, target| word(0x3600_0000, target - at, 14, 5),
    },
    Kind {
        relocation: Relocation::A64Branch9,
        code: &[0, 0, 0, 0x74],
        unit: 0,
        encode: |at, target| word(0x7400_0000, target - at, 9, 5),
    },
    Kind {
        relocation: Relocation::A64Adr,
        code: &[0, 0, 0, 0x10],
        unit: 0,
        encode: |at, target| {
            let distance = target - at;
            limits(distance, -(1 << 20), (1 << 20) - 1, 1)?;
            let d = distance as u32;
            Ok((0x1000_0000 | (d & 3) << 29 | (d >> 2 & 0x7_ffff) << 5).to_le_bytes().to_vec())
        },
    },
];

const T32: &[Kind] = &[
    Kind {
        relocation: Relocation::T32Branch8,
        code: &[0, 0xd0],
        unit: 0,
        encode: |at, target| {
            let d = target - (at + 4);
            limits(d, -256, 254, 2)?;
            Ok(vec![(d >> 1) as u8, 0xd0])
        },
    },
    Kind {
        relocation: Relocation::T32Branch11,
        code: &[0, 0xe0],
        unit: 0,
        encode: |at, target| {
            let d = target - (at + 4);
            limits(d, -2048, 2046, 2)?;
            Ok((0xe000 | (d >> 1) as u16 & 0x7ff).to_le_bytes().to_vec())
        },
    },
    Kind {
        relocation: Relocation::T32CompareBranch,
        code: &[0, 0xb1],
        unit: 0,
        encode: |at, target| {
            let d = target - (at + 4);
            limits(d, 0, 126, 2)?;
            Ok((0xb100 | (d as u16 >> 6 & 1) << 9 | (d as u16 >> 1 & 31) << 3).to_le_bytes().to_vec())
        },
    },
    Kind {
        relocation: Relocation::T32Branch20,
        code: &[0, 0xf0, 0, 0x80],
        unit: 0,
        encode: |at, target| {
            let d = target - (at + 4);
            limits(d, -(1 << 20), (1 << 20) - 2, 2)?;
            let d = d as u32; // S:J2:J1:imm6:imm11:0
            Ok(halfwords(
                0xf000 | (d >> 20 & 1) << 10 | d >> 12 & 0x3f,
                0x8000 | (d >> 18 & 1) << 13 | (d >> 19 & 1) << 11 | d >> 1 & 0x7ff,
            ))
        },
    },
    Kind {
        relocation: Relocation::T32Branch24,
        code: &[0, 0xf0, 0, 0xf8],
        unit: 0,
        encode: |at, target| {
            let d = target - (at + 4);
            limits(d, -(1 << 24), (1 << 24) - 2, 2)?;
            let d = d as u32; // S:I1:I2:imm10:imm11:0, J = NOT(I EOR S)
            let (s, i1, i2) = (d >> 24 & 1, d >> 23 & 1, d >> 22 & 1);
            Ok(halfwords(0xf000 | s << 10 | d >> 12 & 0x3ff, 0xd000 | (i1 ^ s ^ 1) << 13 | (i2 ^ s ^ 1) << 11 | d >> 1 & 0x7ff))
        },
    },
    Kind {
        relocation: Relocation::T32Literal8,
        code: &[0, 0x48],
        unit: 0,
        encode: |at, target| {
            let d = target - ((at + 4) & !3);
            limits(d, 0, 1020, 4)?;
            Ok(vec![(d >> 2) as u8, 0x48])
        },
    },
    Kind {
        relocation: Relocation::T32Literal12,
        code: &[0x5f, 0xf8, 0, 0],
        unit: 0,
        encode: |at, target| {
            let d = target - ((at + 4) & !3);
            limits(d, -4095, 4095, 1)?;
            let up = u32::from(d >= 0);
            Ok(halfwords(0xf85f | up << 7, d.unsigned_abs() as u32))
        },
    },
];

static NAMES: [&str; 3] = ["a", "b", "again"];
const DYNAMIC: usize = 6;

/// What a reference means.
#[derive(Clone, Copy, Debug)]
enum To {
    Dynamic(usize),
    Global(usize),
    Next(usize),
    Previous(usize),
}

#[derive(Clone, Copy, Debug)]
enum Line {
    Fill(usize),
    Refer(usize, To),
    Dynamic(usize),
    Global(usize),
    Local(usize),
}

/// A definition: of a dynamic label, a global name, or the n-th one of a local name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Key {
    Dynamic(usize),
    Global(usize),
    Local(usize, usize),
}

type Failure = (usize, Reason);

/// How lines are assembled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// By calls: references to bound labels are patched at once.
    Calls,
    /// As expansions of `dynasm!` have it: plain references to labels with a number are listed, bound or not.
    Macro,
}

/// What must come out. `chains`: references to local names are patched when those are defined, newest first, and others
/// sooner or later; else all are patched in the end, in order.
struct Model<'a> {
    kinds: &'a [Kind],
    base: i64,
    way: Way,
    chains: bool,
    capacity: usize,
    code: Vec<u8>,
    bound: HashMap<Key, usize>,
    definitions: [usize; NAMES.len()],
    waiting: Vec<(usize, usize, Key)>,
    /// The first one that is found at once.
    failure: Option<Failure>,
}

impl Model<'_> {
    fn fail(&mut self, at: usize, reason: Reason) {
        self.failure.get_or_insert((at, reason));
    }

    /// References to labels that are still open.
    fn open(&self) -> impl Iterator<Item = &(usize, usize, Key)> {
        self.waiting.iter().filter(|(_, _, key)| !self.bound.contains_key(key))
    }

    /// Whether a reference to an open label takes a slot: the first one to a local name does not.
    fn takes_slot(&self, key: Key) -> bool {
        !(self.chains && matches!(key, Key::Local(..))) || self.open().any(|(.., other)| *other == key)
    }

    /// The slots that are taken.
    fn slots(&self) -> usize {
        let open: Vec<Key> = self.open().map(|(.., key)| *key).collect();
        let without = |key: &&Key| self.chains && matches!(key, Key::Local(..));
        open.len() - open.iter().filter(without).collect::<HashSet<_>>().len()
    }

    /// `at`: where the instruction starts.
    fn patch(&mut self, at: usize, kind: usize, target: usize) {
        let kind = &self.kinds[kind];
        let unit = at + kind.unit;
        match (kind.encode)(self.base + unit as i64, self.base + target as i64) {
            Ok(code) => self.code[at..at + code.len()].copy_from_slice(&code),
            Err(reason) => self.fail(unit, reason),
        }
    }

    fn line(&mut self, line: Line) {
        let here = self.code.len();
        match line {
            Line::Fill(n) => self.code.extend(std::iter::repeat_n(0xaa, n)),
            Line::Refer(kind, to) => {
                self.code.extend(self.kinds[kind].code);
                let key = match to {
                    To::Dynamic(n) => Key::Dynamic(n),
                    To::Global(n) => Key::Global(n),
                    To::Next(n) => Key::Local(n, self.definitions[n]),
                    To::Previous(n) => match self.definitions[n].checked_sub(1) {
                        Some(last) => Key::Local(n, last),
                        None => return self.fail(self.code.len(), Reason::LabelUnbound),
                    },
                };
                let numbered = matches!(key, Key::Dynamic(_) | Key::Global(_));
                let listed = self.way == Way::Macro && numbered && self.kinds[kind].relocation.is_plain();
                match self.bound.get(&key) {
                    Some(_) if listed => self.waiting.push((here, kind, key)),
                    Some(target) => self.patch(here, kind, *target),
                    None if self.takes_slot(key) && self.slots() == self.capacity => {
                        self.fail(here + self.kinds[kind].unit, Reason::FixupsFull)
                    }
                    None => self.waiting.push((here, kind, key)),
                }
            }
            Line::Dynamic(n) => self.bind(Key::Dynamic(n)),
            Line::Global(n) => self.bind(Key::Global(n)),
            Line::Local(n) => {
                self.bind(Key::Local(n, self.definitions[n]));
                self.definitions[n] += 1;
            }
        }
    }

    fn bind(&mut self, key: Key) {
        let here = self.code.len();
        if self.bound.contains_key(&key) {
            return self.fail(here, Reason::LabelRebound);
        }
        self.bound.insert(key, here);
        if self.chains && matches!(key, Key::Local(..)) {
            for (at, kind, to) in std::mem::take(&mut self.waiting).into_iter().rev() {
                match to == key {
                    true => self.patch(at, kind, here),
                    false => self.waiting.insert(0, (at, kind, to)),
                }
            }
        }
    }

    /// The offsets of references that may be named as unbound, or the failures that may be named.
    fn finish(&mut self) -> Result<Vec<usize>, Vec<Failure>> {
        let at_once = self.failure.take();
        let mut late = Vec::new();
        for (at, kind, to) in self.waiting.clone() {
            if let Some(target) = self.bound.get(&to) {
                self.patch(at, kind, *target);
                late.extend(self.failure.take());
            }
        }
        self.failure = at_once;
        let failures: Vec<_> = at_once.into_iter().chain(late).collect();
        match failures.first() {
            None => {
                let open = self.open().map(|(at, kind, _)| at + self.kinds[*kind].unit);
                Ok(open.take(if self.chains { usize::MAX } else { 1 }).collect())
                // of a list, the first one
            }
            // While a list has no room, what would be listed is patched at once.
            Some(first) => Err(if self.chains || self.way == Way::Macro { failures } else { vec![*first] }),
        }
    }
}

/// A line as `dynasm!` expands to it.
fn expand<T: LabelTable>(asm: &mut Assembler<Any, GrowBuffer, T>, dynamic: &[DynamicLabel], kinds: &[Kind], line: Line) {
    let name = |n: usize| p::name(&NAMES[n]);
    let step = |asm: &mut Assembler<Any, GrowBuffer, T>, to| match to {
        To::Dynamic(n) => p::LabelRef::Label(dynamic[n]),
        To::Global(n) => p::LabelRef::Label(asm.global(name(n))),
        To::Next(n) => p::LabelRef::Next(name(n)),
        To::Previous(n) => p::LabelRef::Previous(name(n)),
    };
    let (to, kind) = match line {
        Line::Refer(kind, to) if kinds[kind].relocation.is_plain() => (to, Some(&kinds[kind])),
        Line::Fill(_) | Line::Refer(..) => return emit(asm, dynamic, kinds, line),
        Line::Dynamic(n) => (To::Dynamic(n), None),
        Line::Global(n) => (To::Global(n), None),
        Line::Local(n) => (To::Next(n), None),
    };
    let label = step(asm, to);
    let (at, code) = (asm.mark(), kind.map_or(&[][..], |kind| kind.code));
    let room = asm.begin(at, code.len()).is_some();
    let (mut waiting, mut bits, table) = (p::Chain::EMPTY, 0u64, asm.labels_mut());
    let done = room
        && match (kind, label) {
            (None, p::LabelRef::Label(label)) => p::try_bind(table, label, at, 0),
            (None, p::LabelRef::Next(name) | p::LabelRef::Previous(name)) => p::try_define(table, name, at, 0, &mut waiting),
            (Some(kind), label) => {
                let (unit, relocation) = (at + kind.unit as u32, kind.relocation);
                match label {
                    p::LabelRef::Label(label) => table.try_refer(label.get_id() as u32, unit, relocation),
                    p::LabelRef::Next(name) => table.try_refer_next(name, unit, relocation),
                    p::LabelRef::Previous(name) => {
                        let target = table.previous(name).and_then(bareasm_core::bound);
                        let distance = target.map(|target| relocation.distance(unit.into(), target.into()));
                        let found = distance.and_then(|distance| relocation.bits(distance));
                        bits = found.unwrap_or(0);
                        found.is_some()
                    }
                }
            }
        };
    if let Some(room) = asm.begin(at, code.len()) {
        room.copy_from_slice(code);
        for (byte, bits) in room.iter_mut().skip(kind.map_or(0, |kind| kind.unit)).zip(bits.to_le_bytes()) {
            *byte ^= bits;
        }
    }
    asm.seal(at, code.len());
    if done {
        asm.patch_waiting(waiting, at, 0, code.len() as u32);
    } else {
        asm.patch_all(waiting, at, 0);
    }
    if !done {
        let number = kind.map_or(p::BIND, |kind| kind.relocation as u8);
        asm.named_steps(0, &[(label, number, kind.map_or(0, |kind| (kind.code.len() - kind.unit) as u32))]);
    }
}

fn emit<T: LabelTable>(asm: &mut Assembler<Any, GrowBuffer, T>, dynamic: &[DynamicLabel], kinds: &[Kind], line: Line) {
    let name = |n: usize| Name::new(NAMES[n]);
    match line {
        Line::Fill(n) => asm.extend(std::iter::repeat_n(0xaau8, n)),
        Line::Refer(kind, to) => {
            let kind = &kinds[kind];
            asm.put_slice(kind.code);
            let label = match to {
                To::Dynamic(n) => dynamic[n],
                To::Global(n) => asm.global(name(n)),
                To::Next(n) => asm.local_forward(name(n)),
                To::Previous(n) => asm.local_backward(name(n)),
            };
            asm.refer(label, kind.relocation, (kind.code.len() - kind.unit) as u32);
        }
        Line::Dynamic(n) => asm.bind_here(dynamic[n]),
        Line::Global(n) => {
            let label = asm.global(name(n));
            asm.bind_here(label);
        }
        Line::Local(n) => asm.local_define(name(n), 0),
    }
}

/// How often each outcome was seen.
#[derive(Debug, Default)]
struct Seen {
    good: usize,
    mended: usize,
    failed: HashMap<&'static str, usize>,
}

fn compare(result: Result<usize, Error>, expected: &Result<Vec<usize>, Vec<Failure>>, seen: &mut Seen, what: &str) {
    match (result, expected) {
        (Ok(_), Ok(open)) if open.is_empty() => seen.good += 1,
        (Err(error), Ok(open)) => {
            assert_eq!(error.reason(), Reason::LabelUnbound, "{what}");
            assert!(open.contains(&(error.offset() as usize)), "{what}: {error} of {open:?}");
            *seen.failed.entry("open").or_default() += 1;
        }
        (Err(error), Err(failures)) => {
            // A target that is too far and misaligned as well may be called either.
            let far = |reason| (error.reason(), reason) == (Reason::TargetRange, Reason::TargetAlignment);
            let same = |(at, reason): &&Failure| error.offset() as usize == *at && (error.reason() == *reason || far(*reason));
            let failure = failures.iter().find(same);
            let (_, reason) = failure.unwrap_or_else(|| panic!("{what}: {error} instead of {expected:?}"));
            let reason = match reason {
                Reason::LabelRebound => "rebound",
                Reason::LabelUnbound => "none before",
                Reason::FixupsFull => "full",
                _ => "reach",
            };
            *seen.failed.entry(reason).or_default() += 1;
        }
        (result, expected) => panic!("{what}: {result:?} instead of {expected:?}"),
    }
}

fn run<T: LabelTable>(
    mut asm: Assembler<Any, GrowBuffer, T>,
    mut model: Model<'_>,
    program: &[Line],
    seen: &mut Seen,
    what: &str,
) {
    let dynamic = [(); DYNAMIC].map(|()| asm.new_dynamic_label());
    for line in program {
        match model.way {
            Way::Calls => emit(&mut asm, &dynamic, model.kinds, *line),
            Way::Macro => expand(&mut asm, &dynamic, model.kinds, *line),
        }
        model.line(*line);
        assert_eq!(asm.offset(), model.code.len(), "{what}");
    }
    let expected = model.finish();
    let result = asm.finish();
    compare(result, &expected, seen, what);
    assert_eq!(asm.finish(), result, "{what}: finishing again says the same");
    if expected.as_ref().is_ok_and(|open| !open.is_empty()) {
        // Bind what is open, and finish again.
        while let Some((_, _, key)) = model.waiting.iter().find(|(_, _, key)| !model.bound.contains_key(key)) {
            let line = match *key {
                Key::Dynamic(n) => Line::Dynamic(n),
                Key::Global(n) => Line::Global(n),
                Key::Local(n, _) => Line::Local(n),
            };
            emit(&mut asm, &dynamic, model.kinds, line);
            model.line(line);
        }
        let expected = model.finish();
        let result = asm.finish();
        compare(result, &expected, seen, what);
        seen.mended += usize::from(result.is_ok());
    }
    match asm.status() {
        Ok(()) => assert_eq!(asm.code(), model.code, "{what}"),
        Err(_) => assert!(asm.code().is_empty(), "{what}"),
    }
    // Used again, nothing is left of it.
    asm.reset();
    assert_eq!(asm.finish(), Ok(0), "{what}");
    let label = asm.new_dynamic_label();
    assert_eq!(asm.label_offset(label), None, "{what}");
}

fn program(random: &mut Rng, kinds: usize, unit: usize) -> Vec<Line> {
    let most = if random.usize(..4) == 0 { 120 } else { 24 };
    let length = 1 + random.usize(..most);
    let mut lines: Vec<Line> = Vec::new();
    let careless = random.usize(..8) == 0; // binds twice, and looks for definitions before the first
    let mut bound = [false; DYNAMIC + NAMES.len()];
    let mut defined = [false; NAMES.len()];
    for _ in 0..length {
        let (label, name) = (random.usize(..DYNAMIC), random.usize(..NAMES.len()));
        let line = match random.usize(..12) {
            0 if random.usize(..4) == 0 => Line::Fill(unit * random.usize(..500)),
            0 | 1 => Line::Fill(unit * random.usize(..12)),
            2 if careless || !bound[label] => {
                bound[label] = true;
                Line::Dynamic(label)
            }
            3 if careless || !bound[DYNAMIC + name] => {
                bound[DYNAMIC + name] = true;
                Line::Global(name)
            }
            4 | 5 => {
                defined[name] = true;
                Line::Local(name)
            }
            _ => {
                let to = match random.usize(..8) {
                    0..=2 => To::Dynamic(label),
                    3 | 4 => To::Global(name),
                    5 => To::Next(name),
                    _ if careless || defined[name] => To::Previous(name),
                    _ => continue,
                };
                Line::Refer(random.usize(..kinds), to)
            }
        };
        lines.push(line);
    }
    if random.usize(..4) != 0 {
        lines.extend((0..DYNAMIC).filter(|n| !bound[*n]).map(Line::Dynamic));
        lines.extend((0..NAMES.len()).filter(|n| !bound[DYNAMIC + *n]).map(Line::Global));
        lines.extend((0..NAMES.len()).map(Line::Local));
    }
    lines
}

/// Programs of each sweep; an emulator gets fewer.
const ROUNDS: usize = if cfg!(target_arch = "x86_64") { 6_000 } else { 600 };

fn sweep(kinds: &[Kind], unit: usize, bases: &[Option<u64>], seed: u64) {
    let mut random = Rng::with_seed(seed);
    let (mut fixed, mut small, mut grown) = (Seen::default(), Seen::default(), Seen::default());
    let mut table = Labels::<32, 256>::new();
    let mut few = Labels::<32, 3>::new();
    for round in 0..ROUNDS {
        // Half of the programs use one kind only, else the shortest reach would spoil most of them.
        let chosen = if random.usize(..2) == 0 { std::slice::from_ref(&kinds[random.usize(..kinds.len())]) } else { kinds };
        let lines = program(&mut random, chosen.len(), unit);
        let base = bases[random.usize(..bases.len())];
        let way = if random.bool() { Way::Calls } else { Way::Macro };
        let model = |chains, capacity| Model {
            kinds: chosen,
            base: base.unwrap_or(0) as i64,
            way,
            chains,
            capacity,
            code: Vec::new(),
            bound: HashMap::new(),
            definitions: [0; NAMES.len()],
            waiting: Vec::new(),
            failure: None,
        };
        let fixed_table: fn(FixedLabels<'_>) -> Assembler<Any, GrowBuffer, FixedLabels<'_>> =
            |view| Assembler::from_parts(GrowBuffer::new(), view);
        let with = |what: &str| format!("round {round}, {what}, {way:?}, base {base:?}: {lines:?}");
        let mut asm = fixed_table(table.view());
        asm.set_base(base);
        run(asm, model(true, 256), &lines, &mut fixed, &with("fixed"));
        let mut asm = fixed_table(few.view());
        asm.set_base(base);
        run(asm, model(true, 3), &lines, &mut small, &with("small"));
        let mut asm = Assembler::from_parts(GrowBuffer::new(), GrowLabels::new());
        asm.set_base(base);
        run(asm, model(false, usize::MAX), &lines, &mut grown, &with("growing"));
    }
    // The programs reach what they are meant to reach.
    for seen in [&fixed, &small, &grown] {
        assert!(seen.good > ROUNDS / 6 && seen.mended > ROUNDS / 120, "{seen:?}");
        for reason in ["open", "rebound", "none before", "reach"] {
            assert!(seen.failed.get(reason).is_some_and(|count| *count >= ROUNDS / 300), "{reason}: {seen:?}");
        }
    }
    assert!(small.failed.get("full").is_some_and(|count| *count > ROUNDS / 12), "{small:?}");
}

#[test]
fn x64_programs() {
    sweep(X64, 1, &[None, Some(0), Some(0x7fff_1234_5671)], 0x1234_5678_9abc_def1);
}

#[test]
fn a64_programs() {
    sweep(A64, 4, &[None, Some(0), Some(0xffff_0000_1234_0004)], 0x0f1e_2d3c_4b5a_6978);
}

#[test]
fn t32_programs() {
    sweep(T32, 2, &[None, Some(0), Some(0x2000_0002)], 0xdead_beef_0bad_cafe);
}
