//! Two compared runs: what moved each channel's return from one to the other.

use super::super::picture::Picture;
use super::super::scope::query;
use super::super::words;
use super::judged::minus;
use crate::analysis::bridge::{self, Bridge};
use crate::analysis::{Result, runs};
use crate::app::App;

/// The bridge, or where to ask for it.
pub struct Bridged {
    /// The two runs that it can be asked for, where nobody has yet.
    pub ask: Option<[String; 2]>,
    /// Whether a job works it out right now.
    pub waits: bool,
    /// Steps, as column heads.
    pub steps: Vec<String>,
    /// Channel, then before, a cell a step, and now.
    pub rows: Vec<(String, Vec<String>)>,
    /// The channel whose return moved most.
    pub picture: Option<Picture>,
}

/// Of two runs of one outcome, the earlier first; `None` for runs that cannot be bridged.
///
/// # Errors
/// `NotFound`.
pub fn of(app: &App, ids: &[String]) -> Result<Option<Bridged>> {
    let mut both = [runs::get(&app.store, &ids[0])?, runs::get(&app.store, &ids[1])?];
    both.sort_by_key(|r| r.created_at);
    let [from, to] = &both;
    if from.kpi != to.kpi || from.id == to.id || from.fit.is_none() || to.fit.is_none() {
        return Ok(None);
    }
    Ok(Some(match bridge::kept(&app.store, &from.id, &to.id) {
        Some(told) => shown(&told),
        None => Bridged {
            ask: Some([from.id.clone(), to.id.clone()]),
            waits: app.jobs.of_bridge(&from.id, &to.id)?.is_some(),
            steps: Vec::new(),
            rows: Vec::new(),
            picture: None,
        },
    }))
}

/// Where the comparison of two runs stands.
#[must_use]
pub fn place(from: &str, to: &str) -> String {
    format!("/model{}#compared", query(&[("compare", from), ("compare", to)]))
}

fn shown(told: &Bridge) -> Bridged {
    let row = |c: &bridge::ChannelBridge| {
        let path = c.roi.as_ref()?;
        let mut cells = vec![minus(&format!("{:.2}", path.from))];
        cells.extend(path.changes.iter().map(|x| minus(&format!("{x:+.2}"))));
        cells.push(minus(&format!("{:.2}", path.to)));
        Some((words::name(&c.channel), cells))
    };
    let rows: Vec<_> = told.channels.iter().filter_map(row).collect();
    let pairs = vec![("run", told.to.clone()), ("from", told.from.clone())];
    let table = format!("/api/v1/model-runs/{}/bridge", told.to);
    let picture = (!rows.is_empty()).then(|| {
        Picture::chart("bridge", pairs, "What moved the return of one channel between two runs")
            .wide(1160)
            .tall(300)
            .table(&table)
    });
    Bridged { ask: None, waits: false, steps: told.steps.iter().map(|s| words::capital(s)).collect(), rows, picture }
}
