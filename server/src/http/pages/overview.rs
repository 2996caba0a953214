//! `/`: where the money went, what it returned, what changed, and what should change.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use tandem_charts::{AnyFigure, Unit, Verdict};

use super::frame::{Frame, Place};
use super::picture::{HALF, Picture};
use super::scope::Scope;
use super::{kept, show, words};
use crate::analysis::overview::{self, Tile};
use crate::analysis::runs::Run;
use crate::analysis::summary::Summary;
use crate::analysis::{AnalysisError, Result};
use crate::app::App;
use crate::figures::{self, Ask};

#[derive(Template)]
#[template(path = "overview.html")]
pub struct Page {
    frame: Frame,
    report: Option<Report>,
    empty: bool,
}

struct Report {
    about: String,
    stale: bool,
    doubt: Option<String>,
    tiles: Vec<Told>,
    findings: Vec<Finding>,
    first: Picture,
    rest: Vec<Picture>,
}

struct Told {
    label: String,
    value: String,
    mark: &'static str,
    change: String,
    href: String,
}

struct Finding {
    mark: &'static str,
    text: String,
    href: String,
    more: &'static str,
}

/// The page.
pub async fn page(app: web::Data<App>, req: HttpRequest, scope: web::Query<Scope>) -> HttpResponse {
    show::of_run(&app, &req, scope.into_inner(), made).await
}

/// What the page shows.
///
/// # Errors
/// Those of its figures.
pub fn made(app: &App, scope: &Scope, run: Option<&Run>) -> Result<Page> {
    let report = run.map(|run| report(app, &run.id, scope)).transpose()?;
    let frame = Frame::new(app, Place::Overview, "Overview", scope, run);
    Ok(Page { frame, report, empty: app.store.imports().is_empty() })
}

fn report(app: &App, run: &str, scope: &Scope) -> Result<Report> {
    let s = app.summary(run)?;
    let sums = overview::tiles(app, &s.currency)?;
    let pair = || vec![("run", s.run.clone())];
    let paid = s.channels.iter().any(|c| c.roi.is_some());
    let first = if paid {
        Picture::chart("roi", pair(), "Return on investment by channel, with intervals").table("/api/v1/roi")
    } else {
        Picture::chart("contributions", pair(), "Contribution of each channel").table("/api/v1/contributions")
    };
    let mut rest = Vec::new();
    if compares(&s) {
        rest.push(
            Picture::chart("waterfall", pair(), "What changed the outcome since the quarter before")
                .table("/api/v1/variance"),
        );
    }
    if paid {
        rest.push(Picture::chart("share", pair(), "Share of spend beside share of effect").table("/api/v1/roi"));
        rest.push(Picture::chart("contributions", pair(), "Contribution over time").table("/api/v1/contributions"));
        rest.push(Picture::chart("budget", pair(), "Budget today and as recommended"));
    }
    let about = format!(
        "{}, {}. Intervals hold 90% of what the data leave possible.",
        words::capital(&words::outcome(&s)),
        words::period(&s.period)
    );
    let size = |p: Picture| p.wide(HALF).tall(400);
    Ok(Report {
        about,
        doubt: doubt(&s),
        stale: s.data_version != app.store.data_version(),
        tiles: tiles(&s, &sums, scope),
        findings: findings(app, &s, scope)?,
        first: size(first),
        rest: rest.into_iter().map(size).collect(),
    })
}

/// What must be said before anyone acts on the run.
fn doubt(s: &Summary) -> Option<String> {
    if let Some(reason) = s.health.holds_back() {
        return Some(reason.to_owned());
    }
    (s.baseline_share < 0.0).then(|| {
        format!(
            "The model credits marketing with {} of what happened, more than all of it: these data cannot carry its returns.",
            words::percent(1.0 - s.baseline_share)
        )
    })
}

/// Metrics that get a tile, in order, with their name and page.
const TILES: [(&str, &str, &str); 5] = [
    ("won_revenue", "Won revenue", "/finance"),
    ("pipeline", "Pipeline created", "/funnel"),
    ("spend", "Marketing spend", "/channels"),
    ("won_deals", "Deals won", "/finance"),
    ("mql", "MQLs", "/funnel"),
];
/// Tiles in a row, the return included.
const MOST: usize = 5;

fn tiles(s: &Summary, sums: &[Tile], scope: &Scope) -> Vec<Told> {
    let mut all = Vec::new();
    if let Some(total) = &s.total
        && let Some(roi) = &total.roi
    {
        all.push(Told {
            label: "ROI of paid channels".into(),
            value: Unit::Ratio.write(roi.p50, Some(roi.p95 - roi.p05)),
            mark: match (roi.p05 > 0.0, roi.p95 < 0.0) {
                (true, _) => "better",
                (_, true) => "worse",
                _ => "unsure",
            },
            change: format!("90%: {}; break-even is 0x", words::range(roi, &Unit::Ratio)),
            href: format!("/channels{}", scope.query()),
        });
    }
    let found = TILES.iter().filter_map(|(metric, label, path)| {
        let tile = sums.iter().find(|t| t.metric == *metric)?;
        Some(tell(tile, label, format!("{path}{}", scope.query())))
    });
    all.extend(found);
    // Wide tables bring no CRM records: the modelled outcome and spend stand in.
    if all.len() < 3 {
        all.extend(modelled(s, scope));
    }
    all.truncate(MOST);
    all
}

