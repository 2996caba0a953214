//! What changed: from the last period (or the plan) to this one, largest cause first, the rest grouped.

use super::rows::{Rows, comfortable};
use crate::axis::ValueAxis;
use crate::estimate::Caption;
use crate::figure::{Figure, Missing};
use crate::findings;
use crate::layout::{Heading, Rect};
use crate::size::Size;
use crate::svg::{Anchor, Mark, Paint, Path, Scene, Type, shape};
use crate::unit::Unit;
use serde::{Deserialize, Serialize};

/// A total at one end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Total {
    /// `Plan`, `Q3 2026`.
    pub label: String,
    /// In the unit of the figure.
    pub value: f64,
}

/// One cause of the change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cause {
    /// `MQL to SQL`.
    pub label: String,
    /// Its part of the change, signed.
    pub value: f64,
    /// 90% interval of that part.
    #[serde(default)]
    pub interval: Option<(f64, f64)>,
    /// The cause as a clause for the title: `fewer MQLs became SQLs`.
    #[serde(default)]
    pub because: Option<String>,
}

/// What the change is measured from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Against {
    /// An earlier period.
    #[default]
    Period,
    /// A plan or target.
    Plan,
}

/// What changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Waterfall {
    /// Title, period, source.
    #[serde(default)]
    pub caption: Caption,
    /// Unit of all values.
    pub unit: Unit,
    /// What changed: `Won revenue`.
    pub outcome: String,
    /// What the change is measured from.
    #[serde(default)]
    pub against: Against,
    /// Where it started.
    pub from: Total,
    /// Where it ended.
    pub to: Total,
    /// The causes, in any order; what they leave of the change is shown as "Not explained".
    pub causes: Vec<Cause>,
    /// How many causes stand alone before the rest is grouped.
    #[serde(default = "seven")]
    pub most: usize,
}

fn seven() -> usize {
    7
}

impl Waterfall {
    /// The change as a whole.
    #[must_use]
    pub fn change(&self) -> f64 {
        self.to.value - self.from.value
    }

    /// The causes as drawn: largest first, the rest grouped, then what is not explained.
    #[must_use]
    pub fn steps(&self) -> Vec<Cause> {
        let mut causes: Vec<Cause> = self.causes.iter().filter(|c| c.value.is_finite()).cloned().collect();
        causes.sort_by(|a, b| b.value.abs().total_cmp(&a.value.abs()));
        let plain = |label: String, value: f64| Cause { label, value, interval: None, because: None };
        if causes.len() > self.most.max(1) + 1 {
            let rest = causes.split_off(self.most.max(1));
            causes.push(plain(format!("{} smaller causes", rest.len()), rest.iter().map(|c| c.value).sum()));
        }
        let left = self.change() - causes.iter().map(|c| c.value).sum::<f64>();
        if left.abs() > 1e-6 * (self.from.value.abs() + self.to.value.abs()) {
            causes.push(plain("Not explained".into(), left));
        }
        causes
    }
}

impl Figure for Waterfall {
    const NAME: &'static str = "waterfall";

    fn heading(&self) -> Heading {
        let measure = format!("{}: {} against {}, by cause", self.outcome, self.from.label, self.to.label);
        let with = self.causes.iter().any(|c| c.interval.is_some());
        Heading {
            title: self.caption.title_or(|| findings::waterfall(self)),
            subtitle: self.caption.subtitle(&measure, if with { "90% intervals" } else { "" }),
            source: self.caption.source.line(),
        }
    }

    fn description(&self) -> String {
        let steps: Vec<_> =
            self.steps().iter().map(|c| format!("{} {}", c.label, self.unit.signed(c.value, None))).collect();
        let end = |t: &Total| format!("{} {}", t.label, self.unit.write(t.value, None));
        format!("{}; {}; {}", end(&self.from), steps.join("; "), end(&self.to))
    }

    fn missing(&self) -> Option<Missing> {
        (self.causes.is_empty() || !self.from.value.is_finite() || !self.to.value.is_finite()).then(|| {
            Missing::new(
                "Nothing to compare yet",
                "Import a second period, or a plan for this one: what drove the change appears here.",
            )
        })
    }

    fn natural_height(&self, width: f64) -> f64 {
        let narrow = Size::new(width, 400.0).is_narrow();
        comfortable(self.steps().len() + 2, if narrow { 36.0 } else { 30.0 }, 140.0, if narrow { 400.0 } else { 360.0 })
    }

