//! Integer counts at numbered cells: a plain array while few cells are possible, else a hash map.

use rustc_hash::FxHashMap;

/// Most cells kept as an array: 4 Mi of 8 bytes. Measured on 1 M paths, arrays count 50 times faster than hashing.
pub(super) const MAX_DENSE: u64 = 4 << 20;

/// Counts at cells `0..size`.
#[derive(Debug, Clone)]
pub(super) enum Cells {
    Dense(Vec<i64>),
    Sparse(FxHashMap<u64, i64>),
}

impl Cells {
    pub fn new(size: u64) -> Self {
        if size <= MAX_DENSE { Cells::Dense(vec![0; size as usize]) } else { Cells::Sparse(FxHashMap::default()) }
    }

    #[inline]
    pub fn add(&mut self, cell: u64, n: i64) {
        match self {
            Cells::Dense(all) => all[cell as usize] += n,
            Cells::Sparse(all) => *all.entry(cell).or_insert(0) += n,
        }
    }

    pub fn get(&self, cell: u64) -> i64 {
        match self {
            Cells::Dense(all) => all.get(cell as usize).copied().unwrap_or(0),
            Cells::Sparse(all) => all.get(&cell).copied().unwrap_or(0),
        }
    }

    /// Adds all counts of `other`, which has the same size.
    pub fn merge(&mut self, other: &Cells) {
        match (&mut *self, other) {
            (Cells::Dense(a), Cells::Dense(b)) => a.iter_mut().zip(b).for_each(|(a, b)| *a += b),
            (_, Cells::Sparse(b)) => b.iter().for_each(|(&cell, &n)| self.add(cell, n)),
            (_, Cells::Dense(b)) => (0..).zip(b).for_each(|(cell, &n)| self.add(cell, n)),
        }
    }

    /// Cells that are not 0, ascending, so that what follows does not depend on the order of hashing.
    pub fn sorted(&self) -> Vec<(u64, i64)> {
        match self {
            Cells::Dense(all) => (0..).zip(all.iter().copied()).filter(|(_, n)| *n != 0).collect(),
            Cells::Sparse(all) => {
                let mut list: Vec<(u64, i64)> = all.iter().map(|(&c, &n)| (c, n)).filter(|(_, n)| *n != 0).collect();
                list.sort_unstable_by_key(|(c, _)| *c);
                list
            }
        }
    }
}
