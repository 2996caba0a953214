//! Fitted against actual, with what was held out.

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

/// Fitted against actual.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fit {
    /// Title, period, source.
    #[serde(default)]
    pub caption: Caption,
    /// Unit of the outcome.
    pub unit: Unit,
    /// What the outcome is called: `revenue`.
    pub outcome: String,
    /// First day of each period, ascending.
    pub dates: Vec<Day>,
    /// What happened, one a date.
    pub actual: Vec<Option<f64>>,
    /// What the model says, with its predictive interval, one a date.
    pub fitted: Vec<Estimate>,
    /// From this day on the model had not seen the outcome.
    #[serde(default)]
    pub holdout_from: Option<Day>,
    /// Share of variance explained in the part that was fitted.
    #[serde(default)]
    pub r2: Option<f64>,
    /// Mean absolute percentage error in the part that was fitted, as a share.
    #[serde(default)]
    pub mape: Option<f64>,
    /// The same in the part held out.
    #[serde(default)]
    pub holdout_mape: Option<f64>,
}

impl Fit {
    /// Share of actual values inside the 90% interval, of all and of the held-out part; `None` without values.
    #[must_use]
    pub fn coverage(&self) -> (Option<f64>, Option<f64>) {
        let inside = |keep: &dyn Fn(Day) -> bool| {
            let pairs: Vec<bool> = self
                .dates
                .iter()
                .zip(&self.actual)
                .zip(&self.fitted)
                .filter(|((d, _), _)| keep(**d))
                .filter_map(|((_, a), e)| a.map(|a| a >= e.p05 && a <= e.p95))
                .collect();
            (!pairs.is_empty()).then(|| pairs.iter().filter(|p| **p).count() as f64 / pairs.len() as f64)
        };
        (inside(&|_| true), self.holdout_from.and_then(|h| inside(&|d| d >= h)))
    }

    /// How many periods were held out.
    #[must_use]
    pub fn held_out(&self) -> usize {
        self.holdout_from.map_or(0, |h| self.dates.iter().filter(|d| **d >= h).count())
    }
}

impl Figure for Fit {
    const NAME: &'static str = "fit";

    fn heading(&self) -> Heading {
        let numbers = [
            self.r2.map(|v| format!("R² {}", number::fixed(v, 2))),
            self.mape.map(|v| format!("MAPE {}", number::percent(v, None))),
            self.holdout_mape.map(|v| format!("held out {}", number::percent(v, None))),
        ];
        let numbers = numbers.into_iter().flatten().collect::<Vec<_>>().join(", ");
        let end = if numbers.is_empty() {
            "90% predictive interval".to_owned()
        } else {
            format!("90% predictive interval · {numbers}")
        };
        let unit = if self.unit.word().is_empty() {
            String::new()
        } else {
            format!(", {} a {}", self.unit.word(), crate::date::step_name(&self.dates))
        };
        Heading {
            title: self.caption.title_or(|| findings::fit(self)),
            subtitle: self.caption.subtitle(&format!("Fitted and actual {}{unit}", self.outcome), &end),
            source: self.caption.source.line(),
        }
    }

    fn description(&self) -> String {
        let (all, held) = self.coverage();
        let part = |name: &str, v: Option<f64>| {
            v.map(|v| format!("{} of {name} inside the 90% interval", number::round_percent(v)))
        };
        [Some(format!("{} periods", self.dates.len())), part("periods", all), part("held-out periods", held)]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join("; ")
    }

    fn missing(&self) -> Option<Missing> {
        (self.dates.len() < 2 || self.fitted.len() != self.dates.len()).then(|| {
            Missing::new("No fit to show yet", "Fit a model: what it says and what happened appear here, week by week.")
        })
    }

