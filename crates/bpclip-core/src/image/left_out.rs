//! What a folder holds beside the pictures, counted.

use super::PassedOver;
use std::collections::BTreeMap;
use std::fmt;

/// Kinds of files that are named; the others are counted together.
const NAMED: usize = 8;

/// What a [`walk`](super::walk) passed over, by kind. `Display` is such as
/// `3 .MOV, 2 ._ files, 1 unreadable`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// How many files of an extension, by it in small letters, and how the first spells it; those
    /// without one under the empty text.
    files: BTreeMap<String, (String, usize)>,
    apple_doubles: usize,
    /// Folders within, where only the pictures of the folder itself were asked for.
    pub folders: usize,
    unreadable: usize,
}

impl LeftOut {
    /// Counts one more. A link in a circle is nothing.
    pub fn add(&mut self, passed: &PassedOver) {
        match passed {
            PassedOver::Loop { .. } => {}
            PassedOver::Unreadable { .. } => self.unreadable += 1,
            PassedOver::Folder { .. } => self.folders += 1,
            PassedOver::AppleDouble { .. } => self.apple_doubles += 1,
            PassedOver::Other { path } => {
                let extension = path.extension().unwrap_or_default().to_string_lossy();
                let entry = self.files.entry(extension.to_lowercase());
                entry.or_insert((extension.into_owned(), 0)).1 += 1;
            }
        }
    }

    /// Whether there was nothing but pictures.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What a folder holds, in a line: `155 pictures; left out: 3 .MOV`.
    pub fn beside(&self, pictures: usize) -> String {
        let pictures = match pictures {
            0 => "no pictures".into(),
            count => counted(count, "picture"),
        };
        match self.is_empty() {
            true => pictures,
            false => format!("{pictures}; left out: {self}"),
        }
    }
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut files: Vec<&(String, usize)> = self.files.values().collect();
        files.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let (named, others) = files.split_at(files.len().min(NAMED));
        let mut parts: Vec<String> = named
            .iter()
            .map(|(extension, count)| match extension.as_str() {
                "" => format!("{count} without an extension"),
                extension => format!("{count} .{extension}"),
            })
            .collect();
        let others: usize = others.iter().map(|(_, count)| count).sum();
        let counts = [
            (others, counted(others, "other file")),
            (self.apple_doubles, counted(self.apple_doubles, "._ file")),
            (self.folders, counted(self.folders, "folder")),
            (self.unreadable, format!("{} unreadable", self.unreadable)),
        ];
        parts.extend(
            counts
                .into_iter()
                .filter_map(|(count, text)| (count > 0).then_some(text)),
        );
        f.write_str(&parts.join(", "))
    }
}

fn counted(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(names: &[&str]) -> LeftOut {
        let mut left_out = LeftOut::default();
        for name in names {
            left_out.add(&PassedOver::Other { path: name.into() });
        }
        left_out
    }

    #[test]
    fn everything_is_counted_by_kind() {
        let mut left_out = of(&["a.txt", "b.MOV", "c.mov", "README"]);
        left_out.add(&PassedOver::AppleDouble {
            path: "._a.jpg".into(),
        });
        left_out.add(&PassedOver::AppleDouble {
            path: "._b.jpg".into(),
        });
        left_out.add(&PassedOver::Folder { path: "in".into() });
        left_out.add(&PassedOver::Loop {
            path: "loop".into(),
        });
        left_out.add(&PassedOver::Unreadable {
            path: "shut".into(),
            source: std::io::ErrorKind::PermissionDenied.into(),
        });
        assert_eq!(
            left_out.beside(155),
            "155 pictures; left out: 2 .MOV, 1 without an extension, 1 .txt, 2 ._ files, 1 folder, \
             1 unreadable"
        );
        assert_eq!(LeftOut::default().beside(1), "1 picture");
        assert_eq!(of(&["a.b"]).beside(0), "no pictures; left out: 1 .b");
    }

    #[test]
    fn many_kinds_are_not_all_named() {
        let names: Vec<String> = (0..20).map(|kind| format!("a.{kind:02}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let said = of(&names).to_string();
        assert!(said.ends_with("1 .07, 12 other files"), "{said}");
    }
}
