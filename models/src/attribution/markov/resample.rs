//! Bootstrap of a chain: the same paths counted with random weights in many resamples side by side.

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::cells::MAX_DENSE;
use super::chain::{Chain, Flows};
use super::counts::{MarkovError, Windows};
use super::{Removal, solve};
use crate::attribution::paths::Paths;
use crate::attribution::poisson::{Draws, LANES, Weights};
use crate::attribution::settings::Bootstrap;

/// Change at which sweeps within a resample stop: far below sampling noise.
const TOLERANCE: f64 = 1e-9;

/// Rows whose cells are looked up at a time, bounding memory.
const BLOCK: usize = 1 << 16;

/// Numbers the cells that occur, in the order they are first seen, so that only those carry resamples.
#[derive(Debug, Clone)]
enum Index {
    Dense(Vec<u32>),
    Sparse(FxHashMap<u64, u32>),
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
struct Seen {
    index: Index,
    cells: Vec<u64>,
    size: u64,
}

/// Numbered cells as they are kept in files.
#[derive(Serialize, Deserialize)]
struct Written {
    size: u64,
    cells: Vec<u64>,
}

impl From<Seen> for Written {
    fn from(seen: Seen) -> Self {
        Written { size: seen.size, cells: seen.cells }
    }
}

impl From<Written> for Seen {
    fn from(written: Written) -> Self {
        let mut seen = Seen::new(written.size);
        written.cells.into_iter().filter(|c| *c < written.size).for_each(|cell| {
            seen.number(cell);
        });
        seen
    }
}

impl Seen {
    fn new(size: u64) -> Self {
        let index = if size <= MAX_DENSE {
            Index::Dense(vec![u32::MAX; size as usize])
        } else {
            Index::Sparse(FxHashMap::default())
        };
        Seen { index, cells: Vec::new(), size }
    }

    #[inline]
    fn number(&mut self, cell: u64) -> u32 {
        let slot = match &mut self.index {
            Index::Dense(all) => &mut all[cell as usize],
            Index::Sparse(all) => all.entry(cell).or_insert(u32::MAX),
        };
        if *slot == u32::MAX {
            *slot = self.cells.len() as u32;
            self.cells.push(cell);
        }
        *slot
    }
}

/// Weighted counts of [`LANES`] resamples over the numbered cells.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Group {
    starts: Vec<Weights>,
    steps: Vec<Weights>,
    conversions: Vec<Weights>,
    nulls: Vec<Weights>,
    value: Vec<[f64; LANES]>,
}

/// What one path touches: where its cells lie in the block's list, and how it is weighed.
struct Row {
    steps: std::ops::Range<usize>,
    start: u32,
    last: u32,
    conversions: u32,
    nulls: u32,
    value_minor: f64,
    key: u64,
    by_unit: bool,
}

/// A bootstrap in progress: blocks of paths in, removal effects of each resample out.
///
/// Paths with a unit are weighed by it, so that all journeys of an account are drawn together; paths without are rows of
/// a table, whose journeys are drawn one by one.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Resampler {
    windows: Windows,
    bootstrap: Bootstrap,
    steps: Seen,
    states: Seen,
    groups: Vec<Group>,
    /// Number of the first group, where groups are done in passes.
    first_group: u64,
    rows: u64,
}

impl Resampler {
    /// No paths yet.
    ///
    /// # Errors
    /// As [`super::Counts::new`].
    pub fn new(channels: usize, order: usize, bootstrap: Bootstrap) -> Result<Self, MarkovError> {
        let windows = Windows::new(channels, order)?;
        Ok(Resampler {
            windows,
            bootstrap,
            steps: Seen::new(windows.cells()),
            states: Seen::new(windows.states()),
            groups: (0..bootstrap.resamples.div_ceil(LANES)).map(|_| Group::default()).collect(),
            first_group: 0,
            rows: 0,
        })
    }

