//! How long journeys are: touches on the path, or days from first touch to outcome.

use crate::axis::ValueAxis;
use crate::estimate::Caption;
use crate::figure::{Figure, Missing};
use crate::findings;
use crate::layout::{Heading, Rect};
use crate::number;
use crate::svg::{Anchor, Mark, Paint, Scene, Type};
use crate::unit::Unit;
use serde::{Deserialize, Serialize};

/// What is counted along the bottom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Length {
    /// Touches on the path.
    Touches,
    /// Days from first touch to outcome.
    Days,
}

/// One bar.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bin {
    /// `1`, `2`, `10+`, `31-60`.
    pub label: String,
    /// How many.
    pub count: f64,
}

/// Histogram of path lengths or time lags.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Histogram {
    /// Title, period, source.
    #[serde(default)]
    pub caption: Caption,
    /// What is counted along the bottom.
    pub length: Length,
    /// Plural noun of what is counted: `won deals`.
    pub noun: String,
    /// The bars, in order.
    pub bins: Vec<Bin>,
    /// Median length, in touches or days.
    #[serde(default)]
    pub median: Option<f64>,
}

impl Figure for Histogram {
    const NAME: &'static str = "histogram";

    fn heading(&self) -> Heading {
        let measure = match self.length {
            Length::Touches => format!("{} by number of touches before them", super::capital(&self.noun)),
            Length::Days => format!("{} by days from the first touch", super::capital(&self.noun)),
        };
        Heading {
            title: self.caption.title_or(|| findings::histogram(self)),
            subtitle: self.caption.subtitle(&measure, ""),
            source: self.caption.source.line(),
        }
    }

    fn description(&self) -> String {
        self.bins.iter().map(|b| format!("{}: {}", b.label, number::count(b.count))).collect::<Vec<_>>().join("; ")
    }

    fn missing(&self) -> Option<Missing> {
        (!self.bins.iter().any(|b| b.count > 0.0)).then(|| {
            Missing::new(
                "No journeys to measure yet",
                "Import touches and outcomes of the same accounts: how long it took appears here.",
            )
        })
    }

    fn draw(&self, scene: &mut Scene, plot: Rect) {
        let tokens = scene.tokens();
        let top = self.bins.iter().map(|b| b.count).filter(|c| c.is_finite()).fold(0.0, f64::max);
        let total: f64 = self.bins.iter().map(|b| b.count).filter(|c| c.is_finite()).sum();
        let axis = ValueAxis::round(0.0, top, 4, &Unit::count(self.noun.as_str()));
        let body = plot.inset(axis.width(), 22.0, 0.0, 40.0);
        axis.draw_left(scene, &body);
        let step = body.width / self.bins.len() as f64;
        let style = Type::small(tokens.quiet).at(Anchor::Middle);
        let widest = self.bins.iter().map(|b| style.width(&b.label)).fold(0.0, f64::max);
        let every = ((widest + 6.0) / step).ceil().max(1.0) as usize;
        for (i, bin) in self.bins.iter().enumerate() {
            let x = body.x + step * i as f64;
            let y = axis.y(bin.count.max(0.0), &body);
            let tip = format!(
                "{} {}: {} ({})",
                bin.label,
                self.word(),
                number::count(bin.count),
                number::percent(bin.count / total, None)
            );
            scene.group(&Mark::value(bin.count, tip), |scene| {
                scene.rect(
                    Rect::edges(x + step * 0.1, y, x + step * 0.9, body.bottom()),
                    Paint::fill(tokens.category(0)).radius(2.0),
                );
            });
            if i % every == 0 {
                scene.name(
                    x + step / 2.0,
                    body.bottom() + 12.0,
                    &bin.label,
                    (step * every as f64 - 4.0).max(widest),
                    1,
                    &style,
                );
            }
        }
        scene.text(body.right(), body.bottom() + 34.0, self.word(), &Type::small(tokens.quiet).at(Anchor::End));
    }
}

impl Histogram {
    /// `touches` or `days`.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self.length {
            Length::Touches => "touches",
            Length::Days => "days",
        }
    }
}
