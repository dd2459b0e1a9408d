//! The results as [`Table`]s.

mod compared;

pub use compared::{comparisons, paper};

use super::statistics::{Agreement, Bootstrap, Interval, wilson};
use super::table::{Cell, CellKind, Column, Spread, Table};
use super::{Area, Evaluation, LadderEval, LadderStats, LadderSummary, MapsEval, Measured};
use bpclip_core::metric::Metric;

/// A figure of an agreement: how it is called and where it stands.
struct Figure {
    title: &'static str,
    key: &'static str,
    value: fn(&Agreement) -> Option<f64>,
    interval: fn(&Agreement) -> Option<Interval>,
}

const SRCC: Figure = Figure {
    title: "SRCC",
    key: "srcc",
    value: |a| Some(a.srcc),
    interval: |a| a.intervals.srcc,
};

const PLCC_FITTED: Figure = Figure {
    title: "PLCC, fitted",
    key: "plcc_fitted",
    value: |a| a.plcc_fitted,
    interval: |a| a.intervals.plcc_fitted,
};

const FIGURES: [Figure; 6] = [
    SRCC,
    Figure {
        title: "PLCC",
        key: "plcc",
        value: |a| Some(a.plcc),
        interval: |a| a.intervals.plcc,
    },
    PLCC_FITTED,
    Figure {
        title: "KRCC",
        key: "krcc",
        value: |a| Some(a.krcc),
        interval: |a| a.intervals.krcc,
    },
    Figure {
        title: "RMSE",
        key: "rmse",
        value: |a| Some(a.rmse),
        interval: |a| a.intervals.rmse,
    },
    Figure {
        title: "RMSE, fitted",
        key: "rmse_fitted",
        value: |a| a.rmse_fitted,
        interval: |a| a.intervals.rmse_fitted,
    },
];

impl Figure {
    fn cell(&self, measured: &Measured) -> Cell {
        let agreement = measured.agreement.as_ref();
        Cell::Figure(
            agreement.and_then(self.value),
            agreement.and_then(self.interval),
        )
    }
}

const FITTED: &str = "\"Fitted\" is after the five-parameter logistic of VQEG, fitted to these same pictures. \
                      RMSE is in units of the rating, brought to 0 to 1.";

/// What the tables of agreements say of their figures.
fn note(bootstrap: &Bootstrap) -> String {
    format!("{} {FITTED}", intervals_note(bootstrap))
        .trim_start()
        .to_owned()
}

/// What stands in brackets; empty where nothing does.
fn intervals_note(bootstrap: &Bootstrap) -> String {
    if bootstrap.resamples == 0 {
        return String::new();
    }
    format!(
        "In brackets the {} % bootstrap interval over {} resamples of the pictures.",
        100.0 * bootstrap.confidence,
        bootstrap.resamples
    )
}

/// A row a checkpoint and dataset, with every figure.
pub fn agreements(evaluations: &[Evaluation], bootstrap: &Bootstrap) -> Table {
    let rows = evaluations.iter().map(|e| {
        let mut row = names(e);
        row.extend(measured(&e.all));
        row
    });
    Table {
        key: "agreement".into(),
        title: "Agreement with ratings".into(),
        note: note(bootstrap),
        columns: columns(&["checkpoint", "dataset"]),
        rows: rows.collect(),
    }
}

/// A row a checkpoint, dataset and kind of distortion; `None` where no dataset has kinds.
pub fn distortions(evaluations: &[Evaluation], bootstrap: &Bootstrap) -> Option<Table> {
    let rows: Vec<_> = evaluations
        .iter()
        .flat_map(|e| {
            e.distortions.iter().map(|of| {
                let mut row = names(e);
                row.push(Cell::Text(of.distortion.clone()));
                row.extend(measured(&of.measured));
                row
            })
        })
        .collect();
    (!rows.is_empty()).then(|| Table {
        key: "distortions".into(),
        title: "Agreement by distortion".into(),
        note: note(bootstrap),
        columns: columns(&["checkpoint", "dataset", "distortion"]),
        rows,
    })
}

