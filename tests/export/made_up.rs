//! Contracts made of bytes: each byte is a choice, so a shorter or smaller tape is a simpler contract.

use serde_json::{Map, Value, json};

/// The choices that are left.
struct Tape<'t>(std::slice::Iter<'t, u8>);

impl Tape<'_> {
    /// A number below `count`; 0 when the tape is at its end.
    fn below(&mut self, count: usize) -> usize {
        self.0.next().map_or(0, |byte| usize::from(*byte) % count)
    }

    fn one<'v, T>(&mut self, of: &'v [T]) -> &'v T {
        &of[self.below(of.len())]
    }

    /// True one time in `times`, and never at the end of the tape.
    fn now(&mut self, times: usize) -> bool {
        self.below(times) == times - 1
    }
}

const SCHEMAS: [&str; 4] = ["A", "B.c", "名", "D~e"];
const MEMBERS: [&str; 6] = ["a", "b-c", "$d", "名", "from", "x/y~z"];
const WORDS: [&str; 7] = ["plain", "  spaced ", "{{ '{{' }}", "two\nlines\n", "名: \"q\"", "yes", "1.0"];
const FROM: [&str; 3] = ["page:3 \"a sentence\"", "page", "other:7-9 words"];

/// A contract that loads, whatever is on the tape.
pub(crate) fn contract(bytes: &[u8]) -> Value {
    let tape = &mut Tape(bytes.iter());
    let mut made = Map::new();
    made.insert("countersign".into(), json!(1));
    made.insert("title".into(), json!(tape.one(&["T", "名 "])));
    if tape.now(3) {
        made.insert("base".into(), json!(tape.one(&["/v1", "/v1/x/"])));
    }
    made.insert(
        "sources".into(),
        json!({ "page": { "title": "P" }, "other": { "title": "O", "url": "https://example.com" } }),
    );
    made.insert(
        "variables".into(),
        json!({ "v": { "default": "7" }, "w": { "optional": true, "secret": true } }),
    );
    if tape.now(2) {
        made.insert("security".into(), security(tape));
    }
    let secured = made.contains_key("security");
    if tape.now(2) {
        made.insert("defaults".into(), defaults(tape));
    }
    let schemas: Map<String, Value> =
        SCHEMAS.iter().map(|name| ((*name).to_owned(), schema(tape, 3))).collect();
    made.insert("schemas".into(), Value::Object(schemas));
    let mut operations = Map::new();
    let mut requests = std::collections::BTreeSet::new();
    for number in 0..=tape.below(5) {
        let name = format!("{}{number}", tape.one(&["op-", "Op_", "名", "get~x"]));
        let operation = operation(tape, secured);
        if requests.insert(shape(operation["request"].as_str().unwrap_or_default())) {
            operations.insert(name, operation);
        }
    }
    let first = operations.keys().next().cloned().unwrap_or_default();
    made.insert("operations".into(), Value::Object(operations));
    if tape.now(3) {
        let sequence = json!({ "steps": [{ "as": "one", "operation": first, "capture": { "c": "$.a" } },
            { "operation": first, "query": { "q": "{{captured.c}}" } }], "says": tape.one(&WORDS), "from": tape.one(&FROM) });
        made.insert("sequences".into(), json!({ "in-turn": sequence }));
    }
    Value::Object(made)
}

/// A request without the names of its parameters.
fn shape(request: &str) -> String {
    let mut inside = false;
    let keep = |c: &char| {
        inside = (inside || *c == '{') && *c != '}';
        !inside
    };
    request.chars().filter(keep).collect()
}

fn security(tape: &mut Tape<'_>) -> Value {
    let value = *tape.one(&["Bearer {{v}}", "Basic {{v}}", "{{v}}", "x{{v}}y"]);
    let name = *tape.one(&["Authorization", "X-Key"]);
    let mut token = json!({ "in": tape.one(&["header", "query", "cookie"]), "name": name, "value": value });
    if tape.now(2) {
        token["refused"] = json!({ "status": [401, "4XX"], "from": tape.one(&FROM) });
    }
    if tape.now(3) {
        token["alternatives"] = json!({ "other": { "carries": [{ "in": "header", "name": "X-A", "contains": "{{v}}" },
            { "in": "cookie", "name": "b" }], "convention": "so" } });
    }
    if tape.now(3) {
        token["schema"] = json!({ "type": "string", "maxLength": 100 });
    }
    match tape.below(3) {
        0 => json!({ "token": token }),
        1 => json!({ "to~ken": token }),
        _ => json!({ "z": token, "a": { "in": "query", "name": "k", "value": "{{w}}", "convention": "so" } }),
    }
}

fn defaults(tape: &mut Tape<'_>) -> Value {
    let mut made = Map::new();
    if tape.now(2) {
        made.insert("within".into(), json!({ "limit": "2s", "convention": "so" }));
    }
    if tape.now(2) {
        made.insert("refused".into(), json!(tape.one(&["400", "4XX"])));
    }
    if tape.now(3) {
        made.insert("media_type".into(), json!("application/vnd.x+json"));
    }
    if tape.now(3) {
        made.insert("formats".into(), json!(["uuid"]));
    }
    if tape.now(3) {
        made.insert("other_members".into(), json!("allowed"));
    }
    Value::Object(made)
}

