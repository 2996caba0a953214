//! Cohort heat map: months by age, the estimate hatched where a cohort is not yet mature.

use super::heat::{Cell, Grid};
use crate::estimate::Caption;
use crate::figure::{Figure, Missing};
use crate::findings;
use crate::layout::{Heading, Rect};
use crate::size::Size;
use crate::svg::Scene;
use crate::unit::Unit;
use serde::{Deserialize, Serialize};

/// One cohort.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cohort {
    /// `Jan 2026`.
    pub label: String,
    /// One value an age; `None` where neither known nor estimated.
    pub values: Vec<Option<f64>>,
    /// How many ages, from the first, are fully observed; later ones are estimates.
    pub mature: usize,
}

/// Cohorts by age.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cohorts {
    /// Title, period, source.
    #[serde(default)]
    pub caption: Caption,
    /// What a cell says: `MQLs that became won`.
    pub measure: String,
    /// Unit of the cells.
    pub unit: Unit,
    /// What an age counts: `months since MQL`.
    pub age: String,
    /// Labels of the ages.
    pub ages: Vec<String>,
    /// The cohorts, oldest first.
    pub cohorts: Vec<Cohort>,
}

impl Figure for Cohorts {
    const NAME: &'static str = "cohorts";

    fn heading(&self) -> Heading {
        let estimated = self.cohorts.iter().any(|c| c.values.iter().skip(c.mature).any(Option::is_some));
        Heading {
            title: self.caption.title_or(|| findings::cohorts(self)),
            subtitle: self
                .caption
                .subtitle(&self.measure, if estimated { "hatched: estimated, not yet mature" } else { "" }),
            source: self.caption.source.line(),
        }
    }

    fn description(&self) -> String {
        let last = |c: &Cohort| {
            c.values.iter().take(c.mature).rposition(Option::is_some).and_then(|i| Some((i, c.values[i]?)))
        };
        let row = |c: &Cohort| {
            last(c).map(|(i, v)| {
                format!("{}: {} at {}", c.label, self.unit.write(v, None), self.ages.get(i).map_or("", String::as_str))
            })
        };
        self.cohorts.iter().filter_map(row).collect::<Vec<_>>().join("; ")
    }

    fn missing(&self) -> Option<Missing> {
        let none = self.ages.is_empty() || !self.cohorts.iter().any(|c| c.values.iter().any(Option::is_some));
        none.then(|| {
            Missing::new(
                "No cohorts to show yet",
                "Import stage events over several months: how each month's leads went on appears here.",
            )
        })
    }

    fn natural_height(&self, width: f64) -> f64 {
        let narrow = Size::new(width, 400.0).is_narrow();
        (self.cohorts.len() as f64 * 26.0 + if narrow { 190.0 } else { 150.0 }).max(if narrow { 380.0 } else { 340.0 })
    }

    fn draw(&self, scene: &mut Scene, plot: Rect) {
        let values = || self.cohorts.iter().flat_map(|c| c.values.iter().flatten().copied()).filter(|v| v.is_finite());
        let (low, high) = (values().fold(0.0, f64::min), values().fold(f64::MIN_POSITIVE, f64::max));
        let cell = |c: &Cohort, i: usize, v: f64| {
            let (text, age) = (self.unit.write(v, None), self.ages.get(i).map_or("", String::as_str));
            let hatched = i >= c.mature;
            let tip = format!("{}, {age} {}: {text}{}", c.label, self.age, if hatched { ", estimated" } else { "" });
            Cell { shade: (v - low) / (high - low), text: short(&self.unit, v), value: v, tip, hatched }
        };
        let grid = Grid {
            rows: self.cohorts.iter().map(|c| c.label.clone()).collect(),
            columns: self.ages.clone(),
            cells: self
                .cohorts
                .iter()
                .map(|c| {
                    c.values
                        .iter()
                        .enumerate()
                        .map(|(i, v)| v.filter(|v| v.is_finite()).map(|v| cell(c, i, v)))
                        .collect()
                })
                .collect(),
            head: self.age.clone(),
        };
        grid.draw(scene, plot);
    }
}

/// A number short enough for a cell: the unit is in the subtitle.
fn short(unit: &Unit, value: f64) -> String {
    match unit {
        Unit::Share => crate::number::percent(value, None),
        Unit::Ratio => crate::number::plain_ratio(value, None),
        Unit::Count { .. } => crate::number::count(value),
        _ => crate::number::amount(value, None),
    }
}
