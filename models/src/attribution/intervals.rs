//! From shares to credit: totals allocated exactly, intervals from resamples, ranks withheld where they overlap.

use super::credit::{Amount, ChannelCredit, Credit, Interval, Note, rank};
use super::hazard::Hazard;
use super::kind::ModelKind;
use crate::domain::money::split;

/// What a data-driven model found: shares of conversions and value by channel, and the same in each resample.
#[derive(Debug, Clone, Default)]
pub struct Shares {
    /// Shares of conversions, summing to 1 (or all 0).
    pub conversions: Vec<f64>,
    /// Shares of value, summing to 1 (or all 0).
    pub value: Vec<f64>,
    /// Shares of conversions by resample.
    pub conversion_resamples: Vec<Vec<f64>>,
    /// Shares of value by resample.
    pub value_resamples: Vec<Vec<f64>>,
}

/// Allocates what happened by shares. Totals are facts, so intervals show how sure the sharing is, not the total.
#[must_use]
pub fn credit(
    model: &str,
    names: &[String],
    shares: &Shares,
    (conversions, value_minor): (u64, i64),
    unattributed: (u64, i64),
) -> Credit {
    let parts = split(value_minor, &shares.value);
    let shared = shares.conversions.iter().sum::<f64>() > 0.0;
    let channels: Vec<ChannelCredit> = names
        .iter()
        .enumerate()
        .map(|(c, name)| ChannelCredit {
            channel: name.clone(),
            conversions: conversions as f64 * shares.conversions.get(c).copied().unwrap_or(0.0),
            value_minor: parts.as_ref().map_or(0, |p| p[c]),
            conversions_interval: None,
            value_interval: None,
            removal_effect: None,
            rank: None,
        })
        .collect();
    // Without any share (no removal changes anything, nothing was won) nothing is lost: it stays unattributed.
    let lost = (if shared { 0 } else { conversions }, if parts.is_some() { 0 } else { value_minor });
    let amount = |c: u64, value_minor| Amount { conversions: c as f64, value_minor };
    let mut credit = Credit {
        model: model.into(),
        channels,
        unattributed: amount(unattributed.0 + lost.0, unattributed.1 + lost.1),
        total: amount(unattributed.0 + conversions, unattributed.1 + value_minor),
        notes: Vec::new(),
    };
    with_intervals(&mut credit, shares);
    credit
}

/// Sets intervals from the resampled shares and ranks channels by them.
pub fn with_intervals(credit: &mut Credit, shares: &Shares) {
    let conversions = credit.total.conversions - credit.unattributed.conversions;
    let value = credit.total.value_minor - credit.unattributed.value_minor;
    add_intervals(&mut credit.channels, shares, conversions, value as f64);
    let channels = rank(&mut credit.channels);
    if !channels.is_empty() {
        credit.notes.push(Note::NotRanked { channels });
    }
}

/// Sets 90% intervals from resampled shares, where there are resamples.
fn add_intervals(channels: &mut [ChannelCredit], shares: &Shares, conversions: f64, value: f64) {
    let of = |resamples: &[Vec<f64>], c: usize, scale: f64| -> Option<Interval> {
        let mut all: Vec<f64> = resamples.iter().map(|r| r[c] * scale).collect();
        all.sort_by(f64::total_cmp);
        (!all.is_empty()).then(|| Interval { p05: percentile(&all, 0.05), p95: percentile(&all, 0.95) })
    };
    for (c, channel) in channels.iter_mut().enumerate() {
        channel.conversions_interval = of(&shares.conversion_resamples, c, conversions);
        channel.value_interval = of(&shares.value_resamples, c, value);
    }
}

/// The `p` quantile of ascending values, linear between neighbours; not empty.
fn percentile(sorted: &[f64], p: f64) -> f64 {
    let at = p * (sorted.len() - 1) as f64;
    let (low, part) = (at.floor() as usize, at.fract());
    let high = (low + 1).min(sorted.len() - 1);
    sorted[low] + part * (sorted[high] - sorted[low])
}

/// Fits the hazard model and gives its credit.
#[must_use]
pub fn hazard_credit(hazard: &mut Hazard, names: &[String], unattributed: (u64, i64)) -> Credit {
    let (first, resamples) = hazard.fit();
    let shares_of = |x: &[f64]| -> Vec<f64> {
        let sum: f64 = x.iter().sum();
        x.iter().map(|x| if sum > 0.0 { x / sum } else { 0.0 }).collect()
    };
    let shares = Shares {
        conversions: shares_of(&first.conversions),
        value: if first.value.iter().sum::<f64>() > 0.0 {
            shares_of(&first.value)
        } else {
            shares_of(&first.conversions)
        },
        conversion_resamples: resamples.iter().map(|f| shares_of(&f.conversions)).collect(),
        value_resamples: resamples.iter().map(|f| shares_of(&f.value)).collect(),
    };
    let mut credit = credit(ModelKind::Hazard.id(), names, &shares, hazard.totals(), unattributed);
    if !first.converged {
        credit.notes.push(Note::NotConverged { iterations: first.iterations });
    }
    credit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_lie_between_neighbours() {
        let all: Vec<f64> = (0..=20).map(f64::from).collect();
        assert_eq!((percentile(&all, 0.05), percentile(&all, 0.95), percentile(&[3.0], 0.95)), (1.0, 19.0, 3.0));
        assert!((percentile(&[0.0, 1.0], 0.05) - 0.05).abs() < 1e-15);
    }

    #[test]
    fn value_ties_out_and_what_no_channel_can_take_is_unattributed() {
        let names = ["a", "b"].map(String::from);
        let shares = Shares { conversions: vec![0.5; 2], value: vec![1.0 / 3.0, 2.0 / 3.0], ..Shares::default() };
        let c = credit("x", &names, &shares, (10, 100), (1, 7));
        assert_eq!(c.channels.iter().map(|c| c.value_minor).collect::<Vec<_>>(), [33, 67]);
        assert_eq!((c.total.value_minor, c.unattributed.value_minor), (107, 7));
        let none = Shares { conversions: vec![0.0; 2], value: vec![0.0; 2], ..Shares::default() };
        let c = credit("x", &names, &none, (10, 100), (1, 7));
        assert_eq!(c.unattributed, c.total);
    }
}
