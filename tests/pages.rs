//! Reference pages in many layouts → contracts: golden files, and runs of what was imported.
//!
//! `UPDATE_GOLDEN=1 cargo test --test pages` writes what is expected anew; look at the difference before committing it.

#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test reads files, and may panic")]

mod support;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use countersign::import::{Imported, importer, write};
use countersign::load::{load, load_texts};
use countersign::model::{ClauseKind, Contract};
use countersign::text::library::{Disk, Library};
use countersign::text::{SourceFile, draw_plain};
use support::ran;

/// Pages of our own, by the name of the contract that they become.
const PAGES: [(&str, &[&str]); 12] = [
    ("create-board", &["create-board.html"]),
    ("list-notes", &["list-notes.md"]),
    ("delete-note", &["delete-note.txt"]),
    ("update-note", &["update-note.zh.html"]),
    ("search-things", &["search-things.txt"]),
    ("list-shelves", &["list-shelves.txt"]),
    ("delete-note-releases", &["delete-note.txt", "delete-note-2.txt"]),
    ("shelves-api", &["shelves-api.md"]),
    ("move-book", &["move-book.txt"]),
    ("show-book", &["show-book.zh.txt"]),
    ("tag-photo", &["tag-photo.md"]),
    ("rename-drawer", &["rename-drawer.html"]),
];

fn import(paths: &[PathBuf]) -> Result<(Imported, Vec<SourceFile>), String> {
    let mut library = Library::new(&Disk);
    let documents: Vec<_> = paths.iter().map(|path| library.text(&path.to_string_lossy()).unwrap()).collect();
    let imported = importer("page").unwrap().import(&documents, &mut library);
    let files = library.files().to_vec();
    match imported {
        Ok(imported) => Ok((imported, files)),
        Err(wrong) => Err(wrong.iter().map(|diagnostic| draw_plain(diagnostic, &files)).collect()),
    }
}

fn ours(names: &[&str]) -> Vec<PathBuf> {
    names.iter().map(|name| Path::new("tests/pages").join(name)).collect()
}

/// The imported contract as text and as it is loaded from this text.
fn contract(paths: &[PathBuf]) -> (String, Contract) {
    let (imported, files) = import(paths).unwrap();
    let text = write(&imported, &files);
    let loaded = load_texts(vec![("imported.yaml".to_owned(), text.clone())]);
    let wrong: String =
        loaded.diagnostics.iter().map(|diagnostic| draw_plain(diagnostic, &loaded.files) + "\n").collect();
    assert!(wrong.is_empty(), "{wrong}\n{text}");
    (text, loaded.contract.unwrap())
}

/// Compares with the golden file, or writes it.
fn golden(name: &str, actual: &str) -> Result<(), String> {
    let path = Path::new("tests/golden/import").join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, actual).unwrap();
        return Ok(());
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    if expected == actual {
        return Ok(());
    }
    let diff = similar::TextDiff::from_lines(&expected, actual);
    Err(format!("{} differs:\n{}", path.display(), diff.unified_diff().context_radius(2)))
}

