//! What the planner's form asks. The form is the page's whole state, and it stands in the URL.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::web::Query;

use super::super::scope::Scope;
use super::horizon::Horizon;
use crate::analysis::plan::{Bound, Budget, PlanRequest};
use crate::analysis::summary::Summary;
use crate::analysis::{AnalysisError, Result};

/// Bounds of a slider unless told, percent of today's spend.
pub const USUAL: (f64, f64) = (50.0, 150.0);
/// A most that no curve supports would only mislead.
const MOST: f64 = 500.0;

/// What is to be shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Do {
    /// The best plan within budget, bounds and locks.
    #[default]
    Optimize,
    /// The spends of the form.
    Evaluate,
    /// Today's spends.
    Today,
}

/// The form. Amounts are major units of the currency a [`Horizon`].
#[derive(Debug, Clone, Default)]
pub struct Ask {
    /// The run.
    pub scope: Scope,
    /// What is to be shown.
    pub what: Do,
    /// Money to distribute; today's unless told.
    pub budget: Option<f64>,
    /// Spend by channel.
    pub spend: BTreeMap<String, f64>,
    /// Least and most by channel, percent of today's spend.
    pub bounds: BTreeMap<String, (f64, f64)>,
    /// Channels that stay as they are.
    pub locked: BTreeSet<String>,
    /// A scenario that was just saved.
    pub saved: Option<String>,
    /// Ground of the drawing, for the fragment.
    pub dark: bool,
    /// Width of the drawing in pixels, for the fragment.
    pub width: Option<f64>,
    /// Name to save the plan under, from the form that saves.
    pub name: String,
}

impl Ask {
    /// Reads a query or a form's body.
    ///
    /// # Errors
    /// `Rejected` names the field and what it takes.
    pub fn read(query: &str) -> Result<Ask> {
        let pairs = Query::<Vec<(String, String)>>::from_query(query)
            .map_err(|e| AnalysisError::rejected("query", e.to_string()))?
            .into_inner();
        let mut ask = Ask::default();
        let mut what = None;
        for (key, value) in pairs {
            let value = value.trim().to_owned();
            if value.is_empty() {
                continue;
            }
            let number = |least: f64, most: f64| amount(&key, &value, least, most);
            match key.split_once('.') {
                Some(("spend", channel)) => {
                    ask.spend.insert(channel.to_owned(), number(0.0, 1e12)?);
                }
                Some(("low", channel)) => {
                    ask.bounds.entry(channel.to_owned()).or_insert(USUAL).0 = number(0.0, MOST)?;
                }
                Some(("high", channel)) => {
                    ask.bounds.entry(channel.to_owned()).or_insert(USUAL).1 = number(0.0, MOST)?;
                }
                _ => match key.as_str() {
                    "run" => ask.scope.run = Some(value),
                    "kpi" => ask.scope.kpi = Some(value),
                    "budget" => ask.budget = Some(number(0.01, 1e13)?),
                    "lock" => {
                        ask.locked.insert(value);
                    }
                    "do" => what = Some(meant(&value)?),
                    "saved" => ask.saved = Some(value),
                    "name" => ask.name = value,
                    "theme" => ask.dark = value == "dark",
                    "width" => ask.width = Some(number(240.0, 2400.0)?),
                    other => {
                        return Err(AnalysisError::rejected(
                            other,
                            "is no field of the planner; run, kpi, do, budget, lock, spend.CHANNEL, low.CHANNEL and high.CHANNEL are",
                        ));
                    }
                },
            }
        }
        if let Some((channel, (low, high))) = ask.bounds.iter().find(|(_, (low, high))| low > high) {
            return Err(AnalysisError::rejected(
                format!("high.{channel}"),
                format!("{high} is below the least, {low}"),
            ));
        }
        ask.what = what.unwrap_or(if ask.spend.is_empty() { Do::Optimize } else { Do::Evaluate });
        Ok(ask)
    }

    /// Bounds of a channel, percent of today's spend.
    #[must_use]
    pub fn bound(&self, channel: &str) -> (f64, f64) {
        self.bounds.get(channel).copied().unwrap_or(USUAL)
    }

    /// The same question in the form that the analysis takes: spend over the run's period.
    #[must_use]
    pub fn request(&self, s: &Summary, horizon: &Horizon) -> PlanRequest {
        let spend = match self.what {
            Do::Evaluate => self.spend.iter().map(|(name, amount)| (name.clone(), amount * horizon.times)).collect(),
            Do::Optimize | Do::Today => BTreeMap::new(),
        };
        let bound = |(low, high): (f64, f64)| Bound { low: low / 100.0, high: high / 100.0 };
        PlanRequest {
            run: Some(s.run.clone()),
            budget: self.budget.map_or(Budget::Current, |b| Budget::Amount(b * horizon.times)),
            bounds: bound(USUAL),
            channels: self.bounds.iter().map(|(name, bounds)| (name.clone(), bound(*bounds))).collect(),
            lock: self.locked.iter().cloned().collect(),
            spend,
            ..PlanRequest::default()
        }
    }
}

fn amount(field: &str, text: &str, least: f64, most: f64) -> Result<f64> {
    match text.parse::<f64>() {
        Ok(value) if (least..=most).contains(&value) => Ok(value),
        _ => {
            Err(AnalysisError::rejected(field, format!("`{text}` is not accepted; a number from {least} to {most} is")))
        }
    }
}

fn meant(text: &str) -> Result<Do> {
    match text {
        "optimize" => Ok(Do::Optimize),
        "evaluate" => Ok(Do::Evaluate),
        "today" => Ok(Do::Today),
        other => {
            Err(AnalysisError::rejected("do", format!("`{other}` is not accepted; optimize, evaluate or today is")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_without_spends_asks_for_the_best_plan_and_one_with_them_for_a_judgement() {
        assert_eq!(Ask::read("").map(|a| a.what).ok(), Some(Do::Optimize));
        let ask = Ask::read("spend.paid_search=1200.5&lock=events&high.events=120&budget=").expect("reads");
        assert_eq!(ask.what, Do::Evaluate);
        assert_eq!(ask.spend.get("paid_search"), Some(&1200.5));
        assert!(ask.locked.contains("events") && ask.budget.is_none());
        assert_eq!((ask.bound("events"), ask.bound("tv")), ((50.0, 120.0), USUAL));
    }

    #[test]
    fn a_wrong_field_is_named() {
        for (query, field) in [
            ("spend.tv=-1", "spend.tv"),
            ("spend.tv=lots", "spend.tv"),
            ("budget=0", "budget"),
            ("low.tv=90&high.tv=80", "high.tv"),
            ("do=win", "do"),
            ("colour=red", "colour"),
        ] {
            let wrong = Ask::read(query).expect_err(query).to_string();
            assert!(wrong.contains(field), "{query}: {wrong}");
        }
    }
}
