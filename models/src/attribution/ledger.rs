//! Adds up shared credit exactly: conversions in billionths and value in minor units, so no order of adding matters.

use serde::{Deserialize, Serialize};

use super::credit::{Amount, ChannelCredit, Credit, rank};
use crate::domain::money::split;

/// Parts one conversion is split into; credit shares are exact multiples of it.
const NANO: i64 = 1_000_000_000;

/// Credit by channel (or campaign, region, segment: any numbered key), accumulated to the cent.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Ledger {
    nano: Vec<i128>,
    value: Vec<i64>,
    unattributed: (u64, i64),
    total: (u64, i64),
}

impl Ledger {
    /// For keys `0..n`; larger keys are added as they come.
    #[must_use]
    pub fn new(n: usize) -> Self {
        Ledger { nano: vec![0; n], value: vec![0; n], ..Ledger::default() }
    }

    /// Shares `conversions` (at most `u32::MAX` at a time) worth `value_minor` over `keys` by `weights`.
    ///
    /// Without keys, or with all weights 0, the outcome is unattributed. Returns the value each key took, in their order.
    pub fn share(&mut self, keys: &[u32], weights: &[f64], conversions: u32, value_minor: i64) -> Vec<i64> {
        debug_assert_eq!(keys.len(), weights.len());
        self.total.0 += u64::from(conversions);
        self.total.1 += value_minor;
        let nano = i64::from(conversions) * NANO;
        let parts = match weights {
            // One touch takes all; most journeys of a large table are short, so skip the splitting.
            [w] if *w > 0.0 => Some((vec![nano], vec![value_minor])),
            _ => split(nano, weights).zip(split(value_minor, weights)),
        };
        let Some((nanos, values)) = parts else {
            self.unattributed.0 += u64::from(conversions);
            self.unattributed.1 += value_minor;
            return Vec::new();
        };
        if let Some(&top) = keys.iter().max()
            && top as usize >= self.nano.len()
        {
            self.nano.resize(top as usize + 1, 0);
            self.value.resize(top as usize + 1, 0);
        }
        for ((&k, n), v) in keys.iter().zip(nanos).zip(&values) {
            self.nano[k as usize] += i128::from(n);
            self.value[k as usize] += v;
        }
        values
    }

    /// Counts outcomes without an eligible touch, any number of them.
    pub fn unattributed(&mut self, conversions: u64, value_minor: i64) {
        for side in [&mut self.total, &mut self.unattributed] {
            side.0 += conversions;
            side.1 += value_minor;
        }
    }

    /// Adds another ledger over the same keys; any order of merging gives the same sums.
    pub fn merge(&mut self, other: &Ledger) {
        self.merge_signed(other, 1);
    }

    /// Takes away what another ledger over the same keys holds, all of which must have been added before.
    pub fn take_away(&mut self, other: &Ledger) {
        self.merge_signed(other, -1);
    }

    fn merge_signed(&mut self, other: &Ledger, sign: i64) {
        let n = self.nano.len().max(other.nano.len());
        self.nano.resize(n, 0);
        self.value.resize(n, 0);
        for k in 0..other.nano.len() {
            self.nano[k] += i128::from(sign) * other.nano[k];
            self.value[k] += sign * other.value[k];
        }
        for (side, more) in [(&mut self.total, other.total), (&mut self.unattributed, other.unattributed)] {
            side.0 = side.0.wrapping_add_signed(sign * more.0 as i64);
            side.1 += sign * more.1;
        }
    }

    /// The report, channels named by index; keys without a name are called `#index`.
    #[must_use]
    pub fn credit(&self, model: &str, names: &[String]) -> Credit {
        let one = |k: usize| ChannelCredit {
            channel: names.get(k).cloned().unwrap_or_else(|| format!("#{k}")),
            conversions: self.nano.get(k).map_or(0.0, |&n| n as f64 / NANO as f64),
            value_minor: self.value.get(k).copied().unwrap_or(0),
            conversions_interval: None,
            value_interval: None,
            removal_effect: None,
            rank: None,
        };
        let mut channels: Vec<ChannelCredit> = (0..names.len().max(self.nano.len())).map(one).collect();
        rank(&mut channels);
        let amount = |(c, value_minor): (u64, i64)| Amount { conversions: c as f64, value_minor };
        Credit {
            model: model.into(),
            channels,
            unattributed: amount(self.unattributed),
            total: amount(self.total),
            notes: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn channels_and_unattributed_sum_to_the_total_exactly(
            deals in prop::collection::vec(
                (prop::collection::vec((0u32..7, 0.0f64..3.0), 0..9), 0u32..4, -500_000i64..90_000_000), 1..60),
        ) {
            let (mut whole, mut left, mut right) = (Ledger::new(3), Ledger::new(7), Ledger::new(0));
            for (i, (touches, c, v)) in deals.iter().enumerate() {
                let (keys, weights): (Vec<u32>, Vec<f64>) = touches.iter().copied().unzip();
                whole.share(&keys, &weights, *c, *v);
                if i % 2 == 0 { &mut left } else { &mut right }.share(&keys, &weights, *c, *v);
            }
            right.merge(&left);
            let names: Vec<String> = (0..7).map(|i| i.to_string()).collect();
            let credit = whole.credit("x", &names);
            prop_assert_eq!(&credit, &right.credit("x", &names), "merging in another order");
            let value: i64 = credit.channels.iter().map(|c| c.value_minor).sum();
            prop_assert_eq!(value + credit.unattributed.value_minor, deals.iter().map(|d| d.2).sum::<i64>());
            let nano: i128 = whole.nano.iter().sum();
            let all: u64 = deals.iter().map(|d| u64::from(d.1)).sum();
            prop_assert_eq!(nano + i128::from(whole.unattributed.0) * i128::from(NANO), i128::from(all) * i128::from(NANO));
        }
    }

    #[test]
    fn an_outcome_without_a_touch_is_unattributed_and_still_in_the_total() {
        let mut ledger = Ledger::new(1);
        assert!(ledger.share(&[], &[], 2, 500).is_empty());
        ledger.share(&[0], &[1.0], 1, 250);
        let credit = ledger.credit("x", &["a".into()]);
        assert_eq!(credit.unattributed, Amount { conversions: 2.0, value_minor: 500 });
        assert_eq!(credit.total, Amount { conversions: 3.0, value_minor: 750 });
        assert_eq!((credit.channels[0].conversions, credit.channels[0].value_minor), (1.0, 250));
    }
}
