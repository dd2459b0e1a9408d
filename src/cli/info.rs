//! `bpclip info`: what a checkpoint is, costs, and was made of.

use super::print::show;
use super::table::align_right;
use super::{Outcome, Usage};
use bpclip_core::checkpoint::{Checkpoint, Metadata};
use bpclip_core::device;
use bpclip_core::foreign::shown;
use bpclip_core::model::{Task, cost};
use bpclip_core::text::dimensions;
use clap::Args;
use comfy_table::{Table, presets};
use std::path::PathBuf;

/// Describe a checkpoint: configuration, cost, training, adjectives
#[derive(Debug, Args)]
pub struct Options {
    /// Checkpoint file; without it, the two bundled ones
    checkpoint: Option<PathBuf>,
    /// Size in pixels, WIDTHxHEIGHT, for which the multiply-adds are counted
    #[arg(long, default_value = "512x512", value_parser = size)]
    at: (usize, usize),
}

fn size(text: &str) -> Result<(usize, usize), String> {
    let (width, height) = text.split_once('x').unwrap_or((text, text));
    let side = |text: &str| match text.parse() {
        Ok(side @ 64..=65_535) => Ok(side),
        _ => Err("give WIDTHxHEIGHT, each 64 to 65535, such as 768x512".to_owned()),
    };
    Ok((side(width)?, side(height)?))
}

pub fn run(options: &Options) -> anyhow::Result<Outcome> {
    let device = device::cpu().device;
    let checkpoints = match &options.checkpoint {
        Some(path) => vec![Checkpoint::read(path, &device).map_err(|e| Usage(e.to_string()))?],
        None => [Task::NoReference, Task::FullReference]
            .into_iter()
            .map(|task| Checkpoint::bundled(task, &device))
            .collect::<Result<_, _>>()?,
    };
    for (index, checkpoint) in checkpoints.iter().enumerate() {
        if index > 0 {
            show!("");
        }
        describe(checkpoint, options.at)?;
    }
    Ok(Outcome::Done)
}

fn describe(checkpoint: &Checkpoint, (width, height): (usize, usize)) -> anyhow::Result<()> {
    let Metadata {
        config,
        adjectives,
        text,
        size,
        label,
        training,
        heldout,
        distribution,
        certainty,
        seen,
    } = &checkpoint.metadata;
    show!("{}", shown(&checkpoint.name));
    let line = |name: &str, value: String| {
        show!("  {:<12} {}", shown(name), shown(&value));
        anyhow::Ok(())
    };
    line("task", config.task.label().into())?;
    line("backbone", config.backbone.to_string())?;
    let switch = |on: bool| if on { "on" } else { "off" };
    line(
        "network",
        format!(
            "{} wide, {} heads, weight branch {}, text branch {}, {}",
            config.width,
            config.heads,
            switch(config.weight_branch),
            switch(config.text_branch),
            serde_json::to_value(config.direction)
                .ok()
                .and_then(|v| v.as_str().map(str::to_owned))
                .unwrap_or_default(),
        ),
    )?;
    line("scored at", size.to_string())?;
    line(
        "label",
        format!(
            "{} to {}: {}",
            label.range[0], label.range[1], label.meaning
        ),
    )?;
    line(
        "text",
        format!(
            "{}, \"{}\", from {}",
            text.encoder, text.template, text.source
        ),
    )?;
    for (key, value) in training {
        let value = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        line(key, value)?;
    }
    let measured = heldout.as_ref().map(ToString::to_string);
    line("held out", measured.unwrap_or("not measured".into()))?;
    let certainty = certainty.as_ref().map(|certainty| {
        format!(
            "intervals of {:.0} % held {:.0} % of {} pictures held out; which of two is better is told \
             with an expected calibration error of {:.3}",
            100.0 * certainty.coverage,
            100.0 * certainty.covered,
            certainty.pictures,
            certainty.pair_error
        )
    });
    line("certainty", certainty.unwrap_or("not fitted".into()))?;
    if !seen.is_empty() {
        line(
            "learned from",
            format!("{} pictures that it can tell again", seen.len()),
        )?;
    }
    let ranks = distribution.as_ref().map(|ranks| ranks.set.clone());
    line("ranks among", ranks.unwrap_or("not measured".into()))?;

    show!("\n  cost of one picture of {width}x{height} pixels");
    let mut table = Table::new();
    table.load_preset(presets::NOTHING);
    table.set_header(["  part", "parameters", "multiply-adds"]);
    let parts = cost::parts(&checkpoint.network, [height, width]);
    let sum = |pick: fn(&cost::PartCost) -> u64| parts.iter().map(pick).sum::<u64>();
    let all = (sum(|part| part.parameters), sum(|part| part.multiply_adds));
    let rows = parts
        .iter()
        .map(|p| (p.name, p.parameters, p.multiply_adds));
    for (name, parameters, multiply_adds) in rows.chain([("all", all.0, all.1)]) {
        table.add_row([
            format!("  {name}"),
            format!("{:.2} M", parameters as f64 / 1e6),
            format!("{:.2} G", multiply_adds as f64 / 1e9),
        ]);
    }
    align_right(&mut table, &[1, 2]);
    show!("{table}");

    show!("\n  adjectives");
    for dimension in dimensions(adjectives) {
        let words = |higher: bool| {
            adjectives
                .iter()
                .filter(|a| a.dimension == dimension && a.higher == higher)
                .map(|a| shown(&a.word))
                .collect::<Vec<_>>()
                .join(", ")
        };
        show!(
            "  {:<12} + {}\n  {:<12} - {}",
            shown(dimension),
            words(true),
            "",
            words(false)
        );
    }
    Ok(())
}
