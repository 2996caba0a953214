//! Return by channel: order, intervals, break-even, verdict.

use super::rows::{Rows, comfortable};
use crate::axis::ValueAxis;
use crate::estimate::{Caption, Estimate, Verdict};
use crate::figure::{Figure, Missing};
use crate::findings;
use crate::layout::{Heading, Rect};
use crate::number;
use crate::size::Size;
use crate::svg::{Anchor, Mark, Paint, Path, Scene, Type};
use crate::unit::Unit;
use serde::{Deserialize, Serialize};

/// Which return is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Return {
    /// (incremental gross margin - spend) / spend; break-even 0.
    Roi,
    /// Incremental revenue / spend; break-even 1 unless the margin says otherwise.
    Roas,
    /// The ROI of the next unit of spend; break-even 0.
    Mroi,
}

impl Return {
    /// The short name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Return::Roi => "ROI",
            Return::Roas => "ROAS",
            Return::Mroi => "mROI",
        }
    }

    /// Where nothing is gained or lost.
    #[must_use]
    pub const fn break_even(self) -> f64 {
        match self {
            Return::Roi | Return::Mroi => 0.0,
            Return::Roas => 1.0,
        }
    }
}

/// What counts as gained.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Where no margin is known.
    #[default]
    Revenue,
    /// Revenue less the cost of what was sold.
    GrossMargin,
    /// What leads are won with in the end, where no margin is known.
    EventualRevenue,
    /// The same less the cost of what was sold.
    EventualMargin,
}

impl Basis {
    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Basis::Revenue => "revenue",
            Basis::GrossMargin => "gross margin",
            Basis::EventualRevenue => "eventual won revenue",
            Basis::EventualMargin => "gross margin on eventual won revenue",
        }
    }
}

/// One channel's return.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RoiRow {
    /// Channel name as shown.
    pub channel: String,
    /// Position in the store's channel order; gives the colour.
    pub color: usize,
    /// The return, in units of currency per unit of currency.
    pub value: Estimate,
    /// Whether it can be acted on.
    pub verdict: Verdict,
}

/// Return by channel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Roi {
    /// Title, period, source.
    #[serde(default)]
    pub caption: Caption,
    /// Which return.
    pub measure: Return,
    /// What one unit of spend is: a currency code.
    pub currency: String,
    /// What ROI and mROI count as gained: revenue or gross margin.
    #[serde(default)]
    pub basis: Basis,
    /// Break-even, where it is not the measure's own (a margin, a target).
    #[serde(default)]
    pub break_even: Option<f64>,
    /// The channels, in any order.
    pub rows: Vec<RoiRow>,
}

impl Roi {
    /// The break-even drawn.
    #[must_use]
    pub fn line(&self) -> f64 {
        self.break_even.unwrap_or(self.measure.break_even())
    }

    /// The rows with finite numbers, highest median first.
    #[must_use]
    pub fn ranked(&self) -> Vec<&RoiRow> {
        let mut rows: Vec<&RoiRow> = self.rows.iter().filter(|r| r.value.is_finite()).collect();
        rows.sort_by(|a, b| b.value.p50.total_cmp(&a.value.p50).then(a.color.cmp(&b.color)));
        rows
    }

    fn axis(&self, rows: &[&RoiRow], width: f64) -> ValueAxis {
        let line = self.line();
        let low = rows.iter().map(|r| r.value.p05).fold(line, f64::min);
        let high = rows.iter().map(|r| r.value.p95).fold(line, f64::max);
        // One channel with a huge interval must not squeeze the others into a line; its end is drawn as an arrow, and the
        // numbers beside it are whole.
        let median = rows.iter().map(|r| r.value.p50).fold(line + 0.5, f64::max);
        let (low, high) = (low.max(line - 3.0 * (median - line).max(1.0)), high.min(line + 2.5 * (median - line)));
        ValueAxis::exact(
            low - 0.03 * (high - low),
            high + 0.03 * (high - low),
            (width / 90.0) as usize + 2,
            &Unit::Plain,
        )
    }

    fn words(row: &RoiRow) -> String {
        let spread = Some(row.value.spread());
        let n = |v: f64| number::plain_ratio(v, spread);
        format!("{} ({} to {})", n(row.value.p50), n(row.value.p05), n(row.value.p95))
    }
}

impl Figure for Roi {
    const NAME: &'static str = "roi";

    fn heading(&self) -> Heading {
        let basis = self.basis.words();
        let measure = match self.measure {
            Return::Roi => format!("ROI: {0} of {1} gained per {0} spent, after the spend", self.currency, basis),
            Return::Roas => format!("ROAS: {0} of incremental revenue per {0} spent", self.currency),
            Return::Mroi => {
                format!("mROI: {0} of {1} gained by the next {0} spent, after that {0}", self.currency, basis)
            }
        };
        Heading {
            title: self.caption.title_or(|| findings::roi(self)),
            subtitle: self.caption.subtitle(&measure, "median, 50% and 90% intervals"),
            source: self.caption.source.line(),
        }
    }

    fn description(&self) -> String {
        let rows: Vec<_> =
            self.ranked().iter().map(|r| format!("{}: {}, {}", r.channel, Self::words(r), r.verdict.words())).collect();
        format!("{}. Break-even {}", rows.join("; "), number::plain_ratio(self.line(), None))
    }

    fn missing(&self) -> Option<Missing> {
        self.ranked().is_empty().then(|| {
            Missing::new(
                "No returns to show yet",
                "Import weekly spend and an outcome, then fit a model: the return of each channel appears here.",
            )
        })
    }

    fn natural_height(&self, width: f64) -> f64 {
        let narrow = Size::new(width, 400.0).is_narrow();
        comfortable(
            self.rows.len(),
            if narrow { 37.0 } else { 30.0 },
            if narrow { 230.0 } else { 170.0 },
            if narrow { 400.0 } else { 380.0 },
        )
    }

