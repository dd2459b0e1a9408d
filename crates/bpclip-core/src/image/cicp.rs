//! Colours told by the numbers of ITU-T H.273, as PNG, HEIF, AVIF and JPEG XL have them.

use super::high_range::Transfer;
use moxcms::{
    Chromaticity, ColorPrimaries, ColorProfile, LocalizableString, ProfileText, ToneReprCurve,
};

/// How the colours of a picture without a profile are told.
#[derive(Debug, PartialEq)]
pub(super) enum Colours {
    /// sRGB, or nothing is said.
    Plain,
    /// By this profile, which says the same.
    Profile(Vec<u8>),
    /// By a transfer function for high dynamic range. The profile has its primaries and sRGB's
    /// curve, which the values have once they are brought to the range of an ordinary display.
    HighRange(Transfer, Vec<u8>),
    /// By numbers that are not known here.
    Unknown,
}

/// The colours of primaries and transfer function.
pub(super) fn colours(primaries: u8, transfer: u8) -> Colours {
    let Some((name, primaries)) = primaries_of(primaries) else {
        return Colours::Unknown;
    };
    let range = match transfer {
        16 => Some(Transfer::Pq),
        18 => Some(Transfer::Hlg),
        _ => None,
    };
    let curve = match transfer {
        4 => Some(ToneReprCurve::Parametric(vec![2.2])),
        5 => Some(ToneReprCurve::Parametric(vec![2.8])),
        8 => Some(ToneReprCurve::Parametric(vec![1.0])),
        // Not said; sRGB; the cameras' curve of BT.709, BT.601 and BT.2020, whose pictures are
        // meant for the displays that sRGB is meant for, and which other readers show as they are.
        2 | 13 | 1 | 6 | 14 | 15 | 16 | 18 => None,
        _ => return Colours::Unknown,
    };
    if primaries.is_none() && curve.is_none() && range.is_none() {
        return Colours::Plain;
    }
    let mut profile = ColorProfile::new_srgb();
    if let Some(primaries) = primaries {
        let d65 = Chromaticity::new(0.3127, 0.3290);
        profile.update_rgb_colorimetry(d65.to_xyyb(), primaries);
    }
    match (encoded(profile, curve, name.to_owned()), range) {
        (None, _) => Colours::Unknown,
        (Some(icc), None) => Colours::Profile(icc),
        (Some(icc), Some(range)) => Colours::HighRange(range, icc),
    }
}

/// sRGB's primaries with a power law: light is the value to the power of `1 / gamma`.
pub(super) fn of_gamma(gamma: f64) -> Colours {
    let curve = ToneReprCurve::Parametric(vec![(1.0 / gamma) as f32]);
    let name = format!("gamma {gamma:.3}");
    encoded(ColorProfile::new_srgb(), Some(curve), name).map_or(Colours::Unknown, Colours::Profile)
}

/// The name of primaries, and what they are where they are not sRGB's, all with white of D65.
fn primaries_of(number: u8) -> Option<(&'static str, Option<ColorPrimaries>)> {
    Some(match number {
        1 | 2 => ("sRGB", None),
        5 => ("BT.601 (625 lines)", Some(ColorPrimaries::BT_470BG)),
        6 | 7 => ("BT.601 (525 lines)", Some(ColorPrimaries::BT_601)),
        9 => ("BT.2020", Some(ColorPrimaries::BT_2020)),
        12 => ("Display P3", Some(ColorPrimaries::DISPLAY_P3)),
        _ => return None,
    })
}

/// A profile in bytes, with another curve where one is given.
fn encoded(
    mut profile: ColorProfile,
    curve: Option<ToneReprCurve>,
    name: String,
) -> Option<Vec<u8>> {
    if let Some(curve) = curve {
        profile.red_trc = Some(curve.clone());
        profile.green_trc = Some(curve.clone());
        profile.blue_trc = Some(curve);
    }
    profile.cicp = None;
    profile.description = Some(ProfileText::Localizable(vec![LocalizableString::new(
        "en".to_owned(),
        "US".to_owned(),
        name,
    )]));
    profile.encode().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_of_numbers_is_known_or_said_not_to_be() {
        assert_eq!(colours(1, 13), Colours::Plain);
        assert_eq!(colours(2, 2), Colours::Plain);
        assert_eq!(colours(1, 1), Colours::Plain);
        assert!(matches!(colours(12, 13), Colours::Profile(_)));
        assert!(matches!(colours(1, 8), Colours::Profile(_)));
        assert!(matches!(
            colours(9, 16),
            Colours::HighRange(Transfer::Pq, _)
        ));
        assert!(matches!(
            colours(9, 18),
            Colours::HighRange(Transfer::Hlg, _)
        ));
        assert_eq!(colours(10, 13), Colours::Unknown);
        assert_eq!(colours(1, 9), Colours::Unknown);
    }

    #[test]
    fn a_profile_has_the_primaries_of_its_number() {
        let Colours::Profile(icc) = colours(12, 13) else {
            panic!("a profile");
        };
        let found = ColorProfile::new_from_slice(&icc).unwrap();
        let expected = ColorProfile::new_display_p3();
        let off = |a: f64, b: f64| (a - b).abs() < 1e-3;
        assert!(off(found.red_colorant.x, expected.red_colorant.x));
        assert!(off(found.green_colorant.y, expected.green_colorant.y));
        assert!(off(found.blue_colorant.z, expected.blue_colorant.z));
    }
}
