//! How well the last `k` channels of a path predict conversion out of sample, and the order chosen by it.
//!
//! Journeys are dealt into folds; each fold is scored by the others. The score of a path is the share of conversions among
//! training journeys that ended in the same window, drawn towards the score of the next shorter window by one journey's
//! weight (and at the root towards the overall rate), so that windows not seen before have a score too. The penalty is
//! that of adjusted R2: `1 - (1 - AUC) (n - 1) / (n - p - 1)` with `n` journeys and `p` windows.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::MAX_ORDER;
use super::cells::Cells;
use super::counts::{MarkovError, Windows};
use crate::attribution::paths::{Path, Paths};
use crate::attribution::poisson::Draws;

/// Folds of the cross-validation.
const FOLDS: usize = 5;

/// Weight, in journeys, of the shorter window's score.
const PRIOR: f64 = 1.0;

/// Prediction quality of one order.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct OrderScore {
    /// 1 to 4.
    pub order: usize,
    /// Out-of-sample area under the ROC curve, `0..=1`; 0.5 = paths say nothing. NaN where one class is missing.
    pub auc: f64,
    /// After the penalty for the number of windows.
    pub penalised_auc: f64,
    /// Windows seen.
    pub windows: usize,
}

/// Counts of last windows by fold for orders 1 to `max`; takes paths in blocks.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OrderChooser {
    by_order: Vec<(Windows, Cells, Cells)>,
    seed: u64,
    rows: u64,
}

impl OrderChooser {
    /// For orders `1..=max_order`. `seed` deals the folds.
    ///
    /// # Errors
    /// As [`super::Counts::new`].
    pub fn new(channels: usize, max_order: usize, seed: u64) -> Result<Self, MarkovError> {
        let by_order: Result<Vec<_>, _> = (1..=max_order.clamp(1, MAX_ORDER))
            .map(|k| {
                let w = Windows::new(channels, k)?;
                let cells = || Cells::new(w.states() * FOLDS as u64);
                Ok((w, cells(), cells()))
            })
            .collect();
        Ok(OrderChooser { by_order: by_order?, seed, rows: 0 })
    }

    /// Adds all paths, each order on a thread of its own.
    pub fn add_all(&mut self, paths: &Paths) {
        let (seed, rows) = (self.seed, self.rows);
        self.by_order.par_iter_mut().for_each(|(windows, conversions, nulls)| {
            for (row, path) in (rows..).zip(paths.iter()) {
                let first = Draws::new(seed, path.unit.unwrap_or(row), u64::MAX).fold(FOLDS);
                add(*windows, conversions, nulls, path, first);
            }
        });
        self.rows += paths.len() as u64;
    }

    /// Adds the counts of another data set over the same channels, orders and seed, `sign` times. Both must hold only
    /// paths with a unit.
    pub fn merge(&mut self, other: &OrderChooser, sign: i64) {
        for ((_, conversions, nulls), (_, more, less)) in self.by_order.iter_mut().zip(&other.by_order) {
            conversions.merge(more, sign);
            nulls.merge(less, sign);
        }
        self.rows = self.rows.wrapping_add_signed(sign * other.rows as i64);
    }

    /// Scores of each order.
    #[must_use]
    pub fn scores(&self) -> Vec<OrderScore> {
        let tables: Vec<Table> = self.by_order.par_iter().map(|(w, c, n)| Table::of(*w, c, n)).collect();
        (1..=tables.len()).into_par_iter().map(|k| score(&tables[..k])).collect()
    }

    /// The order of the best penalised AUC; the lower on ties, and 1 where none can be told.
    #[must_use]
    pub fn best(scores: &[OrderScore]) -> usize {
        scores
            .iter()
            .fold(
                (1, f64::NEG_INFINITY),
                |best, s| if s.penalised_auc > best.1 { (s.order, s.penalised_auc) } else { best },
            )
            .0
    }
}

/// Counts one path of one order; `first` is the fold it is dealt to first.
fn add(windows: Windows, conversions: &mut Cells, nulls: &mut Cells, path: Path<'_>, first: usize) {
    let tail = &path.channels[path.channels.len().saturating_sub(windows.order)..];
    let state = windows.walk(tail, |_| {}, |_, _| {});
    for (cells, n) in [(conversions, path.conversions), (nulls, path.nulls)] {
        if path.unit.is_some() {
            cells.add(state * FOLDS as u64 + first as u64, i64::from(n));
            continue;
        }
        // The journeys of a row are alike, so dealing them round the folds from a random first one is enough.
        for f in 0..FOLDS.min(n as usize) {
            let share = i64::from(n) / FOLDS as i64 + i64::from(f < n as usize % FOLDS);
            cells.add(state * FOLDS as u64 + ((first + f) % FOLDS) as u64, share);
        }
    }
}

