//! Frame and scan headers (B.2.2, B.2.3).

use crate::Reason;

/// One component of a frame.
pub struct Component {
    id: u8,
    /// Place of its quantization table.
    pub table: usize,
    /// Blocks of one MCU across and down.
    sampling: (usize, usize),
    /// Blocks across and down in a scan of its own (A.2.2).
    pub size: (usize, usize),
}

impl Component {
    /// Blocks in a scan of its own.
    pub fn blocks(&self) -> usize {
        self.size.0 * self.size.1
    }
}

/// What a frame header says.
pub struct Frame {
    pub progressive: bool,
    pub components: Vec<Component>,
    /// MCUs of a scan of several components.
    mcus: usize,
    /// Width times height.
    pub pixels: usize,
}

impl Frame {
    /// Reads the segment of a frame of Huffman-coded DCT data. `None` stands
    /// for a frame that is not looked at: other than 8 bits a sample, a height
    /// that a `DNL` marker gives later, or more than four components.
    pub fn read(segment: &[u8], progressive: bool) -> Result<Option<Self>, Reason> {
        let (head, list) = segment.split_first_chunk::<6>().ok_or(Reason::Header)?;
        let [precision, y1, y0, x1, x0, count] = *head;
        let height = usize::from(u16::from_be_bytes([y1, y0]));
        let width = usize::from(u16::from_be_bytes([x1, x0]));
        let count = usize::from(count);
        if precision != 8 || height == 0 || count > 4 {
            return Ok(None);
        }
        if width == 0 || count == 0 || list.len() != 3 * count {
            return Err(Reason::Header);
        }
        let mut frame = Self {
            progressive,
            components: list
                .chunks_exact(3)
                .map(component)
                .collect::<Result<_, _>>()?,
            mcus: 0,
            pixels: width * height,
        };
        frame.measure(width, height);
        Ok(Some(frame))
    }

    /// Works out how many blocks and MCUs the picture has (A.1.1, A.2).
    fn measure(&mut self, width: usize, height: usize) {
        let factors = self.components.iter().map(|c| c.sampling);
        let (h, v) = factors.fold((1, 1), |m, s| (m.0.max(s.0), m.1.max(s.1)));
        self.mcus = width.div_ceil(8 * h) * height.div_ceil(8 * v);
        for part in &mut self.components {
            let columns = (width * part.sampling.0).div_ceil(h).div_ceil(8);
            let rows = (height * part.sampling.1).div_ceil(v).div_ceil(8);
            part.size = (columns, rows);
        }
    }

    /// Blocks of all components.
    pub fn blocks(&self) -> usize {
        self.components.iter().map(Component::blocks).sum()
    }

    /// MCUs of a scan and how many blocks of each of its components one MCU
    /// holds (A.2.2, A.2.3).
    pub fn mcus(&self, scan: &Scan) -> (usize, Vec<usize>) {
        if let [part] = scan.parts[..] {
            return (self.components[part.component].blocks(), vec![1]);
        }
        let factors = scan
            .parts
            .iter()
            .map(|p| self.components[p.component].sampling);
        (self.mcus, factors.map(|(h, v)| h * v).collect())
    }
}

/// Reads what a frame header says of one component.
fn component(bytes: &[u8]) -> Result<Component, Reason> {
    let (h, v) = (usize::from(bytes[1] >> 4), usize::from(bytes[1] & 15));
    if !(1..=4).contains(&h) || !(1..=4).contains(&v) {
        return Err(Reason::Header);
    }
    Ok(Component {
        id: bytes[0],
        table: usize::from(bytes[2]),
        sampling: (h, v),
        size: (0, 0),
    })
}

/// A component of a scan with its tables.
#[derive(Clone, Copy)]
pub struct Part {
    /// Place in the frame.
    pub component: usize,
    pub dc: usize,
    pub ac: usize,
}

/// What a scan holds of its blocks (G.1.1).
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Pass {
    Sequential,
    DcFirst,
    DcRefine,
    AcFirst,
    AcRefine,
}

/// What a scan header says.
pub struct Scan {
    pub parts: Vec<Part>,
    pub pass: Pass,
    /// First and last coefficient, in zigzag order.
    pub band: (u8, u8),
    /// Bit positions before and after the scan (G.1.1.1.2).
    pub bits: (u8, u8),
}

impl Scan {
    /// Reads the segment of a scan header.
    pub fn read(segment: &[u8], frame: &Frame) -> Result<Self, Reason> {
        let (&count, rest) = segment.split_first().ok_or(Reason::Header)?;
        let count = usize::from(count);
        if count == 0 || rest.len() != 2 * count + 3 {
            return Err(Reason::Header);
        }
        let (list, tail) = rest.split_at(2 * count);
        let mut scan = Self {
            parts: Vec::with_capacity(count),
            pass: Pass::Sequential,
            band: (0, 63),
            bits: (0, 0),
        };
        for entry in list.chunks_exact(2) {
            scan.add(entry, frame)?;
        }
        if frame.progressive {
            scan.set_pass(tail)?;
        }
        Ok(scan)
    }

    /// Adds the component that an entry of the header names.
    fn add(&mut self, entry: &[u8], frame: &Frame) -> Result<(), Reason> {
        let taken = |place| self.parts.iter().any(|p| p.component == place);
        let mut all = frame.components.iter().enumerate();
        let found = all.find(|&(place, c)| c.id == entry[0] && !taken(place));
        let (dc, ac) = (usize::from(entry[1] >> 4), usize::from(entry[1] & 15));
        let (component, _) = found.ok_or(Reason::Header)?;
        if dc > 3 || ac > 3 {
            return Err(Reason::Header);
        }
        self.parts.push(Part { component, dc, ac });
        Ok(())
    }

    /// Reads which coefficients and bits a progressive scan holds.
    fn set_pass(&mut self, tail: &[u8]) -> Result<(), Reason> {
        self.band = (tail[0], tail[1]);
        self.bits = (tail[2] >> 4, tail[2] & 15);
        self.pass = match (self.band.0 == 0, self.bits.0 == 0) {
            (true, true) => Pass::DcFirst,
            (true, false) => Pass::DcRefine,
            (false, true) => Pass::AcFirst,
            (false, false) => Pass::AcRefine,
        };
        let dc = self.band == (0, 0);
        let (from, to) = self.band;
        let ac = from > 0 && from <= to && to < 64 && self.parts.len() == 1;
        let (high, low) = self.bits;
        let next = high == 0 || high == low + 1;
        if (dc || ac) && next && low <= 13 {
            Ok(())
        } else {
            Err(Reason::Header)
        }
    }

    /// How much it counts if a block of this scan is lost. The first DC data
    /// is what a picture cannot do without; AC data adds detail, refinements
    /// little.
    pub fn weight(&self) -> f64 {
        let share = f64::from(self.band.1 - self.band.0 + 1) / 63.0;
        match self.pass {
            Pass::Sequential | Pass::DcFirst => 1.0,
            Pass::AcFirst => share / 2.0,
            Pass::DcRefine => 1.0 / 8.0,
            Pass::AcRefine => share / 8.0,
        }
    }
}
