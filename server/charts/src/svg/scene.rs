//! The canvas: marks, texts and groups, written in drawing order.

use super::{Paint, Path, number};
use crate::layout::Rect;
use crate::size::Size;
use crate::text::{self, Weight};
use crate::theme::{Theme, Tokens, type_size};

/// Which point of a text its position names.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Anchor {
    /// The left end.
    #[default]
    Start,
    /// The middle.
    Middle,
    /// The right end.
    End,
}

/// How a text is set.
#[derive(Debug, Clone, Copy)]
pub struct Type<'a> {
    /// px.
    pub size: f64,
    /// Font weight.
    pub weight: Weight,
    /// Fill.
    pub colour: &'a str,
    /// Which point of the text its position names.
    pub anchor: Anchor,
}

impl<'a> Type<'a> {
    /// Regular, left-aligned.
    #[must_use]
    pub fn new(size: f64, colour: &'a str) -> Self {
        Type { size, weight: Weight::Regular, colour, anchor: Anchor::Start }
    }

    /// A label at a mark.
    #[must_use]
    pub fn label(colour: &'a str) -> Self {
        Type::new(type_size::LABEL, colour)
    }

    /// An axis or note.
    #[must_use]
    pub fn small(colour: &'a str) -> Self {
        Type::new(type_size::SMALL, colour)
    }

    /// Semibold.
    #[must_use]
    pub fn strong(mut self) -> Self {
        self.weight = Weight::SemiBold;
        self
    }

    /// In another colour.
    #[must_use]
    pub fn colour(mut self, colour: &'a str) -> Self {
        self.colour = colour;
        self
    }

    /// Anchored otherwise than at the start.
    #[must_use]
    pub fn at(mut self, anchor: Anchor) -> Self {
        self.anchor = anchor;
        self
    }

    /// The width of `text` set so, px.
    #[must_use]
    pub fn width(&self, text: &str) -> f64 {
        text::width(text, self.size, self.weight)
    }

    /// Line height, px.
    #[must_use]
    pub fn line(&self) -> f64 {
        (self.size * 1.3).round()
    }
}

/// A text that was drawn, and the box it takes.
#[derive(Debug, Clone, PartialEq)]
pub struct TextBox {
    /// As shown.
    pub text: String,
    /// From cap height to baseline and a little, px.
    pub area: Rect,
}

/// What a group of marks stands for; becomes `data-*` attributes and a `<title>`, for tooltips.
#[derive(Debug, Clone, Default)]
pub struct Mark {
    /// Channel, stage or series name.
    pub channel: Option<String>,
    /// The number shown, unrounded.
    pub value: Option<f64>,
    /// What a pointer or a screen reader is told.
    pub tip: String,
}

impl Mark {
    /// A mark of a channel.
    #[must_use]
    pub fn channel(name: &str, value: f64, tip: impl Into<String>) -> Mark {
        Mark { channel: Some(name.to_owned()), value: Some(value), tip: tip.into() }
    }

    /// A mark of no channel.
    #[must_use]
    pub fn value(value: f64, tip: impl Into<String>) -> Mark {
        Mark { channel: None, value: Some(value), tip: tip.into() }
    }
}

/// Least distance of a text from the edge of the canvas, px.
const EDGE: f64 = 4.0;

/// A figure being drawn.
#[derive(Debug)]
pub struct Scene {
    size: Size,
    tokens: &'static Tokens,
    body: String,
    texts: Vec<TextBox>,
    dropped: Vec<String>,
}

impl Scene {
    /// An empty canvas.
    #[must_use]
    pub fn new(size: Size, theme: Theme) -> Scene {
        Scene { size, tokens: theme.tokens(), body: String::new(), texts: Vec::new(), dropped: Vec::new() }
    }

    /// The canvas size.
    #[must_use]
    pub fn size(&self) -> Size {
        self.size
    }

