//! Small shapes with a meaning: marks of models, arrows, a padlock, hatching.

use super::{Paint, Path, Scene};
use crate::layout::Rect;

/// Draws mark number `kind` (circle, square, diamond, triangle, ring, cross, then again) with a halo in the card's colour.
pub fn mark(scene: &mut Scene, kind: usize, (x, y): (f64, f64), radius: f64, colour: &str) {
    let card = scene.tokens().card;
    let r = radius;
    let filled = Paint::fill(colour).with_stroke(card, 1.5);
    match kind % 6 {
        0 => scene.circle((x, y), r, filled),
        1 => scene.rect(Rect { x: x - r * 0.9, y: y - r * 0.9, width: r * 1.8, height: r * 1.8 }, filled),
        2 => scene.path(
            &Path::line(&[(x, y - r * 1.25), (x + r * 1.25, y), (x, y + r * 1.25), (x - r * 1.25, y)]).closed(),
            filled,
        ),
        3 => scene.path(
            &Path::line(&[(x, y - r * 1.15), (x + r * 1.1, y + r * 0.85), (x - r * 1.1, y + r * 0.85)]).closed(),
            filled,
        ),
        4 => {
            scene.circle((x, y), r + 1.0, Paint::fill(card));
            scene.circle((x, y), r - 0.5, Paint::fill(card).with_stroke(colour, 2.0));
        }
        _ => {
            let d = r * 0.8;
            let cross =
                Path::line(&[(x - d, y - d), (x + d, y + d)]).and(&Path::line(&[(x - d, y + d), (x + d, y - d)]));
            scene.path(&cross, Paint::stroke(card, 4.5).round());
            scene.path(&cross, Paint::stroke(colour, 2.2).round());
        }
    }
}

/// A horizontal arrow from `from` to `to` at height `y`; nothing for a way shorter than its head.
pub fn arrow(scene: &mut Scene, from: f64, to: f64, y: f64, colour: &str) {
    let sign = (to - from).signum();
    if (to - from).abs() < 7.0 {
        return;
    }
    scene.line((from, y), (to - sign * 4.0, y), Paint::stroke(colour, 1.5));
    scene.path(
        &Path::line(&[(to - sign * 6.0, y - 4.0), (to, y), (to - sign * 6.0, y + 4.0)]).closed(),
        Paint::fill(colour),
    );
}

/// A closed padlock, 10 px wide, with its left edge at `x` and its middle at `y`.
pub fn padlock(scene: &mut Scene, x: f64, y: f64, colour: &str) {
    scene.rect(Rect { x, y: y - 1.0, width: 10.0, height: 7.0 }, Paint::fill(colour).radius(1.5));
    let arch = Path::line(&[
        (x + 2.0, y - 1.0),
        (x + 2.0, y - 3.5),
        (x + 3.5, y - 5.5),
        (x + 6.5, y - 5.5),
        (x + 8.0, y - 3.5),
        (x + 8.0, y - 1.0),
    ]);
    scene.path(&arch, Paint::stroke(colour, 1.6).round());
}

/// Diagonal lines across `area`, cut at its edges.
pub fn hatch(scene: &mut Scene, area: Rect, step: f64, paint: Paint<'_>) {
    let mut all = Path::default();
    let span = area.width + area.height;
    for i in 1..(span / step).ceil() as usize {
        let d = i as f64 * step;
        // The line x + y = d, between the edges it meets.
        let (from, to) = ((d - area.height).max(0.0), d.min(area.width));
        if to > from {
            all = all.and(&Path::line(&[(area.x + from, area.y + d - from), (area.x + to, area.y + d - to)]));
        }
    }
    scene.path(&all, paint);
}

/// A triangle up (`better`) or down, or a tilde, at the left of a change: shape before colour.
pub fn change(scene: &mut Scene, x: f64, y: f64, delta: f64) {
    let tokens = scene.tokens();
    let r = 4.5;
    if delta > 0.0 {
        scene.path(
            &Path::line(&[(x - r, y + r * 0.8), (x, y - r * 0.9), (x + r, y + r * 0.8)]).closed(),
            Paint::fill(tokens.better),
        );
    } else if delta < 0.0 {
        scene.path(
            &Path::line(&[(x - r, y - r * 0.8), (x, y + r * 0.9), (x + r, y - r * 0.8)]).closed(),
            Paint::fill(tokens.worse),
        );
    }
}

/// An interval over a bar: in the card's colour where it crosses `bar`, in the text's colour outside, so that it is seen on
/// every fill.
pub fn whisker(scene: &mut Scene, (from, to): (f64, f64), y: f64, bar: (f64, f64)) {
    let tokens = scene.tokens();
    scene.line((from, y), (to, y), Paint::stroke(tokens.text, 1.5));
    let (left, right) = (from.max(bar.0.min(bar.1)), to.min(bar.0.max(bar.1)));
    if right > left {
        scene.line((left, y), (right, y), Paint::stroke(tokens.card, 1.5));
    }
}
