//! Feeds paths to the data-driven models in blocks and turns what they find into credit.

use serde::{Deserialize, Serialize};

use super::credit::{Credit, Note};
use super::intervals::{Shares, credit};
use super::kind::ModelKind;
use super::markov::counts::MarkovError;
use super::markov::order::{OrderChooser, OrderScore};
use super::markov::resample::{Resampler, resample_in_passes};
use super::markov::{Chain, Counts, Edge, MAX_ORDER, Removal, removal_effects};
use super::paths::{Path, Paths};
use super::settings::{Order, Settings};
use super::shapley::{PositionCredit, Shapley, Version};

/// Touches gathered before a block is handed to the models.
const BLOCK_TOUCHES: usize = 1 << 20;

/// Transitions listed in a report.
const MAX_EDGES: usize = 20_000;

/// Data-driven models in progress.
#[derive(Debug)]
pub(super) struct DataDriven {
    wanted: bool,
    markov: Option<Markov>,
    shapley: Vec<(ModelKind, Shapley)>,
    chooser: Option<OrderChooser>,
    totals: (u64, i64),
    block: Paths,
}

#[derive(Debug)]
enum Markov {
    /// Order known and small: counts only.
    Streaming { counts: Counts, resampler: Option<Resampler> },
    /// Order chosen at the end, or resamples too large to hold at once: paths are kept.
    Kept(Paths),
}

/// What streamed paths add up to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct DataSums {
    markov: Option<(Counts, Option<Resampler>)>,
    shapley: Vec<Shapley>,
    chooser: Option<OrderChooser>,
    totals: (u64, i64),
}

/// Credit found, beside what is shown with it.
#[derive(Debug, Default)]
pub(super) struct Findings {
    credits: Vec<(ModelKind, Credit)>,
    pub orders: Vec<OrderScore>,
    pub transitions: Vec<Edge>,
    pub positions: Vec<PositionCredit>,
}

impl Findings {
    /// The credit of one model, once.
    pub fn take(&mut self, kind: ModelKind) -> Option<Credit> {
        self.credits.iter().position(|c| c.0 == kind).map(|i| self.credits.swap_remove(i).1)
    }
}

impl DataDriven {
    pub fn new(kinds: &[ModelKind], settings: &Settings, channels: usize) -> Result<Self, MarkovError> {
        let bootstrap = settings.bootstrap;
        let markov = match settings.order {
            _ if !kinds.contains(&ModelKind::Markov) => None,
            Order::Fixed(order) if order <= 2 || bootstrap.resamples == 0 => Some(Markov::Streaming {
                counts: Counts::new(channels, order)?,
                resampler: (bootstrap.resamples > 0).then(|| Resampler::new(channels, order, bootstrap)).transpose()?,
            }),
            _ => Some(Markov::Kept(Paths::new())),
        };
        let versions = [(ModelKind::Shapley, Version::Distinct), (ModelKind::ShapleyOrdered, Version::Ordered)];
        let shapley = versions.into_iter().filter(|(k, _)| kinds.contains(k));
        let wants_auc = markov.is_some() && (settings.order == Order::Auto || settings.out_of_sample_auc);
        Ok(DataDriven {
            wanted: kinds.iter().any(|k| k.data_driven()),
            markov,
            shapley: shapley.map(|(k, v)| (k, Shapley::new(v, channels, bootstrap))).collect(),
            chooser: wants_auc.then(|| OrderChooser::new(channels, MAX_ORDER, bootstrap.seed)).transpose()?,
            totals: (0, 0),
            block: Paths::new(),
        })
    }

    /// Adds one path with at least one touch.
    pub fn add(&mut self, path: Path<'_>) {
        if !self.wanted {
            return;
        }
        self.block.push(path);
        if self.block.touches() >= BLOCK_TOUCHES {
            self.flush();
        }
    }

    /// Whether nothing is kept but whole sums.
    pub fn adds_up(&self) -> bool {
        !matches!(self.markov, Some(Markov::Kept(_)))
    }

    /// The sums over all paths so far; those of kept paths are empty.
    pub fn sums(&mut self) -> DataSums {
        self.flush();
        DataSums {
            markov: match &self.markov {
                Some(Markov::Streaming { counts, resampler }) => Some((counts.clone(), resampler.clone())),
                _ => None,
            },
            shapley: self.shapley.iter().map(|(_, s)| s.clone()).collect(),
            chooser: self.chooser.clone(),
            totals: self.totals,
        }
    }

