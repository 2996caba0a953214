//! `/funnel`: who came in, how far they went and how fast; by region or channel, and by cohort.

use actix_web::web::Query;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;
use tandem_charts::figures::cohorts::{Cohort, Cohorts};
use tandem_charts::{AnyFigure, Caption, Day, Source, Unit, date};

use super::super::error::Answer;
use super::drawing;
use super::frame::{Frame, Place};
use super::picture::{HALF, Picture};
use super::scope::Scope;
use super::{show, words};
use crate::analysis::funnel::{self, CohortRow, FunnelAnswer, FunnelAsk, StageRow};
use crate::analysis::{AnalysisError, Result};
use crate::app::App;
use crate::figures;

/// The page's form.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Form {
    run: Option<String>,
    kpi: Option<String>,
    unit: String,
    by: String,
    group: String,
    cohort: String,
    from: String,
    to: String,
}

/// What a cohort is divided by when nobody says.
const COHORT: &str = "month";
/// Cohorts in the map; earlier ones are in the table to download.
const COHORTS: usize = 12;

impl Form {
    fn read(query: &str) -> Result<Form> {
        Query::<Form>::from_query(query)
            .map(Query::into_inner)
            .map_err(|e| AnalysisError::rejected("query", e.to_string()))
    }

    fn ask(&self) -> FunnelAsk {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        FunnelAsk {
            cohort: some(&self.cohort),
            unit: some(&self.unit),
            by: some(&self.by),
            from: some(&self.from),
            to: some(&self.to),
        }
    }

    /// What the drawings show: everyone, or one group.
    fn one(&self) -> FunnelAsk {
        if self.group.is_empty() { FunnelAsk { by: None, ..self.ask() } } else { self.ask() }
    }

    fn pairs(&self) -> Vec<(&'static str, String)> {
        let all = [
            ("unit", &self.unit),
            ("by", &self.by),
            ("group", &self.group),
            ("cohort", &self.cohort),
            ("from", &self.from),
            ("to", &self.to),
        ];
        all.into_iter().filter(|(_, v)| !v.is_empty()).map(|(k, v)| (k, v.clone())).collect()
    }

    fn scope(&self) -> Scope {
        Scope { run: self.run.clone(), kpi: self.kpi.clone() }
    }

    /// The groups, or the one chosen.
    fn chosen(&self, mut answer: FunnelAnswer) -> FunnelAnswer {
        if !self.by.is_empty() && !self.group.is_empty() {
            answer.data.retain(|c| shown(c.group.as_deref()) == self.group);
        }
        answer
    }
}

#[derive(Template)]
#[template(path = "funnel.html")]
struct Page {
    frame: Frame,
    form: Form,
    groups: Vec<String>,
    report: Option<Report>,
    missing: Option<String>,
}

struct Report {
    about: String,
    pictures: Vec<Picture>,
    stages: Vec<Stage>,
    divided: Vec<Group>,
    heads: Vec<String>,
    cohorts: Vec<Group>,
    csv: String,
}

struct Stage {
    name: String,
    reached: String,
    recorded: String,
    rate: String,
    days: String,
}

struct Group {
    name: String,
    entered: String,
    cells: Vec<String>,
}

/// The page.
pub async fn page(app: web::Data<App>, req: HttpRequest) -> HttpResponse {
    let form = match Form::read(req.query_string()) {
        Ok(form) => form,
        Err(problem) => return show::sorry(&problem.into()),
    };
    show::page(&app, &req, None, move |app| {
        let run = form.scope().run(app)?;
        let frame = Frame::new(app, Place::Funnel, "Funnel", &form.scope(), run.as_ref());
        let (groups, report, missing) = match report(app, &form) {
            Ok((groups, report)) => (groups, Some(report), None),
            Err(AnalysisError::NoData(text)) => (Vec::new(), None, Some(text)),
            Err(other) => return Err(other),
        };
        Ok(Page { frame, form, groups, report, missing })
    })
    .await
}

