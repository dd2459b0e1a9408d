//! Whole runs on a few drawn pictures: the same seed gives the same network, and a run that was
//! stopped and resumed the one that it would have given.

use crate::seed;
use bpclip_core::checkpoint::{Checkpoint, expected_tensors};
use bpclip_core::device::DeviceChoice;
use bpclip_core::image::{Fingerprint, write_png};
use bpclip_core::model::{BackboneKind, Config, Network, Task, TextSize};
use bpclip_train::train::{
    self, Control, Criterion, Event, LossTerms, Outcome, Position, Preset, Settings, Start,
    read_log,
};
use burn::tensor::Device;
use safetensors::SafeTensors;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Dropout's numbers come from one stream of the process, which a run seeds before each step:
/// two runs at a time would take them from each other.
static ALONE: Mutex<()> = Mutex::new(());

pub fn alone() -> MutexGuard<'static, ()> {
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Drawn pictures, a small network to start from, and room for runs.
pub struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let mut table = "name,mos\n".to_owned();
        for (part, count) in [("rated", 8), ("pristine", 2)] {
            std::fs::create_dir(at(part)).unwrap();
            for index in 0..count {
                let name = format!("{part}-{index}.png");
                let picture = seed::picture(&name, 96, 96);
                write_png(&picture, &at(part).join(&name)).unwrap();
                if part == "rated" {
                    writeln!(table, "{name},{}", 1.5 + 0.4 * f64::from(index)).unwrap();
                }
            }
        }
        std::fs::write(at("rated/labels.csv"), table).unwrap();
        std::fs::write(at("start.safetensors"), small()).unwrap();
        Self { folder }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Two epochs of three steps, each of two rated crops and a pair; two pictures held out. With
    /// dropout, a running mean, warm-up and mixed ladders: whatever has a state or is random.
    pub fn settings(&self) -> Settings {
        Settings {
            data: vec![self.path("rated")],
            pristine: vec![self.path("pristine")],
            start: Start::Checkpoint(self.path("start.safetensors")),
            epochs: 2,
            lead_epochs: 0,
            warm_up: 2,
            batch: 2,
            ladders: 1,
            mixed: 0.5,
            crop: 64,
            min_side: 64,
            held_out: 0.25,
            device: DeviceChoice::Cpu,
            save_minutes: 1e6,
            keep: 2,
            ..Settings::new(Preset::Ours, Task::NoReference)
        }
    }
}

/// A checkpoint of seeded weights around the smallest backbone.
fn small() -> Vec<u8> {
    let config = Config {
        width: 32,
        mask_width: 8,
        position: 8,
        score_hidden: 16,
        ..Config::new(Task::NoReference, BackboneKind::EfficientNetLite(0))
    };
    let text = TextSize {
        adjectives: 40,
        width: 16,
        centred: false,
    };
    let shapes = expected_tensors(Network::new(&config, text, &Device::flex()));
    seed::checkpoint(&serde_json::to_value(&config).unwrap(), &shapes)
}

/// Where a run ended: every tensor of its files by file and name, and the loss of each step and of
/// each epoch.
#[derive(PartialEq)]
pub struct End {
    files: BTreeMap<String, BTreeMap<String, Vec<u8>>>,
    steps: Vec<(u32, u32, LossTerms)>,
    epochs: Vec<Judged>,
}

/// An epoch's number, loss, SRCC, and points.
type Judged = (u32, LossTerms, Option<f64>, Vec<[f32; 2]>);
/// Whether a training is to be stopped at an event.
type Moment<'a> = &'a dyn Fn(&Event) -> bool;

impl End {
    /// # Panics
    /// If a file of the run cannot be read.
    pub fn of(folder: &Path) -> Self {
        let log = read_log(folder).unwrap();
        let step = |event: &Event| match event {
            Event::Step(step) => Some((step.position.epoch, step.position.step, step.loss)),
            _ => None,
        };
        let epoch = |event: &Event| match event {
            Event::Epoch(epoch) => {
                Some((epoch.epoch, epoch.loss, epoch.srcc, epoch.points.clone()))
            }
            _ => None,
        };
        Self {
            files: tensors(folder),
            steps: log.iter().filter_map(step).collect(),
            epochs: log.iter().filter_map(epoch).collect(),
        }
    }

