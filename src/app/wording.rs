//! Words that many views need.

pub(super) use crate::figure::counted;
pub use bpclip_core::inspect::level_name as level;
use std::path::Path;

/// Begins with a capital, as sentences do.
pub fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// A text that was written for a terminal, as the window shows it: what is to be typed stands in
/// quotes.
pub fn unticked(text: &str) -> String {
    let mut opening = false;
    let quotes = text.chars().map(|letter| match letter {
        '`' => {
            opening = !opening;
            if opening { '\u{201c}' } else { '\u{201d}' }
        }
        letter => letter,
    });
    quotes.collect()
}

/// A length of time.
pub fn in_words(seconds: f64) -> String {
    match seconds {
        ..1.5 => "a second".into(),
        ..60.0 => format!("{seconds:.0} s"),
        ..3600.0 => format!("{:.0} min", (seconds / 60.0).max(1.0)),
        _ => format!("{:.1} h", seconds / 3600.0),
    }
}

/// A share, 0 to 1.
pub fn percent(share: f64) -> String {
    match 100.0 * share {
        0.0 => "0 %".into(),
        ..0.1 => "below 0.1 %".into(),
        percent @ ..10.0 => format!("{percent:.1} %"),
        percent => format!("{percent:.0} %"),
    }
}

/// The last two parts of a path.
pub fn short(path: &Path) -> String {
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    let parent = path.parent().and_then(Path::file_name);
    match (parent, name) {
        (Some(parent), Some(name)) => format!("{}/{name}", parent.to_string_lossy()),
        (None, Some(name)) => name,
        _ => path.display().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::{in_words, percent, unticked};

    #[test]
    fn what_is_to_be_typed_stands_in_quotes() {
        assert_eq!(
            unticked("a table `name,mos` is found"),
            "a table “name,mos” is found"
        );
        assert_eq!(unticked("nothing"), "nothing");
    }

    #[test]
    fn shares_have_as_many_digits_as_they_need() {
        let said = [0.0, 0.0002, 0.0123, 0.4, 1.0].map(percent);
        assert_eq!(said, ["0 %", "below 0.1 %", "1.2 %", "40 %", "100 %"]);
    }

    #[test]
    fn times_are_short() {
        assert_eq!(in_words(0.2), "a second");
        assert_eq!(in_words(42.4), "42 s");
        assert_eq!(in_words(61.0), "1 min");
        assert_eq!(in_words(5400.0), "1.5 h");
    }
}
