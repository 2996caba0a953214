//! Prior against posterior: how much of each answer comes from the data.

use super::rows::{Rows, comfortable};
use crate::axis::ValueAxis;
use crate::density::Shape;
use crate::estimate::Caption;
use crate::figure::{Figure, Missing};
use crate::findings;
use crate::layout::{Heading, Rect};
use crate::number;
use crate::size::Size;
use crate::svg::{Anchor, Mark, Paint, Path, Scene, Type};
use crate::unit::Unit;
use serde::{Deserialize, Serialize};

/// One quantity before and after the data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RidgeRow {
    /// Channel or parameter name as shown.
    pub channel: String,
    /// Position in the store's channel order.
    pub color: usize,
    /// Before the data; without it only the posterior is drawn.
    #[serde(default)]
    pub prior: Option<Shape>,
    /// After the data.
    pub posterior: Shape,
}

/// Prior against posterior, a ridge a row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ridgeline {
    /// Title, period, source.
    #[serde(default)]
    pub caption: Caption,
    /// What is drawn: `ROI`.
    pub quantity: String,
    /// Its unit.
    pub unit: Unit,
    /// A line across all rows, such as break-even, with its name.
    #[serde(default)]
    pub line: Option<(f64, String)>,
    /// The rows, in the order drawn.
    pub rows: Vec<RidgeRow>,
}

impl Ridgeline {
    fn extent(&self) -> Option<(f64, f64)> {
        let ends: Vec<(f64, f64)> = self.rows.iter().filter_map(|r| r.posterior.extent()).collect();
        let low = ends.iter().map(|e| e.0).fold(f64::INFINITY, f64::min);
        let high = ends.iter().map(|e| e.1).fold(f64::NEG_INFINITY, f64::max);
        (low.is_finite() && high > low).then(|| {
            let line = self.line.as_ref().map_or(low, |l| l.0);
            let pad = (high - low) * 0.05;
            (low.min(line) - pad, high.max(line) + pad)
        })
    }

    /// How much of prior and posterior lies in the same place, 0..=1 (1: the data said nothing); `None` without a prior.
    #[must_use]
    pub fn overlap(&self, row: &RidgeRow) -> Option<f64> {
        let prior = row.prior.as_ref()?;
        let ((a, b), (c, d)) = (prior.extent()?, row.posterior.extent()?);
        let (low, high) = (a.min(c), b.max(d));
        let on_grid = |shape: &Shape| -> Vec<f64> {
            let curve = shape.curve(low, high, 200);
            let at = |x: f64| {
                let i = curve.partition_point(|p| p.0 < x);
                match (i.checked_sub(1).and_then(|k| curve.get(k)), curve.get(i)) {
                    (Some(l), Some(r)) if r.0 > l.0 => l.1 + (r.1 - l.1) * (x - l.0) / (r.0 - l.0),
                    (_, Some(r)) if r.0 == x => r.1,
                    _ => 0.0,
                }
            };
            let raw: Vec<f64> = (0..200).map(|i| at(low + (high - low) * f64::from(i) / 199.0)).collect();
            let sum: f64 = raw.iter().sum();
            raw.into_iter().map(|v| if sum > 0.0 { v / sum } else { 0.0 }).collect()
        };
        Some(on_grid(prior).iter().zip(on_grid(&row.posterior)).map(|(p, q)| p.min(q)).sum())
    }
}

impl Figure for Ridgeline {
    const NAME: &'static str = "ridgeline";

    fn heading(&self) -> Heading {
        let with = self.rows.iter().any(|r| r.prior.is_some());
        let measure = format!(
            "{} {}",
            self.quantity,
            if with { "before the data (dashed) and after (filled)" } else { "after the data" }
        );
        Heading {
            title: self.caption.title_or(|| findings::ridgeline(self)),
            subtitle: self.caption.subtitle(&measure, if with { "right: how much of the prior remains" } else { "" }),
            source: self.caption.source.line(),
        }
    }

