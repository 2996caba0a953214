//! Findings: the sentence over each figure, worded from its numbers and from nothing else.
//!
//! A sentence claims no more than its interval gives: what the 90% interval does not part from break-even or from a
//! neighbour is said not to be parted.

mod model;
mod returns;

pub use model::contributions;
pub use returns::{response_curve, roi};

use crate::text::clean;

/// A name as the start of a sentence: cleaned, its first letter as given.
fn name(text: &str) -> String {
    let text = clean(text);
    if text.is_empty() { "Unnamed".to_owned() } else { text }
}
