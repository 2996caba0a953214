//! Fits as jobs: accepted, followed, cancelled, and kept over a restart.

use std::time::{Duration, Instant};

use actix_web::test::TestRequest;
use serde_json::{Value, json};
use tandem_store::{Settings, Store};

use crate::app::{TestApp, import_weekly, local, start};

async fn ended(app: &TestApp, at: &str) -> Value {
    let deadline = Instant::now() + Duration::from_secs(120);
    loop {
        let job = app.get(at).await.json();
        if !matches!(job["status"].as_str(), Some("queued" | "running")) {
            return job;
        }
        assert!(Instant::now() < deadline, "{job}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn with_data() -> TestApp {
    let app = TestApp::empty();
    import_weekly(&app.data.store, app.data.store.path());
    app
}

#[actix_web::test]
async fn a_fit_is_accepted_followed_by_events_and_becomes_a_run() {
    let app = with_data();
    let reply = app.post("/api/v1/model-runs", &json!({"kpi": "revenue", "seed": 5})).await;
    assert_eq!(reply.status.as_u16(), 202, "{}", reply.text());
    assert!(!reply.header("retry-after").is_empty());
    let at = reply.header("location").to_owned();
    let job = ended(&app, &at).await;
    assert_eq!(job["status"], "done", "{job}");

    let events = app.get(&format!("{at}/events")).await.text();
    assert!(events.contains("event: state") && events.contains("\"done\""), "{events}");
    let last = events.lines().rev().find_map(|l| l.strip_prefix("id: ")).expect("an id").to_owned();
    let before = (last.parse::<u64>().expect("number") - 1).to_string();
    let rest =
        app.send(local(TestRequest::get().uri(&format!("{at}/events"))).insert_header(("last-event-id", before))).await;
    assert_eq!(rest.text().matches("event:").count(), 1, "only what was missed: {}", rest.text());

    let run = job["run"].as_str().expect("run");
    let found = app.get(&format!("/api/v1/model-runs/{run}")).await.json();
    assert_eq!((&found["status"], &found["seed"], &found["summary"]["run"]), (&"done".into(), &5.into(), &run.into()));
    assert!(app.get(&format!("/api/v1/model-runs/{run}/spec")).await.text().contains("seed = 5"));
    let again = app.send(local(TestRequest::delete().uri(&at))).await;
    assert_eq!(again.code(), "conflict", "what has ended cannot be cancelled");
}

#[actix_web::test]
async fn a_promoted_run_is_the_one_that_figures_are_read_from() {
    let app = with_data();
    let (first, second) = (crate::app::fit(&app.data.store), crate::app::fit(&app.data.store));
    assert_eq!(
        app.get("/api/v1/roi").await.json()["meta"]["run"],
        second.as_str(),
        "the newest, while none is promoted"
    );
    let reply = app.post(&format!("/api/v1/model-runs/{first}/promote"), &Value::Null).await;
    assert_eq!(reply.json()["promoted"], true, "{}", reply.text());
    assert_eq!(app.get("/api/v1/roi").await.json()["meta"]["run"], first.as_str());
    assert_eq!(app.get(&format!("/api/v1/roi?run={second}")).await.json()["meta"]["run"], second.as_str());
}

#[actix_web::test]
async fn the_same_seed_gives_the_same_figures() {
    let app = with_data();
    let runs = [crate::app::fit(&app.data.store), crate::app::fit(&app.data.store)];
    let mut figures = Vec::new();
    for run in runs {
        figures.push(app.get(&format!("/api/v1/roi?run={run}")).await.json()["data"].clone());
    }
    assert_eq!(figures[0], figures[1]);
}

#[actix_web::test]
async fn what_cannot_be_fitted_is_refused_before_it_is_queued() {
    let app = with_data();
    let unknown = app.post("/api/v1/model-runs", &json!({"kpi": "profit"})).await;
    assert_eq!(unknown.status.as_u16(), 404, "{}", unknown.text());
    let spec = app.post("/api/v1/model-runs", &json!({"kpi": "revenue", "spec": {"sede": 1}})).await;
    assert_eq!((spec.status.as_u16(), &spec.json()["field"]), (422, &"spec".into()));
    let range = app.post("/api/v1/model-runs", &json!({"kpi": "revenue", "spec": {"baseline": {"fourier": 99}}})).await;
    assert_eq!(range.json()["field"], "spec.baseline.fourier", "{}", range.text());
    assert_eq!(app.get("/api/v1/jobs").await.json()["page"]["total"], 0);
}

#[actix_web::test]
async fn a_waiting_job_is_cancelled_at_once() {
    let app = with_data();
    let mut places = Vec::new();
    for seed in 0..3 {
        places.push(
            app.post("/api/v1/model-runs", &json!({"kpi": "revenue", "seed": seed}))
                .await
                .header("location")
                .to_owned(),
        );
    }
    let last = places.pop().expect("three");
    let reply = app.send(local(TestRequest::delete().uri(&last))).await;
    assert_eq!(reply.status.as_u16(), 202, "{}", reply.text());
    assert_eq!(ended(&app, &last).await["status"], "cancelled");
    assert_eq!(ended(&app, &places[0]).await["status"], "done");
}

#[actix_web::test]
async fn what_waited_when_the_process_ended_runs_after_the_next_start() {
    let folder = tempfile::tempdir().expect("temp dir");
    let id = {
        let store = Store::open(folder.path(), Settings::default()).expect("opens");
        import_weekly(&store, folder.path());
        let data = start(tandem::config::Config::default(), store, None);
        data.jobs.stop();
        let request = tandem::analysis::request::FitRequest { kpi: "revenue".into(), ..Default::default() };
        data.jobs.fit(&request, "test").expect("queued").id
    };
    let store = Store::open(folder.path(), Settings::default()).expect("opens again");
    let app = TestApp::over(store);
    assert_eq!(ended(&app, &format!("/api/v1/jobs/{id}")).await["status"], "done");
}

#[test]
fn a_saved_run_is_read_back_to_the_bit() {
    use tandem::analysis::{ids, mmm, request::FitRequest, saved};
    use tandem_models::mmm::answers::answers;
    use tandem_models::mmm::incremental::Window;
    let app = with_data();
    let store = &app.data.store;
    let request = FitRequest { kpi: "revenue".into(), ..Default::default() };
    let stop = std::sync::atomic::AtomicBool::new(false);
    let summary = mmm::fit(store, &request, &ids::run(), "test", &|_, _| (), &stop).expect("fits");
    let run = summary.run.clone();
    let posterior = saved::posterior(&store.run_dir(&run)).expect("draws");
    let told = answers(&posterior, Window::all(&posterior));
    for (kept, again) in summary.channels.iter().zip(&told.channels) {
        assert_eq!(kept.contribution, again.contribution.into(), "{}", kept.channel);
        assert_eq!(kept.roi, again.roi.map(Into::into), "{}", kept.channel);
    }
    // The draws are a plain table that other tools read: a row a draw, chain and draw in front.
    let bytes = std::fs::read(store.run_dir(&run).join("draws.parquet")).expect("draws");
    assert!(bytes.starts_with(b"PAR1") && posterior.len() == summary.draws);
}

#[actix_web::test]
async fn a_fit_that_fails_says_why_and_leaves_no_figures() {
    let app = with_data();
    let request = tandem::analysis::request::FitRequest { kpi: "profit".into(), ..Default::default() };
    let job = app.data.jobs.fit(&request, "test").expect("queued");
    let ended = ended(&app, &format!("/api/v1/jobs/{}", job.id)).await;
    assert_eq!(ended["status"], "failed", "{ended}");
    assert!(ended["error"].as_str().is_some_and(|e| e.contains("profit")), "{ended}");
    assert_eq!(app.get("/api/v1/roi").await.code(), "no-data");
    assert!(!app.data.store.run_dir(&job.run).exists());
}
