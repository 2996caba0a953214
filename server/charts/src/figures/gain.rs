//! Gain of the plan: its distribution, and how probable it is to beat today, in words.

use crate::axis::ValueAxis;
use crate::density::Shape;
use crate::estimate::{Caption, Estimate};
use crate::figure::{Figure, Missing};
use crate::findings;
use crate::layout::{Heading, Rect};
use crate::number;
use crate::svg::{Anchor, Mark, Paint, Path, Scene, Type};
use crate::unit::Unit;
use serde::{Deserialize, Serialize};

/// Distribution of what the plan gains over today.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Gain {
    /// Title, period, source.
    #[serde(default)]
    pub caption: Caption,
    /// Unit of the gain.
    pub unit: Unit,
    /// What is gained: `incremental margin`.
    pub outcome: String,
    /// The period of the gain: `quarter`.
    pub per: String,
    /// One draw of the gain each.
    pub draws: Vec<f64>,
}

impl Gain {
    /// Median and intervals.
    #[must_use]
    pub fn estimate(&self) -> Option<Estimate> {
        Estimate::of_draws(&self.draws)
    }

    /// Share of draws above 0.
    #[must_use]
    pub fn p_better(&self) -> f64 {
        let finite: Vec<f64> = self.draws.iter().copied().filter(|d| d.is_finite()).collect();
        finite.iter().filter(|d| **d > 0.0).count() as f64 / finite.len().max(1) as f64
    }
}

impl Figure for Gain {
    const NAME: &'static str = "gain";

    fn heading(&self) -> Heading {
        let measure = format!("Gain in {} a {} over today's budget", self.outcome, self.per);
        Heading {
            title: self.caption.title_or(|| findings::gain(self)),
            subtitle: self.caption.subtitle(&measure, "median and 90% interval below the curve"),
            source: self.caption.source.line(),
        }
    }

    fn description(&self) -> String {
        let Some(e) = self.estimate() else { return String::new() };
        format!(
            "Median {}, 90%: {}; better than today in {} of draws",
            self.unit.write(e.p50, Some(e.spread())),
            self.unit.range(e.p05, e.p95),
            number::round_percent(self.p_better())
        )
    }

    fn missing(&self) -> Option<Missing> {
        self.estimate().is_none().then(|| {
            Missing::new(
                "No gain to show yet",
                "Ask the planner for a recommendation: how much it is expected to gain, and how surely, appears here.",
            )
        })
    }

    fn draw(&self, scene: &mut Scene, plot: Rect) {
        let Some(e) = self.estimate() else { return };
        let tokens = scene.tokens();
        let shape = Shape::Draws(self.draws.clone());
        let (low, high) = shape.extent().unwrap_or((0.0, 1.0));
        let pad = ((high - low) * 0.08).max(high.abs().max(low.abs()) * 1e-3).max(1e-9);
        let axis = ValueAxis::exact(
            (low - pad).min(0.0 - pad),
            (high + pad).max(pad),
            (plot.width / 110.0) as usize + 1,
            &self.unit,
        );
        let body = plot.inset(2.0, 26.0, 2.0, 40.0);
        axis.draw_bottom(scene, &body, "");
        let area = body.inset(0.0, 0.0, 0.0, 26.0);
        let curve: Vec<(f64, f64)> = shape
            .curve(axis.low(), axis.high(), 160)
            .into_iter()
            .map(|(x, y)| (axis.x(x, &area), area.bottom() - y * area.height * 0.94))
            .collect();
        let zero = axis.x(0.0, &area);
        let p = self.p_better();
        for (above, colour, share) in [(true, tokens.better, p), (false, tokens.worse, 1.0 - p)] {
            let mut side: Vec<(f64, f64)> =
                curve.iter().copied().filter(|(x, _)| (*x > zero) == above && *x != zero).collect();
            if side.is_empty() {
                continue;
            }
            side.insert(if above { 0 } else { side.len() }, (zero, height_at(&curve, zero)));
            let ground: Vec<(f64, f64)> = side.iter().map(|(x, _)| (*x, area.bottom())).collect();
            let tip =
                format!("{} today: {}", if above { "better than" } else { "worse than" }, number::round_percent(share));
            scene.group(&Mark::value(share, tip), |scene| {
                scene.path(&Path::band(&side, &ground), Paint::fill(colour).opacity(0.28));
                scene.path(&Path::line(&side), Paint::stroke(colour, 2.0));
            });
        }
        scene.line((zero, body.y - 6.0), (zero, body.bottom()), Paint::stroke(tokens.axis, 1.5).dash("4 3"));
        let y = area.bottom() + 13.0;
        let at = |v: f64| axis.x(v, &area).clamp(area.x, area.right());
        scene.line((at(e.p05), y), (at(e.p95), y), Paint::stroke(tokens.text, 1.5));
        if let (Some(a), Some(b)) = (e.p25, e.p75) {
            scene.line((at(a), y), (at(b), y), Paint::stroke(tokens.text, 5.0));
        }
        scene.circle((at(e.p50), y), 5.5, Paint::fill(tokens.text).with_stroke(tokens.card, 2.0));
        self.draw_sides(scene, &body, zero, p);
    }
}

impl Gain {
    fn draw_sides(&self, scene: &mut Scene, body: &Rect, zero: f64, p: f64) {
        let tokens = scene.tokens();
        let (y, strong) = (body.y - 10.0, Type::label(tokens.text).strong());
        let better = format!("better than today: {} →", number::round_percent(p));
        let worse = format!("← worse: {}", number::round_percent(1.0 - p));
        let right = strong.colour(tokens.better);
        let left = strong.colour(tokens.worse);
        let (wide, narrow) = (right.width(&better), left.width(&worse));
        // Each at its side of zero where it fits, else pushed back into the figure, never over the other.
        let from = (zero + 8.0).min(body.right() - wide).max(body.x + narrow + 16.0);
        if from + wide <= scene.size().width - 8.0 {
            scene.text(from, y, &better, &right);
        }
        let to = (zero - 8.0).max(body.x + narrow).min(from - 8.0);
        scene.text(to, y, &worse, &left.at(Anchor::End));
    }
}

/// The curve's height at `x`, linear between its points.
fn height_at(curve: &[(f64, f64)], x: f64) -> f64 {
    let after = curve.partition_point(|p| p.0 < x);
    match (after.checked_sub(1).and_then(|i| curve.get(i)), curve.get(after)) {
        (Some(a), Some(b)) if b.0 > a.0 => a.1 + (b.1 - a.1) * (x - a.0) / (b.0 - a.0),
        (Some(p), _) | (_, Some(p)) => p.1,
        _ => 0.0,
    }
}