    fn draw(&self, scene: &mut Scene, plot: Rect) {
        let tokens = scene.tokens();
        let steps = self.steps();
        let names: Vec<&str> = std::iter::once(self.from.label.as_str())
            .chain(steps.iter().map(|s| s.label.as_str()))
            .chain(std::iter::once(self.to.label.as_str()))
            .collect();
        let rows = Rows::lay(plot.inset(0.0, 4.0, 0.0, 0.0), &names, 4.0, scene.size().is_narrow());
        let value = Type::label(tokens.text).at(Anchor::End);
        let words: Vec<String> = std::iter::once(self.unit.write(self.from.value, None))
            .chain(steps.iter().map(|s| self.unit.signed(s.value, s.interval.map(|(a, b)| b - a))))
            .chain(std::iter::once(self.unit.write(self.to.value, None)))
            .collect();
        let column = words.iter().map(|w| value.width(w)).fold(0.0, f64::max) + 30.0;
        let body = rows.body.inset(0.0, 0.0, column, 0.0);
        let (axis, broken) = self.axis(&steps);
        if !broken {
            let x = axis.x(0.0, &body);
            scene.line((x, body.y), (x, body.bottom()), Paint::stroke(tokens.axis, 1.0));
        }
        let bar = (rows.pitch * 0.62).min(22.0);
        let mut reached = self.from.value;
        for (i, name) in names.iter().enumerate().take(rows.shown) {
            let y = rows.middle(i);
            let cause = i.checked_sub(1).and_then(|k| steps.get(k));
            let (start, end) = match cause {
                Some(cause) => (reached, reached + cause.value),
                None => (if broken { axis.low() } else { 0.0 }, if i == 0 { self.from.value } else { self.to.value }),
            };
            let (a, b) = (axis.x(start, &body), axis.x(end, &body));
            let colour = match cause.map(|c| c.value) {
                None => tokens.axis,
                Some(v) if v >= 0.0 => tokens.better,
                Some(_) => tokens.worse,
            };
            let number = cause.map_or(end, |c| c.value);
            scene.group(&Mark::channel(name, number, format!("{name}: {}", words[i])), |scene| {
                rows.name(scene, i, name);
                scene.rect(
                    Rect::edges(a.min(b), y - bar / 2.0, a.max(b).max(a.min(b) + 1.5), y + bar / 2.0),
                    Paint::fill(colour).radius(2.0),
                );
                if cause.is_none() && broken {
                    let x = a + 14.0;
                    let cut =
                        Path::line(&[(x, y + bar / 2.0 + 2.0), (x + 4.0, y), (x, y), (x + 4.0, y - bar / 2.0 - 2.0)]);
                    scene.path(&cut, Paint::stroke(tokens.card, 3.0));
                }
                if let Some((low, high)) = cause.and_then(|c| c.interval) {
                    let at = |v: f64| axis.x(start + v, &body).clamp(body.x, body.right());
                    shape::whisker(scene, (at(low), at(high)), y, (a, b));
                }
                if let Some(cause) = cause {
                    shape::change(scene, plot.right() - value.width(&words[i]) - 12.0, y, cause.value);
                }
                let style = if cause.is_none() { value.strong() } else { value };
                scene.text(plot.right(), y + 4.5, &words[i], &style);
            });
            if i + 1 < rows.shown {
                let x = axis.x(if cause.is_some() { end } else { self.from.value }, &body);
                scene.line((x, y + bar / 2.0), (x, rows.middle(i + 1) - bar / 2.0), Paint::stroke(tokens.axis, 0.8));
            }
            reached = if cause.is_some() { end } else { reached };
        }
        if broken && rows.shown == names.len() {
            let text = format!("bars of totals are cut: the axis starts at {}", self.unit.write(axis.low(), None));
            let style = Type::small(tokens.quiet);
            if body.bottom() + 16.0 <= plot.bottom() + 6.0 {
                scene.name(plot.x, body.bottom() + 8.0, &text, plot.width, 1, &style);
            }
        }
    }
}

impl Waterfall {
    /// The axis, and whether it leaves zero out because the causes would be too small to see.
    fn axis(&self, steps: &[Cause]) -> (ValueAxis, bool) {
        let mut reached = self.from.value;
        let mut ends = vec![self.from.value, self.to.value];
        for step in steps {
            let (low, high) = step.interval.unwrap_or((step.value, step.value));
            ends.extend([reached + low, reached + high, reached + step.value]);
            reached += step.value;
        }
        let low = ends.iter().copied().fold(f64::INFINITY, f64::min);
        let high = ends.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let broken = low > 0.0 && (high - low) < 0.35 * high;
        let floor = if broken { (low - 0.35 * (high - low)).max(0.0) } else { low.min(0.0) };
        let axis = ValueAxis::exact(floor, high.max(floor + f64::EPSILON), 5, &self.unit);
        (axis, broken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_steps_add_up_to_the_change_and_the_rest_is_grouped() {
        let cause = |i: i32| Cause { label: format!("c{i}"), value: f64::from(i), interval: None, because: None };
        let total = |value| Total { label: "t".into(), value };
        let w = Waterfall {
            caption: Caption::default(),
            unit: Unit::Plain,
            outcome: "x".into(),
            against: Against::Period,
            from: total(100.0),
            to: total(160.0),
            causes: (1..=10).map(cause).collect(),
            most: 4,
        };
        let steps = w.steps();
        assert_eq!(
            steps.iter().map(|s| s.label.as_str()).collect::<Vec<_>>(),
            ["c10", "c9", "c8", "c7", "6 smaller causes", "Not explained"]
        );
        assert!((steps.iter().map(|s| s.value).sum::<f64>() - w.change()).abs() < 1e-9);
    }
}
