//! TEMPORARY shim until the store's state lands.
use std::collections::BTreeMap;
use std::sync::Mutex;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tandem_store::Store;

use super::error::{AnalysisError, Result};

type Docs = BTreeMap<(String, String, String), String>;
static DOCS: Mutex<Docs> = Mutex::new(BTreeMap::new());

fn key(store: &Store, kind: &str, id: &str) -> (String, String, String) {
    (store.path().display().to_string(), kind.into(), id.into())
}

pub fn put(store: &Store, kind: &str, id: &str, value: &impl Serialize) -> Result<()> {
    let text = serde_json::to_string(value).map_err(AnalysisError::fault)?;
    DOCS.lock().map_err(AnalysisError::fault)?.insert(key(store, kind, id), text);
    Ok(())
}

pub fn get<T: DeserializeOwned>(store: &Store, kind: &str, id: &str) -> Result<Option<T>> {
    let docs = DOCS.lock().map_err(AnalysisError::fault)?;
    docs.get(&key(store, kind, id)).map(|t| serde_json::from_str(t).map_err(AnalysisError::fault)).transpose()
}

pub fn list<T: DeserializeOwned>(store: &Store, kind: &str) -> Result<Vec<T>> {
    let docs = DOCS.lock().map_err(AnalysisError::fault)?;
    let (path, ..) = key(store, kind, "");
    docs.iter()
        .rev()
        .filter(|((p, k, _), _)| *p == path && k == kind)
        .map(|(_, t)| serde_json::from_str(t).map_err(AnalysisError::fault))
        .collect()
}

pub fn remove(store: &Store, kind: &str, id: &str) -> Result<()> {
    DOCS.lock().map_err(AnalysisError::fault)?.remove(&key(store, kind, id));
    Ok(())
}
