//! The markers of a file, from its start to the first end marker (B.2).

use crate::bits::Bits;
use crate::frame::{Frame, Part, Pass, Scan};
use crate::huffman::{self, Class, Huffman};
use crate::scan::{Block, Reader, Tally};
use crate::{Damage, Reason};
use std::rc::Rc;

const SOI: u8 = 0xD8;
const EOI: u8 = 0xD9;
const SOS: u8 = 0xDA;
const DHT: u8 = 0xC4;
const DQT: u8 = 0xDB;
const DRI: u8 = 0xDD;
const DHP: u8 = 0xDE;

/// The largest DC coefficient of 8-bit samples (A.3.3) and a quarter more, as
/// edited files may go a little beyond black and white.
const MAX_DC: u32 = 1024 + 256;

/// Largest progressive picture to keep masks for, in pixels.
const MAX_PIXELS: usize = 500_000_000;

/// Most scans of a file. Sound ones have a dozen.
const MAX_SCANS: usize = 1000;

/// How often the scans may go over all blocks before it is too much.
const MAX_ROUNDS: usize = 40;

/// Blocks that any file may go over, however small it is.
const FREE_BLOCKS: usize = 10_000_000;

/// Why the pass ends before the end marker.
enum Stop {
    /// A kind of file that is not looked at.
    Foreign,
    Broken(Reason),
}

impl From<Reason> for Stop {
    fn from(reason: Reason) -> Self {
        Self::Broken(reason)
    }
}

/// See [`crate::check`].
pub fn check(bytes: &[u8]) -> Result<(), Damage> {
    if !bytes.starts_with(&[0xFF, SOI]) {
        return Ok(());
    }
    let mut stream = Stream::new(bytes);
    match stream.run() {
        Ok(()) => stream.verdict(),
        Err(Stop::Foreign) => Ok(()),
        Err(Stop::Broken(reason)) => {
            stream.reason.get_or_insert(reason);
            stream.verdict()
        }
    }
}

/// Progress through a file.
struct Stream<'a> {
    bytes: &'a [u8],
    pos: usize,
    frame: Option<Frame>,
    dc: [Option<Rc<Huffman>>; 4],
    ac: [Option<Rc<Huffman>>; 4],
    /// DC steps of the quantization tables.
    steps: [Option<u16>; 4],
    /// MCUs of a restart interval, 0 for none.
    interval: usize,
    /// For each component the bit position that each coefficient has come to;
    /// `None` before its first scan.
    levels: [[Option<u8>; 64]; 4],
    /// For each component which coefficients of its blocks are not zero.
    masks: [Vec<u64>; 4],
    /// Components whose masks are no longer to be trusted.
    spoilt: [bool; 4],
    scans: usize,
    /// Blocks gone over in all scans.
    work: usize,
    /// Blocks lost, by weight.
    lost: f64,
    reason: Option<Reason>,
}

