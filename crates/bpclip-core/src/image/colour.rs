//! Decoded samples of any kind to 8-bit sRGB.

use std::sync::Arc;

use moxcms::{
    CmsError, ColorProfile, DataColorSpace, Layout, ProfileClass, ProfileText, RenderingIntent,
    ToneReprCurve, TransformExecutor, TransformOptions,
};
use rayon::prelude::*;

use super::Note;

/// What the samples of a pixel are, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Channels {
    Grey,
    GreyAlpha,
    Rgb,
    Rgba,
    /// Amounts of ink: 0 is none.
    Cmyk,
}

/// Decoded samples, pixel after pixel.
pub(super) enum Samples {
    Eight(Vec<u8>),
    Sixteen(Vec<u16>),
}

/// Three bytes of sRGB a pixel. What was done is added to `notes`.
pub(super) fn to_srgb(
    samples: Samples,
    channels: Channels,
    profile: Option<&[u8]>,
    notes: &mut Vec<Note>,
) -> Vec<u8> {
    match samples {
        Samples::Eight(samples) => to_opaque_srgb(samples, channels, profile, notes),
        Samples::Sixteen(samples) => {
            let rgb = to_opaque_srgb(samples, channels, profile, notes);
            notes.push(Note::SixteenBits);
            rgb.into_par_iter()
                .map(|v| ((u32::from(v) * 255 + 32_767) / 65_535) as u8)
                .collect()
        }
    }
}

/// Three samples of sRGB a pixel, as deep as the file has them: rounding to 8 bits comes last.
fn to_opaque_srgb<S: Sample>(
    samples: Vec<S>,
    channels: Channels,
    profile: Option<&[u8]>,
    notes: &mut Vec<Note>,
) -> Vec<S> {
    let (samples, channels) = match profile {
        Some(profile) => convert(samples, channels, profile, notes),
        None => (samples, channels),
    };
    match channels {
        Channels::Rgb => samples,
        Channels::Grey => grey_to_rgb(&samples),
        Channels::GreyAlpha => {
            let coloured = grey_alpha_to_rgba(&samples);
            drop(samples);
            compose(&coloured, notes)
        }
        Channels::Rgba => compose(&samples, notes),
        Channels::Cmyk => {
            notes.push(Note::CmykApproximated);
            // As if the inks were ideal filters, one over the other; what other readers do without
            // a profile.
            map_pixels(&samples, |[c, m, y, k]| {
                [c, m, y].map(|ink| S::mix(ink.rest(), k.rest(), 0))
            })
        }
    }
}

/// Through the profile to sRGB, if it is of the right kind and not sRGB already.
fn convert<S: Sample>(
    samples: Vec<S>,
    channels: Channels,
    icc: &[u8],
    notes: &mut Vec<Note>,
) -> (Vec<S>, Channels) {
    let Ok(mut profile) = ColorProfile::new_from_slice(icc) else {
        notes.push(Note::ProfileIgnored);
        return (samples, channels);
    };
    grey_by_light(&mut profile);
    if profile.profile_class == ProfileClass::DeviceLink {
        // It leads from one device to another, and says nothing of sRGB.
        notes.push(Note::ProfileIgnored);
        return (samples, channels);
    }
    // A grey picture may carry a profile of RGB: its greys are then the greys of that space.
    let (samples, channels) = match (profile.color_space, channels) {
        (DataColorSpace::Rgb, Channels::Grey) => (grey_to_rgb(&samples), Channels::Rgb),
        (DataColorSpace::Rgb, Channels::GreyAlpha) => {
            (grey_alpha_to_rgba(&samples), Channels::Rgba)
        }
        _ => (samples, channels),
    };
    let (from, to, converted_channels) = match (profile.color_space, channels) {
        (DataColorSpace::Gray, Channels::Grey) => (Layout::Gray, Layout::Rgb, Channels::Rgb),
        (DataColorSpace::Gray, Channels::GreyAlpha) => {
            (Layout::GrayAlpha, Layout::Rgba, Channels::Rgba)
        }
        (DataColorSpace::Rgb, Channels::Rgb) => (Layout::Rgb, Layout::Rgb, Channels::Rgb),
        (DataColorSpace::Rgb, Channels::Rgba) => (Layout::Rgba, Layout::Rgba, Channels::Rgba),
        // `moxcms` has no layout of its own for four inks.
        (DataColorSpace::Cmyk, Channels::Cmyk) => (Layout::Rgba, Layout::Rgb, Channels::Rgb),
        _ => {
            notes.push(Note::ProfileIgnored);
            return (samples, channels);
        }
    };
    if is_srgb(&profile) {
        return (samples, channels);
    }
    match transformed(&samples, &profile, from, to) {
        Ok(converted) => {
            notes.push(Note::ConvertedFrom(name(&profile)));
            (converted, converted_channels)
        }
        Err(_) => {
            notes.push(Note::ProfileIgnored);
            (samples, channels)
        }
    }
}

