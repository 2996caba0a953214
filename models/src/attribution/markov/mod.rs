//! Markov removal effect of order 1 to 4, solved exactly instead of simulated.
//!
//! # Model
//! A state is the window of the last `k` channels; a path shorter than `k` is one shorter state. `START` leads to the
//! first window, each window to the next (equal consecutive states collapsed), the last to `CONV` with the weight of
//! conversions and to `NULL` with that of nulls; rows are normalised. With `h` the probability of conversion,
//! `RE_c = 1 - P(conv | states holding c lead to NULL) / P(conv)`, and the credit is `C * RE_c / sum RE`.
//! For value the reward at a state is its probability of conversion times its mean value.
//!
//! # Reference
//! Anderl, Becker, von Wangenheim, Schumann (2016), Mapping the customer journey, IJRM 33(3).

mod cells;
pub mod chain;
pub mod counts;
mod first_order;
pub mod order;
mod removal;
pub mod resample;

pub use chain::{Chain, Edge};
pub use counts::Counts;

/// Most channels a chain takes: the exact solve of order 1 grows with the third power.
pub const MAX_CHANNELS: usize = 1000;

/// Highest order.
pub const MAX_ORDER: usize = 4;

/// Removal effects of all channels.
#[derive(Debug, Clone, PartialEq)]
pub struct Removal {
    /// `P(conv)` from `START`: conversions over all ended journeys.
    pub p_conversion: f64,
    /// Expected value a journey, minor units.
    pub value_per_journey: f64,
    /// Effect on conversions by channel, `0..=1`; 0 for channels that no path holds.
    pub conversions: Vec<f64>,
    /// Effect on value by channel.
    pub value: Vec<f64>,
    /// Sweeps of the iteration; 0 for the direct solve of order 1.
    pub sweeps: usize,
    /// Whether the iteration reached its tolerance; always true for order 1.
    pub converged: bool,
}

impl Removal {
    /// Shares of credit by conversions, summing to 1; all 0 where no removal changes anything.
    #[must_use]
    pub fn conversion_shares(&self) -> Vec<f64> {
        shares(&self.conversions)
    }

    /// Shares of credit by value, summing to 1. Where the value effects do not add up to something positive (no value,
    /// or credit notes outweighing it) the shares by conversions.
    #[must_use]
    pub fn value_shares(&self) -> Vec<f64> {
        if self.value.iter().all(|e| *e >= 0.0) && self.value.iter().sum::<f64>() > 0.0 {
            shares(&self.value)
        } else {
            self.conversion_shares()
        }
    }
}

fn shares(effects: &[f64]) -> Vec<f64> {
    let sum: f64 = effects.iter().sum();
    effects.iter().map(|e| if sum > 0.0 { e / sum } else { 0.0 }).collect()
}

/// Solves for all removal effects to the last digits.
#[must_use]
pub fn removal_effects(chain: &Chain) -> Removal {
    solve(chain, EXACT)
}

/// Change in a sweep that stands for "exact": no more than the last bit.
const EXACT: f64 = 2.3e-16;

/// Solves directly at order 1, else by sweeps down to the given change.
fn solve(chain: &Chain, tolerance: f64) -> Removal {
    if chain.order == 1 { first_order::solve(chain) } else { removal::solve(chain, tolerance) }
}

#[cfg(test)]
mod tests;
