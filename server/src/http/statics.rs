//! Scripts, styles and fonts, embedded in the binary.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use rust_embed::RustEmbed;

use super::error::{Answer, Problem};
use super::etag;

#[derive(RustEmbed)]
#[folder = "static/"]
struct Files;

/// One file; asked about again after an hour, and then answered by its tag.
///
/// # Errors
/// 404 for a name that is not embedded.
pub async fn file(req: HttpRequest, path: web::Path<String>) -> Answer {
    let path = path.into_inner();
    let found = Files::get(&path).ok_or_else(|| Problem::no_such("file", &path))?;
    let tag = etag::of(&[&path, &hex::encode(found.metadata.sha256_hash())]);
    if let Some(current) = tag.settle(&req)? {
        return Ok(current);
    }
    Ok(HttpResponse::Ok()
        .insert_header((header::ETAG, tag.header()))
        .insert_header((header::CACHE_CONTROL, "public, max-age=3600"))
        .content_type(media(&path))
        .body(found.data.into_owned()))
}

fn media(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, ext)| ext) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("html") => "text/html; charset=utf-8",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