    /// Adds sums made with the same models and settings, or takes them away; whether they are.
    pub fn merge(&mut self, sums: &DataSums, sign: i64) -> bool {
        self.flush();
        let alike = match (&self.markov, &sums.markov) {
            (Some(Markov::Streaming { resampler, .. }), Some((_, more))) => resampler.is_some() == more.is_some(),
            (None, None) => true,
            _ => false,
        };
        if !alike || self.shapley.len() != sums.shapley.len() || self.chooser.is_some() != sums.chooser.is_some() {
            return false;
        }
        if let (Some(Markov::Streaming { counts, resampler }), Some((more, resampled))) =
            (&mut self.markov, &sums.markov)
        {
            counts.merge(more, sign);
            resampler.iter_mut().zip(resampled).for_each(|(r, more)| r.merge(more, sign));
        }
        self.shapley.iter_mut().zip(&sums.shapley).for_each(|((_, s), more)| s.merge(more, sign));
        self.chooser.iter_mut().zip(&sums.chooser).for_each(|(c, more)| c.merge(more, sign));
        self.totals.0 = self.totals.0.wrapping_add_signed(sign * sums.totals.0 as i64);
        self.totals.1 += sign * sums.totals.1;
        true
    }

    fn flush(&mut self) {
        if self.block.is_empty() {
            return;
        }
        let mut block = std::mem::take(&mut self.block);
        self.add_all(&block);
        block.clear();
        self.block = block;
    }

    /// Adds paths that are already together. Either all of them have units or none.
    pub fn add_all(&mut self, paths: &Paths) {
        let (conversions, _, value) = paths.totals();
        self.totals.0 += conversions;
        self.totals.1 += value;
        match &mut self.markov {
            Some(Markov::Streaming { counts, resampler }) => {
                counts.add_all(paths);
                resampler.iter_mut().for_each(|r| r.add_all(paths));
            }
            Some(Markov::Kept(kept)) => kept.append(paths),
            None => {}
        }
        self.shapley.iter_mut().for_each(|(_, s)| s.add_all(paths));
        self.chooser.iter_mut().for_each(|c| c.add_all(paths));
    }

    /// Solves what was taken.
    pub fn finish(
        &mut self,
        kinds: &[ModelKind],
        settings: &Settings,
        names: &[String],
        unattributed: (u64, i64),
    ) -> Result<Findings, MarkovError> {
        self.flush();
        let orders = self.chooser.as_ref().map(OrderChooser::scores).unwrap_or_default();
        let mut found = Findings { orders, ..Findings::default() };
        for (kind, shapley) in &mut self.shapley {
            shapley.unattributed(unattributed.0, unattributed.1);
            found.credits.push((*kind, shapley.credit(kind.id(), names)));
            found.positions.extend(shapley.by_position(names));
        }
        if kinds.contains(&ModelKind::Markov) {
            self.solve_markov(settings, names, unattributed, &mut found)?;
        }
        Ok(found)
    }

    fn solve_markov(
        &mut self,
        settings: &Settings,
        names: &[String],
        unattributed: (u64, i64),
        found: &mut Findings,
    ) -> Result<(), MarkovError> {
        let order = match settings.order {
            Order::Fixed(order) => order,
            Order::Auto => OrderChooser::best(&found.orders),
        };
        let (chain, resamples) = match self.markov.take() {
            None => return Ok(()),
            Some(Markov::Streaming { counts, resampler }) => {
                (Chain::of(&counts), resampler.map(|r| r.solve()).unwrap_or_default())
            }
            Some(Markov::Kept(paths)) => {
                let mut counts = Counts::new(names.len(), order)?;
                counts.add_all(&paths);
                (Chain::of(&counts), resample_in_passes(&paths, names.len(), order, settings.bootstrap)?)
            }
        };
        let removal = removal_effects(&chain);
        let mut credit = markov_credit(&removal, &resamples, names, self.totals, unattributed);
        let chosen = settings.order == Order::Auto;
        credit.notes.push(Note::Order { order, chosen });
        let auc = found.orders.iter().find(|s| s.order == order).map(|s| s.auc).filter(|a| a.is_finite());
        credit.notes.extend(auc.map(|auc| Note::Auc { auc }));
        found.credits.push((ModelKind::Markov, credit));
        if order == 1 || chain.transitions() <= MAX_EDGES {
            found.transitions = chain.edges(names);
        }
        Ok(())
    }
}

fn markov_credit(
    removal: &Removal,
    resamples: &[Removal],
    names: &[String],
    totals: (u64, i64),
    unattributed: (u64, i64),
) -> Credit {
    let shares = Shares {
        conversions: removal.conversion_shares(),
        value: removal.value_shares(),
        conversion_resamples: resamples.iter().map(Removal::conversion_shares).collect(),
        value_resamples: resamples.iter().map(Removal::value_shares).collect(),
    };
    let mut credit = credit(ModelKind::Markov.id(), names, &shares, totals, unattributed);
    for (channel, effect) in credit.channels.iter_mut().zip(&removal.conversions) {
        channel.removal_effect = Some(*effect);
    }
    if !removal.converged {
        credit.notes.push(Note::NotConverged { iterations: removal.sweeps });
    }
    credit
}
