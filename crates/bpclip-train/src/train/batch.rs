//! What a step looks at: crops, their labels, and the ladders among them. Every choice follows
//! from the seed and the position alone, so a resumed run sees what the other would have seen.

use super::crop::CropWindow;
use super::data::RatedPicture;
use super::pictures::PictureCache;
use super::statistics::{self, sharpest_place, statistics};
use super::{Position, Settings, Stage};
use crate::distort::{self, Distortion, Family};
use bpclip_core::image::{ImageError, Picture};
use bpclip_core::model::Task;
use rand::seq::{IndexedRandom, SliceRandom};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::path::{Path, PathBuf};

/// Below this strength a level of a ladder is the untouched crop.
const UNTOUCHED: f32 = 0.1;
/// The two strengths of a pair differ by this at least.
const STRENGTH_GAP: f32 = 0.25;
/// Levels of a full-reference ladder below the untouched crop.
const LEVELS: usize = 3;
/// The share of the ladders that start from a pristine photograph, where there are rated ones too.
const PRISTINE_SHARE: f64 = 0.7;

/// Crops that are one picture at falling quality.
#[derive(Clone, Debug, PartialEq)]
pub struct CropLadder {
    /// Where they stand in the batch, best first.
    pub levels: Vec<usize>,
    /// The distortion, unless several were mixed.
    pub distortion: Option<Distortion>,
    /// Which part of the crop is distorted, where it is not the whole.
    pub region: Option<Region>,
    /// Whether that is the background of its sharpest part: a photographer's choice and no flaw, so
    /// that neither the score nor an adjective should change.
    pub background: bool,
}

/// A rectangle of a crop, in shares of its sides, or what lies around it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Region {
    /// From the left edge, 0 to 1.
    pub left: f32,
    /// From the upper edge, 0 to 1.
    pub top: f32,
    /// The right edge, likewise.
    pub right: f32,
    /// The lower edge, likewise.
    pub bottom: f32,
    /// Whether all but the rectangle is meant.
    pub around: bool,
}

impl Region {
    /// What lies around the sharpest part of a picture, a rectangle of a third to a half of each
    /// side.
    fn background(picture: &Picture, rng: &mut ChaCha8Rng) -> Self {
        let (x, y) = sharpest_place(picture);
        let mut span = |centre: f32| {
            let length = rng.random_range(0.33..0.5);
            let from = (centre - length / 2.0).clamp(0.0, 1.0 - length);
            (from, from + length)
        };
        let ((left, right), (top, bottom)) = (span(x), span(y));
        Self {
            left,
            top,
            right,
            bottom,
            around: true,
        }
    }

    /// A random rectangle of a fifth to three fifths of the crop.
    fn choose(rng: &mut ChaCha8Rng) -> Self {
        let width = rng.random_range(0.4_f32..0.8);
        let height = rng.random_range((0.2 / width).max(0.35)..(0.6 / width).min(0.9));
        let (left, top) = (
            rng.random_range(0.0..1.0 - width),
            rng.random_range(0.0..1.0 - height),
        );
        Self {
            left,
            top,
            right: left + width,
            bottom: top + height,
            around: false,
        }
    }

    /// The share of each cell of a grid that lies within, row after row.
    pub fn cells(&self, width: usize, height: usize) -> Vec<f32> {
        let overlap = |from: f32, to: f32, cell: usize, count: usize| {
            let (low, high) = (from * count as f32, to * count as f32);
            (high.min(cell as f32 + 1.0) - low.max(cell as f32)).clamp(0.0, 1.0)
        };
        let rows = (0..height).map(|y| overlap(self.top, self.bottom, y, height));
        let columns: Vec<f32> = (0..width)
            .map(|x| overlap(self.left, self.right, x, width))
            .collect();
        rows.flat_map(|row| columns.iter().map(move |column| row * column))
            .map(|within| if self.around { 1.0 - within } else { within })
            .collect()
    }

    /// `spoilt` within, `clean` without, over a soft edge: of a background wide, as focus fades.
    fn blend(&self, clean: &Picture, spoilt: &Picture) -> Picture {
        let edge = if self.around { 0.2 } else { 0.01 };
        let within = |from: f32, to: f32, at: f32| {
            (((at - from) / edge).min((to - at) / edge) + 0.5).clamp(0.0, 1.0)
        };
        let (width, height) = (clean.width.max(1), clean.height.max(1));
        let across: Vec<f32> = (0..width)
            .map(|x| within(self.left, self.right, (x as f32 + 0.5) / width as f32))
            .collect();
        let mut blended = clean.clone();
        let row = width as usize * 3;
        let rows = blended
            .rgb
            .chunks_exact_mut(row)
            .zip(spoilt.rgb.chunks_exact(row));
        for (y, (out, spoilt)) in rows.enumerate() {
            let down = within(self.top, self.bottom, (y as f32 + 0.5) / height as f32);
            for (x, (out, spoilt)) in out.iter_mut().zip(spoilt).enumerate() {
                let within = down * across.get(x / 3).copied().unwrap_or(0.0);
                let share = if self.around { 1.0 - within } else { within };
                let mixed = f32::from(*out) * (1.0 - share) + f32::from(*spoilt) * share;
                *out = mixed.round() as u8;
            }
        }
        blended
    }
}

