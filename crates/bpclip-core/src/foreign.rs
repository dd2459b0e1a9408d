//! Text that others chose, such as file names, metadata and the heads of tables, made harmless where
//! a terminal or a spreadsheet would obey it.

use std::borrow::Cow;

/// Whether a character is not seen but does something: control characters, the ends of lines, and
/// the marks that turn the direction of what follows.
pub fn is_unseen(c: char) -> bool {
    let turns = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    c.is_control() || turns || matches!(c, '\u{2028}' | '\u{2029}')
}

/// Text for a person, in one line: what is [not seen](is_unseen) is written out, such as `\n` or
/// `\u{1b}`.
pub fn shown(text: &str) -> Cow<'_, str> {
    shown_but(text, |_| false)
}

/// Likewise, in the lines that it has.
pub fn shown_lines(text: &str) -> Cow<'_, str> {
    shown_but(text, |c| c == '\n')
}

fn shown_but(text: &str, kept: impl Fn(char) -> bool) -> Cow<'_, str> {
    let hidden = |c: char| is_unseen(c) && !kept(c);
    if !text.contains(hidden) {
        return text.into();
    }
    let mut shown = String::new();
    for c in text.chars() {
        match hidden(c) {
            true => shown.extend(c.escape_default()),
            false => shown.push(c),
        }
    }
    shown.into()
}

/// Text for a cell of a CSV. A spreadsheet takes what begins with `=`, `+`, `-` or `@` for a formula
/// and runs it: an apostrophe before it makes it text. Numbers stay numbers.
pub fn cell(text: &str) -> Cow<'_, str> {
    let number = text.parse::<f64>().is_ok();
    match is_formula(text.trim_start_matches('\'')) && !number {
        true => format!("'{text}").into(),
        false => text.into(),
    }
}

/// The text that [`cell`] made a cell of.
pub fn from_cell(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(text) if is_formula(text.trim_start_matches('\'')) => text,
        _ => cell,
    }
}

fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_not_seen_is_written_out() {
        let odd = "a\u{1b}[31m\u{202e}gpj.\r\n\u{85}b\u{2028}";
        assert_eq!(shown(odd), r"a\u{1b}[31m\u{202e}gpj.\r\n\u{85}b\u{2028}");
        assert_eq!(shown_lines("a\nb\u{7}"), "a\nb\\u{7}");
        assert_eq!(
            shown(r"C:\photos\grün 写真.jpg"),
            r"C:\photos\grün 写真.jpg"
        );
    }

    #[test]
    fn formulas_become_text_and_numbers_stay() {
        for (text, expected) in [
            ("=1+1", "'=1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0"),
            ("+name", "'+name"),
            ("'=1", "''=1"),
            ("-5.25e3", "-5.25e3"),
            ("+7", "+7"),
            ("'quoted'", "'quoted'"),
            ("a=b", "a=b"),
            ("", ""),
        ] {
            assert_eq!(cell(text), expected);
            assert_eq!(from_cell(expected), text);
        }
    }

    proptest! {
        #[test]
        fn a_cell_is_read_as_it_was(text in "['=+@-]{0,4}.{0,3}") {
            let cell = cell(&text);
            prop_assert_eq!(from_cell(&cell), text.as_str());
        }
    }
}
