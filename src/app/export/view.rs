//! The window as a picture.

use crate::app::context::Context;
use crate::app::log::Tone;
use crate::app::wording::sentence;
use bpclip_core::image::{self, Picture};
use std::path::PathBuf;

/// To a file, or to the clipboard; once the next frame is drawn.
pub fn view_as_picture(path: Option<PathBuf>, cx: &Context) {
    let (ctx, clipboard) = (cx.egui.clone(), cx.clipboard.clone());
    let background = cx.background.clone();
    cx.egui.request_screenshot(move |shot| {
        let [width, height] = shot.size;
        let picture = Picture {
            width: width as u32,
            height: height as u32,
            rgb: shot
                .pixels
                .iter()
                .flat_map(|p| [p.r(), p.g(), p.b()])
                .collect(),
            notes: Vec::new(),
        };
        match path {
            None => clipboard.copy_picture(picture),
            Some(path) => {
                background.run(move |background| match image::write_png(&picture, &path) {
                    Ok(()) => background.say(Tone::Plain, format!("Written: {}", path.display())),
                    Err(error) => background.say(Tone::Bad, sentence(&error.to_string())),
                })
            }
        }
        ctx.request_repaint();
    });
}
