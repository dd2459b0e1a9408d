//! Words in the space of the bundled checkpoints.

use super::golden;
use super::tokens::small;
use bpclip_core::checkpoint::Checkpoint;
use bpclip_core::device;
use bpclip_core::model::Task;
use bpclip_core::text::{
    Adjective, Clip, MiniLm, TextEncoder, TextError, TextSide, TextSpace, standard,
};
use std::path::Path;

/// Plain words for how a photograph looks; none is among the 40.
const QUALITY: &str = "crystal clear, tack sharp, razor-sharp, fuzzy, murky, misty, foggy, \
    out of focus, in focus, soft focus, shaky, motion blurred, ghosted, jagged, aliased, moiré, \
    ringing, banded, posterized, muted, pale, saturated, colorless, monochrome, sepia, tinted, \
    yellowish, greenish, bluish, warm, cool, vibrant, rich, garish, gaudy, lurid, bleached, \
    overlit, backlit, shadowy, gloomy, dim, luminous, radiant, glowing, brilliant, blown-out, \
    burnt-out, underlit, low-light, moody, dramatic, contrasting, low-contrast, high-contrast, \
    gray, gritty, dirty, dusty, scratched, stained, damaged, artifact-ridden, lossy, corrupted, \
    glitchy, low-resolution, high-resolution, low-quality, high-quality, professional, amateur, \
    beautiful, ugly, pretty, pleasant, unpleasant, aesthetic, dreamy, nostalgic, vintage, retro, \
    cinematic, poor, terrible, awful, great, perfect, mediocre, average, stunning, gorgeous, \
    breathtaking, lovely, boring, lifeless, flat-looking, clear, unclear, indistinct, vague, \
    textured, smudged, streaky, mottled, blotchy, spotty, patchy, noisy-looking, static, snowy, \
    sparkling, glossy, matte, shiny, balanced, well-exposed, well-composed, cluttered, messy, \
    simple, busy, cheap, fine, coarse, rough, realistic, unrealistic, artificial, synthetic, \
    processed, filtered, retouched, oversharpened, halo, overprocessed, faithful, authentic, \
    true-to-life, warped, stretched, squashed, crooked, tilted, cropped";

/// Words that say nothing of it.
const UNRELATED: &str = "banana, democratic, quarterly, mathematical, Belgian, carnivorous, \
    electric, legal, Tuesday, parliamentary, hydraulic, allergic, tax-deductible, edible, \
    pregnant, Buddhist, unemployed, bilingual, nuclear, wooden, married, feline, dental, \
    municipal, agricultural, radioactive, spicy, salty, poisonous, barefoot, theological, \
    syntactic, recursive, quantum, diesel, vegetarian, alcoholic, nocturnal, aquatic, bankrupt, \
    divorced, medieval, Roman, orthodox, postal, seismic, statistical, symphonic, tribal, \
    venereal, volcanic, wireless, yearly, zoological, angry, jealous, talkative, punctual, \
    generous, hungry, drunk, sleepy, brave, loyal, honest, polite, shy, stubborn, lazy, greedy, \
    dishwasher, keyboard, trombone, shoe, elephant, parliament, invoice, carburetor, \
    photosynthesis, the price of tea in China, chocolate cake with cream, football match, \
    grandmother, dog, cat, car, airplane, seventeen, purple monkey dishwasher, asdfgh, xqzv, 42, \
    running, swimming, yesterday, whenever, because, Schadenfreude, Python, blockchain, \
    stock market, inflation, mortgage";

fn bundled(task: Task) -> Checkpoint {
    Checkpoint::bundled(task, &device::cpu().device).unwrap()
}

fn minilm() -> Box<dyn TextEncoder> {
    Box::new(MiniLm::bundled().unwrap())
}

fn side(task: Task) -> TextSide {
    let checkpoint = bundled(task);
    TextSide::of(&checkpoint.metadata, &checkpoint.network)
}

fn space() -> TextSpace {
    TextSpace::of(&side(Task::NoReference), minilm()).unwrap()
}

fn differ(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    a.iter()
        .zip(b)
        .fold(0.0, |most, (a, b)| most.max((a - b).abs()))
}

