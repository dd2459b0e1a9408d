//! What settings cannot be.

use super::{Settings, Start};
use bpclip_core::model::Task;

/// A setting that cannot be, in a sentence that names it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SettingError(pub(in crate::train) String);

impl Settings {
    /// Says what in these settings cannot be.
    ///
    /// # Errors
    /// A sentence that names the setting.
    pub fn check(&self) -> Result<(), SettingError> {
        let needs = |wrong: bool, text: &str| match wrong {
            true => Err(SettingError(text.to_owned())),
            false => Ok(()),
        };
        needs(
            self.data.is_empty() && self.pristine.is_empty(),
            "name a folder of rated pictures, or `pristine` photographs",
        )?;
        needs(
            self.data.is_empty() && self.ladders == 0,
            "`ladders` must be 1 or more where no pictures are rated",
        )?;
        needs(self.epochs == 0, "`epochs` must be 1 or more")?;
        needs(
            !self.data.is_empty() && self.batch == 0,
            "`batch` must be 1 or more",
        )?;
        needs(
            self.data.is_empty() && self.epoch_steps == 0,
            "`epoch-steps` must be 1 or more",
        )?;
        let crops = [("crop", self.crop), ("lead-crop", self.lead_crop)];
        for (name, side) in crops {
            if !(64..=4096).contains(&side) {
                let text = format!("`{name}` is {side}, but must be 64 to 4096");
                return Err(SettingError(text));
            }
        }
        needs(
            self.partial + self.background > 0.0 && self.task == Task::FullReference,
            "`partial` and `background` must be 0 with a reference: its ladders are labelled by \
             whole crops",
        )?;
        needs(
            self.partial + self.background > 1.0,
            "`partial` and `background` are shares of the same ladders: 1 together at most",
        )?;
        needs(
            self.start_share > 0.0 && self.start == Start::Fresh,
            "`start-share` must be 0 for a fresh network, which knows nothing yet",
        )?;
        let bounded = [
            ("backbone-lr", self.backbone_lr, 1.0),
            ("lr", self.lr, 1.0),
            ("weight-decay", self.weight_decay, 1.0),
            ("grad-clip-norm", self.grad_clip_norm, f64::MAX),
            ("ema-decay", self.ema_decay, 0.99999),
            ("start-share", self.start_share, 0.99),
            ("mixed", self.mixed, 1.0),
            ("partial", self.partial, 1.0),
            ("background", self.background, 1.0),
            ("tolerance", self.tolerance, 1.0),
            ("held-out", self.held_out, 0.9),
            ("mse", self.mse, 1e6),
            ("correlation", self.correlation, 1e6),
            ("rank", self.rank, 1e6),
            ("dimension", self.dimension, 1e6),
            ("adjectives", self.adjectives, 1e6),
            ("words", self.words, 1e6),
            ("statistics", self.statistics, 1e6),
            ("maps", self.maps, 1e6),
            ("sharpness", self.sharpness, 1e6),
            ("save-minutes", self.save_minutes, 1e6),
        ];
        for (name, value, most) in bounded {
            if !(0.0..=most).contains(&value) {
                let text = format!("`{name}` is {value}, but must be 0 to {most}");
                return Err(SettingError(text));
            }
        }
        Ok(())
    }
}
