//! Specs: what is accepted, and how the rest is refused.

use tandem_models::domain::panel::{KpiKind, Panel};
use tandem_models::domain::period::Day;
use tandem_models::mmm::prior::Prior;
use tandem_models::mmm::spec::{PriorTarget, Spec};

use crate::data;

fn panel() -> Panel {
    data::world(104, &[200.0, 90.0], 20.0, 1).panel
}

/// The key at fault when `text` is held against `panel`.
fn key(text: &str, panel: &Panel) -> String {
    let spec: Spec = toml::from_str(text).expect("toml");
    let problem = spec.validate(panel).expect_err("refused");
    assert!(!problem.accepted.is_empty() && !problem.problem.is_empty());
    problem.key
}

#[test]
fn the_default_spec_survives_being_printed_and_read() {
    let printed = toml::to_string(&Spec::default()).expect("prints");
    assert_eq!(toml::from_str::<Spec>(&printed).expect("reads"), Spec::default());
    assert_eq!(toml::from_str::<Spec>("").expect("empty is the default"), Spec::default());
}

#[test]
fn the_documented_spec_is_the_default_one() {
    let text = std::fs::read_to_string("../docs/examples/spec.toml").expect("docs/examples/spec.toml");
    assert_eq!(toml::from_str::<Spec>(&text).expect("toml"), Spec::default());
}

#[test]
fn everything_a_user_may_say_is_understood() {
    let text = r#"
        seed = 7
        likelihood = "student_t"
        order = "saturation_first"
        carry_in = "mean"
        exclude = []
        adstock = { kind = "weibull_pdf", max_lag = 12 }
        saturation = { kind = "hill", slope = "free" }
        [baseline]
        fourier = 3
        knots = 4
        [[baseline.event]]
        name = "fair"
        from = "2023-03-06"
        to = "2023-03-12"
        [[baseline.event]]
        name = "fair"
        from = "2024-03-04"
        [[channel]]
        name = "c0"
        brand = true
        prior = { on = "roi", dist = "log_normal", mu = 0.5, sigma = 0.4 }
        [[channel]]
        name = "c1"
        adstock = { kind = "geometric", max_lag = 4 }
        alpha = { dist = "beta", a = 2.0, b = 2.0 }
        [[experiment]]
        channel = "c1"
        from = "2024-01-01"
        to = "2024-02-04"
        lift = 900.0
        lift_se = 200.0
        unit = "revenue"
    "#;
    let spec: Spec = toml::from_str(text).expect("toml");
    let checked = spec.validate(&panel()).expect("accepted");
    assert!(checked.channels()[0].brand && checked.channels()[0].window == 104);
    assert_eq!(checked.channels()[1].window, 4);
    assert_eq!((checked.events().len(), checked.events()[0].days.len()), (1, 2));
}

#[test]
fn a_holiday_comes_again_by_its_rule() {
    let text = r#"
        [[baseline.event]]
        name = "christmas"
        from = "2019-12-24"
        to = "2020-01-01"
        every = "year"
        [[baseline.event]]
        name = "easter"
        from = "2026-04-03"
        to = "2026-04-06"
        every = "easter"
        [[baseline.event]]
        name = "thanksgiving"
        from = "2026-11-26"
        every = "weekday"
        [[baseline.event]]
        name = "thanksgiving"
        from = "2024-01-03"
    "#;
    let spec: Spec = toml::from_str(text).expect("toml");
    let panel = panel();
    let checked = spec.validate(&panel).expect("accepted");
    let days: Vec<Vec<String>> =
        checked.events().iter().map(|e| e.days.iter().map(|(a, z)| format!("{a}/{z}")).collect()).collect();
    // two years from the Monday after New Year 2023
    assert_eq!(panel.periods[0].to_string(), "2023-01-02");
    assert_eq!(days[0], ["2023-12-24/2024-01-01", "2024-12-24/2025-01-01"]);
    assert_eq!(days[1], ["2023-04-07/2023-04-10", "2024-03-29/2024-04-01"]);
    assert_eq!(days[2], ["2023-11-23/2023-11-23", "2024-11-28/2024-11-28", "2024-01-03/2024-01-03"]);
    let printed = toml::to_string(&spec).expect("prints");
    assert_eq!(toml::from_str::<Spec>(&printed).expect("reads"), spec);
}

#[test]
fn unknown_keys_are_refused_wherever_they_stand() {
    for text in [
        "sede = 1",
        "[baseline]\nknotts = 1",
        "[[baseline.event]]\nname = \"x\"\nfrom = \"2023-01-02\"\nevery = \"monthly\"",
        "[adstock]\nkind = \"geometrical\"",
        "[[channel]]\nname = \"c0\"\nroi = 2.0",
        "[priors]\nalpha = { dist = \"beta\", a = 1.0, b = 1.0, c = 1.0 }",
        "[priors]\neffect = { on = \"roi\", dist = \"half_normal\", sd = 1.0, mean = 0.0 }",
    ] {
        assert!(toml::from_str::<Spec>(text).is_err(), "{text}");
    }
}

