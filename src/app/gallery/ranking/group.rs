//! Pictures that belong together, and the best of them.

use super::Entry;
use bpclip_core::image::{Exif, Moment};
use bpclip_shoot::{Frame, Kind, Rule};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::time::Duration;

/// What makes pictures belong together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grouping {
    /// Nothing.
    #[default]
    None,
    /// They were taken one right after the other, or look alike.
    Bursts,
    /// They are in one folder.
    Folders,
}

/// How bursts are found, and which of their pictures is the best.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Bursts {
    /// The longest time between two pictures of one burst, in seconds.
    pub gap: f32,
    /// By what the best is told.
    pub best_by: BestBy,
}

impl Default for Bursts {
    fn default() -> Self {
        Self {
            gap: Rule::default().gap.as_secs_f32(),
            best_by: BestBy::default(),
        }
    }
}

impl Bursts {
    /// Gaps that can be chosen, in seconds.
    pub const GAPS: std::ops::RangeInclusive<f32> = 0.1..=60.0;

    /// As the finder of bursts wants it.
    pub fn rule(self) -> Rule {
        Rule {
            gap: Duration::try_from_secs_f32(self.gap).unwrap_or(Rule::default().gap),
        }
    }

    /// Without what makes no sense.
    pub fn tidy(self) -> Self {
        let gap = match self.gap.is_finite() {
            true => self.gap.clamp(*Self::GAPS.start(), *Self::GAPS.end()),
            false => Self::default().gap,
        };
        Self { gap, ..self }
    }
}

/// By what the best picture of a group is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BestBy {
    /// The score.
    #[default]
    Score,
    /// How sharp the sharpest part is.
    Sharpness,
    /// What the user keeps, as it was learned; the score, while nothing is learned.
    Taste,
}

impl BestBy {
    /// All of them, in the order for menus.
    pub const ALL: [Self; 3] = [Self::Score, Self::Sharpness, Self::Taste];

    /// The name in menus.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Score => "Score",
            Self::Sharpness => "Sharpest part",
            Self::Taste => "My taste",
        }
    }

    /// The value of a picture, higher is better; pictures that are told apart by nothing that is shown
    /// have the same.
    pub fn value(self, entry: &Entry<'_>) -> Option<f32> {
        let score = || {
            entry
                .known_score()
                .map(|score| shown(score.clamp(0.0, 100.0)))
        };
        match self {
            Self::Score => score(),
            Self::Sharpness => entry.sharpness.map(shown),
            Self::Taste => entry.taste.or_else(score),
        }
    }
}

/// As it is shown, with one digit behind the point, times ten.
fn shown(value: f32) -> f32 {
    (10.0 * value).round()
}

/// What pictures that belong together are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GroupKind {
    /// One scene several times.
    Burst,
    /// One scene in several exposures, to be merged: none is better than another.
    Bracket,
    /// All of one folder.
    Folder,
}

/// Two pictures or more that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What they are.
    pub kind: GroupKind,
    /// Their places among the entries.
    pub members: Vec<usize>,
}

impl Group {
    /// What stands above its pictures.
    pub fn heading(&self, entries: &[Entry<'_>]) -> String {
        let count = self.members.len();
        let first = self.members.first().and_then(|at| entries.get(*at));
        let taken = first.and_then(|entry| entry.exif?.taken.as_ref());
        let taken = taken.map_or_else(String::new, |taken| {
            format!(", {}", Moment::in_words(taken))
        });
        match self.kind {
            GroupKind::Burst => format!("Burst of {count}{taken}"),
            GroupKind::Bracket => format!("Bracket of {count}{taken}"),
            GroupKind::Folder => {
                let folder = first.and_then(|entry| entry.path.parent()?.file_name());
                let name = folder.unwrap_or_default().to_string_lossy();
                format!("{name}, {count} pictures")
            }
        }
    }
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

    /// The groups, each of two pictures or more.
    pub fn groups(self, entries: &[Entry<'_>], bursts: Bursts) -> Vec<Group> {
        match self {
            Self::None => Vec::new(),
            Self::Bursts => self::bursts(entries, bursts),
            Self::Folders => folders(entries),
        }
    }
}

fn frame<'a>(entry: &Entry<'a>) -> Frame<'a> {
    Frame {
        path: entry.path,
        camera: entry.exif.and_then(|exif| exif.camera.as_deref()),
        taken: entry.taken,
        shutter: entry.exif.and_then(|exif| exif.shutter),
        light: entry.exif.and_then(Exif::light),
        bias: entry.exif.and_then(|exif| exif.exposure_bias),
        look: entry.layout,
    }
}

