//! What a score is worth, and whether two of them differ.

use bpclip_core::checkpoint::{self, Metadata};
use bpclip_core::image::SizePolicy;
use bpclip_core::inspect::score_of_100;
use std::fmt;

/// How far a score may be off, from what the checkpoint says of itself.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Certainty<'a> {
    /// What was fitted on pictures held out: an interval a picture, and who of two is better.
    fitted: Option<&'a checkpoint::Certainty>,
    /// Root mean squared error on pictures that it was not trained on, in points of 100; `None`
    /// where that was not measured.
    rmse: Option<f64>,
}

impl<'a> Certainty<'a> {
    /// That of a checkpoint. Its error is in label units, of which a score has a hundredth each.
    pub fn of(metadata: &'a Metadata) -> Self {
        let rmse = metadata.heldout.as_ref().and_then(|heldout| heldout.rmse);
        Self {
            fitted: metadata.certainty.as_ref(),
            ..Self::of_rmse(rmse)
        }
    }

    /// From a root mean squared error alone.
    fn of_rmse(rmse: Option<f64>) -> Self {
        Self {
            fitted: None,
            rmse: rmse
                .map(|rmse| 100.0 * rmse)
                .filter(|rmse| rmse.is_finite() && *rmse > 0.0),
        }
    }

    /// Between which scores, of 100, people's rating lies, and with what coverage, 0 to 1.
    pub fn interval(self, raw: f32) -> Option<([f32; 2], f64)> {
        let fitted = self.fitted?;
        Some((fitted.interval(raw).map(score_of_100), fitted.coverage))
    }

    /// The ± of one score: one standard error of prediction, in points of 100.
    pub fn of_score(self) -> Option<f64> {
        self.rmse
    }

    /// The ± of the difference of two scores, in points of 100: `rmse · √2`, as if their errors
    /// were independent. For two shots of one scene that is conservative: the network errs alike
    /// on both, and what is common falls out of the difference.
    pub fn of_difference(self) -> Option<f64> {
        self.rmse.map(|rmse| rmse * std::f64::consts::SQRT_2)
    }
}

/// "± 1.8", or nothing where nothing is known.
impl fmt::Display for Certainty<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.rmse {
            Some(rmse) => write!(f, "± {rmse:.1}"),
            None => Ok(()),
        }
    }
}

/// A score, and what made it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scored<'a> {
    /// What to call the picture.
    pub name: &'a str,
    /// `p` of the paper, the raw score: not held to 0..1, or pictures beyond the ends would seem
    /// equal.
    pub raw: f32,
    /// The checkpoint's name.
    pub checkpoint: &'a str,
    /// The size that it was brought to.
    pub size: SizePolicy,
}

/// Two scores side by side; `Display` is a sentence.
#[derive(Clone, Debug, PartialEq)]
pub enum Comparison {
    /// One is better by more than the ± of the difference. If errors are normal, the sign is
    /// right five times in six or more often.
    Better {
        /// The better one.
        better: String,
        /// The other.
        worse: String,
        /// By how many points of 100.
        by: f64,
        /// One standard error of that.
        error: f64,
    },
    /// Who of two people prefer, and how probably, as it was fitted on pictures held out.
    Preferred {
        /// The likelier one.
        better: String,
        /// The other.
        worse: String,
        /// By how many points of 100.
        by: f64,
        /// That people prefer it, 0.5 to 1.
        probability: f64,
    },
    /// The difference is within its ±.
    Undecided {
        /// The one, the other.
        names: [String; 2],
        /// How many points of 100 lie between them.
        by: f64,
        /// One standard error of that.
        error: f64,
    },
    /// The checkpoint does not say how far it is off.
    Unknown {
        /// The higher one.
        higher: String,
        /// The other.
        lower: String,
        /// By how many points of 100.
        by: f64,
    },
    /// Their checkpoints differ, and with them what a point means.
    Checkpoints {
        /// The one, the other.
        names: [String; 2],
        /// Their checkpoints.
        checkpoints: [String; 2],
    },
    /// They were scored at different sizes, which alone moves a score.
    Sizes {
        /// The one, the other.
        names: [String; 2],
    },
}