/// Makes of a grey profile whose curve leads to CIELAB's lightness one whose curve leads to light, which
/// is the only one that `moxcms` knows.
fn grey_by_light(profile: &mut ColorProfile) {
    let by_table =
        profile.lut_a_to_b_colorimetric.is_some() || profile.lut_a_to_b_perceptual.is_some();
    if profile.color_space != DataColorSpace::Gray || profile.pcs != DataColorSpace::Lab || by_table
    {
        return;
    }
    let Ok(lightness) = profile.build_gray_linearize_table::<u16, 65_536, 16>() else {
        return;
    };
    // CIE 15:2004, 8.2.1: Y of L*.
    let light = |lightness: &f32| {
        let f = (100.0 * f64::from(*lightness) + 16.0) / 116.0;
        let light = match f > 6.0 / 29.0 {
            true => f.powi(3),
            false => (f - 4.0 / 29.0) * 3.0 * (6.0_f64 / 29.0).powi(2),
        };
        (65_535.0 * light).round() as u16
    };
    profile.gray_trc = Some(ToneReprCurve::Lut(lightness.iter().map(light).collect()));
    profile.pcs = DataColorSpace::Xyz;
}

fn transformed<S: Sample>(
    samples: &[S],
    profile: &ColorProfile,
    from: Layout,
    to: Layout,
) -> Result<Vec<S>, CmsError> {
    const PIXELS_AT_ONCE: usize = 1 << 14;
    let with = |rendering_intent| {
        let options = TransformOptions {
            rendering_intent,
            ..TransformOptions::default()
        };
        S::transform(profile, from, to, options)
    };
    // A profile made of tables need not have one for every intent, but has the perceptual one.
    let transform = with(RenderingIntent::RelativeColorimetric)
        .or_else(|_| with(RenderingIntent::Perceptual))?;
    let mut converted = vec![S::default(); samples.len() / from.channels() * to.channels()];
    converted
        .par_chunks_mut(PIXELS_AT_ONCE * to.channels())
        .zip(samples.par_chunks(PIXELS_AT_ONCE * from.channels()))
        .try_for_each(|(converted, samples)| transform.transform(samples, converted))?;
    Ok(converted)
}

/// Whether a profile is sRGB in effect: no probe moves by more than a level. Names and versions of
/// sRGB are many.
fn is_srgb(profile: &ColorProfile) -> bool {
    let greys = || (0..=255).collect::<Vec<u8>>();
    let (probes, expected, from) = match profile.color_space {
        DataColorSpace::Gray => (greys(), grey_to_rgb(&greys()), Layout::Gray),
        DataColorSpace::Rgb => {
            let levels = || (0..=255).step_by(51);
            let cube =
                levels().flat_map(|r| levels().flat_map(move |g| levels().map(move |b| [r, g, b])));
            let probes = [cube.flatten().collect(), grey_to_rgb(&greys())].concat();
            (probes.clone(), probes, Layout::Rgb)
        }
        _ => return false,
    };
    transformed(&probes, profile, from, Layout::Rgb).is_ok_and(|found| {
        found
            .iter()
            .zip(&expected)
            .all(|(found, expected)| found.abs_diff(*expected) <= 1)
    })
}

