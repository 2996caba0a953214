//! The planted truth: what each channel caused, from re-running the company without it on the same random numbers.

mod figures;
mod rerun;

use serde::Serialize;

use crate::calendar::{END, civil, day_of};
use crate::luck::Luck;
use crate::market::Market;
use crate::plan::{Change, Plan};
use crate::tally::{LATER, Tally};

pub use figures::{Capacity, Expected, Figures, Returns};
pub(crate) use rerun::{Reruns, capacity, experiments};

/// Everything `truth.json` holds. Amounts in EUR.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Truth {
    /// Preset the company was made from.
    pub preset: String,
    /// Seed of the company.
    pub seed: u64,
    /// Currency of every amount.
    pub currency: &'static str,
    /// First day of data, a Monday.
    pub from: String,
    /// Last day of data, a Sunday.
    pub to: String,
    /// What the figures mean.
    pub definitions: Definitions,
    /// What happened, as the written tables tell it.
    pub total: Figures,
    /// What would have happened without any spend in the three years.
    pub baseline: Figures,
    /// Effect of all channels together: total less baseline.
    pub incremental: Effect,
    /// What sales capacity held back.
    pub capacity: Capacity,
    /// Effect of each channel.
    pub channels: Vec<ChannelTruth>,
}

/// How the figures are defined; written into the file so that it can be read alone.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Definitions {
    /// Of an effect.
    pub incremental: &'static str,
    /// Of eventual figures.
    pub eventual: &'static str,
    /// Of expected figures.
    pub expected: &'static str,
    /// Of return figures.
    pub returns: &'static str,
}

const DEFINITIONS: Definitions = Definitions {
    incremental: "what happened less what happens when the same company, with the same random numbers, does not spend on the channel \
                  from `from` to `to`; spend before and after stays; events dated from `from` to `to`",
    eventual: "the same with events up to 78 weeks after `to`, when deals in progress have closed and carry-over has acted",
    expected: "mean over worlds with other luck under the same spend: the effect an estimator can aim at, free of the luck of single deals",
    returns: "ROAS = incremental won revenue / spend; ROI = (incremental gross margin - spend) / spend; \
              mROI = the ROI of the last tenth added: spend of the channel times 1.1 against spend as it was",
};

/// An effect over the three years, by year and with what follows later.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Effect {
    /// Spend in the three years, EUR.
    pub spend: f64,
    /// Incremental figures dated within the data.
    #[serde(flatten)]
    pub incremental: Figures,
    /// Returns on the spend.
    #[serde(flatten)]
    pub returns: Returns,
    /// The effect with what comes after the data.
    pub eventual: Eventual,
    /// The effect by year of the event.
    pub by_year: Vec<YearEffect>,
    /// Expected effect; absent where no replicate worlds were run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<Expected>,
}

/// An effect counted until its end.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Eventual {
    /// Incremental figures.
    #[serde(flatten)]
    pub incremental: Figures,
    /// Returns on the spend.
    #[serde(flatten)]
    pub returns: Returns,
}

/// The part of an effect dated in one year of 52 weeks, beside that year's spend.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct YearEffect {
    /// First day.
    pub from: String,
    /// Last day.
    pub to: String,
    /// Spend in the year, EUR.
    pub spend: f64,
    /// Incremental figures dated in the year.
    #[serde(flatten)]
    pub incremental: Figures,
    /// Returns of the year's figures on the year's spend; carry-over crosses years, so read it with care.
    #[serde(flatten)]
    pub returns: Returns,
}

/// Truth of one channel.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChannelTruth {
    /// Name as in every table.
    pub channel: String,
    /// Its effect.
    #[serde(flatten)]
    pub effect: Effect,
    /// The curve behind it.
    pub curve: Curve,
}

/// Parameters of a channel's effect on inquiries; see `docs/simulator.md`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Curve {
    /// Inquiries a week of a mean account at full saturation.
    pub beta: f64,
    /// Weekly adstock retention.
    pub retention: f64,
    /// Half saturation: EUR a week and a million people.
    pub half: f64,
    /// Hill slope.
    pub slope: f64,
    /// Weight in the brand stock.
    pub brand: f64,
    /// Multiplier on an inquiry's chance to be won.
    pub quality: f64,
}

