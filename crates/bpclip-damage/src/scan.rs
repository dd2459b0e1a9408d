//! The entropy-coded data of one scan.

use crate::Reason;
use crate::bits::Bits;
use crate::frame::Pass;
use crate::huffman::{END, Group, Groups, Huffman};
use std::rc::Rc;

/// Most zeros of one run; with a size of 0 it stands alone (F.1.2.2.1).
const LONG_RUN: u32 = 15;

/// What it takes to read one block of an MCU.
#[derive(Clone)]
pub struct Block {
    /// Place of its component in the frame.
    pub component: usize,
    pub dc: Rc<Huffman>,
    pub ac: Rc<Huffman>,
    /// Largest DC value, without its sign, that 8-bit samples can have.
    pub limit: u32,
}

impl Block {
    /// Reads the DC value. `last` holds those of the blocks before, for each
    /// component (F.2.1.3.1).
    #[inline(always)]
    fn read_dc(&self, bits: &mut Bits, last: &mut [i32; 4]) -> Result<(), Reason> {
        let value = &mut last[self.component];
        *value += self.dc.difference(bits)?;
        let fine = value.unsigned_abs() <= self.limit;
        fine.then_some(()).ok_or(Reason::OutOfRange)
    }
}

/// What it takes to read one scan.
pub struct Reader<'a> {
    pub pass: Pass,
    pub band: (u8, u8),
    /// The blocks of an MCU.
    pub blocks: Vec<Block>,
    pub mcus: usize,
    /// MCUs of a restart interval (B.2.4.4); all of them if there is none.
    pub interval: usize,
    /// One mask a block of the coefficients that are not zero so far.
    pub masks: &'a mut [u64],
}

/// What reading a scan came to.
#[derive(Default)]
pub struct Tally {
    /// MCUs without sound data.
    pub lost: f64,
    pub reason: Option<Reason>,
}

impl Tally {
    /// Notes a flaw; the first one is kept.
    fn add(&mut self, lost: f64, reason: Reason) {
        self.lost += lost;
        self.reason.get_or_insert(reason);
    }
}