/// What the profile calls itself.
fn name(profile: &ColorProfile) -> String {
    let name = match &profile.description {
        Some(ProfileText::PlainString(text)) => text.as_str(),
        Some(ProfileText::Description(text)) => text.ascii_string.as_str(),
        Some(ProfileText::Localizable(texts)) => {
            let english = texts.iter().find(|text| text.language == "en");
            english
                .or(texts.first())
                .map_or("", |text| text.value.as_str())
        }
        None => "",
    };
    match name.trim_matches(|c: char| c.is_whitespace() || c.is_control()) {
        "" => "an unnamed profile".into(),
        name => name.into(),
    }
}

/// Composes four samples a pixel on mid-grey, in the encoded values.
fn compose<S: Sample>(samples: &[S], notes: &mut Vec<Note>) -> Vec<S> {
    let (pixels, _) = samples.as_chunks::<4>();
    if pixels.par_iter().any(|&[.., alpha]| alpha.into() != S::MAX) {
        notes.push(Note::AlphaOnGrey);
    }
    map_pixels(samples, |[r, g, b, alpha]| {
        [r, g, b].map(|v| S::mix(v.into(), alpha.into(), S::MID_GREY))
    })
}

fn grey_to_rgb<S: Sample>(samples: &[S]) -> Vec<S> {
    map_pixels(samples, |[v]| [v, v, v])
}

fn grey_alpha_to_rgba<S: Sample>(samples: &[S]) -> Vec<S> {
    map_pixels(samples, |[v, alpha]| [v, v, v, alpha])
}

fn map_pixels<S: Sample, const FROM: usize, const TO: usize>(
    samples: &[S],
    of: impl Fn([S; FROM]) -> [S; TO] + Sync,
) -> Vec<S> {
    let (pixels, _) = samples.as_chunks::<FROM>();
    let mut mapped = vec![S::default(); pixels.len() * TO];
    let (places, _) = mapped.as_chunks_mut::<TO>();
    places
        .par_iter_mut()
        .zip(pixels)
        .for_each(|(place, pixel)| *place = of(*pixel));
    mapped
}

/// A sample of 8 or 16 bits.
trait Sample: Copy + Default + Into<u32> + Send + Sync {
    /// White, or opaque.
    const MAX: u32;
    /// What transparent pixels are composed on: level 128 of 255.
    const MID_GREY: u32 = Self::MAX / 255 * 128;

    fn from_level(level: u32) -> Self;

    fn transform(
        profile: &ColorProfile,
        from: Layout,
        to: Layout,
        options: TransformOptions,
    ) -> Result<Arc<dyn TransformExecutor<Self> + Send + Sync>, CmsError>;

    /// What is missing to the full.
    fn rest(self) -> u32 {
        Self::MAX - self.into()
    }

    /// `share` of `over` and the rest of `under`, rounded. All three are at most `MAX`, so nothing
    /// overflows.
    fn mix(over: u32, share: u32, under: u32) -> Self {
        Self::from_level((over * share + under * (Self::MAX - share) + Self::MAX / 2) / Self::MAX)
    }
}

impl Sample for u8 {
    const MAX: u32 = 255;

    fn from_level(level: u32) -> Self {
        level as Self
    }

    fn transform(
        profile: &ColorProfile,
        from: Layout,
        to: Layout,
        options: TransformOptions,
    ) -> Result<Arc<dyn TransformExecutor<Self> + Send + Sync>, CmsError> {
        profile.create_transform_8bit(from, &ColorProfile::new_srgb(), to, options)
    }
}

impl Sample for u16 {
    const MAX: u32 = 65_535;

    fn from_level(level: u32) -> Self {
        level as Self
    }

    fn transform(
        profile: &ColorProfile,
        from: Layout,
        to: Layout,
        options: TransformOptions,
    ) -> Result<Arc<dyn TransformExecutor<Self> + Send + Sync>, CmsError> {
        profile.create_transform_16bit(from, &ColorProfile::new_srgb(), to, options)
    }
}
