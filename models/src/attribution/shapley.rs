//! Shapley value of the game "value of all paths within a set of channels", plain and by position.
//!
//! # Formula
//! With `v(S) = sum over T in S of R(T)` and `R(T)` the outcome of paths whose distinct channels are `T`,
//! `phi_i = sum over T holding i of R(T) / |T|` (Zhao, Mahboobi, Bagheri 2018): one pass over the paths. Said plainly, this
//! is linear credit over distinct channels. The ordered version credits `R / n` to each of a path's `n` touches by its
//! position, and sums to linear credit over touches. The conversion-rate game is not offered: without shrinkage it can
//! give a channel of 2 conversions 2,000.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::credit::{Credit, Note};
use super::intervals::{Shares, with_intervals};
use super::ledger::Ledger;
use super::paths::{Path, Paths};
use super::poisson::{Draws, LANES};
use super::settings::Bootstrap;

/// Positions told apart; later touches are pooled in the last.
pub const POSITIONS: usize = 20;

/// Parts that a resample's conversion or minor unit is split into, so that its sums are whole and add up in any order.
const PART: i128 = 1 << 32;

/// Which of the two versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Version {
    /// Over distinct channels.
    Distinct,
    /// Over touches, by position.
    Ordered,
}

/// One channel's ordered credit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PositionCredit {
    /// Channel name.
    pub channel: String,
    /// Conversions by position in the path, first at 0; the last entry pools position [`POSITIONS`] and later.
    pub conversions: Vec<f64>,
}

/// Accumulates Shapley credit with its bootstrap; takes paths in blocks.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Shapley {
    version: Version,
    ledger: Ledger,
    /// Keyed by channel * [`POSITIONS`] + position.
    positions: Ledger,
    bootstrap: Bootstrap,
    groups: Vec<Group>,
    rows: u64,
    channels: usize,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Group {
    conversions: Vec<[i128; LANES]>,
    value: Vec<[i128; LANES]>,
}

impl Shapley {
    /// For channels `0..channels`.
    #[must_use]
    pub fn new(version: Version, channels: usize, bootstrap: Bootstrap) -> Self {
        let zero = vec![[0; LANES]; channels];
        let group = Group { conversions: zero.clone(), value: zero };
        Shapley {
            version,
            ledger: Ledger::new(channels),
            positions: Ledger::new(0),
            bootstrap,
            groups: vec![group; bootstrap.resamples.div_ceil(LANES)],
            rows: 0,
            channels,
        }
    }

    /// Adds paths; only those with conversions carry credit.
    pub fn add_all(&mut self, paths: &Paths) {
        let (mut seen, mut keys, mut weights) = (vec![false; self.channels], Vec::new(), Vec::new());
        for path in paths.iter().filter(|p| p.conversions > 0) {
            players(self.version, path.channels, &mut seen, &mut keys);
            weights.clear();
            weights.resize(keys.len(), 1.0);
            self.ledger.share(&keys, &weights, path.conversions, path.value_minor);
            if self.version == Version::Ordered {
                let place = |(i, &c): (usize, &u32)| c * POSITIONS as u32 + i.min(POSITIONS - 1) as u32;
                let keys: Vec<u32> = keys.iter().enumerate().map(place).collect();
                self.positions.share(&keys, &weights, path.conversions, path.value_minor);
            }
        }
        let (rows, seed, version, channels) = (self.rows, self.bootstrap.seed, self.version, self.channels);
        self.groups.par_iter_mut().enumerate().for_each(|(g, group)| {
            let (mut seen, mut keys) = (vec![false; channels], Vec::new());
            for (row, path) in (rows..).zip(paths.iter()).filter(|(_, p)| p.conversions > 0) {
                players(version, path.channels, &mut seen, &mut keys);
                group.add(&path, &keys, Draws::new(seed, path.unit.unwrap_or(row), g as u64));
            }
        });
        self.rows += paths.len() as u64;
    }

