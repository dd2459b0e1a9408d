//! Figures of what the network sees: all its maps, where a cell looks, how two pictures differ.

use super::FigureError;
use super::drawing::Drawing;
use super::page::Page;
use super::plate::{Original, Panel, Plate, Row, draw};
use bpclip_core::foreign::shown;
use bpclip_core::image::{ColourMap, Map, Picture, two_sided_colours};
use bpclip_core::inspect::{Attention, Branch, Detail, level_name};

/// A picture and what the network sees in it.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// Its name, as people read it.
    pub name: &'a str,
    /// What the names of its files begin with.
    pub stem: &'a str,
    pub picture: &'a Picture,
    /// Columns and rows of pixels at which it was scored.
    pub scored: (u32, u32),
    /// Of 100.
    pub score: f32,
    pub detail: &'a Detail,
}

/// Where a cell of a branch looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AttentionOf {
    pub branch: Branch,
    /// Counted from 0; without one, all.
    pub level: Option<usize>,
    /// Column and row, from 0; without one, the cell in the middle.
    pub cell: Option<(usize, usize)>,
}

impl AttentionOf {
    /// Its cell in a grid of so many rows and columns.
    fn cell_of(self, [rows, columns]: [usize; 2]) -> (usize, usize) {
        self.cell.unwrap_or((columns / 2, rows / 2))
    }

    /// The name of its figure's file, without the ending.
    pub fn file_name(self, stem: &str, grid: [usize; 2]) -> String {
        let (branch, (column, row)) = (self.branch.key(), self.cell_of(grid));
        let level = self.level.map(|level| format!("-{}", level + 1));
        let level = level.unwrap_or_default();
        format!("{stem}-attention-{branch}{level}-cell-{column}-{row}")
    }
}

/// What the names of a difference's files begin with.
pub fn difference_stem(first: &str, second: &str) -> String {
    format!("{first}-minus-{second}")
}

/// The name of the file of a figure of maps, without the ending.
pub fn maps_file_name(stem: &str) -> String {
    format!("{stem}-maps")
}

/// How maps are drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Style {
    pub colours: ColourMap,
    /// How much of the picture a map hides, 0 to 1.
    pub opacity: f32,
    /// Whether the maps of a row have one range.
    pub shared_range: bool,
    /// Whether maps keep the encoding of the position: the paper's norm.
    pub with_position: bool,
}

/// A figure, and the values that it was drawn from.
pub struct Figure {
    /// The name of its file, without the ending.
    pub name: String,
    pub drawing: Drawing,
    /// Maps by the names of their files, without the ending.
    pub values: Vec<(String, Map)>,
}

/// The paper's Fig. 4: the picture, and the maps of both branches at every level.
///
/// # Errors
/// The page is too narrow or has too many pixels.
pub fn maps(subject: &Subject, style: &Style, page: &Page) -> Result<Figure, FigureError> {
    let named = Branch::ALL.into_iter().map(|branch| {
        let maps = subject.detail.maps(branch, style.with_position);
        (branch, maps.to_vec())
    });
    let named: Vec<(Branch, Vec<Map>)> = named.filter(|(_, maps)| !maps.is_empty()).collect();
    let rows = named.iter().map(|(branch, maps)| Row {
        name: format!("{} maps", branch.label()),
        panels: panels(maps, style.shared_range, own_range, None),
    });
    let plate = Plate {
        originals: vec![subject.original(true, None)],
        columns: levels(&named),
        rows: rows.collect(),
        colours: style.colours.table(),
        opacity: style.opacity,
        number: three_digits,
    };
    Ok(Figure {
        name: maps_file_name(subject.stem),
        drawing: draw(&plate, page)?,
        values: named_values(subject.stem, named),
    })
}

