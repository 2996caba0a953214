//! Figures that a page draws at an address of its own, because they follow the page's filters.

use actix_web::web::Query;
use actix_web::{HttpRequest, web};
use tandem_charts::{AnyFigure, Look, Size, Theme};

use super::super::answer::{self, Rendered};
use super::super::error::Answer;
use super::super::negotiate::{self, CHARTS, Form};
use super::scope::query;
use crate::analysis::{AnalysisError, Result};
use crate::app::App;

/// Ground and width that a picture asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wish {
    theme: Theme,
    width: f64,
    height: Option<f64>,
}

/// Takes `theme` and `width` out of a query and gives the rest, in its order.
///
/// # Errors
/// `Rejected` for a width or theme that is none.
pub fn split(text: &str) -> Result<(Wish, String)> {
    let pairs = Query::<Vec<(String, String)>>::from_query(text)
        .map_err(|e| AnalysisError::rejected("query", e.to_string()))?
        .into_inner();
    let mut wish = Wish { theme: Theme::Light, width: Size::DEFAULT.width, height: None };
    let mut rest = Vec::new();
    for (key, value) in &pairs {
        match (key.as_str(), value.as_str()) {
            ("theme", "light") => wish.theme = Theme::Light,
            ("theme", "dark") => wish.theme = Theme::Dark,
            ("theme", other) => {
                return Err(AnalysisError::rejected("theme", format!("`{other}` is not accepted; light and dark are")));
            }
            ("width", text) => wish.width = pixels("width", text)?,
            ("height", text) => wish.height = Some(pixels("height", text)?),
            _ => rest.push((key.as_str(), value.as_str())),
        }
    }
    Ok((wish, query(&rest)))
}

fn pixels(field: &str, text: &str) -> Result<f64> {
    let number: Option<f64> = text.parse().ok().filter(|w| (240.0..=2400.0).contains(w));
    number.ok_or_else(|| AnalysisError::rejected(field, format!("`{text}` is no number of pixels from 240 to 2400")))
}

/// Answers with a figure as SVG or PNG, by suffix. `make` gets the query without ground and width, and without `?`.
///
/// # Errors
/// Those of `make` and of the suffix.
pub async fn drawn<F>(app: &web::Data<App>, req: &HttpRequest, run: Option<&str>, make: F) -> Answer
where
    F: FnOnce(&App, &str) -> Result<AnyFigure> + Send + 'static,
{
    let form = negotiate::wanted(req, CHARTS)?;
    let (wish, rest) = split(req.query_string())?;
    answer::rendered(app, req, run, form, move |app| {
        let figure = make(app, rest.trim_start_matches('?'))?;
        let svg = figure.render(Look::new(
            wish.theme,
            Size::new(wish.width, wish.height.unwrap_or_else(|| figure.natural_height(wish.width))),
        ));
        let bytes = match form {
            Form::Png => svg.png(2.0).map_err(AnalysisError::fault)?,
            _ => svg.into_string().into_bytes(),
        };
        Ok(Rendered::new(form, bytes))
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ground_and_width_are_taken_out_and_the_rest_is_kept() {
        let (wish, rest) = split("unit=account&theme=dark&width=360&group=a%20b").expect("splits");
        assert_eq!(wish, Wish { theme: Theme::Dark, width: 360.0, height: None });
        assert_eq!(rest, "?unit=account&group=a%20b");
        assert!(split("width=9").is_err() && split("theme=blue").is_err());
    }
}