#[test]
fn the_adjectives_of_the_bundled_checkpoints_come_out_again() {
    for task in [Task::NoReference, Task::FullReference] {
        let checkpoint = bundled(task);
        let tensors = checkpoint.tensors();
        let space = TextSpace::of(&side(task), minilm()).unwrap();
        let words: Vec<String> = standard().into_iter().map(|one| one.word).collect();
        let placed = space.place(&words).unwrap();
        let vectors: Vec<f32> = placed.iter().flat_map(|one| one.vector.clone()).collect();
        let most = differ(&vectors, &tensors["text_features"].numbers);
        println!("{}: off by {most:.1e}", task.label());
        assert!(most < 1e-3, "{most}");
        for one in &placed {
            assert!(one.distance < 0.02 && !one.far, "{one:?}");
        }

        // As a training would begin.
        let made = TextSpace::new(minilm(), &standard(), "a {adjective} photo").unwrap();
        for (name, values) in made.tensors() {
            assert_eq!(values.shape, tensors[&name].shape);
            assert!(
                differ(&values.numbers, &tensors[&name].numbers) < 1e-3,
                "{name}"
            );
        }
        assert_eq!(made.source(), checkpoint.metadata.text);
        assert!((made.limit().unwrap() - space.limit().unwrap()).abs() < 1e-3);
    }
}

#[test]
fn a_word_is_near_its_like() {
    let space = space();
    for (word, like) in [
        ("  Grayish\n and dull ", "dull"),
        ("too dark", "dark"),
        ("a bit grainy", "grainy"),
        ("pixellated", "pixelated"),
    ] {
        let placed = space.place(&[word]).unwrap().remove(0);
        let nearest = space.nearest(&placed, 1);
        assert_eq!(nearest[0].0, like, "{word}: {nearest:?}");
        assert_eq!(space.nearest(&placed, 100).len(), 40);
    }
}

/// The shares that the documentation of the limit states.
#[test]
fn what_is_far_is_marked() {
    let space = space();
    let far = |words: &str| {
        let words: Vec<&str> = words.split(", ").collect();
        let placed = space.place(&words).unwrap();
        let far = placed.iter().filter(|one| one.far).count();
        far as f32 / words.len() as f32
    };
    let (quality, unrelated) = (far(QUALITY), far(UNRELATED));
    println!("far: {quality:.3} of the quality words, {unrelated:.3} of the others");
    assert!(quality < 0.17, "{quality}");
    assert!(unrelated > 0.85, "{unrelated}");
}

#[test]
fn similarities_are_cosines() {
    let placed = space().place(&["dreamy"]).unwrap().remove(0);
    let times = |factor: f32| placed.vector.iter().map(|v| v * factor).collect::<Vec<_>>();
    let image = [times(1.0), times(7.0), times(-2.0), times(0.0)];
    assert!(differ(&placed.similarities(&image), &[1.0, 1.0, -1.0, 0.0]) < 1e-5);
}

/// Features that were not centred: the space of a CLIP.
#[test]
fn a_space_without_a_mean() {
    let clip = Clip::parse(&golden::file(&small()), Path::new("small")).unwrap();
    let adjectives = &standard()[..5];
    let space = TextSpace::new(Box::new(clip), adjectives, "a {adjective} photo").unwrap();
    assert!(!space.source().centred && !space.tensors().contains_key("text_mean"));
    let placed = space.place(&["crisp", "dreamy"]).unwrap();
    assert!(placed[0].distance < 1e-3 && placed[1].distance > 1e-2);
    assert_eq!(space.nearest(&placed[0], 1)[0].0, "crisp");
}

#[test]
fn what_cannot_be_placed_is_said() {
    let space = space();
    assert!(matches!(
        space.place(&["fine", " \n"]),
        Err(TextError::Empty)
    ));
    let long = "very ".repeat(300);
    let error = space.place(&[&long]).unwrap_err().to_string();
    assert!(error.contains("304") && error.contains("256"), "{error}");
    assert_eq!(space.place::<&str>(&[]).unwrap(), []);

    let template = |template: &str| {
        TextSpace::new(minilm(), &standard(), template)
            .err()
            .unwrap()
    };
    assert!(matches!(template("a photo"), TextError::Template(_)));
    let one = |word: &str| Adjective {
        word: word.into(),
        dimension: "mood".into(),
        higher: true,
    };
    let same = [one("dreamy"), one("Dreamy")];
    let error = TextSpace::new(minilm(), &same, "a {adjective} photo")
        .err()
        .unwrap();
    assert!(error.to_string().contains("dreamy"), "{error}");
}

#[test]
fn another_encoder_is_refused() {
    let refused = |encoder| {
        let side = side(Task::NoReference);
        TextSpace::of(&side, encoder).err().expect("an error")
    };
    let seeded = golden::file(&golden::seeded("minilm-seeded"));
    let other = MiniLm::parse(&seeded, Path::new("seeded")).unwrap();
    let error = refused(Box::new(other));
    assert!(
        matches!(&error, TextError::OtherWeights { word, .. } if word == "sharp"),
        "{error}"
    );
    let clip = Clip::parse(&golden::file(&small()), Path::new("small")).unwrap();
    let error = refused(Box::new(clip));
    assert!(
        matches!(
            error,
            TextError::Width {
                encoder: 16,
                checkpoint: 384
            }
        ),
        "{error}"
    );
}
