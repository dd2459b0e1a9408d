//! The network on its device: prepared pictures in, plain numbers out.

use super::{Detail, InspectError, Inspection, Prepared, score_of_100};
use crate::checkpoint::{Checkpoint, CheckpointError, Metadata};
use crate::device::{self, Selected, panic_text};
use crate::image::tensor::to_tensor;
use crate::image::{Picture, SizePolicy};
use crate::model::{MIN_SIDE, Network, Task};
use crate::text::TextSide;
use burn::tensor::{Device, Tensor};
use rayon::prelude::*;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock};

/// A network on its device, ready to look at pictures. One thread asks it; the CPU uses all its cores.
pub struct Scorer {
    /// The checkpoint's name.
    pub name: String,
    /// What the checkpoint says of itself.
    pub metadata: Metadata,
    /// The size that pictures are brought to: the checkpoint's, unless the user wants another.
    pub size: SizePolicy,
    /// The adjectives and where they lie.
    pub text: Arc<TextSide>,
    device: Selected,
    network: Network,
    fallback: Option<Fallback>,
}

/// Reads a checkpoint once more.
type Again = dyn Fn(&Device) -> Result<Checkpoint, CheckpointError> + Send + Sync;

/// What a scorer does once its device has failed.
struct Fallback {
    again: Box<Again>,
    tell: Box<dyn Fn(&str) + Send + Sync>,
    /// The scorer that took over, once one had to; none in it where none could.
    cpu: OnceLock<Option<Box<Scorer>>>,
}

impl Scorer {
    /// Makes a checkpoint ready to score on `device`, on which it was read.
    pub fn new(checkpoint: Checkpoint, device: Selected) -> Self {
        Self {
            name: checkpoint.name,
            size: checkpoint.metadata.size,
            text: Arc::new(TextSide::of(&checkpoint.metadata, &checkpoint.network)),
            metadata: checkpoint.metadata,
            network: checkpoint.network.folded(),
            device,
            fallback: None,
        }
    }

    /// The same, for which a device that fails is not the end: then the checkpoint is read `again`,
    /// onto the CPU, which looks at the picture at hand anew and at all that follow. `tell` is
    /// given a sentence when that happens.
    pub fn or_on_cpu(
        mut self,
        again: impl Fn(&Device) -> Result<Checkpoint, CheckpointError> + Send + Sync + 'static,
        tell: impl Fn(&str) + Send + Sync + 'static,
    ) -> Self {
        // There is nothing to go to from the CPU.
        self.fallback = (!self.device.is_cpu()).then(|| Fallback {
            again: Box::new(again),
            tell: Box::new(tell),
            cpu: OnceLock::new(),
        });
        self
    }

    /// The device that it looks on now.
    pub fn device(&self) -> &Selected {
        match self.taken_over() {
            Some(cpu) => &cpu.device,
            None => &self.device,
        }
    }

    /// The scorer on the CPU, once that has taken over.
    fn taken_over(&self) -> Option<&Self> {
        self.fallback.as_ref()?.cpu.get()?.as_deref()
    }

    /// Lets the CPU take over from a device that failed, if it can.
    fn take_over(&self, reason: &str) -> Option<&Self> {
        let Fallback { again, tell, cpu } = self.fallback.as_ref()?;
        let begin = || {
            let name = &self.device.name;
            let selected = device::cpu();
            match again(&selected.device) {
                Ok(checkpoint) => {
                    tell(&format!("{name} failed ({reason}): the CPU goes on"));
                    Some(Box::new(Self::new(checkpoint, selected)))
                }
                Err(error) => {
                    tell(&format!("{name} failed, and the CPU cannot go on: {error}"));
                    None
                }
            }
        };
        cpu.get_or_init(begin).as_deref()
    }

    /// Whether the CPU looks, which takes pictures of any sizes together.
    pub fn is_on_cpu(&self) -> bool {
        self.device().is_cpu()
    }

    /// With a reference or without.
    pub fn task(&self) -> Task {
        self.metadata.config.task
    }

    /// How many pictures of a size are best looked at together: as many as fill the device. More
    /// are no faster, and whoever waits for one of them waits for all.
    pub fn together(&self, width: u32, height: u32) -> usize {
        let filled = if self.is_on_cpu() {
            (3 << 17) * rayon::current_num_threads() as u64
        } else {
            1 << 21
        };
        let pixels = u64::from(width) * u64::from(height);
        (filled / pixels.max(1)).clamp(1, 32) as usize
    }

    /// Looks at a picture, with its reference where the checkpoint wants one; `detailed` asks
    /// for maps and attention too.
    ///
    /// # Errors
    /// The picture is too small, its reference is missing or of another size, or the device
    /// failed and [nothing else](Self::or_on_cpu) can.
    pub fn inspect(
        &self,
        distorted: &Prepared,
        reference: Option<&Prepared>,
        detailed: bool,
    ) -> Result<Inspection, InspectError> {
        let (mut inspections, detail) = self.inspect_pairs(&[(distorted, reference)], detailed)?;
        let inspection = inspections.pop().ok_or(InspectError::NotANumber)?;
        Ok(Inspection {
            detail,
            ..inspection
        })
    }

