//! The figures, one a file.

pub mod budget;
pub mod channel;
pub mod cohorts;
pub mod contributions;
pub mod fit;
pub mod frontier;
pub mod funnel;
pub mod gain;
mod heat;
pub mod histogram;
pub mod models;
pub mod pacing;
mod points;
pub mod residuals;
pub mod response_curve;
pub mod ridgeline;
pub mod roi;
mod rows;
pub mod sankey;
pub mod share;
pub mod transitions;
pub mod waterfall;

pub use budget::Budget;
pub use channel::ChannelPast;
pub use cohorts::Cohorts;
pub use contributions::Contributions;
pub use fit::Fit;
pub use frontier::Frontier;
pub use funnel::Funnel;
pub use gain::Gain;
pub use histogram::Histogram;
pub use models::Models;
pub use pacing::Pacing;
pub use residuals::Residuals;
pub use response_curve::ResponseCurve;
pub use ridgeline::Ridgeline;
pub use roi::Roi;
pub use sankey::Sankey;
pub use share::Share;
pub use transitions::Transitions;
pub use waterfall::Waterfall;

/// The first letter as a capital, for a noun that opens a subtitle.
fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}
