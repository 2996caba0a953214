//! Ranges of accounts, so that the memory of a journey query does not grow with the number of touches.

use super::JourneyRequest;
use crate::engine::{Params, some};
use crate::error::Result;
use crate::queries::{Asker, text};

/// Touches read at a time. Sorting takes some 120 bytes a touch, so a range takes about a gigabyte; twice as many ranges
/// cost one more pass over the account column each.
const PART_TOUCHES: u64 = 8_000_000;

/// Sorts after every account id: ids hold no such characters.
const AFTER_ALL: &str = "\u{10FFFF}\u{10FFFF}\u{10FFFF}\u{10FFFF}";

/// Accounts from the first text up to and without the second, in byte order.
pub(super) type Part = (String, String);

/// Ranges in order, together all accounts. Where they lie changes nothing in what is streamed.
pub(super) fn parts(ask: &Asker<'_>, request: &JourneyRequest, touches: u64) -> Result<Vec<Part>> {
    if let Some(only) = &request.only {
        let (least, most) = (only.iter().min(), only.iter().max());
        return Ok(least.zip(most).map(|(a, b)| vec![(a.clone(), format!("{b}\u{1}"))]).unwrap_or_default());
    }
    let wanted = touches.div_ceil(PART_TOUCHES).max(1) as usize;
    let mut bounds = vec![String::new()];
    if wanted > 1 {
        let mut drawn: Vec<String> = Vec::new();
        ask.each(&text::JOURNEY_BOUNDS, &ask.params().text("dataset", request.dataset.as_str()), |c, i| {
            drawn.extend(some(c.text("account_id")?, i).map(str::to_owned));
            Ok(())
        })?;
        bounds.extend((1..wanted).filter_map(|p| drawn.get(p * drawn.len() / wanted).cloned()));
        bounds.dedup();
    }
    bounds.push(AFTER_ALL.to_owned());
    Ok(bounds.windows(2).map(|w| (w[0].clone(), w[1].clone())).collect())
}

/// Parameters of the queries of one range.
pub(super) fn params(ask: &Asker<'_>, request: &JourneyRequest, part: &Part) -> Params {
    let only = request.only.as_ref().map(|ids| ids.join("\u{1f}"));
    ask.params()
        .text("dataset", request.dataset.as_str())
        .text("outcome", request.outcome.as_str())
        .text("scope", request.scope.as_str())
        .text("from_account", part.0.as_str())
        .text("to_account", part.1.as_str())
        .text_or_null("only", only.as_deref())
}
