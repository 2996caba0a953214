//! Every wrong request is answered by a problem that names what is wrong and what would be accepted.

use actix_web::test::TestRequest;
use serde_json::json;

use crate::app::{TestApp, local};

#[actix_web::test]
async fn an_unknown_path_is_a_problem() {
    let reply = TestApp::empty().get("/api/v1/nonsense").await;
    assert_eq!((reply.status.as_u16(), reply.code().as_str()), (404, "not-found"));
}

#[actix_web::test]
async fn another_method_is_a_problem() {
    let app = TestApp::empty();
    for (request, path) in [(TestRequest::delete(), "/api/v1/roi"), (TestRequest::put(), "/api/v1/imports")] {
        let reply = app.send(local(request.uri(path))).await;
        assert_eq!((reply.status.as_u16(), reply.code().as_str()), (405, "method-not-allowed"), "{path}");
    }
}

#[actix_web::test]
async fn a_wrong_body_names_the_field() {
    let app = TestApp::empty();
    let reply = app.post("/api/v1/model-runs", &json!({"kpi": "revenue", "estimater": "ridge"})).await;
    assert_eq!((reply.status.as_u16(), reply.code().as_str()), (400, "bad-json"));
    assert_eq!(reply.json()["field"], "estimater");

    let broken = local(TestRequest::post().uri("/api/v1/model-runs"))
        .insert_header(("content-type", "application/json"))
        .set_payload("{");
    assert_eq!(app.send(broken).await.code(), "bad-json");

    let not_json = local(TestRequest::post().uri("/api/v1/model-runs"))
        .insert_header(("content-type", "text/plain"))
        .set_payload("{}");
    let reply = app.send(not_json).await;
    assert_eq!((reply.status.as_u16(), reply.code().as_str()), (415, "unsupported-media"));
}

#[actix_web::test]
async fn a_wrong_query_names_the_parameter() {
    let app = TestApp::empty();
    let reply = app.get("/api/v1/roi?rum=1").await;
    assert_eq!((reply.status.as_u16(), reply.code().as_str()), (400, "bad-query"));
    assert_eq!(reply.json()["field"], "rum");
    assert_eq!(app.get("/api/v1/jobs?limit=many").await.code(), "bad-query");
    let reply = app.get("/api/v1/jobs?limit=0").await;
    assert_eq!(reply.json()["accepted"], "1 to 1000");
}

#[actix_web::test]
async fn a_form_that_is_not_offered_is_a_problem() {
    let app = TestApp::empty();
    let request = local(TestRequest::get().uri("/api/v1/definitions")).insert_header(("accept", "image/png"));
    assert_eq!(app.send(request).await.status.as_u16(), 406);
    assert_eq!(app.get("/api/v1/definitions.pdf").await.status.as_u16(), 404);
    assert_eq!(app.get("/api/v1/definitions.csv").await.status.as_u16(), 200);
}

#[actix_web::test]
async fn figures_without_data_say_what_to_do() {
    let reply = TestApp::empty().get("/api/v1/roi").await;
    assert_eq!((reply.status.as_u16(), reply.code().as_str()), (409, "no-data"));
    assert!(reply.json()["detail"].as_str().is_some_and(|d| d.contains("fit")), "{}", reply.text());
}

#[actix_web::test]
async fn every_code_that_can_be_sent_is_listed() {
    let listed = TestApp::empty().get("/docs/problems").await.json();
    let codes: Vec<&str> = listed.as_array().expect("list").iter().filter_map(|r| r["code"].as_str()).collect();
    for code in ["bad-json", "rate-limited", "disk-full", "precondition-failed"] {
        assert!(codes.contains(&code), "{code}");
    }
}

#[actix_web::test]
async fn every_answer_carries_the_headers_that_keep_a_browser_safe() {
    let app = TestApp::empty();
    for path in ["/version", "/api/v1/nonsense", "/docs"] {
        let reply = app.get(path).await;
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
        let csp = reply.header("content-security-policy");
        assert!(csp.contains("frame-ancestors 'none'") && !csp.contains("unsafe-inline"), "{path}: {csp}");
    }
}
