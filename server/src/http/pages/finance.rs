//! `/finance`: the ROI table with downloads, and won revenue of the CRM beside the ledger, month by month.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use tandem_store::AsOf;

use super::channels::measured;
use super::frame::{Frame, Place};
use super::scope::Scope;
use super::{show, words};
use crate::analysis::Result;
use crate::analysis::summary::Summary;
use crate::app::App;

/// The dataset whose deals are reconciled.
const CRM: &str = "main";

#[derive(Template)]
#[template(path = "finance.html")]
struct Page {
    frame: Frame,
    returns: Option<Returns>,
    months: Vec<Month>,
    won: String,
    ledger: String,
    difference: String,
    has_ledger: bool,
}

struct Returns {
    measured: String,
    query: String,
    rows: Vec<Row>,
    spend: String,
    contribution: String,
    baseline: String,
    fitted: String,
    actual: String,
}

struct Row {
    name: String,
    spend: String,
    contribution: String,
    roas: String,
    roi: String,
    profitable: String,
}

struct Month {
    month: String,
    currency: String,
    deals: u64,
    won: String,
    margin: String,
    ledger: String,
    difference: String,
}

/// The page.
pub async fn page(app: web::Data<App>, req: HttpRequest, scope: web::Query<Scope>) -> HttpResponse {
    let scope = scope.into_inner();
    let run = match scope.run(&app) {
        Ok(run) => run,
        Err(problem) => return show::sorry(&problem.into()),
    };
    let id = run.as_ref().map(|r| r.id.clone());
    show::page(&app, &req, id.as_deref(), move |app| {
        let returns = match &run {
            Some(run) => Some(returns(&*app.summary(&run.id)?)),
            None => None,
        };
        reconciled(app, Frame::new(app, Place::Finance, "Finance", &scope, run.as_ref()), returns)
    })
    .await
}

fn returns(s: &Summary) -> Returns {
    let unit = words::unit(&s.unit, &s.kpi);
    let whole = |value: f64| unit.write(value, None);
    let rows = s.channels.iter().filter(|c| c.kind == "paid").map(|c| Row {
        name: words::name(&c.channel),
        spend: words::money(c.spend, &s.currency),
        contribution: words::estimate(&c.contribution, &unit),
        roas: words::maybe(c.roas.as_ref()),
        roi: words::maybe(c.roi.as_ref()),
        profitable: c.probability_profitable.map_or_else(|| "–".into(), words::percent),
    });
    Returns {
        measured: measured(s),
        query: format!("?run={}", s.run),
        rows: rows.collect(),
        spend: words::money(s.channels.iter().map(|c| c.spend).sum(), &s.currency),
        contribution: whole(s.channels.iter().map(|c| c.contribution.mean).sum()),
        baseline: words::estimate(&s.baseline, &unit),
        fitted: whole(s.fitted_total),
        actual: whole(s.actual_total),
    }
}

fn reconciled(app: &App, frame: Frame, returns: Option<Returns>) -> Result<Page> {
    let months = app.store.reconciliation(CRM, None, None, AsOf::Latest)?;
    let sum = |of: fn(&tandem_store::ReconciledMonth) -> i64| words::cents(months.iter().map(of).sum());
    Ok(Page {
        frame,
        returns,
        won: sum(|m| m.won.0),
        ledger: sum(|m| m.ledger.0),
        difference: sum(|m| m.difference().0),
        has_ledger: months.iter().any(|m| m.entries > 0),
        months: months
            .iter()
            .rev()
            .map(|m| Month {
                month: m.month.map_or_else(|| "no date".into(), |d| d.to_string().chars().take(7).collect()),
                currency: m.currency.clone().unwrap_or_else(|| "not stated".into()),
                deals: m.deals,
                won: words::cents(m.won.0),
                margin: words::cents(m.margin.0),
                ledger: words::cents(m.ledger.0),
                difference: words::cents(m.difference().0),
            })
            .collect(),
    })
}
