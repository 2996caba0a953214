//! The drawings of the page, at addresses that carry its filters.

use actix_web::{HttpRequest, web};
use tandem_charts::{AnyFigure, Estimate};

use super::super::super::error::Answer;
use super::super::scope::Scope;
use super::super::{drawing, words};
use super::beside::{comparable, incremental};
use super::form::Form;
use crate::analysis::AnalysisError;
use crate::analysis::attribution::AttributionAnswer;
use crate::analysis::summary::Summary;
use crate::app::App;
use crate::figures;

/// `/attribution/{models,transitions,graph,length,lag}.svg`.
pub async fn drawn(app: web::Data<App>, req: HttpRequest) -> Answer {
    let run = Scope::default().run(&app)?.map(|r| r.id);
    let (id, name) = (run.clone(), req.match_info().get("name").unwrap_or_default().to_owned());
    drawing::drawn(&app, &req, run.as_deref(), move |app, query| {
        let form = Form::read(query)?;
        Ok(match name.as_str() {
            "models" => {
                let id = form.scope.run.clone().or(id);
                let summary = id.map(|id| app.summary(&id)).transpose()?;
                compared(&*form.answer(app)?, summary.as_deref())
            }
            "transitions" => figures::transitions(&*form.answer(app)?).into(),
            "graph" => {
                let id = form.scope.run.clone().or(id);
                let summary = id.map(|id| app.summary(&id)).transpose()?;
                followed(&*form.answer(app)?, summary.as_deref())
            }
            "length" => figures::journey_length(&*form.shape(app)?).into(),
            "lag" => figures::time_lag(&*form.shape(app)?).into(),
            other => return Err(AnalysisError::NotFound(format!("there is no drawing `{other}`"))),
        })
    })
    .await
}

/// The models side by side, with the incremental estimate behind where there is one.
fn compared(answer: &AttributionAnswer, s: Option<&Summary>) -> AnyFigure {
    let mut figure = figures::models(answer);
    let s = comparable(answer, s);
    for row in &mut figure.rows {
        if let Some((place, c)) =
            s.and_then(|s| s.channels.iter().enumerate().find(|(_, c)| words::name(&c.channel) == row.channel))
        {
            row.color = place;
            row.incremental = s.and_then(|s| incremental(answer, s, c)).map(|e| Estimate::new(e.p05, e.p50, e.p95));
        }
    }
    figure.into()
}

/// Which touch follows which, channels in the colours that they have everywhere.
fn followed(answer: &AttributionAnswer, s: Option<&Summary>) -> AnyFigure {
    let mut figure = figures::transition_graph(answer);
    for node in figure.nodes.iter_mut().filter(|n| n.color.is_some()) {
        let place = s.and_then(|s| s.channels.iter().position(|c| words::name(&c.channel) == node.name));
        node.color = place.or(node.color);
    }
    figure.into()
}
