//! `/finance`: the ROI table with downloads, and won revenue of the CRM beside the ledger, month by month.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use tandem_store::{AsOf, ReconciledMonth};

use super::channels::measured;
use super::frame::{Frame, Place};
use super::scope::Scope;
use super::{show, words};
use crate::analysis::Result;
use crate::analysis::runs::Run;
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
    totals: Vec<Month>,
    has_ledger: bool,
}

struct Returns {
    measured: String,
    query: String,
    rows: Vec<Row>,
    paid: Option<Paid>,
    baseline: String,
    fitted: String,
    actual: String,
}

/// All paid channels together.
struct Paid {
    spend: String,
    contribution: String,
    roas: String,
    roi: String,
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
    show::of_run(&app, &req, scope.into_inner(), made).await
}

fn made(app: &App, scope: &Scope, run: Option<&Run>) -> Result<Page> {
    let returns = match run {
        Some(run) => Some(returns(&*app.summary(&run.id)?)),
        None => None,
    };
    reconciled(app, Frame::new(app, Place::Finance, "Finance", scope, run), returns)
}

fn returns(s: &Summary) -> Returns {
    let unit = words::unit(&s.unit, &s.kpi);
    let whole = |value: f64| unit.write(value, None);
    let rows = s.channels.iter().map(|c| Row {
        name: words::name(&c.channel),
        spend: if c.kind == "paid" { words::money(c.spend, &s.currency) } else { "organic".into() },
        contribution: words::estimate(&c.contribution, &unit),
        roas: words::maybe(c.roas.as_ref()),
        roi: words::maybe(c.roi.as_ref()),
        profitable: c.probability_profitable.map_or_else(|| "–".into(), words::percent),
    });
    Returns {
        measured: measured(s),
        query: format!("?run={}", s.run),
        rows: rows.collect(),
        paid: s.total.as_ref().map(|t| Paid {
            spend: words::money(t.spend, &s.currency),
            contribution: words::estimate(&t.contribution, &unit),
            roas: words::maybe(t.roas.as_ref()),
            roi: words::maybe(t.roi.as_ref()),
        }),
        baseline: words::estimate(&s.baseline, &unit),
        fitted: whole(s.fitted_total),
        actual: whole(s.actual_total),
    }
}

fn reconciled(app: &App, frame: Frame, returns: Option<Returns>) -> Result<Page> {
    let months = app.store.reconciliation(CRM, None, None, AsOf::Latest)?;
    // Sums of one currency each: amounts of several do not add up.
    let mut currencies: Vec<_> = months.iter().map(|m| m.currency.clone()).collect();
    currencies.sort();
    currencies.dedup();
    let totals = currencies.iter().map(|c| {
        let of = |amount: fn(&ReconciledMonth) -> i64| months.iter().filter(|m| m.currency == *c).map(amount).sum();
        let deals = months.iter().filter(|m| m.currency == *c).map(|m| m.deals).sum();
        let amounts = [of(|m| m.won.0), of(|m| m.margin.0), of(|m| m.ledger.0), of(|m| m.difference().0)];
        month("Total".into(), c.as_deref(), deals, amounts)
    });
    let rows = months.iter().rev().map(|m| {
        let name = m.month.map_or_else(|| "no date".into(), |d| d.to_string().chars().take(7).collect());
        month(name, m.currency.as_deref(), m.deals, [m.won.0, m.margin.0, m.ledger.0, m.difference().0])
    });
    Ok(Page {
        frame,
        returns,
        totals: totals.collect(),
        has_ledger: months.iter().any(|m| m.entries > 0),
        months: rows.collect(),
    })
}

/// A row of won revenue, gross margin, ledger and their difference, minor units.
fn month(month: String, currency: Option<&str>, deals: u64, amounts: [i64; 4]) -> Month {
    let [won, margin, ledger, difference] = amounts.map(words::cents);
    Month { month, currency: currency.unwrap_or("not stated").to_owned(), deals, won, margin, ledger, difference }
}