#[test]
fn pages_in_all_layouts_become_these_contracts() {
    let mut wrong = Vec::new();
    for (name, pages) in PAGES {
        let (imported, files) = import(&ours(pages)).unwrap();
        wrong.extend(golden(&format!("{name}.yaml"), &write(&imported, &files)).err());
        contract(&ours(pages));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_imported_contract_runs_against_the_mock_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    for (name, pages) in PAGES {
        let (text, _) = contract(&ours(pages));
        let path = folder.path().join(format!("{name}.yaml"));
        std::fs::write(&path, text).unwrap();
        let path = path.to_string_lossy().into_owned();
        let report = folder.path().join(name).to_string_lossy().into_owned();
        let ran = ran(&["run", &path, "--target", "mock", "--report", &report]);
        assert_eq!(ran.code, 0, "{name}: {ran}");
    }
}

#[test]
fn every_word_of_evidence_stands_on_the_page() {
    let mut pages: Vec<Vec<PathBuf>> = PAGES.iter().map(|(_, pages)| ours(pages)).collect();
    pages.extend(
        published()
            .into_iter()
            .filter(|path| import(std::slice::from_ref(path)).is_ok())
            .map(|path| vec![path]),
    );
    for pages in pages {
        let (imported, files) = import(&pages).unwrap();
        let tree = imported.contract.json();
        let mut cited = Vec::new();
        sentences(&tree, false, &mut cited);
        assert!(cited.len() > 5);
        for sentence in cited {
            let (place, quote) = sentence.split_once(' ').unwrap();
            let (source, span) = place.split_once(':').unwrap();
            let (first, last) = span.split_once('-').unwrap_or((span, span));
            let (first, last): (usize, usize) = (first.parse().unwrap(), last.parse().unwrap());
            let document = tree["sources"][source]["document"].as_str().unwrap();
            let file = files.iter().find(|file| file.path.ends_with(document)).unwrap();
            let lines: Vec<&str> = file.text.lines().collect();
            // The mark of an element of a list, or of a definition, is no word.
            let unmarked = |line: &&str| line.trim_start().trim_start_matches(['-', ':']).to_owned();
            let there = lines.get(first - 1..last).is_some_and(|lines| {
                let quote = quote.trim_matches('"');
                let elements = lines.iter().map(unmarked).collect::<Vec<_>>();
                stands(quote, &lines.join(" ")) || stands(quote, &elements.join(" "))
            });
            assert!(there, "{}: {sentence}", file.path);
        }
    }
}

/// Every sentence under `from` or `sides`.
fn sentences(value: &serde_json::Value, cited: bool, out: &mut Vec<String>) {
    match value {
        serde_json::Value::String(text) if cited => out.push(text.clone()),
        serde_json::Value::Array(elements) => {
            for element in elements {
                sentences(element, cited, out);
            }
        }
        serde_json::Value::Object(members) => {
            for (key, member) in members {
                sentences(member, cited || key == "from" || key == "sides", out);
            }
        }
        _ => {}
    }
}

/// Letters and symbols only, without the marks of tables, HTML and Markdown.
fn flat(text: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for c in text.replace("&lt;", "<").chars() {
        match c {
            '<' => inside = true,
            '>' if inside => inside = false,
            c if !inside && !c.is_whitespace() && !"|`\\\"*".contains(c) => out.push(c),
            _ => {}
        }
    }
    out
}

/// Whether the parts of a quote between ellipses stand in the text, in this order.
fn stands(quote: &str, text: &str) -> bool {
    // Symbols such as `<` may be marks of HTML or be meant: both readings count.
    let symbols = |text: &str| -> String {
        text.chars().filter(|c| !c.is_whitespace() && !"|`\\\"*".contains(*c)).collect()
    };
    [flat as fn(&str) -> String, |text| {
        text.chars().filter(|c| !c.is_whitespace() && !"|`\\\"*".contains(*c)).collect()
    }]
    .iter()
    .any(|reading| {
        let text = reading(text);
        let mut rest = text.as_str();
        quote.split("...").map(symbols).filter(|part| !part.is_empty()).all(|part| {
            let Some(at) = rest.find(&part) else { return false };
            rest = &rest[at + part.len()..];
            true
        })
    })
}

#[test]
fn what_is_no_api_page_is_refused_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.yaml");
    let out = out.to_string_lossy();
    let mut strangers = ours(&["error-codes.txt"]);
    strangers.extend(published().into_iter().filter(|path| path.to_string_lossy().contains("error-codes")));
    for page in strangers {
        let ran = ran(&["import", "page", &page.to_string_lossy(), "--out", &out]);
        assert_eq!(ran.code, 2, "{ran}");
        assert!(ran.stderr.contains("no page about an operation") && ran.stdout.is_empty(), "{ran}");
        assert!(!Path::new(&*out).exists());
    }
}

