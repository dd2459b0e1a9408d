//! The system's clipboard, on a thread: other programs may take their time to answer, and on
//! some systems what was copied lives only as long as the one who copied it.

use super::background::Report;
use super::command::Command;
use super::state::Tone;
use arboard::ImageData;
use bpclip_core::image::Picture;
use crossbeam_channel::{Receiver, Sender, unbounded};
use eframe::egui;
use std::path::PathBuf;
use std::sync::Arc;

enum Wish {
    Text(String),
    Picture(Box<Picture>),
    /// For the list of pictures, or for a text field.
    Paste {
        as_text: bool,
    },
}

/// The line to the clipboard.
#[derive(Clone)]
pub struct Clipboard {
    wishes: Sender<Wish>,
    reports: Receiver<Report>,
    texts: Receiver<String>,
}

impl Clipboard {
    /// Starts the thread; the clipboard itself is opened when it is first wanted.
    pub fn start(ctx: egui::Context) -> Self {
        let (wishes, incoming) = unbounded();
        let (report, reports) = unbounded();
        let (text, texts) = unbounded();
        std::thread::spawn(move || {
            let mut board = None;
            for wish in incoming {
                let said = serve(&mut board, wish, &text);
                if let Some(said) = said
                    && report.send(said).is_err()
                {
                    return;
                }
                ctx.request_repaint();
            }
        });
        Self {
            wishes,
            reports,
            texts,
        }
    }

    /// Puts a text on the clipboard.
    pub fn copy_text(&self, text: String) {
        let _ = self.wishes.send(Wish::Text(text));
    }

    /// Puts a picture on the clipboard.
    pub fn copy_picture(&self, picture: Picture) {
        let _ = self.wishes.send(Wish::Picture(Box::new(picture)));
    }

    /// Asks for what is on the clipboard: pictures, or text for a text field.
    pub fn paste(&self, as_text: bool) {
        let _ = self.wishes.send(Wish::Paste { as_text });
    }

    /// What was found, or went wrong; never waits.
    pub fn next(&self) -> Option<Report> {
        self.reports.try_recv().ok()
    }

    /// Text that was asked for; never waits.
    pub fn next_text(&self) -> Option<String> {
        self.texts.try_recv().ok()
    }
}

fn serve(
    board: &mut Option<arboard::Clipboard>,
    wish: Wish,
    text: &Sender<String>,
) -> Option<Report> {
    let bad = |reason: String| Some(Report::Said(Tone::Bad, reason));
    if board.is_none() {
        match arboard::Clipboard::new() {
            Ok(opened) => *board = Some(opened),
            Err(error) => return bad(format!("The clipboard cannot be used: {error}")),
        }
    }
    let board = board.as_mut()?;
    match wish {
        Wish::Text(copied) => match board.set_text(copied) {
            Ok(()) => Some(Report::Said(Tone::Plain, "Copied".into())),
            Err(error) => bad(format!("Copying failed: {error}")),
        },
        Wish::Picture(picture) => match board.set_image(rgba(&picture)) {
            Ok(()) => Some(Report::Said(Tone::Plain, "Copied".into())),
            Err(error) => bad(format!("Copying failed: {error}")),
        },
        Wish::Paste { as_text: true } => {
            let _ = text.send(board.get_text().unwrap_or_default());
            None
        }
        Wish::Paste { as_text: false } => Some(pasted(board)),
    }
}

/// Files, else a picture, else text that names files.
fn pasted(board: &mut arboard::Clipboard) -> Report {
    let add = |paths| {
        Report::Chosen(Command::Add {
            paths,
            as_reference: false,
        })
    };
    match board.get().file_list() {
        Ok(files) if !files.is_empty() => return add(files),
        _ => {}
    }
    if let Ok(image) = board.get_image()
        && let Some(picture) = picture(&image)
    {
        return Report::Chosen(Command::AddPicture(Arc::new(picture)));
    }
    let paths = paths_in(&board.get_text().unwrap_or_default());
    if paths.is_empty() {
        return Report::Said(
            Tone::Bad,
            "The clipboard holds neither a picture nor the path of one".into(),
        );
    }
    add(paths)
}

/// The paths of files that exist, a line each.
fn paths_in(text: &str) -> Vec<PathBuf> {
    let path = |line: &str| {
        let line = line.trim().trim_matches('"');
        PathBuf::from(line.strip_prefix("file://").unwrap_or(line))
    };
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines.map(path).filter(|path| path.exists()).collect()
}

/// The pixels of a pasted picture; transparent ones on mid-grey, as in files.
fn picture(image: &ImageData<'_>) -> Option<Picture> {
    let (pixels, _) = image.bytes.as_chunks::<4>();
    if pixels.is_empty() || pixels.len() != image.width * image.height {
        return None;
    }
    let on_grey = |value: u8, alpha: u8| {
        let (value, alpha) = (u32::from(value), u32::from(alpha));
        ((value * alpha + 128 * (255 - alpha) + 127) / 255) as u8
    };
    Some(Picture {
        width: image.width.try_into().ok()?,
        height: image.height.try_into().ok()?,
        rgb: pixels
            .iter()
            .flat_map(|&[r, g, b, a]| [on_grey(r, a), on_grey(g, a), on_grey(b, a)])
            .collect(),
        notes: Vec::new(),
    })
}

fn rgba(picture: &Picture) -> ImageData<'static> {
    let (pixels, _) = picture.rgb.as_chunks::<3>();
    ImageData {
        width: picture.width as usize,
        height: picture.height as usize,
        bytes: pixels
            .iter()
            .flat_map(|&[r, g, b]| [r, g, b, 255])
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pasted_text_names_files_that_exist() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a b.jpg");
        std::fs::write(&file, b"").unwrap();
        let text = format!("file://{}\n\nnowhere.jpg\n", file.display());
        assert_eq!(paths_in(&text), [file]);
    }

    #[test]
    fn pasted_pixels_lie_on_grey() {
        let image = ImageData {
            width: 2,
            height: 1,
            bytes: vec![10, 20, 30, 255, 10, 20, 30, 0].into(),
        };
        assert_eq!(picture(&image).unwrap().rgb, [10, 20, 30, 128, 128, 128]);
    }
}
