//! Order in the filmstrip: sorting, filtering, and groups of pictures that belong together.

mod group;

pub use bpclip_library::{Decision, Label, Mark};
pub use group::{BestBy, Bursts, Group, GroupKind, Grouping, best_of, bursts, folders};

use bpclip_core::image::Exif;
use bpclip_core::text::Adjective;
use bpclip_shoot::natural;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::path::Path;
use std::time::SystemTime;

/// A picture as the filmstrip knows it.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// What it is called in answers: its place in the order in which pictures were added.
    pub index: usize,
    /// Its file's name.
    pub name: &'a str,
    /// Its file; empty where it is in none, such as one that was pasted.
    pub path: &'a Path,
    /// When the file was last written.
    pub modified: Option<SystemTime>,
    /// When the picture was taken, where that is known.
    pub taken: Option<SystemTime>,
    /// What the camera noted, where it did.
    pub exif: Option<&'a Exif>,
    /// Its score of 100; `None` while it has none. Given as `100 p`, not held to 0..100, it tells
    /// pictures beyond the ends apart too.
    pub score: Option<f32>,
    /// Its value in each dimension; empty while it has none.
    pub dimensions: &'a [f32],
    /// Its similarity with each adjective, the mean of the levels; empty while it has none.
    pub similarities: &'a [f32],
    /// What the network sees where; empty while it has not looked.
    pub layout: &'a [f32],
    /// How sharp its sharpest part is, where that is known.
    pub sharpness: Option<f32>,
    /// How much it is to the user's taste; `None` while that is not known.
    pub taste: Option<f32>,
    /// What the user decided on it.
    pub decision: Decision,
    /// Whether it is the best of its group.
    pub best: bool,
    /// Whether its file cannot be read.
    pub unreadable: bool,
}

impl<'a> Entry<'a> {
    /// A picture of which nothing else is known.
    pub fn new(index: usize, name: &'a str, path: &'a Path) -> Self {
        Self {
            index,
            name,
            path,
            modified: None,
            taken: None,
            exif: None,
            score: None,
            dimensions: &[],
            similarities: &[],
            layout: &[],
            sharpness: None,
            taste: None,
            decision: Decision::default(),
            best: false,
            unreadable: false,
        }
    }

    /// When it was taken, else when its file was last written.
    pub fn time(&self) -> Option<SystemTime> {
        self.taken.or(self.modified)
    }

    fn known_score(&self) -> Option<f32> {
        self.score.filter(|score| !score.is_nan())
    }
}

/// What pictures are sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SortKey {
    /// The score.
    #[default]
    Score,
    /// How sharp the sharpest part is.
    Sharpness,
    /// What the user keeps, as it was learned.
    Taste,
    /// The file's name, numbers in it by their value.
    Name,
    /// [`Entry::time`].
    Date,
    /// The value in the dimension of this number.
    Dimension(usize),
    /// The order in which they were added.
    Added,
}

impl SortKey {
    /// All of them for so many dimensions, in the order for menus.
    pub fn all(dimensions: usize) -> impl Iterator<Item = Self> {
        [
            Self::Score,
            Self::Sharpness,
            Self::Taste,
            Self::Name,
            Self::Date,
            Self::Added,
        ]
        .into_iter()
        .chain((0..dimensions).map(Self::Dimension))
    }

    /// The name in menus; `dimensions` are those of the checkpoint.
    pub fn label<'a>(self, dimensions: &[&'a str]) -> &'a str {
        match self {
            Self::Score => "Score",
            Self::Sharpness => "Sharpest part",
            Self::Taste => "My taste",
            Self::Name => "Name",
            Self::Date => "Date",
            Self::Added => "Order added",
            Self::Dimension(index) => dimensions.get(index).copied().unwrap_or("Dimension"),
        }
    }

    /// Whether people want the highest first: the best pictures, but names from A.
    pub fn usually_descending(self) -> bool {
        match self {
            Self::Score | Self::Sharpness | Self::Taste | Self::Dimension(_) => true,
            Self::Name | Self::Date | Self::Added => false,
        }
    }

    fn compare(self, a: &Entry, b: &Entry, descending: bool) -> Ordering {
        match self {
            Self::Score => present(a.known_score(), b.known_score(), descending, f32::total_cmp),
            Self::Sharpness => present(a.sharpness, b.sharpness, descending, f32::total_cmp),
            Self::Taste => present(a.taste, b.taste, descending, f32::total_cmp),
            Self::Name => directed(natural(a.name, b.name), descending),
            Self::Date => present(a.time(), b.time(), descending, SystemTime::cmp),
            Self::Added => directed(a.index.cmp(&b.index), descending),
            Self::Dimension(index) => {
                let value = |entry: &Entry| {
                    let value = entry.dimensions.get(index).copied();
                    value.filter(|value| !value.is_nan())
                };
                present(value(a), value(b), descending, f32::total_cmp)
            }
        }
    }
}