fn operation(tape: &mut Tape<'_>, secured: bool) -> Value {
    let method = *tape.one(&["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "PURGE"]);
    let path = *tape.one(&["/v1/a", "/v1/a/{x}", "/v1/a/{y}", "/v1/x/b/{x}/c/{z}", "/q", "/", "/v1", "/a"]);
    let mut made = Map::new();
    made.insert("request".into(), json!(format!("{method} {path}")));
    let mut parameters = Map::new();
    for name in path.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name)) {
        let mut parameter = json!({ "in": "path", "schema": schema_of(tape, "string") });
        if tape.now(2) {
            parameter["value"] = json!("{{v}}");
            parameter["unknown"] = json!({ "status": 404 });
        }
        parameters.insert(name.to_owned(), parameter);
    }
    for number in 0..tape.below(4) {
        let (key, parameter) = parameter(tape, number);
        parameters.insert(key, parameter);
    }
    made.insert("parameters".into(), Value::Object(parameters));
    if method != "HEAD" && tape.now(2) {
        made.insert("body".into(), body(tape));
        if tape.now(2) {
            let example = json!({ "body": value(tape), "says": tape.one(&WORDS), "expect": 200 });
            made.insert(
                "examples".into(),
                json!({ "shown": example, "名~2": { "query": {}, "from": "page" } }),
            );
        }
    }
    let mut responses = Map::new();
    for _ in 0..=tape.below(3) {
        responses
            .insert((*tape.one(&["200", "204", "404", "4xx", "default", "201"])).to_owned(), response(tape));
    }
    made.insert("responses".into(), Value::Object(responses));
    for (name, value) in [
        ("title", json!(tape.one(&WORDS))),
        ("says", json!(tape.one(&WORDS))),
        ("tags", json!(["t", "名"])),
        ("within", json!("3s")),
        ("refused", json!({ "status": 422, "convention": "so" })),
        ("depends", json!([404, "409"])),
        ("steady", json!(true)),
        ("other_methods", json!(405)),
        ("rules", json!({ "r": { "then": "status == 200", "from": "page:1 \"x\"" } })),
        ("cases", json!({ "c": { "expect": 400, "refuse": true } })),
        ("from", json!(tape.one(&FROM))),
        ("convention", json!(tape.one(&WORDS))),
    ] {
        if tape.now(3) {
            made.insert(name.into(), value);
        }
    }
    if tape.now(4) {
        made.insert("security".into(), json!({}));
    } else if secured && tape.now(9) {
        made.insert("security".into(), json!([]));
    }
    Value::Object(made)
}

fn parameter(tape: &mut Tape<'_>, number: usize) -> (String, Value) {
    let location = *tape.one(&["query", "header", "cookie"]);
    let styles: &[&str] = match location {
        "query" => &["form", "spaceDelimited", "pipeDelimited", "deepObject", "tabDelimited"],
        _ => &["simple", "form"],
    };
    let mut made = json!({ "in": location, "schema": schema(tape, 1) });
    if tape.now(3) {
        made["style"] = json!(tape.one(styles));
    }
    if tape.now(3) {
        made["explode"] = json!(tape.now(2));
    }
    if tape.now(3) {
        made["required"] = if tape.now(2) { json!({ "convention": "so" }) } else { json!(tape.now(2)) };
    }
    if tape.now(4) {
        made["says"] = json!(tape.one(&WORDS));
    }
    if tape.now(5) {
        made["media_type"] = json!(tape.one(&["application/json", "text/plain"]));
    }
    if tape.now(4) {
        made["from"] = json!(tape.one(&FROM));
    }
    let key = format!("{}{number}", tape.one(&["q", "X-Q", "Accept"]));
    if tape.now(5) {
        made["name"] = json!(
            tape.one(&[format!("other-{number}"), ["Authorization", "accept", "X", "Y"][number].to_owned()])
        );
    }
    (key, made)
}

fn body(tape: &mut Tape<'_>) -> Value {
    let media_type = *tape.one(&[
        "",
        "application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "text/plain",
    ]);
    let mut made = match media_type {
        "" | "application/json" => json!({ "schema": schema(tape, 2) }),
        "text/plain" => json!({ "schema": schema_of(tape, "string") }),
        _ => json!({ "schema": schema_of(tape, "object"), "encoding": { "a": { "explode": tape.now(2) } } }),
    };
    if !media_type.is_empty() {
        made["media_type"] = json!(media_type);
    }
    if tape.now(2) {
        made["required"] = json!(tape.now(2));
    }
    if tape.now(3) {
        made["says"] = json!(tape.one(&WORDS));
    }
    if tape.now(3) {
        let others = [
            "application/json",
            "application/x-www-form-urlencoded",
            "application/xml",
            "text/csv",
            "image/*",
        ];
        let mut all = Map::new();
        for _ in 0..=tape.below(2) {
            let other = *tape.one(&others);
            let mut one = Map::new();
            if tape.now(2) {
                one.insert("schema".into(), schema(tape, 1));
            }
            if other.contains("form") && tape.now(2) {
                one.insert("encoding".into(), json!({ "a": { "explode": true } }));
            }
            all.insert(other.to_owned(), Value::Object(one));
        }
        made["alternatives"] = Value::Object(all);
    }
    made
}