#[test]
fn a_contradiction_in_a_list_names_the_clause_of_its_elements() {
    let page = "Listing Drawers\nFunction\nLists drawers.\nURI\nGET /v1/drawers\nResponse Parameters\nStatus code: 200\nTable 1 \
                Response body parameters\nParameter\nType\nDescription\nid\nString\nID of the drawer. It contains 3 to 8 \
                characters.\nExample Response\nStatus code: 200\nOK\n[ { \"id\" : \"a\" } ]\nStatus Codes\nStatus \
                Code\nDescription\n200\nOK\n";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list-drawers.txt");
    std::fs::write(&path, page).unwrap();
    let (text, contract) = contract(&[path]);
    let concerns: Vec<_> = contract.contradictions.iter().flat_map(|known| &known.concerns).collect();
    let address = |id: &countersign::model::ClauseId| contract.clause(*id).address.clone();
    let concerns: Vec<String> = concerns.into_iter().map(address).collect();
    assert!(
        concerns.iter().any(|one| one.ends_with("response/200/body/items/id/minLength")),
        "{concerns:?}\n{text}"
    );
}

#[test]
fn importing_again_keeps_what_lies_over_it() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let page = std::fs::read_to_string("tests/pages/delete-note.txt").unwrap();
    std::fs::write(at("page.txt"), &page).unwrap();
    let import = || ran(&["import", "page", &at("page.txt"), "--out", &at("imported.yaml")]);
    let first = import();
    assert_eq!(first.code, 0, "{first}");
    std::fs::write(
        at("contract.yaml"),
        "countersign: 1\ntitle: Notes\namends: imported.yaml\ndefaults: { refused: { status: 400, convention: as elsewhere } }\n\
         operations: { delete-note: { effect: delete, rules: { quiet: { then: body is none, when: status == 204, convention: it says nothing } } } }\n",
    )
    .unwrap();
    let clauses = || {
        let loaded = load(&[PathBuf::from(at("contract.yaml"))]);
        let wrong: String =
            loaded.diagnostics.iter().map(|diagnostic| draw_plain(diagnostic, &loaded.files)).collect();
        loaded.contract.unwrap_or_else(|| panic!("{wrong}"))
    };
    let before = clauses();
    assert!(before.clause_at("delete-note/rule/quiet").is_some());
    let limit = |contract: &Contract| {
        let clause = contract
            .clause(contract.clause_at("delete-note/request/path/note_id/maxLength").unwrap())
            .clone();
        assert!(clause.origin.place.file.ends_with("imported.yaml"));
        match clause.kind {
            ClauseKind::Constraint { limit, .. } => limit,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(limit(&before), 36);
    std::fs::write(at("page.txt"), page.replace("Maximum length: 36", "Maximum length: 40")).unwrap();
    let second = import();
    assert_eq!(second.code, 0, "{second}");
    let after = clauses();
    assert_eq!(limit(&after), 40);
    assert!(after.clause_at("delete-note/rule/quiet").is_some());
    // What somebody wrote is not written over.
    std::fs::write(at("imported.yaml"), "mine").unwrap();
    assert_eq!(import().code, 2);
    assert_eq!(std::fs::read_to_string(at("imported.yaml")).unwrap(), "mine");
}

#[test]
fn no_page_is_too_odd() {
    for (_, pages) in PAGES {
        for path in ours(pages) {
            let text = std::fs::read_to_string(&path).unwrap();
            let cuts = (0..text.len()).step_by(97).filter(|at| text.is_char_boundary(*at));
            for (number, at) in cuts.enumerate() {
                let (before, after) = text.split_at(at);
                odd(&path, after);
                odd(&path, before);
                // What has a meaning in a contract.
                let sign = ["{{", "\"", "}}", "{", "\\", "/"][number % 6];
                odd(&path, &format!("{before}{sign}{after}"));
            }
            let lines: Vec<&str> = text.lines().collect();
            for skip in 0..lines.len() {
                let mut fewer = lines.clone();
                fewer.remove(skip);
                odd(&path, &fewer.join("\n"));
            }
        }
    }
}

#[test]
fn what_is_left_out_is_told() {
    for (page, told) in [
        ("shelves-api.md", vec!["unused-table", "no-success-status", "broken-example"]),
        ("move-book.txt", vec!["not-understood", "not-understood", "not-understood", "strange-example"]),
        ("show-book.zh.txt", vec!["unused-row"]),
    ] {
        let (imported, files) = import(&ours(&[page])).unwrap();
        let codes: Vec<&str> = imported.notes.iter().map(|note| note.code).collect();
        let drawn: String = imported.notes.iter().map(|note| draw_plain(note, &files)).collect();
        assert_eq!(codes, told, "{drawn}");
    }
}

#[test]
fn large_and_broken_pages_are_read_in_time() {
    let folder = tempfile::tempdir().unwrap();
    let page = std::fs::read_to_string("tests/pages/move-book.txt").unwrap();
    let piped = std::fs::read_to_string("tests/pages/show-book.zh.txt").unwrap();
    let many = |text: &str| text.repeat(300_000 / text.len() + 1);
    let started = std::time::Instant::now();
    for (index, text) in [
        many(&page),
        many(&piped),
        many("Parameter\n\nYes\n\nString\n\n{\n\n"),
        many("| a | b |\n|---|---|\n| c | d |\n"),
        many("GET /a\n\n{ \"a\": [\n"),
        format!("GET /a\nExample request\n{}", many("curl 'x \"")),
        format!(
            "GET /a\nRequest Parameters\nName |\nDescription |\n---|---|\nid |\n{} |\n",
            many("at most 3 characters, ")
        ),
        page.replace('\n', "\r\n"),
        page.replace('\n', "\t\n"),
        page.replace("String", "Str\0ing\0"),
        page.chars()
            .map(|c| if c.is_ascii_graphic() { char::from_u32(c as u32 + 0xfee0).unwrap() } else { c })
            .collect(),
        format!("{page}{piped}"),
    ]
    .iter()
    .enumerate()
    {
        let path = folder.path().join(format!("{index}.txt"));
        std::fs::write(&path, text).unwrap();
        odd(&path, text);
        assert!(started.elapsed().as_secs() < 120, "{index} took {:?}", started.elapsed());
    }
}

#[test]
fn braces_in_examples_are_sent_as_they_stand_and_placeholders_are_told() {
    let page = "Make a note\n\nPOST /notes\n\nExample request\n\n{ \"text\": \"To {{do\", \"owner\": \"{{ user_name }}\" }\n\nStatus code: 201\n";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("page.txt");
    std::fs::write(&path, page).unwrap();
    let (text, contract) = contract(&[path]);
    let body = &contract.operations[0].examples[0].request.body;
    let body = body.clone().flatten().unwrap_or_else(|| panic!("{text}"));
    assert_eq!(countersign::conform::fill(&body["text"], &serde_json::json!({})).unwrap(), "To {{do");
    assert!(text.contains("owner: {masked: "), "{text}");
}

#[test]
fn a_credential_that_stands_twice_is_one_and_another_one_is_a_header() {
    let row = |name: &str| format!("| {name} | Yes | String | Says who asks. |\n");
    let table = "| Parameter | Mandatory | Type | Description |\n|---|---|---|---|\n";
    let rows = row("X-Auth-Token") + &row("X-Auth-TOKEN") + &row("X-Access-Token");
    let page = format!(
        "Find notes\n\nGET /notes\n\nTable 1 Request header parameters\n\n{table}{rows}\nStatus code: 200\n"
    );
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("page.md");
    std::fs::write(&path, page).unwrap();
    let (text, contract) = contract(&[path]);
    let [find] = contract.operations.as_slice() else { panic!("{text}") };
    assert_eq!(find.security.len(), 1, "{text}");
    assert_eq!(
        find.parameters.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(),
        ["X-Access-Token"],
        "{text}"
    );
}

#[test]
fn parameters_may_have_any_name_and_members_stand_where_their_object_does() {
    let page = "Find notes\n\nPOST /notes?a%20b={b}&={c}\n\nTable 1 Query parameters\n\n| Parameter | Mandatory | Type | Description |\n|---|---|---|---|\n| order | No | String | Order. |\n\nTable 2 Request body parameters\n\n| Parameter | Mandatory | Type | Location | Description |\n|---|---|---|---|---|\n| filter | No | Filter object | | What is sought. |\n\nTable 3 Filter\n\n| Parameter | Mandatory | Type | In | Description |\n|---|---|---|---|---|\n| key | No | String | query | At most 30 characters. Maximum: 120 |\n\nStatus code: 200\n";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("page.md");
    std::fs::write(&path, page).unwrap();
    let (text, contract) = contract(&[path]);
    let names: Vec<&str> = contract.operations[0].parameters.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["order", "a b"], "{text}");
    let concerns = "find-notes/request/body/filter/key/maxLength";
    assert!(contract.clause_at(concerns).is_some() && text.contains(&format!("[{concerns}]")), "{text}");
}

