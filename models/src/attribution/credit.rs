//! The result every attribution model gives: conversions and value by channel, adding up exactly.

use serde::Serialize;

/// Conversions with their value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Amount {
    /// Outcomes; fractional where shared.
    pub conversions: f64,
    /// Minor units of the report's currency.
    pub value_minor: i64,
}

/// A 90% interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Interval {
    /// 5th percentile.
    pub p05: f64,
    /// 95th percentile.
    pub p95: f64,
}

impl Interval {
    /// Whether the two intervals share a point.
    #[must_use]
    pub fn overlaps(self, other: Interval) -> bool {
        self.p05 <= other.p95 && other.p05 <= self.p95
    }
}

/// One channel's credit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChannelCredit {
    /// Channel name.
    pub channel: String,
    /// Attributed outcomes, `>= 0`.
    pub conversions: f64,
    /// Attributed value in minor units.
    pub value_minor: i64,
    /// 90% bootstrap interval of `conversions`; data-driven models with resamples only.
    pub conversions_interval: Option<Interval>,
    /// 90% bootstrap interval of the value in minor units; data-driven models with resamples only.
    pub value_interval: Option<Interval>,
    /// Removal effect on conversions, `0..=1`; Markov only.
    pub removal_effect: Option<f64>,
    /// Rank by conversions, 1 = most. `None` where the interval overlaps a neighbour's: the data do not rank them.
    pub rank: Option<usize>,
}

/// What a reader must be told beside the numbers.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "note")]
pub enum Note {
    /// Intervals overlap, so that these channels are not ranked against a neighbour.
    NotRanked {
        /// The channels.
        channels: Vec<String>,
    },
    /// The distinct-channel Shapley value is linear credit over distinct channels, no more.
    LinearOverDistinctChannels,
    /// The ordered Shapley value sums to linear credit over touches, no more.
    LinearOverTouches,
    /// Markov order used, and how it came to be.
    Order {
        /// 1 to 4.
        order: usize,
        /// Whether penalised out-of-sample AUC chose it.
        chosen: bool,
    },
    /// How well paths predict conversion out of sample; near 0.5 they barely do.
    Auc {
        /// Area under the ROC curve, `0..=1`.
        auc: f64,
    },
    /// The iteration stopped before reaching its tolerance.
    NotConverged {
        /// Iterations done.
        iterations: usize,
    },
}

/// One model's credit over all channels: `channels + unattributed = total`, value to the minor unit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Credit {
    /// Model id, see [`super::ModelKind::id`].
    pub model: String,
    /// Every known channel, by index, those without credit included.
    pub channels: Vec<ChannelCredit>,
    /// Outcomes without an eligible touch.
    pub unattributed: Amount,
    /// All outcomes.
    pub total: Amount,
    /// What must be said beside the numbers.
    pub notes: Vec<Note>,
}

/// Ranks channels by conversions and withholds the rank of any channel whose interval overlaps a neighbour's.
///
/// Without intervals (rules) every channel with credit is ranked; ties share a rank. Names of channels left unranked
/// are returned.
pub fn rank(channels: &mut [ChannelCredit]) -> Vec<String> {
    let mut order: Vec<usize> = (0..channels.len()).filter(|&i| channels[i].conversions > 0.0).collect();
    order.sort_by(|&a, &b| channels[b].conversions.total_cmp(&channels[a].conversions).then(a.cmp(&b)));
    let blurred = overlapping(channels, &order);
    let mut place = 0;
    for (n, &i) in order.iter().enumerate() {
        if n == 0 || channels[i].conversions < channels[order[n - 1]].conversions {
            place = n + 1;
        }
        channels[i].rank = (!blurred[i]).then_some(place);
    }
    order.iter().filter(|i| blurred[**i]).map(|&i| channels[i].channel.clone()).collect()
}

/// For each channel whether its interval overlaps that of any other of `among`; not only neighbours in rank, since
/// intervals may be of any width. One pass in order of lower ends, so that a million channels are no trouble.
fn overlapping(channels: &[ChannelCredit], among: &[usize]) -> Vec<bool> {
    let mut by_low: Vec<(usize, Interval)> =
        among.iter().filter_map(|&i| Some((i, channels[i].conversions_interval?))).collect();
    by_low.sort_by(|a, b| a.1.p05.total_cmp(&b.1.p05).then(a.0.cmp(&b.0)));
    let mut blurred = vec![false; channels.len()];
    let mut widest: Option<(usize, Interval)> = None;
    for (i, interval) in by_low {
        if let Some((j, wide)) = widest
            && wide.overlaps(interval)
        {
            (blurred[i], blurred[j]) = (true, true);
        }
        if widest.is_none_or(|(_, wide)| interval.p95 > wide.p95) {
            widest = Some((i, interval));
        }
    }
    blurred
}

#[cfg(test)]
mod tests {
    use super::*;

    fn channel(name: &str, conversions: f64, interval: Option<(f64, f64)>) -> ChannelCredit {
        ChannelCredit {
            channel: name.into(),
            conversions,
            value_minor: 0,
            conversions_interval: interval.map(|(p05, p95)| Interval { p05, p95 }),
            value_interval: None,
            removal_effect: None,
            rank: None,
        }
    }

    #[test]
    fn overlapping_channels_are_not_ranked_and_separate_ones_are() {
        let mut all = [
            channel("a", 50.0, Some((45.0, 55.0))),
            channel("b", 20.0, Some((15.0, 26.0))),
            channel("c", 24.0, Some((19.0, 29.0))),
            channel("d", 0.0, Some((0.0, 0.0))),
        ];
        assert_eq!(rank(&mut all), ["c", "b"]);
        assert_eq!(all.map(|c| c.rank), [Some(1), None, None, None]);
    }

    #[test]
    fn a_channel_within_a_wider_interval_is_not_ranked_and_neither_is_the_wider_one() {
        let mut all = [
            channel("wide", 50.0, Some((10.0, 90.0))),
            channel("x", 40.0, Some((39.0, 41.0))),
            channel("y", 5.0, Some((4.0, 6.0))),
        ];
        assert_eq!(rank(&mut all), ["wide", "x"]);
        assert_eq!(all[2].rank, Some(3));
    }

    #[test]
    fn rules_are_ranked_with_ties_sharing_a_place() {
        let mut all = [channel("a", 2.0, None), channel("b", 5.0, None), channel("c", 2.0, None)];
        assert!(rank(&mut all).is_empty());
        assert_eq!(all.map(|c| c.rank), [Some(2), Some(1), Some(2)]);
    }
}
