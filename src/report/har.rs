//! `failing.har`: HAR 1.2, the exchanges of the smallest witness of each finding, for the network panel of a browser.

use std::collections::BTreeSet;
use std::io::{self, Write};

use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::causes::causes;
use super::{Renderer, baseline, words};
use crate::model::{FindingReport, Meta, RunReport, ShownExchange, ShownMessage, Witness};

pub(super) struct Har;
pub(super) static THIS: Har = Har;

impl Renderer for Har {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn file_name(&self) -> &'static str {
        "failing.har"
    }

    fn render(&self, report: &RunReport, out: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut *out, &har(report))?;
        out.write_all(b"\n")
    }
}

static META: Meta = Meta {
    id: "har",
    summary: "HAR 1.2: the exchanges behind the findings, for the network panel of a browser",
    explain: "A page per finding's smallest case, an entry per request of it, with the controls; a run without findings \
              has no entries. `countersign import har` reads it. As in every report, secrets are replaced \
              and long bodies are cut. The log keeps no time per exchange: every entry starts with the run.",
};

fn har(report: &RunReport) -> Value {
    let started = if report.started.is_empty() { "1970-01-01T00:00:00Z" } else { &report.started };
    let (mut pages, mut entries) = (Vec::new(), Vec::new());
    let mut seen = BTreeSet::new();
    for finding in causes(report).iter().flat_map(|cause| &cause.findings) {
        let Some(witness) = finding.witnesses.first().filter(|witness| !witness.exchanges.is_empty()) else { continue };
        if !seen.insert(&witness.case) {
            continue;
        }
        pages.push(page(finding, witness, started));
        for (step, exchange) in witness.exchanges.iter().enumerate() {
            let failing = step == finding.finding.step.min(witness.exchanges.len() - 1);
            let waived = finding.waived.iter().map(|waiver| format!(" ({})", waiver.words()));
            let summary = std::iter::once(finding.finding.summary.clone()).chain(waived).collect::<String>();
            let comment = if failing { words::one_line(&summary) } else { String::new() };
            let control = exchange.control.as_deref().map(|control| (control, "the control: a plain value in the tested place".into()));
            for (exchange, comment) in std::iter::once((exchange, comment)).chain(control) {
                let mut entry = entry(exchange, base(report), started);
                entry["pageref"] = json!(witness.case.0);
                entry["comment"] = json!(comment);
                entries.push(entry);
            }
        }
    }
    json!({ "log": {
        "version": "1.2",
        "creator": { "name": "Countersign", "version": report.version },
        "comment": std::iter::once(format!("run {}", report.run))
            .chain(report.baseline.iter().map(baseline::summary)).collect::<Vec<_>>().join("; "),
        "pages": pages,
        "entries": entries,
    }})
}

/// The mock's port is another in each run.
fn base(report: &RunReport) -> &str {
    let target = report.settings.target.trim_end_matches('/');
    if target.starts_with("http://") || target.starts_with("https://") { target } else { "http://mock.invalid" }
}

fn page(finding: &FindingReport, witness: &Witness, started: &str) -> Value {
    json!({
        "startedDateTime": started,
        "id": witness.case.0,
        "title": format!("{}: {}", finding.address, words::one_line(&witness.why)),
        "pageTimings": {},
    })
}

#[expect(clippy::cast_precision_loss, reason = "a duration for people")]
fn entry(exchange: &ShownExchange, base: &str, started: &str) -> Value {
    let millis = exchange.micros as f64 / 1000.0;
    json!({
        "startedDateTime": started,
        "time": millis,
        "request": request(&exchange.request, base),
        "response": response(&exchange.reply),
        "cache": {},
        "timings": { "send": 0, "wait": millis, "receive": 0 },
    })
}

fn request(shown: &ShownMessage, base: &str) -> Value {
    let (method, target) = shown.line.split_once(' ').unwrap_or(("GET", "/"));
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let pairs: Vec<(&str, &str)> =
        query.split('&').filter(|pair| !pair.is_empty()).map(|pair| pair.split_once('=').unwrap_or((pair, ""))).collect();
    let mut url = format!("{}{}", utf8_percent_encode(base, LOOSE), utf8_percent_encode(path, LOOSE));
    for (at, (name, value)) in pairs.iter().enumerate() {
        let encode = |text| utf8_percent_encode(text, NON_ALPHANUMERIC);
        url += &format!("{}{}={}", if at == 0 { '?' } else { '&' }, encode(name), encode(value));
    }
    let mut request = json!({
        "method": method,
        "url": url,
        "httpVersion": "unknown",
        "cookies": cookies(shown, "cookie"),
        "headers": headers(shown),
        "queryString": pairs.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect::<Vec<_>>(),
        "headersSize": -1,
        "bodySize": shown.bytes,
    });
    if !shown.body.is_empty() {
        request["postData"] = json!({ "mimeType": media_type(shown), "text": shown.body });
    }
    request
}

/// A lost answer has status 0, as browsers write it, and the reason beside it.
fn response(shown: &ShownMessage) -> Value {
    let status = shown.line.get(..3).and_then(|code| code.parse::<u16>().ok());
    let reason = status.map_or("", |_| shown.line[3..].trim());
    let location = shown.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("location"));
    let mut response = json!({
        "status": status.unwrap_or(0),
        "statusText": reason,
        "httpVersion": "unknown",
        "cookies": cookies(shown, "set-cookie"),
        "headers": headers(shown),
        "content": { "size": shown.bytes, "mimeType": media_type(shown), "text": shown.body },
        "redirectURL": location.map_or("", |(_, to)| to.as_str()),
        "headersSize": -1,
        "bodySize": shown.bytes,
    });
    if status.is_none() {
        response["_error"] = json!(shown.line);
    }
    response
}

fn headers(shown: &ShownMessage) -> Vec<Value> {
    shown.headers.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect()
}

/// Name and value of each cookie, without its attributes.
fn cookies(shown: &ShownMessage, header: &str) -> Vec<Value> {
    let fields = shown.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case(header));
    let all = fields.flat_map(|(_, value)| value.split(';').take(if header == "cookie" { usize::MAX } else { 1 }));
    all.filter_map(|pair| pair.trim().split_once('='))
        .map(|(name, value)| json!({ "name": name, "value": value }))
        .collect()
}

fn media_type(shown: &ShownMessage) -> &str {
    let field = shown.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    field.map_or("", |(_, value)| value)
}

/// What no URL may hold; a percent sign is one that encodes.
const LOOSE: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'\\').add(b'^').add(b'`').add(b'{').add(b'|').add(b'}');