/// What a page of this text becomes.
fn read(page: &str, name: &str) -> (String, Contract) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, page).unwrap();
    contract(&[path])
}

/// The addresses of the clauses, with `end` at their ends.
fn addresses(contract: &Contract, end: &str) -> Vec<String> {
    let all = contract.clauses.iter().map(|clause| clause.address.clone());
    all.filter(|address| address.ends_with(end)).collect()
}

#[test]
fn members_with_brackets_behind_their_names_are_arrays() {
    let page = |rows: &str| {
        format!(
            "# Create a server\n\n`POST /servers`\n\n## Request body\n\n| Field | Type | Required | Description |\n|---|---|---|---|\n{rows}\n\
             Status code: 202\n\n## Example request\n\n```json\n{{\"volumes\": [{{\"size\": 20}}]}}\n```\n"
        )
    };
    let size = "| volumes[].size | integer | true | Size. At least 10. |\n";
    for rows in [format!("| volumes[] | object | false | Volumes. |\n{size}"), size.to_owned()] {
        let (text, contract) = read(&page(&rows), "page.md");
        assert!(
            contract.clause_at("create-server/request/body/volumes/items/size/minimum").is_some(),
            "{text}"
        );
        assert!(!text.contains("contradictions:") && !text.contains("volumes[]:"), "{text}");
    }
    let (text, contract) = read(&page("| tags[] | string | false | Tags. |\n"), "page.md");
    assert_eq!(addresses(&contract, "/tags/type"), ["create-server/request/body/tags/type"], "{text}");
    // In a query it is a name.
    let query = "# Find notes\n\n`GET /notes`\n\n## Query parameters\n\n| Name | Type | Description |\n|---|---|---|\n| ids[] | integer | IDs. |\n\nStatus code: 200\n";
    let (text, contract) = read(query, "page.md");
    assert_eq!(contract.operations[0].parameters[0].name, "ids[]", "{text}");
}

