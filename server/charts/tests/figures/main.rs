//! Figures as a whole: what holds for every one, under kind and hostile data, and how a few look exactly.

mod every;
mod hostile;
#[path = "../../examples/gallery/samples/mod.rs"]
mod samples;
mod snapshots;

use tandem_charts::{AnyFigure, Look, Size, Theme};

/// Texts that leave the canvas, and pairs of texts that cover each other.
fn faults(figure: &AnyFigure, size: Size) -> Vec<String> {
    let svg = figure.render(Look::new(Theme::Light, size));
    let mut out = Vec::new();
    for (i, a) in svg.texts().iter().enumerate() {
        let r = a.area;
        if r.x < -0.5 || r.y < -0.5 || r.right() > size.width + 0.5 || r.bottom() > size.height + 0.5 {
            out.push(format!("{} {size:?}: {:?} leaves the canvas {r:?}", figure.name(), a.text));
        }
        for b in &svg.texts()[i + 1..] {
            if r.inset(0.5, 1.5, 0.5, 1.5).overlaps(&b.area.inset(0.5, 1.5, 0.5, 1.5)) {
                out.push(format!("{} {size:?}: {:?} covers {:?}", figure.name(), a.text, b.text));
            }
        }
    }
    out
}
