//! Tables of results, as Markdown for people, as CSV for programs and as LaTeX for papers.

mod latex;

use super::EvaluateError;
use super::statistics::Interval;
use super::statistics::bootstrap::quantile;
use bpclip_core::file::write_whole;
use bpclip_core::foreign::{cell, shown};
use clap::ValueEnum;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// A table of results.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The name of its CSV file, without the extension.
    pub key: String,
    /// What stands above it.
    pub title: String,
    /// What must be known to read it; may be empty.
    pub note: String,
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows, a cell a column.
    pub rows: Vec<Vec<Cell>>,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// What stands above it in Markdown.
    pub title: String,
    /// Its name in CSV.
    pub key: String,
    /// What its cells are.
    pub kind: CellKind,
    /// What it has in common with the columns beside it, such as the dataset; else empty.
    pub group: String,
}

impl Column {
    /// A column.
    pub fn new(title: &str, key: &str, kind: CellKind) -> Self {
        Self {
            title: title.into(),
            key: key.into(),
            kind,
            group: String::new(),
        }
    }

    /// One of several that stand under one heading.
    pub fn under(mut self, group: &str) -> Self {
        self.group = group.into();
        self
    }

    /// What stands above it where there is one line for that.
    fn heading(&self) -> String {
        format!("{} {}", self.group, self.title)
            .trim_start()
            .to_owned()
    }
}

/// How tables are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum TableFormat {
    /// For people
    #[default]
    Markdown,
    /// For papers, with the rules of the package booktabs
    Latex,
    /// For programs, one table after another
    Csv,
}

/// What the cells of a column are; in CSV some take several columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellKind {
    /// Words.
    Text,
    /// A whole number.
    Count,
    /// A share of 1, a percentage in Markdown; in CSV with `_low` and `_high`.
    Share,
    /// A figure, in CSV with `_low` and `_high`.
    Figure,
    /// A figure over several runs: `_median`, `_mean` and `_std` in CSV.
    Spread,
    /// A figure of which the highest of the column is marked.
    Best,
    /// A probability, such as that of a test.
    Probability,
}

/// A cell of a table.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Words.
    Text(String),
    /// A whole number.
    Count(usize),
    /// A share of 1, and where it lies.
    Share(Option<f64>, Option<Interval>),
    /// A figure, and where it lies.
    Figure(Option<f64>, Option<Interval>),
    /// A figure over several runs.
    Spread(Option<Spread>),
    /// A figure of which the highest of the column is marked.
    Best(Option<f64>),
    /// A probability.
    Probability(Option<f64>),
}

/// A figure over several runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The median, which the field reports.
    pub median: f64,
    /// The mean.
    pub mean: f64,
    /// The sample standard deviation; 0 of one run.
    pub std: f64,
}

impl Spread {
    /// Over these values; `None` of none.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        let median = quantile(&values, 0.5)?;
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        Some(Self {
            median,
            mean,
            std: (squares / (n - 1.0).max(1.0)).sqrt(),
        })
    }
}

impl Table {
    /// The table as Markdown, with its title and its note.
    pub fn markdown(&self) -> String {
        let mut text = format!("## {}\n\n", shown(&self.title));
        if !self.note.is_empty() {
            text += &format!("{}\n\n", shown(&self.note));
        }
        let mut line = |cells: Vec<String>| text += &format!("| {} |\n", cells.join(" | "));
        line(
            self.columns
                .iter()
                .map(|column| escaped(&column.heading()))
                .collect(),
        );
        let rule = |column: &Column| match column.kind {
            CellKind::Text => "---".to_owned(),
            _ => "---:".to_owned(),
        };
        line(self.columns.iter().map(rule).collect());
        for row in &self.rows {
            let cells = row.iter().enumerate();
            line(
                cells
                    .map(|(column, cell)| match self.is_best(column, cell) {
                        true => format!("**{}**", cell.markdown()),
                        false => cell.markdown(),
                    })
                    .collect(),
            );
        }
        text
    }