    /// # Panics
    /// Names what differs.
    pub fn assert_is(&self, other: &Self) {
        assert_eq!(self.steps, other.steps);
        assert_eq!(self.epochs, other.epochs);
        let names = |end: &Self| end.files.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(self), names(other));
        for (file, tensors) in &self.files {
            let others = &other.files[file];
            assert_eq!(tensors.len(), others.len(), "{file}");
            for (name, bytes) in tensors {
                assert!(bytes == &others[name], "{name} of {file} differs");
            }
        }
    }
}

/// Every tensor of every file, which must be whole.
pub fn tensors(folder: &Path) -> BTreeMap<String, BTreeMap<String, Vec<u8>>> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|end| end == "safetensors") {
            let bytes = std::fs::read(&path).unwrap();
            let file = SafeTensors::deserialize(&bytes)
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let tensors = file.iter();
            let tensors = tensors.map(|(name, view)| (name.to_owned(), view.data().to_vec()));
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            found.insert(name, tensors.collect());
        }
    }
    found
}

/// A run to its end.
fn whole(folder: &Path, settings: &Settings) -> End {
    let outcome = train::train(folder, settings, &Control::default(), &mut |_| {}).unwrap();
    assert_eq!((outcome.stopped, outcome.epochs), (false, 2));
    End::of(folder)
}

/// A run that is stopped at an event.
fn stopped(folder: &Path, settings: &Settings, at: impl Fn(&Event) -> bool) -> Outcome {
    let control = Control::default();
    let mut watch = |event: &Event| {
        if at(event) {
            control.stop();
        }
    };
    train::train(folder, settings, &control, &mut watch).unwrap()
}

#[test]
fn a_stopped_run_ends_as_if_it_had_not_been() {
    let _alone = alone();
    let place = Place::new();
    let settings = place.settings();
    let expected = whole(&place.path("whole"), &settings);
    assert_eq!(expected.steps.len(), 6);
    assert!(expected.files.contains_key("epoch-002.safetensors"));

    let after = |epoch, step| {
        move |event: &Event| {
            let position = Position { epoch, step };
            matches!(event, Event::Step(step) if step.position == position)
        }
    };
    let starting = |event: &Event| matches!(event, Event::Started(_));
    let validating = |event: &Event| matches!(event, Event::Validating { done: 1, .. });
    let moments: [(&str, Moment); 5] = [
        ("before the first step", &starting),
        ("after the first", &after(0, 0)),
        ("after an epoch's last", &after(0, 2)),
        ("while validating", &validating),
        ("in the second epoch", &after(1, 1)),
    ];
    for (moment, at) in moments {
        println!("stopped {moment}");
        let folder = place.path(moment);
        let outcome = stopped(&folder, &settings, at);
        assert!(outcome.stopped, "{moment}");
        let outcome = train::resume(&folder, &Control::default(), &mut |_| {}).unwrap();
        assert!(!outcome.stopped);
        End::of(&folder).assert_is(&expected);
    }
}

#[test]
fn the_start_is_measured_first_and_a_share_of_it_can_be_kept() {
    let _alone = alone();
    let place = Place::new();
    let kept = |name: &str, start_share: f64| {
        let settings = Settings {
            start_share,
            lr: 0.001,
            keep: 3,
            ..place.settings()
        };
        whole(&place.path(name), &settings)
    };
    let (none, most) = (kept("none", 0.0), kept("most", 0.99));
    // Epoch 0 is the start, the same whatever follows.
    let numbers = |end: &End| end.epochs.iter().map(|epoch| epoch.0).collect::<Vec<_>>();
    assert_eq!(numbers(&none), [0, 1, 2]);
    for ([label, one], [_, other]) in none.epochs[0].3.iter().zip(&most.epochs[0].3) {
        // A mean of equal weights is rounded.
        assert!((one - other).abs() < 1e-4, "{one} and {other} of {label}");
    }
    // The steps are the same; what is kept of them is not.
    assert_eq!(none.steps, most.steps);
    let moved = |end: &End| -> f32 {
        let points = end.epochs[0].3.iter().zip(&end.epochs[2].3);
        points
            .map(|([_, start], [_, last])| (start - last).abs())
            .sum()
    };
    assert!(moved(&none) > 1e-4, "{}", moved(&none));
    assert!(
        moved(&most) < 0.1 * moved(&none),
        "{} of {}",
        moved(&most),
        moved(&none)
    );
}

