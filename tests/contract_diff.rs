//! `countersign diff`: each kind of change, with whom it breaks something for, as a table; the command line.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::process::Command;

use countersign::conform::Judge;
use countersign::diff::{Change, Impact, Kind, diff};
use countersign::load::load_texts;
use countersign::model::Contract;
use serde_json::Value;

/// What the rows of the tables change.
const BASE: &str = r#"countersign: 1
title: Things
variables: { token: { secret: true }, thing: { says: a thing } }
security: { token: { in: header, name: X-Token, value: "{{token}}", refused: { status: 401 } } }
defaults: { within: 2s, refused: { status: 400 } }
operations:
  get-thing:
    request: GET /things/{thing_id}
    parameters:
      thing_id: { in: path, schema: { type: integer, minimum: 1 }, value: "{{thing}}", unknown: { status: 404 } }
      view: { in: query, schema: { type: string, enum: [short, long] } }
    responses:
      200:
        schema:
          type: object
          required: [id]
          properties: { id: { type: integer }, name: { type: string, maxLength: 50 } }
      400: {}
      401: {}
      404: {}
  put-thing:
    request: PUT /things/{thing_id}
    parameters:
      thing_id: { in: path, schema: { type: integer }, value: "{{thing}}" }
    body:
      required: true
      schema:
        type: object
        required: [name]
        properties:
          name: { type: string, minLength: 1, maxLength: 50, pattern: "^[a-z]+$" }
          size: { type: integer, default: 3 }
          note: { anyOf: [ { title: empty, const: "" }, { type: string, minLength: 3 } ] }
    rules:
      named: { then: body.name == request.body.name }
    responses:
      200: { schema: { type: object, properties: { name: { type: string } } } }
      400: {}
      401: {}
"#;

fn contract(path: &str, text: &str) -> Contract {
    let loaded = load_texts(vec![(path.to_owned(), text.to_owned())]);
    loaded.contract.unwrap_or_else(|| panic!("{text}\n{:?}", loaded.diagnostics))
}

fn changes(old: &str, new: &str) -> Vec<Change> {
    diff(&contract("old.yaml", old), &contract("new.yaml", new))
}

/// `+ ADDRESS consumer/provider` for each change.
fn lines(changes: &[Change]) -> Vec<String> {
    let letter = |impact: Impact| impact.word().chars().next().unwrap().to_ascii_uppercase();
    changes
        .iter()
        .map(|change| {
            let kind = match change.change {
                Kind::Added => '+',
                Kind::Removed => '-',
                Kind::Changed => '~',
            };
            let (consumer, provider) = (letter(change.consumer), letter(change.provider));
            let small = |impact: Impact, letter: char| if impact == Impact::Cosmetic { 'x' } else { letter };
            let (consumer, provider) = (small(change.consumer, consumer), small(change.provider, provider));
            format!("{kind} {} {consumer}{provider}", change.address)
        })
        .collect()
}

