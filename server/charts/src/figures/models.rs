//! Model comparison: one row a channel, one mark a model, the incremental estimate as the band behind.

use super::rows::{Rows, comfortable};
use crate::axis::ValueAxis;
use crate::estimate::{Caption, Estimate};
use crate::figure::{Figure, Missing};
use crate::findings;
use crate::layout::{Heading, Rect};
use crate::size::Size;
use crate::svg::{Mark, Paint, Scene, Type, shape};
use crate::text::{clean, shorten};
use crate::unit::Unit;
use serde::{Deserialize, Serialize};

/// One channel under all models.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelRow {
    /// Channel name as shown.
    pub channel: String,
    /// Position in the store's channel order.
    pub color: usize,
    /// One value a model, in the order of [`Models::models`].
    pub values: Vec<Option<f64>>,
    /// 90% interval of each value, in the same order; rules have none.
    #[serde(default)]
    pub intervals: Vec<Option<(f64, f64)>>,
    /// What a marketing-mix model or an experiment says the channel brought, in the same unit.
    #[serde(default)]
    pub incremental: Option<Estimate>,
}

/// Attribution models side by side.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Models {
    /// Title, period, source.
    #[serde(default)]
    pub caption: Caption,
    /// Unit of all values: money, a count, or a share of credit.
    pub unit: Unit,
    /// What is credited: `won revenue`.
    pub outcome: String,
    /// Names of the models; each has its own mark.
    pub models: Vec<String>,
    /// The channels, in any order.
    pub rows: Vec<ModelRow>,
}

impl ModelRow {
    /// Lowest and highest finite value, `None` without any.
    #[must_use]
    pub fn range(&self) -> Option<(f64, f64)> {
        let mut values = self.values.iter().flatten().copied().filter(|v| v.is_finite());
        let first = values.next()?;
        Some(values.fold((first, first), |(a, b), v| (a.min(v), b.max(v))))
    }
}

impl Models {
    /// The rows with values, highest mean first.
    #[must_use]
    pub fn ranked(&self) -> Vec<&ModelRow> {
        let mean = |r: &ModelRow| {
            let v: Vec<f64> = r.values.iter().flatten().copied().filter(|v| v.is_finite()).collect();
            v.iter().sum::<f64>() / v.len().max(1) as f64
        };
        let mut rows: Vec<_> = self.rows.iter().filter(|r| r.range().is_some()).collect();
        rows.sort_by(|a, b| mean(b).total_cmp(&mean(a)).then(a.color.cmp(&b.color)));
        rows
    }

    fn has_band(&self) -> bool {
        self.rows.iter().any(|r| r.incremental.is_some())
    }

    /// The entries of the key in flowing lines: which mark, name, x from the left; and the number of lines.
    fn key(&self, room: f64) -> (Vec<(usize, String, f64, usize)>, usize) {
        let style = Type::small("");
        let band = self.has_band().then(|| (usize::MAX, "incremental, 90%".to_owned()));
        let (mut x, mut line, mut out) = (0.0, 0, Vec::new());
        for (kind, name) in self.models.iter().map(|m| clean(m)).enumerate().chain(band) {
            let name = shorten(&name, style.size, style.weight, room - 30.0);
            let width = style.width(&name) + 32.0;
            if x > 0.0 && x + width - 14.0 > room {
                (x, line) = (0.0, line + 1);
            }
            out.push((kind, name, x, line));
            x += width;
        }
        (out, line + 1)
    }
}

impl Figure for Models {
    const NAME: &'static str = "models";

    fn heading(&self) -> Heading {
        let unit = match &self.unit {
            Unit::Share => ", share of credit".to_owned(),
            unit if unit.word().is_empty() => String::new(),
            unit => format!(", {}", unit.word()),
        };
        let end = if self.has_band() {
            "credit is shared over touches; only the band is incremental"
        } else {
            "credit is shared over touches, not proven cause"
        };
        Heading {
            title: self.caption.title_or(|| findings::models(self)),
            subtitle: self
                .caption
                .subtitle(&format!("{} credited by each attribution model{unit}", super::capital(&self.outcome)), end),
            source: self.caption.source.line(),
        }
    }

    fn description(&self) -> String {
        let row = |r: &&ModelRow| {
            let each = self
                .models
                .iter()
                .zip(&r.values)
                .filter_map(|(m, v)| v.map(|v| format!("{m} {}", self.unit.write(v, None))));
            let band = r.incremental.map(|e| format!("incremental {}", self.unit.range(e.p05, e.p95)));
            format!("{}: {}", r.channel, each.chain(band).collect::<Vec<_>>().join(", "))
        };
        self.ranked().iter().map(row).collect::<Vec<_>>().join("; ")
    }

    fn missing(&self) -> Option<Missing> {
        (self.ranked().is_empty() || self.models.is_empty()).then(|| {
            Missing::new(
                "No attribution to compare yet",
                "Import touches and outcomes of the same accounts: the credit that each model gives appears here.",
            )
        })
    }

