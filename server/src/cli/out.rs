//! What a command writes: results on standard output, progress on standard error and only on a terminal.

use std::io::{IsTerminal, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::exit::Failure;
use crate::export::{Table, text};

/// Writes one JSON object and a line end.
///
/// # Errors
/// A closed pipe or a full disk.
pub fn json(value: &impl serde::Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value).map_err(Failure::failed)?;
    line(&text)
}

/// Writes a table for people.
///
/// # Errors
/// As [`json`].
pub fn table(table: &Table) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    out.write_all(text::write(table).as_bytes()).map_err(Failure::from)
}

/// Writes one line.
///
/// # Errors
/// As [`json`].
pub fn line(text: &str) -> Result<(), Failure> {
    writeln!(std::io::stdout().lock(), "{text}").map_err(Failure::from)
}

/// A bar on standard error; nothing where that is no terminal.
#[must_use]
pub fn bar(label: &str) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::with_draw_target(Some(1000), ProgressDrawTarget::hidden());
    }
    let bar = ProgressBar::new(1000);
    let plain = std::env::var_os("NO_COLOR").is_some();
    let template =
        if plain { "{prefix} [{bar:32}] {percent:>3}% {msg}" } else { "{prefix} [{bar:32.cyan}] {percent:>3}% {msg}" };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.progress_chars("=> "));
    }
    bar.set_prefix(label.to_owned());
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
