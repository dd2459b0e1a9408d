//! A checkpoint that looks at pictures, and goes on on the CPU where its device fails.

use super::decoder::Pair;
use super::network::{OnDevice, Pixels};
use super::{Detail, InspectError, Inspection, Prediction, Prepared};
use crate::checkpoint::{Checkpoint, CheckpointError, Metadata};
use crate::device::{self, Selected};
use crate::guard::Panic;
use crate::image::{Fingerprint, Picture, SizePolicy};
use crate::model::{MIN_SIDE, Task};
use crate::text::TextSide;
use burn::tensor::Device;
use rayon::prelude::*;
use std::sync::{Arc, OnceLock};

/// Pixels of a pass on the CPU. Of a small picture most of the time goes into reading the weights, which
/// those of a pass share.
const PASS: usize = 1 << 17;

/// Pictures of a pass: the products of more rows are summed in another order, and a picture's numbers
/// would no longer be those that it has alone.
const SHARERS: usize = 4;

/// A network on its device, ready to look at pictures. One thread asks it; the CPU uses all its
/// cores.
///
/// | to make one | |
/// | --- | --- |
/// | from a file, on the CPU | [`open`](Self::open) |
/// | from a checkpoint that is read already, on any device | [`new`](Self::new) |
/// | the same, and the CPU goes on where the device fails | [`read`](Self::read) |
///
/// | to ask it | |
/// | --- | --- |
/// | the score of a file | [`score_file`](Self::score_file) |
/// | all numbers of a file, with a reference or maps | [`inspect_file`](Self::inspect_file) |
/// | the same of pixels in memory | [`inspect`](Self::inspect) |
/// | the same of several at once | [`inspect_all`](Self::inspect_all) |
pub struct Scorer {
    /// The checkpoint's name.
    pub name: String,
    /// What the checkpoint says of itself: its adjectives, what its label means, how good it is.
    pub metadata: Metadata,
    /// The size that pictures are brought to: the checkpoint's, unless the user wants another and
    /// sets it. It counts where files are read; what is handed over [`Prepared`] has its size.
    pub size: SizePolicy,
    /// The adjectives and their vectors, from which [`TextSpace::of`](crate::text::TextSpace::of)
    /// makes a space for further words.
    pub text: Arc<TextSide>,
    network: OnDevice,
    fallback: Option<Fallback>,
}

/// Reads a checkpoint once more.
type Again = dyn Fn(&Device) -> Result<Checkpoint, CheckpointError> + Send + Sync;

/// What a scorer does once its device has failed.
struct Fallback {
    again: Box<Again>,
    tell: Box<dyn Fn(&str) + Send + Sync>,
    /// The network on the CPU, once that had to take over; none in it where it could not.
    cpu: OnceLock<Option<OnDevice>>,
}

impl Scorer {
    /// Makes a checkpoint ready to score on `device`, on which it was read. If the device fails,
    /// so does all that is asked of it.
    pub fn new(checkpoint: Checkpoint, device: Selected) -> Self {
        Self {
            name: checkpoint.name.clone(),
            size: checkpoint.metadata.size,
            text: Arc::new(TextSide::of(&checkpoint.metadata, &checkpoint.network)),
            metadata: checkpoint.metadata.clone(),
            network: OnDevice::new(checkpoint, device),
            fallback: None,
        }
    }

    /// Reads a checkpoint onto `device`, by calling `read` with it. If the device fails, now or
    /// later, `read` is called again, for the CPU, which goes on as after
    /// [`or_on_cpu`](Self::or_on_cpu); `tell` is given a sentence when that happens.
    ///
    /// # Errors
    /// The checkpoint cannot be read, or not even the CPU works.
    pub fn read(
        read: impl Fn(&Device) -> Result<Checkpoint, CheckpointError> + Send + Sync + 'static,
        device: Selected,
        tell: impl Fn(&str) + Send + Sync + 'static,
    ) -> Result<Self, InspectError> {
        let ready = device.guard(|| {
            let checkpoint = read(&device.device)?;
            Ok::<_, CheckpointError>(Self::new(checkpoint, device.clone()))
        });
        match ready {
            Ok(scorer) => Ok(scorer?.or_on_cpu(read, tell)),
            Err(panic) if device.is_cpu() => Err(InspectError::Device(panic)),
            Err(panic) => {
                let cpu = device::cpu();
                let scorer = Self::new(read(&cpu.device)?, cpu);
                tell(&goes_on(&device.name, &panic));
                Ok(scorer)
            }
        }
    }