#[test]
fn what_a_page_calls_nullable_may_be_null() {
    let page = "# Get a note\n\n`GET /note`\n\n## Response parameters\n\nStatus code: 200\n\n| Name | Type | Description |\n|---|---|---|\n\
                | due | string | Due date, nullable. At most 10 characters. |\n| color | string | Nullable. One of: red, blue. |\n\
                | owner | string or null | Who. |\n| id | integer | It cannot be null. |\n\n## Example response\n\n```json\n\
                {\"due\": null, \"color\": null, \"owner\": null, \"id\": 7}\n```\n";
    let (text, contract) = read(page, "page.md");
    assert!(contract.contradictions.is_empty(), "{text}");
    assert_eq!(text.matches("type: [string, \"null\"]").count(), 3, "{text}");
    assert!(text.contains("enum: [red, blue, null]") && text.contains("type: integer"), "{text}");
}

/// The statuses of a page's only operation, with what is said of each.
fn answers(page: &str, name: &str) -> Vec<String> {
    let (_, contract) = read(page, name);
    contract.operations[0]
        .responses
        .iter()
        .map(|response| {
            let shown = if response.examples.is_empty() { "" } else { " shown" };
            format!("{}{shown}", response.status.as_str())
        })
        .collect()
}

#[test]
fn what_stands_below_returns_is_an_answer() {
    for (page, statuses) in [
        (
            "# Get a refund\n\n`GET /refunds/:id`\n\n### Parameters\n\nNone.\n\n### Returns\n\nThe refund.\n\n```json\n{\"id\": \"a\"}\n```\n",
            vec!["2XX shown"],
        ),
        (
            "# Get a thing\n\n`GET /t`\n\n## Responses\n\n### 204 No Content\n\n### 4xx\n\n```json\n{\"error\": 1}\n```\n",
            vec!["204", "4XX shown"],
        ),
    ] {
        assert_eq!(answers(page, "page.md"), statuses, "{page}");
        let (text, _) = read(page, "page.md");
        assert!(!text.contains("    body:"), "{text}");
    }
}