    fn draw(&self, scene: &mut Scene, plot: Rect) {
        let tokens = scene.tokens();
        let narrow = scene.size().is_narrow();
        let colour = tokens.category(0);
        let values = || {
            self.fitted
                .iter()
                .flat_map(|e| [e.p05, e.p95])
                .chain(self.actual.iter().flatten().copied())
                .filter(|v| v.is_finite())
        };
        let (low, high) = (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
        // A level far above zero may leave it out: these are lines, not areas.
        let low = if low > 0.0 && low > 0.5 * high { low - 0.1 * (high - low) } else { low.min(0.0) };
        let axis = ValueAxis::round(low, high, 4, &self.unit);
        let style = Type::label(tokens.text);
        let column = if narrow { 0.0 } else { style.width("actual").max(style.width("fitted")) + 14.0 };
        let body = plot.inset(axis.width(), 30.0, column, 26.0);
        let time = TimeAxis::over(&self.dates);
        self.draw_holdout(scene, &time, &body);
        axis.draw_left(scene, &body);
        time.draw_bottom(scene, &body);
        let line = |f: fn(&Estimate) -> f64| {
            self.dates
                .iter()
                .zip(&self.fitted)
                .map(|(d, e)| (time.x(*d, &body), axis.y(f(e), &body)))
                .collect::<Vec<_>>()
        };
        let (all, _) = self.coverage();
        let median = line(|e| e.p50);
        scene.group(&Mark { channel: Some("fitted".into()), value: all, tip: self.description() }, |scene| {
            scene.path(&Path::band(&line(|e| e.p95), &line(|e| e.p05)), Paint::fill(colour).opacity(0.2));
            scene.path(&Path::line(&median), Paint::stroke(colour, 2.0).round());
        });
        let mut parts: Vec<Vec<(f64, f64)>> = vec![Vec::new()];
        for (day, value) in self.dates.iter().zip(&self.actual) {
            match value.filter(|v| v.is_finite()) {
                Some(v) => {
                    parts[..].last_mut().into_iter().for_each(|p| p.push((time.x(*day, &body), axis.y(v, &body))))
                }
                None => parts.push(Vec::new()),
            }
        }
        let last = parts.iter().flatten().last().copied();
        let dots = self.dates.len() as f64 * 5.0 < body.width;
        for part in &parts {
            scene.path(&Path::line(part), Paint::stroke(tokens.text, 1.2).round());
            if dots || part.len() == 1 {
                part.iter().for_each(|p| scene.circle(*p, 1.8, Paint::fill(tokens.text)));
            }
        }
        let ends = [("actual", last, tokens.text), ("fitted", median.last().copied(), colour)];
        if narrow {
            let mut x = body.right();
            for (name, _, colour) in ends {
                x -= Type::small(colour).strong().width(name);
                scene.text(x, body.y - 10.0, name, &Type::small(colour).strong());
                scene.line((x - 18.0, body.y - 14.0), (x - 4.0, body.y - 14.0), Paint::stroke(colour, 2.0));
                x -= 30.0;
            }
            return;
        }
        let wishes: Vec<f64> = ends.iter().map(|e| e.1.map_or(body.y, |p| p.1)).collect();
        for ((name, _, colour), y) in ends.iter().zip(spread(&wishes, 16.0, body.y, body.bottom()).unwrap_or_default())
        {
            scene.text(body.right() + 8.0, y + 4.0, name, &Type::label(colour).strong());
        }
    }
}

impl Fit {
    fn draw_holdout(&self, scene: &mut Scene, time: &TimeAxis, body: &Rect) {
        let Some(from) = self.holdout_from.filter(|_| self.held_out() > 0) else { return };
        let tokens = scene.tokens();
        let x = time.x(from, body).clamp(body.x, body.right());
        scene.rect(Rect::edges(x, body.y, body.right(), body.bottom()), Paint::fill(tokens.grid).opacity(0.7));
        scene.line((x, body.y), (x, body.bottom()), Paint::stroke(tokens.axis, 1.0).dash("4 3"));
        let style = Type::small(tokens.quiet);
        let room = body.right() - x;
        if scene.size().is_narrow() {
            if style.width("held out") + 4.0 <= room {
                scene.text(x + 4.0, body.bottom() - 6.0, "held out", &style);
            }
            return;
        }
        let words = ["held out: the model had not seen it", "held out"];
        let text = words.into_iter().find(|w| style.width(w) <= room).unwrap_or(words[1]);
        let left = x.min(body.right() - style.width(text));
        scene.text(left, body.y - 8.0, text, &style);
    }
}
