//! Tables as papers have them.

use super::{Cell, CellKind, Column, Table};
use bpclip_core::foreign::shown;

impl Table {
    /// The table as LaTeX: a `table` with a caption, a label of its key and the rules of booktabs, for a
    /// document that says `\usepackage{booktabs}`.
    pub fn latex(&self) -> String {
        let aligned = |column: &Column| match column.kind {
            CellKind::Text => 'l',
            _ => 'r',
        };
        let aligned: String = self.columns.iter().map(aligned).collect();
        let (title, note) = (escaped(&self.title), escaped(&self.note));
        let caption = format!("{title}. {note}");
        let mut text = format!(
            "\\begin{{table}}\n\\centering\n\\caption{{{}}}\n\\label{{tab:{}}}\n\\begin{{tabular}}{{{aligned}}}\n\\toprule\n",
            caption.trim(),
            self.key
        );
        if self.columns.iter().any(|column| !column.group.is_empty()) {
            text += &self.groups();
        }
        let titles: Vec<String> = self.columns.iter().map(|c| escaped(&c.title)).collect();
        text += &format!("{} \\\\\n\\midrule\n", titles.join(" & "));
        for row in &self.rows {
            let cells = row.iter().enumerate();
            let cells = cells.map(|(column, cell)| match self.is_best(column, cell) {
                true => format!("\\textbf{{{}}}", of_cell(cell)),
                false => of_cell(cell),
            });
            text += &format!("{} \\\\\n", cells.collect::<Vec<_>>().join(" & "));
        }
        text + "\\bottomrule\n\\end{tabular}\n\\end{table}\n"
    }

    /// The line of headings that stand above several columns each, and the rules below them.
    fn groups(&self) -> String {
        let (mut cells, mut rules) = (Vec::new(), String::new());
        let mut first = 1;
        for group in self.columns.chunk_by(|a, b| a.group == b.group) {
            let last = first + group.len() - 1;
            let name = group.first().map_or("", |column| column.group.as_str());
            match name {
                "" => cells.extend(group.iter().map(|_| String::new())),
                name => {
                    cells.push(format!(
                        "\\multicolumn{{{}}}{{c}}{{{}}}",
                        group.len(),
                        escaped(name)
                    ));
                    rules += &format!("\\cmidrule(lr){{{first}-{last}}}");
                }
            }
            first = last + 1;
        }
        format!("{} \\\\\n{rules}\n", cells.join(" & "))
    }
}

/// A cell as in Markdown, with the signs of mathematics.
fn of_cell(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => escaped(text),
        Cell::Spread(Some(spread)) => {
            let super::Spread { median, mean, std } = spread;
            format!("{median:.3} ({mean:.3} $\\pm$ {std:.3})")
        }
        Cell::Probability(Some(p)) if *p < 0.001 => "$<$ 0.001".into(),
        Cell::Figure(Some(value), None) if *value < 0.0 => format!("${value:.3}$"),
        Cell::Share(Some(_), _) => cell.markdown().replace(" %", "\\,\\%"),
        cell => match cell.markdown() {
            empty if empty == "-" => "--".into(),
            text => text,
        },
    }
}

/// Text in which nothing means anything to LaTeX.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for c in shown(&text.replace(['\n', '\r'], " ")).chars() {
        match c {
            '#' | '$' | '%' | '&' | '_' | '{' | '}' => {
                escaped.push('\\');
                escaped.push(c);
            }
            '\\' => escaped.push_str("\\textbackslash{}"),
            '^' => escaped.push_str("\\textasciicircum{}"),
            '~' => escaped.push_str("\\textasciitilde{}"),
            '<' => escaped.push_str("\\textless{}"),
            '>' => escaped.push_str("\\textgreater{}"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_groups_and_its_best_in_bold() {
        let column =
            |title: &str, group: &str| Column::new(title, title, CellKind::Best).under(group);
        let table = Table {
            key: "paper".into(),
            title: "Agreement".into(),
            note: String::new(),
            columns: vec![
                Column::new("method", "method", CellKind::Text),
                column("SRCC", "LIVE & co"),
                column("PLCC", "LIVE & co"),
            ],
            rows: vec![
                vec![
                    Cell::Text("a_b".into()),
                    Cell::Best(Some(0.9)),
                    Cell::Best(None),
                ],
                vec![
                    Cell::Text("50 %".into()),
                    Cell::Best(Some(0.8)),
                    Cell::Best(Some(-0.5)),
                ],
            ],
        };
        let expected = r"\begin{table}
\centering
\caption{Agreement.}
\label{tab:paper}
\begin{tabular}{lrr}
\toprule
 & \multicolumn{2}{c}{LIVE \& co} \\
\cmidrule(lr){2-3}
method & SRCC & PLCC \\
\midrule
a\_b & \textbf{0.900} & -- \\
50 \% & 0.800 & \textbf{-0.500} \\
\bottomrule
\end{tabular}
\end{table}
";
        assert_eq!(table.latex(), expected);
        assert!(
            table
                .markdown()
                .contains("| LIVE & co SRCC | LIVE & co PLCC |")
        );
        assert!(table.markdown().contains("| a_b | **0.900** | - |"));
    }

    #[test]
    fn nothing_in_a_name_means_anything() {
        let odd = r"\input{x} ~^ <a> #1 $";
        let expected = r"\textbackslash{}input\{x\} \textasciitilde{}\textasciicircum{} \textless{}a\textgreater{} \#1 \$";
        assert_eq!(escaped(odd), expected);
    }
}
