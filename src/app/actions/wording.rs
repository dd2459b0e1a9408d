//! What actions are called, and what they do.

use super::action::Action;
use crate::app::viewer::Overlay;
use crate::app::wording::counted;

impl Action {
    /// The name in menus.
    pub fn label(self) -> String {
        let label = match self {
            Self::OpenFiles => "Open...",
            Self::OpenFolder => "Open folder...",
            Self::OpenPath => "Open a path...",
            Self::Paste => "Paste",
            Self::ExportCsv => "Export table as CSV...",
            Self::ExportTableJson => "Export table as JSON...",
            Self::ExportJson => "Export inspection as JSON...",
            Self::ExportPng => "Export view as PNG...",
            Self::ExportMap => "Export overlay as PNG...",
            Self::ExportMaps => "Export all maps...",
            Self::FigureMaps => "Figure of the maps...",
            Self::FigureAttention => "Attention of this cell...",
            Self::FigureDifference => "Difference of two pictures' maps...",
            Self::Ratings => "Write ratings...",
            Self::CopyScore => "Copy score",
            Self::CopyPicture => "Copy view",
            Self::OpenCheckpoint => "Checkpoint...",
            Self::BundledCheckpoints => "Use the bundled checkpoints",
            Self::Weights => "Download model weights...",
            Self::Library => "Kept on disk...",
            Self::Quit => "Quit",
            Self::Transfer => "Copy, move or bin files...",
            Self::Remove => "Remove from list",
            Self::RemoveAll => "Remove all from list",
            Self::Undo => "Undo",
            Self::Redo => "Redo",
            Self::Unmark => "Unmark",
            Self::Stars(0) => "No stars",
            Self::Stars(stars) => return counted(stars.into(), "star"),
            Self::Label(label) => return format!("{} label", label.name()),
            Self::BestOfBursts => "Best of each burst...",
            Self::Taste => "My taste...",
            Self::GoOn => "Go on after each mark",
            Self::SelectAll => "Select all",
            Self::NextToo => "Select the next too",
            Self::PreviousToo => "Select the previous too",
            Self::NextGroup => "Next burst",
            Self::PreviousGroup => "Previous burst",
            Self::Keep => "Keep",
            Self::Reject => "Reject",
            Self::Next => "Next",
            Self::Previous => "Previous",
            Self::First => "First",
            Self::Last => "Last",
            Self::Reference => "Use as reference",
            Self::ClearReference => "Clear reference",
            Self::Compare => "Compare others with this",
            Self::Flip => "Flip",
            Self::Fit => "Fit",
            Self::Actual => "100 %",
            Self::Sharpest => "Go to the sharpest part",
            Self::MarkSharpest => "Mark the sharpest part",
            Self::ZoomIn => "Zoom in",
            Self::ZoomOut => "Zoom out",
            Self::Mode(mode) => mode.label(),
            Self::Overlay(overlay) => return overlay.label(),
            Self::Survey => "Survey",
            Self::Histogram => "Histogram",
            Self::ListPanel => "List of pictures",
            Self::SidePanel => "Panel with score and words",
            Self::FullScreen => "Full screen",
            Self::Larger => "Larger interface",
            Self::Smaller => "Smaller interface",
            Self::UsualSize => "Usual size of the interface",
            Self::QualityMap => "Quality map",
            Self::ScoreRest => "Score the rest",
            Self::Cancel => "Cancel scoring",
            Self::Training => "Training",
            Self::Train => "Start training",
            Self::PauseTraining => "Pause training",
            Self::StopTraining => "Stop training",
            Self::OpenRun => "Open a run...",
            Self::ResumeTraining => "Continue the run",
            Self::UseBest => "Use the best checkpoint",
            Self::WritePlots => "Write plots and tables",
            Self::Keys => "Keys",
            Self::Log => "Log",
            Self::About => "About",
        };
        label.to_owned()
    }

