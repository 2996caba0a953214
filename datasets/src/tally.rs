//! Counts and sums of one world, by year of the event.

use crate::calendar::{END, LAST_LEAD_WEEK, Secs, WEEK};

/// Years of data plus one bucket for what happens after it.
pub(crate) const BUCKETS: usize = 4;
/// The bucket after the data ends.
pub(crate) const LATER: usize = 3;
/// Events up to here are counted as eventual: half a year after the last inquiry.
const HORIZON: Secs = (LAST_LEAD_WEEK + 26) * WEEK;

/// Totals of one bucket; money in cents.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Totals {
    pub(crate) inquiries: i64,
    pub(crate) mqls: i64,
    pub(crate) sqls: i64,
    pub(crate) opportunities: i64,
    pub(crate) deals: i64,
    pub(crate) pipeline: i64,
    pub(crate) revenue: i64,
    pub(crate) margin: i64,
}

impl Totals {
    /// The figures in a fixed order, for sums and differences.
    pub(crate) fn figures(&self) -> [i64; 8] {
        [self.inquiries, self.mqls, self.sqls, self.opportunities, self.deals, self.pipeline, self.revenue, self.margin]
    }

    fn from_figures(f: [i64; 8]) -> Self {
        let [inquiries, mqls, sqls, opportunities, deals, pipeline, revenue, margin] = f;
        Self { inquiries, mqls, sqls, opportunities, deals, pipeline, revenue, margin }
    }

    fn zip(self, other: Self, f: impl Fn(i64, i64) -> i64) -> Self {
        let (a, b) = (self.figures(), other.figures());
        Self::from_figures(std::array::from_fn(|i| f(a[i], b[i])))
    }
}

impl std::ops::Add for Totals {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        self.zip(other, |a, b| a + b)
    }
}

impl std::ops::Sub for Totals {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self.zip(other, |a, b| a - b)
    }
}

/// Totals by bucket. Integers, so that the order of adding does not matter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally(pub(crate) [Totals; BUCKETS]);

impl Tally {
    /// The bucket of an event at `at`, if it counts.
    pub(crate) fn at(&mut self, at: Secs) -> Option<&mut Totals> {
        match at {
            0..END => Some(&mut self.0[(at / (52 * WEEK)) as usize]),
            END..HORIZON => Some(&mut self.0[LATER]),
            _ => None,
        }
    }

    /// Adds another tally.
    pub(crate) fn add(mut self, other: Self) -> Self {
        for (mine, theirs) in self.0.iter_mut().zip(other.0) {
            *mine = *mine + theirs;
        }
        self
    }

    /// Sum over the years of data.
    pub(crate) fn in_data(&self) -> Totals {
        self.0[..LATER].iter().fold(Totals::default(), |a, b| a + *b)
    }

    /// Sum over the data and what follows from it.
    pub(crate) fn eventual(&self) -> Totals {
        self.in_data() + self.0[LATER]
    }
}
