//! What is scored, one after another: of folders or of a list, without what others score and what has
//! a row already.

use super::known::{Known, Shard};
use super::list::NameList;
use crate::cli::Usage;
use crate::cli::outputs::Inputs;
use crate::cli::paths::Pairing;
use bpclip_core::image::Shot;
use bpclip_core::inspect::pipeline::Job;
use std::path::{Path, PathBuf};

/// Where the pictures come from.
pub(super) enum Source {
    /// Known from the start.
    Pictures(std::vec::IntoIter<Shot>),
    /// A list that is read as it goes.
    List(NameList),
}

/// The pictures to score.
pub(super) struct Queue<'a> {
    source: Source,
    pairing: Pairing<'a>,
    shard: Option<Shard>,
    /// The pictures that have a row; none where each is scored however often it is named.
    known: Option<Known>,
    /// What is written at the end, and so must be none of the pictures of a list.
    output: Option<&'a Path>,
    /// What could not be taken: it is no row, as none could be found again.
    pub unnamed: Vec<PathBuf>,
    /// Why it ended early.
    pub error: Option<Usage>,
}

impl<'a> Queue<'a> {
    pub fn new(
        source: Source,
        pairing: Pairing<'a>,
        shard: Option<Shard>,
        known: Option<Known>,
        output: Option<&'a Path>,
    ) -> Self {
        Self {
            source,
            pairing,
            shard,
            known,
            output,
            unnamed: Vec::new(),
            error: None,
        }
    }

    /// How many pictures are still to be scored, where that is known: what others score, or has a row
    /// already, is not among them.
    pub fn size(&self) -> Option<usize> {
        let Source::Pictures(shots) = &self.source else {
            return None;
        };
        let wanted = shots.as_slice().iter().filter(|shot| self.wants(shot));
        Some(wanted.count())
    }

    fn is_mine(&self, path: &Path) -> bool {
        self.shard.is_none_or(|shard| shard.has(path))
    }

    fn wants(&self, shot: &Shot) -> bool {
        let path = &shot.picture;
        self.is_mine(path)
            && self.known.as_ref().is_none_or(|known| {
                let name = path.to_str();
                name.is_some_and(|name| !known.has(name))
            })
    }

    /// Whether they come from a list.
    pub fn is_list(&self) -> bool {
        matches!(self.source, Source::List(_))
    }

    /// Whether a picture is for this run, and has no row yet; from now on it has one.
    pub fn takes(&mut self, path: &Path) -> bool {
        if !self.is_mine(path) {
            return false;
        }
        match (&mut self.known, path.to_str()) {
            (None, _) => true,
            (Some(known), Some(name)) => known.insert(name),
            (Some(_), None) => {
                self.unnamed.push(path.to_owned());
                false
            }
        }
    }

    fn shot(&mut self) -> Result<Option<Shot>, Usage> {
        match &mut self.source {
            Source::Pictures(shots) => Ok(shots.next()),
            Source::List(list) => Ok(list.next().transpose()?.map(Shot::from)),
        }
    }

    /// Refuses a picture of a list that the output would be written over.
    fn spare(&self, job: &Job) -> Result<(), Usage> {
        let (Source::List(_), Some(output)) = (&self.source, self.output) else {
            return Ok(());
        };
        let files = [job.path.as_path()].into_iter();
        Inputs::of(files.chain(job.reference.file())).spare(output)
    }
}

impl Iterator for Queue<'_> {
    /// A picture with its companions, and how it is scored.
    type Item = (Shot, Job);

    fn next(&mut self) -> Option<Self::Item> {
        while self.error.is_none() {
            match self.shot() {
                Ok(None) => return None,
                Ok(Some(shot)) if !self.takes(&shot.picture) => {}
                Ok(Some(shot)) => {
                    let job = self.pairing.job(&shot.picture);
                    match self.spare(&job) {
                        Ok(()) => return Some((shot, job)),
                        Err(error) => self.error = Some(error),
                    }
                }
                Err(error) => self.error = Some(error),
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_size_is_what_is_scored() {
        let names: Vec<String> = (0..40).map(|number| format!("{number}.jpg")).collect();
        let queue = |shard: &str, known: Option<Known>| {
            let shots: Vec<Shot> = names
                .iter()
                .map(|name| Shot::from(PathBuf::from(name)))
                .collect();
            let source = Source::Pictures(shots.into_iter());
            let shard = Some(shard.parse().unwrap());
            Queue::new(source, Pairing::with(None), shard, known, None)
        };
        let known = || {
            let mut known = Known::default();
            for name in &names[..25] {
                known.insert(name);
            }
            known
        };
        for (shard, known) in [
            ("1/1", None),
            ("2/3", None),
            ("1/1", Some(known())),
            ("2/3", Some(known())),
        ] {
            let queue = queue(shard, known);
            let size = queue.size().unwrap();
            assert_eq!(size, queue.count(), "{shard}");
        }
        assert_eq!(queue("1/1", Some(known())).size(), Some(15));
    }
}