    /// The same scorer, for which a device that fails is not the end: then the checkpoint is read
    /// `again`, onto the CPU, which looks at the pictures at hand anew and at all that follow.
    /// `tell` is given a sentence when that happens. On the CPU this changes nothing.
    pub fn or_on_cpu(
        mut self,
        again: impl Fn(&Device) -> Result<Checkpoint, CheckpointError> + Send + Sync + 'static,
        tell: impl Fn(&str) + Send + Sync + 'static,
    ) -> Self {
        // There is nothing to go to from the CPU.
        self.fallback = (!self.network.device.is_cpu()).then(|| Fallback {
            again: Box::new(again),
            tell: Box::new(tell),
            cpu: OnceLock::new(),
        });
        self
    }

    /// The device that it looks on now: the CPU, once that had to take over.
    pub fn device(&self) -> &Selected {
        &self.network().device
    }

    /// The network where it is now: on the CPU, once that has taken over.
    fn network(&self) -> &OnDevice {
        let taken_over = self
            .fallback
            .as_ref()
            .and_then(|fallback| fallback.cpu.get()?.as_ref());
        taken_over.unwrap_or(&self.network)
    }

    /// Lets the CPU take over from a device that failed, if it can.
    fn take_over(&self, failed: &Selected, reason: &Panic) -> Option<&OnDevice> {
        if failed.is_cpu() {
            return None;
        }
        let Fallback { again, tell, cpu } = self.fallback.as_ref()?;
        let begin = || {
            let selected = device::cpu();
            match again(&selected.device) {
                Ok(checkpoint) => {
                    tell(&goes_on(&failed.name, reason));
                    Some(OnDevice::new(checkpoint, selected))
                }
                Err(error) => {
                    tell(&format!(
                        "{} failed, and the CPU cannot go on: {error}",
                        failed.name
                    ));
                    None
                }
            }
        };
        cpu.get_or_init(begin).as_ref()
    }

    /// Whether the CPU looks, which takes pictures of any sizes together.
    pub fn is_on_cpu(&self) -> bool {
        self.device().is_cpu()
    }

    /// With a reference or without.
    pub fn task(&self) -> Task {
        self.metadata.config.task
    }

    /// How many pictures of a scored size, in pixels, are best looked at together: 1 to 32, as many
    /// as fill the device. More are no faster, and whoever waits for one of them waits for all.
    pub fn together(&self, width: u32, height: u32) -> usize {
        let filled = if self.is_on_cpu() {
            (3 << 17) * rayon::current_num_threads() as u64
        } else {
            1 << 21
        };
        let pixels = u64::from(width) * u64::from(height);
        (filled / pixels.max(1)).clamp(1, 32) as usize
    }

    /// Looks at a picture (`distorted`), with its reference where the checkpoint wants one, both
    /// [prepared](super::prepare()) at the same size; a no-reference checkpoint ignores a
    /// reference. `detailed` asks for maps and attention too ([`Inspection::detail`]), which takes
    /// more time and memory.
    ///
    /// # Errors
    /// The picture is too small, its reference is missing or of another size, the network made
    /// something that is no number, or the device failed and [nothing else](Self::or_on_cpu) can.
    pub fn inspect(
        &self,
        distorted: &Prepared,
        reference: Option<&Prepared>,
        detailed: bool,
    ) -> Result<Inspection, InspectError> {
        self.check(distorted, reference)?;
        let pixels = (
            &distorted.picture,
            reference.map(|reference| &reference.picture),
        );
        let (mut predictions, detail) = self.predict(&[pixels], detailed)?;
        let prediction = predictions.pop().ok_or(InspectError::NotANumber)?;
        Ok(inspection(distorted, prediction, detail))
    }

    /// Looks at pictures together, each with its reference where the checkpoint wants one (shared,
    /// as one original often has many copies), without maps. The [CPU](Self::is_on_cpu) takes
    /// pictures of any sizes; on a GPU only those of one scored size are looked at together, others
    /// one by one. [`together`](Self::together) says how many are best handed over at once. The
    /// answers are in the order of the pictures.
    ///
    /// # Errors
    /// As [`inspect`](Self::inspect), each picture for itself.
    pub fn inspect_all(&self, pairs: &[Pair]) -> Vec<Result<Inspection, InspectError>> {
        if pairs.is_empty() {
            return Vec::new();
        }
        let scored = |pair: &Pair| (pair.0.picture.width, pair.0.picture.height);
        let mixed = pairs.windows(2).any(|two| match two {
            [a, b] => scored(a) != scored(b),
            _ => false,
        });
        // A device other than the CPU takes one size at a time.
        let fit = (self.is_on_cpu() || !mixed)
            && pairs
                .iter()
                .all(|(d, r)| self.check(d, r.as_deref()).is_ok());
        let pixels: Vec<Pixels> = pairs
            .iter()
            .map(|(d, r)| (&d.picture, r.as_ref().map(|r| &r.picture)))
            .collect();
        let together = match fit {
            true => self.predict(&pixels, false).ok(),
            false => None,
        };
        match together {
            Some((predictions, _)) => predictions
                .into_iter()
                .zip(pairs)
                .map(|(prediction, (distorted, _))| Ok(inspection(distorted, prediction, None)))
                .collect(),
            // Whose fault it is shows when each is alone.
            None => pairs
                .iter()
                .map(|(distorted, reference)| self.inspect(distorted, reference.as_deref(), false))
                .collect(),
        }
    }