/// What is replaced by what, and the changes that it makes: B is breaking, C compatible, x cosmetic; the consumer first.
const TABLE: &[(&str, &str, &[&str])] = &[
    ("", "", &[]),
    // Requests.
    ("maxLength: 50, pattern", "maxLength: 40, pattern", &["~ put-thing/request/body/name/maxLength BB"]),
    ("maxLength: 50, pattern", "maxLength: 60, pattern", &["~ put-thing/request/body/name/maxLength CB"]),
    ("minLength: 1, maxLength: 50, ", "maxLength: 50, ", &["- put-thing/request/body/name/minLength CB"]),
    (
        "size: { type: integer, default: 3 }",
        "size: { type: integer, default: 3, maximum: 9 }",
        &["+ put-thing/request/body/size/maximum BB"],
    ),
    (
        "name: { type: string } }",
        "name: { type: string, minLength: 0 } }",
        &["+ put-thing/response/200/body/name/minLength xx"],
    ),
    ("[a-z]+$", "[a-z0-9]+$", &["~ put-thing/request/body/name/pattern BB"]),
    ("enum: [short, long]", "enum: [short, long, all]", &["~ get-thing/request/query/view/enum CB"]),
    ("enum: [short, long]", "enum: [long]", &["~ get-thing/request/query/view/enum BB"]),
    ("enum: [short, long]", "enum: [long, short]", &[]),
    ("minimum: 1", "minimum: 0", &["~ get-thing/request/path/thing_id/minimum CB"]),
    (
        "      view: { in: query, schema: { type: string, enum: [short, long] } }\n",
        "",
        &["- get-thing/request/query/view BC"],
    ),
    (
        "in: query, schema",
        "in: query, required: true, schema",
        &["+ get-thing/request/query/view/required BB"],
    ),
    (
        "          size: { type: integer, default: 3 }\n",
        "          size: { type: integer, default: 3 }\n          tint: { type: string, maxLength: 9 }\n",
        &["+ put-thing/request/body/tint CB"],
    ),
    ("required: [name]", "required: [name, size]", &["+ put-thing/request/body/size/required BB"]),
    (
        "required: [name]",
        "required: [size]",
        &["+ put-thing/request/body/size/required BB", "- put-thing/request/body/name/required CB"],
    ),
    ("default: 3", "default: 4", &["~ put-thing/request/body/size/default BB"]),
    (", default: 3", "", &["- put-thing/request/body/size/default BB"]),
    // Beside another change of the same member, and of the same body.
    (
        "size: { type: integer, default: 3 }",
        "size: { type: integer, default: 4, maximum: 9 }",
        &["+ put-thing/request/body/size/maximum BB", "~ put-thing/request/body/size/default BB"],
    ),
    // An alternative more allows more, though its clauses are new.
    (
        "{ title: empty, const: \"\" }",
        "{ title: empty, const: \"\" }, { title: dash, const: \"-\" }",
        &["+ put-thing/request/body/note/dash CB"],
    ),
    ("{ title: empty, const: \"\" }, ", "", &["- put-thing/request/body/note/empty BB"]),
    (
        "refused: { status: 400 }",
        "refused: { status: [400, 422] }",
        &["~ get-thing/refused BC", "~ put-thing/refused BC"],
    ),
    (
        "unknown: { status: 404 }",
        "unknown: { status: [404, 410] }",
        &["~ get-thing/request/path/thing_id/unknown BC"],
    ),
    (
        "name: X-Token, value: \"{{token}}\", refused: { status: 401 }",
        "name: X-Token, value: \"Bearer {{token}}\", refused: { status: 401 }",
        &["~ get-thing/request/credential/X-Token BB", "~ put-thing/request/credential/X-Token BB"],
    ),
    // What stands in a path can't be left out.
    (
        "in: path, schema: { type: integer, minimum: 1 }",
        "in: path, schema: { type: integer, minimum: 1, default: 1 }",
        &[],
    ),
    // A need of the request, and how what breaks it is refused.
    ("      required: true\n      schema", "      schema", &["- put-thing/request/body/required CB"]),
    (
        "refused: { status: 400 }",
        "refused: { status: 422 }",
        &["~ get-thing/refused BB", "~ put-thing/refused BB"],
    ),
    (", refused: { status: 400 }", "", &["- get-thing/refused CC", "- put-thing/refused CC"]),
    // Answers.
    (
        "name: { type: string, maxLength: 50 }",
        "name: { type: string, maxLength: 40 }",
        &["~ get-thing/response/200/body/name/maxLength CB"],
    ),
    (
        "name: { type: string, maxLength: 50 }",
        "name: { type: string, maxLength: 60 }",
        &["~ get-thing/response/200/body/name/maxLength BC"],
    ),
    (
        "name: { type: string, maxLength: 50 }",
        "name: { type: string }",
        &["- get-thing/response/200/body/name/maxLength BC"],
    ),
    ("{ id: { type: integer },", "{ id: { type: number },", &["~ get-thing/response/200/body/id/type BC"]),
    (
        "{ id: { type: integer },",
        "{ id: { type: integer }, at: { type: string },",
        &["+ get-thing/response/200/body/at CC"],
    ),
    ("required: [id]", "required: [id, name]", &["+ get-thing/response/200/body/name/required CB"]),
    (", name: { type: string, maxLength: 50 }", "", &["- get-thing/response/200/body/name CB"]),
    ("      404: {}\n", "      404: {}\n      409: {}\n", &["+ get-thing/response/409 CC"]),
    ("      404: {}\n", "      404: {}\n      202: {}\n", &["+ get-thing/response/202 BC"]),
    ("      404: {}\n", "", &["- get-thing/response/404 CB"]),
    (
        "      404: {}\n",
        "      404: { headers: { X-A: { schema: { type: string } } } }\n",
        &["+ get-thing/response/404/header/X-A CB"],
    ),
    // Any status may be answered then, and a success that nobody knows is no error.
    ("      404: {}\n", "      404: {}\n      default: {}\n", &["+ get-thing/response/default BC"]),
    ("within: 2s", "within: 3s", &["~ get-thing/response/within BC", "~ put-thing/response/within BC"]),
    ("within: 2s", "within: 1s", &["~ get-thing/response/within CB", "~ put-thing/response/within CB"]),
    // Operations, rules, names.
    (
        "then: body.name == request.body.name",
        "then: body.name != request.body.name",
        &["~ put-thing/rule/named BB"],
    ),
    (
        "    rules:\n      named: { then: body.name == request.body.name }\n",
        "",
        &["- put-thing/rule/named BC"],
    ),
    ("  put-thing:\n", "  set-thing:\n", &[]),
    ("request: PUT /things/{thing_id}", "request: PATCH /things/{thing_id}", &["~ put-thing BB"]),
    ("request: PUT /things/{thing_id}", "request: PUT /v2/things/{thing_id}", &["~ put-thing BB"]),
    (
        "    responses:\n      200: { schema: { type: object, properties",
        "    says: other words\n    responses:\n      200: { schema: { type: object, properties",
        &[],
    ),
];

