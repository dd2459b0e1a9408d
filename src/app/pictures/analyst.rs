//! What is found out about pictures that are there, on a thread of its own, and kept for as long as there is
//! room: histograms, clipped light, edges in focus, shifts and differences.

use super::ink::{Ink, raster};
use super::key::{Offset, Version};
use super::loader::Loaded;
use super::pyramid::{Pyramid, difference};
use crate::app::background::Background;
use crate::app::settings::Sensitivity;
use bpclip_look::{Histogram, Shift, shift};
use crossbeam_channel::{Sender, unbounded};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Bytes of answers that are kept beyond those in use.
const KEEP: usize = 128 << 20;
/// Answers that are kept.
const KEPT: usize = 1000;

/// Something to find out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Question {
    Histogram(Version),
    Clipping(Version),
    Peaking(Version, Sensitivity),
    /// How far the second is shifted against the first.
    Shift(Version, Version),
    /// How they differ, each channel times the gain, the second taken from where it is shifted to.
    Difference(Version, Version, u8, Offset),
}

impl Question {
    fn is_about(self, frame: u64) -> bool {
        match self {
            Self::Histogram(of) | Self::Clipping(of) | Self::Peaking(of, _) => of.0 == frame,
            Self::Shift(a, b) | Self::Difference(a, b, ..) => a.0 == frame || b.0 == frame,
        }
    }
}

/// What was found out.
#[derive(Clone, Debug)]
pub enum Answer {
    Histogram(Arc<Histogram>),
    Ink(Arc<Ink>),
    /// None where nothing says that both show one scene.
    Shift(Option<Shift>),
    Difference(Result<Arc<Pyramid>, String>),
}

impl Answer {
    fn bytes(&self) -> usize {
        match self {
            Self::Histogram(_) => size_of::<Histogram>(),
            Self::Ink(ink) => ink.bytes(),
            Self::Difference(Ok(pyramid)) => pyramid.bytes(),
            Self::Shift(_) | Self::Difference(Err(_)) => 0,
        }
    }
}

type Task = (Question, Vec<Arc<Pyramid>>);

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Task>,
    /// What the thread has taken, until its answer is taken in.
    taken: Vec<Question>,
}

impl Queue {
    fn next(&mut self) -> Option<Task> {
        let next = self.waiting.pop_front();
        self.taken
            .extend(next.iter().map(|(question, _)| *question));
        next
    }
}

fn lock(queue: &Mutex<Queue>) -> MutexGuard<'_, Queue> {
    // A queue is whole between any two of its calls, even if the thread died.
    queue.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The thread, and what is known.
pub struct Analyst {
    queue: Arc<Mutex<Queue>>,
    more: Sender<()>,
    /// Each with the frame of the window that it was last asked for in.
    known: HashMap<Question, (Answer, u64)>,
    /// What has to be found out for the frame at hand.
    wanted: Vec<Task>,
    asked: Vec<Question>,
}

impl Analyst {
    /// Starts the thread, which ends by itself once this is dropped.
    pub fn start(background: Background) -> Self {
        let queue = Arc::new(Mutex::new(Queue::default()));
        let (more, tokens) = unbounded::<()>();
        let waiting = Arc::clone(&queue);
        std::thread::spawn(move || {
            for () in tokens {
                let next = lock(&waiting).next();
                let Some((question, of)) = next else { continue };
                let answer = find_out(question, &of);
                drop(of);
                if !background.tell(Loaded::Found(question, answer)) {
                    return;
                }
            }
        });
        Self {
            queue,
            more,
            known: HashMap::new(),
            wanted: Vec::new(),
            asked: Vec::new(),
        }
    }

    /// Whether nothing is being found out.
    pub fn is_idle(&self) -> bool {
        self.asked.is_empty()
    }

    /// A frame of the window begins.
    pub fn begin(&mut self) {
        self.wanted.clear();
    }

    /// What is known; if it is not, it is found out of these pictures.
    pub fn ask(&mut self, question: Question, now: u64, of: &[&Arc<Pyramid>]) -> Option<Answer> {
        if let Some((answer, used)) = self.known.get_mut(&question) {
            *used = now;
            return Some(answer.clone());
        }
        if !self.wanted.iter().any(|(wanted, _)| *wanted == question) {
            let of = of.iter().map(|pyramid| Arc::clone(pyramid)).collect();
            self.wanted.push((question, of));
        }
        None
    }

    /// A frame of the window has ended: what it lacks is found out, and what it did not need is let go
    /// where there is too much.
    pub fn end(&mut self, now: u64) {
        let questions: Vec<Question> = self.wanted.iter().map(|(wanted, _)| *wanted).collect();
        if questions != self.asked {
            let mut queue = lock(&self.queue);
            self.wanted
                .retain(|(question, _)| !queue.taken.contains(question));
            let count = self.wanted.len();
            queue.waiting = std::mem::take(&mut self.wanted).into();
            drop(queue);
            for _ in 0..count {
                let _ = self.more.send(());
            }
            self.asked = questions;
        }
        let mut held: usize = self.known.values().map(|(answer, _)| answer.bytes()).sum();
        if held <= KEEP && self.known.len() <= KEPT {
            return;
        }
        let mut unused: Vec<(Question, u64, usize)> = self
            .known
            .iter()
            .filter(|(_, (_, used))| *used != now)
            .map(|(question, (answer, used))| (*question, *used, answer.bytes()))
            .collect();
        unused.sort_by_key(|(_, used, _)| *used);
        for (question, _, bytes) in unused {
            if held <= KEEP && self.known.len() <= KEPT {
                break;
            }
            self.known.remove(&question);
            held -= bytes;
        }
    }

