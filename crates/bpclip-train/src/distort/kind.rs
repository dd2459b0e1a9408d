//! The kinds of distortion and what is known of each.

use serde::{Deserialize, Serialize};

use super::Family;

/// A kind of distortion. Its doc comment is its line in `--help`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Distortion {
    /// Convolution with a Gaussian
    GaussianBlur,
    /// Out of focus: every point of light becomes a disc
    LensBlur,
    /// Every point of light becomes a stroke, in a direction that the seed draws
    MotionBlur,
    /// Scaled down and up again
    Resampling,
    /// Median of a square window, as crude noise removal does
    MedianFilter,
    /// Noise and its removal by a guided filter: fine detail turns to watercolour
    Denoising,

    /// Less light, by up to five stops
    Darkening,
    /// More light, by up to three stops, cut off at white
    Overexposure,
    /// Mid-tones lifted by a power of the encoded values
    Brightening,
    /// A constant taken off the encoded values: shadows are crushed
    MeanShift,
    /// A lamp in or beside the view, at a place that the seed draws
    Glare,
    /// Light falls off with distance from a point that the seed draws
    Vignette,
    /// Contrast raised until shadows and lights are cut off
    ContrastBoost,

    /// Values drawn towards mid-grey
    Flattening,
    /// A bright veil over the light of the scene
    Haze,
    /// A bright veil of uneven density
    PatchyHaze,

    /// Less saturation, down to nearly grey
    Desaturation,
    /// More saturation, until colours are cut off
    Oversaturation,
    /// A wrong white point: warm, cold, green, magenta or between, as the seed draws
    ColourCast,
    /// Chroma displaced against luma, in a direction that the seed draws
    ColourShift,
    /// Chroma blurred: colours bleed over edges
    ColourDiffusion,
    /// Few colours, dithered
    ColourQuantisation,
    /// Red and blue drawn at other magnifications: coloured fringes towards the corners
    ChromaticAberration,

    /// White Gaussian noise, coloured or grey as the seed draws
    GaussianNoise,
    /// Single pixels black or white, whole or in single channels as the seed draws
    ImpulseNoise,
    /// Gaussian noise in proportion to the value
    MultiplicativeNoise,
    /// Blotches of colour
    ChromaNoise,
    /// Shot and read noise of the light itself, slightly correlated, as at high ISO
    SensorNoise,

    /// JPEG with chroma at half resolution
    Jpeg,
    /// Lossy WebP
    Webp,
    /// Coarse wavelet coefficients, as in JPEG 2000
    WaveletCompression,
    /// Square cells of one colour
    Pixelation,
    /// Few values a channel, not dithered
    Banding,
    /// Every pixel is taken from a random place nearby
    Jitter,
    /// Square patches copied from elsewhere nearby
    BlockDisplacement,
    /// Squares of random colour
    ColourBlocks,
    /// Every other row displaced, as in an interlaced frame of a moving scene
    Interlacing,
    /// Halos from an unsharp mask that is far too strong
    Oversharpening,
}

/// What is known of a kind.
struct Facts {
    key: &'static str,
    label: &'static str,
    family: Family,
    dimension: &'static str,
    adjectives: &'static [&'static str],
}

impl Distortion {
    /// All of them, by dimension.
    pub const ALL: [Self; 38] = [
        Self::GaussianBlur,
        Self::LensBlur,
        Self::MotionBlur,
        Self::Resampling,
        Self::MedianFilter,
        Self::Denoising,
        Self::Darkening,
        Self::Overexposure,
        Self::Brightening,
        Self::MeanShift,
        Self::Glare,
        Self::Vignette,
        Self::ContrastBoost,
        Self::Flattening,
        Self::Haze,
        Self::PatchyHaze,
        Self::Desaturation,
        Self::Oversaturation,
        Self::ColourCast,
        Self::ColourShift,
        Self::ColourDiffusion,
        Self::ColourQuantisation,
        Self::ChromaticAberration,
        Self::GaussianNoise,
        Self::ImpulseNoise,
        Self::MultiplicativeNoise,
        Self::ChromaNoise,
        Self::SensorNoise,
        Self::Jpeg,
        Self::Webp,
        Self::WaveletCompression,
        Self::Pixelation,
        Self::Banding,
        Self::Jitter,
        Self::BlockDisplacement,
        Self::ColourBlocks,
        Self::Interlacing,
        Self::Oversharpening,
    ];

