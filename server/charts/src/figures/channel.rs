//! What one channel brought over time, with its interval, and what was spent on it beside that.

use crate::axis::{TimeAxis, ValueAxis};
use crate::estimate::{Caption, Estimate};
use crate::figure::{Figure, Missing};
use crate::findings;
use crate::layout::{Heading, Rect, spread};
use crate::svg::{Mark, Paint, Path, Scene, Type};
use crate::unit::Unit;
use serde::{Deserialize, Serialize};
use tandem_models::domain::period::Day;

/// One channel over time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChannelPast {
    /// Title, period, source.
    #[serde(default)]
    pub caption: Caption,
    /// Channel name as shown.
    pub channel: String,
    /// Position in the store's channel order; gives its colour.
    pub color: usize,
    /// Unit of the contribution.
    pub unit: Unit,
    /// What the outcome is called in a sentence: `revenue`.
    pub outcome: String,
    /// First day of each period, ascending.
    pub dates: Vec<Day>,
    /// Contribution, one a date: the mean in the middle, because means add up, and its 90% interval.
    pub values: Vec<Estimate>,
    /// Spend, one a date, where it is counted in the same unit; empty otherwise.
    pub spend: Vec<f64>,
    /// Contribution over all dates.
    pub total: Estimate,
    /// Its share of the modelled outcome.
    pub share: f64,
}

impl Figure for ChannelPast {
    const NAME: &'static str = "channel";

    fn heading(&self) -> Heading {
        let unit = if self.unit.word().is_empty() {
            String::new()
        } else {
            format!(", {} a {}", self.unit.word(), crate::date::step_name(&self.dates))
        };
        let what = if self.spend.is_empty() { "" } else { " and spend" };
        let measure = format!("Contribution of {}{what}{unit}", self.channel);
        Heading {
            title: self.caption.title_or(|| findings::channel(self)),
            subtitle: self.caption.subtitle(&measure, "means with 90% interval"),
            source: self.caption.source.line(),
        }
    }

    fn description(&self) -> String {
        let spent = match self.spend.iter().sum::<f64>() {
            _ if self.spend.is_empty() => String::new(),
            sum => format!("; spend {}", self.unit.write(sum, None)),
        };
        let e = &self.total;
        format!(
            "{} periods; contribution {} (90%: {}){spent}",
            self.dates.len(),
            self.unit.write(e.p50, Some(e.spread())),
            self.unit.range(e.p05, e.p95)
        )
    }

    fn missing(&self) -> Option<Missing> {
        (self.dates.len() < 2 || self.values.len() != self.dates.len()).then(|| {
            Missing::new(
                "No contribution to show yet",
                "Fit a model: what the channel brought appears here, week by week.",
            )
        })
    }

    fn draw(&self, scene: &mut Scene, plot: Rect) {
        let tokens = scene.tokens();
        let narrow = scene.size().is_narrow();
        let colour = tokens.category(self.color);
        let all = self.values.iter().flat_map(|e| [e.p05, e.p95]).chain(self.spend.iter().copied());
        let (low, high) = all.filter(|v| v.is_finite()).fold((0.0f64, 0.0f64), |(a, b), v| (a.min(v), b.max(v)));
        let axis = ValueAxis::round(low, high, 4, &self.unit);
        let style = Type::label(tokens.text);
        let column = if narrow { 0.0 } else { style.width("contribution") + 14.0 };
        let body = plot.inset(axis.width(), 30.0, column, 26.0);
        let time = TimeAxis::over(&self.dates);
        axis.draw_left(scene, &body);
        time.draw_bottom(scene, &body);
        let at = |day: &Day, v: f64| (time.x(*day, &body), axis.y(v, &body));
        let line =
            |f: fn(&Estimate) -> f64| self.dates.iter().zip(&self.values).map(|(d, e)| at(d, f(e))).collect::<Vec<_>>();
        let middle = line(|e| e.p50);
        scene.group(
            &Mark { channel: Some(self.channel.clone()), value: Some(self.total.p50), tip: self.description() },
            |scene| {
                scene.path(&Path::band(&line(|e| e.p95), &line(|e| e.p05)), Paint::fill(colour).opacity(0.2));
                scene.path(&Path::line(&middle), Paint::stroke(colour, 2.0).round());
            },
        );
        let spent: Vec<(f64, f64)> = self.dates.iter().zip(&self.spend).map(|(d, v)| at(d, *v)).collect();
        scene.path(&Path::line(&spent), Paint::stroke(tokens.text, 1.2).round());
        let mut ends = vec![("contribution", middle.last().copied(), colour)];
        if !spent.is_empty() {
            ends.push(("spend", spent.last().copied(), tokens.text));
        }
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
        let places = spread(&wishes, 16.0, body.y, body.bottom()).unwrap_or_default();
        for ((name, _, colour), y) in ends.iter().zip(places) {
            scene.text(body.right() + 8.0, y + 4.0, name, &Type::label(colour).strong());
        }
    }
}
