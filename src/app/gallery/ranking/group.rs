//! Pictures that belong together, and the best of them.

use super::Entry;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::time::Duration;

/// Capture times have whole seconds in most files, so shots of one burst may stand a second apart.
const NEIGHBOURS: Duration = Duration::from_secs(1);

/// What makes pictures belong together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grouping {
    /// Nothing.
    #[default]
    None,
    /// They were taken one right after the other.
    Bursts,
    /// They are in one folder.
    Folders,
}

impl Grouping {
    /// All of them, in the order for menus.
    pub const ALL: [Self; 3] = [Self::None, Self::Bursts, Self::Folders];

    /// The name in menus.
    pub const fn label(self) -> &'static str {
        match self {
            Self::None => "No groups",
            Self::Bursts => "Bursts",
            Self::Folders => "Folders",
        }
    }

    /// The groups, each of two pictures or more, as their indices.
    pub fn groups(self, entries: &[Entry]) -> Vec<Vec<usize>> {
        match self {
            Self::None => Vec::new(),
            Self::Bursts => bursts(entries),
            Self::Folders => folders(entries),
        }
    }
}

/// Groups of two or more pictures of one folder, each taken no more than a second after the one
/// before it, by [`Entry::time`]. Within a group they stand in the order taken, the groups in that
/// of their first picture in `entries`. Pictures without any time are in none.
pub fn bursts(entries: &[Entry]) -> Vec<Vec<usize>> {
    let mut groups = Vec::new();
    for mut timed in by_folder(entries) {
        timed.retain(|&(_, entry)| entry.time().is_some());
        timed.sort_by_key(|(_, entry)| entry.time());
        let neighbours = |a: &(usize, &Entry), b: &(usize, &Entry)| {
            let gap = a.1.time().zip(b.1.time());
            gap.is_some_and(|(a, b)| b.duration_since(a).is_ok_and(|gap| gap <= NEIGHBOURS))
        };
        groups.extend(timed.chunk_by(neighbours).map(<[_]>::to_vec));
    }
    named(groups)
}

/// Groups of two or more pictures of one folder, in the order of `entries`.
pub fn folders(entries: &[Entry]) -> Vec<Vec<usize>> {
    named(by_folder(entries))
}

/// The index of the picture of the highest score in a group; of equals, the one that stands first
/// in `entries`. `None` where none has a score.
pub fn best_of(entries: &[Entry], group: &[usize]) -> Option<usize> {
    let group: HashSet<usize> = group.iter().copied().collect();
    let members = entries.iter().filter(|entry| group.contains(&entry.index));
    members
        .filter_map(|entry| Some((entry.known_score()?, entry.index)))
        .reduce(|best, next| if next.0 > best.0 { next } else { best })
        .map(|(_, index)| index)
}

/// Whether two scores are the same as they are shown, of 100 with one digit behind the point: who
/// sees them has no reason to call one picture better.
pub fn is_as_good(a: f32, b: f32) -> bool {
    let shown = |score: f32| (10.0 * score.clamp(0.0, 100.0)).round();
    shown(a) == shown(b)
}

/// Entries with their places, a list a folder; without those that are in no file.
fn by_folder<'a>(entries: &'a [Entry<'a>]) -> Vec<Vec<(usize, &'a Entry<'a>)>> {
    let mut folders: BTreeMap<&Path, Vec<_>> = BTreeMap::new();
    for (place, entry) in entries.iter().enumerate() {
        if let Some(folder) = entry.path.parent() {
            folders.entry(folder).or_default().push((place, entry));
        }
    }
    folders.into_values().collect()
}

/// Real groups only, in the order of their first picture, by the names of their members.
fn named(mut groups: Vec<Vec<(usize, &Entry)>>) -> Vec<Vec<usize>> {
    groups.retain(|group| group.len() > 1);
    groups.sort_by_key(|group| group.iter().map(|(place, _)| *place).min());
    let names = |group: Vec<(usize, &Entry)>| group.iter().map(|(_, e)| e.index).collect();
    groups.into_iter().map(names).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::gallery::ranking::Decision;
    use std::time::UNIX_EPOCH;

    /// Named from 10 on, so that names and places differ.
    fn entries<'a>(of: &[(&'a str, Option<u64>, Option<f32>)]) -> Vec<Entry<'a>> {
        let entry = |(place, &(path, time, score)): (usize, &(&'a str, Option<u64>, _))| Entry {
            index: place + 10,
            name: path,
            path: Path::new(path),
            modified: time.map(|millis| UNIX_EPOCH + Duration::from_millis(millis)),
            taken: None,
            score,
            dimensions: &[],
            similarities: &[],
            decision: Decision::default(),
            best: false,
            unreadable: false,
        };
        of.iter().enumerate().map(entry).collect()
    }

    #[test]
    fn bursts_are_of_one_folder_and_one_moment() {
        let entries = entries(&[
            ("b/1", Some(5000), None),
            ("a/1", Some(2000), None),
            ("a/2", Some(1000), None),
            ("b/2", Some(6001), None),
            ("a/3", Some(2900), None),
            ("a/4", None, None),
            ("a/5", None, None),
            ("b/3", Some(6001), None),
        ]);
        assert_eq!(bursts(&entries), [vec![12, 11, 14], vec![13, 17]]);
        assert_eq!(Grouping::Bursts.groups(&entries), bursts(&entries));
    }

    #[test]
    fn the_time_taken_beats_the_time_written() {
        let mut entries = entries(&[("1", Some(0), None), ("2", Some(0), None)]);
        entries[1].taken = Some(UNIX_EPOCH + Duration::from_secs(9));
        assert!(bursts(&entries).is_empty());
        entries[0].taken = entries[1].taken;
        assert_eq!(bursts(&entries), [[10, 11]]);
    }

    #[test]
    fn a_folder_is_a_group() {
        let entries = entries(&[
            ("b/1", None, None),
            ("a/1", None, None),
            ("b/2", None, None),
            ("", None, None),
            ("", None, None),
        ]);
        assert_eq!(folders(&entries), [[10, 12]]);
        assert!(Grouping::None.groups(&entries).is_empty());
    }

    #[test]
    fn the_best_is_the_first_of_the_highest() {
        let entries = entries(&[
            ("1", None, Some(90.0)),
            ("2", None, None),
            ("3", None, Some(40.0)),
            ("4", None, Some(40.0)),
            ("5", None, Some(f32::NAN)),
        ]);
        assert_eq!(best_of(&entries, &[14, 13, 12, 11]), Some(12));
        assert_eq!(best_of(&entries, &[11, 14]), None);
        assert_eq!(best_of(&entries, &[99]), None);
        assert!(is_as_good(71.36, 71.42) && is_as_good(101.0, 100.0));
        assert!(!is_as_good(71.34, 71.36));
    }
}
