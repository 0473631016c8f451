//! Reference pages → a contract: plain text, HTML and Markdown, in English and Chinese.
//!
//! In stages, each of them pure: text → blocks ([`plain`], [`html`], [`markdown`]) → the blocks of each operation ([`split`])
//! → parts by their headings ([`section`], [`words`]) → rows ([`table`], [`nest`]) → promises of their descriptions ([`limits`]) → one page
//! ([`document`]) → pages of the same operation as one ([`join`], [`ledger`]) → a tree in the contract format ([`contract`]).

mod against;
mod block;
mod build;
mod contract;
mod curl;
mod document;
mod example;
mod html;
mod join;
mod kind;
mod ledger;
mod leftovers;
mod limits;
mod listed;
mod markdown;
mod masked;
mod name;
mod nest;
mod operation;
mod origin;
mod plain;
mod prose;
mod response;
mod schema;
mod section;
mod split;
mod statuses;
mod table;
mod tabled;
mod uri;
mod words;

use super::{Imported, Importer};
use crate::text::library::Library;
use crate::text::{Diagnostic, FileId, Span};

/// Reference pages.
#[derive(Debug)]
pub(super) struct Pages;

impl Importer for Pages {
    fn id(&self) -> &'static str {
        "page"
    }

    fn explain(&self) -> &'static str {
        "API reference pages: plain text, HTML or Markdown, in English or Chinese; pages of one operation become one"
    }

    fn endings(&self) -> &'static [&'static str] {
        &["txt", "md", "markdown", "html", "htm"]
    }

    fn import(&self, documents: &[FileId], library: &mut Library<'_>) -> Result<Imported, Vec<Diagnostic>> {
        let (mut pages, mut wrong) = (Vec::new(), Vec::new());
        for file in documents {
            let source = &library.files()[file.0 as usize];
            let read = document::read(*file, source);
            if read.is_empty() {
                wrong.push(no_page(*file, &source.text));
            }
            pages.extend(read);
        }
        if !wrong.is_empty() || pages.is_empty() {
            return Err(wrong);
        }
        let (contract, notes) = contract::contract(&pages, library.files());
        let mut notes: Vec<Diagnostic> = pages.into_iter().flat_map(|page| page.notes).chain(notes).collect();
        notes.sort_by_key(|note| note.labels.first().map(|label| label.span));
        Ok(Imported { contract, notes })
    }
}

fn no_page(file: FileId, text: &str) -> Diagnostic {
    let end = text.find('\n').unwrap_or(text.len());
    let message = "this is no page about an operation: no line in it says a method and a path";
    Diagnostic::error("no-api-page", message)
        .at(Span { file, start: 0, end }, "the page begins here")
        .help("a reference page has a line such as `GET /v1/things/{thing_id}`")
        .help("lists of error codes, guides and overviews can't be imported")
}
