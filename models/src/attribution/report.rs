//! Several models over the same journeys or the same path table, side by side, in one pass.

use serde::{Deserialize, Serialize};

use super::credit::Credit;
use super::data_driven::{DataDriven, DataSums, Findings};
use super::hazard::Hazard;
use super::kind::{ModelKind, Needs};
use super::ledger::Ledger;
use super::markov::counts::MarkovError;
use super::markov::order::OrderScore;
use super::markov::{Edge, MAX_CHANNELS};
use super::path_table::PathTable;
use super::paths::Path;
use super::policy::{Eligible, Filter};
use super::rules::Rule;
use super::settings::{Settings, SettingsError};
use super::shapley::PositionCredit;
use super::{intervals, paths::Paths};
use crate::domain::journey::{Journey, JourneySink, Outcome};

/// Most channels the additive hazard takes.
const MAX_HAZARD_CHANNELS: usize = 200;

/// Why a report cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AttributionError {
    /// A setting out of range.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The Markov chain refuses.
    #[error(transparent)]
    Markov(#[from] MarkovError),
    /// No model was asked for.
    #[error("no attribution model was named; choose one or more of {}", ModelKind::ALL.map(ModelKind::id).join(", "))]
    NoModel,
    /// A path table lacks what the model reads.
    #[error(
        "`{model}` needs {what}, which a path table does not hold; use it on journeys, or choose a model by order such as linear or markov"
    )]
    Needs {
        /// The model.
        model: ModelKind,
        /// What it needs.
        what: &'static str,
    },
    /// Too many channels for the hazard model.
    #[error(
        "{channels} channels are more than the {MAX_HAZARD_CHANNELS} the hazard model is fitted for; group small channels first"
    )]
    HazardChannels {
        /// Found.
        channels: usize,
    },
    /// A journey named a channel that was not announced.
    #[error("a journey names channel number {channel}, but only {known} channels were announced")]
    UnknownChannel {
        /// The index found.
        channel: u32,
        /// How many there are.
        known: usize,
    },
}

/// How many journeys of each end were read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JourneyCounts {
    /// Conversions, those without a touch included.
    pub won: u64,
    /// Ended without.
    pub lost: u64,
    /// Not decided, of those that were read: the hazard model reads them, no other does.
    pub open: u64,
    /// Won without an eligible touch.
    pub won_without_touch: u64,
    /// Eligible touches over all journeys.
    pub touches: u64,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// Credit by model, in the order asked for.
    pub models: Vec<Credit>,
    /// What was read.
    pub journeys: JourneyCounts,
    /// Out-of-sample AUC of paths by order; empty unless a data-driven model was asked for.
    pub orders: Vec<OrderScore>,
    /// Transitions of the Markov chain; empty without `markov`, and above order 1 where there are over 20,000.
    pub transitions: Vec<Edge>,
    /// Ordered Shapley credit by position; empty without `shapley_ordered`.
    pub positions: Vec<PositionCredit>,
}

/// Attribution in progress: takes journeys as they stream, gives the report at the end.
///
/// Memory is bounded by channels, order and resamples, not by journeys; only the automatic choice of the order and
/// intervals of order 3 and 4 keep the paths (some 40 bytes a journey and 4 a touch).
#[derive(Debug)]
pub struct Attribution {
    names: Vec<String>,
    kinds: Vec<ModelKind>,
    settings: Settings,
    rules: Vec<(Rule, Ledger)>,
    filter: Filter,
    data: DataDriven,
    hazard: Option<Hazard>,
    counts: JourneyCounts,
    unattributed: (u64, i64),
    unknown: Option<u32>,
    weights: Vec<f64>,
    keys: Vec<u32>,
    path: Vec<Eligible>,
}

/// Everything that journeys add up to, without what is derived from it: kept in files, added and taken away exactly.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Sums {
    channels: Vec<String>,
    counts: JourneyCounts,
    unattributed: (u64, i64),
    rules: Vec<Ledger>,
    data: DataSums,
}

