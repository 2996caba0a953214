//! A grid of shaded cells with their numbers, shared by the cohort map and the transition matrix.

use crate::layout::Rect;
use crate::svg::{Anchor, Mark, Paint, Scene, Type, shape};
use crate::text::{Wrapped, clean, shorten, wrap};

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
        let room = ((plot.width - left) / self.columns.len().max(1) as f64).min(110.0);
        let heads = Heads::of(&self.columns, room, plot.height * 0.3);
        let above = if self.head.is_empty() { 4.0 } else { 20.0 };
        let body = plot.inset(left, above + heads.height(), 0.0, 0.0);
        let height = (body.height / self.rows.len().max(1) as f64).min(34.0);
        if !self.head.is_empty() {
            scene.name(body.x, plot.y + 6.0, &self.head, body.width, 1, &small);
        }
        heads.draw(scene, &body, room);
        for (i, (name, cells)) in names.iter().zip(&self.cells).enumerate() {
            let y = body.y + height * i as f64;
            // Rows too close for a line of text are named every so often.
            if i % (14.0 / height).ceil().max(1.0) as usize == 0 {
                let shown = shorten(name, label.size, label.weight, left - 10.0);
                let whole = (shown != *name).then_some(name.as_str());
                scene.text_of(plot.x, y + height / 2.0 + 4.0, &shown, whole, &label);
            }
            for (j, cell) in cells.iter().enumerate().take(self.columns.len()) {
                let area = Rect { x: body.x + room * j as f64, y, width: room, height }.inset(1.0, 1.0, 1.0, 1.0);
                if let Some(cell) = cell {
                    draw_cell(scene, name, cell, area);
                }
            }
        }
    }
}

/// Column names: level in one or two lines, upright where they are too long for that, thinned out where they are ages.
enum Heads {
    /// Lines of each, one or two.
    Level(Vec<Vec<String>>),
    /// Every so many of them.
    Thinned(Vec<String>, usize),
    /// As shown, whole, and the height of the tallest.
    Upright(Vec<(String, String)>, f64),
}

impl Heads {
    fn of(columns: &[String], room: f64, most: f64) -> Heads {
        let style = Type::small("");
        let names: Vec<String> = columns.iter().map(|c| clean(c)).collect();
        let set: Vec<_> = names.iter().map(|c| wrap(c, style.size, style.weight, room - 6.0, 2)).collect();
        let cut_inside = |w: &Wrapped, name: &str| w.lines.join(" ") != name;
        if !set.iter().zip(&names).any(|(w, n)| w.shortened || cut_inside(w, n)) {
            return Heads::Level(set.into_iter().map(|w| w.lines).collect());
        }
        let widest = names.iter().map(|c| style.width(c)).fold(0.0, f64::max);
        if widest < 34.0 {
            return Heads::Thinned(names, ((widest + 8.0) / room).ceil().max(1.0) as usize);
        }
        let tall = widest.min(most);
        Heads::Upright(names.into_iter().map(|n| (shorten(&n, style.size, style.weight, tall), n)).collect(), tall)
    }

    fn height(&self) -> f64 {
        match self {
            Heads::Level(lines) => 16.0 * lines.iter().map(Vec::len).max().unwrap_or(1) as f64 + 4.0,
            Heads::Thinned(..) => 20.0,
            Heads::Upright(_, tall) => tall + 8.0,
        }
    }

    fn draw(&self, scene: &mut Scene, body: &Rect, room: f64) {
        let style = Type::small(scene.tokens().quiet).at(Anchor::Middle);
        let centre = |j: usize| body.x + room * (j as f64 + 0.5);
        match self {
            Heads::Level(all) => {
                for (j, lines) in all.iter().enumerate() {
                    for (k, line) in lines.iter().rev().enumerate() {
                        scene.text(centre(j), body.y - 6.0 - 16.0 * k as f64, line, &style);
                    }
                }
            }
            Heads::Thinned(all, every) => {
                for (j, name) in all.iter().enumerate().step_by(*every) {
                    scene.text(centre(j), body.y - 6.0, name, &style);
                }
            }
            Heads::Upright(all, _) if room >= 13.0 => {
                for (j, (shown, whole)) in all.iter().enumerate() {
                    scene.text_up(
                        centre(j) + 4.0,
                        body.y - 5.0,
                        shown,
                        (shown != whole).then_some(whole),
                        &style.at(Anchor::Start),
                    );
                }
            }
            // Columns too close for a line of text are named by their tooltips.
            Heads::Upright(..) => {}
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
