//! What every concern works with, beside its own state.

use super::background::Background;
use super::clipboard::Clipboard;
use super::command::{Command, Commands};
use super::gallery::Watch;
use super::library;
use super::log::{Log, Tone};
use super::pictures::Textures;
use super::scoring::ScoringWorker;
use super::settings::Settings;
use eframe::egui;

/// The threads, what lasts, and what happened.
pub struct Context {
    pub egui: egui::Context,
    pub background: Background,
    pub worker: ScoringWorker,
    pub watch: Watch,
    pub library: library::Line,
    pub clipboard: Clipboard,
    pub textures: Textures,
    pub settings: Settings,
    pub log: Log,
    /// What follows from the command at hand, to be carried out after it.
    pub follow: Commands,
}

impl Context {
    /// Asks another concern for something, once the command at hand is carried out.
    pub fn then(&mut self, command: impl Into<Command>) {
        self.follow.push(command);
    }

    /// Adds a line to the log.
    pub fn say(&mut self, tone: Tone, text: impl Into<String>) {
        self.log.say(tone, text);
    }
}
