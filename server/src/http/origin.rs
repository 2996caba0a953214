//! Whether a request comes from a page of this server, and whether it names a host that is ours.

use actix_web::dev::ServiceRequest;
use actix_web::http::{Method, header};

use super::error::{Code, Problem};

/// Refuses unsafe verbs sent by other sites' pages. Programs send no `Origin` and pass.
///
/// # Errors
/// `cross-origin` where the origin is another's.
pub fn check(req: &ServiceRequest, allowed: &[String]) -> Result<(), Problem> {
    if matches!(*req.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(());
    }
    let text = |name| req.headers().get(name).and_then(|v| v.to_str().ok());
    let refused = |from: &str| {
        Err(Problem::new(Code::CrossOrigin, format!("requests that change something are not taken from {from}"))
            .field("Origin")
            .accepts("the server's own origin, or one listed in server.allowed_origins"))
    };
    match text(header::ORIGIN) {
        Some(origin) => {
            let host = text(header::HOST).unwrap_or_default();
            let own = origin.split_once("://").is_some_and(|(scheme, rest)| {
                matches!(scheme, "http" | "https") && !host.is_empty() && rest.eq_ignore_ascii_case(host)
            });
            if own || allowed.iter().any(|a| a == origin) { Ok(()) } else { refused(origin) }
        }
        // A browser that hides the origin still says how the sites are related.
        None if text(header::HeaderName::from_static("sec-fetch-site")) == Some("cross-site") => {
            refused("another site")
        }
        None => Ok(()),
    }
}

/// Whether `host` (with or without a port) names this machine's loopback, or is listed.
///
/// In open mode this stops a foreign page that had its own name resolved to 127.0.0.1.
#[must_use]
pub fn is_local_host(host: &str, allowed: &[String]) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    name.eq_ignore_ascii_case("localhost")
        || name.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
        || allowed.iter().any(|a| a.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn post(headers: &[(&'static str, &'static str)]) -> ServiceRequest {
        let base = TestRequest::post().insert_header(("Host", "127.0.0.1:8080"));
        headers.iter().fold(base, |req, h| req.append_header(*h)).to_srv_request()
    }

    #[test]
    fn pages_of_other_sites_cannot_change_anything() {
        assert!(check(&post(&[("Origin", "http://evil.example")]), &[]).is_err());
        assert!(check(&post(&[("Origin", "null")]), &[]).is_err());
        assert!(check(&post(&[("Sec-Fetch-Site", "cross-site")]), &[]).is_err());
        assert!(check(&post(&[("Origin", "http://127.0.0.1:8080")]), &[]).is_ok());
        assert!(check(&post(&[]), &[]).is_ok());
        assert!(check(&post(&[("Origin", "https://bi.example")]), &["https://bi.example".into()]).is_ok());
    }

    #[test]
    fn only_loopback_names_are_local() {
        for yes in ["localhost:8080", "127.0.0.1:8080", "127.0.0.1", "[::1]:8080", "LOCALHOST"] {
            assert!(is_local_host(yes, &[]), "{yes}");
        }
        for no in ["evil.example:8080", "127.0.0.1.evil.example", "", "10.0.0.1:8080"] {
            assert!(!is_local_host(no, &[]), "{no}");
        }
    }
}
