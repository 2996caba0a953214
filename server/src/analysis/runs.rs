//! The registry of runs: immutable records of what was fitted, and which of them is promoted for its KPI.

use serde::Serialize;
use tandem_store::Store;
use utoipa::ToSchema;

use super::error::{AnalysisError, Result};
use super::saved;
use super::summary::Summary;