impl Attribution {
    /// For journeys whose channels are numbered as in `channels`.
    ///
    /// # Errors
    /// No model, a setting out of range, or more channels than a model takes.
    pub fn new(kinds: &[ModelKind], settings: &Settings, channels: &[String]) -> Result<Self, AttributionError> {
        settings.check()?;
        if kinds.is_empty() {
            return Err(AttributionError::NoModel);
        }
        let n = channels.len();
        if kinds.contains(&ModelKind::Markov) && n > MAX_CHANNELS {
            return Err(MarkovError::Channels { channels: n }.into());
        }
        let wants_hazard = kinds.contains(&ModelKind::Hazard);
        if wants_hazard && n > MAX_HAZARD_CHANNELS {
            return Err(AttributionError::HazardChannels { channels: n });
        }
        Ok(Attribution {
            names: channels.to_vec(),
            kinds: kinds.to_vec(),
            rules: kinds.iter().filter_map(|&k| Some((Rule::of(k, settings)?, Ledger::new(n)))).collect(),
            filter: Filter::new(&settings.policy, channels),
            data: DataDriven::new(kinds, settings, n)?,
            hazard: wants_hazard.then(|| Hazard::new(n, settings.bootstrap)),
            settings: settings.clone(),
            counts: JourneyCounts::default(),
            unattributed: (0, 0),
            unknown: None,
            weights: Vec::new(),
            keys: Vec::new(),
            path: Vec::new(),
        })
    }

    /// Whether all that was asked for adds up from whole numbers, so that journeys can be taken away again: not so for the
    /// hazard model, an order chosen at the end, and intervals of order 3 and 4, which keep the paths themselves.
    #[must_use]
    pub fn adds_up(&self) -> bool {
        self.hazard.is_none() && self.data.adds_up()
    }

    /// What the journeys so far add up to; `None` where [`Attribution::adds_up`] says no.
    #[must_use]
    pub fn sums(&mut self) -> Option<Sums> {
        self.adds_up().then(|| Sums {
            channels: self.names.clone(),
            counts: self.counts,
            unattributed: self.unattributed,
            rules: self.rules.iter().map(|(_, ledger)| ledger.clone()).collect(),
            data: self.data.sums(),
        })
    }

    /// Adds sums over the same models, settings and channels (`sign` 1), or takes away what was added before (-1).
    /// Whether they fit: nothing is changed where they do not.
    pub fn merge(&mut self, sums: &Sums, sign: i64) -> bool {
        let fits = self.adds_up() && sums.channels == self.names && sums.rules.len() == self.rules.len();
        if !fits || !self.data.merge(&sums.data, sign) {
            return false;
        }
        for ((_, ledger), more) in self.rules.iter_mut().zip(&sums.rules) {
            if sign > 0 { ledger.merge(more) } else { ledger.take_away(more) }
        }
        let (c, m) = (&mut self.counts, sums.counts);
        for (to, more) in [
            (&mut c.won, m.won),
            (&mut c.lost, m.lost),
            (&mut c.open, m.open),
            (&mut c.won_without_touch, m.won_without_touch),
            (&mut c.touches, m.touches),
            (&mut self.unattributed.0, sums.unattributed.0),
        ] {
            *to = to.wrapping_add_signed(sign * more as i64);
        }
        self.unattributed.1 += sign * sums.unattributed.1;
        true
    }

    /// Adds a path table; rows are journeys without times.
    ///
    /// # Errors
    /// A model that needs times or milestones.
    pub fn add_table(&mut self, table: &PathTable) -> Result<(), AttributionError> {
        for &model in &self.kinds {
            let what = match model.needs() {
                Needs::Order => continue,
                Needs::Times => "the times of touches",
                Needs::Milestones => "milestones such as lead creation",
            };
            return Err(AttributionError::Needs { model, what });
        }
        self.add_paths(&table.paths);
        let (c, v) = (table.unattributed_conversions, table.unattributed_value_minor);
        self.unattributed.0 += c;
        self.unattributed.1 += v;
        self.counts.won += c;
        self.counts.won_without_touch += c;
        self.counts.lost += table.nulls_without_touch;
        self.rules.iter_mut().for_each(|(_, ledger)| ledger.unattributed(c, v));
        Ok(())
    }

