//! Budgets: which spend by channel is expected to return most, and what any given plan is expected to return.
//!
//! Works on [`crate::response::CurveSet`] only and never sees the model that made it.

pub mod allocate;
pub mod evaluate;
mod separable;

pub use allocate::{Allocation, Binding, BindingSide, BudgetProblem, ChannelPlan, Limit, keep, limits, optimize};
pub use evaluate::{Evaluation, Gain, evaluate};
