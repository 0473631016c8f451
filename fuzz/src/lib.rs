//! What the fuzz targets share.

use std::collections::BTreeMap;
use std::sync::Arc;

use countersign::import::{importer, write};
use countersign::model::Contract;
use countersign::plan::{Options, Plan};
use countersign::text::library::Library;
use countersign::{lint, load, text};

/// A plan may be long; its beginning shows what a hostile contract does to the planner.
const CASES: usize = 200;

/// Reads a text the way every command does, and draws what there is to say about it.
pub fn read(path: &str, text: &str) -> Option<Contract> {
    let loaded = load::load_texts(vec![(path.to_owned(), text.to_owned())]);
    for diagnostic in &loaded.diagnostics {
        let _ = text::draw_plain(diagnostic, &loaded.files);
    }
    loaded.contract
}

/// Looks a contract over and plans its first cases.
pub fn use_it(contract: Contract) {
    let _ = lint::lint(&contract);
    let variables = Arc::new(serde_json::json!({}));
    let _ = Plan::new(Arc::new(contract), variables, Options::default()).take(CASES).count();
}

/// Imports a document; what was made of it has to be a contract that loads.
pub fn import(kind: &str, path: &str, text: &str) {
    let shelf = BTreeMap::from([(path.to_owned(), text.to_owned())]);
    let mut library = Library::new(&shelf);
    let Ok(file) = library.text(path) else { return };
    let kind = importer(kind).expect("a kind of import");
    let imported = match kind.import(&[file], &mut library) {
        Ok(imported) => imported,
        Err(wrong) => {
            assert!(!wrong.is_empty(), "a refusal says why");
            for diagnostic in &wrong {
                let _ = text::draw_plain(diagnostic, library.files());
            }
            return;
        }
    };
    for note in &imported.notes {
        let _ = text::draw_plain(note, library.files());
    }
    let written = write(&imported, library.files());
    let loaded = load::load_texts(vec![("contract.yaml".to_owned(), written.clone())]);
    let Some(contract) = loaded.contract else {
        let said: Vec<_> = loaded.diagnostics.iter().map(|one| text::draw_plain(one, &loaded.files)).collect();
        panic!("an imported contract does not load:\n{}\n{written}", said.join("\n"));
    };
    use_it(contract);
}