    /// Takes in what the thread has found out.
    pub fn take_in(&mut self, question: Question, answer: Answer, now: u64) {
        self.asked.retain(|asked| *asked != question);
        lock(&self.queue).taken.retain(|taken| *taken != question);
        self.known.insert(question, (answer, now));
    }

    /// Forgets everything about a frame.
    pub fn forget(&mut self, frame: u64) {
        self.known.retain(|question, _| !question.is_about(frame));
    }
}

fn find_out(question: Question, of: &[Arc<Pyramid>]) -> Answer {
    let whole = |at: usize| of.get(at).and_then(|pyramid| raster(pyramid, 0));
    let reduced = |at: usize| {
        let pyramid = of.get(at)?;
        raster(pyramid, pyramid.levels.len() - 1)
    };
    let (first, second) = (whole(0), whole(1));
    match (question, first, second) {
        (Question::Histogram(_), Some(picture), _) => {
            Answer::Histogram(Arc::new(Histogram::of(&picture)))
        }
        (Question::Clipping(_), Some(picture), _) => Answer::Ink(Arc::new(Ink::clipping(&picture))),
        (Question::Peaking(_, sensitivity), Some(picture), _) => {
            Answer::Ink(Arc::new(Ink::peaking(&picture, sensitivity)))
        }
        (Question::Shift(..), Some(a), Some(b)) => {
            let small = reduced(0).zip(reduced(1));
            let (small_a, small_b) = small.unwrap_or((a, b));
            Answer::Shift(shift([&a, &small_a], [&b, &small_b]))
        }
        (Question::Difference(_, _, gain, offset), Some(a), Some(b)) => {
            Answer::Difference(difference(&a, &b, gain, offset.into()).map(Arc::new))
        }
        // A pyramid always has its whole picture.
        _ => Answer::Shift(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bpclip_core::image::Picture;

    fn grey(level: u8) -> Arc<Pyramid> {
        let picture = Picture {
            width: 40,
            height: 40,
            rgb: vec![level; 4800],
            notes: Vec::new(),
        };
        Arc::new(Pyramid::new(picture, None))
    }

    #[test]
    fn a_question_is_asked_once_and_its_answer_kept() {
        let (background, inbox) = crate::app::background::inbox(eframe::egui::Context::default());
        let mut analyst = Analyst::start(background);
        let (of, question) = (grey(7), Question::Histogram((1, 0)));
        for frame in 1..3 {
            analyst.begin();
            assert!(analyst.ask(question, frame, &[&of]).is_none());
            assert!(analyst.ask(question, frame, &[&of]).is_none());
            analyst.end(frame);
            assert!(!analyst.is_idle());
        }
        let event = inbox.recv().unwrap();
        let crate::app::event::Event::Pictures(Loaded::Found(found, answer)) = event else {
            panic!("{event:?}");
        };
        assert_eq!(found, question);
        analyst.take_in(found, answer, 3);
        assert!(analyst.is_idle());
        let Some(Answer::Histogram(histogram)) = analyst.ask(question, 4, &[&of]) else {
            panic!("it is known");
        };
        assert_eq!(histogram.luma[7], 1600);
        analyst.begin();
        analyst.end(4);
        assert!(inbox.is_empty(), "it was found out once");
        analyst.forget(1);
        assert!(analyst.ask(question, 5, &[&of]).is_none());
    }

    #[test]
    fn what_is_being_found_out_is_not_begun_again_when_more_is_asked() {
        let (background, inbox) = crate::app::background::inbox(eframe::egui::Context::default());
        let mut analyst = Analyst::start(background);
        let of = grey(7);
        let (first, second) = (Question::Histogram((1, 0)), Question::Histogram((2, 0)));
        let mut asks = |frame, questions: &[Question]| {
            analyst.begin();
            for question in questions {
                assert!(analyst.ask(*question, frame, &[&of]).is_none());
            }
            analyst.end(frame);
            // Until the thread has taken it.
            while !lock(&analyst.queue).waiting.is_empty() {
                std::thread::yield_now();
            }
        };
        asks(1, &[first]);
        asks(2, &[first, second]);
        // It ends once it has told.
        drop(analyst);
        let found = inbox.iter().map(|event| match event {
            crate::app::event::Event::Pictures(Loaded::Found(found, _)) => found,
            event => panic!("{event:?}"),
        });
        assert_eq!(found.collect::<Vec<_>>(), [first, second]);
    }

    #[test]
    fn what_is_not_looked_at_any_more_makes_room() {
        let (background, _inbox) = crate::app::background::inbox(eframe::egui::Context::default());
        let mut analyst = Analyst::start(background);
        for frame in 0..1200 {
            let answer = Answer::Shift(None);
            analyst.take_in(Question::Shift((frame, 0), (0, 0)), answer, frame);
        }
        analyst.begin();
        let first = Question::Shift((0, 0), (0, 0));
        assert!(analyst.ask(first, 2000, &[]).is_some());
        analyst.end(2000);
        assert_eq!(analyst.known.len(), KEPT);
        assert!(analyst.known.contains_key(&first));
        assert!(!analyst.known.contains_key(&Question::Shift((1, 0), (0, 0))));
    }
}
