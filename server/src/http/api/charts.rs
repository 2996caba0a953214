//! `/charts`: every figure as SVG or PNG, from one drawing.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use tandem_charts::{AnyFigure, Look, Size, Theme};
use utoipa::{IntoParams, ToSchema};

use super::super::answer::{self, Rendered};
use super::super::error::{Answer, Code, Problem, ProblemBody};
use super::super::negotiate::{self, CHARTS, Form};
use crate::analysis::{AnalysisError, Result};
use crate::app::App;
use crate::figures::{self, Ask};

/// Ground of a figure.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    /// White.
    #[default]
    Light,
    /// Dark.
    Dark,
}

/// What to draw, and how.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ChartQuery {
    /// A run's id; the promoted run, or the newest, unless told.
    pub run: Option<String>,
    /// The promoted or newest run of this outcome.
    pub kpi: Option<String>,
    /// Channel, for figures of one; the one with most spend unless told.
    pub channel: Option<String>,
    /// Run that the figure `bridge` starts from; the one that the run refreshed unless told.
    pub from: Option<String>,
    /// `roi`, `roas` or `mroi`, for the figure `roi`; `roi` or `contribution` for `bridge`.
    pub measure: Option<String>,
    /// Attribution models, comma-separated, for the figure that compares them.
    pub models: Option<String>,
    /// Stage at which deals count: `won`, `sql` or `mql`.
    pub outcome: Option<String>,
    /// A saved scenario, for figures of a plan; the recommended plan at today's budget unless told.
    pub scenario: Option<String>,
    /// `light` or `dark`.
    #[serde(default)]
    #[param(inline)]
    pub theme: Ground,
    /// Width in pixels, 240 to 2400; 760 unless told.
    pub width: Option<f64>,
    /// Height in pixels, 160 to 2400; as the data need unless told.
    pub height: Option<f64>,
    /// Pixels a unit in PNG, 1 to 4; 2 unless told.
    pub scale: Option<f64>,
}

/// The figures there are.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChartList {
    /// Names for `/api/v1/charts/{name}.svg` and `.png`.
    pub data: Vec<&'static str>,
}

/// Names of all figures.
#[utoipa::path(get, path = "/api/v1/charts", tag = "charts", responses((status = 200, body = ChartList)))]
pub async fn list() -> HttpResponse {
    HttpResponse::Ok().json(ChartList { data: figures::NAMES.to_vec() })
}

/// One figure, as SVG or PNG.
#[utoipa::path(get, path = "/api/v1/charts/{name}", tag = "charts", params(("name" = String, Path), ChartQuery),
    description = "As `/api/v1/charts/{name}.svg` or `.png`, or by `Accept`.",
    responses((status = 200, description = "The figure", content_type = "image/svg+xml"), (status = 404, body = ProblemBody)))]
pub async fn one(app: web::Data<App>, req: HttpRequest, query: web::Query<ChartQuery>) -> Answer {
    let form = negotiate::wanted(&req, CHARTS)?;
    let name = req.match_info().get("name").unwrap_or_default().to_owned();
    if !figures::NAMES.contains(&name.as_str()) {
        return Err(Problem::no_such("chart", &name).accepts(figures::NAMES.join(", ")));
    }
    let query = query.into_inner();
    let look = look(&query)?;
    let scale = query.scale.unwrap_or(2.0);
    if !(1.0..=4.0).contains(&scale) {
        return Err(Problem::new(Code::BadQuery, format!("`scale` is {scale}")).field("scale").accepts("1 to 4"));
    }
    let ask = Ask {
        run: query.run,
        kpi: query.kpi,
        channel: query.channel,
        from: query.from,
        measure: query.measure,
        models: query.models,
        outcome: query.outcome,
        scenario: query.scenario,
    };
    let run = figures::run_of(&app, &name, &ask)?;
    let held = run.clone();
    answer::rendered(&app, &req, run.as_deref(), form, move |app| {
        draw(&figures::make(app, &name, &ask, held.as_deref())?, look, form, scale)
    })
    .await
}

fn look(query: &ChartQuery) -> std::result::Result<LookAsked, Problem> {
    let within = |name: &str, value: Option<f64>, least: f64| match value {
        Some(v) if !(least..=2400.0).contains(&v) => Err(Problem::new(Code::BadQuery, format!("`{name}` is {v}"))
            .field(name)
            .accepts(format!("{least} to 2400"))),
        other => Ok(other),
    };
    let theme = match query.theme {
        Ground::Light => Theme::Light,
        Ground::Dark => Theme::Dark,
    };
    Ok(LookAsked { theme, width: within("width", query.width, 240.0)?, height: within("height", query.height, 160.0)? })
}

#[derive(Clone, Copy)]
struct LookAsked {
    theme: Theme,
    width: Option<f64>,
    height: Option<f64>,
}

fn draw(figure: &AnyFigure, asked: LookAsked, form: Form, scale: f64) -> Result<Rendered> {
    let width = asked.width.unwrap_or(Size::DEFAULT.width);
    let height = asked.height.unwrap_or_else(|| figure.natural_height(width));
    let svg = figure.render(Look::new(asked.theme, Size::new(width, height)));
    let bytes = match form {
        Form::Png => svg.png(scale).map_err(AnalysisError::fault)?,
        _ => svg.into_string().into_bytes(),
    };
    Ok(Rendered::new(form, bytes))
}
