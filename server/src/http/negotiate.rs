//! Which form an answer takes: by suffix (`/roi.csv`), otherwise by `Accept`, otherwise the first offered.

use actix_web::HttpRequest;
use actix_web::http::header;

use super::error::{Code, Problem};

/// Forms an answer can take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// JSON, the default.
    Json,
    /// Comma-separated values, UTF-8, one header row.
    Csv,
    /// A spreadsheet with typed cells.
    Xlsx,
    /// Typed columns, packed.
    Parquet,
    /// Typed columns in the Arrow file format.
    Arrow,
    /// A drawing.
    Svg,
    /// The same drawing as pixels.
    Png,
}

impl Form {
    const ALL: [Form; 7] = [Form::Json, Form::Csv, Form::Xlsx, Form::Parquet, Form::Arrow, Form::Svg, Form::Png];

    /// What follows the dot.
    #[must_use]
    pub fn suffix(self) -> &'static str {
        match self {
            Form::Json => "json",
            Form::Csv => "csv",
            Form::Xlsx => "xlsx",
            Form::Parquet => "parquet",
            Form::Arrow => "arrow",
            Form::Svg => "svg",
            Form::Png => "png",
        }
    }

    /// Media type with parameters, as sent.
    #[must_use]
    pub fn media(self) -> &'static str {
        match self {
            Form::Json => "application/json",
            Form::Csv => "text/csv; charset=utf-8",
            Form::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Form::Parquet => "application/vnd.apache.parquet",
            Form::Arrow => "application/vnd.apache.arrow.file",
            Form::Svg => "image/svg+xml",
            Form::Png => "image/png",
        }
    }

    fn essence(self) -> &'static str {
        self.media().split(';').next().unwrap_or_default()
    }
}

/// Forms of flat tables.
pub const TABLES: &[Form] = &[Form::Json, Form::Csv, Form::Xlsx, Form::Parquet, Form::Arrow];
/// Forms of charts.
pub const CHARTS: &[Form] = &[Form::Svg, Form::Png];

/// The form that the request asks for among those offered.
///
/// # Errors
/// 404 for an unknown suffix, 406 where `Accept` names only forms that are not offered.
pub fn wanted(req: &HttpRequest, offered: &[Form]) -> Result<Form, Problem> {
    if let Some(ext) = req.match_info().get("ext") {
        return offered.iter().copied().find(|form| form.suffix() == ext).ok_or_else(|| {
            Problem::new(Code::NotFound, format!("this is not offered as `.{ext}`")).accepts(list(offered))
        });
    }
    let accept = req.headers().get(header::ACCEPT).and_then(|v| v.to_str().ok()).unwrap_or("*/*");
    by_accept(accept, offered).ok_or_else(|| {
        Problem::new(Code::NotAcceptable, format!("`{accept}` is not offered here"))
            .field("Accept")
            .accepts(list(offered))
    })
}

fn list(offered: &[Form]) -> String {
    offered.iter().map(|form| form.essence()).collect::<Vec<_>>().join(", ")
}

fn by_accept(accept: &str, offered: &[Form]) -> Option<Form> {
    let mut ranges: Vec<(f32, &str)> = accept
        .split(',')
        .map(|range| {
            let mut parts = range.split(';').map(str::trim);
            let media = parts.next().unwrap_or_default();
            let q = parts.find_map(|p| p.strip_prefix("q=")).and_then(|q| q.parse().ok()).unwrap_or(1.0);
            (q, media)
        })
        .filter(|(q, media)| *q > 0.0 && !media.is_empty())
        .collect();
    // Stable: equal weights keep the caller's order.
    ranges.sort_by(|a, b| b.0.total_cmp(&a.0));
    ranges.iter().find_map(|(_, media)| match *media {
        "*/*" => offered.first().copied(),
        range if range.ends_with("/*") => {
            let kind = &range[..range.len() - 1];
            offered.iter().copied().find(|form| form.essence().starts_with(kind))
        }
        exact => Form::ALL.into_iter().find(|form| form.essence() == exact && offered.contains(form)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accept_is_read_with_its_weights() {
        assert_eq!(by_accept("*/*", TABLES), Some(Form::Json));
        assert_eq!(by_accept("text/csv", TABLES), Some(Form::Csv));
        assert_eq!(by_accept("application/json;q=0.5, text/csv", TABLES), Some(Form::Csv));
        assert_eq!(by_accept("image/*", CHARTS), Some(Form::Svg));
        assert_eq!(by_accept("text/html,application/xml;q=0.9,*/*;q=0.8", TABLES), Some(Form::Json));
        assert_eq!(by_accept("application/vnd.apache.parquet", TABLES), Some(Form::Parquet));
        assert_eq!(by_accept("application/vnd.apache.arrow.file, */*;q=0.1", TABLES), Some(Form::Arrow));
        assert_eq!(by_accept("image/png", TABLES), None);
        assert_eq!(by_accept("text/csv;q=0", TABLES), None);
    }
}