/// How the maps of one picture differ from those of another: the first minus the second.
///
/// # Errors
/// They were scored at other sizes, by which no cell has its other one; or as [`maps`].
pub fn difference(
    first: &Subject,
    second: &Subject,
    style: &Style,
    page: &Page,
) -> Result<Figure, FigureError> {
    if first.scored != second.scored {
        return Err(FigureError::sizes(first, second));
    }
    let mut named = Vec::new();
    for branch in Branch::ALL {
        let maps = [first, second].map(|of| of.detail.maps(branch, style.with_position));
        let pairs = maps[0].iter().zip(maps[1]);
        let differences: Vec<Map> = pairs.map(|(a, b)| minus(a, b)).collect();
        if !differences.is_empty() {
            named.push((branch, differences));
        }
    }
    let rows = named.iter().map(|(branch, maps)| Row {
        name: format!("{} maps", branch.label()),
        panels: panels(maps, style.shared_range, both_sides, None),
    });
    let stem = difference_stem(first.stem, second.stem);
    let less = Original {
        name: format!("\u{2212} {}", shown(second.name)),
        lines: vec![format!("scores {:.1}, {:.1}", first.score, second.score)],
        ..second.original(false, None)
    };
    let plate = Plate {
        originals: vec![first.original(false, None), less],
        columns: levels(&named),
        rows: rows.collect(),
        colours: two_sided_colours(),
        opacity: style.opacity,
        number: three_digits_signed,
    };
    Ok(Figure {
        name: maps_file_name(&stem),
        drawing: draw(&plate, page)?,
        values: named_values(&stem, named),
    })
}

/// Where a cell looks: the mean of the heads, and each head.
///
/// # Errors
/// There is no such level, cell or branch; or as [`maps`].
pub fn attention(
    subject: &Subject,
    of: AttentionOf,
    style: &Style,
    page: &Page,
) -> Result<Figure, FigureError> {
    let there = subject.detail.attentions(of.branch);
    let chosen: Vec<(usize, &Attention)> = match of.level {
        None => there.iter().enumerate().collect(),
        Some(level) => there
            .get(level)
            .map(|one| (level, one))
            .into_iter()
            .collect(),
    };
    let Some(grid @ [rows, columns]) = chosen.first().map(|(_, one)| one.grid) else {
        return Err(FigureError::Level(there.len()));
    };
    let cell = of.cell_of(grid);
    if cell.0 >= columns || cell.1 >= rows {
        return Err(FigureError::Cell(cell, (columns, rows)));
    }
    let mut plate = Plate {
        originals: vec![subject.original(true, Some((cell, (columns, rows))))],
        columns: Vec::new(),
        rows: Vec::new(),
        colours: style.colours.table(),
        opacity: style.opacity,
        number: percent,
    };
    plate.originals[0].lines.push(of.branch.attention().into());
    plate.originals[0]
        .lines
        .push(format!("cell: column {}, row {}", cell.0, cell.1));
    let mut values = Vec::new();
    for (level, one) in chosen {
        let heads = (0..one.heads).map(|head| (format!("Head {}", head + 1), Some(head)));
        let named = std::iter::once(("Mean of heads".to_owned(), None)).chain(heads);
        let index = cell.1 * columns + cell.0;
        let found: Vec<(String, Option<usize>, Map)> = named
            .filter_map(|(name, head)| Some((name, head, one.from(index, head)?)))
            .collect();
        let maps: Vec<Map> = found.iter().map(|(_, _, map)| map.clone()).collect();
        plate.rows.push(Row {
            name: level_name(level),
            panels: panels(&maps, style.shared_range, from_nothing, Some(cell)),
        });
        plate.columns = found.iter().map(|(name, ..)| name.clone()).collect();
        let level = Some(level);
        let file = AttentionOf { level, ..of }.file_name(subject.stem, grid);
        values.extend(found.into_iter().map(|(_, head, map)| match head {
            None => (format!("{file}-mean"), map),
            Some(head) => (format!("{file}-head-{}", head + 1), map),
        }));
    }
    Ok(Figure {
        name: of.file_name(subject.stem, grid),
        drawing: draw(&plate, page)?,
        values,
    })
}

impl<'a> Subject<'a> {
    fn original(
        &self,
        with_score: bool,
        mark: Option<((usize, usize), (usize, usize))>,
    ) -> Original<'a> {
        let score = format!("score {:.1} of 100", self.score);
        Original {
            picture: self.picture,
            name: shown(self.name).into_owned(),
            lines: with_score.then_some(score).into_iter().collect(),
            mark,
        }
    }
}

/// Each map with its range, or all with the widest.
fn panels(
    maps: &[Map],
    shared: bool,
    range: fn(&Map) -> (f32, f32),
    mark: Option<(usize, usize)>,
) -> Vec<Panel> {
    let widest = |a: (f32, f32), b: (f32, f32)| (a.0.min(b.0), a.1.max(b.1));
    let all = maps.iter().map(range).reduce(widest).filter(|_| shared);
    let panel = |map: &Map| Panel {
        map: map.clone(),
        range: all.unwrap_or_else(|| range(map)),
        mark,
    };
    maps.iter().map(panel).collect()
}

