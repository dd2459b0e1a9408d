//! Tests on tiny files that are put together here.

use crate::{Damage, Reason, check, check_webp, check_webp_end};

/// DC codes: `0` size 0, `10` size 1, `110` size 11.
const DC: &[u8] = &[1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 11];

/// AC codes: `0` end of block, `10` size 1, `110` 16 zeros, `1110` end of 2 or
/// 3 blocks, `11110` one zero and size 1.
const AC: &[u8] = &[
    1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x00, 0x01, 0xF0, 0x10, 0x11,
];

const SEQUENTIAL: u8 = 0xC0;
const PROGRESSIVE: u8 = 0xC2;

/// A JPEG in the making.
struct Jpeg(Vec<u8>);

impl Jpeg {
    /// Begins a file with the tables above, a frame of 8 lines and components
    /// without subsampling.
    fn new(kind: u8, width: u8, components: u8) -> Self {
        let table = |class: u8, body: &[u8]| [&[class << 4], body].concat();
        let mut frame = vec![8, 0, 8, 0, width, components];
        (1..=components).for_each(|id| frame.extend([id, 0x11, 0]));
        Self(vec![0xFF, 0xD8])
            .segment(0xC4, &[table(0, DC), table(1, AC)].concat())
            .segment(kind, &frame)
    }

    /// A sequential grey file of some blocks in a row, up to its scan header.
    fn grey(blocks: u8) -> Self {
        Self::new(SEQUENTIAL, 8 * blocks, 1).scan(&[1], 0, 63, 0)
    }

    fn segment(mut self, code: u8, body: &[u8]) -> Self {
        self.0.extend([0xFF, code, 0, body.len() as u8 + 2]);
        self.0.extend(body);
        self
    }

    /// A scan header; `bits` are the positions before and after.
    fn scan(self, ids: &[u8], from: u8, to: u8, bits: u8) -> Self {
        let parts = ids.iter().flat_map(|&id| [id, 0]);
        let head = [ids.len() as u8].into_iter().chain(parts);
        let body: Vec<u8> = head.chain([from, to, bits]).collect();
        self.segment(0xDA, &body)
    }

    /// Coded data from zeros and ones, filled up with ones.
    fn bits(mut self, bits: &str) -> Self {
        let digits: Vec<u8> = bits.bytes().filter(|b| *b != b' ').collect();
        for byte in digits.chunks(8) {
            let digit = |i| u8::from(byte.get(i) != Some(&b'0'));
            let byte = (0..8).fold(0, |sum, i| sum << 1 | digit(i));
            self.0.push(byte);
            self.0.extend((byte == 0xFF).then_some(0));
        }
        self
    }

    fn raw(mut self, bytes: &[u8]) -> Self {
        self.0.extend(bytes);
        self
    }

    fn end(self) -> Vec<u8> {
        self.raw(&[0xFF, 0xD9]).0
    }

    /// The verdict on the file once it has its end marker.
    fn verdict(self) -> Result<(), Damage> {
        check(&self.end())
    }
}

fn damage(missing: f32, reason: Reason) -> Result<(), Damage> {
    Err(Damage { missing, reason })
}

fn reason(result: Result<(), Damage>) -> Option<Reason> {
    result.err().map(|damage| damage.reason)
}

#[test]
fn sound_data_passes() {
    assert_eq!(Jpeg::grey(2).bits("00 00").verdict(), Ok(()));
    assert_eq!(
        Jpeg::grey(1).bits("101 10 1 11110 0 110 0").verdict(),
        Ok(())
    );
    let full = format!("0 {}", "101".repeat(63));
    assert_eq!(
        Jpeg::grey(2).bits(&format!("{full}{full}")).verdict(),
        Ok(())
    );
}

#[test]
fn data_may_end_early() {
    let cut = "00".repeat(4);
    assert_eq!(
        Jpeg::grey(8).bits(&cut).verdict(),
        damage(0.5, Reason::EndsEarly)
    );
    assert_eq!(Jpeg::grey(8).verdict(), damage(1.0, Reason::EndsEarly));
    let header = Jpeg::new(SEQUENTIAL, 8, 1).raw(&[0xFF, 0xC4, 1, 0]);
    assert_eq!(header.verdict(), damage(1.0, Reason::EndsEarly));
}

#[test]
fn codes_must_be_in_the_table() {
    let wrong = Jpeg::grey(2).bits("00 0 11111 1111111111111111111111");
    assert_eq!(wrong.verdict(), damage(0.5, Reason::UnknownCode));
}

#[test]
fn coefficients_must_be_in_range() {
    let long = Jpeg::grey(1).bits(&format!("0 {} 0", "110".repeat(4)));
    assert_eq!(long.verdict(), damage(1.0, Reason::OutOfRange));
    let drift = Jpeg::grey(2).bits("110 11111111111 0 110 00000000000 0");
    assert_eq!(drift.verdict(), damage(1.0, Reason::OutOfRange));
}