fn response(tape: &mut Tape<'_>) -> Value {
    let mut made = Map::new();
    if tape.now(2) {
        made.insert("schema".into(), if tape.now(3) { json!("名") } else { schema(tape, 2) });
    }
    if tape.now(3) {
        let said = [
            json!("application/json"),
            json!(["text/csv", "application/json"]),
            json!("text/plain; charset=utf-8"),
        ];
        made.insert("media_type".into(), tape.one(&said).clone());
    }
    if tape.now(3) {
        made.insert("says".into(), json!(tape.one(&WORDS)));
    }
    if tape.now(3) {
        made.insert("example".into(), value(tape));
    }
    if tape.now(4) {
        made.insert("examples".into(), json!({ "e~1": value(tape), "名": value(tape) }));
    }
    if tape.now(3) {
        let header = json!({ "required": tape.now(2), "schema": schema_of(tape, "integer"), "says": tape.one(&WORDS) });
        made.insert("headers".into(), json!({ "X-H": header, "X-None": {} }));
    }
    if tape.now(3) {
        made.insert("from".into(), json!([tape.one(&FROM), "page:8"]));
    }
    Value::Object(made)
}

/// Any value, such as an example shows.
fn value(tape: &mut Tape<'_>) -> Value {
    match tape.below(7) {
        0 => json!({ "a": "x" }),
        1 => json!({ "a": null, "b": { "masked": "***" } }),
        2 => json!([1.5, null, { "masked": "x" }]),
        3 => json!(null),
        4 => json!({ "name": tape.one(&WORDS) }),
        5 => json!({}),
        _ => json!(true),
    }
}

fn schema(tape: &mut Tape<'_>, depth: usize) -> Value {
    let kind =
        *tape.one(&["string", "integer", "number", "boolean", "object", "array", "ref", "any", "either"]);
    match kind {
        "ref" => json!({ "$ref": tape.one(&SCHEMAS), "description": tape.one(&WORDS) }),
        "any" => json!({}),
        _ if depth == 0 => schema_of(tape, "string"),
        "array" => {
            let mut made = json!({ "type": "array", "items": schema(tape, depth - 1) });
            if tape.now(2) {
                made["maxItems"] = json!(tape.below(5));
            }
            annotated(tape, made)
        }
        "either" => {
            let word = *tape.one(&["anyOf", "oneOf", "allOf"]);
            let (mut one, two) = (schema(tape, depth - 1), schema(tape, depth - 1));
            one["title"] = json!("first");
            annotated(tape, json!({ word: [one, two] }))
        }
        kind => schema_of(tape, kind),
    }
}

fn schema_of(tape: &mut Tape<'_>, kind: &str) -> Value {
    let mut made = if tape.now(5) { json!({ "type": [kind, "null"] }) } else { json!({ "type": kind }) };
    match kind {
        "string" => {
            for (name, value) in [
                ("minLength", json!(1)),
                ("maxLength", json!(5 + tape.below(9))),
                ("pattern", json!("^[a-z]*$")),
                ("format", json!(tape.one(&["uuid", "date-time", "password", "binary", "own"]))),
            ] {
                if tape.now(3) {
                    made[name] = value;
                }
            }
            if tape.now(5) {
                made = json!({ "enum": ["a", null, 1, { "b": null }] });
            }
        }
        "integer" | "number" => {
            if tape.now(2) {
                made["minimum"] = json!(0);
                made["exclusiveMaximum"] = json!(100);
            }
            if tape.now(4) {
                made["multipleOf"] = json!(2);
            }
        }
        "object" => {
            let mut properties = Map::new();
            for _ in 0..tape.below(4) {
                properties.insert((*tape.one(&MEMBERS)).to_owned(), schema(tape, 1));
            }
            if let (Some(name), true) = (properties.keys().next().cloned(), tape.now(2)) {
                made["required"] = json!([name]);
            }
            made["properties"] = Value::Object(properties);
            if tape.now(3) {
                made["additionalProperties"] =
                    if tape.now(2) { json!(false) } else { schema_of(tape, "string") };
            }
        }
        _ => {}
    }
    annotated(tape, made)
}

/// With words that promise nothing, or say where a promise comes from.
fn annotated(tape: &mut Tape<'_>, mut schema: Value) -> Value {
    for (name, value) in [
        ("description", json!(tape.one(&WORDS))),
        ("default", json!(null)),
        ("examples", json!([null, "{{v}}"])),
        ("readOnly", json!(true)),
        ("writeOnly", json!(true)),
        ("deprecated", json!(true)),
        ("from", json!({ "": tape.one(&FROM), "type": ["page:2 \"t\"", tape.one(&FROM)] })),
        ("convention", json!("so")),
    ] {
        if tape.now(6) {
            schema[name] = value;
        }
    }
    schema
}