    fn draw(&self, scene: &mut Scene, plot: Rect) {
        let tokens = scene.tokens();
        let narrow = scene.size().is_narrow();
        let ranked = self.ranked();
        let names: Vec<&str> = ranked.iter().map(|r| r.channel.as_str()).collect();
        let rows = Rows::lay(plot.inset(0.0, 20.0, 0.0, 0.0), &names, 42.0, narrow);
        let shown = &ranked[..rows.shown];
        let value = Type::label(tokens.text).at(Anchor::End);
        let words: Vec<String> = shown
            .iter()
            .map(|r| if narrow { number::plain_ratio(r.value.p50, Some(r.value.spread())) } else { Self::words(r) })
            .collect();
        let column = words.iter().map(|w| value.width(w)).fold(0.0, f64::max) + 14.0;
        let body = rows.body.inset(0.0, 0.0, column, 0.0);
        let axis = self.axis(shown, body.width);
        axis.draw_bottom(scene, &body, "");
        self.break_even_line(scene, &axis, &body);
        for (i, row) in shown.iter().enumerate() {
            let tip = format!("{}: {} {}, {}", row.channel, self.measure.name(), Self::words(row), row.verdict.words());
            scene.group(&Mark::channel(&row.channel, row.value.p50, tip), |scene| {
                rows.name(scene, i, &row.channel);
                draw_row(scene, row, &axis, &body, rows.middle(i));
                scene.text(plot.right(), rows.middle(i) + 4.5, &words[i], &value);
            });
        }
        let key = body.bottom() + 36.0;
        rows.more(scene, ranked.len(), key - 18.0);
        draw_key(scene, plot.x, key, plot.width);
    }
}

impl Roi {
    fn break_even_line(&self, scene: &mut Scene, axis: &ValueAxis, body: &Rect) {
        let tokens = scene.tokens();
        let x = axis.x(self.line(), body);
        scene.line((x, body.y - 4.0), (x, body.bottom()), Paint::stroke(tokens.axis, 1.5).dash("4 3"));
        let text = format!("break-even {}", number::fixed(self.line(), i32::from(self.line().fract() != 0.0)));
        let style = Type::small(tokens.quiet);
        let half = style.width(&text) / 2.0;
        let centre = x.max(16.0 + half).min(scene.size().width - 16.0 - half);
        scene.text(centre, body.y - 8.0, &text, &style.at(Anchor::Middle));
    }
}

fn draw_row(scene: &mut Scene, row: &RoiRow, axis: &ValueAxis, body: &Rect, y: f64) {
    let colour = scene.tokens().category(row.color);
    let at = |v: f64| axis.x(v, body).clamp(body.x, body.right());
    let e = &row.value;
    scene.line((at(e.p05), y), (at(e.p95), y), Paint::stroke(colour, 1.5));
    for (value, edge, sign) in [(e.p05, body.x, 1.0), (e.p95, body.right(), -1.0)] {
        let outside = axis.x(value, body);
        if (sign > 0.0 && outside < edge - 0.5) || (sign < 0.0 && outside > edge + 0.5) {
            let head = Path::line(&[(edge + sign * 6.0, y - 4.0), (edge, y), (edge + sign * 6.0, y + 4.0)]);
            scene.path(&head, Paint::stroke(colour, 1.5));
        }
    }
    if let (Some(p25), Some(p75)) = (e.p25, e.p75) {
        scene.line((at(p25), y), (at(p75), y), Paint::stroke(colour, 5.0));
    }
    draw_verdict(scene, (at(e.p50), y), row.verdict, colour);
}

/// The median's mark: filled dot, ring or cross, on a halo of the card's colour.
pub(super) fn draw_verdict(scene: &mut Scene, (x, y): (f64, f64), verdict: Verdict, colour: &str) {
    let card = scene.tokens().card;
    match verdict {
        Verdict::Decidable => scene.circle((x, y), 6.0, Paint::fill(colour).with_stroke(card, 2.0)),
        Verdict::Leaning => {
            scene.circle((x, y), 7.0, Paint::fill(card));
            scene.circle((x, y), 5.0, Paint::fill(card).with_stroke(colour, 2.0));
        }
        Verdict::NotDecidable => {
            scene.circle((x, y), 7.0, Paint::fill(card));
            let cross = Path::line(&[(x - 4.0, y - 4.0), (x + 4.0, y + 4.0)])
                .and(&Path::line(&[(x - 4.0, y + 4.0), (x + 4.0, y - 4.0)]));
            scene.path(&cross, Paint::stroke(colour, 2.5).round());
        }
    }
}

/// What the three marks mean.
fn draw_key(scene: &mut Scene, left: f64, baseline: f64, room: f64) {
    let tokens = scene.tokens();
    let style = Type::small(tokens.quiet);
    let long = [
        (Verdict::Decidable, "decidable: a size to plan with"),
        (Verdict::Leaning, "leaning: a direction"),
        (Verdict::NotDecidable, "not decidable"),
    ];
    let short =
        [(Verdict::Decidable, "decidable"), (Verdict::Leaning, "leaning"), (Verdict::NotDecidable, "not decidable")];
    let width = |set: &[(Verdict, &str); 3]| set.iter().map(|(_, t)| style.width(t) + 34.0).sum::<f64>();
    let set = if width(&long) <= room { long } else { short };
    let mut x = left + 6.0;
    for (verdict, words) in set {
        draw_verdict(scene, (x, baseline - 4.0), verdict, tokens.quiet);
        x += 12.0;
        x += scene.text(x, baseline, words, &style) + 22.0;
    }
}
