//! Whether the words are true: the similarities of pictures in which people noted a flaw against
//! those of pictures in which they did not.

use super::statistics::{Bootstrap, Interval, area_under_roc};
use bpclip_core::text::Adjective;
use serde::Serialize;
use std::path::Path;

/// The words of a flaw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlawWords {
    /// The flaw, as the table's column `distortions` names it.
    pub flaw: String,
    /// Words that should fit better where it is.
    pub own: Vec<String>,
    /// Words that should fit worse.
    pub opposites: Vec<String>,
}

/// What is wrong with a list of flaws and words.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs)] // the message says what each field is
pub enum FlawListError {
    /// It cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        path: std::path::PathBuf,
        source: std::io::Error,
    },
    /// A line is neither.
    #[error(
        "{origin}, line {line}: write `flaw + word, word` for its own words or `flaw - word, word` for their opposites"
    )]
    Line { origin: String, line: usize },
    /// There is nothing in it.
    #[error("{0} names no flaw")]
    Empty(String),
    /// A flaw has opposites alone.
    #[error("{origin}: `{flaw}` has no words of its own: add `{flaw} + word, word`")]
    NoWords { origin: String, flaw: String },
}

impl FlawWords {
    /// The list for the flaws of MMP-2K, which is part of the program.
    pub fn usual() -> Vec<Self> {
        Self::parse(include_str!("flaws.txt"), "flaws.txt").unwrap_or_default()
    }

    /// Reads a list from a file.
    ///
    /// # Errors
    /// Names the file, and the line where one is wrong.
    pub fn read(path: &Path) -> Result<Vec<Self>, FlawListError> {
        let text = bpclip_core::file::read_text(path).map_err(|source| FlawListError::Read {
            path: path.to_owned(),
            source,
        })?;
        Self::parse(&text, &path.display().to_string())
    }

    /// Reads a list: lines `flaw + words` and `flaw - words`, words divided by commas; blank lines
    /// and those that begin with `#` are left out. `origin` names it in errors.
    ///
    /// # Errors
    /// A line is neither, a flaw has no words of its own, or there is none.
    pub fn parse(text: &str, origin: &str) -> Result<Vec<Self>, FlawListError> {
        let mut list: Vec<Self> = Vec::new();
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (flaw, words, own) = split(line).ok_or_else(|| FlawListError::Line {
                origin: origin.to_owned(),
                line: number,
            })?;
            let place = list.iter().position(|known| known.flaw == flaw);
            let place = place.unwrap_or_else(|| {
                list.push(Self {
                    flaw,
                    own: Vec::new(),
                    opposites: Vec::new(),
                });
                list.len() - 1
            });
            if let Some(known) = list.get_mut(place) {
                match own {
                    true => known.own.extend(words),
                    false => known.opposites.extend(words),
                }
            }
        }
        if list.is_empty() {
            return Err(FlawListError::Empty(origin.to_owned()));
        }
        match list.iter().find(|flaw| flaw.own.is_empty()) {
            Some(flaw) => Err(FlawListError::NoWords {
                origin: origin.to_owned(),
                flaw: flaw.flaw.clone(),
            }),
            None => Ok(list),
        }
    }
}

/// A line's flaw and words, and whether they are its own.
fn split(line: &str) -> Option<(String, Vec<String>, bool)> {
    // A word may hold a hyphen, so the sign stands between blanks.
    let plus = line.split_once(" + ").map(|parts| (parts, true));
    let ((flaw, words), own) = plus.or_else(|| Some((line.split_once(" - ")?, false)))?;
    let words = words.split(',').map(|word| word.trim().to_lowercase());
    let words: Vec<String> = words.filter(|word| !word.is_empty()).collect();
    let flaw = flaw.trim().to_lowercase();
    (!flaw.is_empty() && !words.is_empty()).then_some((flaw, words, own))
}

/// An area under the ROC curve.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Area {
    /// 0 to 1; 0.5 says nothing.
    pub area: f64,
    /// Where it lies for other pictures of the kind.
    pub interval: Option<Interval>,
}

/// The area of one word.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OfWord {
    /// The word.
    pub word: String,
    /// Its area.
    #[serde(flatten)]
    pub area: Area,
}

/// How well the words tell a flaw.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OfFlaw {
    /// The flaw.
    pub flaw: String,
    /// Pictures in which it was noted.
    pub with: usize,
    /// Pictures in which it was not.
    pub without: usize,
    /// Of the mean similarity of its own words.
    pub own: Area,
    /// Each of these.
    pub words: Vec<OfWord>,
    /// Each of their opposites, whose area should be below 0.5.
    pub opposites: Vec<OfWord>,
}

