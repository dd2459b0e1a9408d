//! What was decided on pictures: in the window, or by other programs.

use crate::app::library::{later_word, modified};
use bpclip_catalogue::folders;
use bpclip_core::image::{self, Shot};
use bpclip_library::{Decision, Identity, Library};
use bpclip_xmp::{embedded, read_sidecar, sidecar_of};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// What the window keeps, where there is any of it; only files are looked up in it, and what cannot be
/// read there is as good as not there.
pub struct Marks {
    library: Option<Library>,
}

impl Marks {
    /// Opens what there is, or begins it.
    pub fn begin() -> Self {
        let library = folders::library().and_then(|path| Library::open(&path).ok());
        Self {
            library: library.map(|(library, _)| library),
        }
    }

    /// Opens what there is.
    pub fn open() -> Self {
        let library = folders::library().and_then(|path| Library::join(&path).ok());
        Self { library }
    }

    /// What was decided on a shot: the first word that there is on any of its files.
    pub fn of(&mut self, shot: &Shot) -> Decision {
        let mut decided = shot.files().filter_map(|file| self.of_file(file));
        let first = decided.find(|decision| *decision != Decision::default());
        first.unwrap_or_default()
    }

    fn of_file(&mut self, file: &Path) -> Option<Decision> {
        let identity = Identity::of(file).ok()?;
        let sidecar = sidecar_of(file);
        let written = modified(&sidecar);
        let Some(library) = &mut self.library else {
            let others = written.and_then(|at| Some((read_sidecar(&sidecar)?, at)));
            return later_word(None, others, || embedded(file));
        };
        let own = library.decision(&identity, image::taken).ok().flatten();
        let is_own = |at: &SystemTime| library.is_own_sidecar(&sidecar, *at).unwrap_or(false);
        let others = written.filter(|at| !is_own(at));
        let others = others.and_then(|at| Some((read_sidecar(&sidecar)?, at)));
        later_word(own, others, || {
            let noted = library.noted(&identity).ok().flatten();
            noted.unwrap_or_else(|| embedded(file))
        })
    }

    /// Files were moved, from the first place to the second: what is known of them goes with them.
    pub fn moved(&mut self, moves: &[(PathBuf, PathBuf)]) {
        if let Some(library) = &mut self.library {
            // Where it cannot, they are found by their content.
            let _ = library.relocated(moves);
        }
    }

    /// A picture was rated: beside it, where there is a sidecar, and within it, where it was written anew
    /// and was another file `before`. What stands there now is no other program's word; what a person had
    /// decided, wherever, is kept.
    pub fn rated(
        &mut self,
        (file, before): (&Path, Option<&Identity>),
        sidecar: Option<&Path>,
        decision: Decision,
    ) {
        let Some(library) = &mut self.library else {
            return;
        };
        // Where it cannot be noted, what was written is taken for another program's word: the same.
        if let Some((sidecar, at)) = sidecar.and_then(|path| Some((path, modified(path)?))) {
            let _ = library.keep_sidecar(sidecar, at);
        }
        if let Some(before) = before {
            let _ = library.rewritten(before);
        }
        if decision != Decision::default()
            && let Ok(identity) = Identity::of(file)
        {
            let _ = library.keep_decisions(&[(identity, decision, image::taken(file))]);
        }
    }
}