fn shown(group: Option<&str>) -> &str {
    group.unwrap_or("not known")
}

fn report(app: &App, form: &Form) -> Result<(Vec<String>, Report)> {
    let all = funnel::stages(&app.store, &form.ask())?;
    let mut groups: Vec<String> = all.data.iter().map(|c| shown(c.group.as_deref()).to_owned()).collect();
    if form.by.is_empty() {
        groups.clear();
    }
    let divided = if form.by.is_empty() { Vec::new() } else { all.data.iter().map(group).collect() };
    let one = together(&form.chosen(funnel::stages(&app.store, &form.one())?))?;
    let cohorts = form.chosen(funnel::cohorts(&app.store, &form.one())?);
    let stages = one.stages.iter().map(stage).collect();
    let counted = if form.unit == "account" { "accounts came in" } else { "leads came in, each inquiry being one" };
    let mut about = format!("{} {counted}", words::whole(one.entered as i64));
    if let Some(period) = &cohorts.meta.period {
        about = format!("{about}, {}", words::period(period));
    }
    let mut heat = by_start(&cohorts);
    heat.reverse();
    let pictures = vec![
        Picture::of("/funnel/stages", form.pairs(), "Stages with counts, rates and median days")
            .table("/api/v1/funnel"),
        Picture::of("/funnel/cohorts", form.pairs(), "Share of each cohort that reached a stage")
            .table("/api/v1/funnel/cohorts"),
    ];
    let pictures: Vec<Picture> = pictures.into_iter().map(|p| p.wide(HALF).tall(460)).collect();
    let heads = one.stages.iter().skip(1).map(|s| words::stage(s.stage)).collect();
    let csv = pictures[1].data("csv").unwrap_or_default();
    let cohorts = heat.iter().take(COHORTS).map(|c| Group { name: label(form, &c.start), ..group(c) }).collect();
    Ok((groups, Report { about, pictures, stages, divided, heads, cohorts, csv }))
}

fn stage(s: &StageRow) -> Stage {
    Stage {
        name: words::stage(s.stage),
        reached: words::whole(s.reached as i64),
        recorded: words::whole(s.recorded as i64),
        rate: s.rate.zip(s.rate_interval).map_or_else(
            || "–".into(),
            |(rate, [a, b])| {
                format!("{} ({})", tandem_charts::number::percent(rate, Some(b - a)), Unit::Share.range(a, b))
            },
        ),
        days: s.median_days.map_or_else(|| "–".into(), |d| format!("{d:.0}")),
    }
}

/// Share of those who came in that reached each stage after the first.
fn group(c: &CohortRow) -> Group {
    Group {
        name: words::name(shown(c.group.as_deref())),
        entered: words::whole(c.entered as i64),
        cells: c.stages.iter().skip(1).map(|s| words::percent(s.reached as f64 / c.entered.max(1) as f64)).collect(),
    }
}

/// The one row of everyone, or of the group chosen.
fn together(answer: &FunnelAnswer) -> Result<CohortRow> {
    let mut rows = answer.data.iter();
    let first =
        rows.next().ok_or_else(|| AnalysisError::NoData("nobody of this group came in during these days".into()))?;
    let mut sum = first.clone();
    for row in rows {
        add(&mut sum, row);
    }
    Ok(sum)
}

/// Adds counts; rates follow from them, and medians of a sum are not known.
fn add(sum: &mut CohortRow, row: &CohortRow) {
    sum.entered += row.entered;
    sum.lost += row.lost;
    let mut before = None;
    for (a, b) in sum.stages.iter_mut().zip(&row.stages) {
        a.reached += b.reached;
        a.recorded += b.recorded;
        a.median_days = None;
        let of = before.replace(a.reached).unwrap_or(0);
        a.rate = (of > 0).then(|| a.reached as f64 / of as f64);
        a.rate_interval = (of > 0).then(|| funnel::wilson(a.reached, of));
    }
}

