//! The nouns every model shares: periods, money, channels and the panel a marketing-mix model is fitted on.

pub mod journey;
pub mod money;
pub mod panel;
pub mod period;
