//! Counts of starts, transitions and ends of windows, added path by path; integers, so any order and split adds up alike.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::cells::Cells;
use super::{MAX_CHANNELS, MAX_ORDER};
use crate::attribution::paths::{Path, Paths};

/// More than [`MAX_CHANNELS`] channels, or an order outside `1..=4`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MarkovError {
    /// Too many channels to solve for.
    #[error(
        "{channels} channels are more than the {MAX_CHANNELS} a Markov chain is solved for; group small channels first"
    )]
    Channels {
        /// Found.
        channels: usize,
    },
    /// Unknown order.
    #[error("order {order} is not offered; choose 1, 2, 3 or 4")]
    Order {
        /// Asked for.
        order: usize,
    },
}

/// How windows of `order` channels out of `channels` are numbered.
///
/// A window is a number in base `channels + 1` whose digits are channel + 1; shorter states have leading zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Windows {
    pub order: usize,
    pub channels: u64,
    base: u64,
    /// `base^(order - 1)`.
    high: u64,
}

impl Windows {
    pub fn new(channels: usize, order: usize) -> Result<Self, MarkovError> {
        if channels > MAX_CHANNELS {
            return Err(MarkovError::Channels { channels });
        }
        if !(1..=MAX_ORDER).contains(&order) {
            return Err(MarkovError::Order { order });
        }
        let base = channels as u64 + 1;
        Ok(Windows { order, channels: channels as u64, base, high: base.pow(order as u32 - 1) })
    }

    /// Number of codes. At most 1001^4, far from overflow.
    pub fn states(&self) -> u64 {
        self.high * self.base
    }

    /// Number of transition cells: code times next channel.
    pub fn cells(&self) -> u64 {
        self.states() * self.channels
    }

    /// The state that follows `state` when `channel` is seen.
    #[inline]
    pub fn next(&self, state: u64, channel: u32) -> u64 {
        (state % self.high) * self.base + u64::from(channel) + 1
    }

    /// The channels of a state, oldest first.
    pub fn channels_of(&self, mut state: u64) -> Vec<u32> {
        let mut all = Vec::with_capacity(self.order);
        while state > 0 {
            all.extend((state % self.base).checked_sub(1).map(|c| c as u32));
            state /= self.base;
        }
        all.reverse();
        all
    }

    /// Calls `start` with the first window, `step` with each window and the next channel where the window changes, and
    /// gives the last window. `path` holds at least one channel, all known.
    #[inline]
    pub fn walk(&self, path: &[u32], start: impl FnOnce(u64), mut step: impl FnMut(u64, u32)) -> u64 {
        let (first, rest) = path.split_at(self.order.min(path.len()));
        let mut state = first.iter().fold(0, |s, &c| s * self.base + u64::from(c) + 1);
        start(state);
        for &c in rest {
            let next = self.next(state, c);
            if next != state {
                step(state, c);
            }
            state = next;
        }
        state
    }
}

/// Weighted counts of one order. Incremental: paths may be added at any time.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Counts {
    pub(super) windows: Windows,
    pub(super) starts: Cells,
    pub(super) steps: Cells,
    pub(super) conversions: Cells,
    pub(super) nulls: Cells,
    pub(super) value: Cells,
}

impl Counts {
    /// No paths yet, for channels `0..channels`.
    ///
    /// # Errors
    /// More than [`MAX_CHANNELS`] channels, or an order outside `1..=4`.
    pub fn new(channels: usize, order: usize) -> Result<Self, MarkovError> {
        let windows = Windows::new(channels, order)?;
        let states = || Cells::new(windows.states());
        Ok(Counts {
            windows,
            starts: states(),
            steps: Cells::new(windows.cells()),
            conversions: states(),
            nulls: states(),
            value: states(),
        })
    }

    /// Adds a path. Channels must be below the number given to [`Counts::new`].
    #[inline]
    pub fn add(&mut self, path: Path<'_>) {
        let n = i64::from(path.conversions) + i64::from(path.nulls);
        if n == 0 || path.channels.is_empty() {
            return;
        }
        let Counts { windows, starts, steps, conversions, nulls, value } = self;
        let last =
            windows.walk(path.channels, |s| starts.add(s, n), |s, c| steps.add(s * windows.channels + u64::from(c), n));
        conversions.add(last, i64::from(path.conversions));
        nulls.add(last, i64::from(path.nulls));
        value.add(last, path.value_minor);
    }

    /// Adds all paths on all threads.
    pub fn add_all(&mut self, paths: &Paths) {
        let threads = rayon::current_num_threads().min(paths.touches() / 50_000 + 1);
        if threads == 1 {
            paths.iter().for_each(|p| self.add(p));
            return;
        }
        let part = paths.len().div_ceil(threads);
        let (channels, order) = (self.windows.channels as usize, self.windows.order);
        let parts: Vec<Counts> = (0..threads)
            .into_par_iter()
            .filter_map(|t| {
                let mut counts = Counts::new(channels, order).ok()?;
                (t * part..paths.len().min((t + 1) * part)).for_each(|i| counts.add(paths.get(i)));
                Some(counts)
            })
            .collect();
        parts.iter().for_each(|p| self.merge(p, 1));
    }

    /// Adds the counts of another data set over the same channels and order, `sign` (1 or -1) times.
    pub fn merge(&mut self, other: &Counts, sign: i64) {
        debug_assert_eq!(self.windows, other.windows);
        self.starts.merge(&other.starts, sign);
        self.steps.merge(&other.steps, sign);
        self.conversions.merge(&other.conversions, sign);
        self.nulls.merge(&other.nulls, sign);
        self.value.merge(&other.value, sign);
    }
}
