//! An axis of numbers.

use super::ticks;
use crate::layout::Rect;
use crate::number;
use crate::svg::{Anchor, Paint, Scene, Type};
use crate::unit::Unit;

/// A linear axis with its ticks already worded.
#[derive(Debug, Clone)]
pub struct ValueAxis {
    low: f64,
    high: f64,
    ticks: Vec<(f64, String)>,
    /// The unit, written once beside the axis.
    pub caption: String,
}

impl ValueAxis {
    /// An axis that holds `low..=high`, widened to the next tick at both ends, with about `about` intervals.
    #[must_use]
    pub fn round(low: f64, high: f64, about: usize, unit: &Unit) -> ValueAxis {
        let (low, high) = sane(low, high);
        let step = ticks::step(low, high, about);
        Self::with((low / step + 1e-9).floor() * step, (high / step - 1e-9).ceil() * step, step, unit)
    }

    /// An axis over exactly `low..=high`.
    #[must_use]
    pub fn exact(low: f64, high: f64, about: usize, unit: &Unit) -> ValueAxis {
        let (low, high) = sane(low, high);
        Self::with(low, high, ticks::step(low, high, about), unit)
    }

    fn with(low: f64, high: f64, step: f64, unit: &Unit) -> ValueAxis {
        let (scale, caption) = unit.axis(low.abs().max(high.abs()));
        let sign = if matches!(unit, Unit::Share | Unit::Ratio) { scale.letter } else { "" };
        let decimals = ticks::decimals(step / scale.divisor);
        let ticks = ticks::multiples(low, high, step)
            .into_iter()
            .map(|v| (v, format!("{}{sign}", number::fixed(v / scale.divisor, decimals))))
            .collect();
        ValueAxis { low, high, ticks, caption }
    }

    /// Lowest value.
    #[must_use]
    pub fn low(&self) -> f64 {
        self.low
    }

    /// Highest value.
    #[must_use]
    pub fn high(&self) -> f64 {
        self.high
    }

    /// Room that the labels take beside a vertical axis, px.
    #[must_use]
    pub fn width(&self) -> f64 {
        let style = Type::small("");
        self.ticks.iter().map(|(_, t)| style.width(t)).fold(0.0, f64::max) + 8.0
    }

    /// Where `value` stands horizontally in `plot`.
    #[must_use]
    pub fn x(&self, value: f64, plot: &Rect) -> f64 {
        plot.x + (value - self.low) / (self.high - self.low) * plot.width
    }

    /// Where `value` stands vertically in `plot`.
    #[must_use]
    pub fn y(&self, value: f64, plot: &Rect) -> f64 {
        plot.bottom() - (value - self.low) / (self.high - self.low) * plot.height
    }

    /// Horizontal grid with labels left of `plot`, the caption above; a stronger line at zero.
    pub fn draw_left(&self, scene: &mut Scene, plot: &Rect) {
        let tokens = scene.tokens();
        for (value, label) in &self.ticks {
            let y = self.y(*value, plot);
            let zero = *value == 0.0;
            let paint = if zero { Paint::stroke(tokens.axis, 1.0) } else { Paint::stroke(tokens.grid, 1.0) };
            scene.line((plot.x, y), (plot.right(), y), paint);
            scene.text(plot.x - 8.0, y + 4.0, label, &Type::small(tokens.quiet).at(Anchor::End));
        }
        if !self.caption.is_empty() {
            let left = plot.x - self.width();
            scene.text(left.max(16.0), plot.y - 10.0, &self.caption, &Type::small(tokens.quiet));
        }
    }

    /// Labels below `plot` with light vertical lines; those that would collide are left out. `after` follows the unit in
    /// the caption, which stands below the labels at the right.
    pub fn draw_bottom(&self, scene: &mut Scene, plot: &Rect, after: &str) {
        let tokens = scene.tokens();
        let style = Type::small(tokens.quiet).at(Anchor::Middle);
        let mut free = f64::NEG_INFINITY;
        for (value, label) in &self.ticks {
            let x = self.x(*value, plot);
            scene.line((x, plot.y), (x, plot.bottom()), Paint::stroke(tokens.grid, 1.0));
            let half = style.width(label) / 2.0;
            let centre = x.min(scene.size().width - 8.0 - half).max(8.0 + half);
            if centre - half > free {
                scene.text(centre, plot.bottom() + 16.0, label, &style);
                free = centre + half + 8.0;
            }
        }
        let caption = format!("{} {after}", self.caption);
        if !caption.trim().is_empty() {
            scene.text(plot.right(), plot.bottom() + 32.0, caption.trim(), &Type::small(tokens.quiet).at(Anchor::End));
        }
    }
}

fn sane(low: f64, high: f64) -> (f64, f64) {
    match (low.is_finite(), high.is_finite()) {
        (true, true) if high > low => (low, high),
        (true, _) if low != 0.0 => (low.min(0.0), low.max(0.0)),
        _ => (0.0, 1.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_of_millions_says_so_once() {
        let axis = ValueAxis::round(0.0, 3_400_000.0, 5, &Unit::money("EUR"));
        assert_eq!(axis.caption, "M EUR");
        let labels: Vec<_> = axis.ticks.iter().map(|t| t.1.as_str()).collect();
        assert_eq!(labels, ["0", "1", "2", "3", "4"]);
    }

    #[test]
    fn an_axis_without_extent_still_stands() {
        let axis = ValueAxis::round(5.0, 5.0, 5, &Unit::Plain);
        assert!(axis.high() > axis.low());
        assert!(ValueAxis::round(f64::NAN, f64::NAN, 4, &Unit::Ratio).high() > 0.0);
    }
}
