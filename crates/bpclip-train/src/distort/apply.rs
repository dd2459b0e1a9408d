//! From a kind of distortion to the function that makes it.

use super::random::Random;
use super::{
    Distortion, blur, colour, exposure, jpeg, lighting, noise, sharpening, smoothing, spatial,
    wavelet, webp,
};
use bpclip_core::image::Picture;

impl Distortion {
    /// The picture with this distortion of `strength` from 0, where it is returned untouched, to 1,
    /// the worst; beyond, and with no number, as at the nearer end. Damage grows steadily with
    /// strength. The size and the notes stay.
    ///
    /// Where chance has a part (noise, directions, places), `seed` alone decides it: the same seed
    /// gives the same picture on every machine, and a stronger one shows more of the same. Lengths
    /// are in pixels, chosen for pictures of some 300 to 600 pixels a side.
    pub fn apply(self, picture: &Picture, strength: f32, seed: u64) -> Picture {
        if strength.is_nan() || strength <= 0.0 {
            return picture.clone();
        }
        let random = &mut Random::new(seed, self as u64);
        match self {
            Self::GaussianBlur => blur::gaussian_blur(picture, strength),
            Self::LensBlur => blur::lens_blur(picture, strength),
            Self::MotionBlur => blur::motion_blur(picture, strength, random),
            Self::Resampling => blur::resampling(picture, strength),
            Self::MedianFilter => smoothing::median_filter(picture, strength),
            Self::Denoising => smoothing::denoising(picture, strength, random),
            Self::Darkening => exposure::darkening(picture, strength),
            Self::Overexposure => exposure::overexposure(picture, strength),
            Self::Brightening => exposure::brightening(picture, strength),
            Self::MeanShift => exposure::mean_shift(picture, strength),
            Self::Glare => lighting::glare(picture, strength, random),
            Self::Vignette => lighting::vignette(picture, strength, random),
            Self::ContrastBoost => exposure::contrast_boost(picture, strength),
            Self::Flattening => exposure::flattening(picture, strength),
            Self::Haze => lighting::haze(picture, strength),
            Self::PatchyHaze => lighting::patchy_haze(picture, strength, random),
            Self::Desaturation => colour::desaturation(picture, strength),
            Self::Oversaturation => colour::oversaturation(picture, strength),
            Self::ColourCast => colour::colour_cast(picture, strength, random),
            Self::ColourShift => colour::colour_shift(picture, strength, random),
            Self::ColourDiffusion => colour::colour_diffusion(picture, strength),
            Self::ColourQuantisation => colour::colour_quantisation(picture, strength),
            Self::ChromaticAberration => colour::chromatic_aberration(picture, strength),
            Self::GaussianNoise => noise::gaussian_noise(picture, strength, random),
            Self::ImpulseNoise => noise::impulse_noise(picture, strength, random),
            Self::MultiplicativeNoise => noise::multiplicative_noise(picture, strength, random),
            Self::ChromaNoise => noise::chroma_noise(picture, strength, random),
            Self::SensorNoise => noise::sensor_noise(picture, strength, random),
            Self::Jpeg => jpeg::jpeg(picture, strength),
            Self::Webp => webp::webp(picture, strength),
            Self::WaveletCompression => wavelet::wavelet_compression(picture, strength),
            Self::Pixelation => spatial::pixelation(picture, strength),
            Self::Banding => exposure::banding(picture, strength),
            Self::Jitter => spatial::jitter(picture, strength, random),
            Self::BlockDisplacement => spatial::block_displacement(picture, strength, random),
            Self::ColourBlocks => spatial::colour_blocks(picture, strength, random),
            Self::Interlacing => spatial::interlacing(picture, strength),
            Self::Oversharpening => sharpening::oversharpening(picture, strength),
        }
    }
}

/// Several distortions one after another, in the given order, each with its strength. A kind that
/// comes twice is random anew the second time.
pub fn apply_all(picture: &Picture, steps: &[(Distortion, f32)], seed: u64) -> Picture {
    let seeds = (0..).map(|step| seed.wrapping_add(step));
    let steps = steps.iter().zip(seeds);
    steps.fold(
        picture.clone(),
        |picture, (&(distortion, strength), seed)| distortion.apply(&picture, strength, seed),
    )
}
