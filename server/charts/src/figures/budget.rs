//! Budget before and after: paired bars with arrows and amounts, locks shown, the total equal.

use super::rows::{Rows, comfortable};
use crate::axis::ValueAxis;
use crate::estimate::{Caption, Estimate};
use crate::figure::{Figure, Missing};
use crate::findings;
use crate::layout::{Heading, Rect};
use crate::number::{self, Scale};
use crate::size::Size;
use crate::svg::{Anchor, Mark, Paint, Scene, Type, shape};
use crate::unit::Unit;
use serde::{Deserialize, Serialize};

/// One channel's budget.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BudgetRow {
    /// Channel name as shown.
    pub channel: String,
    /// Position in the store's channel order.
    pub color: usize,
    /// Today, major units a period.
    pub current: f64,
    /// Recommended.
    pub recommended: f64,
    /// Lowest allowed.
    #[serde(default)]
    pub lower: Option<f64>,
    /// Highest allowed.
    #[serde(default)]
    pub upper: Option<f64>,
    /// Whether it may not move.
    #[serde(default)]
    pub locked: bool,
    /// Whether the recommendation leaves the spend that was observed.
    #[serde(default)]
    pub extrapolated: bool,
}

/// Budget before and after.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Budget {
    /// Title, period, source.
    #[serde(default)]
    pub caption: Caption,
    /// Currency of the budget.
    pub currency: String,
    /// The period of the amounts: `week`, `quarter`.
    pub per: String,
    /// The channels, in any order.
    pub rows: Vec<BudgetRow>,
    /// What the outcome is: `incremental margin`.
    pub outcome: String,
    /// Unit of the gain.
    pub gain_unit: Unit,
    /// Gain of the plan over today.
    #[serde(default)]
    pub gain: Option<Estimate>,
}

impl Budget {
    /// The rows with finite amounts, largest of the two budgets first.
    #[must_use]
    pub fn ranked(&self) -> Vec<&BudgetRow> {
        let mut rows: Vec<_> =
            self.rows.iter().filter(|r| r.current.is_finite() && r.recommended.is_finite()).collect();
        rows.sort_by(|a, b| {
            b.current.max(b.recommended).total_cmp(&a.current.max(a.recommended)).then(a.color.cmp(&b.color))
        });
        rows
    }

    /// Totals before and after.
    #[must_use]
    pub fn totals(&self) -> (f64, f64) {
        self.ranked().iter().fold((0.0, 0.0), |t, r| (t.0 + r.current, t.1 + r.recommended))
    }

    /// `8 → 6.3 k`: in the scale of the largest row where that leaves a digit before the point, else in its own.
    fn amounts(&self, row: &BudgetRow) -> String {
        let largest = Scale::of(self.ranked().iter().map(|r| r.current.max(r.recommended)).fold(0.0, f64::max));
        let size = row.current.max(row.recommended);
        let scale = if size >= largest.divisor { largest } else { Scale::of(size) };
        format!("{} → {}", number::unlettered(row.current, scale, None), number::scaled(row.recommended, scale, None))
    }

    fn change(row: &BudgetRow) -> String {
        if row.locked {
            return "locked".to_owned();
        }
        let delta = row.recommended - row.current;
        if delta.abs() <= 0.0005 * row.current.abs() {
            "unchanged".to_owned()
        } else if row.current > 0.0 {
            format!("{}{}", if delta > 0.0 { "+" } else { "" }, number::fixed(delta / row.current * 100.0, 0) + "%")
        } else {
            "new".to_owned()
        }
    }
}

impl Figure for Budget {
    const NAME: &'static str = "budget";

    fn heading(&self) -> Heading {
        let (before, after) = self.totals();
        let same = (before - after).abs() <= 0.0005 * before.abs();
        let money = Unit::money(self.currency.as_str());
        let total = if same {
            format!("total {} before and after", money.write(before, None))
        } else {
            format!("total {} to {}", money.write(before, None), money.write(after, None))
        };
        Heading {
            title: self.caption.title_or(|| findings::budget(self)),
            subtitle: self
                .caption
                .subtitle(&format!("Budget before and after, {} a {}", self.currency, self.per), &total),
            source: self.caption.source.line(),
        }
    }

    fn description(&self) -> String {
        self.ranked()
            .iter()
            .map(|r| format!("{}: {} {}, {}", r.channel, self.amounts(r), self.currency, Self::change(r)))
            .collect::<Vec<_>>()
            .join("; ")
    }

    fn missing(&self) -> Option<Missing> {
        self.ranked().is_empty().then(|| {
            Missing::new(
                "No plan to show yet",
                "Fit a model and ask the planner for a recommendation: today's and the recommended budget appear here.",
            )
        })
    }

    fn natural_height(&self, width: f64) -> f64 {
        let narrow = Size::new(width, 400.0).is_narrow();
        comfortable(self.rows.len(), 38.0, if narrow { 220.0 } else { 160.0 }, if narrow { 420.0 } else { 380.0 })
    }

