//! What choices share: a name for each, in messages, on the command line and in JSON.

use std::fmt::Display;

/// A name that none of the choices has: why a [`Metric`](crate::metric::Metric), an
/// [`EncoderKind`](crate::text::EncoderKind) or a [`BackboneKind`](crate::model::BackboneKind)
/// could not be made of a text. Its message lists the names that there are.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown {what} `{name}`; this program knows {known}")]
pub struct UnknownName {
    what: &'static str,
    name: String,
    known: String,
}

/// The choice of this name among `all`; `what` they are is for the error.
pub(crate) fn named<T: Copy, N: Display>(
    what: &'static str,
    all: &[T],
    name_of: impl Fn(T) -> N,
    name: &str,
) -> Result<T, UnknownName> {
    let names: Vec<String> = all.iter().map(|one| name_of(*one).to_string()).collect();
    let at = names.iter().position(|known| known == name);
    at.and_then(|at| all.get(at))
        .copied()
        .ok_or_else(|| UnknownName {
            what,
            name: name.to_owned(),
            known: names.join(", "),
        })
}

/// Serialises a type as the text that `Display` and `FromStr` have of it.
macro_rules! serde_as_text {
    ($choice:ty) => {
        impl serde::Serialize for $choice {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $choice {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(from)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

pub(crate) use serde_as_text;