/// The networks and the classic metrics beside each other on each dataset where metrics were
/// measured; `None` where on none. Metrics have no RMSE before the fit: their unit is not that of the
/// ratings.
pub fn metrics(evaluations: &[Evaluation], bootstrap: &Bootstrap) -> Option<Table> {
    let mut rows = Vec::new();
    for measured_on in evaluations.iter().filter(|e| !e.metrics.is_empty()) {
        let same = |e: &&Evaluation| e.dataset == measured_on.dataset;
        for network in evaluations.iter().filter(same) {
            let names = [&network.checkpoint, &network.dataset];
            let mut row: Vec<Cell> = names.map(|name| Cell::Text(name.clone())).into();
            row.extend(measured(&network.all));
            rows.push(row);
        }
        for of in &measured_on.metrics {
            let names = [of.metric.label(), &measured_on.dataset];
            let mut row: Vec<Cell> = names.map(|name| Cell::Text(name.into())).into();
            row.push(Cell::Count(of.measured.pictures));
            row.extend(FIGURES.iter().map(|figure| match figure.key {
                "rmse" => Cell::Figure(None, None),
                _ => figure.cell(&of.measured),
            }));
            rows.push(row);
        }
    }
    let lower = Metric::KNOWN.into_iter().filter(|m| !m.higher_is_better());
    let lower: Vec<&str> = lower.map(Metric::label).collect();
    (!rows.is_empty()).then(|| Table {
        key: "metrics".into(),
        title: "Classic metrics beside".into(),
        note: format!(
            "Of {} lower is better: its sign is turned here, so that agreement is above 0 for all. Pictures without a \
             finite value (equal to their reference, too small) are left out. {}",
            lower.join(", "),
            note(bootstrap)
        ),
        columns: columns(&["measure", "dataset"]),
        rows,
    })
}

/// Rows of checkpoints and columns of datasets: one table of SRCC, one of PLCC after the fit. None
/// where there is but one of each.
pub fn crossed(evaluations: &[Evaluation], bootstrap: &Bootstrap) -> Vec<Table> {
    let (mut checkpoints, mut datasets): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
    for e in evaluations {
        for (list, name) in [
            (&mut checkpoints, &e.checkpoint),
            (&mut datasets, &e.dataset),
        ] {
            if !list.contains(&name.as_str()) {
                list.push(name);
            }
        }
    }
    if checkpoints.len() * datasets.len() < 2 {
        return Vec::new();
    }
    let table = |figure: &Figure| {
        let cell = |checkpoint: &str, dataset: &str| {
            let found = evaluations
                .iter()
                .find(|e| e.checkpoint == checkpoint && e.dataset == dataset);
            found.map_or(Cell::Figure(None, None), |e| figure.cell(&e.all))
        };
        let mut columns = vec![Column::new("checkpoint", "checkpoint", CellKind::Text)];
        columns.extend(
            datasets
                .iter()
                .map(|name| Column::new(name, name, CellKind::Figure)),
        );
        let rows = checkpoints.iter().map(|checkpoint| {
            let mut row = vec![Cell::Text((*checkpoint).to_owned())];
            row.extend(datasets.iter().map(|dataset| cell(checkpoint, dataset)));
            row
        });
        Table {
            key: format!("crossed-{}", figure.key.replace('_', "-")),
            title: format!("{} across datasets", figure.title),
            note: note(bootstrap),
            columns,
            rows: rows.collect(),
        }
    };
    [SRCC, PLCC_FITTED].iter().map(table).collect()
}

/// A row a checkpoint, set of ladders and kind of distortion, the first over all kinds; `None`
/// where there are no ladders.
pub fn ladders(evaluations: &[Evaluation], ladder_evals: &[LadderEval]) -> Option<Table> {
    let of_datasets = evaluations.iter().filter_map(|e| {
        let report = e.ladders.as_ref()?;
        Some((e.checkpoint.as_str(), e.dataset.clone(), report))
    });
    let of_photographs = ladder_evals.iter().map(|of| {
        let made = format!("{} photographs", of.photographs);
        (of.checkpoint.as_str(), made, &of.report)
    });
    let rows: Vec<_> = of_datasets
        .chain(of_photographs)
        .flat_map(|(checkpoint, set, report)| {
            let LadderSummary { all, distortions } = report;
            let kinds = distortions.iter().map(|of| (of.distortion.as_str(), of));
            let rows = std::iter::once(("all", all)).chain(kinds);
            rows.map(move |(kind, figures)| ladder(&[checkpoint, &set, kind], figures))
        })
        .collect();
    (!rows.is_empty()).then(|| Table {
        key: "ladders".into(),
        title: "Along ladders of distortions".into(),
        note: "In order: neighbouring levels, the untouched picture included, of which the worse has the lower score. \
               Own dimension: pictures of level 3 and more of 5, or as strong, whose dimension that falls most against the untouched \
               one is the distortion's own. Adjectives gain: those that the distortion should bring, on the same pictures. In brackets the \
               bootstrap interval over whole ladders."
            .into(),
        columns: vec![
            Column::new("checkpoint", "checkpoint", CellKind::Text),
            Column::new("ladders of", "set", CellKind::Text),
            Column::new("distortion", "distortion", CellKind::Text),
            Column::new("ladders", "ladders", CellKind::Count),
            Column::new("in order", "in_order", CellKind::Share),
            Column::new("own dimension", "own_dimension", CellKind::Share),
            Column::new("adjectives gain", "adjectives_gain", CellKind::Share),
        ],
        rows,
    })
}

