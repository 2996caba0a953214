//! Funnel: widths to scale, rate with its interval and median days between stages.

use crate::estimate::Caption;
use crate::figure::{Figure, Missing};
use crate::findings;
use crate::layout::{Heading, Rect};
use crate::number;
use crate::size::Size;
use crate::svg::{Anchor, Mark, Paint, Path, Scene, Type};
use crate::text::{clean, shorten};
use crate::unit::Unit;
use serde::{Deserialize, Serialize};

/// One stage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stage {
    /// `MQL`.
    pub name: String,
    /// How many entered it.
    pub count: f64,
}

/// The way from one stage to the next.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Share that goes on, 0..=1; cohort-based, so not always the ratio of the counts.
    pub rate: f64,
    /// 90% interval of the rate.
    #[serde(default)]
    pub interval: Option<(f64, f64)>,
    /// Median days from stage to stage.
    #[serde(default)]
    pub median_days: Option<f64>,
}

/// Funnel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Funnel {
    /// Title, period, source.
    #[serde(default)]
    pub caption: Caption,
    /// Plural noun of what moves: `leads`, `accounts`.
    pub noun: String,
    /// The stages, first to last.
    pub stages: Vec<Stage>,
    /// Between the stages, one fewer; missing ones are the ratios of the counts.
    #[serde(default)]
    pub steps: Vec<Step>,
}

impl Funnel {
    /// The step after stage `i`, from the data or from the counts.
    #[must_use]
    pub fn step(&self, i: usize) -> Option<Step> {
        let (from, to) = (self.stages.get(i)?, self.stages.get(i + 1)?);
        let ratio = if from.count > 0.0 { to.count / from.count } else { 0.0 };
        Some(self.steps.get(i).copied().filter(|s| s.rate.is_finite()).unwrap_or(Step {
            rate: ratio,
            interval: None,
            median_days: None,
        }))
    }

    fn rate_words(step: &Step) -> String {
        let spread = step.interval.map(|(a, b)| b - a);
        let rate = number::percent(step.rate, spread);
        step.interval.map_or(rate.clone(), |(a, b)| format!("{rate} ({})", Unit::Share.range(a, b)))
    }

    fn days_words(days: f64) -> String {
        match number::fixed(days, if days < 9.95 && days.fract() > 0.05 { 1 } else { 0 }).as_str() {
            "1" => "1 day".to_owned(),
            n => format!("{n} days"),
        }
    }
}

impl Figure for Funnel {
    const NAME: &'static str = "funnel";

    fn heading(&self) -> Heading {
        let with = self.steps.iter().any(|s| s.interval.is_some());
        Heading {
            title: self.caption.title_or(|| findings::funnel(self)),
            subtitle: self.caption.subtitle(
                &format!(
                    "{} by stage, widths to scale; rate and median days to the next stage",
                    super::capital(&self.noun)
                ),
                if with { "90% intervals" } else { "" },
            ),
            source: self.caption.source.line(),
        }
    }

    fn description(&self) -> String {
        let stage = |(i, s): (usize, &Stage)| {
            let on = self.step(i).map(|step| format!(", {} go on", Self::rate_words(&step))).unwrap_or_default();
            format!("{}: {}{on}", s.name, number::count(s.count))
        };
        self.stages.iter().enumerate().map(stage).collect::<Vec<_>>().join("; ")
    }

    fn missing(&self) -> Option<Missing> {
        (self.stages.len() < 2 || self.stages.iter().all(|s| s.count.is_nan() || s.count <= 0.0)).then(|| {
            Missing::new("No one has entered the funnel yet", "Import stage events (contact or account, stage, time): counts, rates and days between stages appear here.")
        })
    }

    fn natural_height(&self, width: f64) -> f64 {
        let narrow = Size::new(width, 400.0).is_narrow();
        (self.stages.len() as f64 * 54.0 + if narrow { 150.0 } else { 110.0 }).max(if narrow { 420.0 } else { 380.0 })
    }