#[test]
fn little_may_be_left_over() {
    let grey = || Jpeg::grey(1).bits("00");
    assert_eq!(grey().raw(&[0, 0]).verdict(), Ok(()));
    assert_eq!(grey().raw(&[0xFF; 9]).verdict(), Ok(()));
    assert_eq!(
        reason(grey().raw(&[0; 3]).verdict()),
        Some(Reason::Leftover)
    );
    assert_eq!(reason(grey().raw(&[7]).verdict()), Some(Reason::Leftover));
    assert_eq!(
        reason(grey().raw(&[0xFF, 0]).verdict()),
        Some(Reason::Leftover)
    );
}

/// Four restart intervals of one block each, ended by the markers given.
fn restarts(markers: &[u8]) -> Result<(), Damage> {
    let frame = Jpeg::new(SEQUENTIAL, 32, 1).segment(0xDD, &[0, 1]);
    let mut file = frame.scan(&[1], 0, 63, 0).bits("00");
    for &marker in markers {
        file = file.raw(&[0xFF, marker]).bits("00");
    }
    file.verdict()
}

#[test]
fn restart_markers_count_up() {
    assert_eq!(restarts(&[0xD0, 0xD1, 0xD2]), Ok(()));
    assert_eq!(restarts(&[0xD0, 0xD2]), damage(0.25, Reason::Restart));
    assert_eq!(restarts(&[0xD0, 0xD1]), damage(0.25, Reason::EndsEarly));
    assert_eq!(
        reason(restarts(&[0xD0, 0xD7, 0xD1, 0xD2])),
        Some(Reason::Restart)
    );
    assert_eq!(
        reason(restarts(&[0xD0, 0xD1, 0xD2, 0xD3])),
        Some(Reason::Leftover)
    );
}

#[test]
fn damage_stays_within_its_interval() {
    let frame = Jpeg::new(SEQUENTIAL, 32, 1).segment(0xDD, &[0, 2]);
    let file = frame
        .scan(&[1], 0, 63, 0)
        .bits("00 011111 11111111 11111111");
    let file = file.raw(&[0xFF, 0xD0]).bits("0000");
    assert_eq!(file.verdict(), damage(0.25, Reason::UnknownCode));
}

#[test]
fn every_component_needs_a_scan() {
    let one = || Jpeg::new(SEQUENTIAL, 8, 2).scan(&[1], 0, 63, 0).bits("00");
    assert_eq!(one().verdict(), damage(0.5, Reason::MissingScan));
    let two = one().segment(0xDD, &[0, 1]).scan(&[2], 0, 63, 0);
    assert_eq!(two.bits("00").verdict(), Ok(()));
    let both = Jpeg::new(SEQUENTIAL, 8, 2).scan(&[1, 2], 0, 63, 0);
    assert_eq!(both.bits("0000").verdict(), Ok(()));
}

#[test]
fn mcus_hold_blocks_by_sampling() {
    let frame = [8, 0, 16, 0, 16, 2, 1, 0x22, 0, 2, 0x11, 0];
    let start = || {
        let tables = [&[0], DC, &[0x10], AC].concat();
        Jpeg(vec![0xFF, 0xD8])
            .segment(0xC4, &tables)
            .segment(0xC1, &frame)
    };
    let whole = start().scan(&[1, 2], 0, 63, 0).bits(&"00".repeat(5));
    assert_eq!(whole.verdict(), Ok(()));
    let first = start().scan(&[1], 0, 63, 0).bits(&"00".repeat(4));
    assert_eq!(first.scan(&[2], 0, 63, 0).bits("00").verdict(), Ok(()));
}

/// A progressive grey file of four blocks with its DC scan.
fn progressive() -> Jpeg {
    Jpeg::new(PROGRESSIVE, 32, 1)
        .scan(&[1], 0, 0, 0x01)
        .bits("0 0 101 0")
}

#[test]
fn progressive_scans_pass() {
    assert_eq!(progressive().verdict(), Ok(()));
    let refined = || progressive().scan(&[1], 0, 0, 0x10).bits("0101");
    assert_eq!(refined().verdict(), Ok(()));
    let first = || refined().scan(&[1], 1, 63, 0x01).bits("101 0 1110 1");
    assert_eq!(first().verdict(), Ok(()));
    // A new coefficient after the known one, which has a bit of its own; then
    // a run of three blocks without any.
    let second = first().scan(&[1], 1, 63, 0x10).bits("10 1 1 0 1110 1");
    assert_eq!(second.verdict(), Ok(()));
}

#[test]
fn progressive_damage_counts_in_part() {
    let first = progressive().scan(&[1], 1, 63, 0x01).bits("101 0 101 0");
    let damage = first.verdict().unwrap_err();
    assert!(damage.missing > 0.1 && damage.missing <= 0.5);
    let long = progressive().scan(&[1], 1, 63, 0).bits("0 0 1110 1");
    assert_eq!(reason(long.verdict()), Some(Reason::Leftover));
    let range = progressive().scan(&[1], 1, 2, 0).bits("110");
    assert_eq!(reason(range.verdict()), Some(Reason::OutOfRange));
}

