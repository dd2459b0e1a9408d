//! Reading of big-endian numbers and of bits, with an error at the end of the data.

use crate::error::{CodecError, Result};

/// A place in some bytes.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub fn take(&mut self, n: usize) -> Result<&'a [u8]> {
        let (head, rest) = self.rest.split_at_checked(n).ok_or(CodecError::Truncated)?;
        self.rest = rest;
        Ok(head)
    }

    /// A number of up to eight bytes.
    pub fn uint(&mut self, bytes: usize) -> Result<u64> {
        let taken = self.take(bytes)?;
        Ok(taken.iter().fold(0, |n, &b| n << 8 | u64::from(b)))
    }

    pub fn u8(&mut self) -> Result<u8> {
        Ok(self.uint(1)? as u8)
    }

    pub fn u16(&mut self) -> Result<u16> {
        Ok(self.uint(2)? as u16)
    }

    pub fn u32(&mut self) -> Result<u32> {
        Ok(self.uint(4)? as u32)
    }

    pub fn i32(&mut self) -> Result<i32> {
        Ok(self.u32()? as i32)
    }

    pub fn kind(&mut self) -> Result<[u8; 4]> {
        Ok(self.u32()?.to_be_bytes())
    }

    /// The version and the flags that full boxes begin with.
    pub fn full(&mut self) -> Result<(u8, u32)> {
        let word = self.u32()?;
        Ok(((word >> 24) as u8, word & 0xff_ffff))
    }

    /// The bytes up to the next zero, which is passed over.
    pub fn text(&mut self) -> &'a [u8] {
        let end = self.rest.iter().position(|&b| b == 0);
        let text = &self.rest[..end.unwrap_or(self.rest.len())];
        self.rest = &self.rest[(text.len() + 1).min(self.rest.len())..];
        text
    }
}

/// A place among the bits of some bytes, the highest bit of each byte first.
#[cfg(any(feature = "avif", test))]
pub(crate) struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

#[cfg(any(feature = "avif", test))]
impl<'a> Bits<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// A number of up to 32 bits.
    pub fn bits(&mut self, n: u32) -> Result<u32> {
        let mut value = 0;
        for _ in 0..n {
            let byte = self.bytes.get(self.at / 8).ok_or(CodecError::Truncated)?;
            value = value << 1 | u32::from(byte >> (7 - self.at % 8) & 1);
            self.at += 1;
        }
        Ok(value)
    }

    pub fn flag(&mut self) -> Result<bool> {
        Ok(self.bits(1)? == 1)
    }
}

/// A box of an ISO base media file.
#[derive(Clone, Copy)]
pub(crate) struct Bx<'a> {
    pub kind: [u8; 4],
    pub body: &'a [u8],
    /// Whether the box says that it goes on past the end of what holds it.
    pub short: bool,
}

impl<'a> Bx<'a> {
    /// What is in the box, refused where not all of it is there.
    pub fn whole(&self) -> Result<&'a [u8]> {
        if self.short {
            return Err(CodecError::Truncated);
        }
        Ok(self.body)
    }
}

/// The boxes that stand in a row in `bytes`. One that is cut short is the last.
pub(crate) fn boxes(bytes: &[u8]) -> impl Iterator<Item = Bx<'_>> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let mut r = Reader::new(rest);
        let size = u64::from(r.u32().ok()?);
        let kind = r.kind().ok()?;
        let (head, size) = match size {
            0 => (8, rest.len() as u64),
            1 => (16, r.uint(8).ok()?),
            _ => (8, size),
        };
        let length = size.checked_sub(head)?;
        let after = r.rest();
        let here = length.min(after.len() as u64) as usize;
        rest = &after[here..];
        Some(Bx {
            kind,
            body: &after[..here],
            short: (here as u64) < length,
        })
    })
}

/// The first box of this kind.
pub(crate) fn find<'a>(bytes: &'a [u8], kind: &[u8; 4]) -> Result<Option<&'a [u8]>> {
    boxes(bytes)
        .find(|b| &b.kind == kind)
        .map(|b| b.whole())
        .transpose()
}
