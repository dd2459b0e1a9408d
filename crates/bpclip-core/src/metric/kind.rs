//! Which metrics there are.

use crate::choice::{UnknownName, named};
use serde::Serialize;
use std::fmt;
use std::str::FromStr;

/// A metric. All but NIQE compare a picture with its original. Made of its name by `parse`: `psnr`,
/// `ssim`, `ms-ssim`, `ssimulacra2`, `butteraugli`, `lpips`, `dists`, `niqe`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Metric {
    /// Peak signal-to-noise ratio, `10 log10(255^2 / MSE)`, with the mean squared error over red,
    /// green and blue of all pixels, as `peak_signal_noise_ratio` of scikit-image has it. In
    /// decibels, 0 or more, higher is better; infinite for equal pictures.
    Psnr,
    /// Structural similarity (Wang, Bovik, Sheikh, Simoncelli, "Image quality assessment: from
    /// error visibility to structural similarity", 2004) of luma, with their 11 x 11 Gaussian
    /// window of sigma 1.5 wherever it fits whole, K1 0.01, K2 0.03 and a range of 255, without
    /// downsampling. Luma is `0.299 R + 0.587 G + 0.114 B` (BT.601), not rounded. 1 for equal
    /// pictures, rarely below 0; higher is better.
    Ssim,
    /// Multi-scale structural similarity (Wang, Simoncelli, Bovik, "Multiscale structural
    /// similarity for image quality assessment", 2003) of the same luma and window: five scales,
    /// each half the one before by the mean of 2 x 2 pixels, exponents 0.0448, 0.2856, 0.3001,
    /// 0.2363 and 0.1333. As in their code the last row or column of an odd side is mirrored
    /// (pytorch-msssim has zeros there, and differs by up to 0.001); a negative mean counts as 0.
    /// 0 to 1, 1 for equal pictures.
    MsSsim,
    /// SSIMULACRA2 (Sneyers, 2023), version 2.1, by the crate `fast-ssim2`: 100 for equal
    /// pictures, about 90 where no difference is seen, 70 for high, 50 for medium and 30 for low
    /// quality; it has no lower end.
    Ssimulacra2,
    /// Butteraugli (Alakuijala and others, 2016), as in libjxl, by the crate `butteraugli`: the
    /// largest value of the map of differences, on a screen of 80 nits. Lower is better: 0 for equal
    /// pictures; below 1 most people see no difference, above 2 they do.
    Butteraugli,
    /// LPIPS 0.1 with AlexNet (Zhang, Isola, Efros, Shechtman, Wang, "The unreasonable effectiveness of
    /// deep features as a perceptual metric", 2018) of the whole picture, as `lpips.LPIPS(net="alex")`
    /// of the PyPI package, by [weights](super::Weights) that the user imports. Lower is better: 0 for
    /// equal pictures.
    Lpips,
    /// DISTS (Ding, Ma, Wang, Simoncelli, "Image quality assessment: unifying structure and texture
    /// similarity", 2020), as `DISTS_pytorch.DISTS` of the PyPI package, by [weights](super::Weights)
    /// that the user imports. Where the shorter side is above 256 pixels, both pictures are first
    /// brought to that as torchvision's `resize` does: bilinear, widened when shrinking, rounded to 8
    /// bits, the longer side's fraction cut off. Lower is better: 0 for equal pictures, 1 where nothing
    /// is alike.
    Dists,
    /// NIQE (Mittal and others, 2013) of the whole picture, which needs no original. Its parameters
    /// are our own, not those of its authors: [`Niqe`](super::Niqe). 0 or more, lower is better; its
    /// values compare with each other, never with published ones.
    Niqe,
}

impl Metric {
    /// All that compare and need no weights, in the order of tables.
    pub const ALL: [Self; 5] = [
        Self::Psnr,
        Self::Ssim,
        Self::MsSsim,
        Self::Ssimulacra2,
        Self::Butteraugli,
    ];

    /// All that have a name: [`Self::ALL`], those that need weights, and NIQE.
    pub const KNOWN: [Self; 8] = [
        Self::Psnr,
        Self::Ssim,
        Self::MsSsim,
        Self::Ssimulacra2,
        Self::Butteraugli,
        Self::Lpips,
        Self::Dists,
        Self::Niqe,
    ];