#[test]
fn statuses_stand_in_lines_lists_and_tables() {
    let start = "# Make a thing\n\n`POST /things`\n\n";
    for (rest, statuses) in [
        (
            "## Response\n\n`201 Created`\n\n```json\n{\"id\": \"a\"}\n```\n\n## Errors\n\n- `400` Bad Request\n- `409` Conflict\n",
            vec!["201 shown", "400", "409"],
        ),
        ("## Responses\n\n201 Created\n\n404 Not Found\n", vec!["201", "404"]),
        ("## Response\n\nHTTP status: 200 OK\n", vec!["200"]),
        (
            "## Responses\n\n| Status | Description |\n|---|---|\n| `201 Created` | made |\n| `404` | none |\n\n\
             ## Errors\n\n| Status | Code | Description |\n|---|---|---|\n| 400 | bad_json | Problems |\n| 409 | exists | There |\n",
            vec!["201", "400", "404", "409"],
        ),
        (
            "## Responses\n\n| HTTP status code | Description |\n|---|---|\n| 202 | Accepted |\n\n\
             ## Errors\n\n| Code | HTTP status | Meaning |\n|---|---|---|\n| bad_json | 400 | Problems |\n",
            vec!["202", "400"],
        ),
    ] {
        assert_eq!(answers(&format!("{start}{rest}"), "page.md"), statuses, "{rest}");
    }
    let definitions = "<html><body><h1>Get item</h1><p>GET /items</p><h2>Response</h2><p>HTTP status: 200 OK</p>\
                       <p>Fields:</p><dl><dt>state</dt><dd>String. The state.</dd></dl><h2>Errors</h2>\
                       <dl><dt>ConflictException</dt><dd>Taken. HTTP Status Code: 409</dd></dl></body></html>";
    assert_eq!(answers(definitions, "page.html"), ["200", "409"]);
    let (text, contract) = read(definitions, "page.html");
    assert_eq!(
        addresses(&contract, "/type"),
        ["get-item/response/200/body/type", "get-item/response/200/body/state/type"],
        "{text}"
    );
}

/// A page that nobody would write is refused, or becomes a contract that loads.
fn odd(path: &Path, text: &str) {
    let path = path.to_string_lossy().into_owned();
    let shelf = std::collections::BTreeMap::from([(path.clone(), text.to_owned())]);
    let mut library = Library::new(&shelf);
    let file = library.text(&path).unwrap();
    let Ok(imported) = importer("page").unwrap().import(&[file], &mut library) else { return };
    let written = write(&imported, library.files());
    let loaded = load_texts(vec![("imported.yaml".to_owned(), written.clone())]);
    let wrong: String =
        loaded.diagnostics.iter().map(|diagnostic| draw_plain(diagnostic, &loaded.files)).collect();
    assert!(loaded.contract.is_some(), "{wrong}\n{text}\n{written}");
}

/// The published pages, where they are beside the project.
#[expect(clippy::print_stdout, reason = "tells why a test did nothing")]
fn published() -> Vec<PathBuf> {
    let folder = Path::new("../shared/corpus/pages");
    let Ok(entries) = std::fs::read_dir(folder) else {
        println!("skipped: the published pages are not beside the project");
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "txt"))
        .collect();
    paths.sort();
    paths
}

/// What the published pages have, counted by hand: operations, path, query, header parameters; members of the request;
/// bounds, patterns and lists of values in requests; examples; statuses; notes about examples.
struct Expected {
    page: &'static str,
    request: &'static str,
    parameters: [&'static [&'static str]; 3],
    statuses: &'static [&'static str],
    clauses: &'static [&'static str],
    requests: usize,
    answers: usize,
}

include!("pages/expected.rs");

