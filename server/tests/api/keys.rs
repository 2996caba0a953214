//! Keys over HTTP: shown once, listed without secrets, revoked at once.

use actix_web::test::TestRequest;
use serde_json::json;

use crate::app::{TestApp, local};

#[actix_web::test]
async fn the_first_key_closes_the_open_door_and_its_secret_is_shown_once() {
    let app = TestApp::empty();
    let made = app.post("/api/v1/keys", &json!({"name": "ops", "role": "admin"})).await;
    assert_eq!(made.status.as_u16(), 201, "{}", made.text());
    let key = made.json()["key"].as_str().expect("key").to_owned();
    assert!(key.starts_with("tnd_"));
    assert_eq!(app.get("/api/v1/keys").await.status.as_u16(), 401, "from now on a key is needed");
    let with = |request: TestRequest| local(request).insert_header(("Authorization", format!("Bearer {key}")));
    let listed = app.send(with(TestRequest::get().uri("/api/v1/keys"))).await;
    let secret = key.rsplit('_').next().expect("secret");
    assert!(!listed.text().contains(secret) && listed.text().contains("ops"));
    let id = listed.json()["data"][0]["id"].as_str().expect("id").to_owned();
    assert_eq!(app.send(with(TestRequest::delete().uri("/api/v1/keys/none"))).await.status.as_u16(), 404);
    assert_eq!(app.send(with(TestRequest::delete().uri(&format!("/api/v1/keys/{id}")))).await.status.as_u16(), 204);
}

#[actix_web::test]
async fn a_key_that_nobody_could_use_is_not_made() {
    let app = TestApp::empty();
    for (body, field) in [
        (json!({"name": " ", "role": "viewer"}), "name"),
        (json!({"name": "x", "role": "viewer", "expires_days": 0}), "expires_days"),
    ] {
        assert_eq!(app.post("/api/v1/keys", &body).await.json()["field"], field);
    }
    assert_eq!(app.post("/api/v1/keys", &json!({"name": "x", "role": "king"})).await.code(), "bad-json");
}
