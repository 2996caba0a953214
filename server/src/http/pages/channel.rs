//! `/channels/{name}`: one channel's response to spend, its history, and what the data can decide about it.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use tandem_charts::Unit;

use super::channels::{measured, verdict};
use super::frame::{Frame, Place};
use super::picture::{HALF, Picture};
use super::scope::Scope;
use super::{show, words};
use crate::analysis::AnalysisError;
use crate::analysis::runs::Run;
use crate::analysis::summary::{ChannelSummary, Summary};
use crate::app::App;

#[derive(Template)]
#[template(path = "channel.html")]
struct Page {
    frame: Frame,
    name: String,
    measured: String,
    because: Option<String>,
    tiles: Vec<(&'static str, String)>,
    pictures: Vec<Picture>,
    rows: Vec<Week>,
}

struct Week {
    period: String,
    spend: String,
    contribution: String,
}

/// Weeks listed under the charts, newest first.
const LISTED: usize = 13;

/// The page.
pub async fn page(
    app: web::Data<App>,
    req: HttpRequest,
    name: web::Path<String>,
    scope: web::Query<Scope>,
) -> HttpResponse {
    let (scope, name) = (scope.into_inner(), name.into_inner());
    let run = match scope.run(&app) {
        Ok(Some(run)) => run,
        Ok(None) => return show::sorry(&AnalysisError::NoData("no model was fitted yet".into()).into()),
        Err(problem) => return show::sorry(&problem.into()),
    };
    let id = run.id.clone();
    show::page(&app, &req, Some(&id), move |app| {
        let summary = app.summary(&run.id)?;
        let channel = summary.channel(&name).ok_or_else(|| {
            let names: Vec<&str> = summary.channels.iter().map(|c| c.channel.as_str()).collect();
            AnalysisError::NotFound(format!("run `{}` has no channel `{name}`; it has {}", run.id, names.join(", ")))
        })?;
        Ok(draw(app, &scope, &run, &summary, channel))
    })
    .await
}

fn draw(app: &App, scope: &Scope, run: &Run, s: &Summary, c: &ChannelSummary) -> Page {
    let unit = words::unit(&s.unit, &s.kpi);
    let mut tiles =
        vec![("Spend", words::money(c.spend, &s.currency)), ("Contribution", words::estimate(&c.contribution, &unit))];
    for (label, value) in [("ROI", &c.roi), ("mROI: ROI of the next unit of spend", &c.mroi)] {
        if let Some(value) = value {
            tiles.push((label, words::ratio(value)));
        }
    }
    if let Some(cost) = &c.cost_per_unit {
        tiles.push(("Cost per unit of the outcome", words::estimate(cost, &Unit::money(&s.currency))));
    }
    tiles.push((
        "Share of effect / of spend",
        format!("{} / {}", words::percent(c.effect_share), words::percent(c.spend_share)),
    ));
    tiles.push(("Caused after the period (carry-over)", unit.write(c.carried_out, None)));
    tiles.push(("Verdict", words::capital(&verdict(c))));
    let pairs = || vec![("run", s.run.clone()), ("channel", c.channel.clone())];
    let mut pictures = Vec::new();
    if c.curve.is_some() {
        pictures.push(
            Picture::chart("response-curve", pairs(), "Outcome against spend, with today's and the recommended spend")
                .table("/api/v1/response-curves"),
        );
    }
    pictures.push(
        Picture::chart("channel", pairs(), "Contribution over time, with its interval").table("/api/v1/contributions"),
    );
    let pictures = pictures.into_iter().map(|p| p.wide(HALF).tall(400)).collect();
    let rows =
        s.periods.iter().zip(&c.series).zip(&c.spend_series).rev().take(LISTED).map(|((period, band), spend)| Week {
            period: period.clone(),
            spend: words::money(*spend, &s.currency),
            contribution: format!(
                "{} ({})",
                unit.write(band.mean, Some(band.p95 - band.p05)),
                unit.range(band.p05, band.p95)
            ),
        });
    Page {
        name: words::name(&c.channel),
        measured: measured(s),
        because: c.verdict.as_ref().map(|v| v.because.clone()),
        tiles,
        pictures,
        rows: rows.collect(),
        frame: Frame::new(app, Place::Channels, words::name(&c.channel), scope, Some(run)),
    }
}
