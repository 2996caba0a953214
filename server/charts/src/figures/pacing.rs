//! Pacing: actual, target curve, and where it may land.

use crate::axis::{TimeAxis, ValueAxis};
use crate::estimate::{Caption, Estimate};
use crate::figure::{Figure, Missing};
use crate::findings;
use crate::layout::{Heading, Rect, spread};
use crate::number;
use crate::svg::{Mark, Paint, Path, Scene, Type};
use crate::unit::Unit;
use serde::{Deserialize, Serialize};
use tandem_models::domain::period::Day;

/// Cumulative actual against target, with the landing fan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pacing {
    /// Title, period, source.
    #[serde(default)]
    pub caption: Caption,
    /// Unit of the outcome.
    pub unit: Unit,
    /// What the outcome is called: `won revenue`.
    pub outcome: String,
    /// Days, ascending, over the whole period of the target.
    pub dates: Vec<Day>,
    /// Sum so far, one a date until today.
    pub actual: Vec<f64>,
    /// Sum planned, one a date.
    pub target: Vec<f64>,
    /// Expected sum at the dates after the last actual one.
    #[serde(default)]
    pub landing: Vec<Estimate>,
    /// Probability of reaching the target.
    #[serde(default)]
    pub probability: Option<f64>,
}

impl Pacing {
    /// Actual and target at the last actual date.
    #[must_use]
    pub fn now(&self) -> Option<(f64, f64)> {
        let last = self.actual.len().checked_sub(1)?;
        Some((self.actual[last], *self.target.get(last)?))
    }

    /// Where it is expected to land, and the whole target.
    #[must_use]
    pub fn end(&self) -> Option<(Estimate, f64)> {
        Some((*self.landing.last()?, *self.target.last()?))
    }
}

impl Figure for Pacing {
    const NAME: &'static str = "pacing";

    fn heading(&self) -> Heading {
        let unit = if self.unit.word().is_empty() { String::new() } else { format!(", {}", self.unit.word()) };
        let chance = self
            .probability
            .map(|p| format!("probability of reaching the target {}", number::round_percent(p)))
            .unwrap_or_default();
        let interval = if self.landing.is_empty() { "" } else { "median and 90% interval of the landing" };
        let end = [interval, chance.as_str()].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(" · ");
        Heading {
            title: self.caption.title_or(|| findings::pacing(self)),
            subtitle: self
                .caption
                .subtitle(&format!("{} so far against target{unit}", super::capital(&self.outcome)), &end),
            source: self.caption.source.line(),
        }
    }

    fn description(&self) -> String {
        let now = self
            .now()
            .map(|(a, t)| format!("So far {}, target by now {}", self.unit.write(a, None), self.unit.write(t, None)));
        let end = self.end().map(|(e, t)| {
            format!(
                "landing {} (90%: {}), target {}",
                self.unit.write(e.p50, Some(e.spread())),
                self.unit.range(e.p05, e.p95),
                self.unit.write(t, None)
            )
        });
        [now, end].into_iter().flatten().collect::<Vec<_>>().join("; ")
    }

    fn missing(&self) -> Option<Missing> {
        (self.dates.len() < 2 || self.actual.is_empty() || self.target.len() != self.dates.len()).then(|| {
            Missing::new(
                "No target to pace against yet",
                "Set a target for this period: how far it is reached, and where it will land, appears here.",
            )
        })
    }

    fn draw(&self, scene: &mut Scene, plot: Rect) {
        let tokens = scene.tokens();
        let narrow = scene.size().is_narrow();
        let colour = tokens.category(0);
        let top = self
            .actual
            .iter()
            .chain(&self.target)
            .copied()
            .chain(self.landing.iter().map(|e| e.p95))
            .filter(|v| v.is_finite());
        let low = self
            .actual
            .iter()
            .copied()
            .chain(self.landing.iter().map(|e| e.p05))
            .filter(|v| v.is_finite())
            .fold(0.0, f64::min);
        let axis = ValueAxis::round(low, top.fold(0.0, f64::max), 5, &self.unit);
        let style = Type::label(tokens.text).strong();
        let labels = self.labels();
        let column = if narrow { 0.0 } else { labels.iter().map(|l| style.width(&l.0)).fold(0.0, f64::max) + 14.0 };
        let legend = if narrow { 20.0 * labels.len() as f64 } else { 0.0 };
        let body = plot.inset(axis.width(), 22.0, column, 26.0 + legend);
        axis.draw_left(scene, &body);
        let time = TimeAxis::over(&self.dates);
        time.draw_bottom(scene, &body);
        let at = |i: usize, v: f64| {
            (time.x(self.dates[i.min(self.dates.len() - 1)], &body), axis.y(v.clamp(axis.low(), axis.high()), &body))
        };
        let line = |values: &[f64]| values.iter().enumerate().map(|(i, v)| at(i, *v)).collect::<Vec<_>>();
        let last = self.actual.len() - 1;
        let now = self.actual[last];
        let fan = |f: fn(&Estimate) -> f64| -> Vec<(f64, f64)> {
            std::iter::once(at(last, now))
                .chain(self.landing.iter().enumerate().map(|(i, e)| at(last + 1 + i, f(e))))
                .collect()
        };
        if !self.landing.is_empty() {
            scene.path(&Path::band(&fan(|e| e.p95), &fan(|e| e.p05)), Paint::fill(colour).opacity(0.18));
            scene.path(&Path::line(&fan(|e| e.p50)), Paint::stroke(colour, 2.0).dash("5 4"));
        }
        scene.path(&Path::line(&line(&self.target)), Paint::stroke(tokens.quiet, 1.8).dash("2 3"));
        scene.group(&Mark::value(now, self.description()), |scene| {
            scene.path(&Path::line(&line(&self.actual)), Paint::stroke(colour, 2.8).round());
            scene.circle(at(last, now), 5.5, Paint::fill(colour).with_stroke(tokens.card, 2.0));
        });
        let colours = [tokens.quiet, colour];
        if narrow {
            for (i, (text, _)) in labels.iter().enumerate() {
                scene.text(
                    plot.x,
                    body.bottom() + 42.0 + 20.0 * i as f64,
                    text,
                    &Type::small(colours[i.min(1)]).strong(),
                );
            }
            return;
        }
        let wishes: Vec<f64> = labels.iter().map(|l| axis.y(l.1.clamp(axis.low(), axis.high()), &body)).collect();
        for (i, y) in spread(&wishes, 18.0, body.y, body.bottom() - 4.0).unwrap_or_default().into_iter().enumerate() {
            scene.text(body.right() + 8.0, y + 4.5, &labels[i].0, &style.colour(colours[i.min(1)]));
        }
    }
}

impl Pacing {
    /// What stands at the end of the target and of the landing, and at which height.
    fn labels(&self) -> Vec<(String, f64)> {
        let target = self.target.last().map(|t| (format!("target {}", self.unit.write(*t, None)), *t));
        let landing = match (self.landing.last(), self.actual.last()) {
            (Some(e), _) => Some((format!("lands at {}", self.unit.write(e.p50, Some(e.spread()))), e.p50)),
            (None, Some(a)) => Some((format!("so far {}", self.unit.write(*a, None)), *a)),
            _ => None,
        };
        [target, landing].into_iter().flatten().collect()
    }
}