    /// The name on the command line, in CSV and in JSON.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Psnr => "psnr",
            Self::Ssim => "ssim",
            Self::MsSsim => "ms-ssim",
            Self::Ssimulacra2 => "ssimulacra2",
            Self::Butteraugli => "butteraugli",
            Self::Lpips => "lpips",
            Self::Dists => "dists",
            Self::Niqe => "niqe",
        }
    }

    /// The name for people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Psnr => "PSNR",
            Self::Ssim => "SSIM",
            Self::MsSsim => "MS-SSIM",
            Self::Ssimulacra2 => "SSIMULACRA2",
            Self::Butteraugli => "Butteraugli",
            Self::Lpips => "LPIPS",
            Self::Dists => "DISTS",
            Self::Niqe => "NIQE (own parameters)",
        }
    }

    /// The unit of its values; empty where they have none.
    pub const fn unit(self) -> &'static str {
        match self {
            Self::Psnr => "dB",
            _ => "",
        }
    }

    /// Whether a higher value is a better picture.
    pub const fn higher_is_better(self) -> bool {
        !matches!(
            self,
            Self::Butteraugli | Self::Lpips | Self::Dists | Self::Niqe
        )
    }

    /// Whether it compares a picture with its original.
    pub const fn needs_reference(self) -> bool {
        !matches!(self, Self::Niqe)
    }

    /// The file of its weights in the user's folder of weights, where it needs some.
    pub const fn weights_file(self) -> Option<&'static str> {
        match self {
            Self::Lpips => Some("lpips.safetensors"),
            Self::Dists => Some("dists.safetensors"),
            _ => None,
        }
    }

    /// Which way is better, in words.
    pub const fn direction(self) -> &'static str {
        if self.higher_is_better() {
            "higher is better"
        } else {
            "lower is better"
        }
    }

    /// What it is, in a sentence.
    pub const fn about(self) -> &'static str {
        match self {
            Self::Psnr => "Peak signal-to-noise ratio over red, green and blue, in decibels",
            Self::Ssim => "Structural similarity of luma, Gaussian window of 11 pixels; 1 is equal",
            Self::MsSsim => "Structural similarity of luma over five scales; 1 is equal",
            Self::Ssimulacra2 => {
                "SSIMULACRA2 (2.1); 100 is equal, 90 looks equal, 70 is high, 50 medium, 30 low quality"
            }
            Self::Butteraugli => {
                "Largest difference by Butteraugli at 80 nits; 0 is equal, below 1 looks equal"
            }
            Self::Lpips => "Distance in the features of AlexNet by LPIPS 0.1; 0 is equal",
            Self::Dists => {
                "Distance of texture and structure in the features of VGG16 by DISTS; 0 is equal"
            }
            Self::Niqe => {
                "Distance from the statistics of sharp photographs by NIQE with our own parameters, not the published ones"
            }
        }
    }

    /// The least length of the shorter side, in pixels.
    pub const fn least_side(self) -> u32 {
        match self {
            Self::Psnr => 1,
            Self::Ssim => 11,
            // So that the window fits into the fifth scale.
            Self::MsSsim => 161,
            Self::Ssimulacra2 | Self::Butteraugli => 8,
            // So that a pixel is left after the second maximum.
            Self::Lpips => 31,
            // So that one is left after the fourth pooling.
            Self::Dists => 16,
            // So that four patches of 96 pixels fit.
            Self::Niqe => 192,
        }
    }

    /// A value with as many digits as say something, without the unit.
    pub fn show(self, value: f64) -> String {
        let digits = match self {
            Self::Psnr | Self::Ssimulacra2 => 2,
            Self::Butteraugli | Self::Niqe => 3,
            Self::Ssim | Self::MsSsim | Self::Lpips | Self::Dists => 4,
        };
        format!("{value:.digits$}")
    }
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}

impl FromStr for Metric {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, UnknownName> {
        named("metric", &Self::KNOWN, Self::key, name)
    }
}
