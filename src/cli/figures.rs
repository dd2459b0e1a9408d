//! Figures for a paper, of one picture.

use super::Usage;
use super::outputs::{Inputs, Names};
use crate::figure::{
    self, AttentionOf, Drawing, Figure, FigureError, Format, Page, Style, Subject,
};
use anyhow::Context;
use bpclip_core::inspect::Branch;
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};

/// What can be drawn of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// The paper's Fig. 4: the picture, and the maps of both branches at every level
    Maps,
    /// Where a cell looks: the mean of the heads, and each head
    Attention,
}

/// Which figures are drawn.
#[derive(Debug, Args)]
#[command(next_help_heading = "Figures for a paper")]
pub struct FigureOptions {
    /// Draw a figure too, named after the picture; may be given several times
    #[arg(long = "figure", value_enum, value_name = "FIGURE")]
    kinds: Vec<Kind>,
    /// Draw how the maps differ from those of this picture, which must be scored at the same size
    #[arg(long = "figure-minus", value_name = "FILE")]
    minus: Option<PathBuf>,
    /// The cell whose attention is drawn, counted from 0; without it, the one in the middle
    #[arg(long, value_name = "COLUMN,ROW", value_parser = cell)]
    cell: Option<(usize, usize)>,
    /// The branch whose attention is drawn
    #[arg(long, value_enum, value_name = "BRANCH", default_value_t)]
    branch: Branch,
    /// The level whose attention is drawn, from 1; without it, all
    #[arg(long, value_name = "LEVEL", value_parser = clap::value_parser!(u32).range(1..))]
    level: Option<u32>,
    /// Give all maps of a row one range of colours, not each its own
    #[arg(long)]
    shared_range: bool,
    /// Write the values behind the figures too, as NumPy's .npy, a file a map
    #[arg(long)]
    npy: bool,
    #[command(flatten)]
    file: FileOptions,
}

/// What kind of file figures become, and how large.
#[derive(Debug, Args)]
pub struct FileOptions {
    /// The kind of file
    #[arg(
        long = "figure-format",
        value_enum,
        value_name = "FORMAT",
        default_value_t
    )]
    pub format: Format,
    #[command(flatten)]
    pub page: Page,
}

fn cell(text: &str) -> Result<(usize, usize), String> {
    let both = text.split_once(',');
    both.and_then(|(column, row)| Some((column.trim().parse().ok()?, row.trim().parse().ok()?)))
        .ok_or_else(|| "give a column and a row, such as 5,3".into())
}

impl FileOptions {
    /// The file of a figure of this name.
    pub fn path(&self, folder: &Path, name: &str) -> PathBuf {
        folder.join(format!("{name}.{}", self.format.ending()))
    }

    /// Writes a drawing.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write(&self, drawing: &Drawing, path: &Path) -> anyhow::Result<()> {
        bpclip_core::file::write_whole(path, |out| drawing.write(&self.page, self.format, out))
            .with_context(|| format!("cannot write {}", path.display()))
    }
}

/// A mistake in what was asked for.
pub fn usage(error: &FigureError) -> Usage {
    Usage(error.to_string())
}

/// What the names of a picture's files begin with.
pub fn stem(picture: &Path) -> String {
    let stem = picture.file_stem().unwrap_or_default();
    Names::default().of(&stem.to_string_lossy())
}

impl FigureOptions {
    /// The other picture, where there is one.
    pub fn minus(&self) -> Option<&Path> {
        self.minus.as_deref()
    }

    /// How maps are drawn, where this is how heatmaps are.
    pub fn style(&self, style: Style) -> Style {
        Style {
            shared_range: self.shared_range,
            ..style
        }
    }

    /// The figures of a picture, and of another one beside it.
    pub fn draw(
        &self,
        subject: &Subject,
        other: Option<&Subject>,
        style: &Style,
    ) -> Result<Vec<Figure>, Usage> {
        let page = &self.file.page;
        let of = |kind: &Kind| match kind {
            Kind::Maps => figure::maps(subject, style, page),
            Kind::Attention => {
                let of = AttentionOf {
                    branch: self.branch,
                    level: self.level.map(|level| level as usize - 1),
                    cell: self.cell,
                };
                figure::attention(subject, of, style, page)
            }
        };
        let difference = other.map(|other| figure::difference(subject, other, style, page));
        let figures = self.kinds.iter().map(of).chain(difference);
        figures
            .map(|figure| figure.map_err(|error| usage(&error)))
            .collect()
    }

    /// Refuses files that are inputs.
    pub fn check(&self, figures: &[Figure], folder: &Path, inputs: &Inputs) -> Result<(), Usage> {
        for figure in figures {
            inputs.spare(&self.file.path(folder, &figure.name))?;
            if self.npy {
                figure
                    .value_paths(folder)
                    .try_for_each(|path| inputs.spare(&path))?;
            }
        }
        Ok(())
    }

    /// Writes figures, and their values where that is wanted; gives the figures' files.
    pub fn write(&self, figures: &[Figure], folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
        let mut written = Vec::new();
        for figure in figures {
            let path = self.file.path(folder, &figure.name);
            self.file.write(&figure.drawing, &path)?;
            if self.npy {
                figure.write_values(folder)?;
            }
            written.push(path);
        }
        Ok(written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_a_column_and_a_row() {
        assert_eq!(cell("5,3"), Ok((5, 3)));
        assert_eq!(cell(" 0, 12"), Ok((0, 12)));
        for wrong in ["5", "5,", "-1,2", "a,b", "1,2,3"] {
            assert!(cell(wrong).unwrap_err().contains("5,3"), "{wrong}");
        }
    }
}