    /// Whether a picture can be looked at, with the reference that the checkpoint may want.
    fn check(
        &self,
        distorted: &Prepared,
        reference: Option<&Prepared>,
    ) -> Result<(), InspectError> {
        let Picture { width, height, .. } = distorted.picture;
        if width.min(height) < MIN_SIDE {
            return Err(InspectError::TooSmall { width, height });
        }
        if self.task() == Task::NoReference {
            return Ok(());
        }
        let reference = reference.ok_or(InspectError::NoReference)?;
        let whole = |prepared: &Prepared| (prepared.width, prepared.height);
        let scored = |prepared: &Prepared| (prepared.picture.width, prepared.picture.height);
        for size in [whole, scored] {
            let (picture, reference) = (size(distorted), size(reference));
            if picture != reference {
                return Err(InspectError::UnequalSize { picture, reference });
            }
        }
        Ok(())
    }

    /// Looks at pictures together, on the CPU if the device fails; with `detailed`, maps and
    /// attention of the first.
    pub(super) fn predict(
        &self,
        pictures: &[Pixels],
        detailed: bool,
    ) -> Result<(Vec<Prediction>, Option<Detail>), InspectError> {
        let on = |network: &OnDevice| {
            if !network.device.is_cpu() || detailed || pictures.len() == 1 {
                return network.forward(pictures, detailed);
            }
            // Side by side: while one is where a single core works, another has the rest.
            let passes = passes(pictures, rayon::current_num_threads());
            let look = |pass: &&[Pixels]| network.forward(pass, false);
            let looks: Result<Vec<_>, _> = passes.par_iter().map(look).collect();
            let predictions = looks?.into_iter().flat_map(|(predictions, _)| predictions);
            Ok((predictions.collect(), None))
        };
        let network = self.network();
        match on(network) {
            Err(InspectError::Device(reason)) => match self.take_over(&network.device, &reason) {
                Some(cpu) => on(cpu),
                None => Err(InspectError::Device(reason)),
            },
            answer => answer,
        }
    }
}

/// Pictures that share a pass of the network: as many neighbours of one size as have [`PASS`] pixels, at
/// most [`SHARERS`], and not so many that a thread has nothing to do.
fn passes<'a, 'b>(pictures: &'a [Pixels<'b>], threads: usize) -> Vec<&'a [Pixels<'b>]> {
    let size = |(distorted, _): &Pixels| (distorted.width, distorted.height);
    let alike = pictures.chunk_by(|a, b| size(a) == size(b));
    let passes = alike.flat_map(|alike| {
        let (width, height) = size(&alike[0]);
        let fit = (PASS / (width as usize * height as usize).max(1)).clamp(1, SHARERS);
        alike.chunks(fit.min(alike.len().div_ceil(threads)))
    });
    passes.collect()
}

fn goes_on(name: &str, reason: &Panic) -> String {
    format!("{name} failed ({reason}): the CPU goes on")
}

fn inspection(prepared: &Prepared, prediction: Prediction, detail: Option<Detail>) -> Inspection {
    let Picture { width, height, .. } = prepared.picture;
    Inspection {
        width: prepared.width,
        height: prepared.height,
        scored_width: width,
        scored_height: height,
        prediction,
        notes: prepared.picture.notes.clone(),
        sharpness: prepared.sharpness,
        fingerprint: Fingerprint::of(&prepared.picture),
        detail: detail.map(Box::new),
    }
}

#[cfg(all(test, feature = "bundled", feature = "gpu"))]
mod tests {
    use super::*;
    use crate::device::DeviceChoice;

