//! `bpclip map`: where in a photo it is sharp, noisy, badly compressed.

use super::heat::HeatOptions;
use super::one::OnePicture;
use super::outputs::{Names, make_folder};
use super::print::{say, show};
use super::progress::bar;
use super::{NetworkOptions, Outcome, Size, Usage, named, signals};
use anyhow::{Context, anyhow};
use bpclip_core::image::{self, Limits, Map, Picture};
use bpclip_core::inspect::Prediction;
use bpclip_core::inspect::report::{MapReport, Ranks, ReportHead, ScoredBy};
use bpclip_core::inspect::tiles::{self, Aspect, Grid};
use bpclip_core::text::{Adjective, dimensions};
use clap::Args;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

/// Pixels of the longer side of the pictures that are written: a map needs no more.
const DRAWN: u32 = 2048;

/// Map the quality of a photo's parts: where it is sharp, noisy, badly compressed
///
/// Cuts the photo at full resolution into tiles, scores each, and writes into FOLDER a heatmap
/// over the photo (longer side 2048 at most) for the score and each dimension, such as `score.png`
/// and `noise.png`, and `map.json` with every value. Each tile is judged by itself: a clear sky
/// looks soft. Exit code 0: done; 1: failed; 2: wrong usage; 130: stopped by Ctrl+C, with nothing
/// written.
#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    one: OnePicture,
    /// What to map: `score`, a dimension such as `sharpness`, or an adjective such as `blocky`;
    /// may be given several times. Without it, the score and every dimension
    #[arg(long, value_name = "ASPECT")]
    of: Vec<String>,
    /// Pixels of a tile's side
    #[arg(long, value_name = "PIXELS", default_value_t = tiles::SIDE,
          value_parser = clap::value_parser!(u32)
              .range(*tiles::SIDES.start() as i64..=*tiles::SIDES.end() as i64))]
    tile: u32,
    /// Bring the picture's shorter side down to so many pixels first; without it, or with `full`,
    /// its own pixels are looked at
    #[arg(long, value_name = "PIXELS")]
    size: Option<Size>,
    /// What the first and the last colour stand for, such as `0,100`; without it, the lowest and
    /// the highest value of each map
    #[arg(long, value_name = "LOW,HIGH", value_parser = range, allow_hyphen_values = true)]
    range: Option<(f32, f32)>,
    #[command(flatten)]
    heat: HeatOptions,
    #[command(flatten)]
    network: NetworkOptions,
}

fn range(text: &str) -> Result<(f32, f32), String> {
    let ends = text
        .split_once(',')
        .and_then(|(low, high)| Some((low.trim().parse().ok()?, high.trim().parse().ok()?)));
    match ends {
        Some((low, high)) if low < high => Ok((low, high)),
        _ => Err("give two numbers, the lower one first, such as 0,100".into()),
    }
}

pub fn run(options: &Options) -> anyhow::Result<Outcome> {
    let task = options.one.task("map")?;
    let folder = &options.one.output;
    let scorer = options.network.scorer(task)?;
    let adjectives = &scorer.metadata.adjectives;
    let aspects = aspects(&options.of, adjectives)?;
    let load = |path: &Path| -> anyhow::Result<Picture> {
        let picture = image::read(path, &Limits::of_this_machine())?;
        let policy = options.size.unwrap_or(Size::Full).policy();
        let (width, height) = policy.apply(picture.width, picture.height);
        Ok(image::resize(picture, width, height))
    };
    let picture = load(&options.one.image)?;
    let reference = options.one.reference.as_deref().map(load).transpose()?;
    let failed = |error: bpclip_core::inspect::InspectError| {
        anyhow!(named(&options.one.image, &error.to_string()))
    };
    let mut names = Names::default();
    let aspects: Vec<(Aspect, PathBuf)> = aspects
        .into_iter()
        .map(|aspect| {
            // A checkpoint's words may be anything.
            let name = names.of(aspect.name(adjectives));
            (aspect, folder.join(format!("{name}.png")))
        })
        .collect();
    let path = folder.join("map.json");
    let inputs = options.one.inputs(options.network.checkpoint.as_deref());
    for output in aspects.iter().map(|(_, path)| path).chain([&path]) {
        inputs.spare(output)?;
    }
    let grid = Grid::new(picture.width, picture.height, options.tile).map_err(failed)?;

    let cancel = signals::flag();
    let bar = bar(grid.count(), "{bar:30} {pos}/{len} tiles  {eta} left");
    let mut seen: Vec<Option<Prediction>> = vec![None; grid.count()];
    let order = grid.order();
    for batch in order.chunks(scorer.together(grid.tile_width, grid.tile_height)) {
        if cancel.load(Ordering::Relaxed) {
            bar.finish_and_clear();
            say!("interrupted: nothing was written");
            return Ok(Outcome::Interrupted);
        }
        let looked = tiles::look(&scorer, &picture, reference.as_ref(), &grid, batch);
        for (index, tile) in batch.iter().zip(looked.map_err(failed)?) {
            if let Some(place) = seen.get_mut(*index) {
                *place = Some(tile);
            }
        }
        bar.inc(batch.len() as u64);
    }
    bar.finish_and_clear();

    make_folder(folder)?;
    let drawn = small(picture);
    for (aspect, path) in aspects {
        let map = tiles::map(&grid, &seen, adjectives, aspect);
        let name = aspect.name(adjectives);
        let range = options.range.unwrap_or_else(|| map.range());
        let heatmap = options.heat.over(&drawn, &map, range);
        image::write_png(&heatmap, &path)?;
        show!("{}", summary(name, &map, &grid));
    }
    let report = MapReport {
        head: ReportHead {
            path: &options.one.image,
            reference: options.one.reference.as_deref(),
            by: ScoredBy {
                checkpoint: &scorer.name,
                device: &scorer.device().name,
                adjectives,
                ranks: Ranks::of(&scorer.metadata),
            },
        },
        grid: &grid,
        tiles: &seen,
    };
    bpclip_core::file::write_whole(&path, |file| report.write(file))
        .with_context(|| path.display().to_string())?;
    show!("{}", path.display());
    Ok(Outcome::Done)
}

fn aspects(names: &[String], adjectives: &[Adjective]) -> anyhow::Result<Vec<Aspect>> {
    if names.is_empty() {
        return Ok(Aspect::all(adjectives));
    }
    let named = |name: &String| {
        Aspect::named(name, adjectives).ok_or_else(|| {
            let known = dimensions(adjectives).join(", ");
            let known = format!("score, {known}, or an adjective of `bpclip info`");
            Usage(format!(
                "--of {name}: there is no such map; there are {known}"
            ))
            .into()
        })
    };
    names.iter().map(named).collect()
}

/// The picture as it is drawn under a map.
fn small(picture: Picture) -> Picture {
    let longer = picture.width.max(picture.height);
    if longer <= DRAWN {
        return picture;
    }
    let side = |side: u32| (u64::from(side) * u64::from(DRAWN) / u64::from(longer)).max(1) as u32;
    let (width, height) = (side(picture.width), side(picture.height));
    image::resize(picture, width, height)
}

/// A map in a line: its lowest and its highest tile.
fn summary(name: &str, map: &Map, grid: &Grid) -> String {
    let at = |wanted: f32| {
        let index = map.values.iter().position(|value| *value == wanted);
        let (x, y) = grid.corner(index.unwrap_or_default());
        format!("{wanted:.3} at {x},{y}")
    };
    let (low, high) = map.range();
    format!("{name}: from {} to {}", at(low), at(high))
}
