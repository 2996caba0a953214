//! Share of spend beside share of effect.

use super::rows::{Rows, comfortable};
use crate::axis::ValueAxis;
use crate::estimate::Caption;
use crate::figure::{Figure, Missing};
use crate::findings;
use crate::layout::{Heading, Rect};
use crate::number;
use crate::size::Size;
use crate::svg::{Anchor, Mark, Paint, Scene, Type, shape};
use crate::unit::Unit;
use serde::{Deserialize, Serialize};

/// One channel's shares.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ShareRow {
    /// Channel name as shown.
    pub channel: String,
    /// Position in the store's channel order.
    pub color: usize,
    /// Share of spend, 0..=1.
    pub spend_share: f64,
    /// Share of effect, 0..=1.
    pub effect_share: f64,
    /// 90% interval of the share of effect.
    #[serde(default)]
    pub effect_interval: Option<(f64, f64)>,
}

/// Share of spend beside share of effect.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// Title, period, source.
    #[serde(default)]
    pub caption: Caption,
    /// What the effect is: `incremental revenue`, `attributed won revenue`.
    pub effect: String,
    /// The channels, in any order.
    pub rows: Vec<ShareRow>,
}

impl Share {
    fn ranked(&self) -> Vec<&ShareRow> {
        let mut rows: Vec<_> =
            self.rows.iter().filter(|r| r.spend_share.is_finite() && r.effect_share.is_finite()).collect();
        rows.sort_by(|a, b| b.spend_share.total_cmp(&a.spend_share).then(a.color.cmp(&b.color)));
        rows
    }

    fn words(row: &ShareRow) -> (String, String) {
        let spread = row.effect_interval.map(|(a, b)| b - a);
        (number::percent(row.spend_share, None), number::percent(row.effect_share, spread))
    }
}

impl Figure for Share {
    const NAME: &'static str = "share";

    fn heading(&self) -> Heading {
        let interval = if self.rows.iter().any(|r| r.effect_interval.is_some()) { "90% intervals" } else { "" };
        Heading {
            title: self.caption.title_or(|| findings::share(self)),
            subtitle: self.caption.subtitle(&format!("Share of spend beside share of {}, %", self.effect), interval),
            source: self.caption.source.line(),
        }
    }

    fn description(&self) -> String {
        let row = |r: &&ShareRow| {
            let (spend, effect) = Self::words(r);
            format!("{}: {spend} of spend, {effect} of {}", r.channel, self.effect)
        };
        self.ranked().iter().map(row).collect::<Vec<_>>().join("; ")
    }

    fn missing(&self) -> Option<Missing> {
        self.ranked().is_empty().then(|| {
            Missing::new(
                "No shares to compare yet",
                "Import spend by channel and fit a model: what each channel takes and brings appears here.",
            )
        })
    }

    fn natural_height(&self, width: f64) -> f64 {
        let narrow = Size::new(width, 400.0).is_narrow();
        comfortable(self.rows.len(), 38.0, 150.0, if narrow { 400.0 } else { 360.0 })
    }

    fn draw(&self, scene: &mut Scene, plot: Rect) {
        let tokens = scene.tokens();
        let ranked = self.ranked();
        let names: Vec<&str> = ranked.iter().map(|r| r.channel.as_str()).collect();
        let key = plot.y + 10.0;
        let rows = Rows::lay(plot.inset(0.0, 22.0, 0.0, 0.0), &names, 6.0, scene.size().is_narrow());
        let small = Type::small(tokens.quiet);
        let body = rows.body.inset(0.0, 0.0, 46.0, 0.0);
        let top = ranked
            .iter()
            .flat_map(|r| [r.spend_share, r.effect_share, r.effect_interval.map_or(0.0, |i| i.1)])
            .fold(0.01, f64::max);
        let low = ranked.iter().filter_map(|r| r.effect_interval).map(|i| i.0).fold(0.0, f64::min);
        let axis = ValueAxis::exact(low, top.min(1.5), 4, &Unit::Share);
        let zero = axis.x(0.0, &body);
        let bar = (rows.pitch * 0.34).min(13.0);
        for (i, row) in ranked.iter().take(rows.shown).enumerate() {
            let (y, colour) = (rows.middle(i), tokens.category(row.color));
            let (spend, effect) = Self::words(row);
            let tip = format!("{}: {spend} of spend, {effect} of {}", row.channel, self.effect);
            scene.group(&Mark::channel(&row.channel, row.effect_share, tip), |scene| {
                rows.name(scene, i, &row.channel);
                let right = |v: f64| axis.x(v, &body).clamp(body.x, body.right());
                let outline =
                    Rect::edges(zero, y - bar - 0.5, right(row.spend_share), y - 0.5).inset(0.0, 0.75, 0.75, 0.75);
                scene.rect(outline, Paint::fill(tokens.card).with_stroke(colour, 1.5));
                let filled = right(row.effect_share);
                scene
                    .rect(Rect::edges(zero.min(filled), y + 0.5, zero.max(filled), y + bar + 0.5), Paint::fill(colour));
                let mut end = filled;
                if let Some((low, high)) = row.effect_interval {
                    let middle = y + bar / 2.0 + 0.5;
                    shape::whisker(scene, (right(low), right(high)), middle, (zero, filled));
                    end = end.max(right(high));
                }
                scene.text(right(row.spend_share) + 6.0, y - bar / 2.0 + 3.5, &spend, &small);
                scene.text(end + 6.0, y + bar / 2.0 + 5.0, &effect, &Type::small(tokens.text).strong());
            });
        }
        scene.line((zero, body.y - 2.0), (zero, body.bottom()), Paint::stroke(tokens.axis, 1.0));
        rows.more(scene, ranked.len(), plot.bottom());
        let mut x = plot.x;
        scene.rect(
            Rect { x: x + 0.75, y: key - 8.0, width: 18.0, height: 9.0 },
            Paint::fill(tokens.card).with_stroke(tokens.quiet, 1.5),
        );
        x += 26.0;
        x += scene.text(x, key, "share of spend", &small.at(Anchor::Start)) + 18.0;
        scene.rect(Rect { x, y: key - 9.0, width: 20.0, height: 11.0 }, Paint::fill(tokens.quiet));
        scene.name(x + 26.0, key - 4.0, &format!("share of {}", self.effect), plot.right() - x - 26.0, 1, &small);
    }
}
