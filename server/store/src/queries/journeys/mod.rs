//! Journeys: every account's touches, stages and deals, streamed one outcome at a time. Memory holds a range of accounts.

mod account;
mod changed;
mod contacts;
mod deal;
mod facts;
mod names;
mod parts;
mod request;
mod stream;

use serde::Serialize;
use tandem_models::domain::journey::{DAY_US, Journey, JourneySink};
use tandem_models::domain::money::Cents;
use tandem_models::domain::period::Day;

use super::{Asker, Fx, text};
use crate::engine::some;
use crate::error::Result;
use account::Account;
pub use changed::ChangedAccounts;
pub(crate) use changed::changed;
pub use deal::DealFacts;
pub(crate) use deal::deal;
use facts::Facts;
pub use names::TouchNames;
pub(crate) use names::touch_names;
pub use request::{JourneyOutcome, JourneyRequest, JourneyScope, JourneyUnit, JourneyValue};
use stream::Stream;

/// What was streamed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct JourneyReport {
    /// Accounts read.
    pub accounts: u64,
    /// Journeys given to the sink.
    pub journeys: u64,
    /// Journeys that reached the outcome.
    pub won: u64,
    /// What those are worth: the total that credit must add up to.
    pub value: Cents,
    /// Won deals without a stated margin, where margin was asked for.
    pub without_margin: u64,
    /// Won deals without a closing time; they give no journey.
    pub without_end: u64,
    /// Touches read.
    pub touches: u64,
    /// Id of each deal, by [`Journey::deal`] minus 1.
    pub deals: Vec<String>,
    /// Currency of all values.
    pub currency: String,
    /// Version of the data.
    pub data_version: String,
}

/// Streams journeys into `sink`, by account. Channels and campaigns are numbered by `names`, which grows as needed.
pub(crate) fn journeys(
    ask: &Asker<'_>,
    request: &JourneyRequest,
    currency: &str,
    names: &mut TouchNames,
    sink: &mut dyn JourneySink,
) -> Result<JourneyReport> {
    let (touches, end_us) = extent(ask, &request.dataset)?;
    let fx = Fx::of(ask, &request.dataset, currency)?;
    let report = JourneyReport { currency: fx.base().to_owned(), ..JourneyReport::default() };
    let mut stream =
        Stream { request, end_us, fx, account: Account::default(), journey: Journey::empty(), report, open: false };
    for part in parts::parts(ask, request, touches)? {
        let params = parts::params(ask, request, &part);
        let mut facts = Facts::read(ask, &params)?;
        ask.batches(&text::JOURNEY_TOUCHES, &params, &mut |batch| stream.touches(batch, &mut facts, names, sink))?;
        stream.close(sink);
        stream.without_touches(None, &mut facts, sink)?;
    }
    Ok(stream.report)
}

/// Touches of a dataset, and the end of its data: nothing is known after it, so what is undecided then is censored there.
fn extent(ask: &Asker<'_>, dataset: &str) -> Result<(u64, i64)> {
    let mut found = (0, 0);
    ask.each(&text::JOURNEY_EXTENT, &ask.params().text("dataset", dataset), |c, i| {
        let end = some(c.int("last_day")?, i).map_or(0, |day| i64::from(Day(day).0 + 1) * DAY_US - 1);
        found = (some(c.big("touches")?, i).unwrap_or(0).unsigned_abs(), end);
        Ok(())
    })?;
    Ok(found)
}
