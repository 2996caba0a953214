//! Attribution: credit over the journeys of the store or the rows of a path table, and everything that is told of it.

pub mod answer;
pub mod ask;
pub mod by;
pub mod deal;
mod kept;
pub mod listed;
pub mod notes;
pub mod params;
pub mod paths;
pub mod returns;
pub mod shape;
pub mod stored;

pub use answer::{AttributionAnswer, ChannelCredit, ModelCredit, Sum};
pub use ask::{Ask, OutcomeStage, USUAL, models};
pub use params::AttributionParams;
pub use stored::attribute;
