//! The stage funnel: counts, rates with intervals and days, all together or by cohort.

use serde::{Deserialize, Serialize};
use tandem_store::{Cohort, FunnelBy, FunnelCohort, FunnelRequest, FunnelUnit, Store};
use utoipa::{IntoParams, ToSchema};

use super::error::{AnalysisError, Result};
use super::meta::{INTERVAL, Meta, Period, Tabular};
use super::request::day;
use super::tables::date;
use crate::export::{Kind, Table};

/// Which funnel.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
pub struct FunnelAsk {
    /// Length of a cohort: `week`, `month` (default) or `quarter`; for `/funnel/cohorts`.
    pub cohort: Option<String>,
    /// Who is counted: `lead` (default; each inquiry begins one, as in the KPIs `inquiry`, `mql` and `sql`) or `account`.
    pub unit: Option<String>,
    /// Divide by `channel` (of the first touch) or `region`.
    pub by: Option<String>,
    /// First day of coming in.
    pub from: Option<String>,
    /// Last day of coming in.
    pub to: Option<String>,
}

/// A funnel, one entry a cohort and group.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FunnelAnswer {
    /// Cohorts in order of start and group.
    pub data: Vec<CohortRow>,
    /// What the figures share.
    pub meta: Meta,
}

/// One cohort.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CohortRow {
    /// First day of the cohort.
    pub start: String,
    /// Channel or region, where divided.
    pub group: Option<String>,
    /// How many leads (or accounts, by `unit`) came in.
    pub entered: u64,
    /// How many lost a deal and won none.
    pub lost: u64,
    /// Stages in order.
    pub stages: Vec<StageRow>,
}

/// One stage.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct StageRow {
    /// Stage.
    pub stage: &'static str,
    /// How many reached it or a later one.
    pub reached: u64,
    /// How many have an event of this very stage; of leads, what the KPI of this name counts.
    pub recorded: u64,
    /// Share of those who reached the stage before; young cohorts are not done yet.
    pub rate: Option<f64>,
    /// 90% interval of the rate (Wilson).
    pub rate_interval: Option<[f64; 2]>,
    /// Median days from the last recorded earlier stage.
    pub median_days: Option<f64>,
}

fn choice<T: serde::de::DeserializeOwned + Default>(field: &str, text: Option<&str>, accepted: &str) -> Result<T> {
    let Some(text) = text else { return Ok(T::default()) };
    serde_json::from_value(serde_json::Value::from(text))
        .map_err(|_| AnalysisError::rejected(field, format!("`{text}` is not accepted; {accepted} are")))
}

fn request(ask: &FunnelAsk, cohort: Cohort) -> Result<FunnelRequest> {
    let by = match ask.by.as_deref() {
        None | Some("nothing") => FunnelBy::Nothing,
        other => choice("by", other, "channel and region")?,
    };
    Ok(FunnelRequest {
        cohort,
        unit: choice::<FunnelUnit>("unit", ask.unit.as_deref(), "lead and account")?,
        by,
        from: day("from", ask.from.as_deref())?,
        to: day("to", ask.to.as_deref())?,
        ..FunnelRequest::default()
    })
}

/// Everyone together.
///
/// # Errors
/// `Rejected` names the parameter; `NoData` without stage events.
pub fn stages(store: &Store, ask: &FunnelAsk) -> Result<FunnelAnswer> {
    answer(store, &request(ask, Cohort::All)?)
}

/// By cohort.
///
/// # Errors
/// As [`stages`].
pub fn cohorts(store: &Store, ask: &FunnelAsk) -> Result<FunnelAnswer> {
    let cohort = choice::<Cohort>("cohort", ask.cohort.as_deref(), "week, month and quarter")?;
    answer(store, &request(ask, cohort)?)
}

fn answer(store: &Store, request: &FunnelRequest) -> Result<FunnelAnswer> {
    let data: Vec<CohortRow> = store.funnel(request)?.into_iter().map(row).collect();
    if data.is_empty() {
        return Err(AnalysisError::NoData(
            "there are no stage events in this period; import `stage_events` first".into(),
        ));
    }
    let events = store.freshness()?.into_iter().find(|f| f.table == "stage_events" && f.dataset == request.dataset);
    let covered = events.and_then(|f| f.first.zip(f.last)).map(|(first, last)| {
        Period::new(request.from.map_or(first, |d| d.max(first)), request.to.map_or(last, |d| d.min(last)))
    });
    let unit = match request.unit {
        FunnelUnit::Lead => "leads",
        FunnelUnit::Account => "accounts",
    };
    let meta = Meta {
        data_version: store.data_version(),
        unit: Some(unit.into()),
        period: covered,
        interval: Some(INTERVAL),
        ..Meta::default()
    };
    Ok(FunnelAnswer { data, meta })
}

fn row(c: FunnelCohort) -> CohortRow {
    let mut before = None;
    let stages = c.stages.into_iter().map(|s| {
        let of = before.replace(s.reached).unwrap_or(0);
        StageRow {
            stage: s.stage,
            reached: s.reached,
            recorded: s.recorded,
            rate: s.rate,
            rate_interval: s.rate.map(|_| wilson(s.reached, of)),
            median_days: s.median_days,
        }
    });
    CohortRow { stages: stages.collect(), start: c.start.to_string(), group: c.group, entered: c.entered, lost: c.lost }
}

/// 90% score interval of a share, `hits` of `n > 0`. Source: Wilson (1927); z = 1.6449.
#[must_use]
pub fn wilson(hits: u64, n: u64) -> [f64; 2] {
    let (n, z2) = (n as f64, 1.644_853_626_951_472_f64.powi(2));
    let p = hits as f64 / n;
    let centre = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let half = (z2 * (p * (1.0 - p) / n + z2 / (4.0 * n * n))).sqrt() / (1.0 + z2 / n);
    [(centre - half).max(0.0), (centre + half).min(1.0)]
}

impl Tabular for FunnelAnswer {
    fn table(&self) -> Table {
        let share = Kind::Number(4);
        let columns = [
            ("cohort", Kind::Date),
            ("group", Kind::Text),
            ("stage", Kind::Text),
            ("entered", Kind::Int),
            ("reached", Kind::Int),
            ("recorded", Kind::Int),
            ("rate", share),
            ("rate_p05", share),
            ("rate_p95", share),
            ("median_days", Kind::Number(1)),
        ];
        let mut table = Table::new("funnel", &columns);
        for c in &self.data {
            for s in &c.stages {
                table.push(vec![
                    date(&c.start),
                    c.group.as_deref().into(),
                    s.stage.into(),
                    (c.entered as i64).into(),
                    (s.reached as i64).into(),
                    (s.recorded as i64).into(),
                    s.rate.into(),
                    s.rate_interval.map(|i| i[0]).into(),
                    s.rate_interval.map(|i| i[1]).into(),
                    s.median_days.into(),
                ]);
            }
        }
        self.meta.put_on(&mut table);
        table
    }
}

#[cfg(test)]
mod tests {
    use super::wilson;

    #[test]
    fn the_score_interval_matches_a_worked_example() {
        // 10 of 100 at 90%: 0.0607 to 0.1604, by hand.
        let [low, high] = wilson(10, 100);
        assert!((low - 0.0607).abs() < 1e-4 && (high - 0.1604).abs() < 1e-4, "{low} {high}");
        assert!(wilson(0, 10)[0] == 0.0 && wilson(10, 10)[1] > 0.999);
    }
}
