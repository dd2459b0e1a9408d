//! Which pictures of a shoot belong together.

use super::bracket::{Exposure, brackets};
use super::likeness::{ALIKE, ANOTHER, likeness};
use super::natural::natural;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// A picture of a shoot, and what the camera noted; what it did not is `None`.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    /// Its file; pictures in none (an empty path) are in no group.
    pub path: &'a Path,
    /// The camera.
    pub camera: Option<&'a str>,
    /// When it was taken. When its file was written says nothing of that, and must not stand here.
    pub taken: Option<SystemTime>,
    /// How long the shutter was open, in seconds.
    pub shutter: Option<f64>,
    /// The light that was recorded, in stops from anywhere: `log2(shutter * iso / aperture^2)`.
    pub light: Option<f64>,
    /// How much more than the camera measured, in stops.
    pub bias: Option<f64>,
    /// What a network sees in it, as [`likeness`] compares it; empty where that is not known.
    pub look: &'a [f32],
}

/// What makes pictures a burst.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The longest time from the end of one exposure to the beginning of the next.
    pub gap: Duration,
}

impl Default for Rule {
    /// Two seconds: most cameras note whole ones.
    fn default() -> Self {
        Self {
            gap: Duration::from_secs(2),
        }
    }
}

/// What pictures that belong together are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// One scene several times, to choose from.
    Burst,
    /// One scene in several exposures, to be merged: none is better than another.
    Bracket,
}

/// Two pictures or more that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What they are.
    pub kind: Kind,
    /// Their places among the frames, in the order taken.
    pub members: Vec<usize>,
}

