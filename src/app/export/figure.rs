//! Figures for a paper, as `bpclip inspect` draws them.

use super::names::stem;
use super::save;
use super::sources::{Sources, Write};
use crate::app::gallery::Frame;
use crate::app::scoring::Rated;
use crate::app::settings::MapRange;
use crate::figure::{self, AttentionOf, Format, Page, Style, Subject};
use bpclip_core::image::{Limits, Picture};
use bpclip_core::inspect::Detail;
use bpclip_core::inspect::worker::Source;
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::Arc;

/// What a figure shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FigureKind {
    /// All maps of both branches.
    Maps,
    /// Where the chosen cell looks.
    Attention,
    /// How the maps differ from those of the second picture.
    Difference,
}

impl FigureKind {
    /// What it is, in the window.
    pub const fn what(self) -> &'static str {
        match self {
            Self::Maps => "a figure of the maps",
            Self::Attention => "a figure of this cell's attention",
            Self::Difference => "a figure of how two pictures' maps differ",
        }
    }
}

/// How figures are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct FigureSettings {
    /// The kind of file that is offered.
    pub format: Format,
    /// How large they are.
    pub page: Page,
    /// Whether the values behind them are written too.
    pub values: bool,
    /// Whether attention is drawn at every level, not only the one that is looked at.
    pub all_levels: bool,
}

/// A picture and all that is known of it, for a thread.
struct Seen {
    name: String,
    stem: String,
    source: Source,
    rated: Arc<Rated>,
    detail: Arc<Detail>,
}

impl Seen {
    fn of(sources: &Sources<'_>, frame: &Frame) -> Option<Self> {
        let scene = &sources.scene;
        Some(Self {
            name: frame.name.clone(),
            stem: stem(sources.gallery, frame),
            source: frame.source.clone(),
            rated: Arc::clone(frame.scored(scene.task).rated()?),
            detail: Arc::clone(scene.detail(frame)?),
        })
    }

    fn read(&self) -> Result<Picture, String> {
        let read = self.source.read(&Limits::of_this_machine());
        read.map_err(|error| error.to_string())
    }

    fn subject<'a>(&'a self, picture: &'a Picture) -> Subject<'a> {
        let inspection = &self.rated.inspection;
        Subject {
            name: &self.name,
            stem: &self.stem,
            picture,
            scored: (inspection.scored_width, inspection.scored_height),
            score: inspection.prediction.score(),
            detail: &self.detail,
        }
    }
}

/// The cell that is looked at.
fn attention_of(sources: &Sources<'_>, settings: FigureSettings) -> AttentionOf {
    let view = sources.scene.viewer.attention;
    AttentionOf {
        branch: view.branch,
        level: (!settings.all_levels).then_some(view.level),
        cell: view.cell,
    }
}

/// The name of a figure's file: that which `bpclip inspect` gives it.
pub fn name(sources: &Sources<'_>, kind: FigureKind, settings: FigureSettings) -> String {
    let scene = &sources.scene;
    let of = |frame: Option<&Frame>| frame.map(|frame| stem(sources.gallery, frame));
    let first = of(scene.first).unwrap_or_default();
    let name = match (kind, of(scene.second)) {
        (FigureKind::Difference, Some(second)) => {
            figure::maps_file_name(&figure::difference_stem(&first, &second))
        }
        (FigureKind::Attention, _) => {
            let of = attention_of(sources, settings);
            let detail = scene.first.and_then(|frame| scene.detail(frame));
            let grid = detail.and_then(|detail| Some(detail.attentions(of.branch).first()?.grid));
            of.file_name(&first, grid.unwrap_or_default())
        }
        (FigureKind::Maps | FigureKind::Difference, _) => figure::maps_file_name(&first),
    };
    format!("{name}.{}", settings.format.ending())
}

/// A figure of the selected picture. The ending of its file says of which kind it is.
pub fn figure(
    sources: &Sources<'_>,
    kind: FigureKind,
    settings: FigureSettings,
) -> Result<Write, String> {
    let (frame, ..) = sources.with_maps()?;
    let scene = &sources.scene;
    let no_maps =
        |frame: &Frame| format!("{} has no maps yet: wait until it is scored", frame.name);
    let first = Seen::of(sources, frame).ok_or_else(|| no_maps(frame))?;
    let second = match (kind, scene.second) {
        (FigureKind::Difference, None) => return Err("No second picture is chosen".into()),
        (FigureKind::Difference, Some(frame)) => {
            Some(Seen::of(sources, frame).ok_or_else(|| no_maps(frame))?)
        }
        _ => None,
    };
    let of = attention_of(sources, settings);
    let style = Style {
        colours: scene.style.colours,
        opacity: scene.style.opacity,
        shared_range: scene.style.range == MapRange::Shared,
        with_position: scene.style.with_position,
    };
    let page = settings.page;
    Ok(Box::new(move |path| {
        let words = |error: figure::FigureError| error.to_string();
        let format = Format::of(path).map_err(words)?;
        let picture = first.read()?;
        let other = second.as_ref().map(Seen::read).transpose()?;
        let subject = first.subject(&picture);
        let other = second.as_ref().zip(other.as_ref());
        let figure = match other.map(|(seen, picture)| seen.subject(picture)) {
            Some(other) => figure::difference(&subject, &other, &style, &page),
            None if kind == FigureKind::Attention => figure::attention(&subject, of, &style, &page),
            None => figure::maps(&subject, &style, &page),
        };
        let figure = figure.map_err(words)?;
        let written = save(path, |out| figure.drawing.write(&page, format, out));
        written.map_err(|error| error.to_string())?;
        match settings.values {
            true => figure
                .write_values(path.parent().unwrap_or(Path::new("")))
                .map_err(words),
            false => Ok(()),
        }
    }))
}
