//! Trainings in another text space: own adjectives, and the paper's own recipe.

use super::runs::{Place, alone};
use crate::seed;
use crate::text::golden;
use crate::window::Bench;
use bpclip::app::scoring;
use bpclip_core::checkpoint::{Checkpoint, expected_tensors};
use bpclip_core::device::{self, DeviceChoice};
use bpclip_core::image::write_png;
use bpclip_core::inspect::{Scorer, prepare};
use bpclip_core::model::{BackboneKind, Config, Network, Task, TextSize};
use bpclip_core::text::{EncoderKind, MiniLm, TextSide, TextSpace};
use bpclip_train::train::{self, Control, Event, Preset, Settings, Start};
use burn::tensor::Device;
use egui_kittest::kittest::Queryable;
use std::path::Path;

#[test]
fn a_network_of_own_adjectives_carries_them() {
    let _alone = alone();
    let place = Place::new();
    let list = place.path("mood.txt");
    std::fs::write(
        &list,
        "mood + calm, cheerful\nmood - gloomy\nlight + golden hour\n",
    )
    .unwrap();
    let settings = Settings {
        start: Start::Fresh,
        backbone: BackboneKind::EfficientNetLite(0),
        adjective_list: Some(list),
        epochs: 1,
        ..place.settings()
    };
    let run = place.path("run");
    train::train(&run, &settings, &Control::default(), &mut |_| {}).unwrap();
    let checkpoint =
        Checkpoint::read(&run.join("best.safetensors"), &device::cpu().device).unwrap();
    let words = |checkpoint: &Checkpoint| -> Vec<String> {
        let adjectives = checkpoint.metadata.adjectives.iter();
        adjectives.map(|one| one.word.clone()).collect()
    };
    assert_eq!(
        words(&checkpoint),
        ["calm", "cheerful", "gloomy", "golden hour"]
    );
    let metadata = &checkpoint.metadata;
    assert_eq!(
        (metadata.text.encoder.as_str(), metadata.text.centred),
        ("minilm", true)
    );
    // The encoder places further words in its space, and its own where it has them.
    let side = TextSide::of(metadata, &checkpoint.network);
    let space = TextSpace::of(&side, Box::new(MiniLm::bundled().unwrap())).unwrap();
    let placed = space.place(&["gloomy"]).unwrap();
    assert_eq!(space.nearest(&placed[0], 1)[0].0, "gloomy");
    let scorer = Scorer::new(checkpoint, device::cpu());
    let picture = prepare(seed::picture("a", 96, 96), scorer.size).unwrap();
    let inspection = scorer.inspect(&picture, None, false).unwrap();
    assert!(
        inspection
            .prediction
            .similarities
            .iter()
            .all(|level| level.len() == 4)
    );

    // The window draws what the checkpoint carries.
    let photos = tempfile::tempdir().unwrap();
    let photo = photos.path().join("a.png");
    write_png(&seed::picture("a", 96, 96), &photo).unwrap();
    let mut bench = Bench::start(photos, vec![photo], [1280.0, 800.0]);
    bench.apply(scoring::Command::Checkpoint(run.join("best.safetensors")));
    bench.until("it scores with it", |app| {
        let rated = app
            .state()
            .gallery
            .frames
            .first()
            .and_then(|frame| frame.quality.rated());
        rated.is_some_and(|rated| rated.mean.len() == 4)
    });
    for words in ["Mood  ", "golden hour (better) ", "gloomy (worse) "] {
        let found = bench.harness.query_all_by_label_contains(words).next();
        assert!(found.is_some(), "{words}");
    }

    let broken = place.path("broken.txt");
    std::fs::write(&broken, "mood calm\n").unwrap();
    let settings = Settings {
        adjective_list: Some(broken),
        ..settings
    };
    let again = place.path("again");
    let error = train::train(&again, &settings, &Control::default(), &mut |_| {}).unwrap_err();
    assert!(error.to_string().contains("broken.txt, line 1"), "{error}");
}

/// `--preset paper` with weights of the real sizes: torchvision's ResNet-50 and CLIP RN50's text
/// encoder, seeded, as nobody here has the real ones. Two steps, of two crops instead of 16.
#[test]
fn the_papers_recipe_takes_two_steps() {
    let _alone = alone();
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::create_dir(at("rated")).unwrap();
    let mut table = "name,mos\n".to_owned();
    for index in 0..4 {
        let name = format!("{index}.png");
        write_png(&seed::picture(&name, 400, 390), &at("rated").join(&name)).unwrap();
        table.push_str(&format!("{name},{}\n", 1 + index));
    }
    std::fs::write(at("rated/labels.csv"), table).unwrap();
    let clip = crate::text::encoders::openai(&golden::seeded("clip-rn50"), "");
    std::fs::write(at("clip.safetensors"), golden::file(&clip)).unwrap();
    drop(clip);
    backbone(&at("resnet50.safetensors"));

    let settings = Settings {
        data: vec![at("rated")],
        weights: Some(at("resnet50.safetensors")),
        text_encoder: Some(EncoderKind::Clip),
        encoder: Some(at("clip.safetensors")),
        epochs: 1,
        batch: 2,
        held_out: 0.0,
        device: DeviceChoice::Cpu,
        ..Settings::new(Preset::Paper, Task::NoReference)
    };
    let run = at("run");
    let mut losses = Vec::new();
    train::train(&run, &settings, &Control::default(), &mut |event| {
        if let Event::Step(step) = event {
            losses.push(step.loss.total);
        }
    })
    .unwrap();
    assert_eq!(losses.len(), 2);
    assert!(losses.iter().all(|loss| loss.is_finite()), "{losses:?}");
    let checkpoint =
        Checkpoint::read(&run.join("epoch-001.safetensors"), &device::cpu().device).unwrap();
    let metadata = &checkpoint.metadata;
    assert_eq!(metadata.config.backbone, BackboneKind::ResNet50);
    assert_eq!(
        (metadata.text.encoder.as_str(), metadata.text.centred),
        ("clip", false)
    );
    let side = TextSide::of(metadata, &checkpoint.network);
    assert_eq!((side.features.len(), side.features[0].len()), (40, 1024));
}

/// A backbone file as `bpclip import` writes it, of seeded weights.
fn backbone(path: &Path) {
    let text = TextSize {
        adjectives: 1,
        width: 1,
        centred: false,
    };
    let config = Config::new(Task::NoReference, BackboneKind::ResNet50);
    let network = Network::new(&config, text, &Device::flex());
    let tensors = expected_tensors(network)
        .into_iter()
        .filter_map(|(name, shape)| {
            let name = name.strip_prefix("backbone.")?.to_owned();
            let floats = golden::floats(&name, &shape);
            Some((name, floats))
        });
    std::fs::write(path, golden::file(&tensors.collect())).unwrap();
}