/// Which pictures are shown by what was decided on them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MarkFilter {
    /// All.
    #[default]
    All,
    /// Those without a mark.
    Unmarked,
    /// Those that were marked so.
    Only(Mark),
}

impl MarkFilter {
    /// All of them, in the order for menus.
    pub const ALL: [Self; 4] = [
        Self::All,
        Self::Unmarked,
        Self::Only(Mark::Keep),
        Self::Only(Mark::Reject),
    ];

    /// The name in menus.
    pub const fn label(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::Unmarked => "Unmarked",
            Self::Only(Mark::Keep) => "Kept",
            Self::Only(Mark::Reject) => "Rejected",
        }
    }

    fn admits(self, mark: Option<Mark>) -> bool {
        match self {
            Self::All => true,
            Self::Unmarked => mark.is_none(),
            Self::Only(wanted) => mark == Some(wanted),
        }
    }
}

/// Which pictures are shown. The default shows all; where several things are asked for, a picture
/// must meet each.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// Scores of at least this. Pictures without a score are left out.
    pub min_score: Option<f32>,
    /// Scores of at most this. Pictures without a score are left out.
    pub max_score: Option<f32>,
    /// Pictures that have the problem of this adjective, by its number; see [`has_problem`]. A number
    /// means something for one checkpoint alone, and is not kept.
    #[serde(skip)]
    pub problem: Option<usize>,
    /// Pictures that were marked so.
    pub mark: MarkFilter,
    /// Pictures that were given at least so many stars.
    pub min_stars: u8,
    /// Pictures of this label.
    pub label: Option<Label>,
    /// The best of each group.
    pub best: bool,
    /// Pictures whose file cannot be read.
    pub unreadable: bool,
    /// Names that hold each of these words, whatever the case.
    pub text: String,
}

impl Filter {
    /// Whether everything is shown.
    pub fn is_empty(&self) -> bool {
        let text = self.text.trim();
        let bare = Self {
            text: text.to_owned(),
            ..self.clone()
        };
        bare == Self::default()
    }

    /// Whether it looks at what was decided.
    pub fn is_about_decisions(&self) -> bool {
        self.mark != MarkFilter::All || self.min_stars > 0 || self.label.is_some()
    }

    /// Whether a picture on which this was decided can be shown.
    pub fn admits_decision(&self, decision: Decision) -> bool {
        self.mark.admits(decision.mark)
            && decision.stars >= self.min_stars
            && self.label.is_none_or(|label| decision.label == Some(label))
    }

    /// Whether a picture is shown.
    pub fn admits(&self, entry: &Entry, adjectives: &[Adjective]) -> bool {
        let score = entry.known_score();
        let name = || entry.name.to_lowercase();
        self.min_score
            .is_none_or(|low| score.is_some_and(|score| score >= low))
            && self
                .max_score
                .is_none_or(|high| score.is_some_and(|score| score <= high))
            && self
                .problem
                .is_none_or(|problem| has_problem(adjectives, entry.similarities, problem))
            && self.admits_decision(entry.decision)
            && (!self.best || entry.best)
            && (!self.unreadable || entry.unreadable)
            && (self.text.trim().is_empty() || {
                let name = name();
                let text = self.text.to_lowercase();
                text.split_whitespace().all(|word| name.contains(word))
            })
    }
}

/// The indices of the pictures that `filter` lets through, sorted. Pictures that lack what they
/// are sorted by come last, whichever the direction; those that are equal keep the order of
/// `entries`. `adjectives` are those of the checkpoint.
pub fn rank(
    entries: &[Entry],
    adjectives: &[Adjective],
    key: SortKey,
    descending: bool,
    filter: &Filter,
) -> Vec<usize> {
    let mut shown: Vec<&Entry> = entries
        .iter()
        .filter(|entry| filter.admits(entry, adjectives))
        .collect();
    shown.sort_by(|a, b| key.compare(a, b, descending));
    shown.iter().map(|entry| entry.index).collect()
}

