//! Opening the window.

use super::settings::Settings;
use super::{App, Launch};
use bpclip_catalogue::folders;
use bpclip_core::file::read_file;
use eframe::egui;
use std::panic::{AssertUnwindSafe, catch_unwind};
use thiserror::Error;

/// By what the desktop knows the program: windows belong to the `.desktop` file of this name, which gives
/// them their icon under Wayland. `packaging/linux` has the files that bear it.
const ID: &str = "io.github.bpclip_inspector.bpclip";

/// Why there is no window.
#[derive(Debug, Error)]
pub enum AppError {
    /// There is nothing to show it on.
    #[error(
        "the window cannot be opened ({0}). It needs a desktop and a graphics driver with Vulkan, \
         Metal or DirectX 12; `bpclip score` and `bpclip inspect` work without"
    )]
    NoWindow(String),
}

/// Opens the window, and returns when it is closed. `on_signal` is given what closes it in order,
/// a training's state saved, to be called from any thread.
///
/// # Errors
/// There is no display, or no graphics adapter that can draw.
pub fn run(
    launch: Launch,
    on_signal: impl FnOnce(Box<dyn FnOnce() + Send>) + 'static,
) -> Result<(), AppError> {
    let settings_path = folders::settings();
    let launch = Launch {
        library: folders::library(),
        ..launch
    };
    let size = settings_path
        .as_deref()
        .and_then(window_size)
        .unwrap_or([1440.0, 900.0]);
    let viewport = egui::ViewportBuilder::default()
        .with_title("BPCLIP Inspector")
        .with_app_id(ID)
        .with_inner_size(size)
        .with_min_inner_size([480.0, 320.0])
        .with_drag_and_drop(true)
        .with_icon(super::theme::icon());
    let options = eframe::NativeOptions {
        viewport,
        // The clipboard is ours: pictures and lists of files can be pasted too.
        clipboard_shortcuts: false,
        ..Default::default()
    };
    let open = || {
        eframe::run_native(
            "bpclip",
            options,
            Box::new(move |creation| {
                let app = App::new(&creation.egui_ctx, launch, settings_path);
                on_signal(Box::new(app.closer()));
                Ok(Box::new(app))
            }),
        )
    };
    // Some drivers and window systems fail only by a panic.
    match catch_unwind(AssertUnwindSafe(open)) {
        Ok(opened) => opened.map_err(|error| AppError::NoWindow(reason(&error))),
        Err(payload) => Err(AppError::NoWindow(bpclip_core::guard::panic_text(
            payload.as_ref(),
        ))),
    }
}

/// What failed, without the places in other people's sources.
fn reason(error: &eframe::Error) -> String {
    match error {
        eframe::Error::WinitEventLoop(_) => "no display answers".into(),
        eframe::Error::Winit(_) => "the display refuses a window".into(),
        eframe::Error::Wgpu(_) => "no graphics adapter can draw it".into(),
        other => other.to_string(),
    }
}

/// The size that the window had last. Read without putting anything aside: the application does
/// that, and says so.
fn window_size(path: &std::path::Path) -> Option<[f32; 2]> {
    let settings: Settings = serde_json::from_slice(&read_file(path).ok()?).ok()?;
    settings.window()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn the_desktop_knows_the_program_by_one_name() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/linux");
        for end in ["desktop", "metainfo.xml", "mime.xml"] {
            assert!(folder.join(format!("{ID}.{end}")).is_file(), "{end}");
        }
        let entry = std::fs::read_to_string(folder.join(format!("{ID}.desktop"))).unwrap();
        for line in [format!("Icon={ID}"), format!("StartupWMClass={ID}")] {
            assert!(entry.lines().any(|other| other == line), "{line}");
        }
    }

    #[test]
    fn a_small_window_is_as_small_at_the_next_start() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.json");
        let size = |window| {
            let settings = Settings {
                window,
                ..Settings::default()
            };
            std::fs::write(&path, serde_json::to_vec(&settings).unwrap()).unwrap();
            window_size(&path)
        };
        assert_eq!(size(Some([480.0, 320.0])), Some([480.0, 320.0]));
        assert_eq!(size(Some([3.0, 400.0])), None);
        assert_eq!(size(None), None);
    }

    #[test]
    fn the_window_has_the_icon_of_the_packages() {
        let icon = super::super::theme::icon();
        assert_eq!((icon.width, icon.height), (256, 256));
    }
}