/// The pictures of a step.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Batch {
    /// Crops of one size.
    pub distorted: Vec<Picture>,
    /// Their references, with a reference as the task; else empty.
    pub reference: Vec<Picture>,
    /// The label of each crop, 0 to 1, higher better, where it has one.
    pub labels: Vec<Option<f32>>,
    /// How many of the crops, from the first, are rated pictures.
    pub rated: usize,
    /// Plain statistics of those, where the recipe wants them; else empty.
    pub statistics: Vec<[f32; statistics::COUNT]>,
    /// The ladders among the rest.
    pub ladders: Vec<CropLadder>,
    /// Pictures that could not be read and are left out.
    pub failed: Vec<(PathBuf, String)>,
}

/// Draws the batches of a training.
pub struct BatchSampler {
    settings: Settings,
    rated: Vec<RatedPicture>,
    pristine: Vec<PathBuf>,
    pictures: PictureCache,
}

impl BatchSampler {
    /// Batches of these rated pictures and these pristine ones.
    pub fn new(settings: Settings, rated: Vec<RatedPicture>, pristine: Vec<PathBuf>) -> Self {
        let pictures = PictureCache::new(settings.cache);
        Self {
            settings,
            rated,
            pristine,
            pictures,
        }
    }

    /// Steps of an epoch.
    pub fn epoch_steps(&self) -> u32 {
        match self.rated.len() {
            0 => self.settings.epoch_steps,
            count => (count as u32).div_ceil(self.settings.batch.max(1)),
        }
    }

    /// Pictures that the network looks at in a step, at most.
    pub fn most_pictures(&self) -> u64 {
        let (a_rated, a_ladder) = match self.settings.task {
            Task::NoReference => {
                // Three where a part is blurred.
                let parts = self.settings.partial + self.settings.background > 0.0;
                (1, if parts { 3 } else { 2 })
            }
            Task::FullReference => (2, 2 * (1 + LEVELS as u64)),
        };
        let rated = (self.rated.len() as u64).min(self.settings.batch.max(1).into());
        rated * a_rated + u64::from(self.settings.ladders) * a_ladder
    }

    /// The batch of a position.
    pub fn sample(&mut self, position: Position) -> Batch {
        let stage = Stage::of(&self.settings, position.epoch);
        let mut batch = Batch::default();
        for rated in self.chosen(position) {
            let rng = &mut self.random(position, 1 + batch.distorted.len() as u64);
            if let Err(error) = self.add_rated(&rated, stage.crop, rng, &mut batch) {
                batch.failed.push((rated.item.distorted, error.to_string()));
            }
        }
        batch.rated = batch.distorted.len();
        let ladders = if stage.ladders {
            self.settings.ladders
        } else {
            0
        };
        for ladder in 0..ladders {
            let rng = &mut self.random(position, 1_000_000 + u64::from(ladder));
            let Some(path) = self.source(rng) else { break };
            if let Err(error) = self.add_ladder(&path, stage.crop, rng, &mut batch) {
                batch.failed.push((path, error.to_string()));
            }
        }
        batch
    }

    /// The random numbers of a thing at a position.
    fn random(&self, position: Position, thing: u64) -> ChaCha8Rng {
        let mut rng = ChaCha8Rng::seed_from_u64(self.settings.seed);
        rng.set_stream(thing);
        let place = (u64::from(position.epoch) << 32) | u64::from(position.step);
        // A step's numbers never reach the next one's: 2^20 words lie between.
        rng.set_word_pos(u128::from(place) << 20);
        rng
    }

    /// The rated pictures of a step: an epoch shows each once, in an order of its own.
    fn chosen(&self, position: Position) -> Vec<RatedPicture> {
        let start = Position {
            step: 0,
            ..position
        };
        let mut order: Vec<usize> = (0..self.rated.len()).collect();
        order.shuffle(&mut self.random(start, 0));
        let batch = self.settings.batch.max(1) as usize;
        order
            .into_iter()
            .skip(position.step as usize * batch)
            .take(batch)
            .filter_map(|index| self.rated.get(index).cloned())
            .collect()
    }

