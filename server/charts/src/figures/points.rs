//! Points on a curve with labels that keep clear of it and of each other.

use crate::layout::{Rect, Wish, place, place::nearest};
use crate::svg::{Mark, Paint, Scene, Type};

/// How a point is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dot {
    /// Where things stand: filled, in the text's colour.
    Now,
    /// What is recommended: a target in the figure's colour.
    Plan,
    /// Anything else worth a name: a ring.
    Ring,
}

/// A point with its label.
pub(super) struct Labelled {
    /// px.
    pub point: (f64, f64),
    /// The first line is strong.
    pub lines: Vec<String>,
    /// How it is drawn.
    pub dot: Dot,
    /// What it stands for.
    pub mark: Mark,
}

/// A polyline with points between its corners, so that labels can be kept off it.
pub(super) fn dense(line: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut out = line.to_vec();
    for pair in line.windows(2) {
        let (a, b) = (pair[0], pair[1]);
        out.extend((1..8).map(|k| f64::from(k) / 8.0).map(|t| (a.0 + t * (b.0 - a.0), a.1 + t * (b.1 - a.1))));
    }
    out
}

/// Draws the points; a label without a free place is left to the tooltip.
pub(super) fn draw_points(
    scene: &mut Scene,
    body: Rect,
    points: &[Labelled],
    taken: &[Rect],
    ink: &[(f64, f64)],
    colour: &str,
) {
    let tokens = scene.tokens();
    let style = Type::small(tokens.text);
    let wish = |p: &Labelled| {
        let width = p.lines.iter().map(|l| style.strong().width(l)).fold(0.0, f64::max);
        Wish { point: p.point, width, height: 16.0 * p.lines.len() as f64 }
    };
    let wishes: Vec<Wish> = points.iter().map(wish).collect();
    for (p, area) in points.iter().zip(place(&wishes, taken, ink, body)) {
        scene.group(&p.mark, |scene| {
            match p.dot {
                Dot::Now => scene.circle(p.point, 6.0, Paint::fill(tokens.text).with_stroke(tokens.card, 2.0)),
                Dot::Plan => {
                    scene.circle(p.point, 7.5, Paint::fill(colour).with_stroke(tokens.card, 2.0));
                    scene.circle(p.point, 2.5, Paint::fill(tokens.card));
                }
                Dot::Ring => {
                    scene.circle(p.point, 6.5, Paint::fill(tokens.card));
                    scene.circle(p.point, 4.5, Paint::fill(tokens.card).with_stroke(colour, 2.0));
                }
            }
            let Some(area) = area else { return };
            let end = nearest(&area, p.point);
            if (end.0 - p.point.0).hypot(end.1 - p.point.1) > 16.0 {
                scene.line(p.point, end, Paint::stroke(tokens.axis, 0.8));
            }
            for (i, line) in p.lines.iter().enumerate() {
                let set = if i == 0 { style.strong() } else { style };
                scene.text(area.x, area.y + 12.0 + 16.0 * i as f64, line, &set);
            }
        });
    }
}
