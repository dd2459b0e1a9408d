//! The reader against files that scipy wrote, and against damage.

use super::array::Value;
use super::{HEADER, MatFile, parse};
use proptest::prelude::*;
use std::io::Write;

const PLAIN: &[u8] = include_bytes!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../tests/fixtures/dataset/mat/plain.mat"
));
const COMPRESSED: &[u8] = include_bytes!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../tests/fixtures/dataset/mat/compressed.mat"
));
const BIG_ENDIAN: &[u8] = include_bytes!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../tests/fixtures/dataset/mat/big_endian.mat"
));

fn numbers(numbers: &[f64]) -> Value {
    Value::Numbers(numbers.into())
}

fn names(names: &[&str]) -> Value {
    Value::Cells(
        names
            .iter()
            .map(|name| Value::Text((*name).into()))
            .collect(),
    )
}

#[test]
fn every_kind_that_scipy_writes() {
    let long = "a name that is longer than eight bytes.bmp";
    let wanted = [
        ("small", numbers(&[1.0, -2.0, 3.0])),
        ("bytes", numbers(&[250.0, 7.0])),
        ("short", numbers(&[-30000.0, 2.0])),
        ("word", numbers(&[60000.0])),
        ("long", numbers(&[-70000.0, 1.0])),
        ("double_word", numbers(&[4e9])),
        ("wide", numbers(&[-1_099_511_627_776.0])),
        ("unsigned_wide", numbers(&[1_125_899_906_842_624.0])),
        ("single", numbers(&[0.5, -0.25])),
        // Column after column.
        ("double", numbers(&[1.5, 3.5, 2.5, 4.5])),
        ("nothing", numbers(&[])),
        ("text", Value::Text("grün.bmp".into())),
        ("names", names(&["a.bmp", "bb.bmp", long])),
        (
            "nested",
            Value::Cells(vec![names(&["inner.bmp"]), Value::Text("outer.bmp".into())]),
        ),
        ("complex", Value::Other),
        ("structure", Value::Other),
        ("sparse", Value::Other),
    ];
    let wanted = wanted.map(|(name, value)| (name.to_owned(), value));
    assert_eq!(parse(PLAIN).unwrap(), wanted);
    assert_eq!(parse(COMPRESSED).unwrap(), wanted);
}

#[test]
fn the_other_byte_order() {
    let wanted = [
        ("numbers".to_owned(), numbers(&[1.5, -2.25])),
        ("shorts".to_owned(), numbers(&[300.0, -1.0])),
        ("names".to_owned(), names(&["one.bmp", "two.bmp"])),
    ];
    assert_eq!(parse(BIG_ENDIAN).unwrap(), wanted);
}

#[test]
fn what_is_asked_for_must_be_there() {
    let file = MatFile {
        path: "a.mat".into(),
        variables: vec![
            ("mos".into(), numbers(&[1.0, f64::NAN])),
            (
                "names".into(),
                Value::Cells(vec![Value::Text(" a.bmp ".into()), Value::Other]),
            ),
        ],
    };
    let message = |error: crate::dataset::DatasetError| error.to_string();
    assert_eq!(
        message(file.numbers("dmos", 2).unwrap_err()),
        "a.mat: has no variable dmos but mos, names"
    );
    assert_eq!(
        message(file.numbers("mos", 3).unwrap_err()),
        "a.mat: mos has 2 elements where 3 must be"
    );
    assert_eq!(
        message(file.numbers("mos", 2).unwrap_err()),
        "a.mat, row 2, column mos: is no finite number"
    );
    assert_eq!(
        message(file.numbers("names", 2).unwrap_err()),
        "a.mat: names is no array of numbers"
    );
    assert_eq!(
        message(file.texts("names").unwrap_err()),
        "a.mat, row 2, column names: is no name"
    );
    assert_eq!(
        message(file.texts("mos").unwrap_err()),
        "a.mat: mos is no cell array"
    );
}

