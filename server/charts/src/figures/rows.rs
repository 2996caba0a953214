//! Figures whose rows are names: the column of names and the pitch of the rows.

use crate::layout::Rect;
use crate::svg::{Scene, Type};
use crate::text::clean;

/// Rows with a column of names at the left.
#[derive(Debug, Clone)]
pub struct Rows {
    /// The room right of the names.
    pub body: Rect,
    /// Distance of rows, px.
    pub pitch: f64,
    /// How many rows are drawn; fewer than given when the canvas is too low.
    pub shown: usize,
    names: Rect,
}

/// Rows closer than this cannot be read.
const LEAST: f64 = 17.0;

impl Rows {
    /// Lays out `names` in `area`, of which the lowest `below` px stay free for an axis.
    #[must_use]
    pub fn lay(area: Rect, names: &[&str], below: f64, narrow: bool) -> Rows {
        let style = Type::label("");
        let most = area.width * if narrow { 0.32 } else { 0.28 };
        let column = names.iter().map(|n| style.width(&clean(n))).fold(0.0, f64::max).min(most);
        let height = (area.height - below).max(LEAST);
        let fit = (height / LEAST).floor() as usize;
        // One line is kept for "and 3 more".
        let shown = if names.len() > fit { fit.saturating_sub(1).max(1) } else { names.len() };
        let lines = if shown < names.len() { shown + 1 } else { shown };
        let pitch = (height / lines.max(1) as f64).min(44.0);
        let bottom = area.y + pitch * shown as f64;
        let body = Rect::edges(area.x + column + 14.0, area.y, area.right(), bottom);
        Rows { body, pitch, shown, names: Rect::edges(area.x, area.y, area.x + column, bottom) }
    }

    /// The middle of row `i`.
    #[must_use]
    pub fn middle(&self, i: usize) -> f64 {
        self.body.y + self.pitch * (i as f64 + 0.5)
    }

    /// Writes the name of row `i`.
    pub fn name(&self, scene: &mut Scene, i: usize, name: &str) {
        let tokens = scene.tokens();
        let style = Type::label(tokens.text);
        let lines = if self.pitch >= style.line() * 2.0 { 2 } else { 1 };
        scene.name(self.names.x, self.middle(i), name, self.names.width, lines, &style);
    }

    /// Says how many rows were left out, under the axis at the left.
    pub fn more(&self, scene: &mut Scene, of: usize, baseline: f64) {
        if self.shown < of {
            let text = format!("and {} more, in the table", of - self.shown);
            let style = Type::small(scene.tokens().quiet);
            scene.text(self.names.x, baseline, &text, &style);
        }
    }
}

/// The height that `rows` rows need at a comfortable pitch, with `around` px for words and axis.
#[must_use]
pub fn comfortable(rows: usize, pitch: f64, around: f64, least: f64) -> f64 {
    (rows as f64 * pitch + around).max(least)
}
