//! How the API describes a fit's health: the type is [`tandem_models::health::Health`], which knows nothing of OpenAPI.

use serde::Deserialize;
use utoipa::ToSchema;

/// Health of a fit: as bad as its worst reason.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = Health)]
pub struct HealthShape {
    /// `pass`, `review` or `fail`.
    pub status: String,
    /// Every check that found something to say, worst first.
    pub reasons: Vec<ReasonShape>,
}

/// One check.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = HealthReason)]
pub struct ReasonShape {
    /// Stable id of the check.
    pub check: String,
    /// `pass`, `review` or `fail`.
    pub status: String,
    /// A sentence for a reader who is no statistician.
    pub text: String,
    /// Channels it concerns; absent: all.
    #[serde(default)]
    pub channels: Vec<String>,
}

#[cfg(test)]
mod tests {
    use tandem_models::health::{Check, Finding, Health, Status};

    use super::*;

    fn keys(text: &str, at: &str) -> Vec<String> {
        let whole: serde_json::Value = serde_json::from_str(text).expect("json");
        let part = whole.pointer(at).and_then(serde_json::Value::as_object).expect("an object");
        let mut names: Vec<String> = part.keys().cloned().collect();
        names.sort();
        names
    }

    #[test]
    fn a_fit_tells_its_health_in_the_shape_described() {
        let twins = Finding::new(Check::Collinearity, Status::Review, "They move together.".into());
        let told = Health::of(vec![
            twins.on(vec!["tv".into(), "radio".into()]),
            Finding::new(Check::Holdout, Status::Fail, "Missed by 60%.".into()),
        ]);
        let text = serde_json::to_string(&told).expect("json");
        assert_eq!(keys(&text, ""), ["reasons", "status"]);
        assert_eq!(keys(&text, "/reasons/1"), ["channels", "check", "status", "text"], "nothing that is not described");
        let read: HealthShape = serde_json::from_str(&text).expect("the shape described");
        assert_eq!((read.status.as_str(), read.reasons[0].check.as_str()), ("fail", "holdout"));
        assert_eq!((read.reasons[1].status.as_str(), read.reasons[1].text.as_str()), ("review", "They move together."));
        assert_eq!((read.reasons[0].channels.len(), read.reasons[1].channels.len()), (0, 2));
        assert_eq!(serde_json::from_str::<Health>(&text).expect("kept runs are read back"), told);
    }
}