    fn add_paths(&mut self, paths: &Paths) {
        let (won, lost, _) = paths.totals();
        self.counts.won += won;
        self.counts.lost += lost;
        let plain = self.settings.policy.keeps_paths();
        if plain {
            self.counts.touches += paths.touches() as u64;
            self.data.add_all(paths);
            if self.rules.is_empty() {
                return;
            }
        }
        // Rules and policies read rows as journeys whose touches all have the same time.
        let mut journey = Journey::empty();
        let mut eligible = Vec::new();
        for path in paths.iter() {
            journey.clear();
            journey.touches.extend(path.channels.iter().map(|&channel| crate::domain::journey::Touch {
                channel,
                campaign: crate::domain::journey::NO_CAMPAIGN,
                at_us: 0,
                contact: 0,
            }));
            eligible.clear();
            eligible.extend_from_slice(self.filter.apply(&journey));
            if !plain {
                self.counts.touches += eligible.len() as u64;
                self.feed_data(&eligible, path.conversions, path.nulls, path.value_minor, None);
            }
            if path.conversions > 0 {
                self.feed_rules(&journey, &eligible, path.conversions, path.value_minor);
            }
        }
    }

    fn feed_data(&mut self, eligible: &[Eligible], conversions: u32, nulls: u32, value_minor: i64, unit: Option<u64>) {
        self.keys.clear();
        self.keys.extend(eligible.iter().map(|e| e.touch.channel));
        self.data.add(Path { channels: &self.keys, conversions, nulls, value_minor, unit });
    }

    fn feed_rules(&mut self, journey: &Journey, eligible: &[Eligible], conversions: u32, value_minor: i64) {
        self.keys.clear();
        self.keys.extend(eligible.iter().map(|e| e.touch.channel));
        for (rule, ledger) in &mut self.rules {
            rule.weights(journey, eligible, |c| self.filter.is_direct(c), &mut self.weights);
            ledger.share(&self.keys, &self.weights, conversions, value_minor);
        }
    }

    /// The report over everything taken.
    ///
    /// # Errors
    /// A journey named a channel that was not announced.
    pub fn finish(mut self) -> Result<Report, AttributionError> {
        if let Some(channel) = self.unknown {
            return Err(AttributionError::UnknownChannel { channel, known: self.names.len() });
        }
        let mut findings = self.data.finish(&self.kinds, &self.settings, &self.names, self.unattributed)?;
        let mut rules = self.rules.iter();
        let mut models = Vec::with_capacity(self.kinds.len());
        for &kind in &self.kinds {
            models.extend(match kind {
                ModelKind::Hazard => {
                    self.hazard.as_mut().map(|h| intervals::hazard_credit(h, &self.names, self.unattributed))
                }
                _ if kind.data_driven() => findings.take(kind),
                _ => rules.next().map(|(_, ledger)| ledger.credit(kind.id(), &self.names)),
            });
        }
        let Findings { orders, transitions, positions, .. } = findings;
        Ok(Report { models, journeys: self.counts, orders, transitions, positions })
    }
}

impl JourneySink for Attribution {
    fn journey(&mut self, journey: &Journey) {
        if let Some(t) = journey.touches.iter().find(|t| t.channel as usize >= self.names.len()) {
            self.unknown.get_or_insert(t.channel);
            return;
        }
        if journey.outcome == Outcome::Open && self.hazard.is_none() {
            self.counts.open += 1;
            return;
        }
        let mut eligible = std::mem::take(&mut self.path);
        eligible.clear();
        eligible.extend_from_slice(self.filter.apply(journey));
        self.counts.touches += eligible.len() as u64;
        if let Some(hazard) = &mut self.hazard {
            hazard.add(journey, &eligible);
        }
        match journey.outcome {
            Outcome::Open => self.counts.open += 1,
            Outcome::Lost => {
                self.counts.lost += 1;
                if !eligible.is_empty() {
                    self.feed_data(&eligible, 0, 1, 0, Some(journey.unit));
                }
            }
            Outcome::Won { value_minor } => {
                self.counts.won += 1;
                if eligible.is_empty() {
                    self.counts.won_without_touch += 1;
                    self.unattributed.0 += 1;
                    self.unattributed.1 += value_minor;
                } else {
                    self.feed_data(&eligible, 1, 0, value_minor, Some(journey.unit));
                }
                self.feed_rules(journey, &eligible, 1, value_minor);
            }
        }
        self.path = eligible;
    }
}

/// Models over a path table.
///
/// # Errors
/// As [`Attribution::new`] and [`Attribution::add_table`].
pub fn over_paths(table: &PathTable, kinds: &[ModelKind], settings: &Settings) -> Result<Report, AttributionError> {
    let mut attribution = Attribution::new(kinds, settings, table.channels.names())?;
    attribution.add_table(table)?;
    attribution.finish()
}

#[cfg(test)]
#[path = "report_tests.rs"]
mod tests;
