//! The elements that a MATLAB file consists of: a tag with kind and size, then bytes.

/// What an element's bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ElementKind(pub u32);

impl ElementKind {
    pub const INT8: Self = Self(1);
    pub const UINT8: Self = Self(2);
    pub const INT16: Self = Self(3);
    pub const UINT16: Self = Self(4);
    pub const INT32: Self = Self(5);
    pub const UINT32: Self = Self(6);
    pub const SINGLE: Self = Self(7);
    pub const DOUBLE: Self = Self(9);
    pub const INT64: Self = Self(12);
    pub const UINT64: Self = Self(13);
    pub const MATRIX: Self = Self(14);
    pub const COMPRESSED: Self = Self(15);
    pub const UTF8: Self = Self(16);
    pub const UTF16: Self = Self(17);
    pub const UTF32: Self = Self(18);
}

/// An element.
#[derive(Clone, Copy, Debug)]
pub(super) struct Element<'b> {
    pub kind: ElementKind,
    pub bytes: &'b [u8],
}

/// The elements in some bytes, one after another.
#[derive(Debug)]
pub(super) struct Elements<'b> {
    rest: &'b [u8],
    big_endian: bool,
}

impl<'b> Elements<'b> {
    pub fn new(bytes: &'b [u8], big_endian: bool) -> Self {
        Self {
            rest: bytes,
            big_endian,
        }
    }

    /// The next element; none where the bytes end.
    pub fn next(&mut self) -> Result<Option<Element<'b>>, String> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let tag = u32_at(self.rest, 0, self.big_endian)?;
        // A small element has its size in the tag's upper half and its bytes in the other four.
        let (small, kind) = (tag >> 16, ElementKind(tag & 0xffff));
        let (kind, start, size): (_, usize, _) = match small {
            0 => {
                let size = u32_at(self.rest, 4, self.big_endian)?;
                (kind, 8, size as usize)
            }
            1..=4 => (kind, 4, small as usize),
            _ => return Err("an element has no kind".into()),
        };
        let end = start.checked_add(size).ok_or("it is cut short")?;
        let bytes = self.rest.get(start..end).ok_or("it is cut short")?;
        // Elements start at multiples of eight bytes, but for those after compressed ones.
        let next = match kind {
            ElementKind::COMPRESSED => end,
            _ => end.next_multiple_of(8),
        };
        self.rest = self.rest.get(next..).unwrap_or_default();
        Ok(Some(Element { kind, bytes }))
    }

    /// The next element, which must be there.
    pub fn need(&mut self) -> Result<Element<'b>, String> {
        self.next()?.ok_or_else(|| "it is cut short".into())
    }
}

/// The four bytes at `start` as a number.
fn u32_at(bytes: &[u8], start: usize, big_endian: bool) -> Result<u32, String> {
    let bytes = bytes.get(start..).and_then(<[u8]>::first_chunk);
    match (bytes, big_endian) {
        (Some(bytes), false) => Ok(u32::from_le_bytes(*bytes)),
        (Some(bytes), true) => Ok(u32::from_be_bytes(*bytes)),
        (None, _) => Err("it is cut short".into()),
    }
}

impl Element<'_> {
    /// The numbers that the bytes are.
    pub fn numbers(&self, big_endian: bool) -> Result<Vec<f64>, String> {
        let bytes = self.bytes;
        match self.kind {
            ElementKind::INT8 => Ok(bytes.iter().map(|byte| f64::from(*byte as i8)).collect()),
            ElementKind::UINT8 => Ok(bytes.iter().map(|byte| f64::from(*byte)).collect()),
            ElementKind::INT16 => words(bytes, big_endian, |word| i16::from_le_bytes(word).into()),
            ElementKind::UINT16 => words(bytes, big_endian, |word| u16::from_le_bytes(word).into()),
            ElementKind::INT32 => words(bytes, big_endian, |word| i32::from_le_bytes(word).into()),
            ElementKind::UINT32 => words(bytes, big_endian, |word| u32::from_le_bytes(word).into()),
            ElementKind::SINGLE => words(bytes, big_endian, |word| f32::from_le_bytes(word).into()),
            ElementKind::DOUBLE => words(bytes, big_endian, f64::from_le_bytes),
            ElementKind::INT64 => words(bytes, big_endian, |word| i64::from_le_bytes(word) as f64),
            ElementKind::UINT64 => words(bytes, big_endian, |word| u64::from_le_bytes(word) as f64),
            ElementKind(other) => Err(format!("numbers of the kind {other} are not known")),
        }
    }

    /// The text that the bytes are.
    pub fn text(&self, big_endian: bool) -> Result<String, String> {
        let no_text = || "a text is none".to_owned();
        match self.kind {
            ElementKind::INT8 | ElementKind::UINT8 => {
                Ok(self.bytes.iter().map(|byte| *byte as char).collect())
            }
            ElementKind::UTF8 => String::from_utf8(self.bytes.into()).map_err(|_| no_text()),
            ElementKind::UINT16 | ElementKind::UTF16 => {
                let units = words(self.bytes, big_endian, u16::from_le_bytes)?;
                String::from_utf16(&units).map_err(|_| no_text())
            }
            ElementKind::UTF32 => words(self.bytes, big_endian, u32::from_le_bytes)?
                .into_iter()
                .map(|point| char::from_u32(point).ok_or_else(no_text))
                .collect(),
            ElementKind(other) => Err(format!("texts of the kind {other} are not known")),
        }
    }
}

/// Words of `N` bytes, handed to `from` with the lowest byte first.
fn words<const N: usize, T>(
    bytes: &[u8],
    big_endian: bool,
    from: impl Fn([u8; N]) -> T,
) -> Result<Vec<T>, String> {
    let (words, rest) = bytes.as_chunks::<N>();
    if !rest.is_empty() {
        return Err("a number is cut short".into());
    }
    let word = |word: &[u8; N]| {
        let mut word = *word;
        if big_endian {
            word.reverse();
        }
        from(word)
    };
    Ok(words.iter().map(word).collect())
}
