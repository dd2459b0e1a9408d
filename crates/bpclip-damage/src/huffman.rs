//! Huffman tables (annex C), prepared for reading many codes at once.

use crate::Reason;
use crate::bits::Bits;
use std::cell::OnceCell;

/// Bits that one look into a table covers.
const WINDOW: u32 = 10;

/// Number of windows.
const WINDOWS: usize = 1 << WINDOW;

/// Step of an end of block, beyond all steps that coefficients make.
pub const END: u32 = 128;

/// Most bits of a DC difference of 8-bit samples (table F.1).
const DC_SIZE: u8 = 11;

/// Most bits of an AC coefficient of 8-bit samples (table F.2), and one to
/// spare, as some writers keep -1024.
const AC_SIZE: u8 = 11;

/// What the values of a table stand for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Sizes of DC differences (F.1.2.1).
    Dc,
    /// Run and size of AC coefficients (F.1.2.2).
    Ac,
}

/// One code with the bits that belong to it.
#[derive(Clone, Copy, Default)]
pub struct Symbol {
    /// Bits of the code alone; none if the window holds no whole code.
    pub length: u8,
    /// The value that the code stands for.
    pub value: u8,
}

impl Symbol {
    /// Zero coefficients before the one coded.
    pub fn run(self) -> u32 {
        u32::from(self.value >> 4)
    }

    /// Bits after the code.
    pub fn size(self) -> u32 {
        u32::from(self.value & 15)
    }

    /// Coefficients that an AC code of a sequential scan accounts for. A
    /// size of 0 ends the block unless it stands for 16 zeros (F.1.2.2.1).
    fn step(self) -> u32 {
        let ends = self.size() == 0 && self.run() != 15;
        if ends { END } else { self.run() + 1 }
    }
}

/// All AC codes that begin and end within one window, taken together.
#[derive(Clone, Copy, Default)]
pub struct Group {
    /// Their bits, those after the codes included; none if there is no code.
    pub bits: u8,
    /// Coefficients before the last of the codes.
    pub before: u8,
    /// Coefficients of all of them.
    pub step: u8,
}

impl Group {
    /// The group that comes next.
    #[inline(always)]
    pub fn next(groups: &Groups, bits: &Bits) -> Self {
        groups[bits.peek(WINDOW)]
    }
}

/// The groups of all windows.
pub type Groups = Box<[Group; WINDOWS]>;

/// A table as a `DHT` segment gives it (B.2.4.2).
#[derive(Clone)]
pub struct Huffman {
    class: Class,
    symbols: Box<[Symbol; WINDOWS]>,
    /// Made when first asked for; only sequential scans need them.
    groups: OnceCell<Groups>,
    values: Vec<u8>,
    /// First code of each length, from 1 on.
    first: [u32; 16],
    /// Place in `values` of that code.
    place: [usize; 16],
    counts: [u8; 16],
}

impl Huffman {
    /// Builds a table from the number of codes of each length and the values;
    /// `None` if there are more codes than a length has room for.
    pub fn new(class: Class, counts: [u8; 16], values: &[u8]) -> Option<Self> {
        let mut table = Self {
            class,
            symbols: Box::new([Symbol::default(); WINDOWS]),
            groups: OnceCell::new(),
            values: values.to_vec(),
            first: [0; 16],
            place: [0; 16],
            counts,
        };
        table.number_codes()?;
        table.fill_symbols();
        Some(table)
    }

    /// Gives each length its first code (C.2).
    fn number_codes(&mut self) -> Option<()> {
        let (mut code, mut place) = (0u32, 0);
        for index in 0..16 {
            self.first[index] = code;
            self.place[index] = place;
            code += u32::from(self.counts[index]);
            place += usize::from(self.counts[index]);
            if code > 2 << index {
                return None;
            }
            code <<= 1;
        }
        (place == self.values.len()).then_some(())
    }

    /// Enters every code that fits into the window.
    fn fill_symbols(&mut self) {
        for index in 0..WINDOW as usize {
            let spare = WINDOW as usize - 1 - index;
            for nth in 0..usize::from(self.counts[index]) {
                let value = self.values[self.place[index] + nth];
                if !self.allowed(value) {
                    continue;
                }
                let length = index as u8 + 1;
                let from = (self.first[index] as usize + nth) << spare;
                self.symbols[from..from + (1 << spare)].fill(Symbol { length, value });
            }
        }
    }

