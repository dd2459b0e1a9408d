//! Where the rows of a text table end, by the rules of RFC 4180.

use super::table::Text;

/// A row as it stands in the text.
pub(super) struct Written<'t> {
    /// The number of its first line in the file.
    pub number: u64,
    pub text: &'t str,
    /// What is wrong with its quotes.
    pub fault: Option<&'static str>,
}

/// Where in a field a row is read.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Start,
    Plain,
    Quoted,
    /// After a quote that closes the field, unless another follows at once.
    Closed,
    /// After blanks behind it.
    Behind,
}

/// The rows of a text: a quote opens at the start of a field and closes
/// where it is not doubled, and between the two a line ends no row.
pub(super) fn written<'t>(text: &Text<'t>, delimiters: &[u8]) -> Vec<Written<'t>> {
    let mut rows = Vec::new();
    let (mut start, mut number, mut line) = (0, text.line, text.line);
    let (mut place, mut fault) = (Place::Start, None);
    let slice = |from: usize, to: usize| text.text.get(from..to).unwrap_or_default();
    for (at, byte) in text.text.bytes().enumerate() {
        line += u64::from(byte == b'\n');
        place = match (place, byte) {
            (Place::Quoted, b'"') => Place::Closed,
            (Place::Quoted, _) => Place::Quoted,
            (Place::Start, b'"') | (Place::Closed, b'"') => Place::Quoted,
            (_, b'\n') => {
                rows.push(Written {
                    number,
                    text: slice(start, at),
                    fault: fault.take(),
                });
                (start, number) = (at + 1, line);
                Place::Start
            }
            (_, byte) if delimiters.contains(&byte) => Place::Start,
            (Place::Closed | Place::Behind, b' ' | b'\t') => Place::Behind,
            (Place::Closed | Place::Behind, _) => {
                fault = Some("has text behind a closed quote: double the quotes within a field");
                Place::Plain
            }
            (Place::Start | Place::Plain, _) => Place::Plain,
        };
    }
    if place == Place::Quoted {
        fault = Some("has a quote that is not closed");
    }
    rows.push(Written {
        number,
        text: slice(start, text.text.len()),
        fault,
    });
    rows
}
