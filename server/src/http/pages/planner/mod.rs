//! `/planner`: budgets to drag, lock and let the model move; before and after, the gain and how sure it is.

mod ask;
mod horizon;
mod saved;
mod told;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::super::auth::Principal;
use super::super::error::Answer;
use super::super::{answer, negotiate};
use super::frame::{Frame, Place};
use super::scope::escape;
use super::{show, words};
use crate::analysis::plan::{self, PlanAnswer};
use crate::analysis::runs::Run;
use crate::analysis::summary::Summary;
use crate::analysis::{AnalysisError, Result};
use crate::app::{App, Heavy};
use ask::{Ask, Do};
use horizon::Horizon;
use told::{Fragment, Told};

#[derive(Template)]
#[template(path = "planner.html")]
struct Page {
    frame: Frame,
    state: Option<State>,
}

struct State {
    run: String,
    about: String,
    currency: String,
    per: &'static str,
    budget: String,
    sliders: Vec<Slider>,
    told: Told,
    saved: Vec<saved::Row>,
    just_saved: Option<String>,
}

struct Slider {
    channel: String,
    name: String,
    value: String,
    at: String,
    min: String,
    max: String,
    step: String,
    low: String,
    high: String,
    today: String,
    today_value: String,
    locked: bool,
}

/// Drawn this wide without scripts.
const WIDTH: f64 = 560.0;

/// The page.
pub async fn page(app: web::Data<App>, req: HttpRequest) -> HttpResponse {
    let ask = match Ask::read(req.query_string()) {
        Ok(ask) => ask,
        Err(problem) => return show::sorry(&problem.into()),
    };
    show::live(&app, move |app| {
        let run = ask.scope.run(app)?;
        let state = match &run {
            Some(run) => Some(state(app, run, &ask)?),
            None => None,
        };
        Ok(Page { frame: Frame::new(app, Place::Planner, "Planner", &ask.scope, run.as_ref()), state })
    })
    .await
}

/// The part that a drag redraws.
pub async fn result(app: web::Data<App>, req: HttpRequest) -> Answer {
    let ask = Ask::read(req.query_string())?;
    let text = app
        .heavy(move |app| {
            let (told, figure) = judge(app, &ask)?;
            let svg = told::draw(&figure, ask.dark, ask.width.unwrap_or(WIDTH));
            Fragment { told: Told { svg: Some(svg), ..told } }.render().map_err(AnalysisError::fault)
        })
        .await?;
    Ok(HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(text))
}

/// The drawing of a plan, for pages without scripts.
pub async fn drawing(app: web::Data<App>, req: HttpRequest) -> Answer {
    let ask = Ask::read(req.query_string())?;
    let text = app
        .heavy(move |app| {
            let (_, figure) = judge(app, &ask)?;
            Ok::<_, AnalysisError>(told::draw(&figure, ask.dark, ask.width.unwrap_or(WIDTH)))
        })
        .await?;
    Ok(HttpResponse::Ok().content_type("image/svg+xml").body(text))
}

/// The plan as a table, for a spreadsheet. Amounts cover the run's whole period, as in the API.
pub async fn table(app: web::Data<App>, req: HttpRequest) -> Answer {
    let ask = Ask::read(req.query_string())?;
    let form = negotiate::wanted(&req, negotiate::TABLES)?;
    let run = ask.scope.run(&app)?.ok_or_else(|| AnalysisError::NoData("no model was fitted yet".into()))?;
    let id = run.id.clone();
    answer::rendered(&app, &req, Some(&id), form, move |app| {
        let s = app.summary(&run.id)?;
        answer::render(&asked(app, &s, &ask, &Horizon::of(&s))?, form)
    })
    .await
}

/// Keeps the plan of the form under a name and comes back to it.
pub async fn save(app: web::Data<App>, who: Principal, body: web::Bytes) -> HttpResponse {
    let text = match String::from_utf8(body.to_vec()) {
        Ok(text) => text,
        Err(_) => return show::sorry(&AnalysisError::rejected("name", "is not UTF-8").into()),
    };
    let kept = app.heavy(move |app| saved::keep(app, &Ask::read(&text)?, &who.name)).await;
    match kept {
        Ok(to) => HttpResponse::SeeOther().insert_header((header::LOCATION, to)).finish(),
        Err(problem) => show::sorry(&problem),
    }
}

