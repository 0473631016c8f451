//! Messages of the YAML reader as diagnostics.

use serde_saphyr::Error;

use super::{Diagnostic, FileId, Span, tree};

/// The diagnostic for a text that is not one YAML document. The reader can't go on after such an error, so it is the
/// only one of its file.
pub(super) fn diagnostic(error: &Error, text: &str, file: FileId) -> Diagnostic {
    let span = place(error, text, file);
    let said = plain(error);
    let budget =
        said.starts_with("budget breached") || matches!(error, Error::AliasReplayLimitExceeded { .. });
    if budget {
        return Diagnostic::error("too-large", "the file is larger or deeper than a contract can be")
            .at(span, "the limit is reached here")
            .help("a contract has at most 2000000 values, nested at most 64 deep; aliases count as often as they are used");
    }
    match error {
        Error::MultipleDocuments { .. } => {
            Diagnostic::error("several-documents", "the file holds more than one YAML document")
                .at(span, "a second document begins here")
                .help("write one file for each contract")
        }
        Error::MergeKeyNotAllowed { .. } => Diagnostic::error("merge-key", "`<<` is not part of YAML 1.2")
            .at(span, "not read")
            .help("use an alias for the whole value, or put shared parts under `schemas:`"),
        Error::UnsupportedTag { .. } => Diagnostic::error("yaml-tag", said)
            .at(span, "the value with the tag ends here")
            .help("tags have no meaning in a contract; quote the value if it begins with `!`"),
        Error::NonFiniteFloat { .. } => Diagnostic::error("not-a-number", "JSON has no such number")
            .at(span, "infinite, not a number, or too large")
            .help("quote it if it is text"),
        Error::NullIntoString { .. } => Diagnostic::error("bad-key", "a key can't be null").at(span, ""),
        Error::RecursiveReferencesRequireWeakTypes { .. } => {
            Diagnostic::error("recursive-alias", "an alias stands inside the value that it repeats")
                .at(span, "")
        }
        _ if said.contains("recursion limit") => {
            Diagnostic::error("too-large", "the file is nested deeper than a contract can be")
                .at(span, "the limit is reached here")
        }
        _ if said.contains("expected string scalar") => {
            Diagnostic::error("bad-key", "a key has to be text").at(span, "this is a list or a map")
        }
        _ => syntax(said, span, text),
    }
}

fn syntax(said: String, span: Span, text: &str) -> Diagnostic {
    let help = if said.contains("tab") {
        Some("indent with spaces; YAML does not allow tabs there")
    } else if said.contains("mapping values are not allowed") {
        Some("quote a text that has `: ` in it, or check the indentation of this line")
    } else if said.contains("unknown anchor") {
        Some(
            "an alias `*name` repeats what `&name` marked earlier in the file; quote a text that begins with `*`",
        )
    } else if said.contains("indentation") {
        Some("check the indentation, and whether a bracket or quote of the lines above is still open")
    } else if text[span.start.min(text.len())..].starts_with(['@', '`', '%']) {
        Some("quote a text that begins with this character")
    } else {
        None
    };
    let diagnostic =
        Diagnostic::error("yaml-syntax", said).at(span, "the file can't be read beyond this place");
    match help {
        Some(help) => diagnostic.help(help),
        None => diagnostic,
    }
}

/// The reader's own words, without the place that it writes after them.
fn plain(error: &Error) -> String {
    let said = error.without_snippet().to_string();
    said.split(" at line ").next().unwrap_or(&said).trim().to_owned()
}

/// Syntax errors carry characters, not bytes.
fn place(error: &Error, text: &str, file: FileId) -> Span {
    let Some(location) = error.location() else {
        return Span { file, start: 0, end: 1 };
    };
    if location.span().byte_offset().is_some() {
        return tree::span(location, file);
    }
    let line = usize::try_from(location.line()).unwrap_or(1).saturating_sub(1);
    let col = usize::try_from(location.column()).unwrap_or(1).saturating_sub(1);
    let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let rest = &text[start.min(text.len())..];
    let start = start + rest.chars().take(col).map(char::len_utf8).sum::<usize>();
    Span { file, start, end: start + 1 }
}
