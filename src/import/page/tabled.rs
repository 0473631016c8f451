//! What the tables of a page describe: parameters, members of bodies, header fields.

use serde_json::Value;

use super::document::{Page, SUCCESS, Shown, answer_of};
use super::section::{Holds, Parts, Piece};
use super::table::{self, Field};
use super::words::{self, Part};
use super::{listed, nest, uri};
use crate::text::Diagnostic;

/// A table that describes parameters or members, or what it is instead.
fn described(piece: &Piece) -> Option<(&Piece, Vec<Field>)> {
    let fields = match &piece.holds {
        Holds::Table(found) => table::fields(found),
        Holds::List(entries) => listed::fields(entries),
        Holds::Text(_) | Holds::Code(_) => None,
    };
    fields.map(|fields| (piece, fields))
}

/// Whether nothing was said yet of a parameter of the path.
fn unsaid(page: &Page, name: &str) -> bool {
    page.parameters.iter().all(|other| other.name != name || other.location != Some("path"))
}

/// Whether an example asks with it behind the path.
fn in_example_query(page: &Page, name: &str) -> bool {
    let requests = page.examples.iter().filter_map(|example| example.request.as_ref());
    requests.flat_map(|(request, _)| &request.query).any(|(other, _)| other == name)
}

fn place(piece: &Piece) -> Option<&'static str> {
    piece.caption.as_ref().and_then(|caption| words::location(&caption.text))
}

/// The parameters and members of the request.
pub(super) fn requests(page: &mut Page, parts: &Parts, shown: &Shown) {
    let names = uri::names(&page.request.path);
    let sends_body =
        matches!(page.request.method.as_str(), "POST" | "PUT" | "PATCH") || !shown.request.is_empty();
    let mut nested: Vec<nest::Part> = Vec::new();
    for (piece, fields) in parts
        .pieces
        .iter()
        .filter(|piece| matches!(piece.part, Some(Part::Uri | Part::Request)))
        .filter_map(described)
    {
        let stated = place(piece);
        let mut body = Vec::new();
        let mut others = Vec::new();
        for mut field in fields {
            let in_path = names.contains(&field.name);
            let here = field.location.or(stated);
            let location = match here {
                _ if in_path && here.is_none_or(|here| here == "path") => "path",
                // What is in the path is no query, whatever the caption above its table says.
                Some("query") if in_path && field.location.is_none() && unsaid(page, &field.name) => "path",
                // A caption such as "URI parameters" stands above those of the query too.
                Some("path") => "query",
                Some(here) => here,
                None if table::is_header(&field.name) => "header",
                None if piece.part == Some(Part::Uri) => "query",
                None if in_example_query(page, &field.name) => "query",
                None if sends_body => "body",
                None => "query",
            };
            if location == "body" {
                body.push(field);
            } else {
                field.location = Some(location);
                others.push(field);
            }
        }
        // A table of one's own for an object has nothing that could stand elsewhere.
        let object =
            piece.caption.as_ref().is_some_and(|caption| stated.is_none() && !caption.text.is_empty());
        if object && !page.body.is_empty() {
            body.append(&mut others);
        }
        for field in others {
            if page
                .parameters
                .iter()
                .all(|other| other.name != field.name || other.location != field.location)
            {
                page.parameters.push(field);
            }
        }
        if let Some(caption) = piece.caption.as_ref().filter(|_| !body.is_empty()) {
            page.form = page.form.or_else(|| words::form(&caption.text));
        }
        // In a form, `tags[]` is the name of a field.
        if page.form.is_none() {
            body = table::members(body);
        }
        if body.is_empty() {
        } else if page.body.is_empty() || (stated == Some("body") && !object) {
            page.body.append(&mut body);
        } else {
            nested.push(nest::Part {
                caption: piece.caption.clone().filter(|_| stated.is_none()),
                place: piece.place,
                fields: body,
            });
        }
    }
    let left = nest::nest(&mut page.body, nested, &shown.request);
    strangers(page, left);
}

/// Tables that describe nothing that the page names.
fn strangers(page: &mut Page, left: Vec<nest::Part>) {
    for part in left {
        let Some(first) = part.fields.first() else { continue };
        let message = "a table that nothing on the page refers to is left out";
        let span = part.caption.as_ref().map_or(first.head.span, |caption| caption.span);
        page.notes.push(Diagnostic::note("unused-table", message).at(span, "this table"));
    }
}

/// The members and header fields of answers.
pub(super) fn answers(page: &mut Page, parts: &Parts, shown: &Shown) {
    let mut nested: Vec<(Option<String>, nest::Part)> = Vec::new();
    for (piece, fields) in parts.of(Part::Response).filter_map(described) {
        if piece.success == Some(false) && piece.status.is_none() {
            let span = fields.first().map(|field| field.head.span).unwrap_or_default();
            page.notes.push(
                Diagnostic::note("unused-table", "a table for answers without a status is left out")
                    .at(span, "this table"),
            );
            continue;
        }
        let stated = place(piece);
        let object = piece.caption.is_some() && stated.is_none();
        let answer = answer_of(page, piece.status.as_deref());
        let (headers, body): (Vec<Field>, Vec<Field>) = match stated {
            Some("header") => (fields, Vec::new()),
            Some(_) => (Vec::new(), fields),
            None if object => (Vec::new(), fields),
            None => fields.into_iter().partition(|field| table::is_header(&field.name)),
        };
        answer.headers.extend(headers);
        let body = table::members(body);
        if body.is_empty() {
        } else if answer.body.is_empty() || stated == Some("body") {
            answer.body.extend(body);
        } else {
            let caption = piece.caption.clone().filter(|_| stated.is_none());
            nested.push((piece.status.clone(), nest::Part { caption, place: piece.place, fields: body }));
        }
    }
    for index in 0..page.answers.len() {
        let status = Some(page.answers[index].status.clone()).filter(|status| status != SUCCESS);
        let (own, others): (Vec<_>, Vec<_>) = nested.into_iter().partition(|(of, _)| *of == status);
        nested = others;
        let examples: Vec<Value> = shown
            .answers
            .iter()
            .filter(|(of, _)| *of == status || status.is_none())
            .map(|(_, value)| value.clone())
            .collect();
        let left = nest::nest(
            &mut page.answers[index].body,
            own.into_iter().map(|(_, part)| part).collect(),
            &examples,
        );
        strangers(page, left);
    }
}