fn judge(app: &App, ask: &Ask) -> Result<(Told, tandem_charts::figures::Budget)> {
    let run = ask.scope.run(app)?.ok_or_else(|| AnalysisError::NoData("no model was fitted yet".into()))?;
    let s = app.summary(&run.id)?;
    let horizon = Horizon::of(&s);
    let answer = asked(app, &s, ask, &horizon)?;
    let query = self::query(&s, ask, &answer, &horizon);
    Ok((told::told(&answer, &s, &horizon, query), told::figure(&answer, &s, &horizon)))
}

fn asked(app: &App, s: &Summary, ask: &Ask, horizon: &Horizon) -> Result<PlanAnswer> {
    let request = ask.request(s, horizon);
    match ask.what {
        Do::Optimize => plan::optimize_cached(app, &request),
        Do::Evaluate | Do::Today => plan::evaluate_cached(app, &request),
    }
}

/// Query that shows this very plan again.
fn query(s: &Summary, ask: &Ask, answer: &PlanAnswer, horizon: &Horizon) -> String {
    let mut pairs = vec![format!("run={}", escape(&s.run))];
    if let Some(budget) = ask.budget {
        pairs.push(format!("budget={budget}"));
    }
    for c in &answer.channels {
        let name = escape(&c.channel);
        pairs.push(format!("spend.{name}={}", whole(c.recommended / horizon.times)));
        if let Some((low, high)) = ask.bounds.get(&c.channel) {
            pairs.push(format!("low.{name}={low}&high.{name}={high}"));
        }
        if ask.locked.contains(&c.channel) {
            pairs.push(format!("lock={name}"));
        }
    }
    format!("?{}", pairs.join("&"))
}

/// An amount without cents, as a form field takes it.
fn whole(amount: f64) -> String {
    format!("{amount:.0}")
}

fn state(app: &App, run: &Run, ask: &Ask) -> Result<State> {
    let s = app.summary(&run.id)?;
    let horizon = Horizon::of(&s);
    let answer = asked(app, &s, ask, &horizon)?;
    let query = query(&s, ask, &answer, &horizon);
    let told = told::told(&answer, &s, &horizon, query);
    let today: f64 = answer.channels.iter().map(|c| c.current).sum();
    let sliders = answer.channels.iter().map(|c| {
        let (low, high) = ask.bound(&c.channel);
        let (now, plan) = (c.current / horizon.times, c.recommended / horizon.times);
        let (min, max) = (now * low / 100.0, (now * high / 100.0).max(plan));
        let step = step(max - min);
        Slider {
            channel: c.channel.clone(),
            name: words::name(&c.channel),
            value: whole(plan),
            at: whole(plan),
            min: whole((min / step).floor() * step),
            max: whole((max / step).ceil() * step),
            step: format!("{step}"),
            low: format!("{low}"),
            high: format!("{high}"),
            today: words::money(now, &s.currency),
            today_value: whole(now),
            locked: ask.locked.contains(&c.channel),
        }
    });
    Ok(State {
        run: s.run.clone(),
        about: format!("Spend a {} by channel, and what the model expects of it: {}", horizon.name, words::outcome(&s)),
        currency: s.currency.clone(),
        per: horizon.name,
        budget: ask.budget.map_or_else(|| whole(today / horizon.times), whole),
        sliders: sliders.collect(),
        told,
        saved: saved::rows(app, &s, &horizon)?,
        just_saved: ask.saved.clone(),
    })
}

/// A round step, about a hundredth of the way.
fn step(way: f64) -> f64 {
    let rough = (way / 100.0).max(1.0);
    let power = 10f64.powf(rough.log10().floor());
    [1.0, 2.0, 5.0].into_iter().map(|m| m * power).find(|s| *s >= rough).unwrap_or(10.0 * power)
}
