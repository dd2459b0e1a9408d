//! What leaves the window: files and the clipboard. Files are written on threads.

use super::background::Report as Said;
use super::choices::{Branch, Overlay};
use super::command::Export;
use super::export::{
    Columns, Line, Report, Row, Table, csv, inspection_json, json, save, write_xmp, xmp_rating,
};
use super::state::{Frame, Rated, Scored, Tone};
use super::{App, compare, heat, sentence};
use bpclip_core::image::{self, Limits, Map, Picture};
use bpclip_core::inspect::Detail;
use bpclip_core::inspect::worker::Source;
use bpclip_core::metric::{Metric, Readings};
use bpclip_core::model::Task;
use eframe::egui;
use egui::{Event, Key, RawInput};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Writes somewhere, and says what went wrong.
type Write = Box<dyn FnOnce(&Path) -> Result<(), String> + Send>;

impl App {
    /// Lets the user choose where to write something.
    pub(super) fn export(&self, export: Export) {
        let frame = self.state.selected();
        let stem = frame.and_then(|frame| Path::new(&frame.name).file_stem());
        let name = match (export, stem) {
            (Export::Csv | Export::TableJson, _) | (_, None) => export.ending().to_owned(),
            (_, Some(stem)) => format!("{}-{}", stem.to_string_lossy(), export.ending()),
        };
        let beside = frame.and_then(Frame::path);
        self.background.save(export, beside, &name);
    }

    /// Writes something to a file.
    pub(super) fn save_to(&mut self, export: Export, path: PathBuf) {
        let write: Result<Write, String> = match export {
            Export::Csv | Export::TableJson => Ok(self.table(export)),
            Export::Json => self.inspection(),
            Export::Map => self.overlay(),
            Export::AllMaps => self.all_maps(),
            Export::Png => {
                self.view_as_picture(Some(path));
                return;
            }
        };
        match write {
            Ok(write) => self.background.run(move |report| {
                report(match write(&path) {
                    Ok(()) => Said::Said(Tone::Plain, format!("Written: {}", path.display())),
                    Err(reason) => Said::Said(Tone::Bad, sentence(&reason)),
                });
            }),
            Err(reason) => self.state.log.say(Tone::Bad, reason),
        }
    }

    /// The filmstrip's frames in its order.
    fn table(&self, export: Export) -> Write {
        type Known = (PathBuf, Result<Arc<Rated>, String>, Readings);
        let task = self.state.lens;
        let lines: Vec<Known> = self
            .state
            .order
            .iter()
            .filter_map(|at| self.state.frames.get(*at))
            .map(|frame| {
                let result = match frame.scored(task) {
                    Scored::Done(rated) => Ok(Arc::clone(rated)),
                    Scored::Failed(reason) => Err(reason.clone()),
                    _ => Err("not scored yet".into()),
                };
                (file_of(frame), result, self.readings(frame))
            })
            .collect();
        let model = self.state.machine.network(task).cloned();
        let own = self.state.own(task).words().to_vec();
        Box::new(move |path| {
            let rows: Vec<Row<'_>> = lines
                .iter()
                .map(|(path, result, readings)| Row {
                    path,
                    result: result
                        .as_ref()
                        .map(|r| &r.inspection)
                        .map_err(String::as_str),
                    readings: Some(readings),
                })
                .collect();
            let (checkpoint, device, adjectives) = model.as_ref().map_or(("", "", &[][..]), |m| {
                (
                    m.checkpoint.as_str(),
                    m.device.as_str(),
                    &m.metadata.adjectives[..],
                )
            });
            let written = save(path, |out| match export {
                Export::TableJson => json(
                    &Table {
                        checkpoint,
                        device,
                        adjectives,
                        pictures: rows.iter().map(|row| Line::new(row, &own)).collect(),
                    },
                    out,
                ),
                _ => {
                    let measured = lines.iter().any(|(_, _, readings)| !readings.is_empty());
                    let columns = Columns {
                        adjectives,
                        own: &own,
                        metrics: if measured { &Metric::ALL } else { &[] },
                    };
                    csv(rows.iter().copied(), columns, out)
                }
            });
            written.map_err(|error| error.to_string())
        })
    }

