//! A contract as the text of a contract file.

use super::Imported;
use crate::text::{SourceFile, tree};

/// How a file begins that was imported, and so may be imported again in the same place.
pub const MARK: &str = "# Imported, and imported again when the document changes: what you add belongs into a contract that amends this one.";

/// The contract as YAML for people to read and keep; what could not be brought over stands at its beginning.
#[must_use]
pub fn write(imported: &Imported, files: &[SourceFile]) -> String {
    let mut text = format!("{MARK}\n");
    if !imported.notes.is_empty() {
        text += "# Not brought over:\n";
    }
    for note in &imported.notes {
        let place = note.labels.first().map(|label| label.span.place(files)).unwrap_or_default();
        let file = place.file.rsplit('/').next().unwrap_or_default();
        let line = format!("#   {file}:{}: {}", place.line, note.message);
        text.extend(line.chars().map(|shown| if may_stand(shown) { shown } else { ' ' }));
        text.push('\n');
    }
    text + &tree::write(&imported.contract)
}

/// Whether a comment may have it (YAML 1.2 section 5.1), and shows it in its line.
fn may_stand(shown: char) -> bool {
    !shown.is_control() && !matches!(shown, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Diagnostic, FileId, Span};

    #[test]
    fn what_is_written_reads_back_as_the_same_contract() {
        let text = "countersign: 1\ntitle: '# no: \"comment'\noperations:\n  a: {request: GET /a, responses: {'200': {}, default: {says: '1'}}}\n";
        let contract = tree::read(text, FileId(0)).unwrap();
        let span = Span { file: FileId(0), start: 20, end: 21 };
        let notes = vec![Diagnostic::note("x", "a\nno\u{1c}te").at(span, "")];
        let files = [SourceFile { path: "/some/where/a.txt".into(), text: text.into() }];
        let written = write(&Imported { contract: contract.clone(), notes }, &files);
        assert!(written.starts_with(MARK));
        assert!(written.contains("#   a.txt:2: a no te\n"), "{written}");
        assert_eq!(tree::read(&written, FileId(1)).unwrap().json(), contract.json());
    }
}