    fn natural_height(&self, width: f64) -> f64 {
        let narrow = Size::new(width, 400.0).is_narrow();
        comfortable(
            self.rows.len(),
            if narrow { 37.0 } else { 32.0 },
            if narrow { 230.0 } else { 180.0 },
            if narrow { 400.0 } else { 380.0 },
        )
    }

    fn draw(&self, scene: &mut Scene, plot: Rect) {
        let tokens = scene.tokens();
        let ranked = self.ranked();
        let (key, lines) = self.key(plot.width);
        let head = 18.0 * lines as f64 + 6.0;
        let names: Vec<&str> = ranked.iter().map(|r| r.channel.as_str()).collect();
        let rows = Rows::lay(plot.inset(0.0, head, 0.0, 0.0), &names, 38.0, scene.size().is_narrow());
        let body = rows.body.inset(6.0, 0.0, 10.0, 0.0);
        let high = ranked
            .iter()
            .flat_map(|r| {
                let ends = r.intervals.iter().flatten().map(|i| i.1).chain(r.incremental.map(|e| e.p95));
                r.values.iter().flatten().copied().chain(ends)
            })
            .fold(1e-9, f64::max);
        let low = ranked
            .iter()
            .flat_map(|r| r.values.iter().flatten().copied().chain(r.incremental.map(|e| e.p05)))
            .fold(0.0, f64::min);
        let most = ranked.iter().filter_map(|r| r.range()).map(|r| r.1).fold(1e-9, f64::max);
        let axis = ValueAxis::exact(low.max(-most), high.min(2.0 * most), (body.width / 90.0) as usize + 1, &self.unit);
        axis.draw_bottom(scene, &body, "");
        let radius = (rows.pitch * 0.2).clamp(3.5, 5.5);
        for (i, row) in ranked.iter().take(rows.shown).enumerate() {
            let (y, colour) = (rows.middle(i), tokens.category(row.color));
            let at = |v: f64| axis.x(v, &body).clamp(body.x, body.right());
            rows.name(scene, i, &row.channel);
            if let Some(e) = row.incremental {
                let tip = format!(
                    "{}: incremental {} (90%: {})",
                    row.channel,
                    self.unit.write(e.p50, Some(e.spread())),
                    self.unit.range(e.p05, e.p95)
                );
                let half = (rows.pitch * 0.36).min(13.0);
                scene.group(&Mark::channel(&row.channel, e.p50, tip), |scene| {
                    scene.rect(
                        Rect::edges(at(e.p05), y - half, at(e.p95), y + half),
                        Paint::fill(colour).opacity(0.2).radius(3.0),
                    );
                    scene.line((at(e.p50), y - half), (at(e.p50), y + half), Paint::stroke(colour, 1.2).opacity(0.8));
                });
            }
            if let Some((a, b)) = row.range() {
                scene.line((at(a), y), (at(b), y), Paint::stroke(colour, 2.0));
            }
            // A model's interval is a thin line of its own just under the row, so that several can be told apart.
            let intervals = row.intervals.iter().flatten().filter(|(a, b)| a.is_finite() && b.is_finite());
            for (n, &(a, b)) in intervals.enumerate() {
                let y = y + radius + 2.0 + 3.0 * n as f64;
                let paint = || Paint::stroke(colour, 1.2).opacity(0.75);
                scene.line((at(a), y), (at(b), y), paint());
                for end in [a, b] {
                    scene.line((at(end), y - 2.0), (at(end), y + 2.0), paint());
                }
            }
            for (kind, value) in row.values.iter().enumerate().rev() {
                let Some(value) = value.filter(|v| v.is_finite()) else { continue };
                let model = self.models.get(kind).map_or("", String::as_str);
                let interval = row.intervals.get(kind).copied().flatten();
                let within = interval.map(|(a, b)| format!(" (90%: {})", self.unit.range(a, b))).unwrap_or_default();
                let tip = format!("{}, {model}: {}{within}", row.channel, self.unit.write(value, None));
                scene.group(&Mark::channel(&row.channel, value, tip), |scene| {
                    shape::mark(scene, kind, (at(value), y), radius, colour)
                });
            }
        }
        rows.more(scene, ranked.len(), body.bottom() + 32.0);
        let style = Type::small(tokens.quiet);
        for (kind, name, x, line) in key {
            let (x, y) = (plot.x + x, plot.y + 10.0 + 18.0 * line as f64);
            if kind == usize::MAX {
                scene.rect(
                    Rect { x, y: y - 10.0, width: 14.0, height: 12.0 },
                    Paint::fill(tokens.quiet).opacity(0.25).radius(2.0),
                );
            } else {
                shape::mark(scene, kind, (x + 6.0, y - 4.0), 4.5, tokens.quiet);
            }
            scene.text(x + 18.0, y, &name, &style);
        }
    }
}
