//! Response curve: what more or less spend on one channel would bring, and how far that was ever observed.

use super::points::{Dot, Labelled, dense, draw_points};
use crate::axis::ValueAxis;
use crate::estimate::{Caption, Estimate};
use crate::figure::{Figure, Missing};
use crate::findings;
use crate::layout::{Heading, Rect};
use crate::number;
use crate::svg::{Mark, Paint, Path, Scene, Type};
use crate::unit::Unit;
use serde::{Deserialize, Serialize};

/// What the model expects at one level of spend.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CurvePoint {
    /// Spend a period, major units.
    pub spend: f64,
    /// Outcome a period.
    pub outcome: Estimate,
}

/// A plan's spend on the curve.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PlanPoint {
    /// Spend a period, major units.
    pub spend: f64,
    /// Outcome of the next unit of spend (mROI where the outcome is money).
    #[serde(default)]
    pub next: Option<Estimate>,
}

/// Response curve of one channel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ResponseCurve {
    /// Title, period, source.
    #[serde(default)]
    pub caption: Caption,
    /// Channel name as shown.
    pub channel: String,
    /// Position in the store's channel order.
    pub color: usize,
    /// Currency of spend.
    pub currency: String,
    /// Unit of the outcome.
    pub unit: Unit,
    /// What the outcome is called: `incremental revenue`.
    pub outcome: String,
    /// The period of spend and outcome: `week`.
    pub per: String,
    /// The curve, spend ascending.
    pub points: Vec<CurvePoint>,
    /// Lowest and highest spend observed.
    pub observed: (f64, f64),
    /// Today's spend.
    #[serde(default)]
    pub current: Option<PlanPoint>,
    /// The recommended spend.
    #[serde(default)]
    pub recommended: Option<PlanPoint>,
}

impl ResponseCurve {
    fn usable(&self) -> Vec<CurvePoint> {
        let mut points: Vec<CurvePoint> =
            self.points.iter().copied().filter(|p| p.spend.is_finite() && p.outcome.is_finite()).collect();
        points.sort_by(|a, b| a.spend.total_cmp(&b.spend));
        points
    }

    /// The curve at a spend, linear between points, level outside.
    #[must_use]
    pub fn at(&self, spend: f64) -> Option<Estimate> {
        let points = self.usable();
        let after = points.partition_point(|p| p.spend < spend);
        let (Some(right), Some(left)) = (points.get(after).or(points.last()), points.get(after.saturating_sub(1)))
        else {
            return None;
        };
        let width = right.spend - left.spend;
        let t = if width > 0.0 { ((spend - left.spend) / width).clamp(0.0, 1.0) } else { 0.0 };
        let mix = |f: fn(&Estimate) -> f64| f(&left.outcome) + t * (f(&right.outcome) - f(&left.outcome));
        Some(Estimate::new(mix(|e| e.p05), mix(|e| e.p50), mix(|e| e.p95)))
    }

    /// The mROI of a plan in words: `next EUR returns 1.3`.
    fn slope_words(&self, plan: &PlanPoint) -> Option<String> {
        let next = plan.next.filter(Estimate::is_finite)?;
        let spread = Some(next.spread());
        Some(match &self.unit {
            Unit::Money { .. } => format!("next {0} returns {1}", self.currency, number::plain_ratio(next.p50, spread)),
            unit => format!(
                "next 1,000 {} bring {}",
                self.currency,
                unit.write(next.p50 * 1000.0, spread.map(|s| s * 1000.0))
            ),
        })
    }

    fn money(&self, spend: f64) -> String {
        Unit::money(self.currency.as_str()).write(spend, None)
    }
}

impl Figure for ResponseCurve {
    const NAME: &'static str = "response-curve";

    fn heading(&self) -> Heading {
        let unit = self.unit.word();
        let measure = format!(
            "{} a {} against spend a {}{}",
            super::capital(&self.outcome),
            self.per,
            self.per,
            if unit.is_empty() { String::new() } else { format!(", {unit}") }
        );
        Heading {
            title: self.caption.title_or(|| findings::response_curve(self)),
            subtitle: self.caption.subtitle(&measure, "median and 90% interval"),
            source: self.caption.source.line(),
        }
    }