    /// The colours to draw with.
    #[must_use]
    pub fn tokens(&self) -> &'static Tokens {
        self.tokens
    }

    /// Every text drawn so far.
    #[must_use]
    pub fn texts(&self) -> &[TextBox] {
        &self.texts
    }

    /// Takes the scene apart: the elements, the texts in them, and the texts for which there was no room.
    #[must_use]
    pub fn finish(self) -> (String, Vec<TextBox>, Vec<String>) {
        (self.body, self.texts, self.dropped)
    }

    /// Notes a text and says whether it may be drawn. Layout keeps labels apart; this is the last resort for data that no
    /// layout foresaw: a text that would cover an earlier one is left out (tooltip and description still say it).
    fn claim(&mut self, text: &str, area: Rect) -> bool {
        let core = |r: &Rect| r.inset(0.5, 1.5, 0.5, 1.5);
        let free = !self.texts.iter().any(|t| core(&t.area).overlaps(&core(&area)));
        if free {
            self.texts.push(TextBox { text: text.to_owned(), area });
        } else {
            self.dropped.push(text.to_owned());
        }
        free
    }

    /// A straight line.
    pub fn line(&mut self, from: (f64, f64), to: (f64, f64), paint: Paint<'_>) {
        let n = number;
        self.body += &format!(
            "<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\"{}/>",
            n(from.0),
            n(from.1),
            n(to.0),
            n(to.1),
            paint.attributes()
        );
    }

    /// A rectangle; nothing when it has no area.
    pub fn rect(&mut self, area: Rect, paint: Paint<'_>) {
        if area.width <= 0.0 || area.height <= 0.0 {
            return;
        }
        let n = number;
        let corner = paint.corner().min(area.width / 2.0).min(area.height / 2.0);
        let rx = if corner > 0.0 { format!(" rx=\"{}\"", n(corner)) } else { String::new() };
        self.body += &format!(
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"{rx}{}/>",
            n(area.x),
            n(area.y),
            n(area.width),
            n(area.height),
            paint.attributes()
        );
    }

    /// A circle.
    pub fn circle(&mut self, centre: (f64, f64), radius: f64, paint: Paint<'_>) {
        let n = number;
        self.body += &format!(
            "<circle cx=\"{}\" cy=\"{}\" r=\"{}\"{}/>",
            n(centre.0),
            n(centre.1),
            n(radius),
            paint.attributes()
        );
    }

    /// A path; nothing when it has no points.
    pub fn path(&mut self, path: &Path, paint: Paint<'_>) {
        if !path.data().is_empty() {
            self.body += &format!("<path d=\"{}\"{}/>", path.data(), paint.attributes());
        }
    }

    /// A line of text with its baseline at `y`; returns its width.
    pub fn text(&mut self, x: f64, y: f64, text: &str, style: &Type<'_>) -> f64 {
        self.text_of(x, y, text, None, style)
    }

    /// A line of text that stands for a longer `whole`, which a pointer shows.
    pub fn text_of(&mut self, x: f64, y: f64, text: &str, whole: Option<&str>, style: &Type<'_>) -> f64 {
        let cleaned = text::clean(text);
        let room = self.size.width - 2.0 * EDGE;
        let shown = text::shorten(&cleaned, style.size, style.weight, room);
        if shown.is_empty() {
            return 0.0;
        }
        let whole = whole.map(text::clean).or_else(|| (shown != cleaned).then_some(cleaned));
        let width = style.width(&shown);
        let shift = match style.anchor {
            Anchor::Start => 0.0,
            Anchor::Middle => width / 2.0,
            Anchor::End => width,
        };
        // No text leaves the canvas: one that would is pushed back.
        let left = (x - shift).min(self.size.width - EDGE - width).max(EDGE);
        let area = Rect { x: left, y: y - style.size * 0.74, width, height: style.size * 0.96 };
        if y > self.size.height - 2.0 || area.y < 0.0 || !self.claim(&shown, area) {
            return width;
        }
        let anchor = match style.anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        };
        let weight = match style.weight {
            Weight::Regular => String::new(),
            weight => format!(" font-weight=\"{}\"", weight.css()),
        };
        let title = whole.map(|w| format!("<title>{}</title>", text::escape(&w))).unwrap_or_default();
        self.body += &format!(
            "<text x=\"{}\" y=\"{}\" font-size=\"{}\"{weight} fill=\"{}\"{anchor}>{title}{}</text>",
            number(left + shift),
            number(y),
            number(style.size),
            style.colour,
            text::escape(&shown)
        );
        width
    }

    /// A line of text that runs upwards from (`x`, `y`), its baseline to the right.
    pub fn text_up(&mut self, x: f64, y: f64, text: &str, whole: Option<&String>, style: &Type<'_>) {
        let shown = text::clean(text);
        if shown.is_empty() {
            return;
        }
        let width = style.width(&shown);
        let area = Rect { x: x - style.size * 0.74, y: y - width, width: style.size * 0.96, height: width };
        if area.y < 0.0 || !self.claim(&shown, area) {
            return;
        }
        let title = whole.map(|w| format!("<title>{}</title>", text::escape(&text::clean(w)))).unwrap_or_default();
        let (x, y) = (number(x), number(y));
        self.body += &format!(
            "<text x=\"{x}\" y=\"{y}\" transform=\"rotate(-90 {x} {y})\" font-size=\"{}\" fill=\"{}\">{title}{}</text>",
            number(style.size),
            style.colour,
            text::escape(&shown)
        );
    }

    /// A name in at most `max_lines` lines of `room` px, centred vertically on `middle`; the whole is shown by a pointer
    /// when it had to be shortened. Returns the width of the widest line.
    pub fn name(&mut self, x: f64, middle: f64, text: &str, room: f64, max_lines: usize, style: &Type<'_>) -> f64 {
        let cleaned = text::clean(text);
        let wrapped = text::wrap(&cleaned, style.size, style.weight, room, max_lines);
        let whole = wrapped.shortened.then_some(cleaned.as_str());
        let top = middle - style.line() * (wrapped.lines.len() as f64 - 1.0) / 2.0 + style.size * 0.36;
        let mut widest = 0.0_f64;
        for (i, line) in wrapped.lines.iter().enumerate() {
            widest = widest.max(self.text_of(x, top + style.line() * i as f64, line, whole, style));
        }
        widest
    }

    /// A group of marks that belong together.
    pub fn group(&mut self, mark: &Mark, draw: impl FnOnce(&mut Scene)) {
        self.body.push_str("<g");
        if let Some(channel) = &mark.channel {
            self.body += &format!(" data-channel=\"{}\"", text::escape(&text::clean(channel)));
        }
        if let Some(value) = mark.value.filter(|v| v.is_finite()) {
            self.body += &format!(" data-value=\"{}\"", crate::number::plain(value));
        }
        self.body.push('>');
        if !mark.tip.is_empty() {
            self.body += &format!("<title>{}</title>", text::escape(&text::clean(&mark.tip)));
        }
        draw(self);
        self.body.push_str("</g>");
    }
}
