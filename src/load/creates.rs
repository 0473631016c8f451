//! What creating operations make: said in the contract, or worked out from the paths and the answer.
//!
//! `POST /notes` makes a note where another operation has the path `/notes/{id}`; the new identifier is the member of
//! its answer that has the parameter's name, or `id`, or `note_id`, or `noteId`; else the end of `Location`. Where the
//! request's body has this member too, or one with the parameter's name, the client may choose the identifier.

use serde_json::Value;

use super::decode::OperationDraft;
use crate::model::{Creates, Effect, Operation, ResponseSpec, Schema, Shown, path_names, path_shape};
use crate::text::tree::{Kind, Node};
use crate::text::{Diagnostic, Span, did_you_mean, pointer};

/// Deep enough for every honest schema; a circle of references ends here.
const DEPTH: usize = 16;

/// Fills in [`Operation::creates`], and takes a POST to what another operation makes for an update, unless the contract
/// says otherwise.
pub(super) fn resolve(drafts: &mut [OperationDraft<'_>], out: &mut Vec<Diagnostic>) {
    let paths: Vec<String> = drafts.iter().map(|draft| draft.operation.path.clone()).collect();
    for draft in &mut *drafts {
        draft.operation.creates = creates(&draft.operation, draft.node, &paths, out);
    }
    let made: Vec<String> = drafts
        .iter()
        .filter_map(|draft| Some(path_shape(&draft.operation.creates.as_ref()?.resource)))
        .collect();
    for draft in drafts {
        let operation = &mut draft.operation;
        let said = draft.node.get("effect").is_some();
        if operation.effect == Effect::Create && !said && made.contains(&path_shape(&operation.path)) {
            operation.effect = Effect::Update;
        }
    }
}

fn creates(
    operation: &Operation,
    node: &Node,
    paths: &[String],
    out: &mut Vec<Diagnostic>,
) -> Option<Creates> {
    let said = node.get("creates");
    if said.is_some_and(|said| said.kind == Kind::Bool(false)) {
        return None;
    }
    let Some(said) = said else {
        return (operation.effect == Effect::Create).then(|| derived(operation, paths)).flatten();
    };
    if operation.effect != Effect::Create {
        out.push(
            Diagnostic::error("creates-nothing", format!("`{}` is no creating operation", operation.id))
                .at(said.span, "says what it makes")
                .help("add `effect: create`, or take `creates` away"),
        );
        return None;
    }
    let resource = match said.get("resource") {
        Some(named) => named_resource(operation, named, paths, out)?,
        None => child(operation, paths).or_else(|| {
            out.push(
                Diagnostic::error("unknown-resource", "no operation has the path of what this one makes")
                    .at(said.span, "here")
                    .help("add `resource`, the path of an operation on what is made: `/things/{id}`"),
            );
            None
        })?,
    };
    let parameter = (*path_names(&resource).last()?).to_owned();
    let shown = match said.get("identifier") {
        Some(named) => named_identifier(operation, named, out)?,
        None => shown(operation, &resource, &parameter).or_else(|| {
            no_identifier(operation, said.span, out);
            None
        })?,
    };
    let chosen = match said.get("chosen") {
        Some(named) if named.kind == Kind::Bool(false) => None,
        Some(named) => Some(named_choice(operation, named, out)?),
        None => chosen(operation, &parameter, &shown),
    };
    Some(Creates { resource, parameter, shown, chosen })
}

fn derived(operation: &Operation, paths: &[String]) -> Option<Creates> {
    let resource = child(operation, paths)?;
    let parameter = (*path_names(&resource).last()?).to_owned();
    let shown = shown(operation, &resource, &parameter)?;
    let chosen = chosen(operation, &parameter, &shown);
    Some(Creates { resource, parameter, shown, chosen })
}

/// Where the body has the member that the answer shows, or one with the parameter's name, that clients may send.
fn chosen(operation: &Operation, parameter: &str, shown: &Shown) -> Option<String> {
    let schema = &operation.body.as_ref()?.schema;
    let same = match shown {
        Shown::Body(at) => Some(at.clone()),
        Shown::Location => None,
    };
    // What the answer has in a member may be sent without it, and the other way round.
    let bare = same.as_ref().and_then(|at| pointer::tokens(at).last());
    let names = [same, bare.map(|name| pointer::join("", &name)), Some(pointer::join("", parameter))];
    names.into_iter().flatten().find(|at| {
        let part = pointer::tokens(at).try_fold(&**schema, |part, name| member(schema, part, &name));
        part.is_some_and(|part| part["readOnly"] != Value::Bool(true))
    })
}

/// The path that has one parameter segment more.
fn child(operation: &Operation, paths: &[String]) -> Option<String> {
    let wanted = format!("{}/{{}}", path_shape(operation.path.trim_end_matches('/')));
    let found = paths.iter().find(|path| path_shape(path) == wanted)?;
    let whole = found.rsplit('/').next()?;
    (whole.starts_with('{') && whole.ends_with('}')).then(|| found.clone())
}

fn named_resource(
    operation: &Operation,
    named: &Node,
    paths: &[String],
    out: &mut Vec<Diagnostic>,
) -> Option<String> {
    let said = named.text()?;
    let Some(found) = paths.iter().find(|path| path_shape(path) == path_shape(said)) else {
        let mut diagnostic =
            Diagnostic::error("unknown-resource", format!("no operation has the path `{said}`"))
                .at(named.span, "what is made could not be reached");
        if let Some(near) = did_you_mean(said, paths.iter().map(String::as_str)) {
            diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
        }
        out.push(diagnostic);
        return None;
    };
    let (theirs, own) = (path_names(found).len(), path_names(&operation.path).len());
    if !found.ends_with('}') || theirs != own + 1 {
        out.push(
            Diagnostic::error("unknown-resource", format!("`{said}` does not end with the new identifier"))
                .at(named.span, "needs the parameters of this operation's path and one more at its end"),
        );
        return None;
    }
    Some(found.clone())
}

fn named_identifier(operation: &Operation, named: &Node, out: &mut Vec<Diagnostic>) -> Option<Shown> {
    let said = named.text()?;
    if said == "Location" {
        return Some(Shown::Location);
    }
    let schema = success(operation).and_then(|spec| spec.schema.as_ref());
    let Some(schema) = schema else {
        out.push(
            Diagnostic::error("unknown-member", "the answer to this operation has no schema")
                .at(named.span, "is said to be in its body")
                .help("give the response a `schema`, or say `identifier: Location`"),
        );
        return None;
    };
    named_member(schema, "answer", named, out).map(Shown::Body)
}

fn named_choice(operation: &Operation, named: &Node, out: &mut Vec<Diagnostic>) -> Option<String> {
    let Some(body) = &operation.body else {
        out.push(
            Diagnostic::error("unknown-member", "requests of this operation have no body")
                .at(named.span, "is said to be in it"),
        );
        return None;
    };
    named_member(&body.schema, "body", named, out)
}

/// The pointer to a member that is named, if the schema of this `whole` has it.
fn named_member(schema: &Schema, whole: &str, named: &Node, out: &mut Vec<Diagnostic>) -> Option<String> {
    let said = named.text()?;
    let at = if said.starts_with('/') { said.to_owned() } else { pointer::join("", said) };
    if pointer::tokens(&at).try_fold(&**schema, |part, name| member(schema, part, &name)).is_some() {
        return Some(at);
    }
    let mut diagnostic = Diagnostic::error("unknown-member", format!("the {whole} has no member `{said}`"))
        .at(named.span, "is said to be the new identifier");
    if let Some(near) = did_you_mean(said, members(schema, schema, DEPTH).into_iter().map(|(name, _)| name)) {
        diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
    }
    out.push(diagnostic);
    None
}

fn no_identifier(operation: &Operation, span: Span, out: &mut Vec<Diagnostic>) {
    let message = format!("nothing in the answer of `{}` looks like the new identifier", operation.id);
    out.push(
        Diagnostic::error("unknown-member", message)
            .at(span, "here")
            .help("add `identifier`: a member of the answer, a JSON Pointer into it, or `Location`"),
    );
}

fn success(operation: &Operation) -> Option<&ResponseSpec> {
    operation.response(operation.usual_success())
}

/// Where the answer shows the identifier, by its usual names.
fn shown(operation: &Operation, resource: &str, parameter: &str) -> Option<Shown> {
    let spec = success(operation)?;
    let names = usual_names(resource, parameter);
    let in_body = spec.schema.as_ref().and_then(|schema| {
        let find = |part| names.iter().find(|name| member(schema, part, name).is_some());
        if let Some(name) = find(schema) {
            return Some(pointer::join("", name));
        }
        // One level deeper, where the answer has what was made in a member: `{"note": {"id": 1}}`.
        members(schema, schema, DEPTH).into_iter().find_map(|(outer, part)| {
            let name = find(part)?;
            Some(pointer::join(&pointer::join("", outer), name))
        })
    });
    let location = || {
        spec.headers
            .iter()
            .any(|header| header.name.eq_ignore_ascii_case("location"))
            .then_some(Shown::Location)
    };
    in_body.map(Shown::Body).or_else(location)
}

/// `/notes/{n}`: `n`, `id`, `note_id`, `noteId`.
fn usual_names(resource: &str, parameter: &str) -> Vec<String> {
    let segment = resource.rsplit('/').nth(1).unwrap_or_default();
    let mut names = vec![parameter.to_owned(), "id".to_owned()];
    let singulars = [
        segment.strip_suffix("ies").map(|stem| format!("{stem}y")),
        segment.strip_suffix("es").map(str::to_owned),
        segment.strip_suffix('s').map(str::to_owned),
    ];
    for one in singulars.into_iter().flatten() {
        let one = one.replace('-', "_");
        names.extend([format!("{one}_id"), format!("{one}Id")]);
    }
    names
}

fn member<'s>(root: &'s Schema, schema: &'s Value, name: &str) -> Option<&'s Value> {
    members(root, schema, DEPTH).into_iter().find(|(other, _)| *other == name).map(|(_, part)| part)
}

fn members<'s>(root: &'s Schema, schema: &'s Value, depth: usize) -> Vec<(&'s str, &'s Value)> {
    let mut found: Vec<(&str, &Value)> = Vec::new();
    if depth == 0 {
        return found;
    }
    if let Some(properties) = schema["properties"].as_object() {
        found.extend(properties.iter().map(|(name, part)| (name.as_str(), part)));
    }
    if let Some(target) = schema["$ref"].as_str().and_then(|name| root.resolve(name)) {
        found.extend(members(root, target, depth - 1));
    }
    for keyword in ["allOf", "anyOf", "oneOf"] {
        for branch in schema[keyword].as_array().into_iter().flatten() {
            found.extend(members(root, branch, depth - 1));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::load_texts;

    fn loaded(creates: &str, answer: &str) -> Result<Option<Creates>, String> {
        let text = format!(
            "countersign: 1\ntitle: T\noperations:\n  create:\n    request: POST /boards/{{b}}/notes\n{creates}\
             \x20   parameters: {{ b: {{ in: path, schema: {{ type: string }} }} }}\n\
             \x20   responses: {{ 201: {answer} }}\n  get:\n    request: GET /boards/{{board}}/notes/{{n}}\n\
             \x20   parameters: {{ board: {{ in: path, schema: {{ type: string }} }}, n: {{ in: path, schema: {{ type: integer }} }} }}\n\
             \x20   responses: {{ 200: {{}} }}\n"
        );
        let loaded = load_texts(vec![("t.yaml".to_owned(), text)]);
        let errors: Vec<String> = loaded.diagnostics.iter().map(|found| found.message.clone()).collect();
        loaded.contract.map(|contract| contract.operations[0].creates.clone()).ok_or(errors.join("; "))
    }

    fn with(member: &str) -> String {
        format!("{{ schema: {{ type: object, properties: {{ {member}: {{ type: integer }} }} }} }}")
    }

    #[test]
    fn what_is_made_is_worked_out_or_said() {
        let body = |at: &str| Some(Shown::Body(at.to_owned()));
        let nested =
            "{ schema: { type: object, properties: { note: { type: object, properties: { id: {} } } } } }";
        let header = "{ headers: { Location: { schema: { type: string } } } }";
        for (said, answer, expected) in [
            ("", with("n"), body("/n")),
            ("", with("id"), body("/id")),
            ("", with("note_id"), body("/note_id")),
            ("", with("noteId"), body("/noteId")),
            ("", nested.to_owned(), body("/note/id")),
            ("", header.to_owned(), Some(Shown::Location)),
            ("", with("key"), None),
            ("    creates: false\n", with("id"), None),
            ("    creates: { identifier: key }\n", with("key"), body("/key")),
            ("    creates: { identifier: /note/id }\n", nested.to_owned(), body("/note/id")),
            ("    creates: { resource: \"/boards/{x}/notes/{y}\" }\n", with("id"), body("/id")),
        ] {
            let found = loaded(said, &answer).unwrap_or_else(|errors| panic!("{said} {answer}: {errors}"));
            if let Some(creates) = &found {
                assert_eq!(
                    (creates.resource.as_str(), creates.parameter.as_str()),
                    ("/boards/{board}/notes/{n}", "n")
                );
            }
            assert_eq!(found.map(|creates| creates.shown), expected, "{said} {answer}");
        }
    }

    #[test]
    fn whether_the_client_chooses_the_identifier_is_worked_out_or_said() {
        let body = |members: &str| {
            format!("    body: {{ schema: {{ type: object, properties: {{ {members} }} }} }}\n")
        };
        let said = |creates: &str, members: &str| format!("    creates: {creates}\n{}", body(members));
        for (lines, answer, expected) in [
            (body("id: {}, text: {}"), with("id"), Some("/id")),
            (body("n: {}"), with("id"), Some("/n")),
            (body("text: {}"), with("id"), None),
            (body("id: { readOnly: true }"), with("id"), None),
            (
                body("note: { properties: { id: {} } }"),
                "{ schema: { properties: { note: { properties: { id: {} } } } } }".into(),
                Some("/note/id"),
            ),
            (
                body("id: {}"),
                "{ schema: { properties: { note: { properties: { id: {} } } } } }".into(),
                Some("/id"),
            ),
            (said("{ chosen: key }", "key: {}"), with("id"), Some("/key")),
            (said("{ chosen: false }", "id: {}"), with("id"), None),
        ] {
            let found = loaded(&lines, &answer).unwrap_or_else(|errors| panic!("{lines} {answer}: {errors}"));
            assert_eq!(found.and_then(|creates| creates.chosen).as_deref(), expected, "{lines} {answer}");
        }
        let errors = loaded(&said("{ chosen: ky }", "key: {}"), &with("id")).unwrap_err();
        assert_eq!(errors, "the body has no member `ky`");
    }

    #[test]
    fn what_is_not_there_is_told() {
        for (said, expected) in [
            ("    creates: { identifier: ky }\n", "the answer has no member `ky`"),
            ("    creates: {}\n", "nothing in the answer of `create` looks like the new identifier"),
            (
                "    creates: { resource: \"/boards/{b}/nots/{n}\" }\n",
                "no operation has the path `/boards/{b}/nots/{n}`",
            ),
            ("    effect: replace\n    creates: { identifier: key }\n", "`create` is no creating operation"),
        ] {
            let errors = loaded(said, &with("key")).unwrap_err();
            assert!(errors.contains(expected), "{said}: {errors}");
        }
    }
}
