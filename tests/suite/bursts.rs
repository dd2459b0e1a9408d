//! Bursts: told apart on a labelled set of our own making, and by the command line.

pub mod views;

use crate::noted::Noted;
use crate::process;
use bpclip_core::checkpoint::Checkpoint;
use bpclip_core::device;
use bpclip_core::image::{Limits, Picture, Sharpness, read, walk};
use bpclip_core::inspect::{Scorer, prepare};
use bpclip_core::model::Task;
use bpclip_shoot::{Frame, Kind, Rule, groups, likeness};
use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, ImageEncoder};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use views::{Chance, Framing, exposed, frame};

/// Photographs for the labelled set: folders, parted as the system's paths are.
const PHOTOS: &str = "BPCLIP_PHOTOS";
/// Scenes of the labelled set.
const SCENES: usize = 120;

fn scorer() -> Scorer {
    let cpu = device::cpu();
    let checkpoint = Checkpoint::bundled(Task::NoReference, &cpu.device).unwrap();
    Scorer::new(checkpoint, cpu)
}

fn layout(scorer: &Scorer, picture: &Picture) -> Vec<f32> {
    let prepared = prepare(picture.clone(), scorer.size).unwrap();
    let inspection = scorer.inspect(&prepared, None, false).unwrap();
    inspection.prediction.look.layout
}

/// A picture of the labelled set.
struct Shown {
    path: PathBuf,
    /// Those of one burst have the same number.
    burst: usize,
    layout: Vec<f32>,
    taken: Option<SystemTime>,
}

fn as_frame(shown: &Shown) -> Frame<'_> {
    Frame {
        path: &shown.path,
        camera: None,
        taken: shown.taken,
        shutter: None,
        light: None,
        bias: None,
        look: &shown.layout,
    }
}

/// A shoot of many scenes, in the order of its names: bursts of two to six frames, single frames, and
/// after some a burst of the other half of the same photograph. The gap to the next scene is often no
/// longer than that within a burst.
fn labelled(photos: &[PathBuf], scorer: &Scorer, chance: &mut Chance) -> Vec<Shown> {
    let mut shown: Vec<Shown> = Vec::new();
    let (mut burst, mut clock) = (0, UNIX_EPOCH + Duration::from_secs(1_000_000_000));
    for photo in photos {
        let photo = read(photo, &Limits::default()).unwrap();
        let framings = match chance.number() % 4 {
            0 => Framing::HALVES.to_vec(),
            _ => vec![Framing::WHOLE],
        };
        for framing in framings {
            let count = [1, 1, 2, 3, 4, 6][(chance.number() % 6) as usize];
            for _ in 0..count {
                let picture = frame(&photo, framing, chance);
                shown.push(Shown {
                    path: format!("shoot/{:05}.jpg", shown.len()).into(),
                    burst,
                    layout: layout(scorer, &picture),
                    taken: Some(clock),
                });
                clock += Duration::from_millis(100 + (1500.0 * chance.share()) as u64);
            }
            burst += 1;
            clock += match chance.number() % 2 {
                0 => Duration::ZERO,
                _ => Duration::from_secs(3 + chance.number() % 60),
            };
        }
    }
    shown
}

/// Pairs that were found, that are right, and that are both.
#[derive(Clone, Copy, Debug, Default)]
struct Pairs {
    found: usize,
    right: usize,
    both: usize,
}

impl Pairs {
    fn of(shown: &[Shown], found: &[usize]) -> Self {
        let mut pairs = Self::default();
        for a in 0..shown.len() {
            for b in 0..a {
                let (is_found, is_right) = (found[a] == found[b], shown[a].burst == shown[b].burst);
                pairs.found += usize::from(is_found);
                pairs.right += usize::from(is_right);
                pairs.both += usize::from(is_found && is_right);
            }
        }
        pairs
    }

    fn precision(self) -> f64 {
        self.both as f64 / self.found.max(1) as f64
    }

    fn recall(self) -> f64 {
        self.both as f64 / self.right.max(1) as f64
    }

    fn f1(self) -> f64 {
        2.0 * self.both as f64 / (self.found + self.right).max(1) as f64
    }
}