/// Bursts and brackets, as [`bpclip_shoot::groups`] finds them.
pub fn bursts(entries: &[Entry<'_>], bursts: Bursts) -> Vec<Group> {
    let frames: Vec<Frame<'_>> = entries.iter().map(frame).collect();
    let found = bpclip_shoot::groups(&frames, bursts.rule()).into_iter();
    let groups = found.map(|group| Group {
        kind: match group.kind {
            Kind::Burst => GroupKind::Burst,
            Kind::Bracket => GroupKind::Bracket,
        },
        members: group.members,
    });
    groups.collect()
}

/// Groups of two or more pictures of one folder, in the order of `entries`; without those that are in
/// no file.
pub fn folders(entries: &[Entry<'_>]) -> Vec<Group> {
    let mut folders: BTreeMap<&Path, Vec<usize>> = BTreeMap::new();
    for (place, entry) in entries.iter().enumerate() {
        if let Some(folder) = entry.path.parent() {
            folders.entry(folder).or_default().push(place);
        }
    }
    let mut groups: Vec<Group> = folders
        .into_values()
        .filter(|members| members.len() > 1)
        .map(|members| Group {
            kind: GroupKind::Folder,
            members,
        })
        .collect();
    groups.sort_by_key(|group| group.members.first().copied());
    groups
}

/// The best pictures of a group, as their places: all that are shown with the highest value. None of
/// a bracket, or where nothing is known.
pub fn best_of(entries: &[Entry<'_>], group: &Group, by: BestBy) -> HashSet<usize> {
    if group.kind == GroupKind::Bracket {
        return HashSet::new();
    }
    let value = |at: &usize| by.value(entries.get(*at)?);
    let highest = group.members.iter().filter_map(value).reduce(f32::max);
    let members = group.members.iter().copied();
    members
        .filter(|at| highest.is_some() && value(at) == highest)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::UNIX_EPOCH;

    fn entries<'a>(paths: &[&'a str]) -> Vec<Entry<'a>> {
        let entry = |(index, path): (usize, &&'a str)| Entry::new(index, path, Path::new(*path));
        paths.iter().enumerate().map(entry).collect()
    }

    fn members(groups: &[Group]) -> Vec<&[usize]> {
        groups.iter().map(|group| &group.members[..]).collect()
    }

    #[test]
    fn the_time_that_a_file_was_written_makes_no_burst() {
        let mut entries = entries(&["a/1", "a/2", "a/3"]);
        for entry in &mut entries {
            entry.modified = Some(UNIX_EPOCH);
        }
        let found = |entries: &[Entry<'_>]| {
            let groups = Grouping::Bursts.groups(entries, Bursts::default());
            groups
                .into_iter()
                .map(|group| group.members)
                .collect::<Vec<_>>()
        };
        assert!(found(&entries).is_empty());
        let at = |seconds| Some(UNIX_EPOCH + Duration::from_secs(seconds));
        (entries[0].taken, entries[2].taken) = (at(8), at(9));
        assert_eq!(found(&entries), [[0, 2]]);
        let narrow = Bursts {
            gap: 0.5,
            ..Bursts::default()
        };
        assert!(bursts(&entries, narrow).is_empty());
    }

    #[test]
    fn a_folder_is_a_group() {
        let entries = entries(&["b/1", "a/1", "b/2", "", ""]);
        let found = folders(&entries);
        assert_eq!(members(&found), [[0, 2]]);
        assert_eq!(found[0].heading(&entries), "b, 2 pictures");
        assert!(
            Grouping::None
                .groups(&entries, Bursts::default())
                .is_empty()
        );
    }

    /// Who sees 71.4 twice has no reason to call one of them better.
    #[test]
    fn all_that_are_shown_with_the_highest_value_are_the_best() {
        let mut entries = entries(&["1", "2", "3", "4", "5", "6"]);
        let scores = [71.36, 50.0, 71.41, 71.3, f32::NAN];
        for (entry, score) in entries.iter_mut().zip(scores) {
            entry.score = Some(score);
        }
        let mut group = Group {
            kind: GroupKind::Burst,
            members: (0..6).collect(),
        };
        let best = |entries: &[Entry<'_>], group: &Group, by| {
            let mut best: Vec<usize> = best_of(entries, group, by).into_iter().collect();
            best.sort_unstable();
            best
        };
        assert_eq!(best(&entries, &group, BestBy::Score), [0, 2]);
        assert_eq!(best(&entries, &group, BestBy::Taste), [0, 2]);
        assert!(best(&entries, &group, BestBy::Sharpness).is_empty());
        (entries[4].sharpness, entries[1].taste) = (Some(130.0), Some(-0.5));
        assert_eq!(best(&entries, &group, BestBy::Sharpness), [4]);
        (entries[3].taste, entries[5].taste) = (Some(900.0), Some(2.0));
        assert_eq!(best(&entries, &group, BestBy::Taste), [3]);
        group.kind = GroupKind::Bracket;
        assert!(best(&entries, &group, BestBy::Score).is_empty());
    }

    #[test]
    fn headings_say_when() {
        let taken: Exif = serde_json::from_str(r#"{"taken": "2026-11-26T14:03:07"}"#).unwrap();
        let mut entries = entries(&["1", "2"]);
        let group = |kind| Group {
            kind,
            members: vec![1, 0],
        };
        assert_eq!(group(GroupKind::Bracket).heading(&entries), "Bracket of 2");
        entries[1].exif = Some(&taken);
        let heading = "Burst of 2, 2026-11-26 14:03:07";
        assert_eq!(group(GroupKind::Burst).heading(&entries), heading);
    }

    #[test]
    fn gaps_that_make_no_sense_are_mended() {
        let gap = |gap| {
            let bursts = Bursts {
                gap,
                ..Bursts::default()
            };
            bursts.tidy().gap
        };
        assert_eq!(gap(f32::NAN), 2.0);
        assert_eq!((gap(-1.0), gap(1e9), gap(0.5)), (0.1, 60.0, 0.5));
    }
}
