//! Every error the API can give: one table of codes, answered as RFC 9457 `application/problem+json`.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use utoipa::ToSchema;

/// What went wrong, as a closed set; the string of each is stable and may be matched by programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Code {
    /// The body is not JSON, or not of the shape asked for.
    BadJson,
    /// A query parameter is unknown or has a wrong value.
    BadQuery,
    /// A part of the path has a wrong value.
    BadPath,
    /// The body cannot be read (broken multipart, cut off).
    BadBody,
    /// A field is well-formed and not acceptable.
    Invalid,
    /// No key, or not a valid one.
    Unauthenticated,
    /// The key's role does not allow it.
    Forbidden,
    /// The request comes from another site's page.
    CrossOrigin,
    /// The `Host` is not one this server answers to.
    WrongHost,
    /// No such route, or no such record.
    NotFound,
    /// The route exists for other verbs.
    MethodNotAllowed,
    /// The form asked for by suffix or `Accept` is not offered.
    NotAcceptable,
    /// The state of the record does not allow it.
    Conflict,
    /// The `Idempotency-Key` was used with another body.
    IdempotencyMismatch,
    /// `If-Match` names an older version.
    PreconditionFailed,
    /// The body is larger than allowed.
    TooLarge,
    /// The content type is not understood.
    UnsupportedMedia,
    /// The data were rejected; the details say why.
    DataRejected,
    /// The model cannot be fitted or asked on these data.
    ModelRefused,
    /// There are no data yet that could answer.
    NoData,
    /// The body came too slowly.
    RequestTimeout,
    /// Too many requests from one caller.
    RateLimited,
    /// A fault of the server.
    Internal,
    /// Too busy at this moment.
    Busy,
    /// The query took longer than its deadline.
    Deadline,
    /// No room on the disk.
    DiskFull,
}

/// The table: code, its stable string, HTTP status, title.
pub const TABLE: &[(Code, &str, u16, &str)] = &[
    (Code::BadJson, "bad-json", 400, "The body is not the JSON that was expected"),
    (Code::BadQuery, "bad-query", 400, "A query parameter is not acceptable"),
    (Code::BadPath, "bad-path", 400, "A part of the path is not acceptable"),
    (Code::BadBody, "bad-body", 400, "The body cannot be read"),
    (Code::Invalid, "invalid", 422, "A value is not acceptable"),
    (Code::Unauthenticated, "unauthenticated", 401, "A valid API key is needed"),
    (Code::Forbidden, "forbidden", 403, "The key's role does not allow this"),
    (Code::CrossOrigin, "cross-origin", 403, "The request comes from another site"),
    (Code::WrongHost, "wrong-host", 421, "This server does not answer to that host name"),
    (Code::NotFound, "not-found", 404, "There is nothing here"),
    (Code::MethodNotAllowed, "method-not-allowed", 405, "The route does not take this method"),
    (Code::NotAcceptable, "not-acceptable", 406, "The form asked for is not offered"),
    (Code::RequestTimeout, "request-timeout", 408, "The body came too slowly"),
    (Code::Conflict, "conflict", 409, "The record's state does not allow this"),
    (Code::IdempotencyMismatch, "idempotency-mismatch", 422, "The Idempotency-Key was used with another body"),
    (Code::PreconditionFailed, "precondition-failed", 412, "The record has changed since"),
    (Code::TooLarge, "too-large", 413, "The body is larger than allowed"),
    (Code::UnsupportedMedia, "unsupported-media", 415, "The content type is not understood"),
    (Code::DataRejected, "data-rejected", 422, "The data were rejected"),
    (Code::ModelRefused, "model-refused", 422, "The model cannot answer on these data"),
    (Code::NoData, "no-data", 409, "There are no data yet that could answer"),
    (Code::RateLimited, "rate-limited", 429, "Too many requests"),
    (Code::Internal, "internal", 500, "A fault of the server"),
    (Code::Busy, "busy", 503, "Too busy at this moment"),
    (Code::Deadline, "deadline", 503, "The query took longer than its deadline"),
    (Code::DiskFull, "disk-full", 507, "No room on the disk"),
];

