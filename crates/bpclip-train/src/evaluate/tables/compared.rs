//! Several checkpoints and metrics beside each other.

use super::{Figure, PLCC_FITTED, SRCC, intervals_note};
use crate::evaluate::statistics::{Bootstrap, Comparison, Difference, Test};
use crate::evaluate::table::{Cell, CellKind, Column, Table};
use crate::evaluate::{Compared, Evaluation, Measured};

/// The table of a paper: a row a checkpoint or metric, for each dataset SRCC and PLCC after the fit, the
/// best of each column marked. None where nothing was measured.
pub fn paper(evaluations: &[Evaluation]) -> Option<Table> {
    let mut measures: Vec<&str> = Vec::new();
    let mut datasets: Vec<&str> = Vec::new();
    let add = |list: &mut Vec<_>, name| {
        if !list.contains(&name) {
            list.push(name);
        }
    };
    // Metrics above, as papers have what came before.
    for evaluation in evaluations {
        add(&mut datasets, evaluation.dataset.as_str());
        for of in &evaluation.metrics {
            add(&mut measures, of.metric.label());
        }
    }
    for evaluation in evaluations {
        add(&mut measures, evaluation.checkpoint.as_str());
    }
    let measured = |measure: &str, dataset: &str| -> Option<&Measured> {
        let mut on = evaluations.iter().filter(|e| e.dataset == dataset);
        on.find_map(|e| match e.checkpoint == measure {
            true => Some(&e.all),
            false => {
                let mut metrics = e.metrics.iter();
                let of = metrics.find(|of| of.metric.label() == measure)?;
                Some(&of.measured)
            }
        })
    };
    let mut columns = vec![Column::new("method", "method", CellKind::Text)];
    for dataset in &datasets {
        for (title, key) in [("SRCC", "srcc"), ("PLCC", "plcc")] {
            let key = format!("{dataset}_{key}");
            columns.push(Column::new(title, &key, CellKind::Best).under(dataset));
        }
    }
    let rows = measures.iter().map(|measure| {
        let mut row = vec![Cell::Text((*measure).to_owned())];
        for dataset in &datasets {
            let measured = measured(measure, dataset);
            let agreement = measured.and_then(|m| m.agreement.as_ref());
            let figure = |figure: &Figure| Cell::Best(agreement.and_then(figure.value));
            row.extend([&SRCC, &PLCC_FITTED].map(figure));
        }
        row
    });
    (!evaluations.is_empty()).then(|| Table {
        key: "paper".into(),
        title: "Agreement, as papers have it".into(),
        note: "PLCC after the five-parameter logistic of VQEG. The best of each column is bold."
            .into(),
        columns,
        rows: rows.collect(),
    })
}

/// A row a checkpoint or metric that is compared with another on a dataset; `None` where nothing is.
pub fn comparisons(compared: &[Compared], bootstrap: &Bootstrap) -> Option<Table> {
    let difference =
        |d: Option<Difference>| Cell::Figure(d.map(|d| d.value), d.and_then(|d| d.interval));
    let row = |of: &Compared| {
        let names = [&of.measure, &of.against, &of.dataset];
        let mut row: Vec<Cell> = names.map(|name| Cell::Text(name.clone())).into();
        row.push(Cell::Count(of.pictures));
        let comparison = of.comparison.as_ref();
        let differences: [fn(&Comparison) -> Option<Difference>; 4] = [
            |c| Some(c.srcc),
            |c| c.plcc_fitted,
            |c| Some(c.krcc),
            |c| c.rmse_fitted,
        ];
        row.extend(differences.map(|of| difference(comparison.and_then(of))));
        let tests: [fn(&Comparison) -> Option<Test>; 3] =
            [|c| c.srcc_test, |c| c.plcc_test, |c| c.residual_test];
        for of in tests {
            let test = comparison.and_then(of);
            row.push(Cell::Figure(test.map(|test| test.statistic), None));
            row.push(Cell::Probability(test.map(|test| test.p)));
        }
        row
    };
    let mut columns: Vec<Column> = [
        ("measure", "measure"),
        ("against", "against"),
        ("dataset", "dataset"),
    ]
    .iter()
    .map(|(title, key)| Column::new(title, key, CellKind::Text))
    .collect();
    columns.push(Column::new("pictures", "pictures", CellKind::Count));
    for (title, key) in [
        ("SRCC", "srcc"),
        ("PLCC, fitted", "plcc_fitted"),
        ("KRCC", "krcc"),
        ("RMSE, fitted", "rmse_fitted"),
    ] {
        columns.push(Column::new(
            title,
            &format!("{key}_difference"),
            CellKind::Figure,
        ));
    }
    for (statistic, of, key) in [
        ("Z", "SRCC", "srcc_z"),
        ("Z", "PLCC", "plcc_z"),
        ("F", "residuals", "residual_f"),
    ] {
        columns.push(Column::new(
            &format!("{statistic} of {of}"),
            key,
            CellKind::Figure,
        ));
        columns.push(Column::new("p", &format!("{key}_p"), CellKind::Probability));
    }
    (!compared.is_empty()).then(|| Table {
        key: "comparison".into(),
        title: "Differences on the same pictures".into(),
        note: format!(
            "The measure's figure less that of the other: above 0 it is better, of RMSE below 0. {} Every \
             resample has both. Z: Meng, Rosenthal and Rubin's test of two correlations with the same \
             ratings. F: the ratio of the variances of the residuals after the fits, tested as if the two \
             were independent, so that it finds a difference too seldom. p is of both sides.",
            intervals_note(bootstrap)
        ),
        columns,
        rows: compared.iter().map(row).collect(),
    })
}