#[test]
fn a_key_out_of_range_is_named() {
    let p = panel();
    for (text, want) in [
        ("exclude = [\"radio\"]", "exclude[0]"),
        ("exclude = [\"c0\", \"c1\"]", "exclude"),
        ("controls = [\"weather\"]", "controls[0]"),
        ("media = \"exposure\"", "media"),
        ("adstock = { max_lag = 0 }", "adstock.max_lag"),
        ("[baseline]\nfourier = 27", "baseline.fourier"),
        ("[baseline]\nknots = 103", "baseline.knots"),
        ("[ridge]\nblock = 80", "ridge.block"),
        ("[sampler]\nchains = 0", "sampler.chains"),
        ("likelihood = \"negative_binomial\"", "likelihood"),
        ("[[channel]]\nname = \"radio\"", "channel[0].name"),
        ("[[channel]]\nname = \"c0\"\n[[channel]]\nname = \"c0\"", "channel[1].name"),
        ("[priors]\nalpha = { dist = \"normal\", mean = 0.5, sd = 0.1 }", "priors.alpha"),
        ("[priors]\nsigma = { dist = \"half_normal\", sd = -1.0 }", "priors.sigma"),
        (
            "[priors]\norganic = { on = \"per_spend_share\", dist = \"log_normal\", mu = 0.0, sigma = 1.0 }",
            "priors.organic.on",
        ),
        ("lead_quality = { mean = 1.0, sd = 3.0 }", "lead_quality.sd"),
        (
            "[[channel]]\nname = \"c1\"\nprior = { on = \"cost_per_unit\", dist = \"log_normal\", mu = 1.0, sigma = 1.0 }",
            "channel[0].prior.on",
        ),
        (
            "[[channel]]\nname = \"c1\"\nprior = { on = \"per_spend_share\", dist = \"beta\", a = 1.0, b = 1.0 }",
            "channel[0].prior.dist",
        ),
        ("[[baseline.event]]\nname = \"x\"\nfrom = \"2023-02-30\"", "baseline.event[0].from"),
        ("[[baseline.event]]\nname = \"x\"\nfrom = \"2019-02-03\"", "baseline.event[0].from"),
        (
            "[[baseline.event]]\nname = \"x\"\nfrom = \"2023-01-01\"\nto = \"2024-01-01\"\nevery = \"year\"",
            "baseline.event[0].to",
        ),
    ] {
        assert_eq!(key(text, &p), want, "{text}");
    }
}

#[test]
fn a_panel_that_cannot_be_fitted_is_refused_by_its_part() {
    let good = panel();
    assert!(Spec::default().validate(&good).is_ok(), "negative control: the panel itself is fine");
    let broken = |change: &dyn Fn(&mut Panel)| {
        let mut p = panel();
        change(&mut p);
        key("", &p)
    };
    assert_eq!(broken(&|p| p.channels[1].spend.fill(0.0)), "panel.channel.c1");
    assert_eq!(broken(&|p| p.channels[0].spend[(0, 5)] = f64::NAN), "panel.channel.c0");
    assert_eq!(broken(&|p| p.channels[0].spend[(0, 5)] = -3.0), "panel.channel.c0");
    assert_eq!(broken(&|p| p.outcome.fill(5.0)), "panel.outcome.revenue");
    assert_eq!(broken(&|p| p.outcome[(0, 3)] = f64::INFINITY), "panel.outcome.revenue");
    assert_eq!(broken(&|p| p.period_days = 30), "panel.period_days");
    assert_eq!(broken(&|p| p.periods[50] = p.periods[49]), "panel.periods");
    assert_eq!(broken(&|p| p.periods[60..].iter_mut().for_each(|d| *d = Day(d.0 + 7))), "panel.periods");
    assert_eq!(broken(&|p| p.margin = Some(1.4)), "panel.margin");
    assert_eq!(key("[baseline]\nfourier = 10", &data::world(27, &[9.0, 9.0], 1.0, 1).panel), "panel.periods");
}

#[test]
fn counts_and_revenue_start_from_different_terms_and_a_cost_per_lead_is_a_share() {
    let mut panel = panel();
    let effect = |panel: &Panel, text: &str| {
        let spec: Spec = toml::from_str(text).expect("toml");
        let checked = spec.validate(panel).expect("accepted");
        (checked.channels()[1].effect, checked.spec().priors.effect.expect("written out"))
    };
    let (own, usual) = effect(&panel, "");
    assert_eq!(
        (own.on, usual.on),
        (PriorTarget::Roi, PriorTarget::Roi),
        "negative control: revenue is told by its return"
    );
    panel.kpi_kind = KpiKind::Count;
    let (own, usual) = effect(&panel, "");
    let spend: Vec<f64> = panel.channels.iter().map(|c| c.spend.sum()).collect();
    let Prior::LogNormal { mu, sigma } = own.dist else { panic!("{own:?}") };
    assert_eq!((own.on, usual.on, sigma), (PriorTarget::Share, PriorTarget::PerSpendShare, 1.0));
    assert!((mu - (-0.9 + (spend[1] / spend.iter().sum::<f64>()).ln())).abs() < 1e-12);
    let cost =
        "[[channel]]\nname = \"c1\"\nprior = { on = \"cost_per_unit\", dist = \"log_normal\", mu = 2.0, sigma = 0.3 }";
    let (own, _) = effect(&panel, cost);
    let share = spend[1] / panel.outcome.sum() / 2f64.exp();
    assert!((own.dist.quantile(0.5) / share - 1.0).abs() < 1e-9, "{own:?} {share}");
}
