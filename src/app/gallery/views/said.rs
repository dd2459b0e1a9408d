//! A frame in a few words.

use crate::app::gallery::Frame;
use crate::app::gallery::ranking::Label;
use crate::app::wording::counted;
use bpclip_core::model::Task;

/// What was decided on a frame: "Keep, 3 stars, Red label"; empty where nothing was.
pub fn decided(frame: &Frame) -> String {
    let mark = frame.mark.map(|mark| mark.label().to_owned());
    let stars = (frame.stars > 0).then(|| counted(frame.stars.into(), "star"));
    let label = |label: Label| format!("{} label", label.name());
    let all = mark.into_iter().chain(stars).chain(frame.label.map(label));
    all.collect::<Vec<String>>().join(", ")
}

/// Its name, its score, and what was decided on it.
pub fn described(frame: &Frame, task: Task) -> String {
    let score = match (&frame.broken, frame.score(task)) {
        (Some(_), _) => "cannot be read".to_owned(),
        (None, Some(score)) => format!("{score:.1}"),
        (None, None) => "no score".to_owned(),
    };
    let decided = decided(frame);
    let all = [frame.title().into_owned(), score, decided];
    let said = all.into_iter().filter(|part| !part.is_empty());
    said.collect::<Vec<String>>().join(", ")
}
