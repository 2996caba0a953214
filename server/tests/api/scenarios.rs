//! Plans: found, judged, kept, and guarded against two people overwriting each other.

use actix_web::test::TestRequest;
use serde_json::{Value, json};

use crate::app::{TestApp, broken_csv, local};

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

#[actix_web::test]
async fn the_recommended_plan_spends_the_budget_within_bounds_and_is_not_worse_than_today() {
    let app = TestApp::fitted();
    let plan = app.post("/api/v1/scenarios/optimize", &json!({"budget": "current", "bounds": "0.5..1.5"})).await.json();
    let channels = plan["channels"].as_array().expect("channels");
    let spent: i64 = channels.iter().map(|c| (number(&c["recommended"]) * 100.0).round() as i64).sum();
    assert_eq!(spent, (number(&plan["budget"]) * 100.0).round() as i64, "to the cent");
    for c in channels {
        let (low, x, high) = (number(&c["lower"]), number(&c["recommended"]), number(&c["upper"]));
        assert!(low - 0.01 <= x && x <= high + 0.01, "{c}");
    }
    let (now, then) = (number(&plan["current"]["outcome"]["mean"]), number(&plan["recommended"]["outcome"]["mean"]));
    assert!(then >= now * (1.0 - 1e-9), "{now} to {then}");
    assert!((number(&plan["gain"]["mean"]) - (then - now)).abs() < 1e-6 * then);
    assert!(number(&plan["upper_bound"]) >= then * (1.0 - 1e-9));
}

#[actix_web::test]
async fn a_locked_channel_stays_and_a_judged_plan_is_told_as_it_was_found() {
    let app = TestApp::fitted();
    let found = app.post("/api/v1/scenarios/optimize", &json!({"lock": ["tv"], "budget": "current"})).await.json();
    let tv = found["channels"].as_array().expect("rows").iter().find(|c| c["channel"] == "tv").expect("tv").clone();
    assert!((number(&tv["current"]) - number(&tv["recommended"])).abs() <= 0.01 && tv["locked"] == true, "{tv}");

    let free = app.post("/api/v1/scenarios/optimize", &json!({})).await.json();
    let spend: serde_json::Map<String, Value> = free["channels"]
        .as_array()
        .expect("rows")
        .iter()
        .map(|c| (c["channel"].as_str().expect("name").to_owned(), c["recommended"].clone()))
        .collect();
    let judged = app.post("/api/v1/scenarios/evaluate", &json!({"spend": spend})).await.json();
    let (a, b) = (number(&free["gain"]["mean"]), number(&judged["gain"]["mean"]));
    assert!((a - b).abs() < 1e-3 * number(&free["recommended"]["outcome"]["mean"]), "{a} against {b}");
}

/// By channel, recommended less current spend as a share of current.
fn changes(plan: &Value) -> Vec<f64> {
    let rows = plan["channels"].as_array().unwrap_or_else(|| panic!("{plan}"));
    rows.iter().map(|c| number(&c["recommended"]) / number(&c["current"]) - 1.0).collect()
}

/// Health of the run that a plan was made from.
async fn health(app: &TestApp, plan: &Value) -> Value {
    let run = plan["run"].as_str().unwrap_or_else(|| panic!("{plan}"));
    app.get(&format!("/api/v1/model-runs/{run}")).await.json()["summary"]["health"].clone()
}

