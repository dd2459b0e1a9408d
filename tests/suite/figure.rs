//! Figures for a paper: what `bpclip inspect` and `bpclip plot` write, and how one looks.

mod inspect;
mod look;
mod plot;

use std::path::Path;

/// Rows, columns and values of an array of two dimensions, read as NumPy's documentation has it.
pub fn read_npy(path: &Path) -> (usize, usize, Vec<f32>) {
    let bytes = std::fs::read(path).unwrap();
    assert_eq!(&bytes[..8], b"\x93NUMPY\x01\x00");
    let length = usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    let header = std::str::from_utf8(&bytes[10..10 + length]).unwrap();
    assert!(header.contains("'descr': '<f4'") && header.contains("'fortran_order': False"));
    let shape = header.split_once("'shape': (").unwrap().1;
    let shape = shape.split_once(')').unwrap().0;
    let (rows, columns) = shape.split_once(", ").unwrap();
    let (data, rest) = bytes[10 + length..].as_chunks::<4>();
    assert!(rest.is_empty());
    let values: Vec<f32> = data
        .iter()
        .map(|value| f32::from_le_bytes(*value))
        .collect();
    let (rows, columns) = (rows.parse().unwrap(), columns.parse().unwrap());
    assert_eq!(values.len(), rows * columns);
    (rows, columns, values)
}