/// What an array `tags`, an object `made` and a text `file` may be besides, in a body that is sent and in one that comes:
/// keywords that have no clause of their own, or mean something only together.
const UNSAID: &[(&str, &str, &str, [&str; 2])] = &[
    ("tags", "", "contains: { const: a }, minContains: 0", ["+ contains xx", "+ contains xx"]),
    ("tags", "", "contains: { const: a }", ["+ contains BB", "+ contains CB"]),
    (
        "tags",
        "contains: { const: a }",
        "contains: { const: a }, minContains: 2",
        ["~ contains BB", "~ contains CB"],
    ),
    (
        "tags",
        "contains: { const: a }, maxContains: 2",
        "contains: { const: a }, maxContains: 3",
        ["~ contains CB", "~ contains BC"],
    ),
    (
        "tags",
        "contains: { const: a }, maxContains: 2",
        "contains: { const: a }",
        ["~ contains CB", "~ contains BC"],
    ),
    (
        "tags",
        "prefixItems: [{ type: string }]",
        "prefixItems: [{ type: string }], unevaluatedItems: false",
        ["+ unevaluatedItems BB", "+ unevaluatedItems CB"],
    ),
    ("made", "", "if: { required: [a] }, then: { required: [b] }", ["+ if BB", "+ if CB"]),
    ("made", "if: { required: [a] }, then: { required: [b] }", "", ["- if CB", "- if BC"]),
    (
        "made",
        "if: { required: [a] }, then: { required: [b] }",
        "if: { required: [a] }, then: { required: [b, c] }",
        ["~ if BB", "~ if CB"],
    ),
    (
        "made",
        "if: { required: [a] }, then: { required: [b] }",
        "if: { required: [a] }, then: { required: [b] }, else: { required: [c] }",
        ["~ if BB", "~ if CB"],
    ),
    (
        "made",
        "if: { required: [a] }, then: { required: [b] }",
        "if: { required: [c] }, then: { required: [b] }",
        ["~ if BB", "~ if BB"],
    ),
    // Alone it says nothing.
    ("made", "", "if: { required: [a] }", ["+ if xx", "+ if xx"]),
    (
        "made",
        "",
        "dependentSchemas: { a: { required: [b] } }",
        ["+ dependentSchemas BB", "+ dependentSchemas CB"],
    ),
    (
        "made",
        "dependentSchemas: { a: { required: [b] } }",
        "dependentSchemas: { a: { required: [b, c] } }",
        ["~ dependentSchemas BB", "~ dependentSchemas CB"],
    ),
    (
        "made",
        "propertyNames: { maxLength: 9 }",
        "propertyNames: { maxLength: 5 }",
        ["~ propertyNames BB", "~ propertyNames CB"],
    ),
    (
        "made",
        "propertyNames: { maxLength: 5 }",
        "propertyNames: { maxLength: 9 }",
        ["~ propertyNames CB", "~ propertyNames BC"],
    ),
    (
        "made",
        "propertyNames: { pattern: '^a+$' }",
        "propertyNames: { pattern: '^(a|b)+$' }",
        ["~ propertyNames BB", "~ propertyNames BB"],
    ),
    ("made", "not: { required: [a] }", "not: { required: [a, b] }", ["~ not CB", "~ not BC"]),
    (
        "made",
        "not: { required: [a], description: old }",
        "not: { required: [a], description: new }",
        ["", ""],
    ),
    (
        "made",
        "",
        "unevaluatedProperties: false",
        ["+ unevaluatedProperties BB", "+ unevaluatedProperties CB"],
    ),
    // What is referred to counts as if it stood there.
    ("made", "not: { $ref: Old }", "not: { $ref: New }", ["~ not CB", "~ not BC"]),
    ("made", "not: { $ref: Old }", "not: { required: [a] }", ["~ not xx", "~ not xx"]),
    ("file", "", "contentEncoding: base64", ["+ content BB", "+ content BB"]),
    ("file", "contentEncoding: base64", "contentEncoding: base32", ["~ content BB", "~ content BB"]),
    ("file", "contentMediaType: image/png", "contentMediaType: image/jpeg", ["~ content BB", "~ content BB"]),
    // Of the alternatives of an answer those with a name have no clause.
    (
        "file",
        "anyOf: [{ title: masked, const: '***' }, { minLength: 9 }]",
        "anyOf: [{ title: masked, const: '**' }, { minLength: 9 }]",
        ["~ masked/const BB", "~ masked BB"],
    ),
];