/// Whether a picture has the problem that a lower-quality adjective names: it is more like that
/// word than like the better words of the same dimension, that is
///
/// `s_j > mean { s_i : i a higher-quality adjective of j's dimension }`
///
/// with `s` the similarities averaged over the levels, parallel to `adjectives`. In a dimension
/// without better words the bar is 0, as in [`dimension_value`](bpclip_core::text::dimension_value).
/// A higher-quality adjective, one that there is not, and a picture without similarities have no
/// problem.
pub fn has_problem(adjectives: &[Adjective], similarities: &[f32], problem: usize) -> bool {
    let (Some(word), Some(&value)) = (adjectives.get(problem), similarities.get(problem)) else {
        return false;
    };
    let (sum, count) = adjectives
        .iter()
        .zip(similarities)
        .filter(|(other, _)| other.higher && other.dimension == word.dimension)
        .fold((0.0, 0.0), |(sum, count), (_, value)| {
            (sum + value, count + 1.0_f32)
        });
    !word.higher && value > sum / count.max(1.0)
}

/// The adjectives that name a problem, with their numbers: what a filter can ask for.
pub fn problems(adjectives: &[Adjective]) -> impl Iterator<Item = (usize, &str)> {
    let numbered = adjectives.iter().enumerate();
    numbered
        .filter(|(_, adjective)| !adjective.higher)
        .map(|(index, adjective)| (index, adjective.word.as_str()))
}

fn directed(order: Ordering, descending: bool) -> Ordering {
    if descending { order.reverse() } else { order }
}

