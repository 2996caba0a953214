//! Figures over HTTP: numbers that add up, say where they come from, and are the same in every form.

use actix_web::test::TestRequest;
use serde_json::Value;

use crate::app::{TestApp, local};

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

#[actix_web::test]
async fn roi_recovers_the_planted_effects_and_adds_up_to_the_fitted_total() {
    let roi = TestApp::fitted().get("/api/v1/roi").await.json();
    let rows = roi["data"].as_array().expect("rows");
    assert_eq!(rows.len(), 2);
    for (name, planted) in [("tv", 2.5), ("search", 1.8)] {
        let row = rows.iter().find(|r| r["channel"] == name).expect("channel");
        let roas = &row["roas"];
        let (mean, low, high) = (number(&roas["mean"]), number(&roas["p05"]), number(&roas["p95"]));
        assert!(low <= mean && mean <= high, "{name}: {roas}");
        // Ridge with a saturating shape on a linear truth: the right order of magnitude, and never a wrong sign.
        assert!((0.5 * planted..2.0 * planted).contains(&mean), "{name}: planted {planted}, found {mean}");
        assert!((number(&row["roi"]["mean"]) - (mean - 1.0)).abs() < 1e-9, "no margin is known: ROI = ROAS - 1");
    }
    let total = &roi["total"];
    let parts: f64 = rows.iter().map(|r| number(&r["contribution"]["mean"])).sum::<f64>() + number(&total["baseline"]);
    assert!((parts - number(&total["fitted"])).abs() < 1e-6 * parts, "{parts} against {total}");
}

#[actix_web::test]
async fn every_figure_says_unit_currency_period_interval_run_and_data_version() {
    let app = TestApp::fitted();
    for path in ["/api/v1/roi", "/api/v1/contributions", "/api/v1/response-curves", "/api/v1/fit", "/api/v1/variance"] {
        let meta = app.get(path).await.json()["meta"].clone();
        for key in ["run", "data_version", "kpi", "unit", "currency", "period", "interval"] {
            assert!(!meta[key].is_null(), "{path} lacks {key}: {meta}");
        }
        assert_eq!((&meta["currency"], &meta["interval"], &meta["stale"]), (&"EUR".into(), &0.9.into(), &false.into()));
    }
}

#[actix_web::test]
async fn contributions_and_baseline_are_the_fitted_outcome_in_every_period() {
    let app = TestApp::fitted();
    let parts = app.get("/api/v1/contributions").await.json();
    let fitted = app.get("/api/v1/fit").await.json();
    let series = parts["data"].as_array().expect("series");
    assert_eq!(series.len(), 3);
    for (t, point) in fitted["data"].as_array().expect("points").iter().enumerate() {
        let sum: f64 = series.iter().map(|s| number(&s["values"][t]["mean"])).sum();
        let whole = number(&point["fitted"]["mean"]);
        assert!((sum - whole).abs() < 1e-6 * whole.abs(), "period {t}: {sum} against {whole}");
    }
}

#[actix_web::test]
async fn causes_of_a_change_add_up_to_it() {
    let app = TestApp::fitted();
    let v = app.get("/api/v1/variance").await.json();
    let sum: f64 = v["data"].as_array().expect("causes").iter().map(|c| number(&c["change"]["mean"])).sum();
    let change = number(&v["change"]);
    assert!((sum - change).abs() < 1e-6 * number(&v["after"]["actual"]), "{sum} against {change}");
    let wrong =
        app.get("/api/v1/variance?from=1999-01-01&to=1999-02-01&before_from=1998-01-01&before_to=1998-02-01").await;
    assert_eq!(wrong.code(), "invalid");
    assert_eq!(app.get("/api/v1/variance?from=2024-01-01").await.json()["field"], "to");
}

