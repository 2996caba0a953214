//! Where everyday touches come from: spend gives them, whether or not they cause anything.

use crate::calendar::WEEKS;
use crate::channel::UNPAID;
use crate::market::Market;
use crate::season;
use crate::stream::Stream;

/// Cumulative weights of (touch channel, week) by region, and the campaign running in each.
#[derive(Debug)]
pub(crate) struct Exposure {
    /// `[region][channel * WEEKS + week]`, ascending.
    cumulative: Vec<Vec<f64>>,
    /// Names of touch channels: paid ones, then those without spend.
    pub(crate) channels: Vec<(&'static str, &'static str)>,
    /// Number of paid channels.
    pub(crate) paid: usize,
    regions: usize,
}

/// Weeks a campaign runs: a quarter.
pub(crate) const CAMPAIGN_WEEKS: i32 = 13;
/// Campaigns a channel and region has in the data.
pub(crate) const CAMPAIGNS: i32 = WEEKS / CAMPAIGN_WEEKS;

/// Everyday touches without spend, as shares of all paid ones: organic search and direct.
const UNPAID_SHARES: [f64; 2] = [0.16, 0.08];

impl Exposure {
    /// Weights under the plan as it happened.
    pub(crate) fn new(market: &Market) -> Self {
        let paid = market.company.channels.len();
        let channels: Vec<_> = market.company.channels.iter().map(|c| (c.name, c.touch_kind)).chain(UNPAID).collect();
        let cumulative = (0..market.company.regions.len())
            .map(|r| {
                let mut weights = Vec::with_capacity(channels.len() * WEEKS as usize);
                for (c, channel) in market.company.channels.iter().enumerate() {
                    weights.extend((0..WEEKS).map(|w| market.plan.at(c, r, w) as f64 * channel.exposure));
                }
                let mean = weights.iter().sum::<f64>() / f64::from(WEEKS);
                for share in UNPAID_SHARES {
                    weights.extend((0..WEEKS).map(|w| mean.max(1.0) * share * season::demand(w)));
                }
                let mut sum = 0.0;
                weights
                    .iter()
                    .map(|w| {
                        sum += w;
                        sum
                    })
                    .collect()
            })
            .collect();
        Self { cumulative, channels, paid, regions: market.company.regions.len() }
    }

    /// A channel and week, in proportion to exposure in the region.
    pub(crate) fn draw(&self, region: usize, s: &mut Stream) -> (usize, i32) {
        let sums = &self.cumulative[region];
        let at = s.uniform() * sums.last().copied().unwrap_or(0.0);
        let i = sums.partition_point(|sum| *sum <= at).min(sums.len() - 1);
        (i / WEEKS as usize, (i % WEEKS as usize) as i32)
    }

    /// Number of the campaign of a paid channel in a region and week.
    pub(crate) fn campaign(&self, channel: usize, region: usize, week: i32) -> Option<u32> {
        (channel < self.paid && (0..WEEKS).contains(&week))
            .then(|| campaign_number(channel, region, self.regions, week / CAMPAIGN_WEEKS))
    }
}

/// Campaigns are numbered by channel, region and quarter.
pub(crate) fn campaign_number(channel: usize, region: usize, regions: usize, quarter: i32) -> u32 {
    ((channel * regions + region) * CAMPAIGNS as usize + quarter as usize) as u32
}
