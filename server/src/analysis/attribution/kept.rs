//! Sums over journeys, kept in the data folder: a new batch takes away what its accounts gave before and adds what they
//! give now. All sums are whole numbers, so the answer has the bits of a count from nothing.

use std::fs;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tandem_models::attribution::report::Attribution;
use tandem_models::attribution::{Settings, Sums};
use tandem_store::{AsOf, ChangedAccounts, JourneyReport, JourneyRequest, Store, TouchNames};

use super::super::error::Result;
use super::answer::refused;
use super::ask::Ask;
use super::stored::count;

/// Changed accounts beyond which counting everything anew costs less than finding them one by one.
const MOST_CHANGED: usize = 100_000;

/// Shape of the kept file; another one is not read.
const SHAPE: u32 = 1;

/// Files of sums kept at most; the oldest go.
const MOST_FILES: usize = 32;

/// A kept file.
#[derive(Serialize, Deserialize)]
struct Kept {
    shape: u32,
    /// Version of the data after batch `batch`.
    data_version: String,
    batch: u32,
    currency: String,
    sums: Sums,
}

/// The sink of `ask` filled with all journeys, from kept sums where they help.
pub(super) fn sums(
    store: &Store,
    ask: &Ask,
    request: &JourneyRequest,
    mut names: TouchNames,
) -> Result<(Attribution, JourneyReport)> {
    let empty = || Attribution::new(&ask.models, &ask.settings, names.channels.names()).map_err(refused);
    let batch = store.last_batch()?;
    // From here on everything is seen as of one batch, whatever is imported meanwhile.
    let now = JourneyRequest { as_of: AsOf::Batch(batch), ..request.clone() };
    if !empty()?.adds_up() {
        return count(store, ask, &now, &mut names);
    }
    let file = file(store, ask);
    if let Some(kept) = read(store, &file, batch) {
        let mut sink = empty()?;
        if sink.merge(&kept.sums, 1)
            && let Some(report) = bring_up(store, ask, &now, &kept, &mut sink, &mut names)?
        {
            if report.data_version != kept.data_version {
                write(&file, &report, batch, &mut sink);
            }
            return Ok((sink, report));
        }
    }
    let (mut sink, report) = count(store, ask, &now, &mut names)?;
    write(&file, &report, batch, &mut sink);
    Ok((sink, report))
}

/// Adds to `sink` what changed since `kept`; `None` where counting anew is due.
fn bring_up(
    store: &Store,
    ask: &Ask,
    now: &JourneyRequest,
    kept: &Kept,
    sink: &mut Attribution,
    names: &mut TouchNames,
) -> Result<Option<JourneyReport>> {
    let data_version = store.data_version_at(now.as_of);
    let currency = kept.currency.clone();
    if data_version == kept.data_version {
        return Ok(Some(JourneyReport { data_version, currency, ..JourneyReport::default() }));
    }
    let accounts = match store.changed_accounts(&now.dataset, kept.batch, now.as_of)? {
        ChangedAccounts::Some(accounts) if accounts.len() <= MOST_CHANGED => accounts,
        _ => return Ok(None),
    };
    if accounts.is_empty() {
        return Ok(Some(JourneyReport { data_version, currency, ..JourneyReport::default() }));
    }
    let only = |as_of| JourneyRequest { only: Some(accounts.clone()), as_of, ..now.clone() };
    let (mut before, _) = count(store, ask, &only(AsOf::Batch(kept.batch)), names)?;
    let (mut after, report) = count(store, ask, &only(now.as_of), names)?;
    let fits = before.sums().is_some_and(|sums| sink.merge(&sums, -1))
        && after.sums().is_some_and(|sums| sink.merge(&sums, 1));
    Ok(fits.then_some(report))
}

fn folder(store: &Store) -> PathBuf {
    store.path().join("sums")
}

/// One file for each question, named by its digest.
fn file(store: &Store, ask: &Ask) -> PathBuf {
    // A different order of models is a different list of sums.
    let Ask { models, outcome, value, unit, from, to, settings } = ask;
    let settings: &Settings = settings;
    let text = serde_json::to_string(&(models, outcome, value, unit, from.map(|d| d.0), to.map(|d| d.0), settings));
    folder(store).join(format!("{}.json", &hex::encode(Sha256::digest(text.unwrap_or_default()))[..32]))
}

/// Kept sums of this history of batches; anything else is as if nothing were there.
fn read(store: &Store, file: &PathBuf, batch: u32) -> Option<Kept> {
    let kept: Kept = serde_json::from_slice(&fs::read(file).ok()?).ok()?;
    let known = kept.shape == SHAPE && kept.batch <= batch;
    (known && store.data_version_at(AsOf::Batch(kept.batch)) == kept.data_version).then_some(kept)
}

/// Keeps sums. Failing to is no error: the next question counts anew.
fn write(file: &PathBuf, report: &JourneyReport, batch: u32, sink: &mut Attribution) {
    let Some(sums) = sink.sums() else { return };
    let (data_version, currency) = (report.data_version.clone(), report.currency.clone());
    let kept = Kept { shape: SHAPE, data_version, batch, currency, sums };
    let put = || -> std::io::Result<()> {
        let folder = file.parent().unwrap_or(file);
        fs::create_dir_all(folder)?;
        let part = file.with_extension(format!("{}.part", std::process::id()));
        fs::write(&part, serde_json::to_vec(&kept)?)?;
        fs::rename(&part, file)?;
        let mut files: Vec<_> = fs::read_dir(folder)?.filter_map(|e| e.ok()).collect();
        files.sort_by_key(|e| e.metadata().and_then(|m| m.modified()).ok());
        let old = files.len().saturating_sub(MOST_FILES);
        files.iter().take(old).try_for_each(|e| fs::remove_file(e.path()))
    };
    if let Err(reason) = put() {
        tracing::warn!(%reason, "sums over journeys could not be kept; they are counted anew next time");
    }
}