#[test]
fn progressive_scans_follow_on() {
    let no_dc = Jpeg::new(PROGRESSIVE, 8, 1).scan(&[1], 1, 63, 0).bits("0");
    assert_eq!(no_dc.verdict(), damage(1.0, Reason::ScanOrder));
    let skipped = progressive().scan(&[1], 1, 63, 0x10).bits("1110 0 1110 0");
    assert_eq!(reason(skipped.verdict()), Some(Reason::ScanOrder));
    let twice = Jpeg::new(PROGRESSIVE, 8, 1).scan(&[1], 0, 63, 0);
    assert_eq!(reason(twice.verdict()), Some(Reason::Header));
}

#[test]
fn scans_are_limited() {
    let mut file = Jpeg::new(SEQUENTIAL, 8, 1);
    for _ in 0..1001 {
        file = file.scan(&[1], 0, 63, 0).bits("00");
    }
    assert_eq!(reason(file.verdict()), Some(Reason::TooManyScans));
}

#[test]
fn other_files_pass() {
    assert_eq!(check(b""), Ok(()));
    assert_eq!(check(b"RIFF"), Ok(()));
    for kind in [0xC3, 0xC5, 0xC9, 0xCA, 0xCF, 0xF7] {
        assert_eq!(Jpeg::new(kind, 8, 1).verdict(), Ok(()));
    }
    let deep = Jpeg(vec![0xFF, 0xD8]).segment(0xC1, &[12, 0, 8, 0, 8, 1, 1, 0x11, 0]);
    assert_eq!(deep.verdict(), Ok(()));
    let lines = Jpeg(vec![0xFF, 0xD8]).segment(0xC0, &[8, 0, 0, 0, 8, 1, 1, 0x11, 0]);
    assert_eq!(lines.verdict(), Ok(()));
}

#[test]
fn bytes_around_the_data_do_no_harm() {
    let app = [0xFF, 0xD8, 0xFF, 0xD9];
    let file = Jpeg(vec![0xFF, 0xD8]).segment(0xE1, &app).raw(&[1, 2, 3]);
    let file = file.raw(&Jpeg::grey(1).bits("00").end()[2..]);
    assert_eq!(file.raw(b"trailer").verdict(), Ok(()));
}

#[test]
fn the_end_marker_is_missed() {
    let file = Jpeg::grey(1).bits("00").0;
    assert_eq!(check(&file), damage(0.0, Reason::NoEnd));
}

#[test]
fn typical_tables_stand_in() {
    let frame = [8, 0, 8, 0, 8, 1, 1, 0x11, 0];
    let file = Jpeg(vec![0xFF, 0xD8]).segment(SEQUENTIAL, &frame);
    let file = file.scan(&[1], 0, 63, 0).bits("00 1010");
    assert_eq!(file.verdict(), Ok(()));
}

#[test]
fn damaged_headers_do_no_harm() {
    let file = progressive().scan(&[1], 1, 63, 0x01).bits("101 0 1110 1");
    let file = file.scan(&[1], 1, 63, 0x10).bits("10 1 1 0 1110 1").end();
    for place in 0..file.len() {
        check(&file[..place]).ok();
        for value in 0..=255 {
            let mut copy = file.clone();
            copy[place] = value;
            let missing = check(&copy).err().map_or(0.0, |damage| damage.missing);
            assert!((0.0..=1.0).contains(&missing));
        }
    }
}

/// A WebP with one chunk.
fn webp(name: &[u8; 4], size: u32, data: &[u8]) -> Vec<u8> {
    let riff = (size + 12).to_le_bytes();
    [b"RIFF", &riff[..], b"WEBP", name, &size.to_le_bytes(), data].concat()
}

#[test]
fn webp_chunks_lie_within_the_file() {
    let data = [1; 100];
    assert_eq!(check_webp(&webp(b"VP8L", 100, &data)), Ok(()));
    let cut = check_webp(&webp(b"VP8L", 400, &data));
    assert_eq!(cut, damage(0.75, Reason::EndsEarly));
}

#[test]
fn webp_zeros_are_noticed() {
    let head = [0x10, 0, 0, 0x9D, 1, 0x2A, 16, 0, 16, 0];
    let sound = [&head[..], &[7; 90]].concat();
    assert_eq!(check_webp(&webp(b"VP8 ", 100, &sound)), Ok(()));
    let zeros = [&head[..], &[7; 10], &[0; 80]].concat();
    let verdict = check_webp(&webp(b"VP8 ", 100, &zeros));
    assert_eq!(verdict, damage(0.8, Reason::ZeroRun));
}

#[test]
fn webp_data_is_read_to_its_end() {
    let file = webp(b"VP8L", 100, &[1; 100]);
    assert_eq!(check_webp_end(&file, file.len()), Ok(()));
    let left = check_webp_end(&file, file.len() - 25);
    assert_eq!(left, damage(0.25, Reason::Leftover));
}
