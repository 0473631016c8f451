//! `compare.html`: a comparison for people, in the look of a run's report. It needs no script.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use super::difference::cards;
use super::escape::html;
use super::{fill, head, unix};
use crate::model::{ComparedSide, Comparison, OperationTiming};
use crate::report::alike::{self, DEPLOYMENTS};
use crate::report::words::count;

const PAGE: &str = include_str!("comparison.html");
const STYLE: &str = include_str!("comparison.css");

/// Writes the page.
pub(in crate::report) fn comparison(compared: &Comparison, out: &mut dyn Write) -> io::Result<()> {
    let (left, right) = (&compared.left.target, &compared.right.target);
    let mut body = hero(compared);
    body += &differences(compared);
    body += &noise(compared);
    body += &timing(compared);
    head(&format!("{}: {left} and {right}", compared.exit.name), STYLE, None, out)?;
    let places: BTreeMap<&str, String> = BTreeMap::from([
        ("verdict", html(&compared.exit.name)),
        ("version", html(&compared.version)),
        ("body", body),
    ]);
    fill(&unix(PAGE), &places, out)
}

fn hero(compared: &Comparison) -> String {
    let totals = &compared.totals;
    let (class, sign, says) = match compared.exit.code {
        0 if compared.exit.name == "same" => ("kept", "✓", "The same"),
        0 => ("kept", "✓", "Different, in nothing that matters"),
        1 => ("broken", "✕", "Different"),
        _ => ("inconclusive", "?", "Inconclusive"),
    };
    let side = |word: &str, side: &ComparedSide| {
        let environment = side.environment.as_ref().map(|name| format!(", environment {name}")).unwrap_or_default();
        format!("{word} {}{environment}", side.target)
    };
    let mut page = format!(
        "<section class=\"hero {class}\"><h1>{}</h1>\n<p class=\"outcome\"><span class=\"seal\" aria-hidden=\"true\">{sign}</span>\
         <span><b>{says}</b><span class=\"because\">{}</span></span></p>\n<p class=\"facts\">{}<br>{}<br>{}</p>\n<div class=\"tally\">",
        html(&compared.titles.join(" · ")),
        html(&compared.exit.because),
        html(&side("left:", &compared.left)),
        html(&side("right:", &compared.right)),
        html(&format!(
            "{}, each played twice on each side{}",
            count(totals.cases, "case", "cases"),
            if compared.left.writes { "" } else { "; only reads were sent" }
        )),
    );
    for (class, word, number) in [
        ("kept", "same", totals.same),
        ("broken", "breaking", totals.breaking),
        ("inconclusive", "compatible", totals.compatible),
        ("not-exercised", "cosmetic", totals.cosmetic),
    ] {
        let _ = write!(page, "<div class=\"count {class}\"><strong>{number}</strong><span>{word}</span></div>");
    }
    page += "</div>\n";
    if totals.broken_alike > 0 {
        let _ = writeln!(
            page,
            "<p class=\"facts\">{} the contract on both sides alike: <code>countersign run</code> tells about it.</p>",
            count(totals.broken_alike, "case breaks", "cases break")
        );
    }
    for says in &compared.troubles {
        let _ = writeln!(page, "<p class=\"facts\">{}</p>", html(says));
    }
    page + "</section>\n"
}

fn differences(compared: &Comparison) -> String {
    if compared.differences.is_empty() {
        return String::new();
    }
    let all = alike::arranged(&compared.differences, &compared.answers);
    format!("<section><h2>What differs</h2>\n{}</section>\n", cards(&all, compared.left_out, &DEPLOYMENTS))
}

fn noise(compared: &Comparison) -> String {
    if compared.volatile.is_empty() && compared.unsteady.is_empty() {
        return String::new();
    }
    let mut page = "<section><h2>What differs anyway</h2>\n<p class=\"lead\">Between two answers of the same side. \
                    It is not compared but for its kind; <code>--write-rules</code> keeps the rules.</p>\n"
        .to_owned();
    if !compared.volatile.is_empty() {
        page += "<div class=\"plain\"><table><thead><tr><th>Operation</th><th>Status</th><th>Place</th><th>Rule</th>\
                 <th>Left</th><th>Right</th></tr></thead><tbody>\n";
        for found in &compared.volatile {
            let rule = serde_json::Value::from(found.rule.rule.clone()).to_string().replace('"', "");
            let _ = writeln!(
                page,
                "<tr><td>{}</td><td>{}</td><td><code>{}</code></td><td>{}</td><td>{}</td><td>{}</td></tr>",
                html(&found.rule.operation),
                html(&found.rule.status),
                html(&found.rule.place.to_string()),
                html(&rule),
                found.left,
                found.right
            );
        }
        page += "</tbody></table></div>\n";
    }
    for case in &compared.unsteady {
        let _ = writeln!(
            page,
            "<p class=\"facts\">{} <code>{}</code> on the {}: {}</p>",
            html(&case.operation),
            html(&case.case.0),
            case.side.word(),
            html(&case.says)
        );
    }
    page + "</section>\n"
}

fn timing(compared: &Comparison) -> String {
    if compared.timing.is_empty() {
        return String::new();
    }
    let millis = |micros: u64| format!("{}.{} ms", micros / 1000, micros % 1000 / 100);
    let cells = |timing: &OperationTiming| {
        format!(
            "<td>{}</td><td>{}</td><td>{}</td>",
            timing.requests,
            millis(timing.median_micros),
            millis(timing.p95_micros)
        )
    };
    let mut page = "<section><h2>How long it took</h2>\n<table class=\"timings\"><thead><tr><th>Operation</th>\
                    <th>left</th><th>median</th><th>p95</th><th>right</th><th>median</th><th>p95</th></tr></thead><tbody>\n"
        .to_owned();
    for timing in &compared.timing {
        let says = timing.says.as_ref().map(|says| format!("<span class=\"trait\">{}</span>", html(says)));
        let _ = writeln!(
            page,
            "<tr><th>{}{}</th>{}{}</tr>",
            html(&timing.left.operation),
            says.unwrap_or_default(),
            cells(&timing.left),
            cells(&timing.right)
        );
    }
    page + "</tbody></table></section>\n"
}