    fn description(&self) -> String {
        let plan = |name: &str, p: &Option<PlanPoint>| {
            p.as_ref().and_then(|p| {
                let e = self.at(p.spend)?;
                Some(format!(
                    "{name}: {} a {} brings {} (90%: {})",
                    self.money(p.spend),
                    self.per,
                    self.unit.write(e.p50, Some(e.spread())),
                    self.unit.range(e.p05, e.p95)
                ))
            })
        };
        let observed =
            format!("Observed spend: {}", Unit::money(self.currency.as_str()).range(self.observed.0, self.observed.1));
        [plan("Today", &self.current), plan("Recommended", &self.recommended), Some(observed)]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join("; ")
    }

    fn missing(&self) -> Option<Missing> {
        (self.usable().len() < 2).then(|| {
            Missing::new(
                format!("No response curve for {} yet", self.channel),
                "Fit a model on weeks in which this channel's spend varied: the curve appears here.",
            )
        })
    }

    fn draw(&self, scene: &mut Scene, plot: Rect) {
        let tokens = scene.tokens();
        let colour = tokens.category(self.color);
        let points = self.usable();
        let (first, last) = (points[0], points[points.len() - 1]);
        let high = points
            .iter()
            .map(|p| p.outcome.p95)
            .fold(0.0, f64::max)
            .min(points.iter().map(|p| p.outcome.p50).fold(0.0, f64::max) * 3.0);
        let low = points.iter().map(|p| p.outcome.p05).fold(0.0, f64::min);
        let y = ValueAxis::round(low, high, 4, &self.unit);
        let body = plot.inset(y.width(), 22.0, 4.0, 40.0);
        let x = ValueAxis::exact(
            first.spend.min(0.0),
            last.spend,
            (body.width / 90.0) as usize + 1,
            &Unit::money(self.currency.as_str()),
        );
        y.draw_left(scene, &body);
        x.draw_bottom(scene, &body, &format!("spend a {}", self.per));
        let at = |spend: f64, value: f64| (x.x(spend, &body), y.y(value.clamp(y.low(), y.high()), &body));
        let mut ink = Vec::new();
        // Below, inside and above what was observed; neighbours share their boundary point.
        let cuts = [
            first.spend,
            self.observed.0.clamp(first.spend, last.spend),
            self.observed.1.clamp(first.spend, last.spend),
            last.spend,
        ];
        for (i, pair) in cuts.windows(2).enumerate() {
            let inside = i == 1;
            let part: Vec<(f64, Estimate)> = self.part(&points, pair[0], pair[1]);
            let line = |f: fn(&Estimate) -> f64| part.iter().map(|(s, e)| at(*s, f(e))).collect::<Vec<_>>();
            let opacity = if inside { 0.2 } else { 0.09 };
            scene.path(&Path::band(&line(|e| e.p95), &line(|e| e.p05)), Paint::fill(colour).opacity(opacity));
            let median = line(|e| e.p50);
            let paint = Paint::stroke(colour, if inside { 2.5 } else { 2.0 });
            scene.path(&Path::line(&median), if inside { paint } else { paint.dash("5 4").opacity(0.65) });
            ink.extend(median);
        }
        let taken = self.draw_observed(scene, &x, &body, &cuts, &ink);
        self.draw_plans(scene, &body, &at, &ink, &taken, colour);
    }
}

impl ResponseCurve {
    fn part(&self, points: &[CurvePoint], from: f64, to: f64) -> Vec<(f64, Estimate)> {
        if to <= from {
            return Vec::new();
        }
        let inner = points.iter().filter(|p| p.spend > from && p.spend < to).map(|p| (p.spend, p.outcome));
        let ends = |s: f64| self.at(s).map(|e| (s, e));
        ends(from).into_iter().chain(inner).chain(ends(to)).collect()
    }

