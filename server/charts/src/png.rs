//! SVG to PNG with the embedded fonts and nothing from the machine.

use crate::text::font;
use crate::theme::Theme;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};
use std::sync::{Arc, OnceLock};

/// Why a figure could not become a PNG.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The renderer could not read the drawing.
    #[error("the figure could not be read for PNG: {0}")]
    Read(String),
    /// The picture would have no pixels, or too many.
    #[error("a PNG of {width} x {height} pixels cannot be made; ask for 1 to 16384 each way")]
    Size {
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
    },
    /// The picture could not be encoded.
    #[error("the PNG could not be encoded: {0}")]
    Encode(String),
}

/// The fonts under one family name: the semibold file calls itself a family of its own, which CSS would not find.
fn fonts() -> Arc<fontdb::Database> {
    static FONTS: OnceLock<Arc<fontdb::Database>> = OnceLock::new();
    let load = || {
        let mut found = fontdb::Database::new();
        found.load_font_data(font::REGULAR.to_vec());
        found.load_font_data(font::SEMI_BOLD.to_vec());
        let mut named = fontdb::Database::new();
        for face in found.faces() {
            let mut face = face.clone();
            face.families = vec![("Inter".to_owned(), fontdb::Language::English_UnitedStates)];
            named.push_face_info(face);
        }
        named.set_sans_serif_family("Inter");
        Arc::new(named)
    };
    Arc::clone(FONTS.get_or_init(load))
}

/// Renders `svg` at `scale` pixels to a CSS pixel; custom properties of [`Theme::Page`] become the light colours.
///
/// # Errors
/// As [`Error`] says.
pub fn render(svg: &str, scale: f64) -> Result<Vec<u8>, Error> {
    let scale = if scale.is_finite() { scale.clamp(0.25, 4.0) } else { 1.0 };
    let mut svg = std::borrow::Cow::Borrowed(svg);
    if svg.contains("var(--chart-") {
        for (page, light) in Theme::Page.tokens().named().iter().zip(Theme::Light.tokens().named()) {
            svg = svg.replace(&format!("\"{}\"", page.1), &format!("\"{}\"", light.1)).into();
        }
    }
    let options = Options { font_family: "Inter".to_owned(), fontdb: fonts(), ..Options::default() };
    let tree = Tree::from_str(&svg, &options).map_err(|e| Error::Read(e.to_string()))?;
    let side = |v: f32| (f64::from(v) * scale).ceil() as u32;
    let (width, height) = (side(tree.size().width()), side(tree.size().height()));
    let mut pixels = Some((width, height))
        .filter(|(w, h)| *w <= 16_384 && *h <= 16_384)
        .and_then(|(w, h)| Pixmap::new(w, h))
        .ok_or(Error::Size { width, height })?;
    resvg::render(&tree, Transform::from_scale(scale as f32, scale as f32), &mut pixels.as_mut());
    pixels.encode_png().map_err(|e| Error::Encode(e.to_string()))
}
