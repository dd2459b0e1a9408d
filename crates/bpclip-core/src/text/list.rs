//! Lists of adjectives as people write them.
//!
//! A line names a dimension, says with `+` or `-` whether more of the words means better or worse,
//! and lists the words, parted by commas:
//!
//! ```text
//! # what a line starts so is a remark
//! sharpness  + sharp, crisp
//! sharpness  - blurry, out of focus
//! ```

use super::{Adjective, TextError, dimensions};
use std::fmt::Write;
use std::path::Path;

/// Reads a file of adjectives. A line is a dimension, `+` for words that mean better or `-` for
/// worse, and words parted by commas, such as `sharpness - blurry, out of focus`; a line that
/// begins with `#` is a remark.
///
/// # Errors
/// The file cannot be read, or a line is wrong: names it.
pub fn read_list(path: &Path) -> Result<Vec<Adjective>, TextError> {
    let text = crate::file::read_text(path).map_err(|source| TextError::Io {
        origin: path.to_owned(),
        source,
    })?;
    parse_list(&text, path)
}

/// Reads the text of such a file; `origin` names it in errors.
///
/// # Errors
/// The first line that is wrong, or that there is no adjective.
pub fn parse_list(text: &str, origin: &Path) -> Result<Vec<Adjective>, TextError> {
    let mut adjectives: Vec<(usize, Adjective)> = Vec::new();
    for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let number = index + 1;
        let wrong = |reason: String| TextError::Line {
            origin: origin.to_owned(),
            line: number,
            reason,
        };
        if line.trim().is_empty() || line.trim_start().starts_with('#') {
            continue;
        }
        let (dimension, higher, words) = parts(line).map_err(wrong)?;
        for word in words.split(',').map(plain) {
            if word.is_empty() {
                return Err(wrong("a word is missing beside a comma".into()));
            }
            let same =
                |(_, known): &&(usize, Adjective)| known.word.to_lowercase() == word.to_lowercase();
            if let Some((first, _)) = adjectives.iter().find(same) {
                return Err(wrong(format!("`{word}` stands in line {first} already")));
            }
            let adjective = Adjective {
                word,
                dimension: dimension.clone(),
                higher,
            };
            adjectives.push((number, adjective));
        }
    }
    if adjectives.is_empty() {
        return Err(TextError::NoAdjectives(origin.to_owned()));
    }
    Ok(adjectives.into_iter().map(|(_, known)| known).collect())
}

/// Dimension, direction and words of a line.
fn parts(line: &str) -> Result<(String, bool, &str), String> {
    // The sign stands alone, so that a word may have a hyphen.
    let sign = |(at, sign): &(usize, &str)| {
        let beside = |c: Option<char>| c.is_none_or(char::is_whitespace);
        let (before, behind) = (line.get(..*at), line.get(at + sign.len()..));
        beside(before.and_then(|text| text.chars().next_back()))
            && beside(behind.and_then(|text| text.chars().next()))
    };
    let (at, sign) = line.match_indices(['+', '-']).find(sign).ok_or(
        "it needs a dimension, a + (better) or a - (worse) with spaces around it, and words \
         parted by commas",
    )?;
    let (dimension, rest) = line.split_at(at);
    let words = rest.strip_prefix(sign).unwrap_or(rest);
    let dimension = plain(dimension);
    if dimension.is_empty() {
        return Err(format!("there is no dimension before the {sign}"));
    }
    if words.trim().is_empty() {
        return Err(format!("there are no words behind the {sign}"));
    }
    Ok((dimension, sign == "+", words))
}

/// Without white space at the ends, and with single spaces inside.
fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Adjectives as the text of a file that [`read_list`] reads. Nothing is written to disk.
pub fn write_list(adjectives: &[Adjective]) -> String {
    let dimensions = dimensions(adjectives);
    let widest = dimensions.iter().map(|name| name.chars().count()).max();
    let width = widest.unwrap_or(0);
    let mut text = String::new();
    for dimension in dimensions {
        for (sign, higher) in [('+', true), ('-', false)] {
            let words: Vec<&str> = adjectives
                .iter()
                .filter(|one| one.dimension == dimension && one.higher == higher)
                .map(|one| one.word.as_str())
                .collect();
            if !words.is_empty() {
                // Writing to a string does not fail.
                let _ = writeln!(text, "{dimension:<width$}  {sign} {}", words.join(", "));
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::standard;
    use proptest::prelude::*;

    fn parse(text: &str) -> Result<Vec<Adjective>, TextError> {
        parse_list(text, Path::new("mine.txt"))
    }

    #[test]
    fn a_list_is_read() {
        let text = "\u{feff}# mine\r\nmood + dreamy,  soft  and warm \r\n\r\nfine detail - over-sharpened, x+y\n";
        let read: Vec<_> = parse(text)
            .unwrap()
            .into_iter()
            .map(|one| (one.dimension, one.higher, one.word))
            .collect();
        let expected = [
            ("mood", true, "dreamy"),
            ("mood", true, "soft and warm"),
            ("fine detail", false, "over-sharpened"),
            ("fine detail", false, "x+y"),
        ]
        .map(|(dimension, higher, word)| (dimension.to_owned(), higher, word.to_owned()));
        assert_eq!(read, expected);
    }

    #[test]
    fn our_own_list_survives() {
        assert_eq!(parse(&write_list(&standard())).unwrap(), standard());
    }

    #[test]
    fn a_wrong_line_is_named() {
        for (text, line, say) in [
            ("mood + dreamy\nsharp", 2, "dimension"),
            ("mood dreamy-eyed", 1, "dimension"),
            ("+ dreamy", 1, "no dimension"),
            ("mood -", 1, "no words"),
            ("mood + a,,b", 1, "comma"),
            ("mood + a,", 1, "comma"),
            ("mood + a\n\n#\nlight - b, A", 4, "line 1"),
        ] {
            let error = parse(text).unwrap_err().to_string();
            let start = format!("mine.txt, line {line}: ");
            assert!(error.starts_with(&start) && error.contains(say), "{error}");
        }
        for text in ["", "\n", "# nothing"] {
            assert!(matches!(parse(text), Err(TextError::NoAdjectives(_))));
        }
    }

    proptest! {
        #[test]
        fn anything_is_read_or_refused(text in "([a-zäß ]{0,4}[-+,#\n ]{0,2}){0,12}") {
            if let Ok(adjectives) = parse(&text) {
                let again = parse(&write_list(&adjectives)).unwrap();
                prop_assert_eq!(again.len(), adjectives.len());
            }
        }
    }
}
