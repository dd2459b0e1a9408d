//! The system's clipboard, on a thread: other programs may take their time to answer, and on
//! some systems what was copied lives only as long as the one who copied it.

use super::background::Background;
use super::event::Event;
use super::gallery::Command;
use super::log::Tone;
use arboard::ImageData;
use bpclip_core::image::Picture;
use crossbeam_channel::{Sender, unbounded};
use eframe::egui;
use egui::{Key, RawInput};
use std::path::PathBuf;
use std::sync::Arc;

enum Request {
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
    requests: Sender<Request>,
    /// Text that was asked for, and has not reached its text field.
    pub pasted: Vec<String>,
}

impl Clipboard {
    /// Starts the thread; the clipboard itself is opened when it is first wanted.
    pub fn start(background: Background) -> Self {
        let (requests, incoming) = unbounded();
        std::thread::spawn(move || {
            let mut board = None;
            for request in incoming {
                if !background.tell(serve(&mut board, request)) {
                    return;
                }
            }
        });
        Self {
            requests,
            pasted: Vec::new(),
        }
    }

    /// Puts a text on the clipboard.
    pub fn copy_text(&self, text: String) {
        let _ = self.requests.send(Request::Text(text));
    }

    /// Puts a picture on the clipboard.
    pub fn copy_picture(&self, picture: Picture) {
        let _ = self.requests.send(Request::Picture(Box::new(picture)));
    }

    /// Asks for what is on the clipboard: pictures, or text for a text field.
    pub fn paste(&self, as_text: bool) {
        let _ = self.requests.send(Request::Paste { as_text });
    }

    /// Text that was selected somewhere goes to the system's clipboard, which is ours to keep.
    pub fn take_copied(&self, ctx: &egui::Context) {
        let copied = ctx.output_mut(|output| {
            let text = |command: &egui::OutputCommand| match command {
                egui::OutputCommand::CopyText(text) => Some(text.clone()),
                _ => None,
            };
            let copied = output.commands.iter().find_map(text);
            output.commands.retain(|command| text(command).is_none());
            copied
        });
        if let Some(text) = copied {
            self.copy_text(text);
        }
    }

    /// In a text field the keys of the clipboard mean text; elsewhere they mean pictures and
    /// scores, and stay keys.
    pub fn keys(&mut self, ctx: &egui::Context, input: &mut RawInput) {
        let pasted = self.pasted.drain(..).map(egui::Event::Paste);
        input.events.extend(pasted);
        if !ctx.text_edit_focused() {
            return;
        }
        input.events.retain_mut(|event| {
            let egui::Event::Key {
                key,
                pressed: true,
                modifiers,
                ..
            } = event
            else {
                return true;
            };
            match key {
                Key::V if modifiers.command => {
                    self.paste(true);
                    return false;
                }
                Key::C if modifiers.command => *event = egui::Event::Copy,
                Key::X if modifiers.command => *event = egui::Event::Cut,
                _ => {}
            }
            true
        });
    }
}

fn serve(board: &mut Option<arboard::Clipboard>, request: Request) -> Event {
    let bad = |reason: String| Event::Said(Tone::Bad, reason);
    let board = match board {
        Some(board) => board,
        None => match arboard::Clipboard::new() {
            Ok(opened) => board.insert(opened),
            Err(error) => return bad(format!("The clipboard cannot be used: {error}")),
        },
    };
    let copied = match request {
        Request::Text(copied) => board.set_text(copied),
        Request::Picture(picture) => board.set_image(rgba(&picture)),
        Request::Paste { as_text: true } => {
            return Event::PastedText(board.get_text().unwrap_or_default());
        }
        Request::Paste { as_text: false } => return pasted(board),
    };
    match copied {
        Ok(()) => Event::Said(Tone::Plain, "Copied".into()),
        Err(error) => bad(format!("Copying failed: {error}")),
    }
}

/// Files, else a picture, else text that names files.
fn pasted(board: &mut arboard::Clipboard) -> Event {
    let add = |paths| {
        Event::Chosen(
            Command::Add {
                paths,
                as_reference: false,
            }
            .into(),
        )
    };
    match board.get().file_list() {
        Ok(files) if !files.is_empty() => return add(files),
        _ => {}
    }
    if let Ok(image) = board.get_image()
        && let Some(picture) = picture(&image)
    {
        return Event::Chosen(Command::AddPicture(Arc::new(picture)).into());
    }
    let paths = paths_in(&board.get_text().unwrap_or_default());
    if paths.is_empty() {
        return Event::Said(
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