impl Code {
    fn row(self) -> &'static (Code, &'static str, u16, &'static str) {
        // A test keeps the table whole; the last resort answers as a fault, never by a panic.
        TABLE.iter().find(|row| row.0 == self).unwrap_or(&(Code::Internal, "internal", 500, "A fault of the server"))
    }

    /// The stable string.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.row().1
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(self) -> StatusCode {
        StatusCode::from_u16(self.row().2).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

/// One error, as it is sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// Which of the table.
    pub code: Code,
    /// What happened this time, in a sentence.
    pub detail: String,
    /// The field, parameter or header at fault.
    pub field: Option<String>,
    /// What would be accepted there.
    pub accepted: Option<String>,
    /// Seconds after which trying again makes sense.
    pub retry_after: Option<u32>,
}

/// The body of a problem, RFC 9457 with `code`, `field` and `accepted` as extensions.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemBody {
    /// A relative reference that names the kind of problem.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind in words.
    pub title: &'static str,
    /// HTTP status.
    pub status: u16,
    /// This occurrence in words.
    pub detail: String,
    /// Stable code to match on.
    pub code: &'static str,
    /// The field, parameter or header at fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What would be accepted there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted: Option<String>,
}

/// Result of handlers.
pub type Answer<T = HttpResponse> = Result<T, Problem>;

impl Problem {
    /// A problem of `code` with a sentence on what happened.
    #[must_use]
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        let retry_after = match code {
            Code::RateLimited | Code::Busy | Code::Deadline => Some(1),
            Code::DiskFull => Some(60),
            _ => None,
        };
        Self { code, detail: detail.into(), field: None, accepted: None, retry_after }
    }

    /// Names the field at fault.
    #[must_use]
    pub fn field(mut self, name: impl Into<String>) -> Self {
        self.field = Some(name.into());
        self
    }

    /// Says what would be accepted.
    #[must_use]
    pub fn accepts(mut self, what: impl Into<String>) -> Self {
        self.accepted = Some(what.into());
        self
    }

    /// Says after how many seconds to try again.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// No record of that kind and id.
    #[must_use]
    pub fn no_such(kind: &str, id: &str) -> Self {
        Self::new(Code::NotFound, format!("there is no {kind} `{id}`"))
    }

    /// A fault: the cause goes to the log, not to the caller.
    #[must_use]
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        tracing::error!(%cause, "internal fault");
        Self::new(Code::Internal, "the server could not finish this; its log says why")
    }

    /// The body that is sent.
    #[must_use]
    pub fn body(&self) -> ProblemBody {
        let (_, code, status, title) = *self.code.row();
        ProblemBody {
            kind: format!("/docs/problems#{code}"),
            title,
            status,
            detail: self.detail.clone(),
            code,
            field: self.field.clone(),
            accepted: self.accepted.clone(),
        }
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.detail)?;
        if let Some(accepted) = &self.accepted {
            write!(f, " (accepted: {accepted})")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.code.status()
    }

    fn error_response(&self) -> HttpResponse {
        let mut answer = HttpResponse::build(self.status_code());
        if let Some(seconds) = self.retry_after {
            answer.insert_header((header::RETRY_AFTER, seconds));
        }
        if self.code == Code::Unauthenticated {
            // Basic lets a browser and Power Query ask for the key: any user name, the key as password.
            answer.append_header((header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")));
            answer.append_header((header::WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"Tandem\"")));
        }
        let body = serde_json::to_string(&self.body()).unwrap_or_else(|_| "{}".into());
        answer.content_type("application/problem+json").body(body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_holds_each_code_once_with_a_string_of_its_own() {
        let mut codes: Vec<_> = TABLE.iter().map(|row| row.0).collect();
        let mut names: Vec<_> = TABLE.iter().map(|row| row.1).collect();
        codes.sort();
        codes.dedup();
        names.sort_unstable();
        names.dedup();
        assert_eq!(codes.len(), TABLE.len());
        assert_eq!(names.len(), TABLE.len());
        // `DiskFull` is the last variant: its discriminant counts the variants.
        assert_eq!(TABLE.len(), Code::DiskFull as usize + 1);
    }

    #[test]
    fn a_busy_server_says_when_to_come_back_and_a_wrong_value_does_not() {
        assert!(Problem::new(Code::Busy, "x").error_response().headers().contains_key("retry-after"));
        assert!(!Problem::new(Code::Invalid, "x").error_response().headers().contains_key("retry-after"));
    }
}