impl<'a> Stream<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            pos: 2,
            frame: None,
            dc: Default::default(),
            ac: Default::default(),
            steps: [None; 4],
            interval: 0,
            levels: [[None; 64]; 4],
            masks: Default::default(),
            spoilt: [false; 4],
            scans: 0,
            work: 0,
            lost: 0.0,
            reason: None,
        }
    }

    /// Goes from marker to marker up to the end.
    fn run(&mut self) -> Result<(), Stop> {
        loop {
            match self.next_marker().ok_or(Reason::NoEnd)? {
                EOI => return Ok(()),
                SOI => return Err(Reason::NoEnd.into()),
                0x01 | 0xD0..=0xD7 => {}
                code => self.segment(code)?,
            }
        }
    }

    /// The code of the next marker. Stray bytes before it do no harm here: all
    /// entropy-coded data has been read.
    fn next_marker(&mut self) -> Option<u8> {
        loop {
            let rest = self.bytes.get(self.pos..)?;
            let start = rest.iter().position(|&b| b == 0xFF)?;
            let code = rest[start..].iter().position(|&b| b != 0xFF)? + start;
            self.pos += code + 1;
            if rest[code] != 0 {
                return Some(rest[code]);
            }
        }
    }

    /// Reads a marker segment, and the data after it if it starts a scan.
    fn segment(&mut self, code: u8) -> Result<(), Stop> {
        let rest = &self.bytes[self.pos..];
        let length = rest.first_chunk().ok_or(Reason::EndsEarly)?;
        let length = usize::from(u16::from_be_bytes(*length));
        let segment = rest.get(..length).ok_or(Reason::EndsEarly)?;
        let segment = segment.get(2..).ok_or(Reason::Header)?;
        self.pos += length;
        match code {
            0xC0..=0xC2 => self.read_frame(segment, code == 0xC2),
            DHT => Ok(self.read_tables(segment)?),
            DQT => Ok(self.read_steps(segment)?),
            DRI => Ok(self.read_interval(segment)?),
            SOS => self.read_scan(segment),
            // Lossless, hierarchical, arithmetic or reserved kinds.
            0xC3 | 0xC5..=0xCB | 0xCD..=0xCF | DHP | 0xF7 => Err(Stop::Foreign),
            _ => Ok(()),
        }
    }

    /// Reads the frame header, of which there is one (B.2.2).
    fn read_frame(&mut self, segment: &[u8], progressive: bool) -> Result<(), Stop> {
        if self.frame.is_some() {
            return Err(Reason::Header.into());
        }
        let frame = Frame::read(segment, progressive)?.ok_or(Stop::Foreign)?;
        if progressive && frame.pixels > MAX_PIXELS {
            return Err(Stop::Foreign);
        }
        self.frame = Some(frame);
        Ok(())
    }

    /// Reads Huffman tables (B.2.4.2).
    fn read_tables(&mut self, mut segment: &[u8]) -> Result<(), Reason> {
        while let Some((&kind, rest)) = segment.split_first() {
            let (&counts, rest) = rest.split_first_chunk::<16>().ok_or(Reason::Header)?;
            let total = counts.iter().map(|&n| usize::from(n)).sum();
            let (values, rest) = rest.split_at_checked(total).ok_or(Reason::Header)?;
            let (class, tables) = match kind >> 4 {
                0 => (Class::Dc, &mut self.dc),
                1 => (Class::Ac, &mut self.ac),
                _ => return Err(Reason::Header),
            };
            let slot = tables
                .get_mut(usize::from(kind & 15))
                .ok_or(Reason::Header)?;
            let table = Huffman::new(class, counts, values).ok_or(Reason::Header)?;
            *slot = Some(Rc::new(table));
            segment = rest;
        }
        Ok(())
    }

    /// Reads the first entry, which is for DC, of quantization tables (B.2.4.1).
    fn read_steps(&mut self, mut segment: &[u8]) -> Result<(), Reason> {
        while let Some((&kind, rest)) = segment.split_first() {
            let wide = usize::from(kind >> 4);
            let (entries, rest) = rest
                .split_at_checked(64 << wide.min(1))
                .ok_or(Reason::Header)?;
            let slot = self
                .steps
                .get_mut(usize::from(kind & 15))
                .ok_or(Reason::Header)?;
            let first = u16::from_be_bytes([entries[0], entries[1]]);
            *slot = Some(if wide == 0 { first >> 8 } else { first });
            segment = rest;
        }
        Ok(())
    }

    /// Reads the restart interval (B.2.4.4).
    fn read_interval(&mut self, segment: &[u8]) -> Result<(), Reason> {
        let bytes = segment.try_into().map_err(|_| Reason::Header)?;
        self.interval = usize::from(u16::from_be_bytes(bytes));
        Ok(())
    }

    /// Reads a scan with its data.
    fn read_scan(&mut self, segment: &[u8]) -> Result<(), Stop> {
        let frame = self.frame.take().ok_or(Reason::Header)?;
        let result = self.read_scan_of(segment, &frame);
        self.frame = Some(frame);
        Ok(result?)
    }

    /// The same with the frame at hand.
    fn read_scan_of(&mut self, segment: &[u8], frame: &Frame) -> Result<(), Reason> {
        let scan = Scan::read(segment, frame)?;
        let (mcus, counts) = frame.mcus(&scan);
        let per_mcu: usize = counts.iter().sum();
        self.charge(mcus * per_mcu, frame)?;
        self.advance(&scan);
        let first = scan.parts[0].component;
        if scan.pass == Pass::AcRefine && self.spoilt[first] {
            return Ok(());
        }
        let tally = self.read_data(&scan, mcus, &counts, frame);
        if let Some(reason) = tally.reason {
            self.reason.get_or_insert(reason);
            self.spoilt[first] = true;
            self.lost += lost_blocks(&scan, frame, tally.lost / mcus as f64);
        }
        Ok(())
    }

    /// Counts the work that a scan makes, so that a small file cannot ask for
    /// hours of it.
    fn charge(&mut self, blocks: usize, frame: &Frame) -> Result<(), Reason> {
        self.scans += 1;
        self.work += blocks;
        let limit = FREE_BLOCKS + MAX_ROUNDS * frame.blocks();
        let fine = self.scans <= MAX_SCANS && self.work <= limit;
        fine.then_some(()).ok_or(Reason::TooManyScans)
    }

    /// Notes how far each coefficient has come. A progressive scan must go on
    /// where the last one of its coefficients stopped, and DC comes before AC
    /// (G.1.1.1).
    fn advance(&mut self, scan: &Scan) {
        let (high, low) = scan.bits;
        for part in &scan.parts {
            let levels = &mut self.levels[part.component];
            let mut fine = scan.band.0 == 0 || levels[0].is_some();
            for level in &mut levels[usize::from(scan.band.0)..=usize::from(scan.band.1)] {
                fine &= level.unwrap_or(0) == high;
                *level = Some(low);
            }
            if !fine {
                self.reason.get_or_insert(Reason::ScanOrder);
            }
        }
    }

    /// Reads the entropy-coded data of a scan.
    fn read_data(&mut self, scan: &Scan, mcus: usize, counts: &[usize], frame: &Frame) -> Tally {
        let first = scan.parts[0].component;
        let mut masks = std::mem::take(&mut self.masks[first]);
        if matches!(scan.pass, Pass::AcFirst | Pass::AcRefine) && masks.is_empty() {
            masks = vec![0; frame.components[first].blocks()];
        }
        let blocks =
            scan.parts.iter().zip(counts).flat_map(|(part, &count)| {
                std::iter::repeat_n(self.block(part, frame, scan), count)
            });
        let mut reader = Reader {
            pass: scan.pass,
            band: scan.band,
            blocks: blocks.collect(),
            mcus,
            interval: if self.interval == 0 {
                mcus
            } else {
                self.interval
            },
            masks: &mut masks,
        };
        let mut bits = Bits::new(self.bytes, self.pos);
        let tally = reader.run(&mut bits);
        self.pos = bits.pos();
        self.masks[first] = masks;
        tally
    }

    /// What it takes to read a block of a component.
    fn block(&self, part: &Part, frame: &Frame, scan: &Scan) -> Block {
        let table = frame.components[part.component].table;
        let step = self.steps.get(table).copied().flatten();
        let limit = MAX_DC / u32::from(step.unwrap_or(1).max(1)) + 1;
        Block {
            component: part.component,
            dc: self.dc_table(part.dc),
            ac: self.ac_table(part.ac),
            limit: (limit >> scan.bits.1) + 1,
        }
    }

    /// A DC table, or the typical one where the file brings none, as single
    /// pictures of Motion JPEG do.
    fn dc_table(&self, slot: usize) -> Rc<Huffman> {
        let own = self.dc[slot].clone();
        own.unwrap_or_else(|| Rc::new(huffman::typical(Class::Dc, slot)))
    }

    /// An AC table, likewise.
    fn ac_table(&self, slot: usize) -> Rc<Huffman> {
        let own = self.ac[slot].clone();
        own.unwrap_or_else(|| Rc::new(huffman::typical(Class::Ac, slot)))
    }

    /// Sums up. Components that no scan has begun are missing altogether.
    fn verdict(&mut self) -> Result<(), Damage> {
        let parts = self.frame.iter().flat_map(|f| &f.components);
        let unseen = parts.zip(&self.levels).filter(|(_, l)| l[0].is_none());
        let unseen: usize = unseen.map(|(part, _)| part.blocks()).sum();
        let total = self.frame.as_ref().map_or(0, Frame::blocks);
        if unseen > 0 || total == 0 {
            self.reason.get_or_insert(Reason::MissingScan);
        }
        let missing = (self.lost + unseen as f64) / total as f64;
        let missing = if total == 0 {
            1.0
        } else {
            missing.min(1.0) as f32
        };
        self.reason
            .map_or(Ok(()), |reason| Err(Damage { missing, reason }))
    }
}

/// Blocks that a share of a scan amounts to, by weight.
fn lost_blocks(scan: &Scan, frame: &Frame, share: f64) -> f64 {
    let parts = scan.parts.iter().map(|p| &frame.components[p.component]);
    let blocks: usize = parts.map(|c| c.blocks()).sum();
    blocks as f64 * share * scan.weight()
}
