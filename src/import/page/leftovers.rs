//! What a page says that no clause comes of: told, not dropped.

use super::block::Said;
use super::document::Page;
use super::section::{Holds, Parts, Piece};
use super::words::{self, Part};
use super::{statuses, table, uri};
use crate::text::Diagnostic;

/// What was read and is in no clause.
pub(super) fn leftovers(page: &mut Page, parts: &Parts) {
    for said in &parts.strange {
        page.notes.push(
            Diagnostic::note("unused-section", "a section of this name is not read")
                .at(said.span, "this heading"),
        );
    }
    for piece in &parts.pieces {
        match (&piece.holds, piece.part) {
            (Holds::Text(said), Some(Part::Constraints))
                if !words::none(&said.text) && !refers(&said.text) =>
            {
                let message = "said of the operation as a whole; no clause comes of it";
                page.notes.push(Diagnostic::note("not-a-clause", message).at(said.span, "this sentence"));
            }
            (Holds::Text(said), Some(Part::Uri | Part::Request | Part::Response)) if remark(said, piece) => {
                page.notes.push(
                    Diagnostic::note("not-a-clause", "no clause comes of this sentence")
                        .at(said.span, "this sentence"),
                );
            }
            (Holds::Code(said), Some(Part::ErrorCodes)) if said.text.trim_start().starts_with(['{', '[']) => {
                let message = "the example of a refusal says no status and is left out";
                page.notes.push(Diagnostic::note("strange-example", message).at(said.span, "this example"));
            }
            (Holds::Table(table), part) if !matches!(part, Some(Part::Aside)) => {
                let read = match part {
                    _ if statuses::lists(piece) => true,
                    Some(Part::Uri | Part::Request | Part::Response) => table::fields(table).is_some(),
                    Some(Part::StatusCodes) => true,
                    _ => false,
                };
                if read && part != Some(Part::StatusCodes) {
                    for said in table::nameless(table) {
                        let message = "a row without a name is left out";
                        page.notes.push(Diagnostic::note("unused-row", message).at(said.span, "this row"));
                    }
                }
                if let Some(first) = table.head.first().filter(|_| !read) {
                    page.notes.push(
                        Diagnostic::note("unused-table", "a table of this kind is not read")
                            .at(first.span, "this table"),
                    );
                }
            }
            _ => {}
        }
    }
}

/// Whether a line between the tables says something by itself.
fn remark(said: &Said, piece: &Piece) -> bool {
    let long =
        said.text.split_whitespace().count() > 5 || (!said.text.is_ascii() && said.text.chars().count() > 14);
    piece.caption.is_none()
        && long
        && uri::request_line(&said.text).is_none()
        && !refers(&said.text)
        && !said.text.starts_with(['{', '['])
}

/// A sentence that only sends the reader elsewhere.
fn refers(text: &str) -> bool {
    let lower = text.to_lowercase();
    lower.chars().count() < 160
        && ["for details, see", "for details about", "see ", "refer to", "请参见", "参见", "请参考", "详情"]
            .iter()
            .any(|word| lower.contains(word))
}