/// Compares two scores of one checkpoint, whose certainty this is.
pub fn compare(a: &Scored, b: &Scored, certainty: Certainty<'_>) -> Comparison {
    let names = [a, b].map(|scored| scored.name.to_owned());
    if a.checkpoint != b.checkpoint {
        let checkpoints = [a, b].map(|scored| scored.checkpoint.to_owned());
        return Comparison::Checkpoints { names, checkpoints };
    }
    if a.size != b.size {
        return Comparison::Sizes { names };
    }
    let difference = 100.0 * (f64::from(a.raw) - f64::from(b.raw));
    let by = difference.abs();
    let [first, second] = names;
    let (better, worse) = if difference < 0.0 {
        (second, first)
    } else {
        (first, second)
    };
    if let Some(fitted) = certainty.fitted {
        let probability = fitted.prefers(a.raw, b.raw);
        return Comparison::Preferred {
            better,
            worse,
            by,
            probability: probability.max(1.0 - probability),
        };
    }
    match certainty.of_difference() {
        None => Comparison::Unknown {
            higher: better,
            lower: worse,
            by,
        },
        Some(error) if by > error => Comparison::Better {
            better,
            worse,
            by,
            error,
        },
        Some(error) => Comparison::Undecided {
            names: [a, b].map(|scored| scored.name.to_owned()),
            by,
            error,
        },
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Better {
                better,
                worse,
                by,
                error,
            } => write!(
                f,
                "{better} is better than {worse} by {by:.1} (uncertainty {error:.1})"
            ),
            Self::Preferred {
                better,
                worse,
                by,
                probability,
            } => {
                // Nothing is certain that was fitted on some pictures.
                let probability = match 100.0 * probability {
                    99.0.. => "more than 99 %".to_owned(),
                    percent => format!("{percent:.0} %"),
                };
                write!(
                    f,
                    "People prefer {better} to {worse} with a probability of {probability} \
                     ({by:.1} points above)"
                )
            }
            Self::Undecided {
                names: [a, b],
                by,
                error,
            } => write!(
                f,
                "{a} and {b}: too close to call ({by:.1}, uncertainty {error:.1})"
            ),
            Self::Unknown { higher, lower, by } => write!(
                f,
                "{higher} scores {by:.1} above {lower}; this checkpoint does not say how certain \
                 that is"
            ),
            Self::Checkpoints {
                names: [a, b],
                checkpoints: [one, other],
            } => write!(
                f,
                "{a} was scored by {one} and {b} by {other}: scores of different checkpoints \
                 cannot be compared; score both with one"
            ),
            Self::Sizes { names: [a, b] } => write!(
                f,
                "{a} and {b} were scored at different sizes: score both at one to compare them"
            ),
        }
    }
}

/// A full-reference checkpoint's score of the reference against itself, beside that of a picture
/// against it. No picture can be nearer to the reference than the reference: a picture that
/// scores higher than it says that the network errs here. `Display` is a sentence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SelfReference {
    /// Points of 100 that the picture scores above the reference itself; below it if negative.
    pub above: f64,
    /// The reference's score against itself, of 100.
    pub own: f64,
    /// The ± of `above`, where it is known.
    pub error: Option<f64>,
}

impl SelfReference {
    /// From the raw scores of the reference against itself and of the picture against it.
    pub fn new(reference: f32, picture: f32, certainty: Certainty<'_>) -> Self {
        Self {
            above: 100.0 * (f64::from(picture) - f64::from(reference)),
            own: 100.0 * f64::from(reference),
            error: certainty.of_difference(),
        }
    }

    /// Whether the reference scores at least as high as the picture, but for the error.
    pub fn passes(&self) -> bool {
        self.above <= self.error.unwrap_or(0.0)
    }
}