/// A row a checkpoint, dataset, flaw that people noted, and words: its own together, each of them, and
/// each opposite; `None` where no dataset notes flaws.
pub fn flaws(evaluations: &[Evaluation], bootstrap: &Bootstrap) -> Option<Table> {
    let mut rows = Vec::new();
    for evaluation in evaluations {
        for of in &evaluation.flaws {
            let mut row = |role: &str, words: String, Area { area, interval }: Area| {
                let mut row = names(evaluation);
                row.extend([
                    Cell::Text(of.flaw.clone()),
                    Cell::Text(role.to_owned()),
                    Cell::Text(words),
                    Cell::Count(of.with),
                    Cell::Count(of.without),
                    Cell::Figure(Some(area), interval),
                ]);
                rows.push(row);
            };
            let words: Vec<&str> = of.words.iter().map(|of| of.word.as_str()).collect();
            row("own", words.join(", "), of.own);
            for word in &of.words {
                row("own word", word.word.clone(), word.area);
            }
            for word in &of.opposites {
                row("opposite", word.word.clone(), word.area);
            }
        }
    }
    let text = |title: &str, key: &str| Column::new(title, key, CellKind::Text);
    (!rows.is_empty()).then(|| Table {
        key: "flaws".into(),
        title: "Words and the flaws that people noted".into(),
        note: format!(
            "The area under the ROC curve between pictures with the flaw and without, of the mean \
             similarity over the levels and the words: 1 where the words tell it always, 0.5 where \
             they say nothing. An opposite should be below 0.5. {}",
            intervals_note(bootstrap)
        )
        .trim_end()
        .to_owned(),
        columns: vec![
            text("checkpoint", "checkpoint"),
            text("dataset", "dataset"),
            text("flaw", "flaw"),
            text("role", "role"),
            text("words", "words"),
            Column::new("with", "with", CellKind::Count),
            Column::new("without", "without", CellKind::Count),
            Column::new("area", "area", CellKind::Figure),
        ],
        rows,
    })
}

/// How the checkpoints' intervals and preferences do: a row a checkpoint and dataset; `None` where no
/// checkpoint states any.
pub fn certainties(evaluations: &[Evaluation]) -> Option<Table> {
    let rows: Vec<_> = evaluations
        .iter()
        .filter_map(|evaluation| {
            let check = evaluation.certainty.as_ref()?;
            let mut row = names(evaluation);
            row.extend([
                Cell::Count(check.pictures),
                Cell::Share(Some(check.coverage), None),
                Cell::Share(Some(check.covered), wilson(check.covered, check.pictures)),
                Cell::Figure(Some(check.pair_error), None),
            ]);
            Some(row)
        })
        .collect();
    let count = |title: &str, key: &str, kind| Column::new(title, key, kind);
    (!rows.is_empty()).then(|| Table {
        key: "certainty".into(),
        title: "Certainty".into(),
        note: "Stated and held: the share of the ratings that the intervals should hold and do hold. Pairs: the \
               expected calibration error of the probability that people prefer one of two; the table of \
               its reliability follows. In brackets Wilson's 95 % interval over the pictures; pairs share \
               pictures and have none."
            .into(),
        columns: vec![
            Column::new("checkpoint", "checkpoint", CellKind::Text),
            Column::new("dataset", "dataset", CellKind::Text),
            count("pictures", "pictures", CellKind::Count),
            count("stated", "coverage", CellKind::Share),
            count("held", "covered", CellKind::Share),
            count("pairs", "pair_error", CellKind::Figure),
        ],
        rows,
    })
}

/// The reliability of the probability that people prefer one of two pictures: a row a checkpoint,
/// dataset and bin; `None` where no checkpoint states any.
pub fn reliabilities(evaluations: &[Evaluation]) -> Option<Table> {
    let rows: Vec<_> = evaluations
        .iter()
        .filter_map(|evaluation| Some((evaluation, evaluation.certainty.as_ref()?)))
        .flat_map(|(evaluation, check)| {
            let filled = check.pairs.iter().filter(|bin| bin.pairs > 0);
            filled.map(move |bin| {
                let mut row = names(evaluation);
                row.extend([
                    Cell::Count(bin.pairs),
                    Cell::Share(Some(bin.stated), None),
                    Cell::Share(Some(bin.came_true), None),
                ]);
                row
            })
        })
        .collect();
    (!rows.is_empty()).then(|| Table {
        key: "reliability".into(),
        title: "Reliability of preferences".into(),
        note: "Pairs by the probability that was stated for the likelier picture, and the share of them in which \
               it had the higher rating."
            .into(),
        columns: vec![
            Column::new("checkpoint", "checkpoint", CellKind::Text),
            Column::new("dataset", "dataset", CellKind::Text),
            Column::new("pairs", "pairs", CellKind::Count),
            Column::new("stated", "stated", CellKind::Share),
            Column::new("came true", "came_true", CellKind::Share),
        ],
        rows,
    })
}