/// The burst of each picture where neighbours are of one burst from this likeness on, if the time
/// between them lets them.
fn chained(shown: &[Shown], threshold: f32, gap: Option<Duration>) -> Vec<usize> {
    let mut bursts = vec![0];
    for two in shown.windows(2) {
        let alike = likeness(&two[0].layout, &two[1].layout).unwrap() >= threshold;
        let between = two[1].taken.unwrap().duration_since(two[0].taken.unwrap());
        let near = gap.is_none_or(|gap| between.unwrap() <= gap);
        let last = bursts.last().copied().unwrap_or(0);
        bursts.push(if alike && near { last } else { last + 1 });
    }
    bursts
}

/// As the program finds them.
fn by_rule(shown: &[Shown]) -> Vec<usize> {
    let frames: Vec<Frame<'_>> = shown.iter().map(as_frame).collect();
    let mut bursts: Vec<usize> = (0..shown.len()).map(|at| shown.len() + at).collect();
    for (number, group) in groups(&frames, Rule::default()).into_iter().enumerate() {
        assert_eq!(group.kind, Kind::Burst);
        for member in group.members {
            bursts[member] = number;
        }
    }
    bursts
}

/// Chooses the thresholds on one half of the scenes and measures the rule on the other.
#[test]
#[ignore = "needs photographs: BPCLIP_PHOTOS names their folders"]
fn labelled_bursts() {
    let folders = std::env::var_os(PHOTOS).expect("BPCLIP_PHOTOS");
    let mut photos: Vec<PathBuf> = std::env::split_paths(&folders)
        .flat_map(|folder| {
            walk(&folder, true)
                .filter_map(Result::ok)
                .collect::<Vec<_>>()
        })
        .collect();
    photos.sort();
    let mut chance = Chance::new(20_261_127);
    chance.shuffle(&mut photos);
    photos.truncate(SCENES);
    let scorer = scorer();
    let (first, second) = photos.split_at(photos.len() / 2);
    let [mut chosen, mut measured] =
        [first, second].map(|half| labelled(half, &scorer, &mut chance));
    println!("{} and {} pictures", chosen.len(), measured.len());
    let gap = Rule::default().gap;
    for (name, gap) in [("likeness alone", None), ("within the gap", Some(gap))] {
        println!("{name}: threshold, precision and recall on the first half, on the second");
        let mut best = (0.0, 0.0);
        for step in 0..20 {
            let threshold = 0.05 * step as f32;
            let [a, b] =
                [&chosen, &measured].map(|shown| Pairs::of(shown, &chained(shown, threshold, gap)));
            println!(
                "  {threshold:.2}: {:.3} {:.3}, {:.3} {:.3}",
                a.precision(),
                a.recall(),
                b.precision(),
                b.recall()
            );
            if a.f1() > best.0 {
                best = (a.f1(), threshold);
            }
        }
        println!("  best on the first half: {:.2}", best.1);
    }
    for timed in [true, false] {
        for shown in [&mut chosen, &mut measured] {
            if !timed {
                shown.iter_mut().for_each(|one| one.taken = None);
            }
            let pairs = Pairs::of(shown, &by_rule(shown));
            let (precision, recall) = (pairs.precision(), pairs.recall());
            println!("rule, with times {timed}: precision {precision:.3}, recall {recall:.3}");
            assert!(precision > 0.9 && recall > 0.9);
        }
    }
}

fn sample(name: &str) -> Picture {
    read(&process::sample(name), &Limits::default()).unwrap()
}

/// A JPEG of a picture.
pub fn jpeg(picture: &Picture) -> Vec<u8> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 92)
        .write_image(
            &picture.rgb,
            picture.width,
            picture.height,
            ExtendedColorType::Rgb8,
        )
        .unwrap();
    bytes
}

/// Frames of two scenes, and single ones of two others: without a time, and likeness tells.
pub fn without_times(folder: &Path) {
    let mut chance = Chance::new(5);
    let scenes = [
        ("coffee.jpg", 3),
        ("rocket.jpg", 1),
        ("chelsea.jpg", 2),
        ("astronaut.jpg", 1),
    ];
    let mut number = 0;
    for (name, count) in scenes {
        let photo = sample(name);
        for _ in 0..count {
            number += 1;
            let picture = frame(&photo, Framing::WHOLE, &mut chance);
            std::fs::write(folder.join(format!("img{number}.jpg")), jpeg(&picture)).unwrap();
        }
    }
}