    /// Outcomes without a touch.
    pub fn unattributed(&mut self, conversions: u64, value_minor: i64) {
        self.ledger.unattributed(conversions, value_minor);
    }

    /// Adds what another one over the same version, channels and bootstrap holds, or takes it away. Both must hold only
    /// paths with a unit.
    pub fn merge(&mut self, other: &Shapley, sign: i64) {
        for (ledger, more) in [(&mut self.ledger, &other.ledger), (&mut self.positions, &other.positions)] {
            if sign > 0 { ledger.merge(more) } else { ledger.take_away(more) }
        }
        for (group, more) in self.groups.iter_mut().zip(&other.groups) {
            for (to, more) in [(&mut group.conversions, &more.conversions), (&mut group.value, &more.value)] {
                for (to, more) in to.iter_mut().zip(more) {
                    (0..LANES).for_each(|l| to[l] += i128::from(sign) * more[l]);
                }
            }
        }
        self.rows = self.rows.wrapping_add_signed(sign * other.rows as i64);
    }

    /// The credit with its intervals.
    #[must_use]
    pub fn credit(&self, model: &str, names: &[String]) -> Credit {
        let shares = |of: &dyn Fn(&Group) -> &[[i128; LANES]]| -> Vec<Vec<f64>> {
            let one = |r: usize| {
                let list: Vec<f64> = of(&self.groups[r / LANES]).iter().map(|w| w[r % LANES] as f64).collect();
                let sum: f64 = list.iter().sum();
                list.iter().map(|x| if sum == 0.0 { 0.0 } else { x / sum }).collect()
            };
            (0..self.bootstrap.resamples).map(one).collect()
        };
        let shares = Shares {
            conversion_resamples: shares(&|g| &g.conversions),
            value_resamples: shares(&|g| &g.value),
            ..Shares::default()
        };
        let mut credit = self.ledger.credit(model, names);
        with_intervals(&mut credit, &shares);
        credit.notes.push(match self.version {
            Version::Distinct => Note::LinearOverDistinctChannels,
            Version::Ordered => Note::LinearOverTouches,
        });
        credit
    }

    /// Ordered credit by position; empty for the distinct version.
    #[must_use]
    pub fn by_position(&self, names: &[String]) -> Vec<PositionCredit> {
        if self.version == Version::Distinct {
            return Vec::new();
        }
        let flat = self.positions.credit("", &vec![String::new(); names.len() * POSITIONS]);
        let rows = flat.channels.chunks(POSITIONS).zip(names);
        rows.map(|(row, name)| PositionCredit {
            channel: name.clone(),
            conversions: row.iter().map(|c| c.conversions).collect(),
        })
        .collect()
    }
}

/// The players of a path: its distinct channels in order of first touch, or all its touches. `seen` is all false before
/// and after.
fn players(version: Version, channels: &[u32], seen: &mut [bool], keys: &mut Vec<u32>) {
    keys.clear();
    if version == Version::Ordered {
        return keys.extend_from_slice(channels);
    }
    for &c in channels {
        if !std::mem::replace(&mut seen[c as usize], true) {
            keys.push(c);
        }
    }
    keys.iter().for_each(|&c| seen[c as usize] = false);
}

impl Group {
    fn add(&mut self, path: &Path<'_>, keys: &[u32], mut draws: Draws) {
        let w = if path.unit.is_some() {
            draws.of_many(1).map(|w| w * u64::from(path.conversions))
        } else {
            draws.of_many(path.conversions)
        };
        let each = PART / keys.len() as i128;
        let worth = i128::from(path.value_minor) * each / i128::from(path.conversions);
        for &k in keys {
            let (c, v) = (&mut self.conversions[k as usize], &mut self.value[k as usize]);
            for l in 0..LANES {
                c[l] += each * i128::from(w[l]);
                v[l] += worth * i128::from(w[l]);
            }
        }
    }
}
