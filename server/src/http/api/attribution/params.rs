//! Queries of attribution: the models and policies that all share, and what one route adds.

use actix_web::HttpRequest;
use actix_web::web::Query;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::super::super::error::{Code, Problem};
use crate::analysis::attribution::AttributionParams;
use crate::http::pages::query;

/// A route that adds nothing.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// Reads both parts of a query; `own` names the fields of the route itself.
///
/// # Errors
/// `bad-query` with the field that is unknown or wrong.
pub fn split<T: DeserializeOwned>(req: &HttpRequest, own: &[&str]) -> Result<(AttributionParams, T), Problem> {
    let pairs: Vec<(String, String)> = read(req.query_string())?;
    let (mine, shared): (Vec<_>, Vec<_>) = pairs.iter().partition(|(key, _)| own.contains(&key.as_str()));
    let text = |pairs: Vec<&(String, String)>| {
        let pairs: Vec<(&str, &str)> = pairs.into_iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        query(&pairs).trim_start_matches('?').to_owned()
    };
    Ok((read(&text(shared))?, read(&text(mine))?))
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, Problem> {
    let wrong = |e: actix_web::error::QueryPayloadError| {
        let text = e.to_string();
        let field = text.split('`').nth(1).map(str::to_owned);
        let problem = Problem::new(Code::BadQuery, text.trim_start_matches("Query deserialize error: "));
        match field {
            Some(field) => problem.field(field),
            None => problem,
        }
    };
    Query::<T>::from_query(text).map(Query::into_inner).map_err(wrong)
}
