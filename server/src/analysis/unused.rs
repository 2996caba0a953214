//! What a spec says and ridge does not use: said instead of passed over.

use tandem_models::mmm::spec::{Priors, SamplerSpec, Sign, Spec, VerdictSpec};

/// A sentence a part of the spec that only Bayes reads.
#[must_use]
pub fn by_ridge(spec: &Spec) -> Vec<String> {
    let mut parts = Vec::new();
    if spec.priors != Priors::default() {
        parts.push("`[priors]`".to_owned());
    }
    let own = spec.channels.iter().filter(|c| c.prior.is_some() || c.alpha.is_some() || c.half_saturation.is_some());
    let own: Vec<&str> = own.map(|c| c.name.as_str()).collect();
    if !own.is_empty() {
        parts.push(format!("the priors of {}", own.join(", ")));
    }
    let moving: Vec<&str> = spec.channels.iter().filter(|c| c.drift.is_some()).map(|c| c.name.as_str()).collect();
    if !moving.is_empty() {
        parts.push(format!("the `drift` of {}", moving.join(", ")));
    }
    let signed = spec.levers.iter().filter(|l| l.sign != Sign::Free || l.prior.is_some());
    let signed: Vec<&str> = signed.map(|l| l.name.as_str()).collect();
    if !signed.is_empty() {
        parts.push(format!("sign and prior of lever {}", signed.join(", ")));
    }
    if !spec.experiments.is_empty() {
        parts.push(format!("its {} `[[experiment]]`", spec.experiments.len()));
    }
    if spec.sampler != SamplerSpec::default() {
        parts.push("`[sampler]`".to_owned());
    }
    if spec.verdict != VerdictSpec::default() {
        parts.push("`[verdict]`".to_owned());
    }
    if parts.is_empty() {
        return Vec::new();
    }
    let last = parts.pop().unwrap_or_default();
    let list = if parts.is_empty() { last } else { format!("{} and {last}", parts.join(", ")) };
    vec![format!("Ridge does not use {list} of the spec; `--estimator bayes` does.")]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ridge_passes_over_is_named_and_nothing_else_is() {
        assert!(by_ridge(&Spec::default()).is_empty());
        let seeded = Spec { seed: 9, ..Spec::default() };
        assert!(by_ridge(&seeded).is_empty());
        let moving: Spec = toml::from_str(
            "[[channel]]\nname = 'tv'\ndrift = {}\n[[lever]]\nname = 'price'\nsign = 'negative'\n[[lever]]\nname = 'ads'",
        )
        .expect("toml");
        let said = by_ridge(&moving).concat();
        assert!(said.contains("the `drift` of tv and sign and prior of lever price of the spec"), "{said}");
        let mut spec = Spec::default();
        spec.sampler.chains += 1;
        assert_eq!(by_ridge(&spec), ["Ridge does not use `[sampler]` of the spec; `--estimator bayes` does."]);
        spec.verdict.refits = !spec.verdict.refits;
        assert!(by_ridge(&spec)[0].contains("`[sampler]` and `[verdict]`"));
    }
}
