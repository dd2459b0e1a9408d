//! The shortest way: from a checkpoint's file and a picture's file to numbers, on the CPU.

use super::{InspectError, Inspection, Prepared, Scorer, prepare};
use crate::checkpoint::Checkpoint;
use crate::device;
use crate::guard::guard;
use crate::image::{self, Limits, Reduced};
use std::path::Path;

impl Scorer {
    /// Reads a checkpoint file, to score on the CPU. For bytes or another device:
    /// [`Checkpoint::parse`], [`device::select`] and [`Scorer::new`] or [`Scorer::read`].
    ///
    /// # Errors
    /// [`InspectError::Checkpoint`], which names the file, and the tensor or the metadata key at
    /// fault.
    pub fn open(checkpoint: impl AsRef<Path>) -> Result<Self, InspectError> {
        let cpu = device::cpu();
        let checkpoint = Checkpoint::read(checkpoint.as_ref(), &cpu.device)?;
        Ok(Self::new(checkpoint, cpu))
    }

    /// How good the picture in a file looks, 0 to 100, higher is better. For no-reference
    /// checkpoints only.
    ///
    /// # Errors
    /// As [`inspect_file`](Self::inspect_file) without a reference: a full-reference checkpoint
    /// always answers [`InspectError::NoReference`].
    pub fn score_file(&self, picture: impl AsRef<Path>) -> Result<f32, InspectError> {
        let inspection = self.inspect_file(picture.as_ref(), None, false)?;
        Ok(inspection.prediction.score())
    }

    /// Looks at the picture in a file at [`size`](Self::size), as [`inspect`](Self::inspect) does;
    /// with a `reference` where the checkpoint wants one. `detailed` asks for maps and attention.
    /// Files are read within [`Limits::of_this_machine`], the reference on every call, also for a
    /// no-reference checkpoint, which then ignores it. For many pictures there is
    /// [`pipeline::run`](super::pipeline::run).
    ///
    /// # Errors
    /// A file cannot be read (it is named), or as [`inspect`](Self::inspect).
    pub fn inspect_file(
        &self,
        picture: &Path,
        reference: Option<&Path>,
        detailed: bool,
    ) -> Result<Inspection, InspectError> {
        let limits = Limits::of_this_machine();
        let load = |path: &Path| -> Result<Prepared, InspectError> {
            let read = || match reference {
                None => image::read_for(path, &limits, self.size.to_read()),
                // Both alike: what reading one of them smaller does to it would be compared too.
                Some(_) => image::read(path, &limits).map(Reduced::from),
            };
            let picture = guard(read).map_err(InspectError::Decoder)??;
            prepare(picture, self.size)
        };
        let (picture, reference) = (load(picture)?, reference.map(load).transpose()?);
        self.inspect(&picture, reference.as_ref(), detailed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WEIGHTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../weights");

    #[test]
    fn from_files_to_numbers() {
        let mut scorer = Scorer::open(Path::new(WEIGHTS).join("bpclip-nr.safetensors")).unwrap();
        scorer.size = image::SizePolicy::at_most(Some(96));
        let good = scorer.score_file(crate::sample("coffee")).unwrap();
        let blurred = scorer.score_file(crate::sample("coffee-blurred")).unwrap();
        assert!(blurred < good, "{blurred} {good}");
        let error = scorer.score_file("missing.jpg").unwrap_err();
        assert!(error.to_string().contains("missing.jpg"), "{error}");
        let error = Scorer::open("missing.safetensors").err().unwrap();
        assert!(error.to_string().contains("missing.safetensors"), "{error}");

        let mut scorer = Scorer::open(Path::new(WEIGHTS).join("bpclip-fr.safetensors")).unwrap();
        scorer.size = image::SizePolicy::at_most(Some(96));
        let (picture, reference) = (crate::sample("coffee-noisy"), crate::sample("coffee"));
        let seen = scorer
            .inspect_file(&picture, Some(&reference), true)
            .unwrap();
        assert_eq!(seen.detail.unwrap().information.len(), 4);
        let error = scorer.score_file(&picture).unwrap_err();
        assert!(matches!(error, InspectError::NoReference));
    }
}