    fn draw(&self, scene: &mut Scene, plot: Rect) {
        let tokens = scene.tokens();
        let narrow = scene.size().is_narrow();
        let n = self.stages.len();
        let label = Type::label(tokens.text);
        let pitch = (plot.height / n as f64).min(62.0);
        let bar = (pitch * 0.46).clamp(6.0, 26.0);
        let names: Vec<String> = self.stages.iter().map(|s| clean(&s.name)).collect();
        let left = names.iter().map(|s| label.strong().width(s)).fold(0.0, f64::max).min(plot.width * 0.26) + 12.0;
        let column = self.stages.iter().map(|s| label.width(&number::count(s.count))).fold(0.0, f64::max) + 12.0;
        let notes = if narrow { 0.0 } else { plot.width * 0.3 };
        let body = plot.inset(left + column, 0.0, notes, 0.0);
        let centre = body.x + body.width / 2.0;
        let top = self.stages.iter().map(|s| s.count).fold(0.0, f64::max);
        let half = |count: f64| (count.max(0.0) / top * body.width / 2.0).max(0.75);
        let colour = tokens.category(0);
        for (i, stage) in self.stages.iter().enumerate() {
            let y = plot.y + pitch * i as f64 + bar / 2.0 + 4.0;
            let h = half(stage.count);
            let next = self.step(i).zip(self.stages.get(i + 1));
            if let Some((step, to)) = next {
                let below = y + pitch - bar / 2.0;
                let k = half(to.count);
                let sides = Path::line(&[
                    (centre - h, y + bar / 2.0),
                    (centre + h, y + bar / 2.0),
                    (centre + k, below),
                    (centre - k, below),
                ])
                .closed();
                scene.path(&sides, Paint::fill(colour).opacity(0.16));
                Self::draw_step(scene, &step, &body, plot, y + pitch / 2.0 + 4.0, (h + k) / 2.0);
            }
            let tip = format!("{}: {} {}", stage.name, number::count(stage.count), self.noun);
            scene.group(&Mark::channel(&stage.name, stage.count, tip), |scene| {
                scene.rect(
                    Rect::edges(centre - h, y - bar / 2.0, centre + h, y + bar / 2.0),
                    Paint::fill(colour).radius(2.0),
                );
                let shown = shorten(&names[i], label.size, label.strong().weight, left - 12.0);
                let whole = (shown != names[i]).then_some(names[i].as_str());
                scene.text_of(plot.x, y + 4.5, &shown, whole, &label.strong());
                scene.text(plot.x + left + column - 12.0, y + 4.5, &number::count(stage.count), &label.at(Anchor::End));
            });
        }
    }
}

impl Funnel {
    /// Rate and days of one step at height `y`, where the funnel is `half` wide to each side.
    fn draw_step(scene: &mut Scene, step: &Step, body: &Rect, plot: Rect, y: f64, half: f64) {
        let (tokens, narrow) = (scene.tokens(), scene.size().is_narrow());
        let (strong, small) = (Type::small(tokens.text).strong(), Type::small(tokens.quiet));
        let rate = Self::rate_words(step);
        let days = step.median_days.filter(|d| d.is_finite()).map(Self::days_words);
        if narrow {
            // Beside the names, where the bars are not.
            let text = days.map_or(rate.clone(), |d| format!("{rate}, {d}"));
            let shown = shorten(&text, strong.size, strong.weight, plot.width);
            scene.text(plot.x, y + 4.0, &shown, &small);
            return;
        }
        let x = body.right() + 16.0;
        let from = (body.x + body.width / 2.0 + half + 4.0).min(body.right());
        scene.line((from, y), (x - 6.0, y), Paint::stroke(tokens.axis, 0.8).dash("2 3"));
        let used = scene.text(x, y + 4.0, &rate, &strong);
        if let Some(days) = days {
            let words = format!("in {days}");
            if used + 14.0 + small.width(&words) <= plot.right() - x {
                scene.text(x + used + 8.0, y + 4.0, &words, &small);
            } else {
                scene.text(x, y + 18.0, &words, &small);
            }
        }
    }
}
