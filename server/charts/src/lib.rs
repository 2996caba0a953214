//! Tandem's figures: data in, SVG or PNG out; deterministic, with embedded fonts and nothing from the machine.
//!
//! Fill one of the structs in [`figures`], call [`Figure::render`] with a [`Look`], and take the text or [`Svg::png`].
//! [`AnyFigure`] holds any of them, for JSON and for routes that name a figure.

pub mod any;
pub mod axis;
pub mod date;
pub mod density;
pub mod estimate;
pub mod figure;
pub mod figures;
pub mod findings;
pub mod layout;
pub mod number;
pub mod png;
pub mod size;
pub mod svg;
pub mod text;
pub mod theme;
pub mod unit;

pub use any::AnyFigure;
pub use date::Span;
pub use estimate::{Caption, Estimate, Source, Verdict};
pub use figure::{Figure, Look, Missing, Svg};
pub use size::Size;
pub use tandem_models::domain::period::Day;
pub use theme::Theme;
pub use unit::Unit;
