//! Weighted paths in columns: what data-driven models read, from journeys or from a path table.

/// Paths of channels with how often each ended in conversion or not.
///
/// Either a whole table or one block of a stream. Open (censored) journeys are never put here.
#[derive(Debug, Clone, Default)]
pub struct Paths {
    ends: Vec<usize>,
    touches: Vec<u32>,
    conversions: Vec<u32>,
    nulls: Vec<u32>,
    value_minor: Vec<i64>,
    units: Vec<u64>,
}

/// One path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Path<'a> {
    /// Channels in order, at least one.
    pub channels: &'a [u32],
    /// Times it ended in conversion.
    pub conversions: u32,
    /// Times it ended without.
    pub nulls: u32,
    /// Value of all its conversions, minor units.
    pub value_minor: i64,
    /// Resampling unit; `None` = every journey of the row is its own unit.
    pub unit: Option<u64>,
}

impl Paths {
    /// No paths.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a path. Paths without touches are the caller's to count as unattributed. Either all paths have a unit or none.
    pub fn push(&mut self, path: Path<'_>) {
        debug_assert!(!path.channels.is_empty());
        self.touches.extend_from_slice(path.channels);
        self.close(path.conversions, path.nulls, path.value_minor);
        self.units.extend(path.unit);
        debug_assert!(self.units.is_empty() || self.units.len() == self.ends.len());
    }

    /// Adds one touch to the path being written; [`Paths::close`] ends it.
    pub(super) fn touch(&mut self, channel: u32) {
        self.touches.push(channel);
    }

    /// Ends the path being written.
    pub(super) fn close(&mut self, conversions: u32, nulls: u32, value_minor: i64) {
        self.ends.push(self.touches.len());
        self.conversions.push(conversions);
        self.nulls.push(nulls);
        self.value_minor.push(value_minor);
    }

    /// Touches of the path being written, so far.
    pub(super) fn open_touches(&self) -> usize {
        self.touches.len() - self.ends.last().copied().unwrap_or(0)
    }

    /// Forgets the path being written.
    pub(super) fn abandon(&mut self) {
        self.touches.truncate(self.ends.last().copied().unwrap_or(0));
    }

    /// Adds all paths of `other`.
    pub fn append(&mut self, other: &Paths) {
        other.iter().for_each(|p| self.push(p));
    }

    /// Adds all paths of `other` (without units), its channel `i` being `to[i]` here.
    pub(super) fn append_renumbered(&mut self, other: &Paths, to: &[u32]) {
        let base = self.touches.len();
        self.touches.extend(other.touches.iter().map(|&c| to[c as usize]));
        self.ends.extend(other.ends.iter().map(|e| base + e));
        self.conversions.extend_from_slice(&other.conversions);
        self.nulls.extend_from_slice(&other.nulls);
        self.value_minor.extend_from_slice(&other.value_minor);
    }

    /// Makes room for `times` as much again as there is, so that a long table is not moved while it grows.
    pub(super) fn reserve_times(&mut self, times: f64) {
        let more = |n: usize| (n as f64 * times) as usize;
        self.touches.reserve(more(self.touches.len()));
        self.ends.reserve(more(self.ends.len()));
        self.conversions.reserve(more(self.conversions.len()));
        self.nulls.reserve(more(self.nulls.len()));
        self.value_minor.reserve(more(self.value_minor.len()));
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Number of touches over all rows.
    #[must_use]
    pub fn touches(&self) -> usize {
        self.touches.len()
    }

    /// The path at `i < len()`.
    #[must_use]
    pub fn get(&self, i: usize) -> Path<'_> {
        let from = if i == 0 { 0 } else { self.ends[i - 1] };
        Path {
            channels: &self.touches[from..self.ends[i]],
            conversions: self.conversions[i],
            nulls: self.nulls[i],
            value_minor: self.value_minor[i],
            unit: self.units.get(i).copied(),
        }
    }

    /// All paths in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Path<'_>> {
        (0..self.len()).map(|i| self.get(i))
    }

    /// Empties the block, keeping its buffers.
    pub fn clear(&mut self) {
        self.ends.clear();
        self.touches.clear();
        self.conversions.clear();
        self.nulls.clear();
        self.value_minor.clear();
        self.units.clear();
    }

    /// Conversions, nulls and value over all rows.
    #[must_use]
    pub fn totals(&self) -> (u64, u64, i64) {
        let sum = |v: &[u32]| v.iter().map(|&n| u64::from(n)).sum();
        (sum(&self.conversions), sum(&self.nulls), self.value_minor.iter().sum())
    }
}