impl fmt::Display for SelfReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (own, above) = (self.own.clamp(0.0, 100.0), self.above.abs());
        write!(f, "The reference against itself scores {own:.1} of 100; ")?;
        let error = self.error.map(|error| format!(" ± {error:.1}"));
        let error = error.unwrap_or_default();
        if !self.passes() {
            write!(
                f,
                "the picture scores {above:.1}{error} above it, which cannot be: do not trust \
                 this score"
            )
        } else if self.above > 0.0 {
            write!(
                f,
                "the picture cannot be told from it: {above:.1}{error} above"
            )
        } else {
            write!(f, "the picture lies {above:.1}{error} below")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn certainty(rmse: Option<f64>) -> Certainty<'static> {
        Certainty::of_rmse(rmse)
    }

    fn scored(name: &str, raw: f32) -> Scored<'_> {
        Scored {
            name,
            raw,
            checkpoint: "default",
            size: SizePolicy::at_most(None),
        }
    }

    fn said(a: f32, b: f32, rmse: Option<f64>) -> String {
        compare(&scored("A", a), &scored("B", b), certainty(rmse)).to_string()
    }

    #[test]
    fn a_difference_is_said_with_its_certainty() {
        let rmse = Some(0.0163);
        assert_eq!(
            said(0.751, 0.71, rmse),
            "A is better than B by 4.1 (uncertainty 2.3)"
        );
        assert_eq!(
            said(0.71, 0.751, rmse),
            "B is better than A by 4.1 (uncertainty 2.3)"
        );
        let apart = "A and B: too close to call (1.0, uncertainty 2.3)";
        assert_eq!(said(0.72, 0.71, rmse), apart);
        assert_eq!(said(0.71, 0.72, rmse), apart);
        // Beyond the end of the scale there is still a difference.
        assert_eq!(
            said(1.1, 1.05, rmse),
            "A is better than B by 5.0 (uncertainty 2.3)"
        );
    }

    #[test]
    fn without_a_measured_error_no_certainty_is_stated() {
        for rmse in [None, Some(f64::NAN), Some(0.0), Some(-1.0)] {
            assert_eq!(certainty(rmse), Certainty::default());
            assert!(said(0.4, 0.5, rmse).starts_with("B scores 10.0 above A; "));
        }
        assert_eq!(certainty(None).to_string(), "");
        assert_eq!(certainty(Some(0.018)).to_string(), "± 1.8");
        assert_eq!(certainty(Some(0.018)).of_score(), Some(1.7999999999999998));
    }

    #[test]
    fn a_fitted_certainty_says_how_probable_a_preference_is() {
        let points: Vec<(f64, f64)> = (0..60)
            .map(|i| (f64::from(i) / 60.0, f64::from((i * 7) % 13 + i) / 72.0))
            .collect();
        let fitted = checkpoint::Certainty::fit("made", &points, 0.9).unwrap();
        let certainty = Certainty {
            fitted: Some(&fitted),
            rmse: None,
        };
        let far = compare(&scored("A", 0.0), &scored("B", 9.0), certainty).to_string();
        assert!(far.contains("more than 99 %"), "{far}");
        let (a, b) = (scored("A", 0.4), scored("B", 0.6));
        let said = compare(&a, &b, certainty).to_string();
        let expected = format!(
            "People prefer B to A with a probability of {:.0} % (20.0 points above)",
            100.0 * fitted.prefers(0.6, 0.4)
        );
        assert_eq!(said, expected);
        let ([low, high], coverage) = certainty.interval(0.5).unwrap();
        assert!(low < 50.0 && high > 50.0 && coverage == 0.9);
    }

    #[test]
    fn different_checkpoints_and_sizes_are_not_compared() {
        let a = scored("A", 0.9);
        let other = Scored {
            checkpoint: "own",
            ..scored("B", 0.1)
        };
        let comparison = compare(&a, &other, certainty(Some(0.01)));
        assert!(matches!(comparison, Comparison::Checkpoints { .. }));
        let sentence = comparison.to_string();
        assert!(
            sentence.starts_with("A was scored by default and B by own"),
            "{sentence}"
        );

        let mut smaller = scored("B", 0.1);
        smaller.size.shorter_side = Some(224);
        let comparison = compare(&a, &smaller, certainty(Some(0.01)));
        assert!(matches!(comparison, Comparison::Sizes { .. }));
    }

    #[test]
    fn no_picture_is_nearer_to_the_reference_than_itself() {
        let check =
            |reference, picture, rmse| SelfReference::new(reference, picture, certainty(rmse));
        let below = check(0.97, 0.75, Some(0.01));
        assert!(below.passes());
        assert_eq!(
            below.to_string(),
            "The reference against itself scores 97.0 of 100; the picture lies 22.0 ± 1.4 below"
        );
        let near = check(0.97, 0.98, Some(0.01));
        assert!(
            near.passes()
                && near
                    .to_string()
                    .contains("cannot be told from it: 1.0 ± 1.4")
        );
        let odd = check(0.8, 0.98, Some(0.01));
        assert!(!odd.passes() && odd.to_string().contains("do not trust"));
        assert!(!check(0.97, 0.98, None).passes());
    }
}