    #[test]
    fn a_reference_prepared_at_another_size_is_refused() {
        let cpu = device::cpu();
        let checkpoint = Checkpoint::bundled(Task::FullReference, &cpu.device).unwrap();
        let scorer = Scorer::new(checkpoint, cpu);
        let prepared = |side: u32| Prepared {
            picture: Picture {
                width: side,
                height: side,
                rgb: vec![90; (3 * side * side) as usize],
                notes: Vec::new(),
            },
            width: 200,
            height: 200,
            sharpness: None,
        };
        let error = scorer
            .inspect(&prepared(96), Some(&prepared(64)), false)
            .unwrap_err();
        assert!(matches!(error, InspectError::UnequalSize { .. }), "{error}");
    }

    #[test]
    fn small_pictures_share_a_pass_and_get_the_numbers_that_each_has_alone() {
        let picture = |side: u32, number: u32| Picture {
            width: side,
            height: side,
            rgb: (0..3 * side * side)
                .map(|at| (at * (number + 3) % 251) as u8)
                .collect(),
            notes: Vec::new(),
        };
        let sides = [
            64, 64, 64, 64, 64, 64, 64, 64, 64, 96, 96, 96, 256, 256, 256, 256, 64, 400, 400,
        ];
        let pictures: Vec<Picture> = (sides.iter().zip(0..))
            .map(|(side, number)| picture(*side, number))
            .collect();
        let pixels: Vec<Pixels> = pictures.iter().map(|picture| (picture, None)).collect();
        let lens: Vec<usize> = passes(&pixels, 2).iter().map(|pass| pass.len()).collect();
        assert_eq!(lens, [4, 4, 1, 2, 1, 2, 2, 1, 1, 1]);

        let cpu = device::cpu();
        let checkpoint = Checkpoint::bundled(Task::NoReference, &cpu.device).unwrap();
        let scorer = Scorer::new(checkpoint, cpu);
        let (together, _) = scorer.predict(&pixels, false).unwrap();
        for (pixels, together) in pixels.iter().zip(together) {
            let (alone, _) = scorer.predict(&[*pixels], false).unwrap();
            assert_eq!(alone, [together]);
        }
    }

    #[test]
    fn the_cpu_goes_on_where_a_device_fails() {
        use std::sync::Mutex;
        // A device that was never there fails as a lost one does: by a panic at first use. The
        // network was read elsewhere, as if that had been before.
        let lost = Selected {
            device: Device::wgpu(burn::tensor::DeviceKind::Existing(4243)),
            id: DeviceChoice::Gpu(Some(0)),
            name: "the lost one".into(),
            why: None,
        };
        let read = |device: &Device| Checkpoint::bundled(Task::NoReference, device);
        let cpu = device::cpu().device;
        let picture = Prepared {
            picture: Picture {
                width: 64,
                height: 64,
                rgb: (0..64 * 64 * 3).map(|i| (i * 7 % 256) as u8).collect(),
                notes: Vec::new(),
            },
            width: 64,
            height: 64,
            sharpness: None,
        };
        let right = Scorer::new(read(&cpu).unwrap(), device::cpu());
        let right = right.inspect(&picture, None, false).unwrap();

        let alone = Scorer::new(read(&cpu).unwrap(), lost.clone());
        let error = alone.inspect(&picture, None, false).unwrap_err();
        assert!(matches!(error, InspectError::Device(_)), "{error}");

        let said = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&said);
        let scorer = Scorer::new(read(&cpu).unwrap(), lost.clone()).or_on_cpu(read, move |text| {
            heard.lock().unwrap().push(text.to_owned())
        });
        assert_eq!(scorer.device().name, "the lost one");
        for _ in 0..2 {
            assert_eq!(scorer.inspect(&picture, None, false).unwrap(), right);
        }
        assert_eq!(scorer.device().id, DeviceChoice::Cpu);
        assert_eq!(said.lock().unwrap().len(), 1);
        assert!(said.lock().unwrap()[0].starts_with("the lost one failed"));

        let heard = Arc::clone(&said);
        let gone = |_: &Device| {
            Err(CheckpointError::Folded {
                origin: "a.safetensors".into(),
            })
        };
        let scorer = Scorer::new(read(&cpu).unwrap(), lost).or_on_cpu(gone, move |text| {
            heard.lock().unwrap().push(text.to_owned())
        });
        for _ in 0..2 {
            let error = scorer.inspect(&picture, None, false).unwrap_err();
            assert!(matches!(error, InspectError::Device(_)), "{error}");
        }
        assert_eq!(said.lock().unwrap().len(), 2);
        assert!(said.lock().unwrap()[1].contains("a.safetensors"));
    }
}
