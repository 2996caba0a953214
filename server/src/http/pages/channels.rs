//! `/channels`: what each channel returned, and the return of the next unit of spend beside it.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use tandem_charts::Verdict;

use super::frame::{Frame, Place};
use super::picture::{HALF, Picture};
use super::scope::{Scope, escape};
use super::{show, words};
use crate::analysis::Result;
use crate::analysis::runs::Run;
use crate::analysis::summary::{ChannelSummary, Summary};
use crate::app::App;
use crate::figures;

#[derive(Template)]
#[template(path = "channels.html")]
struct Page {
    frame: Frame,
    report: Option<Report>,
}

struct Report {
    measured: String,
    pictures: Vec<Picture>,
    rows: Vec<Row>,
    paid: bool,
}

struct Row {
    name: String,
    href: String,
    spend: String,
    spend_share: String,
    contribution: String,
    effect_share: String,
    roas: String,
    roi: String,
    mroi: String,
    verdict: String,
}

/// The page.
pub async fn page(app: web::Data<App>, req: HttpRequest, scope: web::Query<Scope>) -> HttpResponse {
    show::of_run(&app, &req, scope.into_inner(), made).await
}

fn made(app: &App, scope: &Scope, run: Option<&Run>) -> Result<Page> {
    let report = match run {
        Some(run) => Some(report(&*app.summary(&run.id)?, scope)),
        None => None,
    };
    Ok(Page { frame: Frame::new(app, Place::Channels, "Channels", scope, run), report })
}

fn report(s: &Summary, scope: &Scope) -> Report {
    let run = || vec![("run", s.run.clone())];
    let with = |measure: &str| vec![("run", s.run.clone()), ("measure", measure.to_owned())];
    let paid = s.channels.iter().any(|c| c.roi.is_some());
    let mut pictures = Vec::new();
    if paid {
        pictures.push(
            Picture::chart("roi", with("roi"), "Return on investment by channel, with intervals").table("/api/v1/roi"),
        );
        pictures.push(
            Picture::chart("roi", with("mroi"), "Return of the next unit of spend by channel, with intervals")
                .table("/api/v1/roi"),
        );
    }
    pictures.push(
        Picture::chart("contributions", run(), "Contribution of each channel over time").table("/api/v1/contributions"),
    );
    if paid {
        pictures.push(Picture::chart("share", run(), "Share of spend beside share of effect").table("/api/v1/roi"));
    }
    let rows = s.channels.iter().map(|c| row(c, s, scope)).collect();
    let pictures = pictures.into_iter().map(|p| p.wide(HALF).tall(400)).collect();
    Report { measured: measured(s), pictures, rows, paid }
}

/// What the returns are measured on, in words.
#[must_use]
pub fn measured(s: &Summary) -> String {
    let basis = s.measured_on();
    format!(
        "{}, {}; ROI = (incremental {basis} − spend) / spend; intervals hold 90% of the draws",
        words::capital(&words::outcome(s)),
        words::period(&s.period)
    )
}

/// What a channel's interval can decide about break-even.
#[must_use]
pub fn verdict(c: &ChannelSummary) -> String {
    // The model's own verdict knows of tangled channels, which an interval does not.
    c.verdict.as_ref().map_or_else(|| of_interval(c).to_owned(), |v| v.verdict.replace('_', " "))
}

fn of_interval(c: &ChannelSummary) -> &'static str {
    let Some(roi) = &c.roi else { return "–" };
    match (figures::verdict(roi, 0.0), roi.p50 > 0.0) {
        (Verdict::Decidable, true) => "above break-even",
        (Verdict::Decidable, false) => "below break-even",
        (Verdict::Leaning, true) => "leaning above",
        (Verdict::Leaning, false) => "leaning below",
        (Verdict::NotDecidable, _) => "not decidable",
    }
}

fn row(c: &ChannelSummary, s: &Summary, scope: &Scope) -> Row {
    let unit = words::unit(&s.unit, &s.kpi);
    let paid = c.kind == "paid";
    Row {
        name: words::name(&c.channel),
        href: format!("/channels/{}{}", escape(&c.channel), scope.query()),
        spend: if paid { words::money(c.spend, &s.currency) } else { "organic".into() },
        spend_share: if paid { words::percent(c.spend_share) } else { "–".into() },
        contribution: words::estimate(&c.contribution, &unit),
        effect_share: words::percent(c.effect_share),
        roas: words::maybe(c.roas.as_ref()),
        roi: words::maybe(c.roi.as_ref()),
        mroi: words::maybe(c.mroi.as_ref()),
        verdict: verdict(c),
    }
}