    /// The classic metrics of a frame against the reference, as far as they are known.
    fn readings(&self, frame: &Frame) -> Readings {
        let measured = self.state.measured(frame);
        measured
            .map(|measured| measured.readings)
            .unwrap_or_default()
    }

    fn selected_with_maps(&self) -> Result<(&Frame, Arc<Rated>, Arc<Detail>), String> {
        let frame = self.state.selected().ok_or("No picture is selected")?;
        let rated = frame.scored(self.state.lens).rated();
        let detail = self.state.detail(frame, self.state.lens);
        match (rated, detail) {
            (Some(rated), Some(detail)) => Ok((frame, Arc::clone(rated), Arc::clone(detail))),
            _ => Err(format!(
                "{} has no maps yet: wait until it is scored",
                frame.name
            )),
        }
    }

    /// Everything about the selected frame.
    fn inspection(&self) -> Result<Write, String> {
        let (frame, rated, detail) = self.selected_with_maps()?;
        let path = file_of(frame);
        let readings = self.readings(frame);
        // What follows says whether anything was compared with it.
        let compared = self.state.lens == Task::FullReference || !readings.is_empty();
        let reference = self.state.reference.filter(|_| compared);
        let reference = reference.and_then(|id| self.state.frame(id)).map(file_of);
        Ok(Box::new(move |target| {
            let mut inspection = rated.inspection.clone();
            inspection.detail = Some(Detail::clone(&detail));
            let report = Report {
                path: &path,
                reference: reference.as_deref(),
                checkpoint: &rated.model.checkpoint,
                device: &rated.model.device,
                adjectives: rated.adjectives(),
                inspection: &inspection,
                readings: Some(&readings).filter(|readings| !readings.is_empty()),
                attention: true,
            };
            let written = save(target, |out| inspection_json(&report, out));
            written.map_err(|error| error.to_string())
        }))
    }

    /// What lies over the selected picture.
    fn overlay(&self) -> Result<Write, String> {
        let overlay = self.state.overlay;
        let (frame, map) = if overlay == Overlay::Tiles {
            let frame = self.state.selected().ok_or("No picture is selected")?;
            let map = self.state.tile_map(frame, self.state.lens);
            let seen = map.and_then(|map| map.seen.as_ref());
            let seen = seen.ok_or_else(|| format!("{} has no quality map yet", frame.name))?;
            (frame, seen.map.clone())
        } else {
            let (frame, _, detail) = self.selected_with_maps()?;
            let map = heat::map(&detail, overlay, self.state.attending)
                .ok_or("Nothing lies over the picture: choose a map first")?;
            (frame, map.into_owned())
        };
        let range = heat::range(&self.state, overlay, &map);
        let draw = self.drawing();
        let source = frame.source.clone();
        Ok(Box::new(move |path| {
            draw(&read(&source)?, &map, range, path)
        }))
    }

    /// Every map and mask of the selected picture.
    fn all_maps(&self) -> Result<Write, String> {
        let (frame, _, detail) = self.selected_with_maps()?;
        let overlays = Overlay::MAPS.iter().chain(&Overlay::MASKS);
        let maps: Vec<(String, Map, (f32, f32))> = overlays
            .filter_map(|overlay| {
                let map = heat::map(&detail, *overlay, self.state.attending)?.into_owned();
                let range = heat::range(&self.state, *overlay, &map);
                Some((format!("{}.png", overlay.key()), map, range))
            })
            .collect();
        let draw = self.drawing();
        let source = frame.source.clone();
        Ok(Box::new(move |folder| {
            let picture = read(&source)?;
            std::fs::create_dir_all(folder)
                .map_err(|error| format!("cannot make the folder {}: {error}", folder.display()))?;
            maps.iter()
                .try_for_each(|(name, map, range)| draw(&picture, map, *range, &folder.join(name)))
        }))
    }

    fn drawing(
        &self,
    ) -> impl Fn(&Picture, &Map, (f32, f32), &Path) -> Result<(), String> + Send + use<> {
        let (colours, opacity) = (self.state.settings.colours, self.state.settings.opacity);
        move |picture, map, range, path| {
            let drawn = image::overlay(picture, map, range, colours, opacity);
            image::write_png(&drawn, path).map_err(|error| error.to_string())
        }
    }

