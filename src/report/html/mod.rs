//! `report.html`: one file that needs nothing else and asks no network. The page is drawn by its script from the
//! report inside it; what a reader without scripts needs stands in it as a table.

mod comparison;
mod difference;
mod drawing;
mod embedded;
mod escape;
mod history;
mod plain;

use std::collections::BTreeMap;
use std::io::{self, Write};

pub(super) use comparison::comparison;

use super::Renderer;
use super::alike::DAYS;
use super::baseline as words_of;
use crate::model::{Meta, RunReport};

pub(super) use history::history_page;

pub(super) struct Html;
pub(super) static THIS: Html = Html;

/// What each page begins with, up to its body.
const HEAD: &str = include_str!("head.html");
const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("style.css");
const SCRIPTS: &[&str] = &[
    include_str!("theme.js"),
    include_str!("dom.js"),
    include_str!("evidence.js"),
    include_str!("clauses.js"),
    include_str!("page.js"),
];

impl Renderer for Html {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn file_name(&self) -> &'static str {
        "report.html"
    }

    fn usual(&self) -> bool {
        true
    }

    fn render(&self, report: &RunReport, out: &mut dyn Write) -> io::Result<()> {
        let script = unix(&format!("(function () {{\n'use strict';\n{}}})();\n", SCRIPTS.concat()));
        let plain = plain::tables(report);
        let report_json = embedded::json(report, plain.len())?;
        head(&title(report), "", Some(&script), out)?;
        let places: BTreeMap<&str, String> = BTreeMap::from([
            ("verdict", escape::html(&report.exit.name)),
            ("plain", plain),
            ("baseline", baseline(report)),
            ("report", report_json),
            ("script", script),
        ]);
        fill(&unix(PAGE), &places, out)
    }
}

static META: Meta = Meta {
    id: "html",
    summary: "the report for people: the reference page with a verdict beside every clause",
    explain: "One self-contained file: findings first, then every operation with its clauses, their origin, verdict and \
              evidence. Works from a disk, on a phone, by keyboard, in print; `?verdict=broken`, `?operation=ID` and \
              `?q=TEXT` filter, `#CLAUSE-ADDRESS` leads to a clause.",
};

/// What differs from the baseline, for the script to put in its place: drawn as a comparison is.
fn baseline(report: &RunReport) -> String {
    let Some(found) = &report.baseline else { return String::new() };
    let cards = difference::cards(&words_of::changes(found), found.left_out, &DAYS);
    let others: String =
        words_of::others(found).iter().map(|line| format!("<li>{}</li>", escape::html(line))).collect();
    let others = if others.is_empty() { others } else { format!("<ul class=\"links\">{others}</ul>\n") };
    format!("<template id=\"baseline-inside\"><p class=\"lead\">{}</p>\n{cards}{others}</template>\n", escape::html(&words_of::summary(found)))
}

/// The hash in the page counts line feeds as they are in the file.
fn unix(text: &str) -> String {
    text.replace("\r\n", "\n")
}

fn title(report: &RunReport) -> String {
    let titles = report.contract.titles.join(" · ");
    format!("{}: {}", report.exit.name, if titles.is_empty() { "contract" } else { &titles })
}

/// Writes the head of a page: with this style besides the common one, and leave to run this script alone.
fn head(title: &str, style: &str, script: Option<&str>, out: &mut dyn Write) -> io::Result<()> {
    let scripts = script.map(|script| format!("script-src {}; ", escape::script_hash(script)));
    let places: BTreeMap<&str, String> = BTreeMap::from([
        ("title", escape::html(title)),
        ("scripts", scripts.unwrap_or_default()),
        ("style", unix(&format!("{STYLE}{style}"))),
    ]);
    fill(&unix(HEAD), &places, out)
}

/// Writes the page with each `{{name}}` replaced, in one pass: what is put in is never looked at again.
fn fill(page: &str, places: &BTreeMap<&str, String>, out: &mut dyn Write) -> io::Result<()> {
    let mut rest = page;
    while let Some((before, after)) = rest.split_once("{{") {
        out.write_all(before.as_bytes())?;
        let Some((name, behind)) = after.split_once("}}") else {
            rest = after;
            break;
        };
        out.write_all(places.get(name).map_or("", String::as_str).as_bytes())?;
        rest = behind;
    }
    out.write_all(rest.as_bytes())
}
