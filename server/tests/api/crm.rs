//! Figures of a company with a CRM: attribution to the cent, funnel, weekly totals, their charts and exports.

use std::path::PathBuf;

use serde_json::Value;
use tandem_datasets::{Company, Format, Preset, simulate};
use tandem_store::import::{ImportFile, ImportOptions};

use crate::app::TestApp;

fn company() -> TestApp {
    let app = TestApp::empty();
    let out: PathBuf = app.data.store.path().join("company");
    let made = simulate(&Company::new(Preset::Tiny, 7), &out, Format::Csv, &|_, _| ()).expect("simulates");
    let files: Vec<ImportFile> = made.files().into_iter().map(ImportFile::from).collect();
    let report = app.data.store.import(&files, &ImportOptions::default(), &mut |_| ()).expect("imports");
    assert!(!report.any_refused() && report.rows_rejected() == 0, "{}", report.next);
    app
}

fn cents(value: &Value) -> i64 {
    (value.as_f64().unwrap_or_else(|| panic!("{value} is no number")) * 100.0).round() as i64
}

#[actix_web::test]
async fn every_model_shares_the_won_revenue_to_the_cent() {
    let app = company();
    let kpis = app.get("/api/v1/kpis").await.json();
    let won = kpis["data"].as_array().expect("rows").iter().find(|k| k["name"] == "won_revenue").expect("won revenue");
    let models = "first,last,linear,time_decay,position,u_50_50,w,full_path,markov,shapley";
    let answer = app.get(&format!("/api/v1/attribution?models={models}&resamples=20")).await.json();
    let listed = answer["models"].as_array().expect("models");
    assert_eq!(listed.len(), 10);
    for m in listed {
        let channels = m["channels"].as_array().expect("channels");
        let sum: i64 = channels.iter().map(|c| cents(&c["value"])).sum::<i64>() + cents(&m["unattributed"]["value"]);
        assert_eq!((sum, cents(&m["total"]["value"])), (cents(&won["total"]), cents(&won["total"])), "{}", m["model"]);
    }
    let first = |model: &str| {
        let m = listed.iter().find(|m| m["model"] == model).expect("model");
        m["channels"].as_array().expect("rows").iter().map(|c| cents(&c["value"])).collect::<Vec<_>>()
    };
    assert_ne!(first("first"), first("last"), "models that agree everywhere would show nothing");
    assert_eq!(answer["meta"]["currency"], "EUR");
    let csv = app.get("/api/v1/exports/attribution.csv?models=linear").await.text();
    assert!(csv.lines().any(|l| l.starts_with("linear,unattributed,")), "{csv}");
}

#[actix_web::test]
async fn stages_never_grow_and_rates_lie_inside_their_intervals() {
    let app = company();
    let funnel = app.get("/api/v1/funnel").await.json();
    let stages = funnel["data"][0]["stages"].as_array().expect("stages");
    let reached: Vec<u64> = stages.iter().filter_map(|s| s["reached"].as_u64()).collect();
    assert!(reached.len() == 6 && reached.windows(2).all(|w| w[1] <= w[0]) && reached[5] > 0, "{reached:?}");
    for s in &stages[1..] {
        let rate = s["rate"].as_f64().expect("rate");
        let (low, high) = (s["rate_interval"][0].as_f64().expect("low"), s["rate_interval"][1].as_f64().expect("high"));
        assert!(low <= rate && rate <= high, "{s}");
    }
    let weeks = app.data.store.weekly_totals("main", tandem_store::AsOf::Latest).expect("totals");
    for stage in ["inquiry", "mql", "sql"] {
        let week = weeks.iter().find(|w| w.metric == stage).expect("a stage");
        let leads: i64 = week.weeks.iter().map(|(_, n)| *n).sum();
        let told = stages.iter().find(|s| s["stage"] == stage).expect("a stage");
        assert_eq!(told["recorded"].as_i64(), Some(leads), "{stage}: funnel and overview count the same leads");
    }
    let accounts = app.get("/api/v1/funnel?unit=account").await.json();
    let inquired = |f: &serde_json::Value| f["data"][0]["stages"][0]["recorded"].as_u64();
    assert!(inquired(&accounts) < inquired(&funnel), "negative control: accounts inquire more than once");
    assert_eq!((&funnel["meta"]["unit"], &accounts["meta"]["unit"]), (&"leads".into(), &"accounts".into()));
    let cohorts = app.get("/api/v1/funnel/cohorts?cohort=quarter").await.json();
    let sum: u64 = cohorts["data"].as_array().expect("cohorts").iter().filter_map(|c| c["entered"].as_u64()).sum();
    assert_eq!(Some(sum), funnel["data"][0]["entered"].as_u64(), "cohorts put together are everyone");
}

#[actix_web::test]
async fn funnel_and_models_are_drawn_and_the_overview_sums_up_the_weeks() {
    let app = company();
    for name in ["funnel", "models", "transitions", "transition-graph", "journey-length", "time-lag"] {
        let svg = app.get(&format!("/api/v1/charts/{name}.svg")).await;
        assert!(svg.status.as_u16() == 200 && svg.text().contains("<title>"), "{name}: {}", svg.text());
    }
    let request = tandem::analysis::request::FitRequest { kpi: "won_deals".into(), ..Default::default() };
    let stop = std::sync::atomic::AtomicBool::new(false);
    let (store, id) = (&app.data.store, tandem::analysis::ids::run());
    tandem::analysis::mmm::fit(store, &request, &id, "test", &|_, _| (), &stop).expect("fits");
    let overview = app.get("/api/v1/overview").await.json();
    let tiles = overview["tiles"].as_array().expect("tiles");
    let spend = tiles.iter().find(|t| t["metric"] == "spend").expect("spend");
    let weeks = store.weekly_totals("main", tandem_store::AsOf::Latest).expect("totals");
    let spent = &weeks.iter().find(|w| w.metric == "spend").expect("spend").weeks;
    let last: i64 = spent.iter().rev().take(13).map(|(_, minor)| *minor).sum();
    assert_eq!(cents(&spend["value"]), last, "thirteen weeks, none absent");
    assert_eq!(overview["variance"]["meta"]["run"], id.as_str());
}