/// Dates of data year `y`.
fn year(y: i32) -> (String, String) {
    (civil(y * 364).to_string(), civil(y * 364 + 363).to_string())
}

/// The effect that removing or adding spend shows.
struct Contrast<'a> {
    spend: &'a dyn Fn(Option<i32>) -> i64,
    with: Tally,
    without: Tally,
    /// With a tenth more, and the extra spend in cents.
    more: Option<(Tally, i64)>,
}

impl Contrast<'_> {
    fn effect(&self, expected: Option<Expected>) -> Effect {
        let spend = (self.spend)(None);
        let incremental = self.with.in_data() - self.without.in_data();
        let gained = |of: fn(&Tally) -> crate::tally::Totals| {
            self.more.as_ref().map(|(tally, extra)| ((of(tally) - of(&self.with)).margin, *extra))
        };
        let eventual = self.with.eventual() - self.without.eventual();
        let by_year = (0..LATER as i32).map(|y| {
            let part = self.with.0[y as usize] - self.without.0[y as usize];
            let (from, to) = year(y);
            let spend = (self.spend)(Some(y));
            let returns = Returns::of(&part, spend, None);
            YearEffect { from, to, spend: spend as f64 / 100.0, incremental: Figures::of(&part), returns }
        });
        Effect {
            spend: spend as f64 / 100.0,
            incremental: Figures::of(&incremental),
            returns: Returns::of(&incremental, spend, gained(Tally::in_data)),
            eventual: Eventual {
                incremental: Figures::of(&eventual),
                returns: Returns::of(&eventual, spend, gained(Tally::eventual)),
            },
            by_year: by_year.collect(),
            expected,
        }
    }
}

fn spent(plan: &Plan, channels: std::ops::Range<usize>, year: Option<i32>) -> i64 {
    channels.map(|c| year.map_or_else(|| plan.total(c), |y| plan.of_year(c, y))).sum()
}

/// Works out the truth; `own` are the re-runs of the company itself with its `luck`. `progress` is told the share done.
pub(crate) fn truth(market: &Market, luck: &Luck, own: &Reruns, progress: &dyn Fn(f64)) -> Truth {
    let company = &market.company;
    let replicates: Vec<Reruns> = (1..=company.replicates)
        .map(|n| {
            let runs = Reruns::all(market, &Luck::draw(market, n), &|_| ());
            progress(f64::from(n) / f64::from(company.replicates));
            runs
        })
        .collect();
    let channels = company.channels.iter().enumerate().map(|(c, channel)| {
        let extra = market.plan.changed(Change::Scale(c, 1.1)).total(c) - market.plan.total(c);
        let contrast = Contrast {
            spend: &|y| spent(&market.plan, c..c + 1, y),
            with: own.factual,
            without: own.without[c],
            more: Some((own.more[c], extra)),
        };
        let worlds = replicates.iter().map(|w| (w.factual, w.without[c], Some((w.more[c], extra))));
        ChannelTruth {
            channel: channel.name.to_owned(),
            effect: contrast.effect(Expected::of(worlds, market.plan.total(c))),
            curve: Curve {
                beta: market.effects.beta[c + 1],
                retention: channel.retention,
                half: market.effects.half[c],
                slope: channel.slope,
                brand: channel.brand,
                quality: channel.quality,
            },
        }
    });
    let every = 0..company.channels.len();
    let all = Contrast {
        spend: &|y| spent(&market.plan, every.clone(), y),
        with: own.factual,
        without: own.without_all,
        more: None,
    };
    let worlds = replicates.iter().map(|w| (w.factual, w.without_all, None));
    Truth {
        preset: company.preset.name().to_owned(),
        seed: company.seed,
        currency: "EUR",
        from: civil(0).to_string(),
        to: civil(day_of(END) - 1).to_string(),
        definitions: DEFINITIONS,
        total: Figures::of(&own.factual.in_data()),
        baseline: Figures::of(&own.without_all.in_data()),
        incremental: all.effect(Expected::of(worlds, spent(&market.plan, every.clone(), None))),
        capacity: capacity(market, luck, &own.factual),
        channels: channels.collect(),
    }
}