/// Cohorts with their groups added up, oldest first.
fn by_start(answer: &FunnelAnswer) -> Vec<CohortRow> {
    let mut all: Vec<CohortRow> = Vec::new();
    for row in &answer.data {
        match all.last_mut() {
            Some(last) if last.start == row.start => add(last, row),
            _ => all.push(row.clone()),
        }
    }
    all
}

fn label(form: &Form, start: &str) -> String {
    let Ok(day) = start.parse::<Day>() else { return start.to_owned() };
    match if form.cohort.is_empty() { COHORT } else { &form.cohort } {
        "week" => start.to_owned(),
        "quarter" => {
            let (year, month, _) = day.to_civil();
            format!("Q{} {year}", (month - 1) / 3 + 1)
        }
        _ => date::month_year(day),
    }
}

/// `/funnel/{name}.svg`: the two drawings, by the page's filters.
pub async fn drawing(app: web::Data<App>, req: HttpRequest) -> Answer {
    let name = req.match_info().get("name").unwrap_or_default().to_owned();
    drawing::drawn(&app, &req, None, move |app, query| {
        let form = Form::read(query)?;
        match name.as_str() {
            "stages" => {
                let chosen = form.chosen(funnel::stages(&app.store, &form.one())?);
                let one = together(&chosen)?;
                Ok(figures::funnel(&FunnelAnswer { data: vec![one], meta: chosen.meta }).into())
            }
            "cohorts" => heat(app, &form),
            other => Err(AnalysisError::NotFound(format!("there is no drawing `{other}`; stages and cohorts are"))),
        }
    })
    .await
}

/// Share of each cohort that reached each stage. A stage is called settled for a cohort that has had twice the median
/// time to it; younger cells are hatched.
fn heat(app: &App, form: &Form) -> Result<AnyFigure> {
    let answer = form.chosen(funnel::cohorts(&app.store, &form.one())?);
    let everyone = funnel::stages(&app.store, &FunnelAsk { by: None, ..form.ask() })?;
    let mut needed = 0.0;
    let settle: Vec<f64> = together(&everyone)?
        .stages
        .iter()
        .skip(1)
        .map(|s| {
            needed += s.median_days.unwrap_or(0.0);
            2.0 * needed
        })
        .collect();
    let end: Option<Day> = answer.meta.period.as_ref().and_then(|p| p.to.parse().ok());
    let long = match form.cohort.as_str() {
        "week" => 7,
        "quarter" => 92,
        _ => 31,
    };
    let rows = by_start(&answer);
    let ages: Vec<String> =
        rows.first().map(|c| c.stages.iter().skip(1).map(|s| words::stage(s.stage)).collect()).unwrap_or_default();
    let skip = rows.len().saturating_sub(COHORTS);
    let cohorts = rows[skip..].iter().map(|c| {
        let had = match (end, c.start.parse::<Day>()) {
            (Some(end), Ok(start)) => f64::from(end.0 - start.0 - long),
            _ => f64::INFINITY,
        };
        Cohort {
            label: label(form, &c.start),
            values: c.stages.iter().skip(1).map(|s| Some(s.reached as f64 / c.entered.max(1) as f64)).collect(),
            mature: settle.iter().take_while(|days| had >= **days).count(),
        }
    });
    let counted = if form.unit == "account" { "accounts" } else { "leads" };
    Ok(Cohorts {
        caption: Caption {
            title: Some("Newer cohorts have had less time: hatched shares still grow".into()),
            period: None,
            source: Source { data_version: Some(answer.meta.data_version.clone()), ..Source::default() },
        },
        measure: format!("Share of the {counted} that came in together and reached a stage"),
        unit: Unit::Share,
        age: "stage reached".into(),
        ages,
        cohorts: cohorts.collect(),
    }
    .into())
}
