//! Tandem's store: the lake of immutable batches (the truth), the DuckDB projection (fast, disposable) and the
//! application's own state in SQLite.

mod dir;
mod duck;
pub mod engine;
mod error;
pub mod import;
pub mod lake;
mod memory;
pub mod queries;
pub mod schema;
mod settings;
pub mod state;
mod store;

pub use engine::Cancel;
pub use error::{Error, Result};
pub use lake::{AsOf, BatchSource, Manifest, Receipt};
pub use queries::campaigns::{Campaign, CampaignSpend};
pub use queries::catalog::{Channel, Kpi};
pub use queries::experiments::Experiment;
pub use queries::freshness::Freshness;
pub use queries::funnel::{Cohort, FUNNEL_STAGES, FunnelBy, FunnelCohort, FunnelRequest, FunnelStage, FunnelUnit};
pub use queries::journeys::{
    ChangedAccounts, DealFacts, JourneyOutcome, JourneyReport, JourneyRequest, JourneyScope, JourneyUnit, JourneyValue,
    TouchNames,
};
pub use queries::overview::WeeklyTotal;
pub use queries::panel::{Level, PanelAnswer, PanelRequest};
pub use queries::reconciliation::ReconciledMonth;
pub use settings::Settings;
pub use state::State;
pub use store::{Store, Writer};
