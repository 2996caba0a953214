//! `/attribution/deals/{id}`: the touches of one deal with what each takes, for a talk about a deal.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::super::frame::{Frame, Place};
use super::super::{show, words};
use super::form::Form;
use crate::analysis::attribution::deal::{DealCredit, deal};
use crate::app::App;

#[derive(Template)]
#[template(path = "deal.html")]
struct Page {
    frame: Frame,
    id: String,
    about: String,
    milestones: Vec<(String, String, String)>,
    heads: Vec<String>,
    rows: Vec<Row>,
    total: Vec<String>,
    left_out: usize,
    api: String,
}

struct Row {
    at: String,
    before: String,
    contact: String,
    channel: String,
    campaign: String,
    shares: Vec<String>,
}

/// The page.
pub async fn page(app: web::Data<App>, req: HttpRequest) -> HttpResponse {
    let form = match Form::read(req.query_string()) {
        Ok(form) => form,
        Err(problem) => return show::sorry(&problem.into()),
    };
    let id = req.match_info().get("id").unwrap_or_default().to_owned();
    show::page(&app, &req, None, move |app| {
        let ask = form.ask.clone().rules(form.params.models.is_some(), "for a single deal")?;
        let credit = deal(&app.store, &ask, &id)?;
        let title = credit.name.clone().unwrap_or_else(|| format!("Deal {id}"));
        let frame = Frame::new(app, Place::Attribution, &title, &form.scope, None);
        Ok(page_of(frame, id, &credit, ask.models.iter().map(|m| m.label().to_owned()).collect()))
    })
    .await
}

fn page_of(frame: Frame, id: String, credit: &DealCredit, heads: Vec<String>) -> Page {
    let ended = match credit.ended {
        crate::analysis::attribution::listed::Ending::Won => "won",
        crate::analysis::attribution::listed::Ending::Lost => "lost",
        crate::analysis::attribution::listed::Ending::Open => "still open",
    };
    let currency = credit.meta.currency.as_deref().unwrap_or_default();
    let about = format!(
        "Account {}, {ended} on {}, worth {} {currency}; {} touches that count",
        credit.account,
        &credit.on[..credit.on.len().min(10)],
        words::cents(credit.value.0),
        credit.touches.len()
    );
    let minute = |at: &str| at.get(..16).unwrap_or(at).replace('T', " ");
    let rows = credit.touches.iter().map(|t| Row {
        at: minute(&t.touch.at),
        before: format!("{:.0}", t.days_before),
        contact: t.touch.contact.clone(),
        channel: words::name(&t.touch.channel),
        campaign: t.touch.campaign_name.clone().or(t.touch.campaign.clone()).unwrap_or_else(|| "–".into()),
        shares: t
            .credit
            .iter()
            .map(|s| format!("{} ({})", words::cents(s.value.0), words::percent(s.weight)))
            .collect(),
    });
    let total = |m: usize| words::cents(credit.touches.iter().filter_map(|t| t.credit.get(m)).map(|s| s.value.0).sum());
    Page {
        milestones: credit
            .milestones
            .iter()
            .map(|m| (words::stage(&m.stage), minute(&m.at), m.contact.clone().unwrap_or_else(|| "–".into())))
            .collect(),
        rows: rows.collect(),
        total: (0..heads.len()).map(total).collect(),
        left_out: credit.left_out,
        api: format!("/api/v1/attribution/deals/{id}"),
        frame,
        id,
        about,
        heads,
    }
}
