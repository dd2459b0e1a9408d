//! `bpclip inspect`: everything that the network says of one picture.

use super::table::fitting;
use super::{NetworkOptions, Outcome, Usage};
use crate::image::{self, ColourMap, Limits, Map};
use crate::inspect::{Detail, Inspection, Scorer, prepare};
use crate::model::Task;
use crate::text::{dimension_value, dimensions};
use anyhow::Context;
use clap::Args;
use serde_json::{Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Explain a picture's score: heatmaps as PNG, every number as JSON
///
/// Writes into FOLDER `information-1.png` to `-4` and `weight-1.png` to `-4` (where the two
/// branches of the network see something, over the picture) and `inspection.json`.
#[derive(Debug, Args)]
pub struct Options {
    /// The picture
    image: PathBuf,
    /// Folder to write into; made if it is not there
    #[arg(long, short, value_name = "FOLDER")]
    output: PathBuf,
    /// Compare with this picture
    #[arg(long, value_name = "FILE")]
    reference: Option<PathBuf>,
    /// Colours of the heatmaps; all but grey are readable with any colour vision
    #[arg(long, value_enum, default_value_t)]
    colours: ColourMap,
    /// How much of the picture a heatmap hides, 0 to 1
    #[arg(long, default_value_t = 0.6, value_parser = opacity)]
    opacity: f32,
    #[command(flatten)]
    network: NetworkOptions,
}

fn opacity(text: &str) -> Result<f32, String> {
    match text.parse() {
        Ok(value) if (0.0..=1.0).contains(&value) => Ok(value),
        _ => Err("give a number from 0 to 1".into()),
    }
}

pub fn run(options: &Options) -> anyhow::Result<Outcome> {
    if options.image.is_dir() {
        let path = options.image.display();
        return Err(Usage(format!("{path} is a folder: inspect takes one picture")).into());
    }
    let task = match options.reference {
        Some(_) => Task::FullReference,
        None => Task::NoReference,
    };
    let load =
        |path: &Path, scorer: &Scorer| prepare(image::read(path, &Limits::default())?, scorer.size);
    let scorer = options.network.scorer(task)?;
    let named = |error: crate::inspect::InspectError| {
        anyhow::anyhow!("{}: {error}", options.image.display())
    };
    let picture = load(&options.image, &scorer)?;
    let reference = match &options.reference {
        Some(path) => Some(load(path, &scorer)?),
        None => None,
    };
    let inspection = scorer
        .inspect(&picture, reference.as_ref(), true)
        .map_err(named)?;
    let detail = inspection
        .detail
        .as_ref()
        .context("the network gave no maps")?;

    std::fs::create_dir_all(&options.output)
        .with_context(|| format!("cannot make the folder {}", options.output.display()))?;
    for (branch, maps) in [
        ("information", &detail.information),
        ("weight", &detail.weight),
    ] {
        for (level, map) in maps.iter().enumerate() {
            let picture = &picture.picture;
            let heatmap =
                image::overlay(picture, map, map.range(), options.colours, options.opacity);
            let name = format!("{branch}-{}.png", level + 1);
            image::write_png(&heatmap, &options.output.join(name))?;
        }
    }
    let path = options.output.join("inspection.json");
    let report = report(options, &scorer, &inspection, detail);
    crate::file::write_whole(&path, |file| {
        serde_json::to_writer(&mut *file, &report)?;
        writeln!(file)
    })
    .with_context(|| path.display().to_string())?;

    let looks = fitting(&inspection, &scorer.metadata.adjectives).join(", ");
    println!(
        "{:.1} of 100, higher is better; looks {looks}",
        inspection.score
    );
    println!("{}", path.display());
    Ok(Outcome::Done)
}

/// Everything, with what made it. Maps have h rows of w values; attention has, for each level,
/// heads, queries and keys.
fn report(options: &Options, scorer: &Scorer, inspection: &Inspection, detail: &Detail) -> Value {
    let adjectives = &scorer.metadata.adjectives;
    let mean = inspection.mean_similarities();
    let attention = |levels: &[crate::inspect::Attention]| {
        let level = |a: &crate::inspect::Attention| {
            let count = a.grid[0] * a.grid[1];
            let heads: Vec<Vec<&[f32]>> = a
                .weights
                .chunks(count * count)
                .map(|head| head.chunks(count).collect())
                .collect();
            json!({ "grid": a.grid, "heads": heads })
        };
        levels.iter().map(level).collect::<Vec<_>>()
    };
    json!({
        "path": options.image.to_string_lossy(),
        "reference": options.reference.as_ref().map(|path| path.to_string_lossy()),
        "checkpoint": scorer.name,
        "device": scorer.device.name,
        "inspection": inspection,
        "adjectives": adjectives,
        "dimensions": dimensions(adjectives)
            .into_iter()
            .map(|dimension| (dimension.to_owned(), dimension_value(adjectives, &mean, dimension).into()))
            .collect::<serde_json::Map<String, Value>>(),
        "information": rows(&detail.information),
        "weight": rows(&detail.weight),
        "masks": rows(&detail.masks),
        "information_attention": attention(&detail.information_attention),
        "weight_attention": attention(&detail.weight_attention),
        "image_features": detail.image_features,
    })
}

fn rows(maps: &[Map]) -> Vec<Vec<&[f32]>> {
    maps.iter()
        .map(|map| map.values.chunks(map.width.max(1)).collect())
        .collect()
}