#[test]
fn the_published_pages_import_with_all_that_they_promise() {
    let mut table = String::from(
        "| page | constraints | members | request examples | answer examples | statuses | notes |\n|---|---|---|---|---|---|---|\n",
    );
    let paths = published();
    for expected in EXPECTED {
        let Some(path) = paths.iter().find(|path| path.ends_with(format!("{}.txt", expected.page))) else {
            continue;
        };
        let (imported, _) = import(std::slice::from_ref(path)).unwrap();
        let (text, contract) = contract(std::slice::from_ref(path));
        let operation = &contract.operations[0];
        assert_eq!(format!("{} {}", operation.method, operation.path), expected.request, "{text}");
        for (location, names) in ["path", "query", "header"].iter().zip(expected.parameters) {
            let mut found: Vec<&str> = operation
                .parameters
                .iter()
                .filter(|one| one.location.word() == *location)
                .map(|one| one.name.as_str())
                .collect();
            if *location == "header" {
                found.extend(operation.security.iter().map(|one| one.name.as_str()));
            }
            found.sort_unstable();
            let mut names = names.to_vec();
            names.sort_unstable();
            assert_eq!(found, names, "{}: {location}", expected.page);
        }
        let statuses: Vec<&str> =
            operation.responses.iter().map(|response| response.status.as_str()).collect();
        assert_eq!(statuses, expected.statuses, "{}", expected.page);
        // Exactly these bounds, patterns and lists, and no others.
        let keywords =
            ["minLength", "maxLength", "minimum", "maximum", "pattern", "enum", "minItems", "maxItems"];
        let found: Vec<String> = contract
            .clauses
            .iter()
            .filter_map(|clause| match &clause.kind {
                ClauseKind::Constraint { keyword, limit, .. } if keywords.contains(&keyword.as_str()) => {
                    Some(format!("{} {limit}", clause.address.split_once('/').unwrap().1))
                }
                _ => None,
            })
            .collect();
        assert_eq!(found, expected.clauses, "{}", expected.page);
        let answers: usize = operation.responses.iter().map(|response| response.examples.len()).sum();
        assert_eq!(
            (operation.examples.len(), answers),
            (expected.requests, expected.answers),
            "{}",
            expected.page
        );
        let members = contract
            .clauses
            .iter()
            .filter(|clause| clause.leaf() == "type" && clause.address.contains("/body/"))
            .count();
        writeln!(
            table,
            "| {} | {} of {} | {members} | {} of {} | {answers} of {} | {} of {} | {} |",
            expected.page,
            found.len(),
            expected.clauses.len(),
            operation.examples.len(),
            expected.requests,
            expected.answers,
            statuses.len(),
            expected.statuses.len(),
            imported.notes.len(),
        )
        .unwrap();
    }
    if paths.is_empty() {
        return;
    }
    let document = std::fs::read_to_string("docs/import.md").unwrap();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        let start = document.find("| page |").unwrap();
        let end = document[start..].find("\n\n").map_or(document.len(), |end| start + end + 1);
        std::fs::write("docs/import.md", format!("{}{table}{}", &document[..start], &document[end..]))
            .unwrap();
    } else {
        assert!(document.contains(&table), "docs/import.md is not up to date:\n{table}");
    }
}

#[test]
fn the_imported_contracts_are_what_the_pages_say() {
    let folder = Path::new("../shared/seeds");
    if !folder.is_dir() {
        println!("skipped: the published pages are not beside the project");
        return;
    }
    let mut pages: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    pages.sort();
    let order =
        |at: &[usize]| at.iter().map(|at| pages[*at].to_string_lossy().into_owned()).collect::<Vec<_>>();
    for (name, pages, others) in [
        ("roma-link-products", order(&[2, 3, 0, 1]), &["--brief"][..]),
        ("ddm-accounts", order(&[4]), &["--brief", "--name", "reset-account-password"]),
    ] {
        let mut arguments = vec!["import", "page"];
        arguments.extend(pages.iter().map(String::as_str));
        arguments.extend(others);
        let ran = ran(&arguments);
        assert_eq!(ran.code, 0, "{ran}");
        let kept = std::fs::read_to_string(format!("contracts/imported/{name}.yaml")).unwrap();
        assert!(
            kept == ran.stdout,
            "contracts/imported/{name}.yaml is not what `countersign {}` writes",
            arguments.join(" ")
        );
    }
}

