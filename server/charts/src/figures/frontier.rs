//! Frontier: the best outcome of each budget, with today, the plan, and the knee.

use super::points::{Dot, Labelled, dense, draw_points};
use crate::axis::ValueAxis;
use crate::estimate::{Caption, Estimate};
use crate::figure::{Figure, Missing};
use crate::findings;
use crate::layout::{Heading, Rect};
use crate::svg::{Mark, Paint, Path, Scene};
use crate::unit::Unit;
use serde::{Deserialize, Serialize};

/// The best outcome of one budget.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct FrontierPoint {
    /// Total budget a period, major units.
    pub budget: f64,
    /// Outcome of the best split of it.
    pub outcome: Estimate,
}

/// Budget against the best outcome.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Frontier {
    /// Title, period, source.
    #[serde(default)]
    pub caption: Caption,
    /// Currency of the budget.
    pub currency: String,
    /// Unit of the outcome.
    pub unit: Unit,
    /// What the outcome is called: `incremental margin`.
    pub outcome: String,
    /// The period of both: `week`.
    pub per: String,
    /// The frontier, budget ascending.
    pub points: Vec<FrontierPoint>,
    /// Today's budget with today's split; it lies on or below the frontier.
    #[serde(default)]
    pub today: Option<FrontierPoint>,
    /// The plan.
    #[serde(default)]
    pub plan: Option<FrontierPoint>,
    /// The budget from which on the next unit of spend returns less than it costs.
    #[serde(default)]
    pub knee: Option<f64>,
}

impl Frontier {
    fn usable(&self) -> Vec<FrontierPoint> {
        let mut points: Vec<_> =
            self.points.iter().copied().filter(|p| p.budget.is_finite() && p.outcome.is_finite()).collect();
        points.sort_by(|a, b| a.budget.total_cmp(&b.budget));
        points
    }

    /// The median of the frontier at a budget, linear between points; `None` outside.
    #[must_use]
    pub fn at(&self, budget: f64) -> Option<f64> {
        let points = self.usable();
        let after = points.partition_point(|p| p.budget < budget);
        let right = points.get(after)?;
        let Some(left) = after.checked_sub(1).and_then(|i| points.get(i)) else {
            return (right.budget == budget).then_some(right.outcome.p50);
        };
        let t = (budget - left.budget) / (right.budget - left.budget);
        Some(left.outcome.p50 + t * (right.outcome.p50 - left.outcome.p50))
    }

    fn money(&self, v: f64) -> String {
        Unit::money(self.currency.as_str()).write(v, None)
    }
}

impl Figure for Frontier {
    const NAME: &'static str = "frontier";

    fn heading(&self) -> Heading {
        let measure = format!("Best {} a {} for each budget a {}", self.outcome, self.per, self.per);
        Heading {
            title: self.caption.title_or(|| findings::frontier(self)),
            subtitle: self.caption.subtitle(&measure, "median and 90% interval"),
            source: self.caption.source.line(),
        }
    }

    fn description(&self) -> String {
        let at = |name: &str, p: &Option<FrontierPoint>| {
            p.map(|p| {
                format!(
                    "{name}: {} brings {} (90%: {})",
                    self.money(p.budget),
                    self.unit.write(p.outcome.p50, Some(p.outcome.spread())),
                    self.unit.range(p.outcome.p05, p.outcome.p95)
                )
            })
        };
        let knee = self
            .knee
            .map(|k| format!("beyond {} the next {} returns less than it costs", self.money(k), self.currency));
        let parts = [at("Today", &self.today), at("Plan", &self.plan), knee];
        let text = parts.into_iter().flatten().collect::<Vec<_>>().join("; ");
        if text.is_empty() { format!("{} points", self.points.len()) } else { text }
    }

    fn missing(&self) -> Option<Missing> {
        (self.usable().len() < 2).then(|| Missing::new("No frontier to show yet", "Fit a model and ask the planner for a recommendation: what smaller and larger budgets would bring appears here."))
    }

    fn draw(&self, scene: &mut Scene, plot: Rect) {
        let tokens = scene.tokens();
        let colour = tokens.category(0);
        let points = self.usable();
        let every = || points.iter().chain(self.today.iter()).chain(self.plan.iter());
        let high = every()
            .map(|p| p.outcome.p95)
            .fold(0.0, f64::max)
            .min(3.0 * every().map(|p| p.outcome.p50).fold(0.0, f64::max));
        let low = every().map(|p| p.outcome.p05).fold(f64::INFINITY, f64::min);
        let y = ValueAxis::round(if low > 0.5 * high { low } else { low.min(0.0) }, high, 4, &self.unit);
        let body = plot.inset(y.width(), 22.0, 4.0, 40.0);
        let ends = (points[0].budget, points[points.len() - 1].budget);
        let x =
            ValueAxis::exact(ends.0, ends.1, (body.width / 90.0) as usize + 1, &Unit::money(self.currency.as_str()));
        y.draw_left(scene, &body);
        x.draw_bottom(scene, &body, &format!("budget a {}", self.per));
        let at = |budget: f64, v: f64| {
            (x.x(budget, &body).clamp(body.x, body.right()), y.y(v.clamp(y.low(), y.high()), &body))
        };
        let line = |f: fn(&Estimate) -> f64| points.iter().map(|p| at(p.budget, f(&p.outcome))).collect::<Vec<_>>();
        scene.path(&Path::band(&line(|e| e.p95), &line(|e| e.p05)), Paint::fill(colour).opacity(0.18));
        let median = line(|e| e.p50);
        scene.path(&Path::line(&median), Paint::stroke(colour, 2.5).round());
        let mut marks = Vec::new();
        let mut named = |name: &str, budget: f64, v: f64, dot: Dot, note: Option<String>| {
            let tip = format!("{name}: {} a {} brings {}", self.money(budget), self.per, self.unit.write(v, None));
            let lines = std::iter::once(format!("{name} {}", self.money(budget))).chain(note).collect();
            marks.push(Labelled { point: at(budget, v), lines, dot, mark: Mark::channel(name, v, tip) });
        };
        if let Some(p) = self.plan.filter(|p| p.outcome.is_finite()) {
            named(
                "Plan",
                p.budget,
                p.outcome.p50,
                Dot::Plan,
                Some(format!("brings {}", self.unit.write(p.outcome.p50, Some(p.outcome.spread())))),
            );
        }
        if let Some(p) = self.today.filter(|p| p.outcome.is_finite()) {
            named(
                "Today",
                p.budget,
                p.outcome.p50,
                Dot::Now,
                Some(format!("brings {}", self.unit.write(p.outcome.p50, Some(p.outcome.spread())))),
            );
        }
        if let Some((knee, v)) = self.knee.and_then(|k| Some((k, self.at(k)?))) {
            named(
                "Knee",
                knee,
                v,
                Dot::Ring,
                Some("beyond it the next unit costs more than it brings".to_owned())
                    .filter(|_| !scene.size().is_narrow()),
            );
        }
        draw_points(scene, body, &marks, &[], &dense(&median), colour);
    }
}
