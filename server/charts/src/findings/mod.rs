//! Findings: the sentence over each figure, worded from its numbers and from nothing else.
//!
//! A sentence claims no more than its interval gives: what the 90% interval does not part from break-even or from a
//! neighbour is said not to be parted.

mod change;
mod journeys;
mod model;
mod plan;
mod returns;

pub use change::{bridge, pacing, waterfall};
pub use journeys::{cohorts, funnel, histogram, models, sankey, transitions};
pub use model::{channel, contributions, fit, residuals, ridgeline};
pub use plan::{budget, frontier, gain};
pub use returns::{response_curve, roi, share};

use crate::text::clean;

/// A name inside a sentence: cleaned, never empty.
fn name(text: &str) -> String {
    let text = clean(text);
    if text.is_empty() { "Unnamed".to_owned() } else { text }
}

/// `A`, `A and B`, `A, B and C`.
fn list(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// The first letter as a capital.
fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}