/// Two contracts whose bodies differ in what one member is.
fn unsaid(member: &str, more: &str, sent: bool) -> String {
    let kind = if member == "tags" {
        "array"
    } else if member == "made" {
        "object"
    } else {
        "string"
    };
    let comma = if more.is_empty() { "" } else { ", " };
    let schema = format!(
        "{{ type: object, properties: {{ {member}: {{ type: {kind}{comma}{more} }}, other: {{ type: string, maxLength: 5 }} }} }}"
    );
    let body = if sent {
        format!("    body: {{ schema: {schema} }}\n    responses: {{ 200: {{}} }}\n")
    } else {
        format!("    responses: {{ 200: {{ schema: {schema} }} }}\n")
    };
    format!(
        "countersign: 1\ntitle: T\nschemas: {{ Old: {{ required: [a] }}, New: {{ required: [a, b] }} }}\noperations:\n  put-thing:\n    request: PUT /thing\n{body}"
    )
}

#[test]
fn what_no_clause_tells_is_told_all_the_same() {
    let mut wrong = Vec::new();
    for (member, old, new, wanted) in UNSAID {
        for (sent, wanted) in [(true, wanted[0]), (false, wanted[1])] {
            let part = if sent { "request/body" } else { "response/200/body" };
            let full =
                wanted.split_once(' ').map(|(sign, rest)| format!("{sign} put-thing/{part}/{member}/{rest}"));
            let (before, after) = (unsaid(member, old, sent), unsaid(member, new, sent));
            let found = lines(&changes(&before, &after));
            if found != full.clone().into_iter().collect::<Vec<_>>() {
                wrong.push(format!("{part}: {old} → {new}\n  wanted {full:?}\n  found  {found:?}"));
            }
            // Beside another change it is seen as well.
            let after = after.replace("maxLength: 5", "maxLength: 6");
            let beside = lines(&changes(&before, &after));
            if !full.iter().all(|line| beside.contains(line))
                || beside.len() != 1 + usize::from(full.is_some())
            {
                wrong.push(format!("{part}: {old} → {new}\n  beside {beside:?}"));
            }
            assert!(changes(&before, &before).is_empty());
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A contract with one body of a request, whose member `n` is `member`, and with `schemas`.
fn referring(schemas: &str, member: &str) -> String {
    format!(
        "countersign: 1\ntitle: T\nschemas:\n{schemas}operations:\n  put-thing:\n    request: PUT /thing\n    body: {{ schema: {{ type: object, properties: {{ n: {member} }} }} }}\n    responses: {{ 200: {{}} }}\n"
    )
}

#[test]
fn other_media_types_of_a_body_are_compared() {
    let body = |others: &str, main: &str| {
        format!(
            "countersign: 1\ntitle: T\noperations:\n  put-thing:\n    request: PUT /thing\n    body: {{ media_type: {main}, schema: {{ type: object }}, alternatives: {{ {others} }} }}\n    responses: {{ 200: {{}} }}\n"
        )
    };
    let at = "put-thing/request/body/alternatives/application~1xml";
    let text = "put-thing/request/body/alternatives/text~1csv";
    for (old, new, wanted) in [
        ("", "application/xml: {}", vec![format!("+ {at} CB")]),
        ("application/xml: {}", "", vec![format!("- {at} BC")]),
        ("application/xml: {}", "text/csv: {}", vec![format!("+ {text} CB"), format!("- {at} BC")]),
        ("application/xml: {}, text/csv: {}", "text/csv: {}, application/XML: {}", vec![]),
        (
            "application/xml: { schema: { type: object, maxProperties: 3 } }",
            "application/xml: { schema: { type: object, maxProperties: 4 } }",
            vec![format!("~ {at} CB")],
        ),
        ("application/xml: {}", "application/xml: { schema: { type: object } }", vec![]),
        (
            "application/xml: {}",
            "application/xml: { encoding: { a: { explode: true } } }",
            vec![format!("~ {at} BB")],
        ),
    ] {
        let (old, new) = (body(old, "application/json"), body(new, "application/json"));
        assert_eq!(lines(&changes(&old, &new)), wanted, "{old}\n{new}");
    }
    // What was the usual type and is another one now is still accepted.
    let (old, new) =
        (body("application/xml: {}", "application/json"), body("application/json: {}", "application/xml"));
    assert!(!lines(&changes(&old, &new)).iter().any(|line| line.contains("alternatives")));
}

/// Two contracts whose one operation differs in a line.
fn one_operation(line: &str) -> String {
    format!(
        "countersign: 1\ntitle: T\nvariables: {{ k: {{ secret: true }}, o: {{ secret: true }} }}\nsecurity:\n  \
         key: {{ in: header, name: X-Key, value: '{{{{k}}}}' }}\n  \
         other: {{ in: header, name: Authorization, value: 'Bearer {{{{o}}}}' }}\noperations:\n  put-thing:\n    \
         request: PUT /thing\n    refused: {{ status: 400 }}\n    {line}\n    responses: {{ 200: {{}}, 400: {{}} }}\n"
    )
}

fn between(old: &str, new: &str) -> Vec<Change> {
    changes(&one_operation(old), &one_operation(new))
}

#[test]
fn what_a_request_has_to_be_like_is_told_also_where_no_clause_says_it() {
    let key = "put-thing/request/credential/X-Key";
    let in_place = "{ other: { carries: [{ in: header, name: Authorization, contains: 'Bearer {{o}}' }] } }";
    let alternative = format!("security: {{ key: {{ alternatives: {in_place} }} }}");
    let refused = format!("security: {{ key: {{ refused: {{ status: 401 }}, alternatives: {in_place} }} }}");
    let of_body = |at: &str| format!("put-thing/request/body{at}");
    let types = of_body("/media-type");
    let query = "parameters: { tags: { in: query, schema: { type: array, items: { type: string } } } }";
    let joined = query.replace("in: query,", "in: query, explode: false,");
    let word = "parameters: { tags: { in: query, schema: { type: string } } }";
    let word_joined = word.replace("in: query,", "in: query, explode: false,");
    let json = "body: { media_type: application/json, schema: { type: object } }";
    let form = "body: { media_type: application/x-www-form-urlencoded, schema: { type: object } }";
    let both = "body: { media_type: application/json, schema: { type: object }, alternatives: { application/x-www-form-urlencoded: {} } }";
    for (old, new, wanted, back) in [
        // Who sends has to send it from now on.
        (
            json,
            "body: { media_type: application/json, required: true, schema: { type: object } }",
            vec![format!("+ {} BB", of_body("/required"))],
            vec![format!("- {} CB", of_body("/required"))],
        ),
        (form, json, vec![format!("~ {types} BB")], vec![format!("~ {types} BB")]),
        (form, both, vec![format!("~ {types} CB")], vec![format!("~ {types} BC")]),
        ("security: {}", "security: { key: {} }", vec![format!("+ {key} BB")], vec![format!("- {key} CB")]),
        (
            "security: { key: {} }",
            &alternative,
            vec![format!("+ {key}/alternatives/other CB")],
            vec![format!("- {key}/alternatives/other BB")],
        ),
        (
            "security: { key: { refused: { status: 401 } } }",
            &refused,
            vec![format!("+ {key}/alternatives/other CB")],
            vec![format!("- {key}/alternatives/other BB")],
        ),
        // What stood in its place is the credential now.
        (
            &alternative,
            "security: { other: {} }",
            vec!["+ put-thing/request/credential/Authorization BB".to_owned(), format!("- {key} BB")],
            vec![format!("+ {key} CB"), "- put-thing/request/credential/Authorization CB".to_owned()],
        ),
        (
            "security: { key: {} }",
            "security: { key: { schema: { type: string, minLength: 4 } } }",
            vec![format!("+ {key}/minLength BB")],
            vec![format!("- {key}/minLength CB")],
        ),
        (
            query,
            &joined,
            vec!["~ put-thing/request/query/tags/style BB".to_owned()],
            vec!["~ put-thing/request/query/tags/style BB".to_owned()],
        ),
        (word, &word_joined, vec![], vec![]),
    ] {
        let visible = |changes: &[Change]| {
            lines(changes).into_iter().filter(|line| !line.ends_with("xx")).collect::<Vec<_>>()
        };
        assert_eq!(visible(&between(old, new)), wanted, "{old}\n{new}");
        assert_eq!(visible(&between(new, old)), back, "back: {new}\n{old}");
        assert_eq!(between(new, new), []);
    }
    let told = between(form, both);
    assert!(
        told[0].why.contains("application/json and was application/x-www-form-urlencoded, which is still"),
        "{}",
        told[0].why
    );
}

#[test]
fn an_answer_may_come_in_other_media_types() {
    let of = |answer: &str| {
        format!(
            "countersign: 1\ntitle: T\noperations:\n  get:\n    request: GET /x\n    responses: {{ 200: {{ {answer} }} }}\n"
        )
    };
    let json = of("media_type: application/json");
    let both = of("media_type: [application/json, text/csv]");
    let swapped = of("media_type: [text/csv, application/json]");
    let at = "~ get/response/200/media-type";
    assert_eq!(lines(&changes(&json, &both)), [format!("{at} BC")]);
    assert_eq!(lines(&changes(&both, &json)), [format!("{at} CB")]);
    assert!(lines(&changes(&both, &swapped)).iter().all(|line| line.ends_with("xx")));
    let csv = changes(&json, &of("media_type: text/csv"));
    assert!(lines(&csv).contains(&format!("{at} BB")));
    assert!(csv.iter().any(|change| change.why == "answers are text/csv and were application/json"));
}

#[test]
fn a_refusal_that_changes_is_one_change_and_leaves_the_answers_alone() {
    let of = |refused: &str| {
        format!(
            "countersign: 1\ntitle: T\noperations:\n  get:\n    request: GET /x\n{refused}    \
             parameters: {{ p: {{ in: query, schema: {{ type: integer, minimum: 1 }} }} }}\n    \
             responses: {{ 200: {{ schema: {{ type: object, required: [id], properties: {{ id: {{ type: integer }} }} }} }} }}\n"
        )
    };
    let with = |status: &str| of(&format!("    refused: {{ status: {status} }}\n"));
    assert_eq!(lines(&changes(&with("400"), &with("422"))), ["~ get/refused BB"]);
    assert_eq!(lines(&changes(&with("400"), &of(""))), ["- get/refused CC"]);
    let told = changes(&with("400"), &with("422"));
    let places = [&told[0].old, &told[0].new].map(|promise| promise.as_ref().unwrap().origin.place.clone());
    assert_eq!((places[0].file.as_str(), places[1].file.as_str()), ("old.yaml", "new.yaml"));
    assert_eq!(lines(&changes(&of(""), &with("400"))), ["+ get/refused CB"]);
    let told = changes(&with("400"), &with("422"));
    assert_eq!(
        (told[0].clauses, told[0].why.as_str()),
        (2, "a request that breaks a constraint is answered 422, and was 400")
    );
}

#[test]
fn what_may_be_left_empty_from_now_on_is_accepted_more() {
    let of = |name: &str| referring("", name);
    let old = "{ type: string, pattern: '^[a-z]*$' }";
    let new =
        "{ anyOf: [{ title: empty, const: '' }, { type: string, pattern: '^[a-z]*$', minLength: 10 }] }";
    let found = changes(&of(old), &of(new));
    let visible: Vec<_> = lines(&found).into_iter().filter(|line| !line.ends_with("xx")).collect();
    assert_eq!(visible[0], "+ put-thing/request/body/n/empty CC");
    assert!(visible.contains(&"+ put-thing/request/body/n/minLength BB".to_owned()), "{visible:?}");
    let strict = old.replace("^[a-z]*$", "^[a-z]+$");
    let found = lines(&changes(&of(&strict), &of(&new.replace(", minLength: 10", "").replace("]*$", "]+$"))));
    assert!(found.contains(&"+ put-thing/request/body/n/empty CB".to_owned()), "{found:?}");
}

#[test]
fn a_format_that_is_promised_narrows() {
    let of = |format: &str| referring("", &format!("{{ type: string{format} }}"));
    let (plain, date, time) = (of(""), of(", format: date"), of(", format: time"));
    assert_eq!(lines(&changes(&plain, &date)), ["+ put-thing/request/body/n/format BB"]);
    assert_eq!(lines(&changes(&date, &plain)), ["- put-thing/request/body/n/format CB"]);
    assert_eq!(lines(&changes(&date, &time)), ["~ put-thing/request/body/n/format BB"]);
    let branch = |format: &str| {
        of("").replace(
            "{ type: string }",
            &format!("{{ anyOf: [{{ title: empty, const: '' }}, {{ type: string{format} }}] }}"),
        )
    };
    assert_eq!(
        lines(&changes(&branch(""), &branch(", format: date"))),
        ["+ put-thing/request/body/n/format BB"]
    );
}

#[test]
fn the_name_of_a_variable_is_not_sent() {
    let renamed = BASE.replace("{{token}}", "{{key}}").replace("{ token: { secret", "{ key: { secret");
    assert_eq!(changes(BASE, &renamed), []);
}

#[test]
fn an_operation_is_told_by_its_request_and_its_place() {
    let start = BASE.find("  put-thing:").unwrap();
    let gone = &changes(BASE, &BASE[..start])[0];
    let old = gone.old.as_ref().unwrap();
    let line = u32::try_from(BASE[..start].lines().count() + 1).unwrap();
    assert_eq!((old.says.as_str(), old.origin.place.line), ("the operation PUT /things/{thing_id}", line));
    let moved = &changes(BASE, &BASE.replace("PUT /things", "PUT /v2/things"))[0];
    let says =
        |promise: &Option<countersign::diff::Promise>| promise.as_ref().map(|promise| promise.says.clone());
    assert_eq!(says(&moved.new).as_deref(), Some("the operation PUT /v2/things/{thing_id}"));
    assert_eq!(says(&moved.old), Some(old.says.clone()));
}

#[test]
fn a_clause_that_only_stands_beside_a_change_is_not_told() {
    let of = |required: &str, line: &str| {
        format!(
            "countersign: 1\ntitle: T\nsources: {{ page: {{ title: P, document: p.txt }} }}\noperations:\n  get:\n    request: GET /x\n    responses:\n      \
             200: {{ schema: {{ type: object{required}, properties: {{ v: {{ type: string }}, k: {{ anyOf: [\
             {{ type: string, from: 'page:{line} \"k\"' }}, {{ type: integer }}] }} }} }} }}\n"
        )
    };
    let visible = |changes: &[Change]| {
        lines(changes).into_iter().filter(|line| !line.ends_with("xx")).collect::<Vec<_>>()
    };
    let found = changes(&of(", required: [v]", "4"), &of("", "3"));
    assert_eq!(visible(&found), ["- get/response/200/body/v/required BC"]);
}

#[test]
fn a_default_that_another_one_stands_over_changes_nothing() {
    let size = |number: u32| format!("  Size: {{ type: integer, default: {number} }}\n");
    for member in ["{ $ref: Size, default: 10 }", "{ default: 10, allOf: [{ $ref: Size }] }"] {
        let (old, new) = (referring(&size(5), member), referring(&size(6), member));
        let told = lines(&changes(&old, &new));
        assert!(
            told.len() == 1 && told[0].contains("shadowed-default") && told[0].ends_with("xx"),
            "{told:?}"
        );
    }
    // Of the members of what has a default nothing is said by it.
    let inner = |number: u32| {
        referring(
            "",
            &format!(
                "{{ type: object, default: {{}}, properties: {{ a: {{ type: integer, default: {number} }} }} }}"
            ),
        )
    };
    assert_eq!(lines(&changes(&inner(1), &inner(2))), ["~ put-thing/request/body/n/a/default BB"]);
}

#[test]
fn a_keyword_beside_a_reference_and_the_same_one_in_its_target_are_both_told() {
    let schemas = "  Num: { type: integer, not: { const: 3 } }\n  Size: { type: integer, default: 5 }\n";
    for (old, new, wanted) in [
        (
            "{ $ref: Num, not: { const: 1 } }",
            "{ $ref: Num, not: { enum: [1, 2, 4, 5] } }",
            "~ put-thing/request/body/n/not BB",
        ),
        (
            "{ $ref: Size, default: 10 }",
            "{ $ref: Size, default: 20 }",
            "~ put-thing/request/body/n/default BB",
        ),
    ] {
        let (old, new) = (referring(schemas, old), referring(schemas, new));
        assert_eq!(lines(&changes(&old, &new)), [wanted]);
        assert!(changes(&old, &old).is_empty());
    }
}

#[test]
fn schemas_that_all_lead_to_each_other_are_compared() {
    let of = |last: &str| {
        let members: String = (0..13).map(|at| format!("s{at}: {{ $ref: S{at} }}, ")).collect();
        let schemas: String = (0..13)
            .map(|at| {
                let number = if at == 12 { last } else { "1" };
                format!("  S{at}: {{ type: object, properties: {{ {members}own: {{ type: integer, default: {number} }}, key: {{ type: string, format: password }} }} }}\n")
            })
            .collect();
        referring(&schemas, "{ $ref: S0 }")
    };
    let (old, new) = (contract("old.yaml", &of("1")), contract("new.yaml", &of("2")));
    let linted = countersign::lint::lint(&old);
    assert!(linted.iter().all(|one| one.severity != countersign::text::Severity::Error), "{linted:?}");
    assert!(diff(&old, &old).is_empty());
    let found = diff(&old, &new);
    assert!(found.iter().any(|change| change.consumer == Impact::Breaking), "{:?}", lines(&found));
}

#[test]
fn a_schema_that_is_told_as_a_whole_is_compared_as_a_whole() {
    let of = |last: &str, tree: &str| {
        let many: String = (0..600).map(|at| format!("      m{at}: {{ type: string }}\n")).collect();
        format!(
            "countersign: 1\ntitle: T\nschemas:\n  Large:\n    type: object\n    properties:\n{many}      last: {{ type: string{last} }}\n  \
             Tree:\n    type: object\n    properties: {{ up: {{ $ref: Tree }}, name: {{ type: string{tree} }} }}\n\
             operations:\n  get:\n    request: GET /x\n    responses:\n      200: {{ schema: {{ type: object, properties: {{ a: {{ $ref: Large }}, b: {{ $ref: Tree }} }} }} }}\n"
        )
    };
    assert!(changes(&of("", ""), &of("", "")).is_empty());
    let found = lines(&changes(&of("", ""), &of(", maxLength: 3", "")));
    assert_eq!(found, ["~ get/response/200/body/a/$ref CB"]);
    // What refers to itself is told where it is first met, and only there.
    let found = lines(&changes(&of("", ""), &of("", ", maxLength: 3")));
    assert_eq!(found, ["+ get/response/200/body/b/name/maxLength CB"]);
}

#[test]
fn each_change_is_told_with_whom_it_breaks_something_for() {
    let mut wrong = Vec::new();
    for (from, to, wanted) in TABLE {
        let new = if from.is_empty() { BASE.to_owned() } else { BASE.replacen(from, to, 1) };
        assert!(from.is_empty() || new != BASE, "{from} is not in the contract");
        let found = lines(&changes(BASE, &new));
        if found != *wanted {
            wrong.push(format!("{from} → {to}\n  wanted {wanted:?}\n  found  {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_added_one_way_is_gone_the_other_way() {
    for (from, to, _) in TABLE.iter().filter(|(from, ..)| !from.is_empty()) {
        let new = BASE.replacen(from, to, 1);
        let (there, back) = (changes(BASE, &new), changes(&new, BASE));
        let named = |changes: &[Change], kind: Kind| {
            let mut found: Vec<String> = changes
                .iter()
                .filter(|change| change.change == kind)
                .map(|change| change.address.clone())
                .collect();
            found.sort();
            found
        };
        // An operation that is only called otherwise has the name of the newer contract.
        if from.contains("put-thing:") {
            assert!(there.is_empty() && back.is_empty());
            continue;
        }
        assert_eq!(named(&there, Kind::Changed), named(&back, Kind::Changed), "{from}");
        assert_eq!(named(&there, Kind::Added).len(), named(&back, Kind::Removed).len(), "{from}");
    }
}

#[test]
fn an_operation_is_one_change_and_parameters_of_a_path_may_be_renamed() {
    let start = BASE.find("  put-thing:").unwrap();
    let without = &BASE[..start];
    assert_eq!(lines(&changes(BASE, without)), ["- put-thing BC"]);
    let found = changes(without, BASE);
    assert_eq!(lines(&found), ["+ put-thing CB"]);
    assert!(found[0].clauses > 10, "{}", found[0].clauses);
    let renamed = BASE.replace("thing_id", "id_of_thing");
    let found = lines(&changes(BASE, &renamed));
    assert!(found.iter().all(|line| line.ends_with("xx")), "{found:?}");
}

#[test]
fn an_operation_whose_name_is_another_one_s_now_is_gone() {
    let of = |operations: &[(&str, &str)]| {
        let operations: String = operations
            .iter()
            .map(|(id, path)| format!("  {id}: {{ request: GET {path}, responses: {{ 200: {{}} }} }}\n"))
            .collect();
        format!("countersign: 1\ntitle: T\noperations:\n{operations}")
    };
    let found = lines(&changes(&of(&[("list-b", "/b"), ("list-a", "/a")]), &of(&[("list-b", "/a")])));
    assert_eq!(found, ["- list-b (older) BC"]);
}

#[test]
fn the_order_of_parameters_is_no_promise() {
    let of = |parameters: &str| {
        format!(
            "countersign: 1\ntitle: T\noperations:\n  a:\n    request: GET /a\n    parameters: {{ {parameters} }}\n    \
             responses: {{ 200: {{}} }}\nsequences:\n  twice: {{ steps: [{{ operation: a }}, {{ operation: a }}] }}\n"
        )
    };
    let one = "one: { in: query, schema: { type: string } }";
    let two = "two: { in: header, schema: { type: string }, required: true }";
    assert_eq!(changes(&of(&format!("{one}, {two}")), &of(&format!("{two}, {one}"))), []);
    assert_ne!(changes(&of(&format!("{one}, {two}")), &of(one)), []);
}

#[test]
fn the_two_contracts_differ_in_nothing_from_themselves() {
    for path in ["contracts/roma-link-products.yaml", "contracts/ddm-accounts.yaml"] {
        let contract = countersign::load::load(&[path.into()]).contract.unwrap();
        assert_eq!(diff(&contract, &contract), [], "{path}");
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test writes and reads files")]
fn the_command_line_tells_it_to_people_programs_and_ci() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("old.yaml"), BASE).unwrap();
    std::fs::write(path("new.yaml"), BASE.replacen("maxLength: 50, pattern", "maxLength: 60, pattern", 1))
        .unwrap();
    std::fs::write(path("bad.yaml"), "countersign: 1\n").unwrap();
    let run = |names: [&str; 2], more: &[&str]| {
        let out = Command::new(env!("CARGO_BIN_EXE_countersign"))
            .arg("diff")
            .args(names.map(path))
            .args(more)
            .output()
            .unwrap();
        (out.status.code(), String::from_utf8(out.stdout).unwrap(), String::from_utf8(out.stderr).unwrap())
    };
    let (code, said, _) = run(["old.yaml", "new.yaml"], &[]);
    assert_eq!(code, Some(0), "a wider bound breaks nothing for a consumer: {said}");
    for word in [
        "~ put-thing/request/body/name/maxLength",
        "consumer: compatible · provider: breaking: requests that were refused are to be accepted",
        "old.yaml:",
        "new.yaml:",
        "consumer: 0 breaking, 1 compatible · provider: 1 breaking, 0 compatible",
    ] {
        assert!(said.contains(word), "{word}: {said}");
    }
    assert_eq!(run(["old.yaml", "new.yaml"], &["--fail-on", "provider"]).0, Some(1));
    assert_eq!(run(["new.yaml", "old.yaml"], &[]).0, Some(1));
    assert_eq!(run(["new.yaml", "old.yaml"], &["--fail-on", "nobody"]).0, Some(0));
    assert_eq!(run(["old.yaml", "old.yaml"], &[]).1, "no clause differs\n");
    let (code, _, error) = run(["old.yaml", "bad.yaml"], &[]);
    assert!(code == Some(2) && error.contains("bad.yaml"), "{error}");
    let (_, json, _) = run(["old.yaml", "new.yaml"], &["--json"]);
    let schema: Value =
        serde_json::from_str(&std::fs::read_to_string("docs/diff.schema.json").unwrap()).unwrap();
    let breaches = Judge::new(&schema).unwrap().breaches(&serde_json::from_str(&json).unwrap());
    assert!(breaches.is_empty(), "{breaches:?}\n{json}");
}