impl Reader<'_> {
    /// Reads all restart intervals and leaves `bits` at the marker that ends
    /// the scan.
    pub fn run(&mut self, bits: &mut Bits) -> Tally {
        let mut tally = Tally::default();
        let (mut at, mut number) = (0, 0);
        while at < self.mcus {
            let end = self.mcus.min(at + self.interval);
            self.read_interval(bits, at, end, &mut tally);
            at = end;
            if at < self.mcus {
                let passed = next_restart(bits, &mut number, &mut tally);
                let skipped = passed.map_or(self.mcus, |n| n * self.interval);
                let to = self.mcus.min(at.saturating_add(skipped));
                tally.lost += (to - at) as f64;
                at = to;
            }
        }
        self.pass_trailing(bits, &mut tally);
        tally
    }

    /// Reads the MCUs of one restart interval and goes to the next marker.
    fn read_interval(&mut self, bits: &mut Bits, at: usize, end: usize, tally: &mut Tally) {
        let start = bits.pos();
        let (done, flaw) = self.read_mcus(bits, at, end);
        let stray = bits.finish();
        if let Some(reason) = flaw {
            tally.add((end - done) as f64, reason);
        } else if stray > 0 {
            let share = stray as f64 / (bits.pos() - start) as f64;
            tally.add((end - at) as f64 * share, Reason::Leftover);
        }
    }

    /// Goes past restart markers after the last interval, which some writers
    /// add; no data may follow them.
    fn pass_trailing(&self, bits: &mut Bits, tally: &mut Tally) {
        while bits.marker().is_some_and(is_restart) {
            bits.pass_marker();
            if bits.finish() > 0 {
                tally.add(0.0, Reason::Leftover);
            }
        }
    }

    /// Reads MCUs and says how far it came.
    fn read_mcus(&mut self, bits: &mut Bits, at: usize, end: usize) -> (usize, Option<Reason>) {
        let mut local = *bits;
        let mut done = at;
        let result = match self.pass {
            Pass::Sequential => self.sequential(&mut local, &mut done, end),
            Pass::DcFirst => self.dc_first(&mut local, &mut done, end),
            Pass::DcRefine => self.dc_refine(&mut local, &mut done, end),
            Pass::AcFirst => self.ac_first(&mut local, &mut done, end),
            Pass::AcRefine => self.ac_refine(&mut local, &mut done, end),
        };
        *bits = local;
        (done, result.err())
    }

    /// DC and AC of every block (F.2.2).
    fn sequential(&self, bits: &mut Bits, done: &mut usize, end: usize) -> Result<(), Reason> {
        let groups: Vec<_> = self.blocks.iter().map(|b| b.ac.groups()).collect();
        let mut last = [0; 4];
        while *done < end {
            for (block, groups) in self.blocks.iter().zip(&groups) {
                block.read_dc(bits, &mut last)?;
                skip_ac(bits, groups, &block.ac)?;
            }
            *done += 1;
        }
        Ok(())
    }

    /// The first bits of DC coefficients (G.1.2.1).
    fn dc_first(&self, bits: &mut Bits, done: &mut usize, end: usize) -> Result<(), Reason> {
        let mut last = [0; 4];
        while *done < end {
            for block in &self.blocks {
                block.read_dc(bits, &mut last)?;
            }
            *done += 1;
        }
        Ok(())
    }

    /// One more bit of DC coefficients, one a block (G.1.2.1.1).
    fn dc_refine(&self, bits: &mut Bits, done: &mut usize, end: usize) -> Result<(), Reason> {
        while *done < end {
            bits.skip_many(self.blocks.len())?;
            *done += 1;
        }
        Ok(())
    }

    /// The first bits of a band of AC coefficients (G.1.2.2).
    fn ac_first(&mut self, bits: &mut Bits, done: &mut usize, end: usize) -> Result<(), Reason> {
        let table = &self.blocks[0].ac;
        while *done < end {
            let run = first_band(bits, table, self.band, &mut self.masks[*done])?;
            if run > end - *done {
                return Err(Reason::Leftover);
            }
            *done += run;
        }
        Ok(())
    }

    /// One more bit of a band of AC coefficients (G.1.2.3).
    fn ac_refine(&mut self, bits: &mut Bits, done: &mut usize, end: usize) -> Result<(), Reason> {
        let table = &self.blocks[0].ac;
        while *done < end {
            let run = refine_band(bits, table, self.band, &mut self.masks[*done])?;
            if run > end - *done {
                return Err(Reason::Leftover);
            }
            let rest = &self.masks[*done + 1..*done + run];
            let band = range(u32::from(self.band.0), self.band.1);
            for mask in rest {
                skip_ones(bits, mask & band)?;
            }
            *done += run;
        }
        Ok(())
    }
}

/// The AC codes of a block in a sequential scan (F.2.2.2).
#[inline(always)]
fn skip_ac(bits: &mut Bits, groups: &Groups, table: &Huffman) -> Result<(), Reason> {
    let mut place = 1;
    while place < 64 {
        bits.refill();
        let group = Group::next(groups, bits);
        if group.bits == 0 || place + u32::from(group.before) >= 64 {
            place += table.skip_one(bits)?;
        } else {
            bits.skip(u32::from(group.bits))?;
            place += u32::from(group.step);
        }
    }
    let whole = place == 64 || place > END;
    whole.then_some(()).ok_or(Reason::OutOfRange)
}

/// Reads a band for the first time. Says how many blocks it accounts for: the
/// blocks after this one have nothing in the band (G.1.2.2).
fn first_band(
    bits: &mut Bits,
    table: &Huffman,
    band: (u8, u8),
    mask: &mut u64,
) -> Result<usize, Reason> {
    let (mut place, last) = (u32::from(band.0), u32::from(band.1));
    while place <= last {
        bits.refill();
        let symbol = table.next(bits)?;
        let (run, size) = (symbol.run(), symbol.size());
        bits.skip(u32::from(symbol.length))?;
        if size == 0 && run < LONG_RUN {
            return end_run(bits, run);
        }
        bits.skip(size)?;
        place += run;
        if place > last {
            return Err(Reason::OutOfRange);
        }
        *mask |= u64::from(size > 0) << place;
        place += 1;
    }
    Ok(1)
}

