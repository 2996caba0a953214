//! Scenarios: plans kept under a name.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tandem_store::Store;
use tandem_store::state::Scenario as Kept;
use utoipa::ToSchema;

use super::error::{AnalysisError, Result};
use super::ids;
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
    /// Counts changes, from 1.
    pub revision: u32,
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

impl TryFrom<Kept> for Scenario {
    type Error = AnalysisError;

    fn try_from(k: Kept) -> Result<Scenario> {
        let body: Body = serde_json::from_value(k.body).map_err(AnalysisError::fault)?;
        Ok(Scenario {
            id: k.id,
            draft: Draft { name: k.name, note: body.note, plan: body.plan },
            by: k.actor,
            revision: k.revision,
            created_at: k.created_at,
            changed_at: k.changed_at,
        })
    }
}

/// What the state keeps beside the name.
#[derive(Serialize, Deserialize)]
struct Body {
    note: String,
    plan: PlanRequest,
}

fn body(draft: &Draft) -> Result<serde_json::Value> {
    serde_json::to_value(Body { note: draft.note.clone(), plan: draft.plan.clone() }).map_err(AnalysisError::fault)
}

/// Keeps a new scenario.
///
/// # Errors
/// `Rejected` names the field.
pub fn create(store: &Store, draft: &Draft, by: &str) -> Result<Scenario> {
    check(draft)?;
    let made = store.state().scenarios().insert(&ids::scenario(), draft.name.trim(), &body(draft)?, by)?;
    note(store, by, "scenario.create", &made.id)?;
    made.try_into()
}

/// All scenarios, last changed first.
///
/// # Errors
/// Faults of the state.
pub fn all(store: &Store) -> Result<Vec<Scenario>> {
    store.state().scenarios().all()?.into_iter().map(Scenario::try_from).collect()
}

/// One scenario.
///
/// # Errors
/// `NotFound`.
pub fn get(store: &Store, id: &str) -> Result<Scenario> {
    store.state().scenarios().get(id)?.try_into()
}

/// Replaces a scenario; `revision` guards against overwriting another's change.
///
/// # Errors
/// `NotFound`, `Conflict`, or `Rejected` with the field.
pub fn replace(store: &Store, id: &str, draft: &Draft, by: &str, revision: Option<u32>) -> Result<Scenario> {
    check(draft)?;
    let changed = store.state().scenarios().update(id, draft.name.trim(), &body(draft)?, by, revision)?;
    note(store, by, "scenario.replace", id)?;
    changed.try_into()
}

/// Removes a scenario.
///
/// # Errors
/// `NotFound`.
pub fn remove(store: &Store, id: &str, by: &str) -> Result<()> {
    store.state().scenarios().delete(id)?;
    note(store, by, "scenario.remove", id)
}

fn note(store: &Store, by: &str, action: &str, id: &str) -> Result<()> {
    Ok(store.state().audit().add(by, action, id, &serde_json::Value::Null)?)
}
