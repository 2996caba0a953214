//! The committed description is the one that the handlers give. `TANDEM_BLESS=1 cargo test` writes it anew.

use std::path::Path;

use crate::app::TestApp;

#[actix_web::test]
async fn the_committed_description_has_not_drifted() {
    let committed = Path::new("../docs/openapi.json");
    let served = TestApp::empty().get("/openapi.json").await.text();
    if std::env::var_os("TANDEM_BLESS").is_some() {
        std::fs::write(committed, &served).expect("writes");
    }
    let kept = std::fs::read_to_string(committed).unwrap_or_default();
    assert!(
        kept == served,
        "docs/openapi.json is not what the handlers say; run: TANDEM_BLESS=1 cargo test -p tandem --test api openapi"
    );
    assert!(served.starts_with("{\n  \"openapi\": \"3.1"));
}
