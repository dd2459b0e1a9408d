//! A plate: a picture, and beside it rows of maps over it, each with its colour bar.

use super::FigureError;
use super::drawing::{Anchor, BLACK, Colour, Drawing, GREY, Rect, Shape, Text};
use super::font::{self, SMALLEST, shrunk};
use super::page::Page;
use bpclip_core::image::{Map, Picture, overlay_with, resize};

/// Sizes of text, in points.
const TITLE: f64 = 8.0;
const NUMBER: f64 = 6.5;
/// Around everything.
const MARGIN: f64 = 4.0;
/// Between two maps of a row.
const BETWEEN: f64 = 4.0;
/// Left of the maps, for the name of their row.
const NAME: f64 = 14.0;
/// Above the first row, for the names of the columns.
const HEAD: f64 = TITLE + 4.0;
/// Between a map and its bar, and the bar's height.
const GAP: f64 = 2.0;
const BAR: f64 = 4.0;
/// Below a bar, for its numbers.
const NUMBERS: f64 = NUMBER + 2.0;
/// Between two rows.
const ROWS: f64 = 5.0;
/// The narrowest map that can be read.
const NARROWEST: f64 = 28.0;
/// The room of a picture's caption line.
const LINE: f64 = TITLE + 2.0;

/// A map over a picture.
pub struct Panel {
    pub map: Map,
    /// What the first and the last colour stand for.
    pub range: (f32, f32),
    /// A cell that is marked, column and row.
    pub mark: Option<(usize, usize)>,
}

/// Maps beside each other.
pub struct Row {
    pub name: String,
    pub panels: Vec<Panel>,
}

/// A picture at the left, with lines of text below it.
pub struct Original<'a> {
    pub picture: &'a Picture,
    pub name: String,
    pub lines: Vec<String>,
    /// A cell that is marked, and the columns and rows that there are.
    pub mark: Option<((usize, usize), (usize, usize))>,
}

/// What a plate shows.
pub struct Plate<'a> {
    /// One, or two below each other; maps lie over the first.
    pub originals: Vec<Original<'a>>,
    pub columns: Vec<String>,
    pub rows: Vec<Row>,
    /// Colours of the maps, from the first to the last.
    pub colours: [Colour; 256],
    /// How much of the picture a map hides, 0 to 1.
    pub opacity: f32,
    /// How a value is written.
    pub number: fn(f32) -> String,
}

/// Where things lie on a plate.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Layout {
    /// Of each map and picture, in points.
    panel: (f64, f64),
    page: (f64, f64),
}

impl Layout {
    /// For so many maps in a row and so many rows, of pictures of this aspect, height by width.
    fn new(width: f64, (columns, rows): (usize, usize), aspect: f64) -> Result<Self, FigureError> {
        let (columns, rows) = (columns.max(1) as f64, rows.max(1) as f64);
        let taken = 2.0 * MARGIN + NAME + (columns - 1.0) * BETWEEN;
        let panel = (width - taken) / (columns + 1.0);
        if panel < NARROWEST {
            let least = taken + NARROWEST * (columns + 1.0);
            return Err(FigureError::narrow(least));
        }
        let height = panel * aspect;
        let row = height + GAP + BAR + NUMBERS;
        Ok(Self {
            panel: (panel, height),
            page: (
                width,
                2.0 * MARGIN + HEAD + rows * row + (rows - 1.0) * ROWS,
            ),
        })
    }

    fn top(&self, row: usize) -> f64 {
        let each = self.panel.1 + GAP + BAR + NUMBERS + ROWS;
        MARGIN + HEAD + row as f64 * each
    }

    fn at(&self, left: f64, row: usize) -> Rect {
        Rect {
            left,
            top: self.top(row),
            width: self.panel.0,
            height: self.panel.1,
        }
    }

    fn original(&self, row: usize) -> Rect {
        self.at(MARGIN, row)
    }

    fn map(&self, column: usize, row: usize) -> Rect {
        let first = MARGIN + self.panel.0 + NAME;
        self.at(first + column as f64 * (self.panel.0 + BETWEEN), row)
    }
}

