//! The page's form: which models, outcome and policies; its URL holds all of it.

use std::sync::Arc;

use actix_web::web::Query;
use tandem_models::attribution::ModelKind;

use super::super::scope::{Scope, query};
use crate::analysis::attribution::returns::{self, Returns, ReturnsBy, returns};
use crate::analysis::attribution::shape::{Shape, shape};
use crate::analysis::attribution::{Ask, AttributionAnswer, AttributionParams, attribute};
use crate::analysis::{AnalysisError, Result};
use crate::app::App;

/// The form; `model` stands once for each model chosen.
#[derive(Debug, Clone, Default)]
pub(super) struct Form {
    pub scope: Scope,
    pub params: AttributionParams,
    pub ask: Ask,
}

/// Days before the outcome in which touches count, unless told.
pub(super) const LOOKBACK: u32 = 365;

/// Distinct paths listed on the page.
const TOP: usize = 10;

impl Form {
    /// Reads the query of the page or of one of its drawings.
    pub fn read(text: &str) -> Result<Form> {
        let pairs = Query::<Vec<(String, String)>>::from_query(text)
            .map_err(|e| AnalysisError::rejected("query", e.to_string()))?
            .into_inner();
        let mut form = Form::default();
        let (mut models, mut rest): (Vec<&str>, Vec<(&str, &str)>) = (Vec::new(), Vec::new());
        for (key, value) in pairs.iter().filter(|(_, v)| !v.is_empty()) {
            match key.as_str() {
                "run" => form.scope.run = Some(value.clone()),
                "kpi" => form.scope.kpi = Some(value.clone()),
                "model" => models.push(value),
                other => rest.push((other, value)),
            }
        }
        let text = query(&rest);
        form.params = Query::<AttributionParams>::from_query(text.trim_start_matches('?'))
            .map_err(|e| AnalysisError::rejected("query", e.to_string()))?
            .into_inner();
        form.params.models = (!models.is_empty()).then(|| models.join(","));
        if form.params.lookback.is_some_and(|days| days > 3650) {
            return Err(AnalysisError::rejected("lookback", "is no number of days from 0 to 3650"));
        }
        form.ask = form.params.ask()?;
        Ok(form)
    }

    fn key(&self, app: &App, what: &str) -> String {
        format!("attribution {what}\n{}\n{:?}", app.store.data_version(), self.ask)
    }

    /// Credit by model and channel; the page and its drawings ask for the same.
    pub fn answer(&self, app: &App) -> Result<Arc<AttributionAnswer>> {
        app.cache.get(&self.key(app, "credit"), || attribute(&app.store, &self.ask))
    }

    /// Commonest paths, lengths and lags.
    pub fn shape(&self, app: &App) -> Result<Arc<Shape>> {
        app.cache.get(&self.key(app, "shape"), || shape(&app.store, &self.ask, TOP))
    }

    /// The model that spend is told beside: linear where it was chosen, otherwise the first.
    pub fn spender(&self) -> ModelKind {
        let models = &self.ask.models;
        models.iter().copied().find(|m| *m == returns::USUAL).or(models.first().copied()).unwrap_or(returns::USUAL)
    }

    /// Spend beside the credit of one model.
    pub fn returns(&self, app: &App) -> Result<Arc<Returns>> {
        let ask = Ask { models: vec![self.spender()], outcome: Default::default(), ..self.ask.clone() };
        app.cache.get(&self.key(app, "returns"), || returns(&app.store, &ask, ReturnsBy::Channel))
    }

    /// The query of drawings and tables.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let ids: Vec<&str> = self.ask.models.iter().map(|m| m.id()).collect();
        let mut pairs = vec![("model", ids.join(",")), ("outcome", self.ask.outcome.as_str().to_owned())];
        pairs.extend(self.params.lookback.map(|days| ("lookback", days.to_string())));
        pairs.extend(self.params.order.clone().map(|order| ("order", order)));
        pairs.extend(self.params.value.clone().map(|value| ("value", value)));
        pairs
    }
}
