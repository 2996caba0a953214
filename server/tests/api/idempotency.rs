//! The same POST with the same key does its work once.

use actix_web::test::TestRequest;
use serde_json::json;

use crate::app::{TestApp, local};

fn post(key: &str, name: &str) -> TestRequest {
    local(TestRequest::post().uri("/api/v1/scenarios"))
        .insert_header(("Idempotency-Key", key.to_owned()))
        .set_json(json!({"name": name, "plan": {}}))
}

#[actix_web::test]
async fn a_repeated_key_gives_the_first_answer_and_makes_nothing_new() {
    let app = TestApp::empty();
    let first = app.send(post("k1", "one")).await;
    let again = app.send(post("k1", "one")).await;
    assert_eq!((first.status.as_u16(), again.status.as_u16()), (201, 201));
    assert_eq!((first.body, first.headers.get("location")), (again.body.clone(), again.headers.get("location")));
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(app.get("/api/v1/scenarios").await.json()["page"]["total"], 1);
    app.send(post("k2", "one")).await;
    assert_eq!(app.get("/api/v1/scenarios").await.json()["page"]["total"], 2, "another key is another request");
}

#[actix_web::test]
async fn a_key_used_with_another_body_is_refused() {
    let app = TestApp::empty();
    app.send(post("k1", "one")).await;
    assert_eq!(app.send(post("k1", "two")).await.code(), "idempotency-mismatch");
}