    /// Adds paths, on all threads.
    pub fn add_all(&mut self, paths: &Paths) {
        let (mut rows, mut cells) = (Vec::new(), Vec::new());
        for from in (0..paths.len()).step_by(BLOCK) {
            rows.clear();
            cells.clear();
            for i in from..paths.len().min(from + BLOCK) {
                self.look_up(paths, i, &mut rows, &mut cells);
            }
            self.rows += rows.len() as u64;
            let (steps, states, seed) = (self.steps.cells.len(), self.states.cells.len(), self.bootstrap.seed);
            let first_group = self.first_group;
            self.groups.par_iter_mut().enumerate().for_each(|(g, group)| {
                group.grow(steps, states);
                rows.iter().for_each(|row| group.add(row, &cells, seed, first_group + g as u64));
            });
        }
    }

    fn look_up(&mut self, paths: &Paths, i: usize, rows: &mut Vec<Row>, cells: &mut Vec<u32>) {
        let path = paths.get(i);
        let (steps, states, w) = (&mut self.steps, &mut self.states, self.windows);
        let from = cells.len();
        let mut first = 0;
        let last = w.walk(path.channels, |s| first = s, |s, c| cells.push(steps.number(s * w.channels + u64::from(c))));
        rows.push(Row {
            steps: from..cells.len(),
            start: states.number(first),
            last: states.number(last),
            conversions: path.conversions,
            nulls: path.nulls,
            value_minor: path.value_minor as f64,
            key: path.unit.unwrap_or(self.rows + rows.len() as u64),
            by_unit: path.unit.is_some(),
        });
    }

    /// Solves every resample, in their order.
    #[must_use]
    pub fn solve(&self) -> Vec<Removal> {
        // Cells that no resample holds (any more) are no part of the chain: a sum of parts is then the same as the whole.
        let held = |list: &dyn Fn(&Group) -> &[Weights], i: usize| {
            self.groups.iter().any(|g| list(g).get(i).is_some_and(|w| w.iter().any(|w| *w != 0)))
        };
        let mut order: Vec<u32> = (0..self.steps.cells.len() as u32).collect();
        order.retain(|&i| held(&|g| &g.steps, i as usize));
        order.sort_unstable_by_key(|&i| self.steps.cells[i as usize]);
        let sorted = order.iter().map(|&i| self.steps.cells[i as usize]).collect();
        let number: FxHashMap<u64, usize> = self.states.cells.iter().copied().zip(0..).collect();
        let starts =
            (0..).zip(self.states.cells.iter().copied()).filter(|&(i, _)| held(&|g| &g.starts, i)).map(|s| s.1);
        let shape = Chain::shape(self.windows, starts, sorted);
        (0..self.bootstrap.resamples)
            .into_par_iter()
            .map_init(
                || shape.clone(),
                |chain, resample| {
                    let (group, l) = (&self.groups[resample / LANES], resample % LANES);
                    let at =
                        |list: &[Weights], s: u64| number.get(&s).and_then(|&i| list.get(i)).map_or(0, |w| w[l] as i64);
                    chain.fill(Flows {
                        starts: &|s| at(&group.starts, s),
                        steps: &mut order.iter().map(|&i| group.steps[i as usize][l] as i64),
                        conversions: &|s| at(&group.conversions, s),
                        nulls: &|s| at(&group.nulls, s),
                        value: &|s| number.get(&s).and_then(|&i| group.value.get(i)).map_or(0.0, |v| v[l]),
                    });
                    solve(chain, TOLERANCE)
                },
            )
            .collect()
    }
}

