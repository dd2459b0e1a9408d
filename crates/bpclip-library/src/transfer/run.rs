//! A whole plan: carried out, or taken back.

use super::bin::Bin;
use super::files::{carry_out, remove_unfinished, undo};
use super::{How, Plan, Step, TransferError};
use std::sync::atomic::{AtomicBool, Ordering};

/// Carries out a plan, whose log must be on the disk, and tells of each file. `stop` is heeded between
/// files that do not belong together. How many steps were looked at.
pub fn run(
    plan: &Plan,
    stop: &AtomicBool,
    mut tell: impl FnMut(&Step, Result<(), TransferError>),
) -> usize {
    let mut before: Option<&Step> = None;
    for (at, step) in plan.steps.iter().enumerate() {
        let together = before.is_some_and(|before| step.belongs_with(before));
        if stop.load(Ordering::Relaxed) && !together {
            return at;
        }
        tell(step, carry_out(plan.how, step));
        before = Some(step);
    }
    plan.steps.len()
}

/// Takes back what was done of a plan, the last first, and tells of each file; what a copy that was
/// killed left half written goes too. How many steps were looked at: once all of them were, and none
/// failed, the log is of no use any more.
///
/// # Errors
/// The system's bin cannot be looked into.
pub fn take_back(
    plan: &Plan,
    stop: &AtomicBool,
    mut tell: impl FnMut(&Step, Result<(), TransferError>),
) -> Result<usize, TransferError> {
    let mut bin = match plan.how {
        How::Bin => Some(Bin::look().map_err(|cause| TransferError::new("the bin", cause))?),
        _ => None,
    };
    plan.targets().into_iter().for_each(remove_unfinished);
    for (at, step) in plan.steps.iter().rev().enumerate() {
        if stop.load(Ordering::Relaxed) {
            return Ok(at);
        }
        let undone = match (&step.to, &mut bin) {
            (Some(to), _) => undo(plan.how, &step.from, to),
            (None, Some(bin)) => bin
                .restore(&step.from, plan.made)
                .map_err(|cause| TransferError::new(&step.from, cause)),
            (None, None) => Ok(()),
        };
        tell(step, undone);
    }
    Ok(plan.steps.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::path::{Path, PathBuf};

    fn write(folder: &Path, names: &[&str]) -> Vec<PathBuf> {
        fs::create_dir_all(folder).unwrap();
        let paths = names.iter().map(|name| folder.join(name));
        paths
            .inspect(|path| fs::write(path, path.to_string_lossy().as_bytes()).unwrap())
            .collect()
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    /// Carries all of it out; how many could not be.
    fn all(plan: &Plan) -> usize {
        let mut failed = 0;
        let stop = AtomicBool::new(false);
        run(plan, &stop, |_, done| failed += usize::from(done.is_err()));
        failed
    }

    /// Takes all of it back; how many could not be.
    fn back(plan: &Plan) -> usize {
        let mut failed = 0;
        let stop = AtomicBool::new(false);
        take_back(plan, &stop, |_, done| failed += usize::from(done.is_err())).unwrap();
        failed
    }

    #[test]
    fn names_that_are_taken_get_a_number_and_what_belongs_together_the_same() {
        let place = tempfile::tempdir().unwrap();
        let one = write(&place.path().join("one"), &["a.jpg", "a.jpg.xmp", "a.nef"]);
        let two = write(&place.path().join("two"), &["a.jpg"]);
        let target = place.path().join("target");
        write(&target, &["a.nef"]);
        let plan = Plan::new(How::Copy, &target, &[one.clone(), two.clone()]);
        let to: Vec<_> = plan
            .steps
            .iter()
            .map(|step| step.to.as_ref().unwrap().file_name().unwrap())
            .collect();
        assert_eq!(to, ["a-2.jpg", "a-2.jpg.xmp", "a-2.nef", "a.jpg"]);
        let renamed = plan.steps.iter().filter(|step| step.is_renamed());
        assert_eq!(renamed.count(), 3);
        assert_eq!(all(&plan), 0);
        for step in &plan.steps {
            let to = step.to.as_ref().unwrap();
            assert_eq!(fs::read(&step.from).unwrap(), fs::read(to).unwrap());
            let modified = |path: &Path| fs::metadata(path).unwrap().modified().unwrap();
            assert_eq!(modified(&step.from), modified(to));
        }
        // What is there is not overwritten, and not made once more.
        assert_eq!(all(&plan), 4);
        assert_eq!(
            fs::read(target.join("a.nef")).unwrap(),
            target.join("a.nef").to_string_lossy().as_bytes()
        );
        assert!(Plan::new(How::Copy, &target, &[two]).steps.is_empty());
        // What lies in the folder already stays under its name.
        let there = vec![target.join("a.jpg")];
        assert!(Plan::new(How::Move, &target, &[there]).steps.is_empty());
    }

    #[test]
    fn what_was_done_is_undone_by_its_log() {
        for how in [How::Copy, How::Move] {
            let place = tempfile::tempdir().unwrap();
            let source = place.path().join("source");
            let files = write(&source, &["a.jpg", "a.xmp", "b.jpg"]);
            let target = place.path().join("target");
            let items = [files[..2].to_vec(), files[2..].to_vec()];
            let plan = Plan::new(how, &target, &items);
            let log = plan.log(&target).unwrap();
            assert_eq!(super::super::last_log(&target), Some((log, plan.clone())));
            assert_eq!(all(&plan), 0);
            assert_eq!(names(&target).len(), 4);
            assert_eq!(names(&source).len(), if how == How::Copy { 3 } else { 0 });
            fs::write(target.join(".bpclip-half.tmp"), "half").unwrap();
            assert_eq!(back(&plan), 0);
            assert_eq!(names(&source), ["a.jpg", "a.xmp", "b.jpg"]);
            assert_eq!(names(&target).len(), 1, "only the log");
            // Once more changes nothing.
            assert_eq!(back(&plan), 0);
        }
    }

    #[test]
    fn logs_of_earlier_versions_are_read_and_old_ones_go() {
        let place = tempfile::tempdir().unwrap();
        let old = r#"{"how": "move", "steps": [{"from": "/a", "to": "/b"}]}"#;
        fs::write(place.path().join("bpclip-pick-17.json"), old).unwrap();
        let (_, plan) = super::super::last_log(place.path()).unwrap();
        assert_eq!((plan.how, plan.made), (How::Move, 0));
        assert_eq!(plan.steps[0].to, Some("/b".into()));
        for number in 2..12 {
            let name = format!("bpclip-pick-18-{number}.json");
            fs::write(place.path().join(name), old).unwrap();
        }
        fs::write(place.path().join("notes.json"), old).unwrap();
        super::super::tidy(place.path(), 2);
        let left = [
            "bpclip-pick-18-10.json",
            "bpclip-pick-18-11.json",
            "notes.json",
        ];
        assert_eq!(names(place.path()), left);
    }

    #[test]
    fn files_that_belong_together_are_not_torn_apart_by_a_stop() {
        let place = tempfile::tempdir().unwrap();
        let files = write(&place.path().join("source"), &["a.jpg", "a.nef", "b.jpg"]);
        let target = place.path().join("target");
        fs::create_dir(&target).unwrap();
        let items = [files[..2].to_vec(), files[2..].to_vec()];
        let plan = Plan::new(How::Move, &target, &items);
        let stop = AtomicBool::new(false);
        let looked_at = run(&plan, &stop, |_, _| stop.store(true, Ordering::Relaxed));
        assert_eq!((looked_at, names(&target).len()), (2, 2));
        assert_eq!(back(&plan), 0);
    }

    #[test]
    fn what_was_changed_since_stays_and_a_half_done_move_is_ended() {
        let place = tempfile::tempdir().unwrap();
        let source = write(&place.path().join("source"), &["a.jpg"]);
        let target = place.path().join("target");
        fs::create_dir(&target).unwrap();
        let plan = Plan::new(How::Copy, &target, std::slice::from_ref(&source));
        assert_eq!(all(&plan), 0);
        let copy = target.join("a.jpg");
        fs::write(&copy, "edited").unwrap();
        assert_eq!(back(&plan), 1);
        assert_eq!(fs::read(&copy).unwrap(), b"edited");
        fs::remove_file(&copy).unwrap();
        // Killed when the new name was there and the old one too.
        let plan = Plan::new(How::Move, &target, std::slice::from_ref(&source));
        fs::hard_link(&source[0], &copy).unwrap();
        assert_eq!(back(&plan), 0);
        assert!(source[0].exists() && !copy.exists());
    }
}
