//! Planted truth held against 90% intervals over several worlds: one world and one seed may be right by luck.

use statrs::distribution::{Binomial, DiscreteCDF};
use tandem_models::mmm::interval::Interval;

/// Seeds of the worlds that each claim is tried on.
pub const SEEDS: [u64; 8] = [1, 2, 3, 4, 5, 6, 7, 8];

/// How often truth lay inside the interval, and how far medians were off.
#[derive(Debug, Default)]
pub struct Tally {
    inside: usize,
    errors: Vec<f64>,
}

impl Tally {
    /// One more interval with the truth that it should hold.
    pub fn add(&mut self, told: &Interval, truth: f64) {
        self.inside += usize::from(told.p05 <= truth && truth <= told.p95);
        // a truth of nothing has no relative error
        self.errors.push((told.p50 - truth).abs() / if truth == 0.0 { 1.0 } else { truth.abs() });
    }

    /// Whether no more intervals missed than 90% intervals do in all but one of fifty runs.
    pub fn covers(&self) -> bool {
        let (n, missed) = (self.errors.len() as u64, self.errors.len() - self.inside);
        let chance = Binomial::new(0.1, n).unwrap();
        missed == 0 || 1.0 - chance.cdf(missed as u64 - 1) > 0.02
    }

    /// Median of |median / truth - 1|.
    pub fn error(&self) -> f64 {
        let mut sorted = self.errors.clone();
        sorted.sort_by(f64::total_cmp);
        sorted[sorted.len() / 2]
    }
}

#[test]
fn intervals_that_miss_too_often_do_not_cover() {
    let of = |inside: usize, all: usize| Tally { inside, errors: vec![0.0; all] }.covers();
    assert!(of(8, 8) && of(6, 8) && of(13, 16));
    assert!(!of(4, 8) && !of(11, 16), "negative control");
}
