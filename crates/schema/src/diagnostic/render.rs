//! Findings as text, in the frame that cargo users know.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::escape::{escape, same_length};
use super::{Diagnostic, Severity};
use crate::span::{Sources, Span};

/// How findings are printed.
///
/// ```
/// use relata_schema::diagnostic::{Style, render};
/// use relata_schema::{Sources, analyze};
/// let sources = Sources::one("app.schema", "model A {\n}\n");
/// let found = analyze(&sources).diagnostics;
/// assert!(!render(&found, &sources, Style::Plain).contains('\u{1b}'));
/// assert!(render(&found, &sources, Style::Terminal).contains('\u{1b}'));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// No escape sequences: for files, pipes and `cargo::error`.
    Plain,
    /// With colours.
    Terminal,
}

/// Prints findings one after another, each with a blank line after it.
///
/// Texts of the schema stand in messages and source lines; control characters and those that turn the direction of writing are
/// shown as escapes, so that no name can move the cursor or hide what follows it.
///
/// ```
/// use relata_schema::diagnostic::{Style, render};
/// let sources = relata_schema::Sources::one("app.schema", "model A {\n  id Itn @id\n}\n");
/// let analysis = relata_schema::analyze(&sources);
/// assert!(render(&analysis.diagnostics, &sources, Style::Plain).contains("did you mean `Int`?"));
/// ```
pub fn render(diagnostics: &[Diagnostic], sources: &Sources, style: Style) -> String {
    let renderer = match style {
        Style::Plain => Renderer::plain(),
        Style::Terminal => Renderer::styled(),
    }
    .decor_style(DecorStyle::Ascii);
    let mut text = String::new();
    for diagnostic in diagnostics {
        text.push_str(&renderer.render(&[group(diagnostic, sources)]));
        text.push_str("\n\n");
    }
    text
}

fn group<'a>(diagnostic: &Diagnostic, sources: &Sources) -> Group<'a> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group = Group::with_title(
        level
            .primary_title(escape(&diagnostic.message))
            .id(diagnostic.code.as_str()),
    );
    for window in Window::of(diagnostic, sources) {
        let annotations: Vec<_> = window
            .places
            .iter()
            .map(|place| {
                let kind = if place.is_primary {
                    AnnotationKind::Primary
                } else {
                    AnnotationKind::Context
                };
                let annotation = kind.span(window.relative(place.span));
                if place.label.is_empty() {
                    annotation
                } else {
                    annotation.label(escape(place.label))
                }
            })
            .collect();
        group = group.element(
            Snippet::source(same_length(&window.text))
                .line_start(window.line)
                .path(escape(&window.source_name))
                .annotations(annotations),
        );
    }
    match &diagnostic.help {
        Some(help) => group.element(Level::HELP.message(escape(help))),
        None => group,
    }
}

/// One place of a finding.
#[derive(Clone, Copy)]
struct Place<'a> {
    span: Span,
    label: &'a str,
    is_primary: bool,
}

/// The lines around places that lie close together, so that a printer never walks a whole file, nor prints a line of a megabyte.
struct Window<'a> {
    source_name: String,
    text: String,
    /// The number of the first line.
    line: usize,
    /// Where the text begins in the file.
    start: usize,
    places: Vec<Place<'a>>,
}

impl<'a> Window<'a> {
    /// How much of a long line is kept on either side of a place, and how much of a long place.
    const MARGIN: usize = 200;
    /// Places with more lines between them are shown apart.
    const LINES: usize = 8;

    /// The windows of a finding, the one with its own place first.
    fn of(diagnostic: &'a Diagnostic, sources: &Sources) -> Vec<Self> {
        let primary = Place {
            span: diagnostic.span,
            label: &diagnostic.label,
            is_primary: true,
        };
        let mut places = vec![primary];
        places.extend(diagnostic.related.iter().map(|(span, label)| Place {
            span: *span,
            label,
            is_primary: false,
        }));
        places.sort_by_key(|place| (place.span.file, place.span.start));
        let mut windows: Vec<Vec<Place<'a>>> = Vec::new();
        for place in places {
            match windows.last_mut() {
                Some(window) if Self::is_near(window, place, sources) => window.push(place),
                _ => windows.push(vec![place]),
            }
        }
        // A stable sort: the others stay in source order.
        windows.sort_by_key(|window| !window.iter().any(|place| place.is_primary));
        windows
            .into_iter()
            .map(|places| Self::around(places, sources))
            .collect()
    }

    fn is_near(window: &[Place<'_>], place: Place<'_>, sources: &Sources) -> bool {
        let Some(last) = window.last().map(|last| last.span) else {
            return false;
        };
        let distance = place.span.start.saturating_sub(last.start) as usize;
        last.file == place.span.file
            && distance <= 8 * Self::MARGIN
            && sources.line(place.span) - sources.line(last) <= Self::LINES
    }

    fn around(places: Vec<Place<'a>>, sources: &Sources) -> Self {
        let (mut first, mut last) = (usize::MAX, 0);
        for place in &places {
            let range = place.span.range();
            first = first.min(range.start);
            last = last.max(range.end.min(range.start + Self::MARGIN));
        }
        let span = places[0].span;
        let source = sources.get(span.file);
        let line = sources.line(span);
        let lines = sources.line_range(span.file, line);
        let end_line = sources.line_range(
            span.file,
            sources.line(Span::new(span.file, last as u32, last as u32)),
        );
        let start = floor_char(
            &source.text,
            lines.start.max(first.saturating_sub(Self::MARGIN)),
        );
        let end = floor_char(&source.text, end_line.end.min(last + Self::MARGIN));
        Self {
            source_name: source.name.to_string(),
            text: source.text[start..end.max(start)].to_owned(),
            line,
            start,
            places,
        }
    }

    fn relative(&self, span: Span) -> std::ops::Range<usize> {
        let clamp = |at: u32| {
            floor_char(
                &self.text,
                (at as usize)
                    .saturating_sub(self.start)
                    .min(self.text.len()),
            )
        };
        clamp(span.start)..clamp(span.end)
    }
}

fn floor_char(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