    fn description(&self) -> String {
        let row = |r: &RidgeRow| match self.overlap(r) {
            Some(o) => format!("{}: {} of the prior remains", r.channel, number::round_percent(o)),
            None => format!("{}: posterior only", r.channel),
        };
        self.rows.iter().map(row).collect::<Vec<_>>().join("; ")
    }

    fn missing(&self) -> Option<Missing> {
        self.extent().is_none().then(|| {
            Missing::new(
                "No posterior to show yet",
                "Fit a model with draws: what it assumed and what it learned appear here.",
            )
        })
    }

    fn natural_height(&self, width: f64) -> f64 {
        let narrow = Size::new(width, 400.0).is_narrow();
        comfortable(self.rows.len(), 40.0, if narrow { 190.0 } else { 150.0 }, if narrow { 400.0 } else { 380.0 })
    }

    fn draw(&self, scene: &mut Scene, plot: Rect) {
        let Some((low, high)) = self.extent() else { return };
        let tokens = scene.tokens();
        let names: Vec<&str> = self.rows.iter().map(|r| r.channel.as_str()).collect();
        let top = if self.line.is_some() { 34.0 } else { 20.0 };
        let rows = Rows::lay(plot.inset(0.0, top, 0.0, 0.0), &names, 38.0, scene.size().is_narrow());
        let with = self.rows.iter().any(|r| r.prior.is_some());
        let body = rows.body.inset(0.0, 0.0, if with { 46.0 } else { 4.0 }, 0.0);
        let axis = ValueAxis::exact(low, high, (body.width / 90.0) as usize + 1, &self.unit);
        axis.draw_bottom(scene, &body, "");
        if let Some((value, name)) = &self.line {
            let x = axis.x(*value, &body);
            scene.line((x, body.y - 16.0), (x, body.bottom()), Paint::stroke(tokens.axis, 1.5).dash("4 3"));
            let style = Type::small(tokens.quiet);
            let half = style.width(name) / 2.0;
            scene.text(x.max(plot.x + half).min(plot.right() - half), body.y - 20.0, name, &style.at(Anchor::Middle));
        }
        for (i, row) in self.rows.iter().take(rows.shown).enumerate() {
            let (base, colour) = (rows.middle(i) + rows.pitch * 0.42, tokens.category(row.color));
            let tall = rows.pitch * 1.15;
            let line = |shape: &Shape| -> Vec<(f64, f64)> {
                shape
                    .curve(axis.low(), axis.high(), 140)
                    .into_iter()
                    .map(|(x, y)| (axis.x(x, &body), base - y * tall * 0.8))
                    .collect()
            };
            let overlap = self.overlap(row);
            let tip = overlap.map_or_else(
                || row.channel.clone(),
                |o| format!("{}: {} of the prior remains", row.channel, number::round_percent(o)),
            );
            let mark = Mark { channel: Some(row.channel.clone()), value: overlap.or(Some(0.0)), tip };
            scene.group(&mark, |scene| {
                let after = line(&row.posterior);
                let ground: Vec<_> = after.iter().map(|p| (p.0, base)).collect();
                scene.path(&Path::band(&after, &ground), Paint::fill(colour).opacity(0.55));
                scene.path(&Path::line(&after), Paint::stroke(colour, 1.5));
                if let Some(prior) = &row.prior {
                    scene.path(&Path::line(&line(prior)), Paint::stroke(tokens.quiet, 1.3).dash("4 3"));
                }
                rows.name(scene, i, &row.channel);
                if let Some(o) = overlap {
                    let text = format!("{}%", number::fixed(o * 100.0, 0));
                    scene.text(plot.right(), rows.middle(i) + 4.5, &text, &Type::label(tokens.text).at(Anchor::End));
                }
            });
        }
        rows.more(scene, self.rows.len(), body.bottom() + 32.0);
    }
}