/// What is not there comes last, whichever the direction.
fn present<T>(
    a: Option<T>,
    b: Option<T>,
    descending: bool,
    compare: impl Fn(&T, &T) -> Ordering,
) -> Ordering {
    match (&a, &b) {
        (Some(a), Some(b)) => directed(compare(a, b), descending),
        _ => b.is_some().cmp(&a.is_some()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bpclip_core::text::standard;
    use std::time::{Duration, UNIX_EPOCH};

    fn entry(index: usize, name: &str) -> Entry<'_> {
        Entry::new(index, name, Path::new(name))
    }

    fn scored(scores: &[Option<f32>]) -> Vec<Entry<'static>> {
        let entry = |(index, score): (usize, &Option<f32>)| Entry {
            score: *score,
            ..entry(index, "a")
        };
        scores.iter().enumerate().map(entry).collect()
    }

    fn sorted(entries: &[Entry], key: SortKey, descending: bool) -> Vec<usize> {
        rank(entries, &[], key, descending, &Filter::default())
    }

    #[test]
    fn the_unscored_come_last_and_equals_keep_their_order() {
        let entries = scored(&[None, Some(5.0), Some(9.0), Some(f32::NAN), Some(5.0)]);
        assert_eq!(sorted(&entries, SortKey::Score, true), [2, 1, 4, 0, 3]);
        assert_eq!(sorted(&entries, SortKey::Score, false), [1, 4, 2, 0, 3]);
        assert_eq!(sorted(&entries, SortKey::Added, true), [4, 3, 2, 1, 0]);
        let mut entries = entries;
        (entries[0].sharpness, entries[3].sharpness) = (Some(12.0), Some(30.0));
        (entries[1].taste, entries[4].taste) = (Some(-0.5), Some(0.5));
        assert_eq!(sorted(&entries, SortKey::Sharpness, true), [3, 0, 1, 2, 4]);
        assert_eq!(sorted(&entries, SortKey::Taste, true), [4, 1, 0, 2, 3]);
    }

    #[test]
    fn by_date_taken_and_by_dimension() {
        let at = |seconds| Some(UNIX_EPOCH + Duration::from_secs(seconds));
        let (low, high) = ([0.1, 0.9], [0.5, -0.9]);
        let mut entries = [entry(0, "a"), entry(1, "b"), entry(2, "c")];
        entries[0].modified = at(50);
        entries[0].dimensions = &low;
        entries[2].modified = at(90);
        entries[2].taken = at(20);
        entries[2].dimensions = &high;
        assert_eq!(sorted(&entries, SortKey::Date, false), [2, 0, 1]);
        assert_eq!(sorted(&entries, SortKey::Dimension(0), true), [2, 0, 1]);
        assert_eq!(sorted(&entries, SortKey::Dimension(1), true), [0, 2, 1]);
        assert_eq!(sorted(&entries, SortKey::Dimension(7), true), [0, 1, 2]);
    }

    #[test]
    fn filters_meet_each() {
        let mut entries = scored(&[Some(20.0), Some(50.0), None, Some(80.0)]);
        entries[1].decision.mark = Some(Mark::Keep);
        entries[3].decision.mark = Some(Mark::Reject);
        entries[0].decision.stars = 3;
        entries[2].best = true;
        entries[2].unreadable = true;
        entries[3].name = "Beach Évora.jpg";
        let shown = |filter: Filter| rank(&entries, &[], SortKey::Added, false, &filter);
        let (low, high) = (Some(50.0), Some(50.0));
        assert_eq!(
            shown(Filter {
                min_score: low,
                ..Filter::default()
            }),
            [1, 3]
        );
        assert_eq!(
            shown(Filter {
                max_score: high,
                ..Filter::default()
            }),
            [0, 1]
        );
        let both = Filter {
            min_score: low,
            max_score: high,
            ..Filter::default()
        };
        assert_eq!(shown(both), [1]);
        let mark = MarkFilter::Only(Mark::Reject);
        assert_eq!(
            shown(Filter {
                mark,
                ..Filter::default()
            }),
            [3]
        );
        let only = |filter: Filter| shown(filter);
        assert_eq!(
            only(Filter {
                mark: MarkFilter::Unmarked,
                ..Filter::default()
            }),
            [0, 2]
        );
        assert_eq!(
            only(Filter {
                min_stars: 2,
                ..Filter::default()
            }),
            [0]
        );
        for filter in [
            Filter {
                best: true,
                ..Filter::default()
            },
            Filter {
                unreadable: true,
                ..Filter::default()
            },
        ] {
            assert_eq!(only(filter), [2]);
        }
        let text = " évora BEACH ".to_owned();
        assert_eq!(
            shown(Filter {
                text,
                ..Filter::default()
            }),
            [3]
        );
        assert!(
            Filter {
                text: " ".into(),
                ..Filter::default()
            }
            .is_empty()
        );
        assert!(
            !Filter {
                mark,
                ..Filter::default()
            }
            .is_empty()
        );
    }

    #[test]
    fn a_problem_is_a_worse_word_above_the_better_ones_of_its_dimension() {
        let adjectives = standard();
        let at = |word: &str| adjectives.iter().position(|a| a.word == word).unwrap();
        // Another dimension's better words do not count, nor does the best of the own ones.
        let mut similarities = vec![0.9; adjectives.len()];
        for (word, value) in [
            ("sharp", 0.5),
            ("crisp", 0.1),
            ("detailed", 0.1),
            ("focused", 0.1),
            ("blurry", 0.3),
            ("soft", 0.2),
            ("unfocused", 0.1),
        ] {
            similarities[at(word)] = value;
        }
        assert!(has_problem(&adjectives, &similarities, at("blurry")));
        assert!(!has_problem(&adjectives, &similarities, at("unfocused")));
        assert!(!has_problem(&adjectives, &similarities, at("sharp")));
        assert!(!has_problem(&adjectives, &similarities, 99));
        assert!(!has_problem(&adjectives, &[], at("blurry")));

        let blurry = Entry {
            similarities: &similarities,
            ..entry(0, "a")
        };
        let entries = [blurry, entry(1, "b")];
        let problem = Some(at("blurry"));
        let filter = Filter {
            problem,
            ..Filter::default()
        };
        assert_eq!(
            rank(&entries, &adjectives, SortKey::Score, true, &filter),
            [0]
        );

        let alone = |word: &str, higher| Adjective {
            word: word.into(),
            dimension: word.into(),
            higher,
        };
        let worse = [alone("bad", false), alone("good", true)];
        assert!(has_problem(&worse, &[0.1, 0.9], 0));
        assert!(!has_problem(&worse, &[-0.1, 0.9], 0));
        assert_eq!(problems(&worse).collect::<Vec<_>>(), [(0, "bad")]);
    }

    #[test]
    fn keys_have_names() {
        let labels: Vec<&str> = SortKey::all(2)
            .map(|key| key.label(&["noise", "hue"]))
            .collect();
        assert_eq!(
            labels,
            [
                "Score",
                "Sharpest part",
                "My taste",
                "Name",
                "Date",
                "Order added",
                "noise",
                "hue"
            ]
        );
        assert_eq!(SortKey::Dimension(9).label(&[]), "Dimension");
    }
}