#[test]
fn a_checkpoint_tells_what_it_learned_from() {
    let _alone = alone();
    let place = Place::new();
    // The drawn pictures are all one ramp under noise; patches tell these from each other.
    let patches = |part: &str, index: usize| {
        let name = format!("{part}-{index}.png");
        let mut picture = seed::picture(&name, 96, 96);
        let shades = seed::picture(&name, 64, 64);
        for (at, value) in picture.rgb.iter_mut().enumerate() {
            let (x, y) = (at / 3 % 96, at / 3 / 96);
            *value = shades.rgb[3 * (y / 12 * 64 + x / 12)].wrapping_mul(37);
        }
        picture
    };
    for (part, count) in [("rated", 8), ("pristine", 2)] {
        for index in 0..count {
            let path = place.path(part).join(format!("{part}-{index}.png"));
            write_png(&patches(part, index), &path).unwrap();
        }
    }
    let folder = place.path("run");
    whole(&folder, &place.settings());
    let best = Checkpoint::read(&folder.join("best.safetensors"), &Device::flex()).unwrap();
    // Six rated and two pristine ones; two are held out.
    assert_eq!(best.metadata.seen.len(), 8);
    let seen = |part: &str, index: usize| {
        best.metadata
            .has_seen(Fingerprint::of(&patches(part, index)))
    };
    let rated = (0..8).filter(|index| seen("rated", *index)).count();
    assert_eq!(
        (rated, seen("pristine", 0), seen("other", 0)),
        (6, true, false)
    );
    // Eight are too few for ranks and two for certainty: nothing is stated.
    assert!(best.metadata.distribution.is_none() && best.metadata.certainty.is_none());
}

#[test]
fn a_seed_gives_the_same_run_and_another_seed_another() {
    let _alone = alone();
    let place = Place::new();
    let settings = place.settings();
    let first = whole(&place.path("first"), &settings);
    // States saved on the way change nothing.
    let often = Settings {
        save_minutes: 0.0,
        ..settings.clone()
    };
    whole(&place.path("second"), &often).assert_is(&first);
    let other = Settings {
        seed: 1,
        ..settings
    };
    assert!(whole(&place.path("other"), &other).steps != first.steps);
}

#[test]
fn a_fresh_networks_weights_follow_from_the_seed_too() {
    let _alone = alone();
    let place = Place::new();
    let settings = Settings {
        start: Start::Fresh,
        backbone: BackboneKind::EfficientNetLite(0),
        epochs: 1,
        held_out: 0.0,
        ..place.settings()
    };
    let run = |name: &str, seed| {
        let settings = Settings {
            seed,
            ..settings.clone()
        };
        let folder = place.path(name);
        train::train(&folder, &settings, &Control::default(), &mut |_| {}).unwrap();
        End::of(&folder)
    };
    let first = run("first", 0);
    run("again", 0).assert_is(&first);
    assert!(run("other", 1).steps != first.steps);
    // Also where they are saved before they are used.
    let folder = place.path("stopped");
    let starting = |event: &Event| matches!(event, Event::Started(_));
    assert!(stopped(&folder, &settings, starting).stopped);
    train::resume(&folder, &Control::default(), &mut |_| {}).unwrap();
    End::of(&folder).assert_is(&first);
}

#[test]
fn a_paused_run_waits_and_goes_on() {
    let _alone = alone();
    let place = Place::new();
    let settings = place.settings();
    let control = Control::default();
    let mut events = Vec::new();
    std::thread::scope(|scope| {
        let mut watch = |event: &Event| {
            events.push(event.clone());
            match event {
                Event::Step(step) if step.position == (Position { epoch: 0, step: 1 }) => {
                    control.pause(true);
                }
                Event::Paused => {
                    scope.spawn(|| {
                        std::thread::sleep(Duration::from_millis(200));
                        control.pause(false);
                    });
                }
                _ => {}
            }
        };
        train::train(&place.path("run"), &settings, &control, &mut watch).unwrap();
    });
    let paused = events
        .iter()
        .position(|event| *event == Event::Paused)
        .unwrap();
    assert!(matches!(events[paused - 1], Event::Saved { .. }));
    assert_eq!(events[paused + 1], Event::Resumed);
    let steps = events
        .iter()
        .filter(|event| matches!(event, Event::Step(_)));
    assert_eq!(steps.count(), 6);
}

