//! Findings as text, in the frame that cargo users know.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};

use super::{Diagnostic, Severity};
use crate::span::{FileId, Sources, Span};

/// How findings are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// No escape sequences: for files, pipes and `cargo::error`.
    Plain,
    /// With colours.
    Terminal,
}

/// Prints findings one after another, each with a blank line after it.
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

fn group<'a>(diagnostic: &'a Diagnostic, sources: &'a Sources) -> Group<'a> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let places = || {
        std::iter::once((diagnostic.span, &diagnostic.label)).chain(
            diagnostic
                .related
                .iter()
                .map(|(span, label)| (*span, label)),
        )
    };
    let mut group = Group::with_title(
        level
            .primary_title(diagnostic.message.as_str())
            .id(diagnostic.code.as_str()),
    );
    let mut files: Vec<FileId> = Vec::new();
    for (span, _) in places() {
        if !files.contains(&span.file) {
            files.push(span.file);
        }
    }
    for file in files {
        let here: Vec<_> = places().filter(|(span, _)| span.file == file).collect();
        let window = Window::around(&here, &sources.get(file).text);
        let annotations = here.iter().map(|&(span, label)| {
            let kind = if span == diagnostic.span {
                AnnotationKind::Primary
            } else {
                AnnotationKind::Context
            };
            let annotation: Annotation<'a> = kind.span(window.relative(span));
            if label.is_empty() {
                annotation
            } else {
                annotation.label(label.as_str())
            }
        });
        group = group.element(
            Snippet::source(window.text.clone())
                .line_start(window.line)
                .path(&*sources.get(file).name)
                .annotations(annotations),
        );
    }
    match &diagnostic.help {
        Some(help) => group.element(Level::HELP.message(help.as_str())),
        None => group,
    }
}

/// The lines that a finding needs, so that a printer never walks a whole file, nor prints a line of a megabyte.
struct Window {
    text: String,
    line: usize,
    start: usize,
}

impl Window {
    /// How much of a long line is kept on either side of a place.
    const MARGIN: usize = 200;

    fn around(places: &[(Span, &String)], source: &str) -> Self {
        let first = places
            .iter()
            .map(|(span, _)| span.start as usize)
            .min()
            .unwrap_or(0);
        let last = places
            .iter()
            .map(|(span, _)| span.end as usize)
            .max()
            .unwrap_or(0)
            .max(first);
        let line_start = source[..first].rfind('\n').map_or(0, |at| at + 1);
        let line_end = source[last..]
            .find('\n')
            .map_or(source.len(), |at| last + at);
        let start = floor_char(source, line_start.max(first.saturating_sub(Self::MARGIN)));
        let end = floor_char(source, line_end.min(last + Self::MARGIN));
        Self {
            text: source[start..end].to_owned(),
            line: source[..start].matches('\n').count() + 1,
            start,
        }
    }

    fn relative(&self, span: Span) -> std::ops::Range<usize> {
        let clamp = |at: u32| {
            (at as usize)
                .saturating_sub(self.start)
                .min(self.text.len())
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