    /// Looks at pictures together, each with its reference where the checkpoint wants one; they
    /// must be of one scored size unless the [CPU](Self::is_on_cpu) looks. The answers are in the
    /// order of the pictures.
    ///
    /// # Errors
    /// As [`inspect`](Self::inspect), each picture for itself.
    pub fn inspect_all(
        &self,
        pairs: &[(Prepared, Option<Prepared>)],
    ) -> Vec<Result<Inspection, InspectError>> {
        if pairs.is_empty() {
            return Vec::new();
        }
        let pairs: Vec<_> = pairs.iter().map(|(d, r)| (d, r.as_ref())).collect();
        match self.inspect_pairs(&pairs, false) {
            Ok((inspections, _)) => inspections.into_iter().map(Ok).collect(),
            // Whose fault it is shows when each is alone.
            Err(_) => pairs
                .iter()
                .map(|(distorted, reference)| self.inspect(distorted, *reference, false))
                .collect(),
        }
    }

    fn inspect_pairs(
        &self,
        pairs: &[(&Prepared, Option<&Prepared>)],
        detailed: bool,
    ) -> Result<(Vec<Inspection>, Option<Detail>), InspectError> {
        for (distorted, reference) in pairs {
            self.check(distorted, *reference)?;
        }
        let distorted: Vec<&Picture> = pairs.iter().map(|(d, _)| &d.picture).collect();
        let references: Option<Vec<&Picture>> = pairs
            .iter()
            .map(|(_, r)| Some(&r.as_ref()?.picture))
            .collect();
        let (seen, detail) = self.look(&distorted, references.as_deref(), detailed)?;
        let inspections = seen.into_iter().zip(pairs).map(|(seen, (prepared, _))| {
            let Picture { width, height, .. } = prepared.picture;
            Inspection {
                width: prepared.width,
                height: prepared.height,
                scored_width: width,
                scored_height: height,
                score: score_of_100(seen.raw),
                raw: seen.raw,
                similarities: seen.similarities,
                image_features: seen.image_features,
                notes: prepared.picture.notes.clone(),
                detail: None,
            }
        });
        Ok((inspections.collect(), detail))
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
        let sizes = [distorted, reference].map(|prepared| (prepared.width, prepared.height));
        if sizes[0] != sizes[1] {
            let [picture, reference] = sizes;
            return Err(InspectError::UnequalSize { picture, reference });
        }
        Ok(())
    }

    /// Looks at pictures together; with `detailed`, maps and attention of the first.
    pub(super) fn look(
        &self,
        distorted: &[&Picture],
        references: Option<&[&Picture]>,
        detailed: bool,
    ) -> Result<(Vec<Seen>, Option<Detail>), InspectError> {
        if let Some(cpu) = self.taken_over() {
            return cpu.look_here(distorted, references, detailed);
        }
        match self.look_here(distorted, references, detailed) {
            Err(InspectError::Device(reason)) => match self.take_over(&reason) {
                Some(cpu) => cpu.look_here(distorted, references, detailed),
                None => Err(InspectError::Device(reason)),
            },
            answer => answer,
        }
    }

    /// Likewise, on its own device.
    fn look_here(
        &self,
        distorted: &[&Picture],
        references: Option<&[&Picture]>,
        detailed: bool,
    ) -> Result<(Vec<Seen>, Option<Detail>), InspectError> {
        if self.task() == Task::FullReference && references.is_none() {
            return Err(InspectError::NoReference);
        }
        // The compute runtime reports a lost device, or one out of memory, only by a panic.
        let run = AssertUnwindSafe(|| self.run(distorted, references, detailed));
        let (values, detail) = catch_unwind(run)
            .map_err(|payload| InspectError::Device(panic_text(payload.as_ref())))?;
        if values.iter().any(|value| !value.is_finite()) {
            return Err(InspectError::NotANumber);
        }
        let adjectives = self.text.features.len().max(1);
        let space = self.text.features.first().map_or(1, Vec::len).max(1);
        let rows = values.chunks_exact((values.len() / distorted.len().max(1)).max(1));
        let seen = rows.filter_map(|row| {
            let (&raw, rest) = row.split_first()?;
            let levels = rest.len() / (adjectives + space);
            let (similarities, features) = rest.split_at(levels * adjectives);
            let lists = |values: &[f32], size| values.chunks(size).map(<[f32]>::to_vec).collect();
            Some(Seen {
                raw,
                similarities: lists(similarities, adjectives),
                image_features: lists(features, space),
            })
        });
        Ok((seen.collect(), detail))
    }

    /// The raw score, every similarity and the image features of each picture, in one transfer
    /// from the device. The CPU looks at several each for itself and side by side: while one is where
    /// a single core works, another has the rest.
    fn run(
        &self,
        distorted: &[&Picture],
        references: Option<&[&Picture]>,
        detailed: bool,
    ) -> (Vec<f32>, Option<Detail>) {
        if self.device.is_cpu() && !detailed && distorted.len() > 1 {
            let alone = |(at, picture): (usize, &&Picture)| {
                let reference = references.and_then(|references| references.get(at..=at));
                self.run(&[picture], reference, false).0
            };
            let values = distorted.par_iter().enumerate().flat_map_iter(alone);
            return (values.collect(), None);
        }
        let config = &self.metadata.config;
        let tensor = |pictures| to_tensor(pictures, config.mean, config.std, &self.device.device);
        let references = references.filter(|_| self.task() == Task::FullReference);
        let output = self
            .network
            .forward(tensor(distorted), references.map(tensor));
        let mut parts = vec![output.raw.clone().unsqueeze_dim::<2>(1)];
        parts.extend(output.similarities.iter().cloned());
        parts.extend(output.image_features.iter().cloned());
        let values: Vec<f32> = Tensor::cat(parts, 1).into_data().iter().collect();
        (values, detailed.then(|| Detail::read(&output)))
    }
}

/// The network's answer to one picture.
pub(super) struct Seen {
    pub raw: f32,
    pub similarities: Vec<Vec<f32>>,
    pub image_features: Vec<Vec<f32>>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::DeviceChoice;

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