#[test]
fn a_folder_holds_one_run() {
    let _alone = alone();
    let place = Place::new();
    let folder = place.path("run");
    let control = Control::default();
    let missing = train::resume(&folder, &control, &mut |_| {}).unwrap_err();
    assert!(missing.to_string().contains("holds no run"), "{missing}");
    control.stop();
    train::train(&folder, &place.settings(), &control, &mut |_| {}).unwrap();
    let twice = train::train(&folder, &place.settings(), &control, &mut |_| {}).unwrap_err();
    assert!(twice.to_string().contains("resume it"), "{twice}");
}

/// A path need not be text, and serde refuses those that are not.
#[cfg(target_os = "linux")]
#[test]
fn a_run_whose_paths_are_no_text_is_resumed() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let _alone = alone();
    let place = Place::new();
    let odd = |name: &str| {
        let mut path = place.path(name).into_os_string();
        path.push(OsStr::from_bytes(b"-\xff"));
        std::fs::rename(place.path(name), &path).unwrap();
        PathBuf::from(path)
    };
    let settings = Settings {
        data: vec![odd("rated")],
        pristine: vec![odd("pristine")],
        start: Start::Checkpoint(odd("start.safetensors")),
        epochs: 1,
        held_out: 0.0,
        ..place.settings()
    };
    let folder = place.path("run");
    let first = |event: &Event| matches!(event, Event::Step(_));
    assert!(stopped(&folder, &settings, first).stopped);
    let text = std::fs::read_to_string(folder.join("settings.json")).unwrap();
    assert_eq!(serde_json::from_str::<Settings>(&text).unwrap(), settings);
    let outcome = train::resume(&folder, &Control::default(), &mut |_| {}).unwrap();
    assert_eq!((outcome.stopped, outcome.epochs), (false, 1));
    // A run in such a folder too; its log names the checkpoints.
    let folder = odd("run");
    let epochs = |event: &Event| matches!(event, Event::Epoch(_));
    assert!(read_log(&folder).unwrap().iter().any(epochs));
    let resumed = train::resume(&folder, &Control::default(), &mut |_| {}).unwrap();
    assert_eq!(resumed.epochs, 1);
    let folder = folder.with_file_name(OsStr::from_bytes(b"other-\xff"));
    train::train(&folder, &settings, &Control::default(), &mut |_| {}).unwrap();
    let log = read_log(&folder).unwrap();
    let Some(Event::Epoch(epoch)) = log.iter().find(|event| epochs(event)) else {
        panic!("an epoch is in the log");
    };
    assert_eq!(epoch.checkpoint, folder.join("epoch-001.safetensors"));
}

#[test]
fn the_checkpoint_of_the_best_epoch_stays_however_few_are_kept() {
    let _alone = alone();
    let place = Place::new();
    let settings = Settings {
        best: Criterion::Rmse,
        epochs: 3,
        // So fast that it gets worse than the start.
        lr: 1.0,
        keep: 1,
        ..place.settings()
    };
    let folder = place.path("run");
    train::train(&folder, &settings, &Control::default(), &mut |_| {}).unwrap();
    let log = read_log(&folder).unwrap();
    let epochs = log.iter().filter_map(|event| match event {
        Event::Epoch(epoch) => Some(epoch),
        _ => None,
    });
    let epochs: Vec<_> = epochs.collect();
    let rmse = |number: usize| epochs[number].rmse.unwrap();
    let best = (0..4).min_by(|a, b| rmse(*a).total_cmp(&rmse(*b))).unwrap();
    assert!(best < 3, "the last one is kept anyway");
    let taken = epochs.iter().rposition(|epoch| epoch.best);
    assert_eq!(taken, Some(best));
    let there = (0..4).filter(|epoch| {
        let name = format!("epoch-{epoch:03}.safetensors");
        folder.join(name).is_file()
    });
    assert_eq!(there.collect::<Vec<_>>(), [best, 3]);
}