fn own_range(map: &Map) -> (f32, f32) {
    map.range()
}

fn from_nothing(map: &Map) -> (f32, f32) {
    (0.0, map.range().1)
}

fn both_sides(map: &Map) -> (f32, f32) {
    let (low, high) = map.range();
    let most = high.max(-low);
    (-most, most)
}

fn minus(a: &Map, b: &Map) -> Map {
    Map {
        values: a.values.iter().zip(&b.values).map(|(a, b)| a - b).collect(),
        ..*a
    }
}

fn levels(named: &[(Branch, Vec<Map>)]) -> Vec<String> {
    let most = named.iter().map(|(_, maps)| maps.len()).max();
    (0..most.unwrap_or_default()).map(level_name).collect()
}

fn named_values(stem: &str, named: Vec<(Branch, Vec<Map>)>) -> Vec<(String, Map)> {
    let each = named.into_iter().flat_map(|(branch, maps)| {
        let maps = maps.into_iter().enumerate();
        maps.map(move |(level, map)| (format!("{stem}-{}-{}", branch.key(), level + 1), map))
    });
    each.collect()
}

fn three_digits(value: f32) -> String {
    format!("{value:.3}")
}

fn three_digits_signed(value: f32) -> String {
    let sign = if value < 0.0 { "\u{2212}" } else { "" };
    format!("{sign}{:.3}", value.abs())
}

fn percent(value: f32) -> String {
    format!("{:.2} %", value * 100.0)
}

#[cfg(test)]
mod tests {
    use super::super::drawing::Shape;
    use super::*;

    fn picture() -> Picture {
        Picture {
            width: 64,
            height: 32,
            rgb: (0..64 * 32 * 3).map(|at| (at % 251) as u8).collect(),
            notes: Vec::new(),
        }
    }

    fn detail(weight: bool, more: f32) -> Detail {
        let map = |from: f32| Map {
            width: 2,
            height: 1,
            values: vec![from, from + 1.0],
        };
        let attention = Attention {
            heads: 2,
            grid: [1, 2],
            weights: vec![1.0, 0.0, 0.5, 0.5, 0.0, 1.0, 0.25, 0.75],
        };
        let maps: Vec<Map> = (0..4).map(|level| map(level as f32 + more)).collect();
        let weight = if weight { maps.clone() } else { Vec::new() };
        Detail {
            information: maps.clone(),
            weight: weight.clone(),
            information_with_position: maps,
            weight_with_position: weight,
            masks: Vec::new(),
            information_attention: vec![attention; 4],
            weight_attention: Vec::new(),
        }
    }

    const STYLE: Style = Style {
        colours: ColourMap::Viridis,
        opacity: 0.6,
        shared_range: false,
        with_position: false,
    };

    fn subject<'a>(picture: &'a Picture, detail: &'a Detail) -> Subject<'a> {
        Subject {
            name: "a.jpg",
            stem: "a",
            picture,
            scored: (64, 32),
            score: 71.5,
            detail,
        }
    }

    fn page() -> Page {
        Page {
            width: 120.0,
            dpi: 72.0,
        }
    }

    fn texts(figure: &Figure) -> Vec<&str> {
        let shapes = figure.drawing.shapes.iter();
        let texts = shapes.filter_map(|shape| match shape {
            Shape::Text(text) => Some(text.text.as_str()),
            _ => None,
        });
        texts.collect()
    }

    #[test]
    fn the_plate_has_eight_maps_with_the_names_of_the_window() {
        let (picture, detail) = (picture(), detail(true, 0.0));
        let figure = maps(&subject(&picture, &detail), &STYLE, &page()).unwrap();
        assert_eq!(figure.name, "a-maps");
        let names: Vec<&str> = figure
            .values
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        assert_eq!((names[0], names[7]), ("a-information-1", "a-weight-4"));
        assert_eq!(figure.values[2].1.values, [2.0, 3.0]);
        let said = texts(&figure);
        for text in [
            "Fine detail",
            "Whole scene",
            "Detail maps",
            "Weight maps",
            "score 71.5 of 100",
            "3.000",
        ] {
            assert!(said.contains(&text), "{text}: {said:?}");
        }
        let lower = subject(&picture, &detail);
        let shared = Style {
            shared_range: true,
            ..STYLE
        };
        let shared = maps(&lower, &shared, &page()).unwrap();
        let said = texts(&shared);
        assert_eq!(said.iter().filter(|text| **text == "4.000").count(), 8);
    }