    fn draw(&self, scene: &mut Scene, plot: Rect) {
        let tokens = scene.tokens();
        let narrow = scene.size().is_narrow();
        let ranked = self.ranked();
        let names: Vec<&str> = ranked.iter().map(|r| r.channel.as_str()).collect();
        let rows = Rows::lay(plot.inset(0.0, 22.0, 0.0, 0.0), &names, 6.0, narrow);
        let words: Vec<(String, String)> = ranked.iter().map(|r| (self.amounts(r), Self::change(r))).collect();
        let (label, small) = (Type::label(tokens.text), Type::small(tokens.quiet));
        let second = words.iter().map(|w| small.width(&w.1)).fold(0.0, f64::max) + 14.0;
        let first = words.iter().map(|w| label.width(&w.0)).fold(0.0, f64::max);
        let two_lines = narrow && rows.pitch >= 32.0;
        let column = if two_lines { first.max(second) } else { first + second + 14.0 } + 12.0;
        let body = rows.body.inset(0.0, 0.0, column, 0.0);
        let high = ranked.iter().flat_map(|r| [r.current, r.recommended]).fold(1e-9, f64::max);
        let reach = ranked.iter().filter_map(|r| r.upper).filter(|u| *u <= high * 1.6).fold(high, f64::max);
        let axis = ValueAxis::exact(0.0, reach, 4, &Unit::money(self.currency.as_str()));
        let bar = (rows.pitch * 0.32).min(12.0);
        scene.line((body.x, body.y - 2.0), (body.x, body.bottom()), Paint::stroke(tokens.axis, 1.0));
        for (i, row) in ranked.iter().take(rows.shown).enumerate() {
            let y = rows.middle(i);
            let mut tip = format!("{}: {} {} a {}, {}", row.channel, words[i].0, self.currency, self.per, words[i].1);
            if row.extrapolated {
                tip.push_str(", outside the spend that was observed");
            }
            scene.group(&Mark::channel(&row.channel, row.recommended, tip), |scene| {
                rows.name(scene, i, &row.channel);
                self.draw_bars(scene, row, &axis, &body, y, bar);
                let (amount, change) = &words[i];
                let (top, bottom) = if two_lines { (y - 3.0, y + 12.0) } else { (y + 4.5, y + 4.5) };
                let left = if two_lines { plot.right() } else { plot.right() - second - 14.0 };
                scene.text(left, top, amount, &label.at(Anchor::End));
                scene.text(plot.right(), bottom, change, &small.at(Anchor::End));
                if row.locked {
                    shape::padlock(scene, plot.right() - small.width(change) - 15.0, bottom - 4.0, tokens.quiet);
                }
            });
        }
        rows.more(scene, ranked.len(), plot.bottom());
        self.draw_key(scene, plot);
    }
}

impl Budget {
    /// Today pale above, the plan full below, an arrow between their ends, a bracket where it may move.
    fn draw_bars(&self, scene: &mut Scene, row: &BudgetRow, axis: &ValueAxis, body: &Rect, y: f64, bar: f64) {
        let tokens = scene.tokens();
        let colour = tokens.category(row.color);
        let at = |v: f64| axis.x(v, body).clamp(body.x, body.right());
        let (before, after) = (at(row.current), at(row.recommended));
        scene.rect(Rect::edges(body.x, y - bar - 0.5, before, y - 0.5), Paint::fill(colour).opacity(0.32));
        let plan = Rect::edges(body.x, y + 0.5, after, y + bar + 0.5);
        if row.extrapolated {
            scene.rect(plan.inset(0.0, 0.5, 0.5, 0.5), Paint::fill(tokens.card).with_stroke(colour, 1.0).dash("3 2"));
            shape::hatch(scene, plan, 5.0, Paint::stroke(colour, 1.6));
        } else {
            scene.rect(plan, Paint::fill(colour));
        }
        if !row.locked {
            shape::arrow(scene, before, after, y - bar / 2.0 - 0.5, tokens.text);
        }
        if let (Some(low), Some(high), false) = (row.lower, row.upper, row.locked) {
            let (a, b, base) = (at(low), at(high), y + bar + 3.5);
            scene.line((a, base), (b, base), Paint::stroke(tokens.quiet, 1.0));
            for (x, value) in [(a, low), (b, high)] {
                if axis.x(value, body) <= body.right() + 0.5 {
                    scene.line((x, base - 2.5), (x, base + 2.5), Paint::stroke(tokens.quiet, 1.0));
                }
            }
        }
    }

    fn draw_key(&self, scene: &mut Scene, plot: Rect) {
        let tokens = scene.tokens();
        let style = Type::small(tokens.quiet);
        let y = plot.y + 10.0;
        let mut x = plot.x;
        let swatch = |x: f64| Rect { x, y: y - 9.0, width: 18.0, height: 10.0 };
        scene.rect(swatch(x), Paint::fill(tokens.quiet).opacity(0.32));
        x += 24.0;
        x += scene.text(x, y, "today", &style) + 16.0;
        scene.rect(swatch(x), Paint::fill(tokens.quiet));
        x += 24.0;
        x += scene.text(x, y, "plan", &style) + 16.0;
        let bounded = self.rows.iter().any(|r| !r.locked && r.lower.is_some() && r.upper.is_some());
        if bounded && x + 26.0 + style.width("allowed") < plot.right() {
            scene.line((x, y - 4.0), (x + 18.0, y - 4.0), Paint::stroke(tokens.quiet, 1.0));
            for end in [x, x + 18.0] {
                scene.line((end, y - 6.5), (end, y - 1.5), Paint::stroke(tokens.quiet, 1.0));
            }
            x += 24.0;
            x += scene.text(x, y, "allowed", &style) + 16.0;
        }
        if self.rows.iter().any(|r| r.extrapolated) && x + 24.0 + style.width("extrapolated") < plot.right() {
            shape::hatch(scene, swatch(x), 5.0, Paint::stroke(tokens.quiet, 1.6));
            scene.text(x + 24.0, y, "extrapolated", &style);
        }
    }
}
