//! Limits: what is too large or too often is refused, and says so.

use actix_web::test::TestRequest;
use tandem::config::{Config, Limits};

use crate::app::{TestApp, local};

fn with(limits: Limits) -> TestApp {
    TestApp::with(Config { limits, ..Config::default() }, None)
}

#[actix_web::test]
async fn a_caller_that_asks_too_often_is_told_when_to_come_back() {
    let app = with(Limits { burst: 3, requests_per_second: 1, ..Limits::default() });
    for _ in 0..3 {
        assert_eq!(app.get("/api/v1/jobs").await.status.as_u16(), 200);
    }
    let reply = app.get("/api/v1/jobs").await;
    assert_eq!((reply.status.as_u16(), reply.code().as_str()), (429, "rate-limited"));
    assert!(reply.header("retry-after").parse::<u32>().is_ok_and(|s| s >= 1));
}

#[actix_web::test]
async fn a_body_beyond_the_limit_is_refused() {
    let app = with(Limits { json_bytes: 100, upload_bytes: 1000, ..Limits::default() });
    let long = serde_json::json!({"name": "x".repeat(200), "plan": {}});
    assert_eq!(app.post("/api/v1/scenarios", &long).await.code(), "too-large");
    let upload = local(TestRequest::post().uri("/api/v1/imports?filename=a.csv")).set_payload("x".repeat(2000));
    assert_eq!(app.send(upload).await.code(), "too-large");
}
