//! Who may do what: every line of the table against every role, and no one.

use std::collections::BTreeSet;

use actix_web::http::Method;
use actix_web::test::TestRequest;
use tandem::analysis::keys;
use tandem::config::{Config, Limits};
use tandem::http::access::{API, Need};
use tandem::http::roles::Role;

use crate::app::{TestApp, local};

fn filled(pattern: &str) -> String {
    pattern.replace("{path:.*}", "docs.js").replace("{id}", "none").replace("{name}", "roi").replace("{table}", "roi")
}

fn request(method: &str, path: &str) -> TestRequest {
    let method = Method::from_bytes(method.as_bytes()).expect("method");
    local(TestRequest::default().method(method).uri(path))
}

fn roomy() -> Config {
    Config { limits: Limits { burst: 10_000, ..Limits::default() }, ..Config::default() }
}

#[actix_web::test]
async fn every_route_opens_to_exactly_the_roles_of_its_line() {
    let app = TestApp::with(roomy(), None);
    let keys: Vec<(Role, String)> = Role::ALL
        .into_iter()
        .map(|role| (role, keys::add(&app.data.store, role.as_str(), role, None, "test").expect("a key").key))
        .collect();
    let mut wrong = Vec::new();
    for line in API {
        for (role, key) in &keys {
            // The stream of events has no end, and revoking would take away the keys in use.
            let request =
                request(line.method, &filled(line.pattern)).insert_header(("Authorization", format!("Bearer {key}")));
            let status = app.send(request).await.status.as_u16();
            let may = match line.need {
                Need::Public => true,
                Need::One(roles) => roles.has(*role),
            };
            if (status == 403) == may || status == 401 {
                wrong.push(format!("{} {} as {}: {status}", line.method, line.pattern, role.as_str()));
            }
        }
        let status = app.send(request(line.method, &filled(line.pattern))).await.status.as_u16();
        if (status == 401) != (line.need != Need::Public) {
            wrong.push(format!("{} {} without a key: {status}", line.method, line.pattern));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[actix_web::test]
async fn the_description_lists_exactly_the_routes_of_the_table() {
    let api: serde_json::Value = serde_json::from_str(tandem::http::openapi::text()).expect("JSON");
    let mut described = BTreeSet::new();
    for (path, verbs) in api["paths"].as_object().expect("paths") {
        for verb in verbs.as_object().expect("verbs").keys().filter(|k| *k != "parameters") {
            described.insert((verb.to_uppercase(), path.clone()));
        }
    }
    // Pages for people are no part of the API's description.
    let table: BTreeSet<(String, String)> = API
        .iter()
        .filter(|l| l.pattern != "/docs" && !l.pattern.starts_with("/static/"))
        .map(|l| (l.method.to_owned(), l.pattern.to_owned()))
        .collect();
    assert_eq!(described, table);
}

#[actix_web::test]
async fn a_wrong_revoked_or_cut_key_is_no_key() {
    let app = TestApp::with(roomy(), None);
    let made = keys::add(&app.data.store, "one", Role::Admin, None, "test").expect("a key");
    let try_key = |text: String| request("GET", "/api/v1/jobs").insert_header(("Authorization", text));
    assert_eq!(app.send(try_key(format!("Bearer {}", made.key))).await.status.as_u16(), 200);
    // "any:KEY" in base64 is what a browser's prompt sends.
    let mut altered = made.key.clone();
    let last = altered.pop();
    altered.push(if last == Some('0') { '1' } else { '0' });
    for wrong in [format!("Bearer {altered}"), "Bearer tnd_x".into(), "Basic !!".into(), made.key[..40].to_owned()] {
        let reply = app.send(try_key(wrong.clone())).await;
        assert_eq!((reply.status.as_u16(), reply.code().as_str()), (401, "unauthenticated"), "{wrong}");
        assert!(reply.headers.get_all("www-authenticate").count() == 2);
    }
    keys::revoke(&app.data.store, &made.info.id, "test").expect("revokes");
    keys::add(&app.data.store, "two", Role::Admin, None, "test").expect("another");
    assert_eq!(app.send(try_key(format!("Bearer {}", made.key))).await.status.as_u16(), 401);
}

#[actix_web::test]
async fn open_mode_answers_loopback_names_only() {
    let app = TestApp::empty();
    assert_eq!(app.get("/api/v1/jobs").await.status.as_u16(), 200);
    let foreign = TestRequest::get().uri("/api/v1/jobs").insert_header(("Host", "rebound.example:8080"));
    assert_eq!(app.send(foreign).await.code(), "wrong-host");
}

#[actix_web::test]
async fn an_open_server_that_listens_elsewhere_lets_nobody_in() {
    let app = TestApp::with(Config::default(), Some("0.0.0.0:8080".parse().expect("address")));
    assert_eq!(app.get("/api/v1/jobs").await.status.as_u16(), 401);
}

#[actix_web::test]
async fn another_sites_page_cannot_change_anything() {
    let app = TestApp::empty();
    let from = |origin: &str| {
        local(TestRequest::post().uri("/api/v1/scenarios"))
            .insert_header(("Origin", origin.to_owned()))
            .set_json(serde_json::json!({"name": "x", "plan": {}}))
    };
    assert_eq!(app.send(from("https://evil.example")).await.code(), "cross-origin");
    assert_eq!(app.send(from("http://127.0.0.1:8080")).await.status.as_u16(), 201);
}
