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

#[actix_web::test]
async fn an_upload_with_a_repeated_key_is_answered_as_the_first_time() {
    let app = TestApp::empty();
    let upload = |key: &str, query: &str, rows: &str| {
        let path = format!("/api/v1/imports?filename=spend.csv{query}");
        let request = TestRequest::post().uri(&path).insert_header(("Idempotency-Key", key.to_owned()));
        app.send(local(request).set_payload(format!("date,channel,amount,currency\n{rows}")))
    };
    let row = "2025-01-06,tv,100.50,EUR\n";
    let first = upload("k1", "", row).await;
    let again = upload("k1", "", row).await;
    assert_eq!((first.status.as_u16(), again.status.as_u16()), (201, 201), "{}", again.text());
    assert_eq!((&first.body, again.header("idempotency-replayed")), (&again.body, "true"));
    let without = upload("k2", "", row).await;
    assert_eq!(without.status.as_u16(), 200, "another key is another request, and the file is there already");
    assert_eq!(upload("k1", "", "2025-01-06,tv,9,EUR\n").await.code(), "idempotency-mismatch");
    assert_eq!(upload("k1", "&dry_run=true", row).await.code(), "idempotency-mismatch", "other work");
    let refused = upload("k3", "", "never,tv,1,EUR\n").await;
    let again = upload("k3", "", "never,tv,1,EUR\n").await;
    assert_eq!((refused.status.as_u16(), again.status.as_u16()), (422, 422));
    assert_eq!(again.header("idempotency-replayed"), "true", "a refusal is a result");
    assert_eq!(app.get("/api/v1/imports").await.json()["page"]["total"], 1);
}