#[actix_web::test]
async fn a_failed_fit_advises_no_change_unless_asked_for_one_anyway() {
    // The last quarter, which the check of the holdout forecasts, is a fifth of what went before.
    let app = TestApp::fitted_on(&broken_csv(107));
    let held = app.post("/api/v1/scenarios/optimize", &json!({"bounds": "0.5..1.5"})).await.json();
    let health = health(&app, &held).await;
    let failed = &health["reasons"][0];
    let told = (&health["status"], &failed["check"], &failed["status"]);
    assert_eq!(told, (&"fail".into(), &"holdout".into(), &"fail".into()), "{health}");
    assert_eq!(held["held_back"], failed["text"], "{held}");
    assert!(changes(&held).iter().all(|c| c.abs() < 1e-6), "current spend is recommended: {held}");
    assert_eq!((number(&held["gain"]["mean"]), held["recommended"].clone()), (0.0, held["current"].clone()));
    let reason = failed["text"].as_str().expect("text");
    assert!(reason.contains("had not seen") && held["binding"][0].as_str().expect("said").ends_with(reason), "{held}");
    let page = app.get("/planner").await.text();
    assert!(page.contains("mix is kept") && page.contains("had not seen"), "the page gives the same reason");

    let anyway = app.post("/api/v1/scenarios/optimize", &json!({"bounds": "0.5..1.5", "anyway": true})).await.json();
    assert_eq!(anyway.get("held_back"), None, "{anyway}");
    assert!(changes(&anyway).iter().any(|c| c.abs() > 0.05) && number(&anyway["gain"]["mean"]) > 0.0, "{anyway}");
}

#[actix_web::test]
async fn a_fit_that_did_not_fail_holds_nothing_back() {
    let app = TestApp::fitted();
    let plan = app.post("/api/v1/scenarios/optimize", &json!({"bounds": "0.5..1.5"})).await.json();
    let status = health(&app, &plan).await["status"].clone();
    assert!(status == "pass" || status == "review", "{status}");
    assert_eq!(plan.get("held_back"), None, "{plan}");
    assert!(changes(&plan).iter().any(|c| c.abs() > 0.05) && number(&plan["gain"]["mean"]) > 0.0, "{plan}");
}

#[actix_web::test]
async fn plans_that_cannot_be_are_refused_with_what_could() {
    let app = TestApp::fitted();
    for (body, field) in [
        (json!({"budget": 1}), "budget"),
        (json!({"lock": ["radio"]}), "lock"),
        (json!({"channels": {"radio": "0..1"}}), "channels"),
        (json!({"bounds": "0..50"}), "bounds"),
    ] {
        let reply = app.post("/api/v1/scenarios/optimize", &body).await;
        assert_eq!((reply.status.as_u16(), &reply.json()["field"]), (422, &field.into()), "{}", reply.text());
    }
    let reply = app.post("/api/v1/scenarios/evaluate", &json!({"spend": {"tv": -1.0}})).await;
    assert_eq!(reply.json()["field"], "spend.tv");
    assert_eq!(app.post("/api/v1/scenarios/optimize", &json!({"bounds": "wide"})).await.code(), "bad-json");
}

#[actix_web::test]
async fn a_scenario_is_kept_changed_and_removed_and_a_stale_change_is_refused() {
    let app = TestApp::empty();
    let made = app.post("/api/v1/scenarios", &json!({"name": "Q3", "plan": {"budget": 5000}})).await;
    let (at, tag) = (made.header("location").to_owned(), made.header("etag").to_owned());
    assert_eq!(made.status.as_u16(), 201, "{}", made.text());
    let put = |tag: &str, name: &str| {
        local(TestRequest::put().uri(&at))
            .insert_header(("if-match", tag.to_owned()))
            .set_json(json!({"name": name, "plan": {}}))
    };
    assert_eq!(app.send(put("\"old\"", "mine")).await.code(), "precondition-failed");
    let changed = app.send(put(&tag, "Q3 final")).await;
    assert_eq!((changed.status.as_u16(), &changed.json()["name"]), (200, &"Q3 final".into()));
    assert_eq!(app.send(put(&tag, "again")).await.status.as_u16(), 412, "the tag changed with the scenario");
    assert_eq!(app.post("/api/v1/scenarios", &json!({"name": " ", "plan": {}})).await.json()["field"], "name");
    assert_eq!(app.send(local(TestRequest::delete().uri(&at))).await.status.as_u16(), 204);
    assert_eq!(app.get(&at).await.status.as_u16(), 404);
}
