//! Which names of files people take for one: the rule by which tables, references and what lies on
//! the disk are matched.
//!
//! Names differ in capitals, which some disks tell apart and others do not, and in Unicode: `ü` is
//! one character or two, `u` and a diaeresis, as macOS writes it.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use unicode_normalization::UnicodeNormalization;

/// The same for all names that people take for one: composed (NFC), in small letters.
pub fn key(name: &str) -> String {
    let small: String = name.nfc().flat_map(char::to_lowercase).collect();
    small.nfc().collect()
}

/// A name with each accent in one character with its letter (NFC), its capitals kept.
pub(crate) fn composed(name: &OsStr) -> String {
    name.to_string_lossy().nfc().collect()
}

/// Things by their names.
#[derive(Clone, Debug)]
pub struct NameIndex<T>(HashMap<String, Vec<(OsString, T)>>);

/// What a name means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found<T> {
    /// Nothing.
    Nothing,
    /// This.
    One(T),
    /// Any of these, and nothing tells which.
    Several(Vec<T>),
}

impl<T> NameIndex<T> {
    /// What `name` means: what is called so to the byte, else but for the coding of accents, else
    /// but for capitals too.
    pub fn find(&self, name: &OsStr) -> Found<&T> {
        let text = name.to_string_lossy();
        let Some(alike) = self.0.get(&key(&text)) else {
            return Found::Nothing;
        };
        let wanted = composed(name);
        let only = |same: &dyn Fn(&OsStr) -> bool| {
            let mut found = alike.iter().filter(|(other, _)| same(other));
            found.next().filter(|_| found.next().is_none())
        };
        let closest = only(&|other| other == name)
            .or_else(|| only(&|other| composed(other) == wanted))
            .or_else(|| only(&|_| true));
        match closest {
            Some((_, thing)) => Found::One(thing),
            None => Found::Several(alike.iter().map(|(_, thing)| thing).collect()),
        }
    }
}

impl<T> FromIterator<(OsString, T)> for NameIndex<T> {
    fn from_iter<I: IntoIterator<Item = (OsString, T)>>(named: I) -> Self {
        let mut index: HashMap<String, Vec<(OsString, T)>> = HashMap::new();
        for (name, thing) in named {
            let key = key(&name.to_string_lossy());
            index.entry(key).or_default().push((name, thing));
        }
        Self(index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The positions of the names that `name` means.
    fn found(names: &[&str], name: &str) -> Vec<usize> {
        let index: NameIndex<usize> = names.iter().map(OsString::from).zip(0..).collect();
        match index.find(OsStr::new(name)) {
            Found::Nothing => Vec::new(),
            Found::One(at) => vec![*at],
            Found::Several(places) => places.into_iter().copied().collect(),
        }
    }

    #[test]
    fn the_closest_name_is_meant() {
        let (composed, taken_apart) = ("\u{fc}.png", "u\u{308}.png");
        assert_eq!(found(&[taken_apart], composed), [0]);
        assert_eq!(found(&[taken_apart], "\u{dc}.PNG"), [0]);
        assert_eq!(found(&[taken_apart, composed], composed), [1]);
        assert_eq!(found(&[taken_apart, "\u{dc}.png"], composed), [0]);
        assert_eq!(found(&["a.png", "A.png"], "a.png"), [0]);
        assert_eq!(found(&["a.png", "A.png"], "a.PNG"), [0, 1]);
        assert!(found(&["a.png"], "b.png").is_empty());
    }

    #[test]
    fn keys_are_composed_small_letters() {
        assert_eq!(key("FU\u{308}\u{df}E.JPG"), "f\u{fc}\u{df}e.jpg");
        // A capital whose small letter is two characters.
        assert_eq!(key("\u{130}"), key("i\u{307}"));
    }
}