fn tell(tile: &Tile, label: &str, href: String) -> Told {
    let unit = if tile.unit == "count" { Unit::Plain } else { Unit::money(&tile.unit) };
    let value = if tile.unit == "count" { words::whole(tile.value as i64) } else { unit.write(tile.value, None) };
    // More spend is neither good nor bad by itself.
    change(label, value, tile.value, tile.before, tile.metric == "spend", href)
}

fn change(label: &str, value: String, now: f64, before: f64, neutral: bool, href: String) -> Told {
    let relative = (now - before) / before;
    let (mark, text) = match relative {
        r if !r.is_finite() => ("", "none in the quarter before".into()),
        r if r.abs() < 0.005 => ("unsure", "as in the quarter before".into()),
        r if r > 0.0 => {
            (if neutral { "up" } else { "better" }, format!("{} up on the quarter before", words::percent(r)))
        }
        r => (if neutral { "down" } else { "worse" }, format!("{} down on the quarter before", words::percent(-r))),
    };
    Told { label: format!("{label}, 13 weeks"), value, mark, change: text, href }
}

/// Outcome, spend and share of marketing over the last quarter of the run's periods.
fn modelled(s: &Summary, scope: &Scope) -> Vec<Told> {
    let n = s.periods.len();
    let each = 13.min(n / 2);
    if each == 0 {
        return Vec::new();
    }
    let two = |of: &dyn Fn(usize) -> f64| {
        let sum = |from: usize, to: usize| (from..to).map(of).sum::<f64>();
        (sum(n - each, n), sum(n - 2 * each, n - each))
    };
    let unit = words::unit(&s.unit, &s.kpi);
    let (now, before) = two(&|t| s.fitted[t].actual);
    let (spent, earlier) = two(&|t| s.channels.iter().map(|c| c.spend_series[t]).sum());
    let name = words::capital(&words::kpi(&s.kpi));
    vec![
        change(&name, unit.write(now, None), now, before, false, format!("/model{}", scope.query())),
        change(
            "Marketing spend",
            words::money(spent, &s.currency),
            spent,
            earlier,
            true,
            format!("/channels{}", scope.query()),
        ),
        Told {
            label: "Brought by marketing".into(),
            value: words::percent(1.0 - s.baseline_share),
            mark: "",
            change: "of the outcome over the whole period".into(),
            href: format!("/channels{}", scope.query()),
        },
    ]
}

/// Three to five sentences, each worded from the numbers of the figure it leads to.
fn findings(app: &App, s: &Summary, scope: &Scope) -> Result<Vec<Finding>> {
    let mut all = Vec::new();
    let ask = Ask { run: Some(s.run.clone()), ..Ask::default() };
    let mut add = |name: &str, mark: &dyn Fn(&AnyFigure) -> &'static str, path: &str, more: &'static str| {
        let made = if kept::COSTLY.contains(&name) {
            kept::figure(app, name, &s.run)
        } else {
            figures::make(app, name, &ask, Some(&s.run)).map(Arc::new)
        };
        let figure = match made {
            Ok(figure) => figure,
            // What the data cannot say is left out; what the server cannot do is not.
            Err(AnalysisError::NoData(_) | AnalysisError::NotFound(_) | AnalysisError::Model(_)) => return Ok(()),
            Err(other) => return Err(other),
        };
        let text = words::capital(figure.title().trim_end_matches('.'));
        all.push(Finding { mark: mark(&figure), text, href: format!("{path}{}", scope.query()), more });
        Ok(())
    };
    let paid = s.channels.iter().any(|c| c.roi.is_some());
    if paid {
        add("roi", &best, "/channels", "returns of all channels")?;
        add("share", &|_| "unsure", "/channels", "shares of spend and effect")?;
    }
    if compares(s) {
        add("waterfall", &changed, "/model", "how the model explains it")?;
    }
    if paid {
        add("budget", &gains, "/planner", "the plan, to be changed and saved")?;
    }
    add("funnel", &|_| "unsure", "/funnel", "rates by region, channel and cohort")?;
    Ok(all)
}

/// Two periods make no comparison.
fn compares(s: &Summary) -> bool {
    s.periods.len() >= 4
}

/// Better only where the whole interval says so.
fn gains(figure: &AnyFigure) -> &'static str {
    match figure {
        AnyFigure::Budget(b) if b.gain.is_some_and(|g| g.p05 > 0.0) => "better",
        _ => "unsure",
    }
}

/// Better only where a decided return lies above break-even.
fn best(figure: &AnyFigure) -> &'static str {
    match figure {
        AnyFigure::Roi(r)
            if r.rows.iter().any(|row| row.verdict == Verdict::Decidable && row.value.p05 > r.measure.break_even()) =>
        {
            "better"
        }
        _ => "unsure",
    }
}

fn changed(figure: &AnyFigure) -> &'static str {
    match figure {
        AnyFigure::Waterfall(w) if w.to.value > w.from.value => "better",
        AnyFigure::Waterfall(w) if w.to.value < w.from.value => "worse",
        _ => "unsure",
    }
}
