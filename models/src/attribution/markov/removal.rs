//! Higher orders: one sparse system a channel, several channels side by side, by Gauss-Seidel.
//!
//! For each channel `c`: `h_s = 0` where state `s` holds `c`, else `h_s = r_s + sum_t Q_st h_t`. Starting from 0 the
//! sweeps rise monotonically to the solution, at a rate that the sweeps themselves reveal, so the stop is by a bound on
//! the remaining error and not by the size of the last change.

use rayon::prelude::*;

use super::Removal;
use super::chain::Chain;

/// Systems solved side by side. Fixed, so that results do not depend on the number of threads.
const LANES: usize = 8;

/// Sweeps after which an answer is given as not converged.
const MAX_SWEEPS: usize = 20_000;

#[derive(Clone, Copy, PartialEq)]
enum Reward {
    Conversion,
    Value,
}

/// One system: what is rewarded, and which channel is removed (`None`: none).
type System = (Reward, Option<u32>);

/// Removal effects of a chain of any order. `tolerance`: change of `h` in a sweep, relative to its largest entry, at which
/// sweeps stop.
pub(super) fn solve(chain: &Chain, tolerance: f64) -> Removal {
    let held: Vec<bool> = {
        let mut held = vec![false; chain.channels];
        chain.holds.iter().flatten().for_each(|&c| held[c as usize] = true);
        held
    };
    // Without removal the chain returns the flows it was made of, so the base needs no solve.
    let (conversion, value) = (chain.per_journey(&chain.conversion), chain.per_journey(&chain.value));
    let mut systems: Vec<System> = Vec::new();
    for reward in [Reward::Conversion, Reward::Value] {
        if reward == Reward::Conversion || value != 0.0 {
            let channels = (0..chain.channels as u32).filter(|&c| held[c as usize]);
            systems.extend(channels.map(|c| (reward, Some(c))));
        }
    }
    let solved: Vec<(Vec<f64>, usize, bool)> =
        systems.par_chunks(LANES).map(|lanes| sweep(chain, lanes, tolerance)).collect();
    let mut removal = Removal {
        p_conversion: conversion,
        value_per_journey: value,
        conversions: vec![0.0; chain.channels],
        value: vec![0.0; chain.channels],
        sweeps: solved.iter().map(|s| s.1).max().unwrap_or(0),
        converged: solved.iter().all(|s| s.2),
    };
    let left = solved.iter().flat_map(|s| &s.0);
    for (&(reward, channel), &left) in systems.iter().zip(left) {
        let Some(c) = channel else { continue };
        let (base, out) = match reward {
            Reward::Conversion => (conversion, &mut removal.conversions),
            Reward::Value => (value, &mut removal.value),
        };
        let effect = if base == 0.0 { 0.0 } else { 1.0 - left / base };
        // Without credit notes removal cannot help: what lies below 0 is the rounding of a channel without effect.
        out[c as usize] = if reward == Reward::Conversion || effect > -1e-9 { effect.max(0.0) } else { effect };
    }
    removal
}

/// Solves up to [`LANES`] systems together: the reward left from `START`, sweeps done, whether the bound was met.
fn sweep(chain: &Chain, lanes: &[System], tolerance: f64) -> (Vec<f64>, usize, bool) {
    let n = chain.states();
    let mut mask = vec![[1.0f64; LANES]; n];
    let mut reward = vec![[0.0f64; LANES]; n];
    for (l, &(kind, channel)) in lanes.iter().enumerate() {
        for s in 0..n {
            if channel.is_some_and(|c| chain.holds[s].contains(&c)) {
                mask[s][l] = 0.0;
            }
            reward[s][l] = match kind {
                Reward::Conversion => chain.conversion[s],
                Reward::Value => chain.value[s],
            } * mask[s][l];
        }
    }
    let mut h = reward.clone();
    let mut stops = [Stop::new(tolerance); LANES];
    for sweeps in 1..=MAX_SWEEPS {
        let (mut change, mut size) = ([0.0f64; LANES], [0.0f64; LANES]);
        let mut one = |s: usize| {
            let mut new = reward[s];
            let mut sum = [0.0f64; LANES];
            let range = chain.rows[s]..chain.rows[s + 1];
            for (&t, &p) in chain.columns[range.clone()].iter().zip(&chain.probabilities[range]) {
                let next = &h[t as usize];
                (0..LANES).for_each(|l| sum[l] += p * next[l]);
            }
            let old = h[s];
            for l in 0..LANES {
                new[l] += mask[s][l] * sum[l];
                change[l] = change[l].max((new[l] - old[l]).abs());
                size[l] = size[l].max(new[l].abs());
            }
            h[s] = new;
        };
        (0..n).for_each(&mut one);
        // Every lane has its own scale: conversions are probabilities, values may be millions.
        let done =
            stops.iter_mut().zip(change.iter().zip(&size)).fold(true, |all, (s, (c, z))| s.reached(*c, *z) && all);
        if done || sweeps == MAX_SWEEPS {
            let from_start = |l: usize| (0..n).map(|s| chain.start[s] * h[s][l]).sum();
            return ((0..lanes.len()).map(from_start).collect(), sweeps, done);
        }
    }
    (vec![0.0; lanes.len()], MAX_SWEEPS, false)
}

/// When one system has been swept enough.
#[derive(Clone, Copy)]
struct Stop {
    tolerance: f64,
    last_change: f64,
    rate: f64,
    sweeps: usize,
}

impl Stop {
    fn new(tolerance: f64) -> Self {
        Stop { tolerance, last_change: f64::INFINITY, rate: 0.0, sweeps: 0 }
    }

    /// The change alone can hide a slow mode behind quick ones and the rate alone can be mistaken in the first sweeps, so
    /// both must be small: the change itself, and what is left to come at the larger of two rates in a row.
    fn reached(&mut self, change: f64, size: f64) -> bool {
        self.sweeps += 1;
        let rate = (change / self.last_change).clamp(0.0, 0.999_999_9);
        let worst = self.rate.max(rate);
        (self.rate, self.last_change) = (rate, change);
        let bound = self.tolerance * size;
        change == 0.0 || (self.sweeps > 3 && change <= bound && change * worst / (1.0 - worst) <= 16.0 * bound)
    }
}
