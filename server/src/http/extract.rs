//! Extractors whose failures are problems: JSON bodies, query strings and paths.

use actix_web::error::{JsonPayloadError, PathError, QueryPayloadError};
use actix_web::{HttpRequest, web};

use super::error::{Code, Problem};

/// Settings that turn actix's own extractor errors into problems.
pub fn configure(cfg: &mut web::ServiceConfig, json_bytes: usize) {
    cfg.app_data(web::JsonConfig::default().limit(json_bytes).error_handler(json))
        .app_data(web::QueryConfig::default().error_handler(query))
        .app_data(web::PathConfig::default().error_handler(path))
        .app_data(web::PayloadConfig::new(json_bytes));
}

fn json(error: JsonPayloadError, _: &HttpRequest) -> actix_web::Error {
    let problem = match &error {
        JsonPayloadError::OverflowKnownLength { limit, .. } | JsonPayloadError::Overflow { limit } => {
            Problem::new(Code::TooLarge, "the JSON body is too large").accepts(format!("at most {limit} bytes"))
        }
        JsonPayloadError::ContentType => Problem::new(Code::UnsupportedMedia, "the body must be JSON")
            .field("Content-Type")
            .accepts("application/json"),
        JsonPayloadError::Deserialize(cause) => {
            let problem = Problem::new(Code::BadJson, cause.to_string());
            match quoted(&cause.to_string()) {
                Some(name) => problem.field(name),
                None => problem,
            }
        }
        other => Problem::new(Code::BadBody, other.to_string()),
    };
    problem.into()
}

fn query(error: QueryPayloadError, _: &HttpRequest) -> actix_web::Error {
    let text = error.to_string();
    let problem = Problem::new(Code::BadQuery, text.trim_start_matches("Query deserialize error: "));
    match quoted(&text) {
        Some(name) => problem.field(name).into(),
        None => problem.into(),
    }
}

fn path(error: PathError, _: &HttpRequest) -> actix_web::Error {
    Problem::new(Code::BadPath, error.to_string()).into()
}

/// The first name between backticks, where serde puts the field.
fn quoted(text: &str) -> Option<String> {
    let mut parts = text.split('`');
    parts.next()?;
    parts.next().filter(|name| !name.is_empty() && name.len() <= 64).map(str::to_owned)
}