#[test]
fn what_lies_over_the_imports_adds_and_takes_nothing_away() {
    for name in ["roma-link-products", "ddm-accounts"] {
        let addresses = |path: String| -> Vec<String> {
            let loaded = load(&[PathBuf::from(path)]);
            loaded.contract.unwrap().clauses.into_iter().map(|clause| clause.address).collect()
        };
        let imported = addresses(format!("contracts/imported/{name}.yaml"));
        let whole = addresses(format!("contracts/{name}.yaml"));
        let lost: Vec<&String> = imported.iter().filter(|address| !whole.contains(address)).collect();
        assert!(lost.is_empty(), "{lost:?}");
        // What no page says: how others are refused, times, secrets, steadiness, rules, cases and sequences; bounds of a
        // member that only an example shows.
        let unsaid = [
            "/unknown",
            "/request/method",
            "/request/body/required",
            "/request/body/json",
            "/within",
            "/secrets",
            "/steady",
            "/X-Auth-Token",
            "/last_updated_datetime/minimum",
            "/last_updated_datetime/maximum",
        ];
        let by_hand = |address: &String| {
            unsaid.iter().any(|end| address.ends_with(end))
                || address.starts_with("sequence/")
                || address.contains("/rule/")
                || address.contains("/case/")
        };
        let more: Vec<&String> =
            whole.iter().filter(|address| !imported.contains(address) && !by_hand(address)).collect();
        assert!(more.is_empty(), "{more:?}");
    }
}

#[test]
fn the_ledger_tells_who_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let contract = |bounds: &str, undecided: bool| {
        format!(
            "countersign: 1\ntitle: Notes\nsources: {{ page: {{ title: Notes }} }}\noperations:\n  get-note:\n    request: GET /note\n    \
             responses:\n      200:\n        schema:\n          type: object\n          required: [id, text]\n          properties:\n            \
             id: {{ type: string, {bounds}, from: 'page:3 \"at most\"' }}\n            text: {{ type: string, maxLength: 9, from: 'page:4 \"at most 9\"' }}\n        \
             example: {{ id: abcdef, text: hello }}\ncontradictions:\n  length-of-id:\n    says: The example has 6 characters, the table allows 3.\n    \
             sides: ['page:3 \"at most\"', 'page:9 \"abcdef\"']\n    concerns: [get-note/response/200/body/id/maxLength]\n    taken: nothing\n    undecided: {undecided}\n"
        )
    };
    std::fs::write(at("deployment.yaml"), contract("maxLength: 8", false)).unwrap();
    std::fs::write(
        at("contract.yaml"),
        contract("maxLength: 3", true).replace("maxLength: 9", "maxLength: 4"),
    )
    .unwrap();
    let verdicts = |contract: &str, target: &str, name: &str| {
        let report = at(name);
        let ran = ran(&["run", &at(contract), "--target", target, "--report", &report]);
        let report = support::report(Path::new(&report));
        let mut all: Vec<String> = report["ledger"]
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| {
                format!("{} {}", entry["name"].as_str().unwrap(), entry["verdict"].as_str().unwrap())
            })
            .collect();
        all.sort();
        (ran, all)
    };
    // The deployment keeps one of the two contracts.
    let (port, _) = support::deployed(|_| (200, r#"{ "id": "abcdef", "text": "hello" }"#));
    let target = format!("http://127.0.0.1:{port}");
    let (ran, found) = verdicts("deployment.yaml", &target, "a");
    assert_eq!(found, ["length-of-id documentation-contradicts-itself"], "{ran}");
    let (ran, found) = verdicts("contract.yaml", &target, "b");
    assert_eq!(
        found,
        ["get-note/response/200/body/text/maxLength deployment-wrong", "length-of-id documentation-wrong"],
        "{ran}"
    );
    assert!(ran.stdout.contains("contradictions of the documentation: 1 documentation wrong"), "{ran}");
}