type Folds = [i64; FOLDS];

/// Windows of one order with conversions and nulls by fold, ascending by window.
struct Table {
    windows: Windows,
    rows: Vec<(u64, Folds, Folds)>,
}

impl Table {
    fn of(windows: Windows, conversions: &Cells, nulls: &Cells) -> Table {
        let mut rows: Vec<(u64, Folds, Folds)> = Vec::new();
        let mut all: Vec<(u64, usize, i64)> = Vec::new();
        for (side, cells) in [(0, conversions), (1, nulls)] {
            all.extend(cells.sorted().into_iter().map(|(cell, n)| (cell, side, n)));
        }
        all.sort_unstable();
        for (cell, side, n) in all {
            let (state, fold) = (cell / FOLDS as u64, (cell % FOLDS as u64) as usize);
            if rows.last().is_none_or(|r| r.0 != state) {
                rows.push((state, [0; FOLDS], [0; FOLDS]));
            }
            if let Some((_, c, z)) = rows.last_mut() {
                if side == 0 { c[fold] = n } else { z[fold] = n }
            }
        }
        Table { windows, rows }
    }

    /// Where the window that ends like `channels` stands.
    fn position(&self, channels: &[u32]) -> Option<usize> {
        let tail = &channels[channels.len().saturating_sub(self.windows.order)..];
        let state = self.windows.walk(tail, |_| {}, |_, _| {});
        self.rows.binary_search_by_key(&state, |r| r.0).ok()
    }
}

fn score(tables: &[Table]) -> OrderScore {
    let order = tables.len();
    let table = &tables[order - 1];
    let sum = |f: &Folds| f.iter().sum::<i64>();
    let total = table.rows.iter().fold((0, 0), |t, r| (t.0 + sum(&r.1), t.1 + sum(&r.2)));
    // Where the tails of each window stand in the tables, shortest first; found once for all folds.
    let tails: Vec<Option<usize>> = table
        .rows
        .par_iter()
        .flat_map_iter(|r| {
            let channels = table.windows.channels_of(r.0);
            tables.iter().map(move |t| t.position(&channels))
        })
        .collect();
    let by_fold: Vec<(f64, f64)> = (0..FOLDS)
        .into_par_iter()
        .map(|fold| {
            let held = table.rows.iter().fold((0, 0), |t, r| (t.0 + r.1[fold], t.1 + r.2[fold]));
            let (c, n) = ((total.0 - held.0) as f64, (total.1 - held.1) as f64);
            let root = if c + n > 0.0 { c / (c + n) } else { 0.5 };
            let seen = table.rows.iter().zip(tails.chunks_exact(order)).filter(|((_, c, z), _)| c[fold] + z[fold] > 0);
            auc(&mut seen.map(|((_, c, z), at)| (shrunk(tables, at, fold, root), c[fold], z[fold])).collect::<Vec<_>>())
        })
        .collect();
    let (above, pairs) = by_fold.iter().fold((0.0, 0.0), |t, f| (t.0 + f.0, t.1 + f.1));
    let auc = if pairs > 0.0 { above / pairs } else { f64::NAN };
    let (n, p) = ((total.0 + total.1) as f64, table.rows.len() as f64);
    let penalised_auc =
        if n - p - 1.0 > 0.0 { 1.0 - (1.0 - auc) * (n - 1.0) / (n - p - 1.0) } else { f64::NEG_INFINITY };
    OrderScore { order, auc, penalised_auc, windows: table.rows.len() }
}

/// The score of a window, whose tails stand at `at`, from all folds but one, each order drawn towards the one below.
fn shrunk(tables: &[Table], at: &[Option<usize>], fold: usize, root: f64) -> f64 {
    tables.iter().zip(at).fold(root, |below, (table, at)| {
        let (c, z) = at.map_or(([0; FOLDS], [0; FOLDS]), |i| (table.rows[i].1, table.rows[i].2));
        let train = |f: &Folds| (f.iter().sum::<i64>() - f[fold]) as f64;
        let (c, z) = (train(&c), train(&z));
        (c + PRIOR * below) / (c + z + PRIOR)
    })
}

/// Correctly ordered pairs (ties half) and all pairs of a conversion and a null.
fn auc(scored: &mut [(f64, i64, i64)]) -> (f64, f64) {
    scored.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut above, mut nulls, mut conversions) = (0.0, 0.0, 0.0);
    for tied in scored.chunk_by(|a, b| a.0 == b.0) {
        let c = tied.iter().map(|t| t.1).sum::<i64>() as f64;
        let z = tied.iter().map(|t| t.2).sum::<i64>() as f64;
        above += c * (nulls + z / 2.0);
        nulls += z;
        conversions += c;
    }
    (above, nulls * conversions)
}