    #[test]
    fn a_network_without_the_weight_branch_has_one_row() {
        let (picture, detail) = (picture(), detail(false, 0.0));
        let figure = maps(&subject(&picture, &detail), &STYLE, &page()).unwrap();
        assert_eq!(figure.values.len(), 4);
        assert!(!texts(&figure).contains(&"Weight maps"));
    }

    #[test]
    fn a_cell_looks_by_head_and_in_the_mean() {
        let (picture, detail) = (picture(), detail(true, 0.0));
        let of = AttentionOf {
            branch: Branch::Information,
            level: Some(1),
            cell: Some((1, 0)),
        };
        let figure = attention(&subject(&picture, &detail), of, &STYLE, &page()).unwrap();
        assert_eq!(figure.name, "a-attention-information-2-cell-1-0");
        let values: Vec<(&str, &[f32])> = figure
            .values
            .iter()
            .map(|(name, map)| (name.as_str(), map.values.as_slice()))
            .collect();
        let mean = "a-attention-information-2-cell-1-0-mean";
        assert_eq!(values[0], (mean, &[0.375, 0.625][..]));
        assert_eq!(values[2].1, [0.25, 0.75]);
        assert!(values[2].0.ends_with("-head-2"));
        let texts = texts(&figure);
        for text in ["Mean of heads", "Head 2", "Texture", "75.00 %"] {
            assert!(texts.contains(&text), "{text}: {texts:?}");
        }
        let all = AttentionOf { level: None, ..of };
        let all = attention(&subject(&picture, &detail), all, &STYLE, &page()).unwrap();
        assert_eq!(all.name, "a-attention-information-cell-1-0");
        assert_eq!(all.values.len(), 12);
        // A mark on the picture and on each map, in black and in white; a bar's outline each.
        let frames = all.drawing.shapes.iter();
        let frames = frames.filter(|shape| matches!(shape, Shape::Frame { .. }));
        assert_eq!(frames.count(), 2 * 13 + 12);
    }

    #[test]
    fn what_is_not_there_is_said() {
        let (picture, detail) = (picture(), detail(true, 0.0));
        let subject = subject(&picture, &detail);
        let said = |of: AttentionOf| {
            let found = attention(&subject, of, &STYLE, &page());
            found.map(|figure| figure.name).unwrap_err().to_string()
        };
        let of = AttentionOf {
            branch: Branch::Information,
            level: Some(7),
            cell: None,
        };
        assert!(said(of).contains("levels 1 to 4"), "{}", said(of));
        let cell = AttentionOf {
            level: None,
            cell: Some((2, 0)),
            ..of
        };
        assert!(said(cell).contains("2 columns and 1 row"), "{}", said(cell));
        let weight = AttentionOf {
            branch: Branch::Weight,
            level: None,
            ..of
        };
        assert!(
            said(weight).contains("no such attention"),
            "{}",
            said(weight)
        );
    }

    #[test]
    fn a_difference_is_taken_cell_by_cell() {
        let (picture, detail, other) = (picture(), detail(true, 0.5), detail(true, 0.0));
        let first = subject(&picture, &detail);
        let second = Subject {
            name: "b.jpg",
            stem: "b",
            detail: &other,
            ..first
        };
        let figure = difference(&first, &second, &STYLE, &page()).unwrap();
        assert_eq!(figure.name, "a-minus-b-maps");
        assert_eq!(figure.values[5].0, "a-minus-b-weight-2");
        assert_eq!(figure.values[5].1.values, [0.5, 0.5]);
        let texts = texts(&figure);
        for text in ["\u{2212} b.jpg", "\u{2212}0.500", "0.500"] {
            assert!(texts.contains(&text), "{text}: {texts:?}");
        }
        let turned = Subject {
            scored: (32, 64),
            ..second
        };
        let refused = difference(&first, &turned, &STYLE, &page());
        let refused = refused.map(|figure| figure.name).unwrap_err().to_string();
        for part in ["a.jpg", "64x32", "b.jpg", "32x64"] {
            assert!(refused.contains(part), "{refused}");
        }
    }
}
