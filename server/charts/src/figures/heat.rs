//! A grid of shaded cells with their numbers, shared by the cohort map and the transition matrix.

use crate::layout::Rect;
use crate::svg::{Anchor, Mark, Paint, Scene, Type, shape};
use crate::text::{clean, shorten};

/// One cell.
pub(super) struct Cell {
    /// 0..=1, how dark.
    pub shade: f64,
    /// The number written in it, where it fits.
    pub text: String,
    /// The number itself.
    pub value: f64,
    /// What a pointer is told.
    pub tip: String,
    /// Whether it is an estimate, drawn hatched.
    pub hatched: bool,
}

/// A grid with names of rows and columns.
pub(super) struct Grid {
    /// Names of rows.
    pub rows: Vec<String>,
    /// Names of columns.
    pub columns: Vec<String>,
    /// Cells by row; `None` stays empty.
    pub cells: Vec<Vec<Option<Cell>>>,
    /// What the columns are, above their names.
    pub head: String,
}

impl Grid {
    /// Draws the grid into `plot`.
    pub fn draw(&self, scene: &mut Scene, plot: Rect) {
        let tokens = scene.tokens();
        let (label, small) = (Type::small(tokens.text), Type::small(tokens.quiet));
        let names: Vec<String> = self.rows.iter().map(|r| clean(r)).collect();
        let left = names.iter().map(|n| label.width(n)).fold(0.0, f64::max).min(plot.width * 0.28) + 10.0;
        let head = if self.head.is_empty() { 20.0 } else { 36.0 };
        let body = plot.inset(left, head, 0.0, 0.0);
        let (nr, nc) = (self.rows.len().max(1) as f64, self.columns.len().max(1) as f64);
        let (w, h) = ((body.width / nc).min(110.0), (body.height / nr).min(34.0));
        if !self.head.is_empty() {
            scene.name(body.x, plot.y + 6.0, &self.head, body.width, 1, &small);
        }
        self.columns(scene, &body, w);
        for (i, (name, cells)) in names.iter().zip(&self.cells).enumerate() {
            let y = body.y + h * i as f64;
            // Rows too close for a line of text are named every so often.
            if i % (14.0 / h).ceil().max(1.0) as usize == 0 {
                let shown = shorten(name, label.size, label.weight, left - 10.0);
                let whole = (shown != *name).then_some(name.as_str());
                scene.text_of(plot.x, y + h / 2.0 + 4.0, &shown, whole, &label);
            }
            for (j, cell) in cells.iter().enumerate().take(self.columns.len()) {
                let area = Rect { x: body.x + w * j as f64, y, width: w, height: h }.inset(1.0, 1.0, 1.0, 1.0);
                if let Some(cell) = cell {
                    draw_cell(scene, name, cell, area);
                }
            }
        }
    }

    fn columns(&self, scene: &mut Scene, body: &Rect, w: f64) {
        let style = Type::small(scene.tokens().quiet).at(Anchor::Middle);
        let widest = self.columns.iter().map(|c| style.width(&clean(c))).fold(0.0, f64::max);
        let crowded = widest + 6.0 > w;
        // Short labels are thinned out; long names are shortened, for each of them is another thing.
        let every = if crowded && widest < 44.0 { ((widest + 8.0) / w).ceil() as usize } else { 1 };
        for (j, column) in self.columns.iter().enumerate().filter(|(j, _)| j % every == 0) {
            let column = clean(column);
            let room = if every > 1 { widest } else { w - 4.0 };
            let shown = shorten(&column, style.size, style.weight, room);
            let whole = (shown != column).then_some(column.as_str());
            scene.text_of(body.x + w * (j as f64 + 0.5), body.y - 6.0, &shown, whole, &style);
        }
    }
}

fn draw_cell(scene: &mut Scene, row: &str, cell: &Cell, area: Rect) {
    let tokens = scene.tokens();
    let shade = 0.06 + 0.88 * cell.shade.clamp(0.0, 1.0);
    scene.group(&Mark::channel(row, cell.value, cell.tip.as_str()), |scene| {
        let hue = tokens.category(0);
        if cell.hatched {
            scene.rect(area, Paint::fill(hue).opacity(shade * 0.4).radius(2.0));
            shape::hatch(scene, area, 6.0, Paint::stroke(hue, 1.0).opacity(0.45));
        } else {
            scene.rect(area, Paint::fill(hue).opacity(shade).radius(2.0));
        }
        let ink = if !cell.hatched && shade > 0.58 { tokens.card } else { tokens.text };
        let style = Type::new(11.0, ink).at(Anchor::Middle);
        let width = style.width(&cell.text);
        if area.height >= 14.0 && width + 4.0 <= area.width {
            let middle = (area.x + area.width / 2.0, area.y + area.height / 2.0);
            if cell.hatched {
                let behind =
                    Rect { x: middle.0 - width / 2.0 - 2.0, y: middle.1 - 6.5, width: width + 4.0, height: 13.0 };
                scene.rect(behind, Paint::fill(tokens.card).opacity(0.85).radius(2.0));
            }
            scene.text(middle.0, middle.1 + 4.0, &cell.text, &style);
        }
    });
}
