//! `/attribution`: credit for outcomes that happened, by model and channel.

use actix_web::{HttpRequest, web};
use serde::Deserialize;
use tandem_models::attribution::{Order, Settings};
use utoipa::IntoParams;

use super::super::answer;
use super::super::error::{Answer, Code, Problem, ProblemBody};
use crate::analysis::attribution::{self, AttributionAnswer};
use crate::analysis::journeys::{self, OutcomeStage};
use crate::app::App;

/// Models and policies.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AttributionQuery {
    /// Models, comma-separated; `first,last,linear,time_decay,markov` unless told.
    #[serde(alias = "model")]
    pub models: Option<String>,
    /// What counts as an outcome; `won` unless told.
    #[serde(default)]
    #[param(inline)]
    pub outcome: OutcomeStage,
    /// Days before the outcome in which a touch counts, 0 for no limit; 365 unless told.
    pub lookback: Option<u32>,
    /// Half-life of time decay in days; 7 unless told.
    pub half_life: Option<f64>,
    /// Order of the Markov chain, `1` to `4` or `auto`; 1 unless told.
    pub order: Option<String>,
    /// Bootstrap resamples, 0 to 1000; 200 unless told.
    pub resamples: Option<usize>,
}

impl AttributionQuery {
    fn settings(&self) -> Result<Settings, Problem> {
        let mut settings = Settings::default();
        if let Some(days) = self.lookback {
            settings.policy.lookback_days = (days > 0).then_some(days);
        }
        if let Some(days) = self.half_life {
            settings.half_life_days = days;
        }
        settings.order = match self.order.as_deref() {
            None => settings.order,
            Some("auto") => Order::Auto,
            Some(k @ ("1" | "2" | "3" | "4")) => Order::Fixed(usize::from(k.as_bytes()[0] - b'0')),
            Some(other) => {
                return Err(Problem::new(Code::BadQuery, format!("`order` is {other}"))
                    .field("order")
                    .accepts("1, 2, 3, 4 or auto"));
            }
        };
        match self.resamples {
            Some(n) if n > 1000 => {
                Err(Problem::new(Code::BadQuery, format!("`resamples` is {n}")).field("resamples").accepts("0 to 1000"))
            }
            Some(n) => {
                settings.bootstrap.resamples = n;
                Ok(settings)
            }
            None => Ok(settings),
        }
    }
}

/// Credit by model and channel; each model's channels and `unattributed` add up to the total to the cent.
#[utoipa::path(get, path = "/api/v1/attribution", tag = "figures", params(AttributionQuery),
    responses((status = 200, body = AttributionAnswer), (status = 422, body = ProblemBody)))]
pub async fn list(app: web::Data<App>, req: HttpRequest, query: web::Query<AttributionQuery>) -> Answer {
    let settings = query.settings()?;
    let kinds = attribution::models(query.models.as_deref())?;
    let outcome = query.outcome;
    answer::figures(&app, &req, None, move |app| journeys::attribute(&app.store, outcome, &kinds, &settings)).await
}
