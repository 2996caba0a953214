//! Scenarios: plans kept under a name.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tandem_store::Store;
use utoipa::ToSchema;

use super::error::{AnalysisError, Result};
use super::{ids, records};
use super::plan::PlanRequest;

/// What a person writes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    /// Name, 1 to 100 characters.
    pub name: String,
    /// Why, at most 2000 characters.
    #[serde(default)]
    pub note: String,
    /// The plan: spend by channel, budget, bounds, locks.
    pub plan: PlanRequest,
}

/// What is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Scenario {
    /// Id, ordered by time.
    pub id: String,
    /// What was written.
    #[serde(flatten)]
    pub draft: Draft,
    /// Who wrote it last.
    pub by: String,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    pub changed_at: Timestamp,
}

fn check(draft: &Draft) -> Result<()> {
    let length = |field: &str, text: &str, least: usize, most: usize| {
        let n = text.chars().count();
        if (least..=most).contains(&n) {
            Ok(())
        } else {
            Err(AnalysisError::rejected(field, format!("has {n} characters; {least} to {most} are accepted")))
        }
    };
    length("name", draft.name.trim(), 1, 100)?;
    length("note", &draft.note, 0, 2000)?;
    match draft.plan.spend.iter().find(|(_, amount)| !amount.is_finite() || **amount < 0.0) {
        Some((name, amount)) => {
            Err(AnalysisError::rejected(format!("plan.spend.{name}"), format!("is {amount}; 0 or more is accepted")))
        }
        None => Ok(()),
    }
}

const KIND: &str = "scenario";

/// Keeps a new scenario.
///
/// # Errors
/// `Rejected` names the field.
pub fn create(store: &Store, draft: &Draft, by: &str) -> Result<Scenario> {
    check(draft)?;
    let now = Timestamp::now();
    let made = Scenario { id: ids::scenario(), draft: draft.clone(), by: by.into(), created_at: now, changed_at: now };
    records::put(store, KIND, &made.id, &made)?;
    Ok(made)
}

/// All scenarios, newest first.
///
/// # Errors
/// Faults of the state.
pub fn all(store: &Store) -> Result<Vec<Scenario>> {
    records::list(store, KIND)
}

/// One scenario.
///
/// # Errors
/// `NotFound`.
pub fn get(store: &Store, id: &str) -> Result<Scenario> {
    records::get(store, KIND, id)?.ok_or_else(|| AnalysisError::NotFound(format!("there is no scenario `{id}`")))
}

/// Replaces a scenario.
///
/// # Errors
/// `NotFound`, or `Rejected` with the field.
pub fn replace(store: &Store, id: &str, draft: &Draft, by: &str) -> Result<Scenario> {
    check(draft)?;
    let old = get(store, id)?;
    let changed = Scenario { draft: draft.clone(), by: by.into(), changed_at: Timestamp::now(), ..old };
    records::put(store, KIND, id, &changed)?;
    Ok(changed)
}

/// Removes a scenario.
///
/// # Errors
/// `NotFound`.
pub fn remove(store: &Store, id: &str) -> Result<()> {
    get(store, id)?;
    records::remove(store, KIND, id)
}
