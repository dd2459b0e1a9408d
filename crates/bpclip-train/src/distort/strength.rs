//! From levels to strengths, and from strengths to the parameters of a kind.

/// Levels of a ladder, as in KADID-10k; 0 is the untouched picture.
pub const LEVELS: usize = 5;

/// The strength of a level: evenly spaced, 0 for level 0, 1 for [`LEVELS`] and beyond.
pub fn level_strength(level: usize) -> f32 {
    level.min(LEVELS) as f32 / LEVELS as f32
}

/// A parameter at a strength: `knots` holds it for level 0, where nothing happens, to level
/// [`LEVELS`]; between two levels it is interpolated. The knots were set by eye and so that
/// SSIMULACRA2 falls by similar steps.
pub(super) fn parameter(strength: f32, knots: [f32; LEVELS + 1]) -> f32 {
    let place = strength.clamp(0.0, 1.0) * LEVELS as f32;
    let below = (place as usize).min(LEVELS - 1);
    let part = place - below as f32;
    knots[below] + (knots[below + 1] - knots[below]) * part
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knots_are_met_and_joined() {
        let knots = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0];
        for (level, knot) in knots.into_iter().enumerate() {
            assert!((parameter(level_strength(level), knots) - knot).abs() < 1e-4);
        }
        assert!((parameter(0.9, knots) - 24.0).abs() < 1e-4);
        assert!((parameter(7.0, knots) - 32.0).abs() < 1e-6);
    }
}
