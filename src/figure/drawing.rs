//! A page as a list of shapes, from which PNG and SVG are made alike.

use bpclip_core::image::Picture;

/// Red, green and blue, sRGB.
pub type Colour = [u8; 3];

pub const BLACK: Colour = [0; 3];
pub const WHITE: Colour = [255; 3];
pub const GREY: Colour = [120; 3];

/// A place on a page, in points from its top left.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rect {
    pub left: f64,
    pub top: f64,
    pub width: f64,
    pub height: f64,
}

impl Rect {
    pub fn right(&self) -> f64 {
        self.left + self.width
    }

    pub fn bottom(&self) -> f64 {
        self.top + self.height
    }

    pub fn middle(&self) -> [f64; 2] {
        [self.left + self.width / 2.0, self.top + self.height / 2.0]
    }
}

/// Where a text lies around its point, along the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    Start,
    Middle,
    End,
}

/// A line of text. The point is on its baseline.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    pub at: [f64; 2],
    pub anchor: Anchor,
    /// Points.
    pub size: f64,
    pub colour: Colour,
    /// Whether it runs upwards.
    pub upwards: bool,
    pub text: String,
}

/// Something on a page; later ones lie over those before, but pictures and bars below all others.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// A picture, drawn at the pixels that it has.
    Picture {
        place: Rect,
        picture: Picture,
    },
    /// Colours from left to right.
    Bar {
        place: Rect,
        table: Box<[Colour; 256]>,
    },
    /// A line through points.
    Line {
        points: Vec<[f64; 2]>,
        width: f64,
        colour: Colour,
        /// 0 to 1.
        opacity: f64,
        dashed: bool,
    },
    /// The outline of a place.
    Frame {
        place: Rect,
        width: f64,
        colour: Colour,
    },
    /// A filled circle.
    Disc {
        middle: [f64; 2],
        radius: f64,
        colour: Colour,
        opacity: f64,
    },
    /// A filled square.
    Square {
        middle: [f64; 2],
        radius: f64,
        colour: Colour,
        opacity: f64,
    },
    Text(Text),
}

/// A page, white where nothing is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawing {
    /// Points, 72 to an inch.
    pub width: f64,
    pub height: f64,
    pub shapes: Vec<Shape>,
}

impl Drawing {
    pub fn new(width: f64, height: f64) -> Self {
        Self {
            width,
            height,
            shapes: Vec::new(),
        }
    }

    pub fn add(&mut self, shape: Shape) {
        self.shapes.push(shape);
    }

    /// A black line of text that does not run upwards.
    pub fn text(&mut self, at: [f64; 2], anchor: Anchor, size: f64, text: impl Into<String>) {
        self.add(Shape::Text(Text {
            at,
            anchor,
            size,
            colour: BLACK,
            upwards: false,
            text: text.into(),
        }));
    }

    /// A line between two points.
    pub fn line(&mut self, from: [f64; 2], to: [f64; 2], width: f64, colour: Colour) {
        self.add(Shape::Line {
            points: vec![from, to],
            width,
            colour,
            opacity: 1.0,
            dashed: false,
        });
    }

    /// The outline of a cell that is seen on any colour.
    pub fn mark(&mut self, place: Rect) {
        for (width, colour) in [(1.7, BLACK), (0.8, WHITE)] {
            self.add(Shape::Frame {
                place,
                width,
                colour,
            });
        }
    }
}