    /// The photograph that a ladder is made of.
    fn source(&self, rng: &mut ChaCha8Rng) -> Option<PathBuf> {
        let pristine =
            self.rated.is_empty() || (!self.pristine.is_empty() && rng.random_bool(PRISTINE_SHARE));
        // A reference without ratings of its own is as good as pristine.
        if (pristine || self.settings.task == Task::FullReference)
            && let Some(path) = self.pristine.choose(rng)
        {
            return Some(path.clone());
        }
        let item = &self.rated.choose(rng)?.item;
        Some(item.reference.as_ref().unwrap_or(&item.distorted).clone())
    }

    /// Adds a crop of a rated picture.
    fn add_rated(
        &mut self,
        rated: &RatedPicture,
        side: u32,
        rng: &mut ChaCha8Rng,
        batch: &mut Batch,
    ) -> Result<(), ImageError> {
        let item = &rated.item;
        let distorted = self.pictures.get(&item.distorted)?;
        let window = CropWindow::choose(&self.settings, &distorted, rated.shorter_side, side, rng);
        if self.settings.task == Task::FullReference {
            // Items without a reference were left out when the data was opened.
            let path = item.reference.as_ref().unwrap_or(&item.distorted);
            let reference = self.pictures.get(path)?;
            batch.reference.push(window.apply(&reference));
        }
        let crop = window.apply(&distorted);
        if self.settings.statistics > 0.0 || self.settings.sharpness > 0.0 {
            batch.statistics.push(statistics(&crop));
        }
        batch.distorted.push(crop);
        batch.labels.push(Some(item.mos));
        Ok(())
    }

    /// Adds a ladder: without a reference two levels, with one the untouched crop and three more,
    /// labelled by SSIMULACRA2; or of those that a part of a crop shows the untouched crop and it.
    fn add_ladder(
        &mut self,
        path: &Path,
        side: u32,
        rng: &mut ChaCha8Rng,
        batch: &mut Batch,
    ) -> Result<(), ImageError> {
        let photo = self.pictures.get(path)?;
        let source = CropWindow::choose(&self.settings, &photo, None, side, rng).apply(&photo);
        let seed = rng.next_u64();
        let parts = self.settings.partial + self.settings.background;
        if parts > 0.0 && rng.random_bool(parts.min(1.0)) {
            let background = self.settings.background;
            if background > 0.0 && rng.random_bool(background / parts) {
                add_background(source, seed, rng, batch);
            } else {
                add_partial(source, seed, rng, batch);
            }
            return Ok(());
        }
        let series = match Distortion::ALL.choose(rng) {
            Some(kind) if !rng.random_bool(self.settings.mixed) => distort::Ladder::of(*kind, seed),
            _ => distort::Ladder::mixed(seed),
        };
        let at = |strength: f32| match strength {
            ..UNTOUCHED => source.clone(),
            _ => series.apply(&source, strength),
        };
        let first = batch.distorted.len();
        let strengths = match self.settings.task {
            Task::NoReference => pair_strengths(rng),
            Task::FullReference => ladder_strengths(rng),
        };
        for strength in strengths {
            let picture = at(strength);
            let label = match self.settings.task {
                Task::NoReference => None,
                Task::FullReference => {
                    batch.reference.push(source.clone());
                    Some(pair_label(&source, &picture, self.settings.tolerance))
                }
            };
            batch.distorted.push(picture);
            batch.labels.push(label);
        }
        batch.ladders.push(CropLadder {
            levels: (first..batch.distorted.len()).collect(),
            distortion: match series.steps.as_slice() {
                [kind] => Some(*kind),
                _ => None,
            },
            region: None,
            background: false,
        });
        Ok(())
    }
}

/// The label of a distorted crop, a share of it measured after what people hardly mind was undone.
fn pair_label(source: &Picture, distorted: &Picture, tolerance: f64) -> f32 {
    // A crop is never below the 8 pixels that SSIMULACRA2 needs.
    let measured = |distorted: &Picture| {
        distort::label(distort::ssimulacra2(source, distorted).unwrap_or(100.0))
    };
    let strict = measured(distorted);
    if tolerance == 0.0 {
        return strict as f32;
    }
    let lenient = measured(&distort::forgiven(source, distorted));
    (strict + tolerance * (lenient - strict)) as f32
}

/// What spoils a part of a photograph: the focus, a moving subject, a shadow or a light, what a
/// camera or an encoder does to some places more than to others.
const OF_PARTS: [Distortion; 14] = [
    Distortion::GaussianBlur,
    Distortion::LensBlur,
    Distortion::MotionBlur,
    Distortion::Resampling,
    Distortion::Denoising,
    Distortion::GaussianNoise,
    Distortion::SensorNoise,
    Distortion::ImpulseNoise,
    Distortion::Jpeg,
    Distortion::Webp,
    Distortion::WaveletCompression,
    Distortion::Pixelation,
    Distortion::Overexposure,
    Distortion::Darkening,
];