    /// Whether 8-bit samples can have such a value.
    fn allowed(&self, value: u8) -> bool {
        match self.class {
            Class::Dc => value <= DC_SIZE,
            Class::Ac => value & 15 <= AC_SIZE,
        }
    }

    /// Collects the codes of a sequential scan that begin and end within a
    /// window, up to an end of block.
    fn group(&self, window: usize) -> Group {
        let (mut bits, mut before, mut step) = (0, 0, 0);
        while bits < WINDOW && step < 64 {
            let symbol = self.symbols[(window << bits) % WINDOWS];
            let length = u32::from(symbol.length);
            if length == 0 || bits + length > WINDOW {
                break;
            }
            bits += length + symbol.size();
            before = step;
            step += symbol.step();
        }
        Group {
            bits: bits as u8,
            before: before as u8,
            step: step as u8,
        }
    }

    /// The groups of an AC table.
    pub fn groups(&self) -> &Groups {
        let make = || Box::new(std::array::from_fn(|window| self.group(window)));
        self.groups.get_or_init(make)
    }

    /// The code that comes next. Wants a refilled reader.
    #[inline(always)]
    pub fn next(&self, bits: &Bits) -> Result<Symbol, Reason> {
        let symbol = self.symbols[bits.peek(WINDOW)];
        if symbol.length > 0 {
            return Ok(symbol);
        }
        self.next_long(bits)
    }

    /// The same for codes longer than the window (F.2.2.3).
    #[cold]
    fn next_long(&self, bits: &Bits) -> Result<Symbol, Reason> {
        for index in 0..16 {
            let code = bits.peek(index as u32 + 1) as u32;
            let nth = code.wrapping_sub(self.first[index]);
            if nth < u32::from(self.counts[index]) {
                let value = self.values[self.place[index] + nth as usize];
                let length = index as u8 + 1;
                let symbol = Symbol { length, value };
                return self
                    .allowed(value)
                    .then_some(symbol)
                    .ok_or(Reason::OutOfRange);
            }
        }
        let ended = bits.has_only(15);
        Err(if ended {
            Reason::EndsEarly
        } else {
            Reason::UnknownCode
        })
    }

    /// Uses up a code and the bits that belong to it.
    #[inline(always)]
    pub fn skip(&self, bits: &mut Bits) -> Result<Symbol, Reason> {
        bits.refill();
        let symbol = self.next(bits)?;
        bits.skip(u32::from(symbol.length) + symbol.size())?;
        Ok(symbol)
    }

    /// Uses up a DC code with its bits and gives the difference that they
    /// stand for (F.2.2.1).
    #[inline(always)]
    pub fn difference(&self, bits: &mut Bits) -> Result<i32, Reason> {
        bits.refill();
        let symbol = self.next(bits)?;
        bits.skip(u32::from(symbol.length))?;
        let size = symbol.size();
        let value = bits.peek(size + 1) as i32 >> 1;
        bits.skip(size)?;
        let negative = value < 1 << size >> 1;
        Ok(if negative {
            value + 1 - (1 << size)
        } else {
            value
        })
    }

    /// Number of coefficients that an AC code of a sequential scan accounts
    /// for; uses up the code.
    #[inline(always)]
    pub fn skip_one(&self, bits: &mut Bits) -> Result<u32, Reason> {
        Ok(self.skip(bits)?.step())
    }
}

/// A table of annex K.3.3, for files that bring none: the first for luminance,
/// the others for chrominance.
pub fn typical(class: Class, slot: usize) -> Huffman {
    let (counts, values): ([u8; 16], &[u8]) = match (class, slot) {
        (Class::Dc, 0) => (DC_LUMA, &DC_VALUES),
        (Class::Dc, _) => (DC_CHROMA, &DC_VALUES),
        (Class::Ac, 0) => (AC_LUMA, &AC_LUMA_VALUES),
        (Class::Ac, _) => (AC_CHROMA, &AC_CHROMA_VALUES),
    };
    Huffman::new(class, counts, values).expect("the tables of the standard are sound")
}

