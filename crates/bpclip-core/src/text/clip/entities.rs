//! HTML's character references.

use std::collections::HashMap;
use std::sync::LazyLock;

/// The named references: a line a name, with its semicolon where it needs one, then the characters
/// in hexadecimal.
static NAMED: LazyLock<HashMap<&str, String>> = LazyLock::new(|| {
    let lines = include_str!("../../../../../assets/text/html-entities.txt").lines();
    lines
        .filter_map(|line| {
            let (name, codes) = line.split_once(' ')?;
            let chars = codes.split(' ').filter_map(|code| {
                let code = u32::from_str_radix(code, 16).ok()?;
                char::from_u32(code)
            });
            Some((name, chars.collect()))
        })
        .collect()
});

/// The longest name, without its semicolon.
const LONGEST: usize = 32;

/// What browsers take the numbers 0x80 to 0x9f for.
const WINDOWS: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";

/// Character references replaced by what they stand for, by the rules of HTML 5 for right and wrong
/// ones, as Python's `html.unescape` does.
pub fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        rest = match numbered(after).or_else(|| named(after)) {
            Some((stands_for, left)) => {
                out.push_str(&stands_for);
                left
            }
            None => {
                out.push('&');
                after
            }
        };
    }
    out.push_str(rest);
    out
}

/// `#38;`, `#x26;`: the character and what comes behind.
fn numbered(text: &str) -> Option<(String, &str)> {
    let digits = text.strip_prefix('#')?;
    let (radix, digits) = match digits.strip_prefix(['x', 'X']) {
        Some(digits) => (16, digits),
        None => (10, digits),
    };
    let end = digits
        .find(|c: char| !c.is_digit(radix))
        .unwrap_or(digits.len());
    let (number, left) = digits.split_at(end);
    if number.is_empty() {
        return None;
    }
    // A number too large for 32 bits is too large for a character.
    let code = u32::from_str_radix(number, radix).unwrap_or(u32::MAX);
    let character = character(code).map_or_else(String::new, String::from);
    Some((character, left.strip_prefix(';').unwrap_or(left)))
}

/// The character that a number stands for, if any.
fn character(code: u32) -> Option<char> {
    match code {
        0 => Some(char::REPLACEMENT_CHARACTER),
        0x80..=0x9f => WINDOWS.chars().nth(code as usize - 0x80),
        0x01..=0x08 | 0x0b | 0x0e..=0x1f | 0x7f | 0xfdd0..=0xfdef => None,
        _ if code <= 0x10_ffff && code & 0xfffe == 0xfffe => None,
        _ => Some(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)),
    }
}

/// `amp;`, or, for old names, `amp` with anything behind: the characters and what comes behind.
fn named(text: &str) -> Option<(String, &str)> {
    let letters = text
        .bytes()
        .take(LONGEST)
        .take_while(u8::is_ascii_alphanumeric)
        .count();
    (2..=letters + 1).rev().find_map(|length| {
        let (name, left) = text.split_at_checked(length)?;
        Some((NAMED.get(name)?.clone(), left))
    })
}

#[cfg(test)]
mod tests {
    use super::unescape;

    /// Each as Python's `html.unescape` has it.
    #[test]
    fn as_in_python() {
        for (text, expected) in [
            ("", ""),
            ("sharp & clear", "sharp & clear"),
            ("R&amp;D", "R&D"),
            ("&amp;amp;", "&amp;"),
            ("a&lt;b&gt;c", "a<b>c"),
            ("caf&eacute;", "café"),
            ("caf&eacute", "café"),
            ("&notit;", "¬it;"),
            ("&notin;", "∉"),
            ("&NotEqualTilde;", "≂̸"),
            ("&CounterClockwiseContourIntegral;", "∳"),
            ("&nosuch;", "&nosuch;"),
            ("&#38;&#x26;&#X26;", "&&&"),
            ("&#38 &#", "& &#"),
            ("&#x;&#xg;", "&#x;&#xg;"),
            ("&#128;&#x9f;", "€Ÿ"),
            (
                "&#0;&#xd800;&#x110000;&#99999999999;",
                "\u{fffd}\u{fffd}\u{fffd}\u{fffd}",
            ),
            ("[&#1;&#xb;&#xfdd0;&#x1ffff;]", "[]"),
            ("&#13;", "\r"),
            ("&é;&", "&é;&"),
            ("&ampé", "&é"),
        ] {
            assert_eq!(unescape(text), expected, "{text}");
        }
    }
}