/// Draws a plate.
///
/// # Errors
/// The page is too narrow for its columns, or has more pixels than a figure can have.
pub fn draw(plate: &Plate, page: &Page) -> Result<Drawing, FigureError> {
    let Some(first) = plate.originals.first() else {
        return Err(FigureError::Nothing);
    };
    let aspect = f64::from(first.picture.height) / f64::from(first.picture.width.max(1));
    // Below a picture its words need their room too.
    let rows = plate.rows.len().max(plate.originals.len());
    let mut layout = Layout::new(page.points(), (plate.columns.len(), rows), aspect)?;
    let lines = plate.originals.last().map_or(0, |last| last.lines.len()) as f64;
    let below = layout.original(plate.originals.len() - 1).bottom();
    layout.page.1 = layout.page.1.max(below + 3.0 + lines * LINE + MARGIN);
    page.check(layout.page.0, layout.page.1)?;
    let mut drawing = Drawing::new(layout.page.0, layout.page.1);
    let (across, down) = (page.pixels(layout.panel.0), page.pixels(layout.panel.1));
    let small = |original: &Original| resize(original.picture.clone(), across, down);
    let below = small(first);
    for (row, original) in plate.originals.iter().enumerate() {
        let picture = match row {
            0 => below.clone(),
            _ => small(original),
        };
        draw_original(&mut drawing, original, picture, layout.original(row));
    }
    let below = grey(below);
    for (column, name) in plate.columns.iter().enumerate() {
        let place = layout.map(column, 0);
        let (size, name) = shrunk(name, TITLE, place.width);
        let at = [place.middle()[0], place.top - 3.0];
        drawing.text(at, Anchor::Middle, size, name);
    }
    for (row, maps) in plate.rows.iter().enumerate() {
        let place = layout.map(0, row);
        let room = place.height + GAP + BAR + NUMBERS;
        let (size, text) = shrunk(&maps.name, TITLE, room);
        drawing.add(Shape::Text(Text {
            at: [place.left - 4.0, place.middle()[1]],
            anchor: Anchor::Middle,
            size,
            colour: BLACK,
            upwards: true,
            text,
        }));
        for (column, panel) in maps.panels.iter().enumerate() {
            let place = layout.map(column, row);
            draw_map(&mut drawing, plate, panel, (place, &below));
        }
    }
    Ok(drawing)
}

fn draw_original(drawing: &mut Drawing, original: &Original, picture: Picture, place: Rect) {
    let (size, name) = shrunk(&original.name, TITLE, place.width);
    let middle = place.middle()[0];
    drawing.text([middle, place.top - 3.0], Anchor::Middle, size, name);
    drawing.add(Shape::Picture { place, picture });
    if let Some((cell, grid)) = original.mark {
        drawing.mark(cell_of(place, cell, grid));
    }
    for (line, text) in original.lines.iter().enumerate() {
        let down = place.bottom() + 3.0 + (line as f64 + 0.8) * LINE;
        let (size, text) = shrunk(text, TITLE, place.width);
        drawing.text([middle, down], Anchor::Middle, size, text);
    }
}

fn draw_map(drawing: &mut Drawing, plate: &Plate, panel: &Panel, (place, below): (Rect, &Picture)) {
    let (map, range) = (&panel.map, panel.range);
    drawing.add(Shape::Picture {
        place,
        picture: overlay_with(below, map, range, &plate.colours, plate.opacity),
    });
    if let Some(cell) = panel.mark {
        drawing.mark(cell_of(place, cell, (map.width, map.height)));
    }
    let bar = Rect {
        top: place.bottom() + GAP,
        height: BAR,
        ..place
    };
    drawing.add(Shape::Bar {
        place: bar,
        table: plate.colours.into(),
    });
    drawing.add(Shape::Frame {
        place: bar,
        width: 0.3,
        colour: GREY,
    });
    let base = bar.bottom() + NUMBER;
    let (low, high) = ((plate.number)(range.0), (plate.number)(range.1));
    // Side by side, smaller where they must be, or the higher one alone on a very narrow map.
    let both = font::width(&low, NUMBER) + font::width(&high, NUMBER);
    let share = ((bar.width - 2.0) / both).min(1.0);
    let size = NUMBER * share.max(SMALLEST);
    if share >= SMALLEST {
        drawing.text([bar.left, base], Anchor::Start, size, low);
    }
    drawing.text([bar.right(), base], Anchor::End, size, high);
}

/// The place of a cell, column and row, of so many columns and rows.
fn cell_of(place: Rect, (column, row): (usize, usize), (columns, rows): (usize, usize)) -> Rect {
    let width = place.width / columns.max(1) as f64;
    let height = place.height / rows.max(1) as f64;
    Rect {
        left: place.left + column as f64 * width,
        top: place.top + row as f64 * height,
        width,
        height,
    }
}