    /// Whether a cell is one of those with the highest figure of a column where that is marked, as it
    /// is shown.
    fn is_best(&self, column: usize, cell: &Cell) -> bool {
        let shown = |cell: &Cell| match cell {
            Cell::Best(Some(value)) => Some((1000.0 * value).round()),
            _ => None,
        };
        let all = self.rows.iter().filter_map(|row| shown(row.get(column)?));
        let best = all.fold(f64::NEG_INFINITY, f64::max);
        self.rows.len() > 1 && shown(cell) == Some(best)
    }

    /// The table in a format, for standard output.
    pub fn written(&self, format: TableFormat) -> String {
        match format {
            TableFormat::Markdown => self.markdown(),
            TableFormat::Latex => self.latex(),
            TableFormat::Csv => {
                let mut out = Vec::new();
                // Nothing can fail: it is memory.
                let _ = self.csv(&mut out);
                String::from_utf8_lossy(&out).into_owned()
            }
        }
    }

    /// Writes the table as CSV, with full precision, empty cells where there is no figure, and text as
    /// [`cell`] has it.
    ///
    /// # Errors
    /// `out` cannot be written.
    pub fn csv(&self, out: impl Write) -> io::Result<()> {
        let mut out = csv::Writer::from_writer(out);
        let header = self.columns.iter().flat_map(|column| {
            let suffixes: &[&str] = match column.kind {
                CellKind::Figure | CellKind::Share => &["", "_low", "_high"],
                CellKind::Spread => &["_median", "_mean", "_std"],
                _ => &[""],
            };
            suffixes
                .iter()
                .map(|suffix| cell(&format!("{}{suffix}", column.key)).into_owned())
        });
        out.write_record(header)?;
        for row in &self.rows {
            out.write_record(row.iter().flat_map(Cell::csv))?;
        }
        out.flush()
    }
}

impl Cell {
    fn markdown(&self) -> String {
        match self {
            Self::Text(text) => escaped(text),
            Self::Count(count) => count.to_string(),
            Self::Share(Some(share), None) => format!("{:.1} %", 100.0 * share),
            Self::Share(Some(share), Some(Interval { low, high })) => {
                let [share, low, high] = [share, low, high].map(|share| 100.0 * share);
                format!("{share:.1} % [{low:.1}, {high:.1}]")
            }
            Self::Figure(Some(value), None) => format!("{value:.3}"),
            Self::Figure(Some(value), Some(Interval { low, high })) => {
                format!("{value:.3} [{low:.3}, {high:.3}]")
            }
            Self::Spread(Some(Spread { median, mean, std })) => {
                format!("{median:.3} ({mean:.3} ± {std:.3})")
            }
            Self::Best(Some(value)) => format!("{value:.3}"),
            Self::Probability(Some(p)) if *p < 0.001 => "< 0.001".into(),
            Self::Probability(Some(p)) => format!("{p:.3}"),
            Self::Share(None, _) | Self::Figure(None, _) | Self::Spread(None) => "-".into(),
            Self::Best(None) | Self::Probability(None) => "-".into(),
        }
    }

    fn csv(&self) -> Vec<String> {
        let number = |value: Option<f64>| value.map_or_else(String::new, |value| value.to_string());
        match self {
            Self::Text(text) => vec![cell(text).into_owned()],
            Self::Count(count) => vec![count.to_string()],
            Self::Best(value) | Self::Probability(value) => vec![number(*value)],
            Self::Figure(value, interval) | Self::Share(value, interval) => {
                let (low, high) = (interval.map(|i| i.low), interval.map(|i| i.high));
                [*value, low, high].map(number).into()
            }
            Self::Spread(spread) => {
                let spread = spread.map(|s| [s.median, s.mean, s.std].map(Some));
                spread.unwrap_or_default().map(number).into()
            }
        }
    }
}

/// Text that does not break a Markdown table, nor a terminal.
fn escaped(text: &str) -> String {
    shown(&text.replace(['\n', '\r'], " ")).replace('|', "\\|")
}

