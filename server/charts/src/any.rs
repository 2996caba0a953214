//! Any figure, by name: for JSON and for routes.

use crate::figure::{Figure, Look, Svg};
use crate::figures::*;
use serde::{Deserialize, Serialize};

macro_rules! any_figure {
    ($($variant:ident),+ $(,)?) => {
        /// Any figure; in JSON `{"figure": "roi", ...fields}`.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "figure", rename_all = "kebab-case")]
        pub enum AnyFigure {
            $(#[doc = concat!("See [`", stringify!($variant), "`].")] $variant($variant),)+
        }

        impl AnyFigure {
            /// The names of all figures, as in file names and URLs.
            pub const NAMES: &'static [&'static str] = &[$($variant::NAME),+];

            /// The name in file names and URLs.
            #[must_use]
            pub fn name(&self) -> &'static str {
                match self { $(AnyFigure::$variant(_) => $variant::NAME,)+ }
            }

            /// Draws it.
            #[must_use]
            pub fn render(&self, look: Look) -> Svg {
                match self { $(AnyFigure::$variant(figure) => figure.render(look),)+ }
            }

            /// The height that suits the data at a width.
            #[must_use]
            pub fn natural_height(&self, width: f64) -> f64 {
                match self { $(AnyFigure::$variant(figure) => figure.natural_height(width),)+ }
            }

            /// The data in words, as in `<desc>`.
            #[must_use]
            pub fn description(&self) -> String {
                match self { $(AnyFigure::$variant(figure) => match figure.missing() {
                    Some(missing) => missing.how,
                    None => figure.description(),
                },)+ }
            }

            /// The title drawn.
            #[must_use]
            pub fn title(&self) -> String {
                match self { $(AnyFigure::$variant(figure) => match figure.missing() {
                    Some(missing) => missing.what,
                    None => figure.heading().title,
                },)+ }
            }
        }

        $(impl From<$variant> for AnyFigure {
            fn from(figure: $variant) -> AnyFigure { AnyFigure::$variant(figure) }
        })+
    };
}

any_figure!(
    Roi,
    Contributions,
    ChannelPast,
    Waterfall,
    ResponseCurve,
    Share,
    Budget,
    Funnel,
    Fit,
    Gain,
    Models,
    Cohorts,
    Ridgeline,
    Residuals,
    Transitions,
    Histogram,
    Frontier,
    Pacing,
    Sankey,
);
