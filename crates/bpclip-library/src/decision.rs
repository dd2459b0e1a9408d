//! What a person decided on a picture.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use serde::{Deserialize, Serialize};

/// Whether a picture stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// It stays.
    Keep,
    /// It goes.
    Reject,
}

impl Mark {
    /// Both, in the order for menus.
    pub const ALL: [Self; 2] = [Self::Keep, Self::Reject];

    /// The name in menus.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Keep => "Keep",
            Self::Reject => "Reject",
        }
    }
}

/// A colour label, as photographers' programs have them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Label {
    /// Red.
    Red,
    /// Yellow.
    Yellow,
    /// Green.
    Green,
    /// Blue.
    Blue,
    /// Purple.
    Purple,
}

impl Label {
    /// All of them, in the order for menus.
    pub const ALL: [Self; 5] = [
        Self::Red,
        Self::Yellow,
        Self::Green,
        Self::Blue,
        Self::Purple,
    ];

    /// The name in menus, and in XMP as Adobe's programs write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Red => "Red",
            Self::Yellow => "Yellow",
            Self::Green => "Green",
            Self::Blue => "Blue",
            Self::Purple => "Purple",
        }
    }

    /// The label of this name, whatever the case.
    pub fn named(name: &str) -> Option<Self> {
        let is = |label: &Self| label.name().eq_ignore_ascii_case(name.trim());
        Self::ALL.into_iter().find(is)
    }
}

/// All that a person decided on a picture; the default is nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Decision {
    /// Whether it stays.
    pub mark: Option<Mark>,
    /// 0 (none) to 5 stars.
    pub stars: u8,
    /// Its colour.
    pub label: Option<Label>,
}

/// Numbers in the file, which must keep their meaning.
macro_rules! numbered {
    ($type:ident { $($number:literal => $name:ident),* $(,)? }) => {
        impl ToSql for $type {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                let number: i64 = match self {
                    $(Self::$name => $number),*
                };
                Ok(number.into())
            }
        }

        impl FromSql for $type {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                match value.as_i64()? {
                    $($number => Ok(Self::$name),)*
                    other => Err(FromSqlError::OutOfRange(other)),
                }
            }
        }
    };
}

numbered!(Mark { 1 => Keep, 2 => Reject });
numbered!(Label { 1 => Red, 2 => Yellow, 3 => Green, 4 => Blue, 5 => Purple });

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_told_by_its_name() {
        for label in Label::ALL {
            assert_eq!(Label::named(&label.name().to_uppercase()), Some(label));
        }
        assert_eq!(Label::named(" red "), Some(Label::Red));
        assert_eq!(Label::named("Second"), None);
    }
}
