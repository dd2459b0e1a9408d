//! What quality maps show, in words and digits.

use crate::app::wording::sentence;
use bpclip_core::inspect::tiles::Aspect;
use bpclip_core::text::Adjective;

/// What an aspect is called.
pub fn label(aspect: Aspect, adjectives: &[Adjective]) -> String {
    sentence(aspect.name(adjectives))
}

/// A value of an aspect in digits.
pub fn number(aspect: Aspect, value: f32) -> String {
    match aspect {
        Aspect::Score => format!("{value:.1}"),
        _ => format!("{value:.3}"),
    }
}