/// The bursts and brackets among pictures, in the order of their first picture.
///
/// Of one folder and camera, pictures are of a burst that were taken one right after the other, as the
/// rule says, unless a network sees another scene. Pictures of which the camera noted no time are of a
/// burst if a network sees the same scene in neighbours by name. Among those that were taken one right
/// after the other, three to nine whose exposures step evenly are a bracket.
pub fn groups(frames: &[Frame<'_>], rule: Rule) -> Vec<Group> {
    let mut sources: BTreeMap<(&Path, Option<&str>), Vec<usize>> = BTreeMap::new();
    for (at, frame) in frames.iter().enumerate() {
        if let Some(folder) = frame.path.parent() {
            sources.entry((folder, frame.camera)).or_default().push(at);
        }
    }
    let mut groups = Vec::new();
    for of_source in sources.into_values() {
        let (timed, timeless): (Vec<_>, Vec<_>) = of_source
            .into_iter()
            .partition(|at| frames[*at].taken.is_some());
        by_time(frames, timed, rule, &mut groups);
        by_likeness(frames, timeless, &mut groups);
    }
    groups.sort_by_key(|group| group.members.iter().min().copied());
    groups
}

fn by_name(a: &Frame<'_>, b: &Frame<'_>) -> Ordering {
    let [a, b] = [a, b].map(|frame| frame.path.file_name().unwrap_or_default().to_string_lossy());
    natural(&a, &b)
}

fn by_time(frames: &[Frame<'_>], mut timed: Vec<usize>, rule: Rule, groups: &mut Vec<Group>) {
    timed.sort_by(|a, b| {
        let when = frames[*a].taken.cmp(&frames[*b].taken);
        when.then_with(|| by_name(&frames[*a], &frames[*b]))
    });
    let follows = |a: &usize, b: &usize| is_right_after(&frames[*a], &frames[*b], rule.gap);
    for chain in timed.chunk_by(follows) {
        let exposures: Vec<Exposure> = chain
            .iter()
            .map(|at| Exposure {
                light: frames[*at].light,
                bias: frames[*at].bias,
            })
            .collect();
        let mut done = 0;
        for bracket in brackets(&exposures) {
            split(frames, &chain[done..bracket.start], groups);
            done = bracket.end;
            groups.push(Group {
                kind: Kind::Bracket,
                members: chain[bracket].to_vec(),
            });
        }
        split(frames, &chain[done..], groups);
    }
}

/// Bursts of pictures that were taken one right after the other: new ones where the scene changes.
fn split(frames: &[Frame<'_>], chain: &[usize], groups: &mut Vec<Group>) {
    let same = |a: &usize, b: &usize| {
        likeness(frames[*a].look, frames[*b].look).is_none_or(|likeness| likeness >= ANOTHER)
    };
    bursts(chain.chunk_by(same), groups);
}

fn by_likeness(frames: &[Frame<'_>], mut timeless: Vec<usize>, groups: &mut Vec<Group>) {
    timeless.sort_by(|a, b| by_name(&frames[*a], &frames[*b]));
    let alike = |a: &usize, b: &usize| {
        likeness(frames[*a].look, frames[*b].look).is_some_and(|likeness| likeness >= ALIKE)
    };
    bursts(timeless.chunk_by(alike), groups);
}

fn bursts<'a>(chunks: impl Iterator<Item = &'a [usize]>, groups: &mut Vec<Group>) {
    groups.extend(chunks.filter(|chunk| chunk.len() > 1).map(|chunk| Group {
        kind: Kind::Burst,
        members: chunk.to_vec(),
    }));
}

/// Whether the second picture was taken right after the first one ended.
fn is_right_after(first: &Frame<'_>, second: &Frame<'_>, gap: Duration) -> bool {
    let open = first.shutter.filter(|open| (0.0..3600.0).contains(open));
    let open = Duration::from_secs_f64(open.unwrap_or(0.0));
    let between = first.taken.zip(second.taken);
    between.is_some_and(|(first, second)| {
        second
            .duration_since(first)
            .is_ok_and(|between| between <= gap + open)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::UNIX_EPOCH;

    const TWO: Rule = Rule {
        gap: Duration::from_secs(2),
    };
    /// Two looks of one scene, and one of another.
    const HERE: &[f32] = &[1.0, 0.0, 0.0];
    const THERE: &[f32] = &[0.0, 1.0, 0.0];

    fn frame<'a>(path: &'a str, taken: Option<u64>, look: &'a [f32]) -> Frame<'a> {
        Frame {
            path: Path::new(path),
            camera: None,
            taken: taken.map(|millis| UNIX_EPOCH + Duration::from_millis(millis)),
            shutter: None,
            light: None,
            bias: None,
            look,
        }
    }

    fn members(frames: &[Frame<'_>], rule: Rule) -> Vec<Vec<usize>> {
        let groups = groups(frames, rule);
        assert!(groups.iter().all(|group| group.kind == Kind::Burst));
        groups.into_iter().map(|group| group.members).collect()
    }

    #[test]
    fn bursts_are_of_one_folder_and_camera_and_moment() {
        let mut frames = [
            frame("b/1", Some(5000), &[]),
            frame("a/1", Some(2000), &[]),
            frame("a/2", Some(1000), &[]),
            frame("b/2", Some(6001), &[]),
            frame("a/3", Some(3900), &[]),
            frame("a/4", None, &[]),
            frame("a/5", None, &[]),
            frame("", Some(5000), &[]),
            frame("", Some(5000), &[]),
        ];
        assert_eq!(members(&frames, TWO), [vec![0, 3], vec![2, 1, 4]]);
        let one = Rule {
            gap: Duration::from_secs(1),
        };
        assert_eq!(members(&frames, one), [vec![2, 1]]);
        frames[1].camera = Some("another");
        assert_eq!(members(&frames, one), Vec::<Vec<usize>>::new());
        // The gap begins when the shutter closes.
        let mut long = [frame("1", Some(0), &[]), frame("2", Some(9500), &[])];
        assert!(members(&long, TWO).is_empty());
        long[0].shutter = Some(8.0);
        assert_eq!(members(&long, TWO), [[0, 1]]);
    }

    #[test]
    fn another_scene_begins_another_burst() {
        let frames = [
            frame("1", Some(0), HERE),
            frame("2", Some(1000), HERE),
            frame("3", Some(2000), THERE),
            frame("4", Some(3000), THERE),
            frame("5", Some(3500), &[]),
        ];
        // What is not known yet parts nothing.
        assert_eq!(members(&frames, TWO), [vec![0, 1], vec![2, 3, 4]]);
    }

    #[test]
    fn without_a_time_neighbours_by_name_that_look_alike_are_a_burst() {
        let frames = [
            frame("img10", None, HERE),
            frame("img2", None, THERE),
            frame("img9", None, HERE),
            frame("img3", None, &[]),
            frame("img1", None, THERE),
        ];
        assert_eq!(members(&frames, TWO), [vec![2, 0], vec![4, 1]]);
    }

    #[test]
    fn brackets_are_groups_of_their_own_whatever_they_look_like() {
        let mut frames: Vec<Frame<'_>> = ["1", "2", "3", "4", "5", "6"]
            .into_iter()
            .zip(0..)
            .map(|(name, second)| frame(name, Some(1000 * second), HERE))
            .collect();
        for (frame, bias) in frames.iter_mut().zip([0.0, 0.0, 0.0, -2.0, 2.0, 0.0]) {
            frame.bias = Some(bias);
        }
        frames[3].look = THERE;
        let found = groups(&frames, TWO);
        let group = |kind, members: &[usize]| Group {
            kind,
            members: members.to_vec(),
        };
        assert_eq!(
            found,
            [
                group(Kind::Burst, &[0, 1]),
                group(Kind::Bracket, &[2, 3, 4])
            ]
        );
    }
}
