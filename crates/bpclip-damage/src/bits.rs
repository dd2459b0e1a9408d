//! Bits of an entropy-coded segment, with the stuffed zero bytes taken out.

use crate::Reason;

/// Stray zero bytes before a marker that some writers leave and that cost
/// nothing.
const PADDING: usize = 2;

/// A reader of bits that stops at the first marker (B.1.1.5, F.1.2.3).
#[derive(Clone, Copy)]
pub struct Bits<'a> {
    data: &'a [u8],
    /// Next byte to take; at a marker, its first `FF`.
    pos: usize,
    /// Bits not yet used, the next one topmost. Below them come bits of the
    /// byte at `pos` or zeros.
    buffer: u64,
    /// How many bits of `buffer` count as taken.
    count: u32,
}

impl<'a> Bits<'a> {
    /// Starts at byte `pos` of `data`.
    pub fn new(data: &'a [u8], pos: usize) -> Self {
        Self {
            data,
            pos,
            buffer: 0,
            count: 0,
        }
    }

    /// Where the bytes not yet taken begin.
    pub fn pos(&self) -> usize {
        self.pos
    }

    /// Makes sure of 32 bits, as long as the segment has them.
    #[inline(always)]
    pub fn refill(&mut self) {
        if self.count < 32 {
            self.fill();
        }
    }

    /// Takes eight bytes at once where none of them is `FF`.
    #[inline(always)]
    fn fill(&mut self) {
        if let Some(chunk) = self.data[self.pos..].first_chunk() {
            let word = u64::from_be_bytes(*chunk);
            if !has_ff(word) {
                self.buffer |= word >> self.count;
                self.pos += ((63 - self.count) / 8) as usize;
                self.count |= 56;
                return;
            }
        }
        self.fill_bytewise();
    }

    /// The same byte by byte, up to a marker or the end.
    #[cold]
    #[inline(never)]
    fn fill_bytewise(&mut self) {
        while self.count <= 56 {
            let Some((byte, next)) = self.next_byte() else {
                return;
            };
            self.buffer |= u64::from(byte) << (56 - self.count);
            self.count += 8;
            self.pos = next;
        }
    }

    /// The next byte of data and where the one after it begins; `None` at a
    /// marker. Any number of `FF` may fill up before a marker (B.1.1.2).
    fn next_byte(&self) -> Option<(u8, usize)> {
        let byte = *self.data.get(self.pos)?;
        if byte != 0xFF {
            return Some((byte, self.pos + 1));
        }
        let rest = &self.data[self.pos..];
        let fill = rest.iter().position(|&b| b != 0xFF)?;
        (rest[fill] == 0).then_some((0xFF, self.pos + fill + 1))
    }

    /// The next `n` bits, 1 to 32, without using them up.
    #[inline(always)]
    pub fn peek(&self, n: u32) -> usize {
        (self.buffer >> (64 - n)) as usize
    }

    /// Whether the segment has no more than `n` bits left. Wants a refilled
    /// reader and at most 31 bits.
    pub fn has_only(&self, n: u32) -> bool {
        self.count <= n
    }

    /// Uses up `n` bits, at most 32 after a [`refill`](Self::refill).
    #[inline(always)]
    pub fn skip(&mut self, n: u32) -> Result<(), Reason> {
        if n > self.count {
            return Err(Reason::EndsEarly);
        }
        self.buffer <<= n;
        self.count -= n;
        Ok(())
    }

    /// Uses up `n` bits, however many.
    pub fn skip_many(&mut self, mut n: usize) -> Result<(), Reason> {
        while n > 0 {
            self.refill();
            let step = n.min(32);
            self.skip(step as u32)?;
            n -= step;
        }
        Ok(())
    }

    /// Goes to the next marker and says how many bytes of data lie before it.
    /// The bits that fill up the last byte are none (F.1.2.3).
    pub fn finish(&mut self) -> usize {
        let padding = self.count % 8;
        self.buffer <<= padding;
        self.count -= padding;
        let (mut stray, mut zeros) = (0, true);
        while let Some(byte) = self.whole_byte() {
            stray += 1;
            zeros &= byte == 0;
        }
        if zeros && stray <= PADDING { 0 } else { stray }
    }

    /// Takes a byte at a byte boundary.
    fn whole_byte(&mut self) -> Option<u8> {
        self.refill();
        let byte = self.peek(8) as u8;
        self.skip(8).ok()?;
        Some(byte)
    }

    /// The code of the marker that comes next, after [`finish`](Self::finish).
    pub fn marker(&self) -> Option<u8> {
        let rest = &self.data[self.pos..];
        rest.iter().copied().find(|&b| b != 0xFF)
    }

    /// Passes over the marker that comes next.
    pub fn pass_marker(&mut self) {
        let rest = &self.data[self.pos..];
        let fill = rest.iter().take_while(|&&b| b == 0xFF).count();
        self.pos = (self.pos + fill + 1).min(self.data.len());
    }
}

/// Whether one of the eight bytes is `FF`.
#[inline(always)]
fn has_ff(word: u64) -> bool {
    const ONES: u64 = 0x0101_0101_0101_0101;
    (!word).wrapping_sub(ONES) & word & (ONES << 7) != 0
}
