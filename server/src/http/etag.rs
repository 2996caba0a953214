//! Validators: an answer's tag is a digest of all that it was made from; 304 and 412 follow from it.

use actix_web::http::header::{self, HeaderName};
use actix_web::{HttpRequest, HttpResponse};
use sha2::{Digest, Sha256};

use super::error::{Code, Problem};

/// A strong validator without its quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag(String);

/// The tag of an answer made by this version of the program from `parts` (data version, run, parameters, form).
#[must_use]
pub fn of(parts: &[&str]) -> Tag {
    let mut digest = Sha256::new();
    digest.update(crate::VERSION);
    for part in parts {
        // The length keeps ("a", "bc") and ("ab", "c") apart.
        digest.update((part.len() as u64).to_le_bytes());
        digest.update(part);
    }
    Tag(hex::encode(&digest.finalize()[..12]))
}

impl Tag {
    /// With quotes, as sent.
    #[must_use]
    pub fn header(&self) -> String {
        format!("\"{}\"", self.0)
    }

    /// Settles the request where its validators suffice: `Some(304)` when the caller's copy is current.
    ///
    /// # Errors
    /// 412 when `If-Match` names another version.
    pub fn settle(&self, req: &HttpRequest) -> Result<Option<HttpResponse>, Problem> {
        self.require(req)?;
        Ok(names(req, &header::IF_NONE_MATCH, &self.0)
            .unwrap_or(false)
            .then(|| HttpResponse::NotModified().insert_header((header::ETAG, self.header())).finish()))
    }

    /// Refuses a change based on an older version.
    ///
    /// # Errors
    /// 412 when `If-Match` is there and does not name this tag.
    pub fn require(&self, req: &HttpRequest) -> Result<(), Problem> {
        match names(req, &header::IF_MATCH, &self.0) {
            Some(false) => Err(Problem::new(Code::PreconditionFailed, "this has changed since the version you hold")
                .field("If-Match")
                .accepts(self.header())),
            _ => Ok(()),
        }
    }
}

/// Whether a validator header names the tag; `None` without the header.
fn names(req: &HttpRequest, name: &HeaderName, tag: &str) -> Option<bool> {
    let value = req.headers().get(name)?.to_str().ok()?;
    Some(
        value
            .split(',')
            .map(str::trim)
            .any(|held| held == "*" || held.strip_prefix("W/").unwrap_or(held).trim_matches('"') == tag),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[test]
    fn a_current_copy_is_not_sent_again_and_a_stale_one_is() {
        let tag = of(&["v1", "run"]);
        let held = TestRequest::default().insert_header(("If-None-Match", tag.header())).to_http_request();
        assert_eq!(tag.settle(&held).expect("fine").map(|r| r.status().as_u16()), Some(304));
        assert!(of(&["v2", "run"]).settle(&held).expect("fine").is_none());
    }

    #[test]
    fn a_change_based_on_an_older_version_is_refused() {
        let tag = of(&["v1"]);
        let stale = TestRequest::default().insert_header(("If-Match", "\"other\"")).to_http_request();
        assert_eq!(tag.require(&stale).expect_err("refused").code, Code::PreconditionFailed);
        let current = TestRequest::default().insert_header(("If-Match", tag.header())).to_http_request();
        assert!(tag.require(&current).is_ok());
    }

    #[test]
    fn parts_are_kept_apart() {
        assert_ne!(of(&["a", "bc"]), of(&["ab", "c"]));
    }
}
