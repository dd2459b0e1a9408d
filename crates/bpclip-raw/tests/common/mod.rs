//! Small files of each container, made here.
#![allow(dead_code)]

/// A directory to be written: entries, directories behind tags, blocks behind tags.
#[derive(Clone, Default)]
pub struct Dir {
    entries: Vec<(u16, Value)>,
}

#[derive(Clone)]
enum Value {
    Short(Vec<u16>),
    Long(Vec<u32>),
    Text(&'static str),
    Bytes(Vec<u8>),
    /// Offset and length of a block, under this tag and another.
    Block(u16, Vec<u8>),
    Dirs(Vec<Dir>),
}

impl Dir {
    pub fn short(self, tag: u16, value: u16) -> Self {
        self.with(tag, Value::Short(vec![value]))
    }

    pub fn shorts(self, tag: u16, values: &[u16]) -> Self {
        self.with(tag, Value::Short(values.to_vec()))
    }

    pub fn long(self, tag: u16, value: u32) -> Self {
        self.with(tag, Value::Long(vec![value]))
    }

    pub fn longs(self, tag: u16, values: &[u32]) -> Self {
        self.with(tag, Value::Long(values.to_vec()))
    }

    pub fn text(self, tag: u16, value: &'static str) -> Self {
        self.with(tag, Value::Text(value))
    }

    pub fn bytes(self, tag: u16, value: Vec<u8>) -> Self {
        self.with(tag, Value::Bytes(value))
    }

    /// A block whose offset stands under one tag and its length under another.
    pub fn block(self, offset: u16, length: u16, block: Vec<u8>) -> Self {
        self.with(offset, Value::Block(length, block))
    }

    pub fn dirs(self, tag: u16, dirs: &[Dir]) -> Self {
        self.with(tag, Value::Dirs(dirs.to_vec()))
    }

    fn with(mut self, tag: u16, value: Value) -> Self {
        self.entries.push((tag, value));
        self
    }
}

/// Numbers in one order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Order {
    Little,
    Big,
}

pub const ORDERS: [Order; 2] = [Order::Little, Order::Big];

impl Order {
    pub fn mark(self) -> &'static [u8] {
        if self == Self::Little { b"II" } else { b"MM" }
    }

    pub fn two(self, value: u16) -> [u8; 2] {
        if self == Self::Little {
            value.to_le_bytes()
        } else {
            value.to_be_bytes()
        }
    }

    pub fn four(self, value: u32) -> [u8; 4] {
        if self == Self::Little {
            value.to_le_bytes()
        } else {
            value.to_be_bytes()
        }
    }
}

/// A TIFF with a chain of directories, under a magic number.
pub fn tiff(order: Order, magic: u16, chain: &[Dir]) -> Vec<u8> {
    tiff_after(order, magic, &[], chain)
}

/// The same with bytes between the header and the first directory.
pub fn tiff_after(order: Order, magic: u16, gap: &[u8], chain: &[Dir]) -> Vec<u8> {
    let mut out = [order.mark(), &order.two(magic)].concat();
    out.extend(order.four(8 + gap.len() as u32));
    out.extend(gap);
    put_chain(&mut out, order, 0, chain);
    out
}

/// Appends a chain of directories; offsets count from `base`.
pub fn put_chain(out: &mut Vec<u8>, order: Order, base: usize, chain: &[Dir]) {
    let mut next: Option<usize> = None;
    for dir in chain {
        let at = out.len();
        if let Some(link) = next {
            patch(out, link, order.four((at - base) as u32));
        }
        next = Some(put(out, order, base, dir));
    }
}

