//! How a read answer is given: form, validator, cache, the heavy work off the async threads and under a cap.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;

use super::error::{Answer, Problem};
use super::etag;
use super::negotiate::{self, Form, TABLES};
use crate::analysis::{self, AnalysisError, Tabular, exports};
use crate::app::{App, Heavy};
use crate::export::{Table, columnar, csv, xlsx};

/// Bytes of an answer in one form.
pub struct Rendered {
    media: &'static str,
    file: Option<String>,
    bytes: bytes::Bytes,
}

/// Answers a read in the form asked for. `run` is the run the figures come from, part of the validator.
///
/// # Errors
/// Those of negotiation, validators, load and of `make`.
pub async fn figures<T, F>(app: &web::Data<App>, req: &HttpRequest, run: Option<&str>, make: F) -> Answer
where
    T: Serialize + Tabular,
    F: FnOnce(&App) -> analysis::Result<T> + Send + 'static,
{
    let form = negotiate::wanted(req, TABLES)?;
    rendered(app, req, run, form, move |app| render(&make(app)?, form)).await
}

/// Answers a read whose bytes `make` gives itself.
///
/// # Errors
/// As [`figures`].
pub async fn rendered<F>(app: &web::Data<App>, req: &HttpRequest, run: Option<&str>, form: Form, make: F) -> Answer
where
    F: FnOnce(&App) -> analysis::Result<Rendered> + Send + 'static,
{
    let parts = [&*app.store.data_version(), run.unwrap_or("-"), req.path(), req.query_string(), form.suffix()];
    let tag = etag::of(&parts);
    if let Some(settled) = tag.settle(req)? {
        return Ok(settled);
    }
    let key = parts.join("\n");
    let kept = match app.cache.peek::<Rendered>(&key) {
        Some(kept) => kept,
        None => app.heavy(move |app| app.cache.get(&key, || make(app))).await?,
    };
    let mut answer = HttpResponse::Ok();
    answer.insert_header((header::ETAG, tag.header())).insert_header((header::VARY, "Accept, Authorization"));
    if let Some(file) = &kept.file {
        answer.insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{file}\"")));
    }
    Ok(answer.content_type(kept.media).body(kept.bytes.clone()))
}

/// Writes an answer in a form.
///
/// # Errors
/// A fault where a writer fails.
pub fn render<T: Serialize + Tabular>(value: &T, form: Form) -> analysis::Result<Rendered> {
    match form {
        Form::Json => Ok(Rendered::new(form, serde_json::to_vec(value).map_err(AnalysisError::fault)?)),
        file => Rendered::table(value.table(), file),
    }
}

impl Rendered {
    /// Bytes that need no file name.
    #[must_use]
    pub fn new(form: Form, bytes: Vec<u8>) -> Self {
        Self { media: form.media(), file: None, bytes: bytes.into() }
    }

    /// A table as a file to be saved under its name; as JSON the rows alone.
    ///
    /// # Errors
    /// A fault where a writer fails.
    pub fn table(table: Table, form: Form) -> analysis::Result<Self> {
        let file = Some(format!("{}.{}", table.name, form.suffix()));
        let bytes = match form {
            Form::Csv => csv::write(&table).map_err(AnalysisError::fault)?,
            Form::Xlsx => xlsx::write(&[table]).map_err(AnalysisError::fault)?,
            Form::Parquet => columnar::parquet(&table).map_err(AnalysisError::fault)?,
            Form::Arrow => columnar::arrow(&table).map_err(AnalysisError::fault)?,
            _ => {
                let rows = serde_json::to_vec(&exports::objects(&table)).map_err(AnalysisError::fault)?;
                return Ok(Self::new(Form::Json, rows));
            }
        };
        Ok(Self { media: form.media(), file, bytes: bytes.into() })
    }

    /// The bytes alone, for answers that are not kept.
    #[must_use]
    pub fn into_bytes(self) -> bytes::Bytes {
        self.bytes
    }
}

/// A JSON answer whose validator is its own content.
///
/// # Errors
/// 412 for a stale `If-Match`.
pub fn json(req: &HttpRequest, value: &impl Serialize) -> Answer {
    let bytes = serde_json::to_string(value).map_err(Problem::internal)?;
    let tag = etag::of(&[&bytes]);
    if let Some(settled) = tag.settle(req)? {
        return Ok(settled);
    }
    Ok(HttpResponse::Ok().insert_header((header::ETAG, tag.header())).content_type("application/json").body(bytes))
}
