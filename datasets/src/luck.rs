//! The luck of a world: candidate inquiries that happen or not, depending on how strong their source is.

use rayon::prelude::*;

use crate::account::Account;
use crate::calendar::{DAY, FIRST_LEAD_WEEK, LAST_LEAD_WEEK, Secs, WEEK};
use crate::market::Market;
use crate::stream::{Purpose, Stream, replicate_seed};
use crate::world::CHUNK;

/// An inquiry that happens if its source is strong enough that week: a point of a Poisson process at the bound of the rate.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Candidate {
    pub(crate) account: u32,
    pub(crate) k: u16,
    pub(crate) source: u8,
    pub(crate) at: Secs,
    /// Happens where the rate exceeds this share of the bound.
    pub(crate) threshold: f32,
}

/// The luck of a world: its candidates. The same luck under two plans gives the same inquiries but for the difference.
#[derive(Debug)]
pub(crate) struct Luck {
    pub(crate) seed: u64,
    pub(crate) chunks: Vec<Vec<Candidate>>,
}

/// A time within week `week`: working days mostly, office hours mostly.
pub(crate) fn time_in_week(s: &mut Stream, week: i32) -> Secs {
    const DAYS: [f64; 7] = [0.19, 0.21, 0.20, 0.18, 0.14, 0.04, 0.04];
    let hour = (13.0 + 3.2 * s.normal()).clamp(0.0, 23.9);
    week * WEEK + s.pick(&DAYS) as Secs * DAY + (hour * 3_600.0) as Secs + s.below(60) as Secs
}

impl Luck {
    /// Draws world number `replicate`; 0 is the company itself.
    pub(crate) fn draw(market: &Market, replicate: u32) -> Self {
        let seed = replicate_seed(market.company.seed, replicate);
        let bound = &market.effects.bound;
        let weeks = LAST_LEAD_WEEK - FIRST_LEAD_WEEK;
        let mean = bound.iter().sum::<f64>() * f64::from(weeks);
        let of_account = |i: usize, account: &Account| {
            let mut s = Stream::new(seed, Purpose::Candidate, i as u64, 0);
            let n = s.poisson(mean * account.appetite).min(u32::from(u16::MAX));
            let mut all: Vec<Candidate> = (0..n as u16)
                .map(|k| {
                    let week = FIRST_LEAD_WEEK + s.below(weeks as usize) as i32;
                    let at = time_in_week(&mut s, week);
                    Candidate { account: i as u32, k, source: s.pick(bound) as u8, at, threshold: s.uniform() as f32 }
                })
                .collect();
            all.sort_unstable_by_key(|c| (c.at, c.k));
            all
        };
        let chunks = market
            .accounts
            .par_chunks(CHUNK)
            .enumerate()
            .map(|(n, chunk)| chunk.iter().enumerate().flat_map(|(i, a)| of_account(n * CHUNK + i, a)).collect())
            .collect();
        Self { seed, chunks }
    }
}
