//! What would make the window wait, on threads of its own: looking through folders, the system's
//! file dialogs, writing files. They answer through the window's one inbox.

use super::command::Command;
use super::event::Event;
use super::log::Tone;
use super::shell::{self, Dialog, PathFor};
use crossbeam_channel::{Receiver, Sender, unbounded};
use eframe::egui;
use std::future::Future;
use std::time::{Duration, Instant};
use thread_priority::{ThreadPriority, ThreadPriorityValue, set_current_thread_priority};

/// What threads that compute give way to the window by, of 99: on Linux a niceness of 5, by which what
/// else the user has running is not stopped either.
const PRIORITY: u8 = 35;

/// The thread at hand computes: a window that wants to draw, or to close, goes first. On Linux the
/// threads that it starts do likewise.
pub fn give_way() {
    if let Ok(priority) = ThreadPriorityValue::try_from(PRIORITY) {
        // Where the system does not let us, all are equal.
        let _ = set_current_thread_priority(ThreadPriority::Crossplatform(priority));
    }
}

/// A dialog that is closed sooner was never open.
const TOO_SOON: Duration = Duration::from_millis(300);

/// Starts work, and carries what it tells to the inbox.
#[derive(Clone, Debug)]
pub struct Background {
    ctx: egui::Context,
    sender: Sender<Event>,
}

/// A background, and the inbox that its events arrive in. Each event wakes `ctx`.
pub fn inbox(ctx: egui::Context) -> (Background, Receiver<Event>) {
    let (sender, inbox) = unbounded();
    (Background { ctx, sender }, inbox)
}

impl Background {
    /// Puts an event into the inbox. False if nobody listens any more: the window is gone.
    pub fn tell(&self, event: impl Into<Event>) -> bool {
        let heard = self.sender.send(event.into()).is_ok();
        if heard {
            self.ctx.request_repaint();
        }
        heard
    }

    /// Puts a line into the log.
    pub fn say(&self, tone: Tone, text: impl Into<String>) {
        self.tell(Event::Said(tone, text.into()));
    }

    /// Runs `work` on a thread, which tells through what it is given.
    pub fn run(&self, work: impl FnOnce(&Self) + Send + 'static) {
        let background = self.clone();
        std::thread::spawn(move || work(&background));
    }

    /// Waits on a thread for what the user chooses in a dialog of the system's, and asks for what
    /// `then` makes of it. Where the system has no dialogs, the path can be typed `instead`.
    pub fn choose<T: 'static, C: Into<Command>>(
        &self,
        dialog: impl Future<Output = Option<T>> + Send + 'static,
        then: impl FnOnce(T) -> C + Send + 'static,
        instead: PathFor,
    ) {
        self.run(move |background| {
            let asked = Instant::now();
            match pollster::block_on(dialog) {
                Some(chosen) => {
                    background.tell(Event::Chosen(then(chosen).into()));
                }
                None if asked.elapsed() < TOO_SOON => {
                    background.say(
                        Tone::Bad,
                        "The system's file dialog could not be opened (is a desktop portal or \
                         zenity installed?): type the path instead",
                    );
                    let dialog = shell::Command::Dialog(Some(Dialog::Path(instead)));
                    background.tell(Event::Chosen(dialog.into()));
                }
                None => {}
            }
        });
    }
}