/// Appends a directory and what it points to. Returns the position of its link to the next.
fn put(out: &mut Vec<u8>, order: Order, base: usize, dir: &Dir) -> usize {
    let mut fields: Vec<(u16, u16, usize, Vec<u8>)> = Vec::new();
    let mut later = Vec::new();
    for (tag, value) in &dir.entries {
        match value {
            Value::Short(v) => fields.push((
                *tag,
                3,
                v.len(),
                v.iter().flat_map(|v| order.two(*v)).collect(),
            )),
            Value::Long(v) => fields.push((
                *tag,
                4,
                v.len(),
                v.iter().flat_map(|v| order.four(*v)).collect(),
            )),
            Value::Text(v) => fields.push((*tag, 2, v.len() + 1, [v.as_bytes(), b"\0"].concat())),
            Value::Bytes(v) => fields.push((*tag, 7, v.len(), v.clone())),
            Value::Block(length, v) => {
                later.push((fields.len(), value));
                fields.push((*tag, 4, 1, vec![0; 4]));
                fields.push((*length, 4, 1, order.four(v.len() as u32).to_vec()));
            }
            Value::Dirs(v) => {
                later.push((fields.len(), value));
                fields.push((*tag, 4, v.len(), vec![0; 4 * v.len()]));
            }
        }
    }
    let start = out.len();
    out.extend(order.two(fields.len() as u16));
    for (tag, kind, count, _) in &fields {
        out.extend(order.two(*tag));
        out.extend(order.two(*kind));
        out.extend(order.four(*count as u32));
        out.extend([0; 4]);
    }
    let link = out.len();
    out.extend([0; 4]);
    let mut places = Vec::new();
    for (i, (_, _, _, bytes)) in fields.iter().enumerate() {
        let inline = start + 2 + 12 * i + 8;
        if bytes.len() <= 4 {
            out[inline..inline + bytes.len()].copy_from_slice(bytes);
            places.push(inline);
        } else {
            let offset = (out.len() - base) as u32;
            patch(out, inline, order.four(offset));
            places.push(out.len());
            out.extend(bytes);
        }
    }
    for (field, value) in later {
        let mut place = places[field];
        match value {
            Value::Block(_, block) => {
                let offset = (out.len() - base) as u32;
                patch(out, place, order.four(offset));
                out.extend(block);
            }
            Value::Dirs(dirs) => {
                for dir in dirs {
                    let offset = (out.len() - base) as u32;
                    patch(out, place, order.four(offset));
                    put(out, order, base, dir);
                    place += 4;
                }
            }
            _ => unreachable!(),
        }
    }
    link
}

fn patch(out: &mut [u8], at: usize, bytes: [u8; 4]) {
    out[at..at + 4].copy_from_slice(&bytes);
}

/// The head of a JPEG of that size under that frame marker, and a little data.
pub fn jpeg_of(frame: u8, width: u16, height: u16, exif: Option<&[u8]>) -> Vec<u8> {
    let mut out = vec![0xff, 0xd8];
    let mut segment = |marker: u8, body: &[u8]| {
        out.extend([0xff, marker]);
        out.extend((body.len() as u16 + 2).to_be_bytes());
        out.extend(body);
    };
    if let Some(exif) = exif {
        segment(0xe1, &[b"Exif\0\0", exif].concat());
    }
    segment(0xdb, &[0; 65]);
    let [h, w] = [height.to_be_bytes(), width.to_be_bytes()];
    segment(
        frame,
        &[
            8, h[0], h[1], w[0], w[1], 3, 1, 0x22, 0, 2, 0x11, 0, 3, 0x11, 0,
        ],
    );
    segment(0xc4, &[0; 17]);
    segment(0xda, &[3, 1, 0, 2, 0, 3, 0, 0, 63, 0]);
    out.extend([0x12, 0x34, 0xff, 0xd9]);
    out
}

pub fn jpeg(width: u16, height: u16) -> Vec<u8> {
    jpeg_of(0xc0, width, height, None)
}

/// A directory of sensor data.
pub fn sensor(width: u16, height: u16) -> Dir {
    Dir::default()
        .long(0xfe, 0)
        .short(0x100, width)
        .short(0x101, height)
        .short(0x103, 1)
        .short(0x106, 32803)
}

/// IFD0 of a camera that turned by 90 degrees.
pub fn camera(make: &'static str) -> Dir {
    Dir::default()
        .long(0xfe, 1)
        .text(0x10f, make)
        .short(0x112, 6)
}

