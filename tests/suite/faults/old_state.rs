//! What an earlier run left is never taken for the one that is wanted.

use crate::training::runs::{Place, alone};
use bpclip_train::dataset::Protocol;
use bpclip_train::train::{
    self, Control, Event, Experiment, Position, Settings, TrainError, Variant, read_log,
};
use std::path::Path;

/// A run that is stopped after its first step.
fn begun(folder: &Path, settings: &Settings) {
    let control = Control::default();
    let mut watch = |event: &Event| {
        if matches!(event, Event::Step(_)) {
            control.stop();
        }
    };
    let outcome = train::train(folder, settings, &control, &mut watch).unwrap();
    assert!(outcome.stopped);
}

fn resumed(folder: &Path) -> Result<Vec<Event>, TrainError> {
    let mut events = Vec::new();
    train::resume(folder, &Control::default(), &mut |event| {
        events.push(event.clone());
    })?;
    Ok(events)
}

#[test]
fn files_of_two_runs_do_not_make_one() {
    let _alone = alone();
    let place = Place::new();
    let settings = place.settings();
    let folders = ["one", "two"].map(|name| place.path(name));
    for folder in &folders {
        begun(folder, &settings);
    }
    let [one, two] = &folders;
    // Of the same settings even.
    for name in ["state.safetensors", "log.jsonl"] {
        let (kept, aside) = (one.join(name), one.join("aside"));
        std::fs::rename(&kept, &aside).unwrap();
        std::fs::copy(two.join(name), &kept).unwrap();
        let error = resumed(one).unwrap_err().to_string();
        assert!(
            error.contains(name) && error.contains("does not belong"),
            "{error}"
        );
        std::fs::rename(&aside, &kept).unwrap();
    }
    let path = one.join("settings.json");
    let text = std::fs::read_to_string(&path).unwrap();
    let other = Settings {
        seed: 77,
        ..settings.clone()
    };
    std::fs::write(&path, serde_json::to_string(&other).unwrap()).unwrap();
    let error = resumed(one).unwrap_err().to_string();
    assert!(error.contains("settings.json does not belong"), "{error}");
    // Another device, or how often it is saved, is the user's own business.
    let same = Settings {
        save_minutes: 3.0,
        ..settings.clone()
    };
    std::fs::write(&path, serde_json::to_string(&same).unwrap()).unwrap();
    resumed(one).unwrap();

    // Without its settings a run is none, and what is left of it is not taken up by another.
    std::fs::write(&path, text).unwrap();
    std::fs::remove_file(&path).unwrap();
    let error = train::train(one, &other, &Control::default(), &mut |_| {}).unwrap_err();
    assert!(matches!(error, TrainError::Remains(_)), "{error}");
    assert!(!path.exists());
}

#[test]
fn a_dataset_that_changed_since_is_said() {
    let _alone = alone();
    let place = Place::new();
    let folder = place.path("run");
    begun(&folder, &place.settings());
    let warned = |events: &[Event]| {
        let texts = events.iter().filter_map(|event| match event {
            Event::Warned { text } if text.contains("has changed") => Some(text.clone()),
            _ => None,
        });
        texts.collect::<Vec<_>>()
    };
    let table = place.path("rated/labels.csv");
    let text = std::fs::read_to_string(&table).unwrap();
    std::fs::write(&table, text.replace(",1.5\n", ",1.6\n")).unwrap();
    let events = resumed(&folder).unwrap();
    let said = warned(&events);
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].contains("pictures or their ratings"), "{said:?}");
    assert_eq!(warned(&read_log(&folder).unwrap()), said);
    std::fs::write(&table, text).unwrap();
    assert_eq!(warned(&resumed(&folder).unwrap()), Vec::<String>::new());
}

/// A run of an earlier program says nothing of what it was made of, and is gone on with.
#[test]
fn a_run_of_before_is_resumed() {
    let _alone = alone();
    let place = Place::new();
    let folder = place.path("run");
    let control = Control::default();
    control.stop();
    train::train(&folder, &place.settings(), &control, &mut |_| {}).unwrap();
    for name in ["run.json", "log.jsonl", "state.safetensors"] {
        let _ = std::fs::remove_file(folder.join(name));
    }
    let events = resumed(&folder).unwrap();
    let Some(Event::Started(plan)) = events.first() else {
        panic!("{events:?}");
    };
    assert_eq!(
        (plan.position, plan.run.as_str()),
        (Position { epoch: 0, step: 0 }, "")
    );
    resumed(&folder).unwrap();
}

#[test]
fn an_experiment_refuses_runs_that_were_made_otherwise() {
    let _alone = alone();
    let place = Place::new();
    let folder = place.path("experiment");
    let settings = Settings {
        epochs: 1,
        ..place.settings()
    };
    let plan = |protocol| Experiment {
        variants: vec![Variant::Full],
        protocol,
        seeds: vec![0],
    };
    let run = |settings: &Settings, protocol: Protocol| {
        let mut steps = 0;
        let mut watch = |_: Variant, _: u64, event: &Event| {
            steps += usize::from(matches!(event, Event::Step(_)));
        };
        let control = Control::default();
        let ended = train::experiment(&folder, settings, &plan(protocol), &control, &mut watch);
        (ended, steps)
    };
    let (first, steps) = run(&settings, Protocol::EightTwo);
    assert!(steps > 0);
    // On two pictures nothing need be measured; the run is there.
    assert!(matches!(
        first,
        Ok(Some(_)) | Err(TrainError::Unmeasured { .. })
    ));
    let (_, steps) = run(&settings, Protocol::EightTwo);
    assert_eq!(steps, 0, "it is not done again");

    let refused = |settings: &Settings, protocol, why: &str| {
        let (ended, steps) = run(settings, protocol);
        let error = ended.unwrap_err().to_string();
        assert!(error.contains("full-0") && error.contains(why), "{error}");
        assert_eq!(steps, 0);
    };
    let longer = Settings {
        epochs: 7,
        ..settings.clone()
    };
    refused(&longer, Protocol::EightTwo, "`epochs` was 1 and is 7");
    refused(
        &settings,
        Protocol::SixTwoTwo,
        "the protocol was 8:2 and is 6:2:2",
    );
    let table = place.path("rated/labels.csv");
    let text = std::fs::read_to_string(&table).unwrap();
    std::fs::write(&table, text.replace(",1.5\n", ",1.6\n")).unwrap();
    refused(&settings, Protocol::EightTwo, "pictures or their ratings");
    std::fs::write(&table, text).unwrap();
    std::fs::write(place.path("start.safetensors"), "another").unwrap();
    let (ended, _) = run(&settings, Protocol::EightTwo);
    assert!(
        ended
            .unwrap_err()
            .to_string()
            .contains("a file that it starts from")
    );
    std::fs::remove_file(folder.join("full-0/run.json")).unwrap();
    let (ended, _) = run(&settings, Protocol::EightTwo);
    assert!(
        ended
            .unwrap_err()
            .to_string()
            .contains("an earlier program")
    );
}