    /// What it does, where the label does not say it all.
    pub fn help(self) -> &'static str {
        match self {
            Self::OpenFiles => "Adds pictures to the list",
            Self::OpenFolder => "Adds the pictures in a folder, and watches it for new ones",
            Self::OpenPath => {
                "A file or a folder, by its path; no dialog of the system's is needed"
            }
            Self::Paste => "Adds the picture, or the files, on the clipboard",
            Self::ExportCsv => "The pictures in the list, in its order, a row each",
            Self::ExportTableJson => "Likewise, with every level's similarities",
            Self::ExportJson => "Every value of the selected picture, maps and attention too",
            Self::ExportPng => "The window as it is, with its legend",
            Self::ExportMap => "What lies over the picture, with the picture",
            Self::ExportMaps => "Maps and masks of the selected picture, into a folder",
            Self::FigureMaps => "All maps with their colour bars on one plate, for a paper",
            Self::FigureAttention => {
                "Where the chosen cell looks, by head and in the mean, as a figure for a paper"
            }
            Self::FigureDifference => {
                "What the maps of this picture have more or less than those of the second one"
            }
            Self::Ratings => "Stars, labels and picks, beside the pictures or into JPEGs",
            Self::CopyScore => "The selected picture's score as a sentence",
            Self::CopyPicture => "The window as a picture",
            Self::OpenCheckpoint => "Scores with another checkpoint file",
            Self::BundledCheckpoints => "Scores with the checkpoints that came with the program",
            Self::Weights => "What can be had to train from, and is downloaded only on your word",
            Self::Library => {
                "Marks, scores and thumbnails: how much there is, and how to forget it"
            }
            Self::Quit => "Closes the window",
            Self::Transfer => "The selected, kept, rejected or best, with raw files and sidecars",
            Self::Remove => "Never from the disk",
            Self::RemoveAll => "Empties the list; nothing on the disk changes",
            Self::Undo => "Takes back what was marked or removed last",
            Self::Redo => "Does again what was taken back last",
            Self::Unmark => "Neither keep nor reject",
            Self::Stars(_) => "Of all that are selected",
            Self::Label(_) => "Of all that are selected; again to take it away",
            Self::BestOfBursts => "Keeps the best of each burst and rejects the rest",
            Self::Taste => "Learns what you keep from your marks, and ranks the rest by it",
            Self::GoOn => "Looks at the next picture once one has a mark, stars or a label",
            Self::SelectAll => "All in the filmstrip: a mark goes to each",
            Self::NextToo | Self::PreviousToo => "A mark goes to all that are selected",
            Self::NextGroup | Self::PreviousGroup => "Or the next folder; groups must be on",
            Self::Keep => "Marks the picture; again to take the mark away",
            Self::Reject => "Marks the picture; again to take the mark away",
            Self::Next | Self::Previous | Self::First | Self::Last => "In the filmstrip's order",
            Self::Reference => "Full-reference scores compare with it; again to clear it",
            Self::ClearReference => "No full-reference scores any more",
            Self::Compare => "Keeps this picture as the second one; again to let it go",
            Self::Flip => "Shows the second picture, or the reference, in the first one's place",
            Self::Fit => "All of the picture",
            Self::Actual => "A pixel of the picture is a pixel of the screen",
            Self::Sharpest => {
                "At 100 %, in all pictures of a burst at one place; again to see all of the picture"
            }
            Self::MarkSharpest => "A frame around it, in every picture; again to take it away",
            Self::ZoomIn | Self::ZoomOut => "The mouse wheel does it too",
            Self::Mode(_) => "How two pictures are shown",
            Self::Overlay(Overlay::Attention) => "Where the cell under the pointer looks",
            Self::Overlay(Overlay::None) => "The picture alone",
            Self::Overlay(Overlay::Clipping) => {
                "Highlights and shadows without detail; again to take it away"
            }
            Self::Overlay(Overlay::Peaking) => {
                "Edges in focus, at the picture's own pixels; again to take it away"
            }
            Self::Overlay(_) => "The strength of the tokens, over the picture",
            Self::Survey => {
                "2 to 9 pictures beside each other: those that are selected, else the burst"
            }
            Self::Histogram => "Red, green, blue and luma of the picture that is shown",
            Self::ListPanel | Self::SidePanel => "Opens or closes it",
            Self::FullScreen => "The pictures alone; Escape leaves it too",
            Self::Larger | Self::Smaller | Self::UsualSize => "All letters and buttons",
            Self::QualityMap => {
                "Scores the picture tile by tile, at its own pixels: what of it is good"
            }
            Self::ScoreRest => "After a cancel",
            Self::Cancel => "What is scored stays",
            Self::Training => "Learns from rated pictures; again for the pictures",
            Self::Train => "With what the form says, in a run folder of its own",
            Self::PauseTraining => "After this step, with its state saved; again to go on",
            Self::StopTraining => "After this step, with its state saved, to be continued",
            Self::OpenRun => "Shows how a run went, to continue it or to use its checkpoints",
            Self::ResumeTraining => "Goes on exactly where it was stopped",
            Self::UseBest => "Scores with the best epoch of the run that is shown",
            Self::WritePlots => {
                "Curves and scores as a figure, steps and epochs as CSV, in the folder of the run"
            }
            Self::Keys => "This list",
            Self::Log => "What happened, errors too",
            Self::About => "Version, checkpoints, device",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_action_is_listed_once_with_words() {
        let mut seen = HashSet::new();
        for action in Action::all() {
            assert!(seen.insert(action), "{action:?}");
            assert!(!action.label().is_empty() && !action.help().is_empty());
        }
    }
}