/// A picture's mean similarities, one an adjective, and the flaws that were noted in it.
pub struct Noted<'a> {
    /// The means of the levels.
    pub similarities: &'a [f32],
    /// In lower case.
    pub flaws: &'a [String],
}

/// Measures the words of each flaw that some of the pictures have and some have not. Words that the
/// checkpoint lacks are left out.
pub fn of_flaws(
    pictures: &[Noted<'_>],
    adjectives: &[Adjective],
    list: &[FlawWords],
    bootstrap: &Bootstrap,
) -> Vec<OfFlaw> {
    list.iter()
        .filter_map(|flaw| {
            let has: Vec<bool> = pictures
                .iter()
                .map(|p| p.flaws.contains(&flaw.flaw))
                .collect();
            let area = |words: &[String]| -> Option<Area> {
                let places: Vec<usize> = words
                    .iter()
                    .filter_map(|word| adjectives.iter().position(|a| a.word == *word))
                    .collect();
                let mean = |picture: &Noted<'_>| {
                    let values = places
                        .iter()
                        .filter_map(|place| picture.similarities.get(*place));
                    values.map(|value| f64::from(*value)).sum::<f64>() / places.len() as f64
                };
                let values: Vec<f64> = pictures.iter().map(mean).collect();
                measured(&values, &has, bootstrap)
            };
            let each = |words: &[String]| -> Vec<OfWord> {
                let of = |word: &String| {
                    let area = area(std::slice::from_ref(word))?;
                    let word = word.clone();
                    Some(OfWord { word, area })
                };
                words.iter().filter_map(of).collect()
            };
            let with = has.iter().filter(|has| **has).count();
            Some(OfFlaw {
                flaw: flaw.flaw.clone(),
                with,
                without: has.len() - with,
                own: area(&flaw.own)?,
                words: each(&flaw.own),
                opposites: each(&flaw.opposites),
            })
        })
        .collect()
}

fn measured(values: &[f64], has: &[bool], bootstrap: &Bootstrap) -> Option<Area> {
    let area = area_under_roc(values, has)?;
    let truth: Vec<f64> = has.iter().map(|has| f64::from(u8::from(*has))).collect();
    let [interval] = bootstrap.intervals(values, &truth, |values, truth| {
        let has: Vec<bool> = truth.iter().map(|truth| *truth > 0.5).collect();
        [area_under_roc(values, &has)]
    });
    Some(Area { area, interval })
}

#[cfg(test)]
mod tests {
    use super::*;
    use bpclip_core::text::standard;

    #[test]
    fn the_list_of_the_program_is_of_known_words() {
        let list = FlawWords::usual();
        assert_eq!(list.len(), 5);
        let words = standard();
        for flaw in &list {
            for word in flaw.own.iter().chain(&flaw.opposites) {
                assert!(words.iter().any(|a| a.word == *word), "{word}");
            }
        }
        assert_eq!(list[2].opposites, ["overexposed"]);
    }

    #[test]
    fn a_line_that_says_nothing_is_named() {
        let wrong = |text: &str| FlawWords::parse(text, "list").unwrap_err().to_string();
        assert!(wrong("# nothing\nblurred").contains("line 2"));
        assert!(wrong("haze + ").contains("line 1"));
        assert!(wrong("").contains("no flaw"));
        assert!(wrong("haze - crisp").contains("`haze`"));
        let list = FlawWords::parse("Out of Focus + washed-out, Soft", "list").unwrap();
        assert_eq!(list[0].flaw, "out of focus");
        assert_eq!(list[0].own, ["washed-out", "soft"]);
    }

    #[test]
    fn own_words_rise_with_the_flaw_and_opposites_fall() {
        let adjectives = standard();
        let place = |word: &str| adjectives.iter().position(|a| a.word == word).unwrap();
        let (blurry, focused) = (place("blurry"), place("focused"));
        let flaws = ["out of focus".to_owned()];
        let rows: Vec<Vec<f32>> = (0..20)
            .map(|i| {
                let mut row = vec![0.0; 40];
                row[blurry] = i as f32;
                row[focused] = -(i as f32);
                row
            })
            .collect();
        let pictures: Vec<Noted> = rows
            .iter()
            .enumerate()
            .map(|(i, row)| Noted {
                similarities: row,
                flaws: if i >= 12 { &flaws } else { &[] },
            })
            .collect();
        let list = FlawWords::usual();
        let found = of_flaws(&pictures, &adjectives, &list, &Bootstrap::default());
        let [focus] = &found[..] else {
            panic!("one flaw is noted")
        };
        assert_eq!((focus.with, focus.without), (8, 12));
        assert_eq!(focus.own.area, 1.0);
        assert_eq!(focus.words[1].area.area, 0.5);
        assert_eq!(focus.opposites[0].area.area, 0.0);
        assert!(focus.own.interval.is_some());
    }
}
