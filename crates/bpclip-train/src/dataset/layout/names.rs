//! Names of pictures that say how they were made, and what the numbers in them mean.

/// What `I07_10_3.bmp` says: content 7, distortion 10, level 3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Numbered {
    pub content: u32,
    pub distortion: usize,
    pub level: u32,
}

/// Takes a name such as `I07_10_3.bmp` or `i07_10_03.png` apart.
pub(super) fn numbered(name: &str) -> Option<Numbered> {
    let (stem, _) = name.rsplit_once('.')?;
    let mut parts = stem.strip_prefix(['i', 'I'])?.split('_');
    let numbered = Numbered {
        content: parts.next()?.parse().ok()?,
        distortion: parts.next()?.parse().ok()?,
        level: parts.next()?.parse().ok()?,
    };
    parts.next().is_none().then_some(numbered)
}

/// The distortion of a number that counts from 1.
pub(super) fn distortion(names: &[&str], number: usize) -> Option<String> {
    let name = names.get(number.checked_sub(1)?)?;
    Some((*name).into())
}

/// The distortions of TID2013 by number, as its readme has them; the first 17 are TID2008's.
pub(super) const TID2013: [&str; 24] = [
    "additive Gaussian noise",
    "additive noise in colour components",
    "spatially correlated noise",
    "masked noise",
    "high-frequency noise",
    "impulse noise",
    "quantisation noise",
    "Gaussian blur",
    "denoising",
    "JPEG",
    "JPEG 2000",
    "JPEG transmission errors",
    "JPEG 2000 transmission errors",
    "non-eccentricity pattern noise",
    "local block-wise distortions",
    "mean shift",
    "contrast change",
    "saturation change",
    "multiplicative Gaussian noise",
    "comfort noise",
    "lossy compression of noisy pictures",
    "colour quantisation with dither",
    "chromatic aberrations",
    "sparse sampling and reconstruction",
];

/// The distortions of KADID-10k by number.
pub(super) const KADID10K: [&str; 25] = [
    "Gaussian blur",
    "lens blur",
    "motion blur",
    "colour diffusion",
    "colour shift",
    "colour quantisation",
    "saturation 1",
    "saturation 2",
    "JPEG 2000",
    "JPEG",
    "white noise",
    "white noise in colour components",
    "impulse noise",
    "multiplicative noise",
    "denoising",
    "brightening",
    "darkening",
    "mean shift",
    "jitter",
    "non-eccentricity patch",
    "pixelation",
    "quantisation",
    "colour block",
    "oversharpening",
    "contrast change",
];