    /// The window as a picture: to a file, or to the clipboard.
    pub(super) fn view_as_picture(&self, path: Option<PathBuf>) {
        let (ctx, clipboard) = (self.ctx.clone(), self.clipboard.clone());
        let background = self.background.clone();
        self.ctx.request_screenshot(move |shot| {
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
                Some(path) => background.run(move |report| {
                    report(match image::write_png(&picture, &path) {
                        Ok(()) => Said::Said(Tone::Plain, format!("Written: {}", path.display())),
                        Err(error) => Said::Said(Tone::Bad, sentence(&error.to_string())),
                    });
                }),
            }
            ctx.request_repaint();
        });
    }

    /// Writes ratings beside the pictures of the filmstrip.
    pub(super) fn write_ratings(&mut self) {
        let thresholds = self.state.settings.thresholds;
        let task = self.state.lens;
        let shown = self.state.order.iter();
        let frames = shown.filter_map(|at| self.state.frames.get(*at));
        let ratings: Vec<_> = frames
            .filter_map(|frame| {
                let path = frame.path()?.to_owned();
                Some((path, xmp_rating(frame.score(task), frame.mark, thresholds)?))
            })
            .collect();
        self.background.run(move |report| {
            let mut written = 0;
            for (path, rating) in &ratings {
                match write_xmp(path, *rating, None) {
                    Ok(_) => written += 1,
                    Err(error) => report(Said::Said(Tone::Bad, sentence(&error.to_string()))),
                }
            }
            let of = ratings.len();
            let said = format!("{written} of {of} ratings written beside their pictures");
            report(Said::Said(Tone::Plain, said));
        });
    }

    /// The selected score as a sentence, on the clipboard.
    pub(super) fn copy_score(&mut self) {
        let text = self.state.selected().and_then(|frame| {
            let rated = frame.scored(self.state.lens).rated()?;
            Some(score_sentence(&frame.name, rated))
        });
        match text {
            Some(text) => self.clipboard.copy_text(text),
            None => self.state.log.say(Tone::Plain, "There is no score to copy"),
        }
    }

    /// In a text field the keys of the clipboard mean text; elsewhere they mean pictures and
    /// scores, and stay keys.
    pub(super) fn clipboard_keys(&mut self, ctx: &egui::Context, input: &mut RawInput) {
        while let Some(text) = self.clipboard.next_text() {
            input.events.push(Event::Paste(text));
        }
        if !ctx.text_edit_focused() {
            return;
        }
        let clipboard = &self.clipboard;
        input.events.retain_mut(|event| {
            let Event::Key {
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
                    clipboard.paste(true);
                    return false;
                }
                Key::C if modifiers.command => *event = Event::Copy,
                Key::X if modifiers.command => *event = Event::Cut,
                _ => {}
            }
            true
        });
    }
}

/// What to call a frame's file in what is written.
fn file_of(frame: &Frame) -> PathBuf {
    frame
        .path()
        .map_or_else(|| frame.name.clone().into(), Path::to_owned)
}

fn read(source: &Source) -> Result<Picture, String> {
    source
        .read(&Limits::of_this_machine())
        .map_err(|error| error.to_string())
}

/// A score with all that makes it mean something.
pub(super) fn score_sentence(name: &str, rated: &Rated) -> String {
    let inspection = &rated.inspection;
    let certainty = compare::Certainty::new(rated.model.metadata.heldout.as_ref());
    let certainty = certainty.of_score().map(|_| format!(" {certainty}"));
    format!(
        "{name}: {:.1}{} of 100 ({}, higher is better); {}, scored at {}x{}, {}",
        inspection.score,
        certainty.unwrap_or_default(),
        rated.model.task().label(),
        rated.model.checkpoint,
        inspection.scored_width,
        inspection.scored_height,
        rated.model.device,
    )
}

/// The words of a branch for the legend of its maps.
pub(super) fn meaning(overlay: Overlay) -> &'static str {
    match overlay {
        Overlay::None | Overlay::Tiles => "",
        Overlay::Map(Branch::Information, _) => "L2 norm of each token, information branch",
        Overlay::Map(Branch::Weight, _) => "L2 norm of each token, weight branch",
        Overlay::Mask(_) => "share that the gated pooling lets through",
        Overlay::Attention => "share of the attention",
    }
}