#[test]
fn other_files_are_told_apart() {
    let mut newer = [0; 600];
    newer[..19].copy_from_slice(b"MATLAB 7.3 MAT-file");
    assert!(parse(&newer).unwrap_err().contains("7.3"));
    let mut newer = PLAIN.to_vec();
    newer[124..126].copy_from_slice(&[0, 2]);
    assert!(parse(&newer).unwrap_err().contains("7.3"));
    for other in [&b""[..], b"name,mos\n", &[0; 200]] {
        assert!(parse(other).unwrap_err().starts_with("is no MATLAB file"));
    }
}

#[test]
fn nothing_unpacks_without_end() {
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    let zeros = vec![0; 1 << 20];
    for _ in 0..64 {
        packed.write_all(&zeros).unwrap();
    }
    let packed = packed.finish().unwrap();
    let mut file = PLAIN[..HEADER].to_vec();
    file.extend(15_u32.to_le_bytes());
    file.extend((packed.len() as u32).to_le_bytes());
    file.extend(packed);
    assert!(parse(&file).unwrap_err().contains("unpacks to more"));
}

#[test]
fn cells_do_not_lie_without_end() {
    let element = |kind: u32, bytes: &[u8]| {
        let mut element = kind.to_le_bytes().to_vec();
        element.extend((bytes.len() as u32).to_le_bytes());
        element.extend(bytes);
        element
    };
    let ones = [1, 0, 0, 0, 1, 0, 0, 0];
    let mut cell = Vec::new();
    for _ in 0..2_000 {
        let mut bytes = element(6, &[1, 0, 0, 0, 0, 0, 0, 0]);
        bytes.extend(element(5, &ones));
        bytes.extend(element(1, b""));
        bytes.extend(cell);
        cell = element(14, &bytes);
    }
    let mut file = PLAIN[..HEADER].to_vec();
    file.extend(cell);
    assert!(parse(&file).unwrap_err().contains("deep"));
}

#[test]
fn every_cut_is_an_error_or_whole_variables() {
    let whole = parse(PLAIN).unwrap();
    for end in 0..PLAIN.len() {
        // What is there before the cut is as it was.
        if let Ok(variables) = parse(&PLAIN[..end]) {
            assert_eq!(variables, whole[..variables.len()]);
        }
        if end < HEADER {
            assert!(parse(&PLAIN[..end]).is_err());
        }
    }
}

proptest! {
    #[test]
    fn noise_never_panics(noise in proptest::collection::vec(any::<u8>(), 0..600)) {
        let _ = parse(&noise);
        let mut file = PLAIN[..HEADER].to_vec();
        file.extend(noise);
        let _ = parse(&file);
    }

    #[test]
    fn flipped_bits_never_panic(
        flips in proptest::collection::vec((HEADER..PLAIN.len(), 0..8_u32), 1..6),
        compressed in any::<bool>(),
    ) {
        let mut file = if compressed { COMPRESSED } else { PLAIN }.to_vec();
        for (at, bit) in flips {
            if let Some(byte) = file.get_mut(at) {
                *byte ^= 1 << bit;
            }
        }
        let _ = parse(&file);
    }

    /// Sizes, counts and dimensions of any magnitude: what comes out is never larger than what
    /// the bytes can hold.
    #[test]
    fn claims_are_not_believed(at in HEADER / 4..PLAIN.len() / 4, claim in any::<u32>()) {
        let mut file = PLAIN.to_vec();
        file[4 * at..4 * at + 4].copy_from_slice(&claim.to_le_bytes());
        if let Ok(variables) = parse(&file) {
            for (_, value) in variables {
                let count = match value {
                    Value::Numbers(numbers) => numbers.capacity(),
                    Value::Cells(cells) => cells.len(),
                    Value::Text(text) => text.len(),
                    Value::Other => 0,
                };
                prop_assert!(count <= 4 * file.len());
            }
        }
    }
}
