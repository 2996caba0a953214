//! Residuals: what the model missed, and whether the misses follow each other.

use crate::axis::{TimeAxis, ValueAxis};
use crate::estimate::Caption;
use crate::figure::{Figure, Missing};
use crate::findings;
use crate::layout::{Heading, Rect};
use crate::number;
use crate::svg::{Anchor, Mark, Paint, Scene, Type};
use crate::unit::Unit;
use serde::{Deserialize, Serialize};
use tandem_models::domain::period::Day;

/// Residuals over time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Residuals {
    /// Title, period, source.
    #[serde(default)]
    pub caption: Caption,
    /// Unit of the outcome.
    pub unit: Unit,
    /// First day of each period, ascending.
    pub dates: Vec<Day>,
    /// Actual minus fitted, one a date.
    pub residuals: Vec<f64>,
}

impl Residuals {
    fn pairs(&self) -> Vec<(Day, f64)> {
        self.dates.iter().copied().zip(self.residuals.iter().copied()).filter(|p| p.1.is_finite()).collect()
    }

    /// Root mean square.
    #[must_use]
    pub fn spread(&self) -> f64 {
        let pairs = self.pairs();
        (pairs.iter().map(|p| p.1 * p.1).sum::<f64>() / pairs.len().max(1) as f64).sqrt()
    }

    /// Correlation of each residual with the one before it; `None` for fewer than 8.
    #[must_use]
    pub fn lag_one(&self) -> Option<f64> {
        let v: Vec<f64> = self.pairs().iter().map(|p| p.1).collect();
        let mean = v.iter().sum::<f64>() / v.len().max(1) as f64;
        let variance: f64 = v.iter().map(|x| (x - mean).powi(2)).sum();
        (v.len() >= 8 && variance > 0.0)
            .then(|| v.windows(2).map(|w| (w[0] - mean) * (w[1] - mean)).sum::<f64>() / variance)
    }

    /// The 5% critical size of [`Residuals::lag_one`] for independent errors, `1.96 / sqrt(n)`.
    #[must_use]
    pub fn critical(&self) -> f64 {
        1.96 / (self.pairs().len().max(1) as f64).sqrt()
    }
}

impl Figure for Residuals {
    const NAME: &'static str = "residuals";

    fn heading(&self) -> Heading {
        let unit = if self.unit.word().is_empty() { String::new() } else { format!(", {}", self.unit.word()) };
        let lag = self.lag_one().map(|r| format!("lag-1 correlation {}", number::fixed(r, 2))).unwrap_or_default();
        Heading {
            title: self.caption.title_or(|| findings::residuals(self)),
            subtitle: self.caption.subtitle(&format!("Actual minus fitted{unit}"), &lag),
            source: self.caption.source.line(),
        }
    }

    fn description(&self) -> String {
        format!("{} residuals, root mean square {}", self.pairs().len(), self.unit.write(self.spread(), None))
    }

    fn missing(&self) -> Option<Missing> {
        (self.pairs().len() < 2).then(|| {
            Missing::new("No residuals to show yet", "Fit a model: what it missed in each period appears here.")
        })
    }

    fn draw(&self, scene: &mut Scene, plot: Rect) {
        let tokens = scene.tokens();
        let pairs = self.pairs();
        let band = 2.0 * self.spread();
        let top = pairs.iter().map(|p| p.1.abs()).fold(band, f64::max);
        let axis = ValueAxis::round(-top, top, 4, &self.unit);
        let body = plot.inset(axis.width(), 22.0, 4.0, 26.0);
        let time = TimeAxis::over(&self.dates);
        scene.rect(
            Rect::edges(body.x, axis.y(band, &body), body.right(), axis.y(-band, &body)),
            Paint::fill(tokens.grid).opacity(0.6),
        );
        axis.draw_left(scene, &body);
        time.draw_bottom(scene, &body);
        let zero = axis.y(0.0, &body);
        for (day, value) in &pairs {
            let (x, y) = (time.x(*day, &body), axis.y(*value, &body));
            let outside = value.abs() > band;
            let colour = if outside { tokens.worse } else { tokens.category(0) };
            let tip = format!(
                "{}: {}{}",
                crate::date::full(*day),
                self.unit.signed(*value, None),
                if outside { ", outside two standard deviations" } else { "" }
            );
            scene.group(&Mark::value(*value, tip), |scene| {
                scene.line((x, zero), (x, y), Paint::stroke(colour, 1.0).opacity(0.5));
                scene.circle((x, y), if outside { 3.5 } else { 2.3 }, Paint::fill(colour));
            });
        }
        let style = Type::small(tokens.quiet).at(Anchor::End);
        scene.text(body.right(), body.y - 10.0, "shaded: two standard deviations", &style);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_that_follow_each_other_are_seen_and_alternating_ones_too() {
        let make = |f: fn(i32) -> f64| Residuals {
            caption: Caption::default(),
            unit: Unit::Plain,
            dates: (0..100).map(|i| Day(7 * i)).collect(),
            residuals: (0..100).map(f).collect(),
        };
        let slow = make(|i| (f64::from(i) / 10.0).sin());
        let flip = make(|i| if i % 2 == 0 { 1.0 } else { -1.0 });
        assert!(slow.lag_one().is_some_and(|r| r > 0.9) && flip.lag_one().is_some_and(|r| r < -0.9));
        assert!((slow.critical() - 0.196).abs() < 1e-9);
    }
}
