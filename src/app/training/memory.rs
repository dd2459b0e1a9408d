//! What the panel remembers from one start of the window to the next.

use super::form::Form;
use serde::{Deserialize, Deserializer, Serialize};
use std::path::PathBuf;

/// A part of the window's settings.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    /// The form. One of another version of the program is passed over.
    #[serde(deserialize_with = "usable")]
    pub form: Form,
    /// The folder of the last run.
    pub last_run: Option<PathBuf>,
}

impl Memory {
    /// Without what a file cannot hold.
    pub(crate) fn tidy(mut self) -> Self {
        if !self.form.is_text() {
            self.form = Form::default();
        }
        self.last_run = self.last_run.filter(|path| path.to_str().is_some());
        self
    }
}

fn usable<'de, D: Deserializer<'de>>(form: D) -> Result<Form, D::Error> {
    let form = serde_json::Value::deserialize(form)?;
    Ok(serde_json::from_value(form).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_of_another_version_is_no_reason_to_lose_the_rest() {
        let mut memory = Memory {
            last_run: Some("/runs/a".into()),
            ..Memory::default()
        };
        memory.form.settings.epochs = 42;
        let text = serde_json::to_string(&memory).unwrap();
        assert_eq!(serde_json::from_str::<Memory>(&text).unwrap(), memory);
        let other = text.replace("\"epochs\"", "\"rounds\"");
        let read: Memory = serde_json::from_str(&other).unwrap();
        assert_eq!(read.form, Form::default());
        assert_eq!(read.last_run, memory.last_run);
        assert_eq!(
            serde_json::from_str::<Memory>("{}").unwrap(),
            Memory::default()
        );
    }
}
