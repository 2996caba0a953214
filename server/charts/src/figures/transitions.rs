//! Transition matrix of a Markov attribution model: from row to column.

use super::heat::{Cell, Grid};
use crate::estimate::Caption;
use crate::figure::{Figure, Missing};
use crate::findings;
use crate::layout::{Heading, Rect};
use crate::number;
use crate::size::Size;
use crate::svg::Scene;
use serde::{Deserialize, Serialize};

/// Probabilities of going from one touch to the next.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Transitions {
    /// Title, period, source.
    #[serde(default)]
    pub caption: Caption,
    /// Names of the rows: `Start` and the channels.
    pub from: Vec<String>,
    /// Names of the columns: the channels, `Converted` and `Left`.
    pub to: Vec<String>,
    /// One row a `from`, one probability 0..=1 a `to`; rows sum to 1.
    pub probabilities: Vec<Vec<f64>>,
    /// The column that stands for conversion.
    #[serde(default)]
    pub converted: Option<usize>,
}

impl Figure for Transitions {
    const NAME: &'static str = "transitions";

    fn heading(&self) -> Heading {
        Heading {
            title: self.caption.title_or(|| findings::transitions(self)),
            subtitle: self
                .caption
                .subtitle("Probability that the touch in the column comes next after the one in the row, %", ""),
            source: self.caption.source.line(),
        }
    }

    fn description(&self) -> String {
        let row = |(name, row): (&String, &Vec<f64>)| {
            let top = row.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1))?;
            Some(format!("after {name} most often {} ({})", self.to.get(top.0)?, number::percent(*top.1, None)))
        };
        self.from.iter().zip(&self.probabilities).filter_map(row).collect::<Vec<_>>().join("; ")
    }

    fn missing(&self) -> Option<Missing> {
        (self.probabilities.is_empty() || self.to.is_empty()).then(|| {
            Missing::new(
                "No journeys to follow yet",
                "Import touches of accounts: which touch follows which appears here.",
            )
        })
    }

    fn natural_height(&self, width: f64) -> f64 {
        let narrow = Size::new(width, 400.0).is_narrow();
        (self.from.len() as f64 * 30.0 + if narrow { 190.0 } else { 150.0 }).max(360.0)
    }

    fn draw(&self, scene: &mut Scene, plot: Rect) {
        let top =
            self.probabilities.iter().flatten().copied().filter(|p| p.is_finite()).fold(f64::MIN_POSITIVE, f64::max);
        let cell = |from: &str, j: usize, p: f64| {
            let to = self.to.get(j).map_or("", String::as_str);
            let text = if p > 0.0 { number::percent(p, Some(0.02)) } else { String::new() };
            Cell {
                shade: (p / top).sqrt(),
                text,
                value: p,
                tip: format!("{from} to {to}: {}", number::percent(p, None)),
                hatched: false,
            }
        };
        let line = |(from, row): (&String, &Vec<f64>)| {
            row.iter().enumerate().map(|(j, p)| p.is_finite().then(|| cell(from, j, *p))).collect()
        };
        let grid = Grid {
            rows: self.from.clone(),
            columns: self.to.clone(),
            cells: self.from.iter().zip(&self.probabilities).map(line).collect(),
            head: String::new(),
        };
        grid.draw(scene, plot);
    }
}