/// Reads how many blocks end here, this one included (table G.1).
fn end_run(bits: &mut Bits, size: u32) -> Result<usize, Reason> {
    if size == 0 {
        return Ok(1);
    }
    let extra = bits.peek(size);
    bits.skip(size)?;
    Ok((1 << size) + extra)
}

/// Reads a band once more. Each coefficient that was not zero has one bit, the
/// codes stand for those that were (G.1.2.3). Says how many blocks it accounts
/// for, of which the later ones have only such bits.
fn refine_band(
    bits: &mut Bits,
    table: &Huffman,
    band: (u8, u8),
    mask: &mut u64,
) -> Result<usize, Reason> {
    let mut place = u32::from(band.0);
    while place <= u32::from(band.1) {
        bits.refill();
        let symbol = table.next(bits)?;
        bits.skip(u32::from(symbol.length))?;
        let rest = range(place, band.1);
        if symbol.size() == 0 && symbol.run() < LONG_RUN {
            let blocks = end_run(bits, symbol.run())?;
            skip_ones(bits, *mask & rest)?;
            return Ok(blocks);
        }
        if symbol.size() > 1 {
            return Err(Reason::UnknownCode);
        }
        bits.skip(symbol.size())?;
        let zeros = drop_lowest(!*mask & rest, symbol.run());
        if zeros == 0 {
            return Err(Reason::OutOfRange);
        }
        let target = zeros.trailing_zeros();
        skip_ones(bits, *mask & rest & ((1 << target) - 1))?;
        *mask |= u64::from(symbol.size()) << target;
        place = target + 1;
    }
    Ok(1)
}

/// Uses up one bit for each bit of `mask` that is set.
fn skip_ones(bits: &mut Bits, mask: u64) -> Result<(), Reason> {
    if mask == 0 {
        return Ok(());
    }
    bits.skip_many(mask.count_ones() as usize)
}

/// The bits of a mask for the coefficients from `from` to `to`.
fn range(from: u32, to: u8) -> u64 {
    (!0 << from) & (!0 >> (63 - to))
}

/// Takes away the lowest `n` bits that are set.
fn drop_lowest(mut mask: u64, n: u32) -> u64 {
    for _ in 0..n {
        mask &= mask.wrapping_sub(1);
    }
    mask
}

/// Whether a marker ends a restart interval (table B.1).
fn is_restart(code: u8) -> bool {
    matches!(code, 0xD0..=0xD7)
}

/// Whether a marker begins something other than entropy-coded data: tables,
/// frame, scan, number of lines or the end.
fn ends_scan(code: u8) -> bool {
    matches!(code, 0xC0..=0xCF | 0xD8..=0xDF | 0xFE)
}

/// Goes past the restart marker that is due and says how many intervals were
/// skipped, or `None` if the scan ends here. `number` is the one expected.
/// Numbers go round from 7 to 0 (B.2.1), so one slightly too low is taken for
/// a marker come late.
fn next_restart(bits: &mut Bits, number: &mut u8, tally: &mut Tally) -> Option<usize> {
    loop {
        let code = bits.marker().filter(|&code| !ends_scan(code));
        let Some(code) = code else {
            tally.add(0.0, Reason::EndsEarly);
            return None;
        };
        bits.pass_marker();
        let ahead = code.wrapping_sub(0xD0 + *number) & 7;
        if is_restart(code) && ahead < 6 {
            if ahead > 0 {
                tally.add(0.0, Reason::Restart);
            }
            *number = (code + 1) & 7;
            return Some(usize::from(ahead));
        }
        tally.add(0.0, Reason::Restart);
        bits.finish();
    }
}