    /// The name in tables, file names and settings, such as `gaussian-blur`.
    pub fn key(self) -> &'static str {
        self.facts().key
    }

    /// The name for a person.
    pub fn label(self) -> &'static str {
        self.facts().label
    }

    /// The family that it belongs to.
    pub fn family(self) -> Family {
        self.facts().family
    }

    /// The dimension of the adjectives, as in [`bpclip_core::text`], that suffers most.
    pub fn dimension(self) -> &'static str {
        self.facts().dimension
    }

    /// The adjectives of lower quality that fit better the stronger it is.
    pub fn adjectives(self) -> &'static [&'static str] {
        self.facts().adjectives
    }

    #[rustfmt::skip]
    fn facts(self) -> Facts {
        use Family::*;
        let facts = |key, label, family, dimension, adjectives| Facts { key, label, family, dimension, adjectives };
        match self {
            Self::GaussianBlur => facts("gaussian-blur", "Gaussian blur", Blur, "sharpness", &["blurry", "soft", "unfocused", "smeared"]),
            Self::LensBlur => facts("lens-blur", "Out of focus", Blur, "sharpness", &["blurry", "unfocused", "soft"]),
            Self::MotionBlur => facts("motion-blur", "Motion blur", Blur, "sharpness", &["blurry", "smeared"]),
            Self::Resampling => facts("resampling", "Down- and upscaling", Blur, "sharpness", &["blurry", "soft", "pixelated"]),
            Self::MedianFilter => facts("median-filter", "Median filter", Blur, "sharpness", &["smeared", "soft"]),
            Self::Denoising => facts("denoising", "Denoising", Noise, "sharpness", &["smeared", "soft"]),
            Self::Darkening => facts("darkening", "Underexposure", Brightness, "brightness", &["dark", "underexposed"]),
            Self::Overexposure => facts("overexposure", "Overexposure", Brightness, "brightness", &["overexposed", "glaring"]),
            Self::Brightening => facts("brightening", "Lifted mid-tones", Brightness, "brightness", &["overexposed", "glaring", "washed-out"]),
            Self::MeanShift => facts("mean-shift", "Crushed shadows", Brightness, "brightness", &["dark", "underexposed"]),
            Self::Glare => facts("glare", "Glare", Brightness, "brightness", &["glaring", "overexposed"]),
            Self::Vignette => facts("vignette", "Vignette", Brightness, "brightness", &["dark", "underexposed"]),
            Self::ContrastBoost => facts("contrast-boost", "Harsh contrast", SharpnessContrast, "brightness", &["overexposed", "glaring", "underexposed"]),
            Self::Flattening => facts("flattening", "Flat contrast", SharpnessContrast, "contrast", &["flat", "hazy", "washed-out"]),
            Self::Haze => facts("haze", "Haze", SharpnessContrast, "contrast", &["flat", "hazy", "washed-out"]),
            Self::PatchyHaze => facts("patchy-haze", "Patchy haze", SharpnessContrast, "contrast", &["hazy", "washed-out"]),
            Self::Desaturation => facts("desaturation", "Faded colours", Colour, "colour", &["dull", "faded"]),
            Self::Oversaturation => facts("oversaturation", "Excessive colours", Colour, "colour", &["oversaturated"]),
            Self::ColourCast => facts("colour-cast", "Colour cast", Colour, "colour", &["discolored"]),
            Self::ColourShift => facts("colour-shift", "Displaced colours", Colour, "colour", &["discolored", "distorted"]),
            Self::ColourDiffusion => facts("colour-diffusion", "Bleeding colours", Colour, "colour", &["discolored", "faded", "dull"]),
            Self::ColourQuantisation => facts("colour-quantisation", "Few colours, dithered", Colour, "colour", &["discolored", "speckled"]),
            Self::ChromaticAberration => facts("chromatic-aberration", "Chromatic aberration", Colour, "colour", &["discolored", "distorted"]),
            Self::GaussianNoise => facts("gaussian-noise", "Gaussian noise", Noise, "noise", &["noisy", "grainy"]),
            Self::ImpulseNoise => facts("impulse-noise", "Impulse noise", Noise, "noise", &["speckled", "noisy"]),
            Self::MultiplicativeNoise => facts("multiplicative-noise", "Multiplicative noise", Noise, "noise", &["noisy", "grainy", "speckled"]),
            Self::ChromaNoise => facts("chroma-noise", "Colour noise", Noise, "noise", &["noisy", "speckled"]),
            Self::SensorNoise => facts("sensor-noise", "Sensor noise", Noise, "noise", &["noisy", "grainy"]),
            Self::Jpeg => facts("jpeg", "JPEG", Compression, "fidelity", &["blocky", "compressed", "distorted"]),
            Self::Webp => facts("webp", "WebP", Compression, "fidelity", &["compressed", "smeared"]),
            Self::WaveletCompression => facts("wavelet-compression", "Wavelet compression", Compression, "fidelity", &["compressed", "smeared", "distorted"]),
            Self::Pixelation => facts("pixelation", "Pixelation", Spatial, "fidelity", &["pixelated", "blocky"]),
            Self::Banding => facts("banding", "Banding", Spatial, "fidelity", &["compressed", "distorted"]),
            Self::Jitter => facts("jitter", "Jitter", Spatial, "fidelity", &["distorted", "bad"]),
            Self::BlockDisplacement => facts("block-displacement", "Displaced blocks", Spatial, "fidelity", &["distorted", "blocky", "bad"]),
            Self::ColourBlocks => facts("colour-blocks", "Colour blocks", Spatial, "fidelity", &["blocky", "distorted", "bad"]),
            Self::Interlacing => facts("interlacing", "Interlacing", Spatial, "fidelity", &["distorted", "bad"]),
            Self::Oversharpening => facts("oversharpening", "Oversharpening", SharpnessContrast, "fidelity", &["distorted", "bad"]),
        }
    }
}