#[actix_web::test]
async fn a_current_copy_is_not_sent_again_and_new_parameters_are() {
    let app = TestApp::fitted();
    let first = app.get("/api/v1/roi").await;
    let tag = first.header("etag").to_owned();
    let ask = |path: &str| local(TestRequest::get().uri(path)).insert_header(("if-none-match", tag.clone()));
    assert_eq!(app.send(ask("/api/v1/roi")).await.status.as_u16(), 304);
    assert_eq!(app.send(ask("/api/v1/roi?kpi=revenue")).await.status.as_u16(), 200);
    assert_eq!(app.send(ask("/api/v1/roi.csv")).await.status.as_u16(), 200);
    let stale = local(TestRequest::get().uri("/api/v1/roi")).insert_header(("if-match", "\"other\""));
    assert_eq!(app.send(stale).await.status.as_u16(), 412);
}

#[actix_web::test]
async fn a_run_that_is_not_there_is_not_found() {
    let app = TestApp::fitted();
    assert_eq!(app.get("/api/v1/roi?run=r_none").await.status.as_u16(), 404);
    let other = app.get("/api/v1/response-curves?channel=radio").await;
    assert_eq!(other.status.as_u16(), 404);
    assert!(
        other.json()["detail"].as_str().is_some_and(|d| d.contains("tv") && d.contains("search")),
        "{}",
        other.text()
    );
}

#[actix_web::test]
async fn curves_start_at_nothing_and_say_where_they_are_extrapolated() {
    let curves = TestApp::fitted().get("/api/v1/response-curves").await.json();
    for curve in curves["data"].as_array().expect("curves") {
        let points = curve["points"].as_array().expect("points");
        assert_eq!((number(&points[0]["spend"]), number(&points[0]["outcome"]["mean"])), (0.0, 0.0));
        let beyond = |p: &Value| number(&p["spend"]) > number(&curve["observed_max"]) * 1.000001;
        assert!(points.iter().filter(|p| beyond(p)).all(|p| p["extrapolated"] == true));
        let rising =
            points.windows(2).all(|w| number(&w[1]["outcome"]["mean"]) >= number(&w[0]["outcome"]["mean"]) - 1e-9);
        assert!(rising, "{}", curve["channel"]);
    }
}

#[actix_web::test]
async fn channels_outcomes_and_spend_are_what_was_imported() {
    let app = TestApp::fitted();
    let channels = app.get("/api/v1/channels").await.json();
    let names: Vec<&str> =
        channels["data"].as_array().expect("rows").iter().filter_map(|c| c["channel"].as_str()).collect();
    assert_eq!(names, ["search", "tv"]);
    assert_eq!(app.get("/api/v1/kpis").await.json()["data"][0]["name"], "revenue");
    let spend = app.get("/api/v1/spend").await.json();
    let cents = |name: &str| {
        let rows = spend["data"].as_array().expect("rows").iter().filter(|r| r["channel"] == name);
        rows.map(|r| (number(&r["spend"]) * 100.0).round() as i64).sum::<i64>()
    };
    let whole = |name: &str| {
        let row = channels["data"].as_array().expect("rows").iter().find(|c| c["channel"] == name).expect("channel");
        (number(&row["spend"]) * 100.0).round() as i64
    };
    for name in names {
        assert_eq!(cents(name), whole(name), "{name}");
        assert!(cents(name) > 0);
    }
}

#[actix_web::test]
async fn figures_that_need_a_crm_say_so_without_one() {
    let app = TestApp::fitted();
    for path in ["/api/v1/funnel", "/api/v1/funnel/cohorts", "/api/v1/attribution"] {
        assert_eq!(app.get(path).await.code(), "no-data", "{path}");
    }
    assert_eq!(app.get("/api/v1/attribution?models=best").await.json()["field"], "model");
    assert_eq!(
        app.get("/api/v1/attribution?model=best").await.json()["field"],
        "model",
        "the command line's name is taken too"
    );
    assert_eq!(app.get("/api/v1/funnel/cohorts?cohort=decade").await.json()["field"], "cohort");
}
