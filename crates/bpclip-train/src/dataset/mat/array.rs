//! Arrays: numbers, texts and cells.

use super::element::{ElementKind, Elements};

/// How deep cells may lie in cells.
const MAX_DEPTH: usize = 4;

/// The value of a variable or of a cell.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    /// The numbers, column after column.
    Numbers(Vec<f64>),
    /// A row of characters.
    Text(String),
    /// The cells, column after column.
    Cells(Vec<Value>),
    /// Something else that datasets have no use for: a structure, complex numbers.
    Other,
}

impl Value {
    /// The text, where it is one, or a cell with nothing but one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Cells(cells) => match cells.as_slice() {
                [only] => only.text(),
                _ => None,
            },
            _ => None,
        }
    }
}

/// An array's name and value, from the bytes of its element.
pub(super) fn read(bytes: &[u8], big_endian: bool) -> Result<(String, Value), String> {
    nested(bytes, big_endian, 0)
}

fn nested(bytes: &[u8], big_endian: bool, depth: usize) -> Result<(String, Value), String> {
    let mut elements = Elements::new(bytes, big_endian);
    let flags = elements.need()?.numbers(big_endian)?;
    let flags = *flags.first().ok_or("an array has no class")? as u32;
    let (class, complex) = (flags & 0xff, flags & 0x800 != 0);
    // Objects of newer kinds have no dimensions and no name in these places.
    if class > 15 {
        return Ok((String::new(), Value::Other));
    }
    let count = count(&elements.need()?.numbers(big_endian)?)?;
    let name = elements.need()?.text(big_endian)?;
    let value = match class {
        1 => Value::Cells(cells(&mut elements, count, big_endian, depth)?),
        4 => Value::Text(match elements.next()? {
            Some(element) => element.text(big_endian)?,
            None => String::new(),
        }),
        6..=15 if !complex => {
            let numbers = elements.need()?.numbers(big_endian)?;
            if numbers.len() != count {
                return Err(format!(
                    "{name} has {} numbers and room for {count}",
                    numbers.len()
                ));
            }
            Value::Numbers(numbers)
        }
        _ => Value::Other,
    };
    Ok((name, value))
}

/// How many elements an array of these dimensions has.
fn count(dimensions: &[f64]) -> Result<usize, String> {
    let mut count = 1_usize;
    for dimension in dimensions {
        // A negative one becomes 0, and any other is a whole number below 2^32.
        count = count
            .checked_mul(*dimension as usize)
            .ok_or("an array is larger than memory")?;
    }
    Ok(count)
}

fn cells(
    elements: &mut Elements<'_>,
    count: usize,
    big_endian: bool,
    depth: usize,
) -> Result<Vec<Value>, String> {
    if depth == MAX_DEPTH {
        return Err(format!("cells lie in cells more than {MAX_DEPTH} deep"));
    }
    let mut cells = Vec::new();
    for _ in 0..count {
        let element = elements.need()?;
        if element.kind != ElementKind::MATRIX {
            return Err("a cell is no array".into());
        }
        cells.push(match element.bytes {
            [] => Value::Other,
            bytes => nested(bytes, big_endian, depth + 1)?.1,
        });
    }
    Ok(cells)
}