    /// A hairline along the bottom over the observed spend, and the word for what lies outside.
    fn draw_observed(
        &self,
        scene: &mut Scene,
        x: &ValueAxis,
        body: &Rect,
        cuts: &[f64; 4],
        ink: &[(f64, f64)],
    ) -> Vec<Rect> {
        let tokens = scene.tokens();
        let style = Type::small(tokens.quiet);
        let (left, right) = (x.x(cuts[1], body), x.x(cuts[2], body));
        let base = body.bottom() - 1.0;
        scene.line((left, base), (right, base), Paint::stroke(tokens.axis, 3.0));
        let mut taken = Vec::new();
        let mut word = |scene: &mut Scene, text: &str, from: f64, to: f64, wish: f64| {
            let width = style.width(text);
            if to - from > width + 10.0 {
                let at = (wish - width / 2.0).clamp(from + 5.0, to - width - 5.0);
                let area = Rect { x: at, y: base - 19.0, width, height: 15.0 };
                if !ink.iter().any(|p| area.inset(-2.0, -2.0, -2.0, -2.0).has(*p)) {
                    scene.text(at, base - 8.0, text, &style);
                    taken.push(area);
                }
            }
        };
        word(scene, "observed spend", left, right, (left + right) / 2.0);
        word(scene, "extrapolated", right, body.right(), (right + body.right()) / 2.0);
        if cuts[1] - cuts[0] > 0.0 {
            word(scene, "extrapolated", body.x, left, (body.x + left) / 2.0);
        }
        taken
    }

    fn draw_plans(
        &self,
        scene: &mut Scene,
        body: &Rect,
        at: &dyn Fn(f64, f64) -> (f64, f64),
        ink: &[(f64, f64)],
        taken: &[Rect],
        colour: &str,
    ) {
        let tokens = scene.tokens();
        let plans: Vec<(&str, PlanPoint, (f64, f64), Estimate)> =
            [("Recommended", self.recommended), ("Today", self.current)]
                .into_iter()
                .filter_map(|(name, plan)| plan.map(|p| (name, p)))
                .filter_map(|(name, p)| self.at(p.spend).map(|e| (name, p, at(p.spend, e.p50), e)))
                .collect();
        let mut dense = dense(ink);
        for (_, plan, (px, py), e) in &plans {
            // The dotted line stops above a word that stands in its way.
            let foot = taken
                .iter()
                .filter(|t| *px > t.x - 2.0 && *px < t.right() + 2.0)
                .map(|t| t.y)
                .fold(body.bottom(), f64::min);
            scene.line((*px, *py), (*px, foot), Paint::stroke(tokens.axis, 1.0).dash("2 3"));
            dense.extend((0..40).map(|k| (*px, py + (foot - py) * f64::from(k) / 39.0)));
            if let Some(next) = plan.next {
                // The tangent: mROI is the slope of the curve here.
                let step = (body.width * 0.09).max(24.0);
                let unit = at(plan.spend + 1.0, e.p50).0 - px;
                let rise = at(plan.spend, e.p50 + next.p50).1 - py;
                let run = if unit > 0.0 { rise / unit } else { 0.0 };
                let half = step / (1.0 + run * run).sqrt();
                scene.line((px - half, py - run * half), (px + half, py + run * half), Paint::stroke(tokens.text, 1.2));
            }
        }
        let points: Vec<Labelled> = plans
            .iter()
            .map(|(name, plan, point, e)| {
                let mut lines = vec![format!("{name} {}", self.money(plan.spend))];
                lines.extend(self.slope_words(plan));
                let tip = format!(
                    "{name}: {} a {} brings {} (90%: {})",
                    self.money(plan.spend),
                    self.per,
                    self.unit.write(e.p50, Some(e.spread())),
                    self.unit.range(e.p05, e.p95)
                );
                let dot = if *name == "Today" { Dot::Now } else { Dot::Plan };
                Labelled { point: *point, lines, dot, mark: Mark::channel(&self.channel, e.p50, tip) }
            })
            .collect();
        draw_points(scene, *body, &points, taken, &dense, colour);
    }
}