/// Table K.3, codes of each length.
const DC_LUMA: [u8; 16] = [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0];

/// Table K.4, likewise.
const DC_CHROMA: [u8; 16] = [0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0];

/// Values of both.
const DC_VALUES: [u8; 12] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];

/// Table K.5, codes of each length.
const AC_LUMA: [u8; 16] = [0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 125];

/// Table K.6, likewise.
const AC_CHROMA: [u8; 16] = [0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 119];

/// Values of table K.5.
const AC_LUMA_VALUES: [u8; 162] = [
    0x01, 0x02, 0x03, 0x00, 0x04, 0x11, 0x05, 0x12, 0x21, 0x31, 0x41, 0x06, 0x13, 0x51, 0x61, 0x07,
    0x22, 0x71, 0x14, 0x32, 0x81, 0x91, 0xA1, 0x08, 0x23, 0x42, 0xB1, 0xC1, 0x15, 0x52, 0xD1, 0xF0,
    0x24, 0x33, 0x62, 0x72, 0x82, 0x09, 0x0A, 0x16, 0x17, 0x18, 0x19, 0x1A, 0x25, 0x26, 0x27, 0x28,
    0x29, 0x2A, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x3A, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49,
    0x4A, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59, 0x5A, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69,
    0x6A, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7A, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89,
    0x8A, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9A, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6, 0xA7,
    0xA8, 0xA9, 0xAA, 0xB2, 0xB3, 0xB4, 0xB5, 0xB6, 0xB7, 0xB8, 0xB9, 0xBA, 0xC2, 0xC3, 0xC4, 0xC5,
    0xC6, 0xC7, 0xC8, 0xC9, 0xCA, 0xD2, 0xD3, 0xD4, 0xD5, 0xD6, 0xD7, 0xD8, 0xD9, 0xDA, 0xE1, 0xE2,
    0xE3, 0xE4, 0xE5, 0xE6, 0xE7, 0xE8, 0xE9, 0xEA, 0xF1, 0xF2, 0xF3, 0xF4, 0xF5, 0xF6, 0xF7, 0xF8,
    0xF9, 0xFA,
];

/// Values of table K.6.
const AC_CHROMA_VALUES: [u8; 162] = [
    0x00, 0x01, 0x02, 0x03, 0x11, 0x04, 0x05, 0x21, 0x31, 0x06, 0x12, 0x41, 0x51, 0x07, 0x61, 0x71,
    0x13, 0x22, 0x32, 0x81, 0x08, 0x14, 0x42, 0x91, 0xA1, 0xB1, 0xC1, 0x09, 0x23, 0x33, 0x52, 0xF0,
    0x15, 0x62, 0x72, 0xD1, 0x0A, 0x16, 0x24, 0x34, 0xE1, 0x25, 0xF1, 0x17, 0x18, 0x19, 0x1A, 0x26,
    0x27, 0x28, 0x29, 0x2A, 0x35, 0x36, 0x37, 0x38, 0x39, 0x3A, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48,
    0x49, 0x4A, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59, 0x5A, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68,
    0x69, 0x6A, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7A, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87,
    0x88, 0x89, 0x8A, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9A, 0xA2, 0xA3, 0xA4, 0xA5,
    0xA6, 0xA7, 0xA8, 0xA9, 0xAA, 0xB2, 0xB3, 0xB4, 0xB5, 0xB6, 0xB7, 0xB8, 0xB9, 0xBA, 0xC2, 0xC3,
    0xC4, 0xC5, 0xC6, 0xC7, 0xC8, 0xC9, 0xCA, 0xD2, 0xD3, 0xD4, 0xD5, 0xD6, 0xD7, 0xD8, 0xD9, 0xDA,
    0xE2, 0xE3, 0xE4, 0xE5, 0xE6, 0xE7, 0xE8, 0xE9, 0xEA, 0xF2, 0xF3, 0xF4, 0xF5, 0xF6, 0xF7, 0xF8,
    0xF9, 0xFA,
];
