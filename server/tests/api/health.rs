//! Health, version, metrics, documentation.

use crate::app::TestApp;

#[actix_web::test]
async fn a_started_server_is_alive_and_ready() {
    let app = TestApp::empty();
    assert_eq!(app.get("/health/live").await.text(), "alive");
    let ready = app.get("/health/ready").await;
    assert_eq!((ready.status.as_u16(), &ready.json()["status"]), (200, &"ready".into()));
    let version = app.get("/version").await.json();
    assert_eq!(version["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(version["data_version"], ready.json()["data_version"]);
}

#[actix_web::test]
async fn requests_are_counted_by_route_and_status() {
    let app = TestApp::empty();
    app.get("/api/v1/jobs/none").await;
    let text = app.get("/metrics").await.text();
    let counted =
        |l: &str| l.starts_with("http_requests_total") && l.contains("/api/v1/jobs/{id}") && l.contains("404");
    assert!(text.lines().any(counted), "{text}");
    assert!(!text.contains("/api/v1/jobs/none"), "labels must be patterns, not paths");
}

#[actix_web::test]
async fn the_page_to_try_the_api_runs_only_embedded_scripts() {
    let app = TestApp::empty();
    let page = app.get("/docs").await.text();
    assert!(!page.contains("<script>") && !page.contains("style="), "nothing inline may run under the policy");
    for path in [
        "/static/docs.js",
        "/static/vendor/swagger-ui/swagger-ui-bundle.js",
        "/static/vendor/swagger-ui/swagger-ui.css",
    ] {
        let reply = app.get(path).await;
        assert_eq!(reply.status.as_u16(), 200, "{path}");
        let again =
            actix_web::test::TestRequest::get().uri(path).insert_header(("if-none-match", reply.header("etag")));
        assert_eq!(app.send(again).await.status.as_u16(), 304, "{path}");
    }
    assert_eq!(app.get("/static/../Cargo.toml").await.status.as_u16(), 404);
}
