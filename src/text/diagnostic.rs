//! Messages about a contract: what is wrong, where, why, and what to do.

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::{SourceFile, Span};

/// How bad it is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; nothing to do.
    Note,
    /// Suspicious; the work goes on.
    Warning,
    /// Wrong; the work stops.
    #[default]
    Error,
}

/// A place that a diagnostic points at, with a word about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What to say beside it; may be empty.
    pub text: String,
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// A stable name in kebab-case, such as `unknown-key`; `countersign explain CODE` tells more.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong: a lowercase fragment without a full stop.
    pub message: String,
    /// Where; the first label is the main one.
    pub labels: Vec<Label>,
    /// What to do, or why it matters; one line each.
    pub help: Vec<String>,
}

impl Diagnostic {
    /// An error with this code and message.
    #[must_use]
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            labels: Vec::new(),
            help: Vec::new(),
        }
    }

    /// A warning with this code and message.
    #[must_use]
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message) }
    }

    /// A note with this code and message.
    #[must_use]
    pub fn note(code: &'static str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Note, ..Self::error(code, message) }
    }

    /// Adds a place.
    #[must_use]
    pub fn at(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// Adds a line of help.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(text.into());
        self
    }
}

/// Draws a diagnostic with its source lines and carets, with ANSI colours.
#[must_use]
pub fn draw(diagnostic: &Diagnostic, files: &[SourceFile]) -> String {
    render(diagnostic, files, &Renderer::styled())
}

/// Draws a diagnostic without colours.
#[must_use]
pub fn draw_plain(diagnostic: &Diagnostic, files: &[SourceFile]) -> String {
    render(diagnostic, files, &Renderer::plain())
}

fn render(diagnostic: &Diagnostic, files: &[SourceFile], renderer: &Renderer) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let mut group = Group::with_title(level.primary_title(&*diagnostic.message).id(diagnostic.code));
    for (at, file) in files.iter().enumerate() {
        let labels: Vec<(usize, &Label)> = diagnostic
            .labels
            .iter()
            .enumerate()
            .filter(|(_, label)| label.span.file.0 as usize == at)
            .collect();
        if labels.is_empty() {
            continue;
        }
        let window = window(labels.iter().map(|(_, label)| label.span), &file.text);
        if window.len() > LARGEST {
            for (_, label) in labels {
                group = told(group, file, label);
            }
            continue;
        }
        let annotations = labels.into_iter().map(|(order, label)| {
            let kind = if order == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
            let range = clamp(label.span, &file.text);
            kind.span(range.start - window.start..range.end - window.start).label(&*label.text)
        });
        let line = file.text[..window.start].matches('\n').count() + 1;
        let snippet = Snippet::source(&file.text[window.clone()]).line_start(line).path(&*file.path);
        group = group.element(snippet.annotations(annotations));
    }
    for help in &diagnostic.help {
        group = group.element(Level::HELP.message(&**help));
    }
    renderer.render(&[group])
}

/// More text than this is not drawn: a document may be one long line, and labels may be far apart.
const LARGEST: usize = 20_000;
/// A single line that is drawn, at most.
const LONGEST: usize = 2_000;

/// Adds the place of a label by itself: with its line, where that is not too long.
fn told<'a>(group: Group<'a>, file: &'a SourceFile, label: &'a Label) -> Group<'a> {
    let range = clamp(label.span, &file.text);
    let window = window(std::iter::once(label.span), &file.text);
    let line = file.text[..window.start].matches('\n').count() + 1;
    if window.len() <= LONGEST {
        let annotation = AnnotationKind::Primary.span(range.start - window.start..range.end - window.start);
        let snippet = Snippet::source(&file.text[window]).line_start(line).path(&*file.path);
        return group.element(snippet.annotation(annotation.label(&*label.text)));
    }
    let column = file.text[window.start..range.start].chars().count() + 1;
    let excerpt: String = file.text[range.start..].chars().take_while(|c| *c != '\n').take(60).collect();
    let origin = Origin::path(&*file.path).line(line).char_column(column);
    let says = if label.text.is_empty() { excerpt } else { format!("{}: {excerpt}", label.text) };
    group.element(origin).element(Level::NOTE.message(says))
}

/// The lines from the first to the last label: drawing takes time for every line it is given.
fn window(spans: impl Iterator<Item = Span>, text: &str) -> std::ops::Range<usize> {
    let ranges: Vec<_> = spans.map(|span| clamp(span, text)).collect();
    let first = ranges.iter().map(|range| range.start).min().unwrap_or(0);
    let last = ranges.iter().map(|range| range.end).max().unwrap_or(first);
    let start = text[..first].rfind('\n').map_or(0, |at| at + 1);
    let end = text[last..].find('\n').map_or(text.len(), |at| last + at + 1);
    start..end
}

/// The span's range, moved onto character boundaries inside the text and onto one line: a caret under a whole block
/// says less than one under its key.
fn clamp(span: Span, text: &str) -> std::ops::Range<usize> {
    let boundary = |mut at: usize| {
        at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let start = boundary(span.start);
    let end = boundary(span.end.max(start));
    let end = text[start..end].find('\n').map_or(end, |at| start + at);
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::FileId;

    fn drawn(text: &str, spans: &[(usize, usize)]) -> String {
        let files = [SourceFile { path: "f.yaml".into(), text: text.into() }];
        let mut diagnostic = Diagnostic::error("code", "message").help("do this");
        for (start, end) in spans {
            diagnostic = diagnostic.at(Span { file: FileId(0), start: *start, end: *end }, "here");
        }
        draw_plain(&diagnostic, &files)
    }

    #[test]
    fn lines_and_columns_are_those_of_the_whole_file() {
        let picture = drawn("one: 1\nzwei: 中文 x\nthree: 3\n", &[(20, 21)]);
        assert!(picture.contains("f.yaml:2:10"), "{picture}");
        assert!(picture.contains("2 | zwei: 中文 x"), "{picture}");
        assert!(!picture.contains("one"), "{picture}");
        let two = drawn("a: 1\nb: 2\nc: 3\n", &[(10, 11), (0, 1)]);
        assert!(two.contains("3 | c: 3") && two.contains("1 | a: 1"), "{two}");
    }

    #[test]
    fn a_long_line_is_not_drawn_and_its_place_is_told() {
        let text = format!("{}x: 1\n", "a".repeat(50_000));
        let picture = drawn(&text, &[(50_000, 50_001)]);
        assert!(picture.contains("f.yaml:1:50001"), "{picture}");
        assert!(picture.contains("here: x: 1"), "{picture}");
        assert!(picture.len() < 1000, "{picture}");
    }

    #[test]
    fn a_span_outside_the_text_is_drawn_all_the_same() {
        for (text, span) in
            [("", (0, 0)), ("", (5, 9)), ("a\n", (2, 3)), ("é", (1, 1)), ("a\nb", (0, 99)), ("a\n", (9, 2))]
        {
            assert!(drawn(text, &[span]).contains("error[code]: message"), "{text:?} {span:?}");
        }
    }
}