/// A DNG with a thumbnail in IFD0, and sensor data, preview and a lossless JPEG of the sensor
/// beside it.
pub fn dng(order: Order) -> Vec<u8> {
    let strip = |frame, width, height| {
        let block = jpeg_of(frame, width, height, None);
        Dir::default()
            .long(0xfe, 1)
            .short(0x103, 7)
            .short(0x106, 6)
            .block(0x111, 0x117, block)
    };
    let crop = sensor(6036, 4020).shorts(0xc620, &[6000, 4000]);
    let subs = [
        crop,
        strip(0xc0, 1024, 683),
        strip(0xc2, 6000, 4000),
        strip(0xc3, 7000, 5000),
    ];
    let first = camera("Maker")
        .short(0x103, 7)
        .short(0x106, 6)
        .block(0x111, 0x117, jpeg(160, 107));
    tiff(
        order,
        42,
        &[first.bytes(0xc612, vec![1, 7, 0, 0]).dirs(0x14a, &subs)],
    )
}

/// A NEF: full size behind a SubIFD, a middle one in the maker note.
pub fn nef(order: Order) -> Vec<u8> {
    let middle = Dir::default().block(0x201, 0x202, jpeg(570, 375));
    let note = Dir::default()
        .dirs(0x11, &[middle])
        .shorts(0x45, &[0, 0, 6000, 4000]);
    let note = [b"Nikon\0\x02\x11\0\0".to_vec(), tiff(order, 42, &[note])].concat();
    let full = Dir::default()
        .long(0xfe, 1)
        .short(0x103, 6)
        .block(0x201, 0x202, jpeg(6000, 4000));
    let exif = Dir::default().bytes(0x927c, note);
    tiff(
        order,
        42,
        &[camera("NIKON CORPORATION")
            .dirs(0x14a, &[full, sensor(6036, 4020)])
            .dirs(0x8769, &[exif])],
    )
}

/// A CR2: a preview in IFD0's strip, a thumbnail, and sensor data that calls itself JPEG.
pub fn cr2() -> Vec<u8> {
    let order = Order::Little;
    let info = [0, 5792, 3804, 1, 1, 168, 56, 5783, 3799, 0, 0];
    let canon = Dir::default().shorts(0xe0, &info);
    let first = camera("Canon")
        .short(0x103, 6)
        .block(0x111, 0x117, jpeg(2784, 1856));
    let second = Dir::default().block(0x201, 0x202, jpeg(160, 120));
    let raw = jpeg_of(0xc3, 5792, 3804, None);
    let fourth = Dir::default()
        .short(0x103, 6)
        .block(0x111, 0x117, raw)
        .shorts(0xc640, &[2, 10, 10]);
    // Its note is a bare directory whose offsets count from the file's header.
    let gap = b"CR\x02\0\0\0\0\0";
    let with_note = |at: u32| {
        let exif = Dir::default().longs(0x9999, &[at]);
        tiff_after(
            order,
            42,
            gap,
            &[
                first.clone().dirs(0x8769, &[exif]),
                second.clone(),
                fourth.clone(),
            ],
        )
    };
    let mut out = with_note(0);
    let at = out.len();
    put_chain(&mut out, order, 0, &[canon]);
    let length = (out.len() - at) as u32;
    let key = [&order.two(0x9999)[..], &order.two(4)].concat();
    let entry = out.windows(4).position(|bytes| bytes == key).unwrap();
    out[entry..entry + 2].copy_from_slice(&order.two(0x927c));
    out[entry + 2..entry + 4].copy_from_slice(&order.two(7));
    out[entry + 4..entry + 8].copy_from_slice(&order.four(length));
    out[entry + 8..entry + 12].copy_from_slice(&order.four(at as u32));
    out
}

fn atom(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
    [&(body.len() as u32 + 8).to_be_bytes(), &name[..], body].concat()
}