impl Resampler {
    /// Adds the resamples of another data set over the same channels, order and bootstrap, or takes them away. Both must
    /// hold only paths with a unit: then every weight is whole and adding is exact in any order.
    pub fn merge(&mut self, other: &Resampler, sign: i64) {
        debug_assert_eq!((self.windows, self.bootstrap), (other.windows, other.bootstrap));
        let steps: Vec<usize> = other.steps.cells.iter().map(|&c| self.steps.number(c) as usize).collect();
        let states: Vec<usize> = other.states.cells.iter().map(|&c| self.states.number(c) as usize).collect();
        let (all_steps, all_states) = (self.steps.cells.len(), self.states.cells.len());
        for (group, more) in self.groups.iter_mut().zip(&other.groups) {
            group.grow(all_steps, all_states);
            merge(&mut group.steps, &more.steps, &steps, sign);
            merge(&mut group.starts, &more.starts, &states, sign);
            merge(&mut group.conversions, &more.conversions, &states, sign);
            merge(&mut group.nulls, &more.nulls, &states, sign);
            for (&at, v) in states.iter().zip(&more.value) {
                (0..LANES).for_each(|l| group.value[at][l] += sign as f64 * v[l]);
            }
        }
    }
}

fn merge(to: &mut [Weights], more: &[Weights], at: &[usize], sign: i64) {
    for (&at, w) in at.iter().zip(more) {
        (0..LANES).for_each(|l| to[at][l] = to[at][l].wrapping_add_signed(sign * w[l] as i64));
    }
}

impl Group {
    fn grow(&mut self, steps: usize, states: usize) {
        self.steps.resize(steps, [0; LANES]);
        for list in [&mut self.starts, &mut self.conversions, &mut self.nulls] {
            list.resize(states, [0; LANES]);
        }
        self.value.resize(states, [0.0; LANES]);
    }

    #[inline]
    fn add(&mut self, row: &Row, cells: &[u32], seed: u64, g: u64) {
        let mut draws = Draws::new(seed, row.key, g);
        let (conversions, nulls) = if row.by_unit {
            let w = draws.of_many(1);
            (w.map(|w| w * u64::from(row.conversions)), w.map(|w| w * u64::from(row.nulls)))
        } else {
            (draws.of_many(row.conversions), draws.of_many(row.nulls))
        };
        let mut both = conversions;
        add(&mut both, &nulls);
        add(&mut self.starts[row.start as usize], &both);
        for &cell in &cells[row.steps.clone()] {
            add(&mut self.steps[cell as usize], &both);
        }
        add(&mut self.conversions[row.last as usize], &conversions);
        add(&mut self.nulls[row.last as usize], &nulls);
        if row.conversions > 0 {
            let each = row.value_minor / f64::from(row.conversions);
            let value = &mut self.value[row.last as usize];
            (0..LANES).for_each(|l| value[l] += each * conversions[l] as f64);
        }
    }
}

/// Memory that the counts of resamples may take at a time, bytes.
const PASS_BYTES: usize = 256 << 20;

/// Bootstraps paths that are held in memory, in as many passes over them as bound the memory of the counts.
///
/// # Errors
/// As [`super::Counts::new`].
pub fn resample_in_passes(
    paths: &Paths,
    channels: usize,
    order: usize,
    bootstrap: Bootstrap,
) -> Result<Vec<Removal>, MarkovError> {
    if bootstrap.resamples == 0 {
        return Ok(Vec::new());
    }
    let mut first = Resampler::new(channels, order, Bootstrap { resamples: LANES, ..bootstrap })?;
    first.add_all(paths);
    let bytes = size_of::<Weights>() * (first.steps.cells.len() + 4 * first.states.cells.len());
    let groups = bootstrap.resamples.div_ceil(LANES);
    let at_a_time = (PASS_BYTES / bytes.max(1)).clamp(1, groups);
    drop(first);
    let mut all = Vec::with_capacity(bootstrap.resamples);
    for group in (0..groups).step_by(at_a_time) {
        let resamples = (at_a_time * LANES).min(bootstrap.resamples - group * LANES);
        let mut pass = Resampler::new(channels, order, Bootstrap { resamples, ..bootstrap })?;
        pass.first_group = group as u64;
        pass.add_all(paths);
        all.extend(pass.solve());
    }
    Ok(all)
}

#[inline]
fn add(to: &mut Weights, more: &Weights) {
    (0..LANES).for_each(|l| to[l] += more[l]);
}
