//! Feeds paths to the data-driven models in blocks and turns what they find into credit.

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
        let max_order = match settings.order {
            Order::Fixed(k) => k,
            Order::Auto => MAX_ORDER,
        };
        Ok(DataDriven {
            wanted: kinds.iter().any(|k| k.data_driven()),
            markov,
            shapley: shapley.map(|(k, v)| (k, Shapley::new(v, channels, bootstrap))).collect(),
            chooser: wants_auc.then(|| OrderChooser::new(channels, max_order, bootstrap.seed)).transpose()?,
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

    fn flush(&mut self) {
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
        if !self.block.is_empty() {
            self.flush();
        }
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