/// A CR3 with thumbnail, preview and full size.
pub fn cr3() -> Vec<u8> {
    let one = |head: &[u8], jpeg: Vec<u8>, tail: &[u8]| {
        [
            &[0; 4],
            head,
            &(jpeg.len() as u32).to_be_bytes(),
            tail,
            &jpeg,
        ]
        .concat()
    };
    let full = jpeg(6000, 4000);
    let ftyp = atom(b"ftyp", b"crx \0\0\0\x01crx isom");
    let build = |at: u64| {
        let cmt1 = tiff(
            Order::Little,
            42,
            &[camera("Canon").short(0x100, 6000).short(0x101, 4000)],
        );
        let thumb = atom(
            b"THMB",
            &one(&[0, 160, 0, 120], jpeg(160, 120), &[0, 1, 0, 0]),
        );
        let canon = *b"\x85\xc0\xb6\x87\x82\x0f\x11\xe0\x81\x11\xf4\xce\x46\x2b\x6a\x48";
        let canon = atom(
            b"uuid",
            &[&canon[..], &atom(b"CMT1", &cmt1), &thumb].concat(),
        );
        let craw = atom(b"CRAW", &[&[0; 82][..], &atom(b"JPEG", &[0; 4])].concat());
        let stsd = atom(b"stsd", &[&[0, 0, 0, 0, 0, 0, 0, 1][..], &craw].concat());
        let stsz = atom(
            b"stsz",
            &[
                &[0; 4][..],
                &(full.len() as u32).to_be_bytes(),
                &[0, 0, 0, 1],
            ]
            .concat(),
        );
        let co64 = atom(
            b"co64",
            &[&[0, 0, 0, 0, 0, 0, 0, 1][..], &at.to_be_bytes()].concat(),
        );
        let stbl = atom(b"stbl", &[stsd, stsz, co64].concat());
        let trak = atom(b"trak", &atom(b"mdia", &atom(b"minf", &stbl)));
        let moov = atom(b"moov", &[canon, trak].concat());
        let preview = *b"\xea\xf4\x2b\x5e\x1c\x98\x4b\x88\xb9\xfb\xb7\xdc\x40\x6e\x4d\x16";
        let prvw = atom(
            b"PRVW",
            &one(&[0, 1, 6, 84, 4, 56, 0, 1], jpeg(1620, 1080), &[]),
        );
        let preview = atom(b"uuid", &[&preview[..], &[0; 8], &prvw].concat());
        [ftyp.clone(), moov, preview].concat()
    };
    // The media box has a size of 64 bits.
    let at = build(0).len() as u64 + 16;
    let mut out = build(at);
    out.extend([0, 0, 0, 1]);
    out.extend(b"mdat");
    out.extend((full.len() as u64 + 16).to_be_bytes());
    out.extend(full);
    out
}

/// A RAF whose JPEG's Exif says that it was turned.
pub fn raf() -> Vec<u8> {
    let mut out = vec![0; 148];
    out[..20].copy_from_slice(b"FUJIFILMCCD-RAW 0201");
    let exif = tiff(Order::Little, 42, &[camera("FUJIFILM")]);
    let jpeg = jpeg_of(0xc0, 4896, 3264, Some(&exif));
    let directory = 148 + jpeg.len();
    for (at, value) in [(84, 148), (88, jpeg.len()), (92, directory), (96, 20)] {
        patch(&mut out, at, (value as u32).to_be_bytes());
    }
    out.extend(jpeg);
    out.extend([0, 0, 0, 2, 0x01, 0x00, 0, 4, 0, 1, 0, 2, 0x01, 0x11, 0, 4]);
    out.extend([3264_u16.to_be_bytes(), 4896_u16.to_be_bytes()].concat());
    out
}

/// An ORF of the camera's second kind of note, with preview and thumbnail in it.
pub fn orf(order: Order) -> Vec<u8> {
    let head = [b"OLYMPUS\0", order.mark(), b"\x03\0"].concat();
    let settings = Dir::default()
        .long(0x100, 1)
        .block(0x101, 0x102, jpeg(3200, 2400));
    let processing = Dir::default().shorts(0x614, &[4608]).shorts(0x615, &[3456]);
    let chain = Dir::default()
        .bytes(0x100, jpeg(160, 120))
        .dirs(0x2020, &[settings])
        .dirs(0x2040, &[processing]);
    let mut note = head;
    put_chain(&mut note, order, 0, &[chain]);
    let exif = Dir::default().bytes(0x927c, note);
    let magic = u16::from_le_bytes(*b"RO");
    tiff(
        order,
        magic,
        &[camera("OLYMPUS CORPORATION").dirs(0x8769, &[exif])],
    )
}

/// An RW2 with a preview and, as later cameras have, a larger one.
pub fn rw2() -> Vec<u8> {
    let dir = camera("Panasonic")
        .short(2, 4000)
        .short(3, 3000)
        .short(4, 8)
        .short(5, 4)
        .short(6, 2752);
    let dir = dir
        .short(7, 3652)
        .bytes(0x2e, jpeg(1920, 1440))
        .bytes(0x127, jpeg(3648, 2736));
    tiff(Order::Little, 0x55, &[dir])
}
