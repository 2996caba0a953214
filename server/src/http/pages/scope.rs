//! Which run a page speaks of, and how that stays in every link of the page.

use serde::Deserialize;

use crate::analysis::runs::{self, Run};
use crate::analysis::{AnalysisError, Result};
use crate::app::App;

/// The part of a page's query that names its run.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    /// A run's id; the promoted or newest unless told.
    pub run: Option<String>,
    /// The promoted or newest run of this outcome.
    pub kpi: Option<String>,
}

impl Scope {
    /// The run, or `None` where nothing was fitted yet.
    ///
    /// # Errors
    /// `NotFound` for a run that is not there.
    pub fn run(&self, app: &App) -> Result<Option<Run>> {
        match runs::resolve(&app.store, self.run.as_deref(), self.kpi.as_deref()) {
            Ok(run) => Ok(Some(run)),
            Err(AnalysisError::NoData(_)) => Ok(None),
            Err(other) => Err(other),
        }
    }

    /// `?run=..`, `?kpi=..` or nothing, to be put behind a path.
    #[must_use]
    pub fn query(&self) -> String {
        let pairs: Vec<(&str, &str)> = [("run", &self.run), ("kpi", &self.kpi)]
            .into_iter()
            .filter_map(|(key, value)| value.as_deref().map(|v| (key, v)))
            .collect();
        query(&pairs)
    }
}

/// `?a=b&c=d` with values escaped; empty where there is no pair.
#[must_use]
pub fn query(pairs: &[(&str, &str)]) -> String {
    let written: Vec<String> = pairs.iter().map(|(key, value)| format!("{key}={}", escape(value))).collect();
    if written.is_empty() { String::new() } else { format!("?{}", written.join("&")) }
}

/// Percent-encoding of everything but unreserved characters (RFC 3986, 2.3), fit for a path segment and a query value.
#[must_use]
pub fn escape(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_escaped_and_absent_ones_left_out() {
        let scope = Scope { run: None, kpi: Some("won & lost".into()) };
        assert_eq!(scope.query(), "?kpi=won%20%26%20lost");
        assert_eq!(Scope::default().query(), "");
        assert_eq!(escape("a/b?c=é"), "a%2Fb%3Fc%3D%C3%A9");
    }
}
