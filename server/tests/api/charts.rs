//! Charts over HTTP: every name, both forms, both grounds, the same bytes each time.

use tandem::figures::NAMES;

use crate::app::TestApp;

#[actix_web::test]
async fn every_chart_of_a_run_is_drawn_as_svg_and_png_and_the_same_each_time() {
    let app = TestApp::fitted();
    for name in NAMES.iter().filter(|n| {
        !matches!(**n, "funnel" | "models" | "transitions" | "transition-graph" | "journey-length" | "time-lag")
    }) {
        let svg = app.get(&format!("/api/v1/charts/{name}.svg")).await;
        assert_eq!((svg.status.as_u16(), svg.header("content-type")), (200, "image/svg+xml"), "{name}: {}", svg.text());
        let text = svg.text();
        assert!(text.contains("role=\"img\"") && text.contains("<title>") && text.contains("<desc>"), "{name}");
        let dark = app.get(&format!("/api/v1/charts/{name}.svg?theme=dark")).await;
        assert!(dark.text() != text && dark.status.as_u16() == 200, "{name}");
        let png = app.get(&format!("/api/v1/charts/{name}.png?scale=1")).await;
        assert!(png.body.starts_with(b"\x89PNG"), "{name}");
        let other = TestApp::get(&app, &format!("/api/v1/charts/{name}.svg?width=760")).await;
        assert_eq!(other.text(), text, "{name}: the default width asked for by name draws the same");
    }
}

#[actix_web::test]
async fn wrong_asks_are_problems() {
    let app = TestApp::fitted();
    assert_eq!(app.get("/api/v1/charts/pie.svg").await.status.as_u16(), 404);
    assert_eq!(app.get("/api/v1/charts/roi.svg?width=10").await.json()["field"], "width");
    assert_eq!(app.get("/api/v1/charts/roi.svg?measure=irr").await.json()["field"], "measure");
    assert_eq!(app.get("/api/v1/charts/roi.svg?theme=pink").await.code(), "bad-query");
    assert_eq!(app.get("/api/v1/charts/roi.csv").await.status.as_u16(), 404);
}