/// A row a checkpoint, distortion of a quadrant, branch and level; `None` where no maps were
/// measured.
pub fn maps(evals: &[MapsEval]) -> Option<Table> {
    let rows: Vec<_> = evals
        .iter()
        .flat_map(|eval| {
            eval.maps.iter().map(|of| {
                vec![
                    Cell::Text(eval.checkpoint.clone()),
                    Cell::Count(eval.photographs),
                    Cell::Text(of.distortion.clone()),
                    Cell::Text(of.branch.clone()),
                    Cell::Count(of.level),
                    Cell::Figure(Some(of.area), of.interval),
                ]
            })
        })
        .collect();
    (!rows.is_empty()).then(|| Table {
        key: "maps".into(),
        title: "Heatmaps of a spoilt quadrant".into(),
        note: "One quadrant of each photograph, at its scored size, is blurred (sigma 4), made noisy (sigma 30) \
               or coded as JPEG (quality 6). The area under the ROC curve of the map's cells within against those \
               without, the mean over the photographs: 1 where every cell within is higher, 0.5 where the map says nothing."
            .into(),
        columns: vec![
            Column::new("checkpoint", "checkpoint", CellKind::Text),
            Column::new("photographs", "photographs", CellKind::Count),
            Column::new("distortion", "distortion", CellKind::Text),
            Column::new("branch", "branch", CellKind::Text),
            Column::new("level", "level", CellKind::Count),
            Column::new("area", "area", CellKind::Figure),
        ],
        rows,
    })
}

/// A line of a table over several runs: a variant of the network, or of the training, with what each
/// of its runs (splits, seeds) reached.
#[derive(Clone, Debug, PartialEq)]
pub struct VariantRuns {
    /// What it is, such as `without the weight branch`.
    pub name: String,
    /// One agreement a run.
    pub runs: Vec<Agreement>,
}

/// The table of a protocol of several runs, as ten splits or the ablations of Table VI: a row a
/// variant, of each figure the median and in brackets the mean and standard deviation over its runs.
/// `key` names its CSV file.
pub fn runs(key: &str, title: &str, rows: &[VariantRuns]) -> Table {
    let mut columns = vec![
        Column::new("variant", "variant", CellKind::Text),
        Column::new("runs", "runs", CellKind::Count),
    ];
    columns.extend(
        FIGURES
            .iter()
            .map(|f| Column::new(f.title, f.key, CellKind::Spread)),
    );
    let row = |VariantRuns { name, runs }: &VariantRuns| {
        let spread = |figure: &Figure| Spread::of(runs.iter().filter_map(figure.value));
        let mut row = vec![Cell::Text(name.clone()), Cell::Count(runs.len())];
        row.extend(FIGURES.iter().map(|figure| Cell::Spread(spread(figure))));
        row
    };
    Table {
        key: key.into(),
        title: title.into(),
        note: format!(
            "The median over the runs, in brackets their mean and standard deviation. {FITTED}"
        ),
        columns,
        rows: rows.iter().map(row).collect(),
    }
}

fn columns(names: &[&str]) -> Vec<Column> {
    let mut columns: Vec<Column> = names
        .iter()
        .map(|name| Column::new(name, name, CellKind::Text))
        .collect();
    columns.push(Column::new("pictures", "pictures", CellKind::Count));
    columns.extend(
        FIGURES
            .iter()
            .map(|f| Column::new(f.title, f.key, CellKind::Figure)),
    );
    columns
}

fn names(evaluation: &Evaluation) -> Vec<Cell> {
    [&evaluation.checkpoint, &evaluation.dataset]
        .map(|name| Cell::Text(name.clone()))
        .into()
}

fn measured(measured: &Measured) -> impl Iterator<Item = Cell> {
    let figures = FIGURES.iter().map(|figure| figure.cell(measured));
    std::iter::once(Cell::Count(measured.pictures)).chain(figures)
}

fn ladder(names: &[&str], figures: &LadderStats) -> Vec<Cell> {
    let mut row: Vec<Cell> = names
        .iter()
        .map(|name| Cell::Text((*name).to_owned()))
        .collect();
    row.push(Cell::Count(figures.ladders));
    let shares = [figures.neighbours, figures.dimension, figures.adjectives];
    let shares = shares.into_iter().zip(figures.intervals);
    row.extend(shares.map(|(share, interval)| Cell::Share(share.value(), interval)));
    row
}