/// A bracket of three, and behind it a burst of three of the same scene.
pub fn bracketed(folder: &Path) {
    let photo = sample("coffee.jpg");
    let mut chance = Chance::new(6);
    for (at, thirds) in [0, -6, 6, 0, 0, 0].into_iter().enumerate() {
        let picture = match at {
            0..3 => exposed(&photo, Framing::WHOLE, f64::from(thirds) / 3.0),
            _ => frame(&photo, Framing::WHOLE, &mut chance),
        };
        let noted = Noted {
            camera: Some("X-T5"),
            taken: Some(["2026:11:26 14:03:07", "2026:11:26 14:03:09"][at / 3]),
            hundredths: Some(30 * (at % 3) as u8),
            shutter: Some((1, 100)),
            bias: Some(thirds),
            ..Noted::default()
        };
        let bytes = noted.into_jpeg(&jpeg(&picture));
        std::fs::write(folder.join(format!("img{}.jpg", at + 1)), bytes).unwrap();
    }
}

/// The names that `bpclip pick` prints.
fn picked(folder: &Path, arguments: &[&str]) -> BTreeSet<String> {
    let output = process::command(["pick", "--device", "cpu"])
        .args(arguments)
        .arg(folder)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = process::out(&output);
    let name = |line: &str| line.rsplit(['/', '\\']).next().unwrap().to_owned();
    text.lines().map(name).collect()
}

#[test]
fn the_best_of_each_burst_is_picked_by_likeness_alone() {
    let folder = tempfile::tempdir().unwrap();
    without_times(folder.path());
    let names = picked(folder.path(), &["--per-burst", "1"]);
    let of = |numbers: std::ops::RangeInclusive<u32>| {
        let names = numbers.filter(|number| names.contains(&format!("img{number}.jpg")));
        names.count()
    };
    assert_eq!(names.len(), 4, "{names:?}");
    assert_eq!(
        [of(1..=3), of(4..=4), of(5..=6), of(7..=7)],
        [1; 4],
        "{names:?}"
    );
    assert_eq!(picked(folder.path(), &[]).len(), 7);
}

#[test]
fn brackets_are_left_alone_and_the_gap_is_a_choice() {
    let folder = tempfile::tempdir().unwrap();
    bracketed(folder.path());
    let names = picked(folder.path(), &["--per-burst", "1"]);
    assert_eq!(names.len(), 4, "{names:?}");
    for number in 1..=3 {
        assert!(names.contains(&format!("img{number}.jpg")), "{names:?}");
    }
    let names = picked(folder.path(), &["--per-burst", "1", "--burst-gap", "0.2"]);
    assert_eq!(names.len(), 6, "{names:?}");
    let wrong = process::bpclip(["pick", "--burst-gap", "nan", "."]);
    assert_eq!(process::code(&wrong), 2);
}

/// Rank correlation of the sharpest part with people's opinion, beside that of the score.
#[test]
#[ignore = "needs rated photographs: BPCLIP_RATED names a folder with mos.csv and images"]
fn sharpness_and_opinions() {
    let folder = PathBuf::from(std::env::var_os("BPCLIP_RATED").expect("BPCLIP_RATED"));
    let scorer = scorer();
    let mut table = csv::Reader::from_path(folder.join("mos.csv")).unwrap();
    let (mut opinions, mut sharp, mut scores) = (Vec::new(), Vec::new(), Vec::new());
    for row in table.records() {
        let row = row.unwrap();
        let path = folder.join("images").join(&row[0]);
        let picture = read(&path, &Limits::default()).unwrap();
        sharp.push(f64::from(Sharpness::of(&picture).unwrap().value));
        let prepared = prepare(picture, scorer.size).unwrap();
        let inspection = scorer.inspect(&prepared, None, false).unwrap();
        scores.push(f64::from(inspection.prediction.raw));
        opinions.push(row[1].parse::<f64>().unwrap());
    }
    let srcc = |values: &[f64]| bpclip_train::evaluate::statistics::srcc(values, &opinions);
    println!(
        "{} pictures: sharpness {:?}, score {:?}",
        opinions.len(),
        srcc(&sharp),
        srcc(&scores)
    );
}