/// Adds a crop and what becomes of it where a part is distorted; of a blurred part also the crop
/// that is blurred all over, which is worse.
fn add_partial(source: Picture, seed: u64, rng: &mut ChaCha8Rng, batch: &mut Batch) {
    let Some(kind) = OF_PARTS.choose(rng).copied() else {
        return;
    };
    // A part is told from the rest only where it is clearly worse.
    let strength = rng.random_range(0.4..=1.0);
    let region = Region::choose(rng);
    let whole = kind.apply(&source, strength, seed);
    push_parts(source, whole, kind, region, batch);
}

/// Adds a crop, the same with all but its sharpest part out of focus, and the crop that is out of
/// focus all over, which is worse than both.
fn add_background(source: Picture, seed: u64, rng: &mut ChaCha8Rng, batch: &mut Batch) {
    let kind = match rng.random_bool(0.5) {
        true => Distortion::LensBlur,
        false => Distortion::GaussianBlur,
    };
    let region = Region::background(&source, rng);
    let whole = kind.apply(&source, rng.random_range(0.4..=1.0), seed);
    push_parts(source, whole, kind, region, batch);
}

/// Adds a crop, the same spoilt in a region, and where that is a blur the crop that is `whole`
/// spoilt.
fn push_parts(
    source: Picture,
    whole: Picture,
    kind: Distortion,
    region: Region,
    batch: &mut Batch,
) {
    let part = region.blend(&source, &whole);
    let first = batch.distorted.len();
    batch.distorted.extend([source, part]);
    batch.ladders.push(CropLadder {
        levels: vec![first, first + 1],
        distortion: Some(kind),
        region: Some(region),
        background: region.around,
    });
    if kind.family() == Family::Blur {
        batch.distorted.push(whole);
        batch.ladders.push(CropLadder {
            levels: vec![first + 1, first + 2],
            distortion: Some(kind),
            region: None,
            background: false,
        });
    }
    batch.labels.resize(batch.distorted.len(), None);
}

/// Two strengths, the lighter first.
fn pair_strengths(rng: &mut ChaCha8Rng) -> Vec<f32> {
    let less = rng.random_range(0.0..1.0 - STRENGTH_GAP);
    vec![less, rng.random_range(less + STRENGTH_GAP..=1.0)]
}

/// The untouched crop and some more, lightest first, each in its own part of the scale.
fn ladder_strengths(rng: &mut ChaCha8Rng) -> Vec<f32> {
    let part = (1.0 - UNTOUCHED) / LEVELS as f32;
    let mut strengths = vec![0.0];
    for level in 0..LEVELS {
        let from = UNTOUCHED + part * level as f32;
        strengths.push(rng.random_range(from..from + part));
    }
    strengths
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Grey but for one lively patch.
    fn drawn() -> Picture {
        let (width, height) = (160, 128);
        let lively = |x: u32, y: u32| (97..129).contains(&x) && (33..65).contains(&y);
        let pixels = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
        let value = |(x, y): (u32, u32)| match lively(x, y) {
            true => [u8::from((x + y) % 2 == 0) * 200; 3],
            false => [120; 3],
        };
        Picture {
            width,
            height,
            rgb: pixels.flat_map(value).collect(),
            notes: Vec::new(),
        }
    }

    #[test]
    fn a_background_leaves_the_sharpest_part_as_it_is() {
        let picture = drawn();
        let (x, y) = sharpest_place(&picture);
        assert!((x - 113.0 / 160.0).abs() < 1e-6 && (y - 49.0 / 128.0).abs() < 1e-6);
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let mut batch = Batch::default();
        add_background(picture.clone(), 1, &mut rng, &mut batch);
        let [source, part, whole] = batch.distorted.as_slice() else {
            panic!("{} pictures", batch.distorted.len());
        };
        let at =
            |picture: &Picture, x: u32, y: u32| picture.rgb[((y * picture.width + x) * 3) as usize];
        // The middle of the patch stays, what is far from it is as blurred as the whole.
        assert_eq!(at(part, 113, 49), at(source, 113, 49));
        assert_ne!(at(whole, 113, 49), at(source, 113, 49));
        assert_eq!(at(part, 5, 120), at(whole, 5, 120));
        assert!(batch.ladders[0].background && !batch.ladders[1].background);
        assert_eq!(batch.ladders[1].levels, [1, 2]);
        let region = batch.ladders[0].region.unwrap();
        let within = Region {
            around: false,
            ..region
        };
        for (around, within) in region.cells(7, 5).iter().zip(within.cells(7, 5)) {
            assert!((around + within - 1.0).abs() < 1e-6);
        }
    }
}