/// A picture without colours, so that all colour in it is the map's.
fn grey(mut picture: Picture) -> Picture {
    for pixel in picture.rgb.chunks_exact_mut(3) {
        let [r, g, b] = [pixel[0], pixel[1], pixel[2]].map(f32::from);
        pixel.fill((0.299 * r + 0.587 * g + 0.114 * b).round() as u8);
    }
    picture
}

#[cfg(test)]
mod tests {
    use super::*;
    use bpclip_core::image::ColourMap;

    #[test]
    fn maps_share_the_width_evenly() {
        // 4 + w + 14 + 4 w + 3 * 4 + 4 = 510 for five panels of the same width.
        let layout = Layout::new(510.0, (4, 2), 0.5).unwrap();
        let panel = (510.0 - 8.0 - 14.0 - 12.0) / 5.0;
        assert!((layout.panel.0 - panel).abs() < 1e-9);
        assert!((layout.panel.1 - panel / 2.0).abs() < 1e-9);
        assert!((layout.map(3, 0).right() - 506.0).abs() < 1e-9);
        assert_eq!(layout.original(0).left, 4.0);
        let row = panel / 2.0 + 2.0 + 4.0 + 8.5;
        assert!((layout.page.1 - (8.0 + 12.0 + 2.0 * row + 5.0)).abs() < 1e-9);
        assert!((layout.top(1) - (16.0 + row + 5.0)).abs() < 1e-9);
    }

    #[test]
    fn too_many_maps_for_the_page_are_refused_with_the_width_that_does() {
        let narrow = Layout::new(170.0, (8, 1), 1.0).unwrap_err();
        // 22 + 7 * 4 + 9 * 28 points are 106.5 mm.
        assert!(narrow.to_string().contains("107 mm"), "{narrow}");
        assert!(Layout::new(302.0, (8, 1), 1.0).is_ok());
    }

    #[test]
    fn a_mark_lies_on_its_cell() {
        let place = Rect {
            left: 10.0,
            top: 20.0,
            width: 40.0,
            height: 30.0,
        };
        let cell = cell_of(place, (1, 2), (4, 3));
        let expected = Rect {
            left: 20.0,
            top: 40.0,
            width: 10.0,
            height: 10.0,
        };
        assert_eq!(cell, expected);
    }

    #[test]
    fn a_plate_has_its_maps_bars_and_names() {
        let picture = Picture {
            width: 40,
            height: 20,
            rgb: vec![90; 40 * 20 * 3],
            notes: Vec::new(),
        };
        let panel = |mark| Panel {
            map: Map {
                width: 2,
                height: 1,
                values: vec![0.0, 1.0],
            },
            range: (0.0, 1.0),
            mark,
        };
        let plate = Plate {
            originals: vec![Original {
                picture: &picture,
                name: "a.jpg".into(),
                lines: vec!["score 50.0".into()],
                mark: None,
            }],
            columns: vec!["one".into(), "two".into()],
            rows: vec![Row {
                name: "row".into(),
                panels: vec![panel(None), panel(Some((1, 0)))],
            }],
            colours: ColourMap::Grey.table(),
            opacity: 1.0,
            number: |value| format!("{value:.1}"),
        };
        let page = Page {
            width: 100.0,
            dpi: 72.0,
        };
        let drawing = draw(&plate, &page).unwrap();
        let count = |is: fn(&Shape) -> bool| drawing.shapes.iter().filter(|s| is(s)).count();
        assert_eq!(count(|s| matches!(s, Shape::Picture { .. })), 3);
        assert_eq!(count(|s| matches!(s, Shape::Bar { .. })), 2);
        // Two bars' outlines, and the mark in black and white.
        assert_eq!(count(|s| matches!(s, Shape::Frame { .. })), 4);
        let texts: Vec<&str> = drawing
            .shapes
            .iter()
            .filter_map(|shape| match shape {
                Shape::Text(text) => Some(text.text.as_str()),
                _ => None,
            })
            .collect();
        for text in ["a.jpg", "score 50.0", "one", "two", "row", "0.0", "1.0"] {
            assert!(texts.contains(&text), "{texts:?}");
        }
        let all_within = drawing.shapes.iter().all(|shape| match shape {
            Shape::Text(text) => text.at[1] <= drawing.height,
            _ => true,
        });
        assert!(all_within);
    }
}