/// Writes all tables into `folder`, which is made if it is not there: as Markdown together in
/// `<name>.md`, as LaTeX in `<name>.tex`, as CSV each in a file of its key.
///
/// # Errors
/// The folder or a file cannot be written; each file is whole or as it was before.
pub fn write_tables(folder: &Path, name: &str, tables: &[Table]) -> Result<(), EvaluateError> {
    std::fs::create_dir_all(folder).map_err(|source| EvaluateError::Folder {
        path: folder.to_owned(),
        source,
    })?;
    let markdown: Vec<String> = tables.iter().map(Table::markdown).collect();
    write(&folder.join(format!("{name}.md")), |out| {
        out.write_all(markdown.join("\n").as_bytes())
    })?;
    let latex: Vec<String> = tables.iter().map(Table::latex).collect();
    write(&folder.join(format!("{name}.tex")), |out| {
        out.write_all(latex.join("\n").as_bytes())
    })?;
    for table in tables {
        write(&folder.join(format!("{}.csv", table.key)), |out| {
            table.csv(out)
        })?;
    }
    Ok(())
}

/// Writes a file whole or not at all, with its name in the error.
pub(super) fn write(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<&File>) -> io::Result<()>,
) -> Result<(), EvaluateError> {
    write_whole(path, write).map_err(|source| EvaluateError::Write {
        path: path.to_owned(),
        source,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let interval = Interval {
            low: 0.5,
            high: 0.75,
        };
        Table {
            key: "made".into(),
            title: "Made".into(),
            note: "Not measured.".into(),
            columns: vec![
                Column::new("name", "name", CellKind::Text),
                Column::new("n", "n", CellKind::Count),
                Column::new("in order", "order", CellKind::Share),
                Column::new("SRCC", "srcc", CellKind::Figure),
                Column::new("PLCC", "plcc", CellKind::Spread),
            ],
            rows: vec![
                vec![
                    Cell::Text("a|b,\nc".into()),
                    Cell::Count(3),
                    Cell::Share(Some(0.5), Some(interval)),
                    Cell::Figure(Some(0.625), Some(interval)),
                    Cell::Spread(Spread::of([0.25, 1.0, 0.25])),
                ],
                vec![
                    Cell::Text("none".into()),
                    Cell::Count(0),
                    Cell::Share(None, None),
                    Cell::Figure(None, None),
                    Cell::Spread(Spread::of([])),
                ],
            ],
        }
    }

    #[test]
    fn markdown_is_a_table_whatever_the_names() {
        assert_eq!(
            table().markdown(),
            "## Made\n\nNot measured.\n\n\
             | name | n | in order | SRCC | PLCC |\n\
             | --- | ---: | ---: | ---: | ---: |\n\
             | a\\|b, c | 3 | 50.0 % [50.0, 75.0] | 0.625 [0.500, 0.750] | 0.250 (0.500 ± 0.433) |\n\
             | none | 0 | - | - | - |\n"
        );
    }

    #[test]
    fn csv_has_a_column_a_number() {
        let mut out = Vec::new();
        table().csv(&mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "name,n,order,order_low,order_high,srcc,srcc_low,srcc_high,plcc_median,plcc_mean,plcc_std\n\
             \"a|b,\nc\",3,0.5,0.5,0.75,0.625,0.5,0.75,0.25,0.5,0.4330127018922193\n\
             none,0,,,,,,,,,\n"
        );
    }

    #[test]
    fn tables_are_written_together_and_apart() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("made/here");
        write_tables(&target, "all", &[table(), table()]).unwrap();
        let text = std::fs::read_to_string(target.join("all.md")).unwrap();
        assert_eq!(text.matches("## Made").count(), 2);
        assert!(target.join("made.csv").is_file());
        std::fs::write(folder.path().join("file"), "").unwrap();
        let error = write_tables(&folder.path().join("file"), "all", &[]).unwrap_err();
        assert!(error.to_string().contains("file"));
    }
}
