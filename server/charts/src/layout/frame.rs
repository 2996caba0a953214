//! The words around a figure: title, subtitle above; source line below.

use super::Rect;
use crate::svg::{Paint, Scene, Type};
use crate::text::{Weight, clean, wrap};
use crate::theme::type_size;

/// The words around a figure.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Heading {
    /// The finding.
    pub title: String,
    /// Measure, unit, period, interval.
    pub subtitle: String,
    /// Run, data version, as of.
    pub source: String,
}

/// Space between the edge of the card and what is in it, px.
pub const MARGIN: f64 = 16.0;

/// Draws card, title, subtitle and source line; returns the room left for the figure.
pub fn draw_frame(scene: &mut Scene, heading: &Heading) -> Rect {
    let (size, tokens) = (scene.size(), scene.tokens());
    scene.rect(Rect { x: 0.0, y: 0.0, width: size.width, height: size.height }, Paint::fill(tokens.card));
    let room = size.width - 2.0 * MARGIN;
    let mut y = 10.0;
    let title = Type::new(type_size::TITLE, tokens.text).strong();
    // A phone takes a third line before a finding is cut.
    y = lines(scene, y, &heading.title, room, if size.is_narrow() { 3 } else { 2 }, 22.0, &title);
    let subtitle = Type::small(tokens.quiet);
    y = lines(scene, y, &heading.subtitle, room, if size.is_narrow() { 3 } else { 2 }, 17.0, &subtitle);
    let source = Type::new(type_size::SOURCE, tokens.quiet);
    let text = clean(&heading.source);
    let set = wrap(&text, source.size, Weight::Regular, room, if size.is_narrow() { 2 } else { 1 });
    let count = if text.is_empty() { 0 } else { set.lines.len() };
    let bottom = size.height - 12.0;
    for (i, line) in set.lines.iter().enumerate().take(count) {
        let whole = set.shortened.then_some(text.as_str());
        scene.text_of(MARGIN, bottom - 15.0 * (count - 1 - i) as f64, line, whole, &source);
    }
    Rect::edges(MARGIN, y + 8.0, size.width - MARGIN, bottom - 15.0 * count as f64 - 4.0)
}

fn lines(scene: &mut Scene, top: f64, text: &str, room: f64, most: usize, step: f64, style: &Type<'_>) -> f64 {
    let text = clean(text);
    if text.is_empty() {
        return top;
    }
    let mut set = wrap(&text, style.size, style.weight, room, most);
    // The narrowest setting with as many lines leaves no single word on the last one.
    for part in [0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6, 0.55] {
        let tighter = wrap(&text, style.size, style.weight, room * part, most);
        if style.weight == Weight::Regular
            || set.lines.len() < 2
            || tighter.shortened
            || tighter.lines.len() > set.lines.len()
        {
            break;
        }
        set = tighter;
    }
    let whole = set.shortened.then_some(text.as_str());
    for (i, line) in set.lines.iter().enumerate() {
        scene.text_of(MARGIN, top + step * (i as f64 + 1.0) - style.size * 0.25, line, whole, style);
    }
    top + step * set.lines.len() as f64
}
