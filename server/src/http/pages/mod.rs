//! The pages: server-rendered HTML over the same analyses as the API.

use actix_web::web::ServiceConfig;

use super::access::Access;

/// Who may see which page.
pub const ACCESS: &[Access] = &[];

/// Routes of the pages.
pub fn routes(_cfg: &mut ServiceConfig) {}

/// Routes of pages whose handler streams a large body itself (upload forms).
#[must_use]
pub fn streams_its_body(_pattern: &str) -> bool {
    false
}
