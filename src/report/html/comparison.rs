//! `compare.html`: a comparison for people, in the look of a run's report. It needs no script.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use super::escape::html;
use super::{STYLE, fill, unix};
use crate::model::{
    Comparison, ComparedSide, Diff, DifferenceClass, DifferenceGroup, DiffOp, Hand, OperationTiming,
};
use crate::report::alike;
use crate::report::words::{count, one_line_as_is};

const PAGE: &str = include_str!("comparison.html");
/// A page with more of them would open slowly; compare.json has the whole.
const MOST_GROUPS: usize = 300;

/// Writes the page.
pub(in crate::report) fn comparison(compared: &Comparison, out: &mut dyn Write) -> io::Result<()> {
    let (left, right) = (&compared.left.target, &compared.right.target);
    let mut body = hero(compared);
    body += &differences(compared);
    body += &noise(compared);
    body += &timing(compared);
    let places: BTreeMap<&str, String> = BTreeMap::from([
        ("title", html(&format!("{}: {left} and {right}", compared.exit.name))),
        ("verdict", html(&compared.exit.name)),
        ("version", html(&compared.version)),
        ("style", unix(STYLE)),
        ("body", body),
    ]);
    fill(&unix(PAGE), &places, out)
}

fn hero(compared: &Comparison) -> String {
    let totals = &compared.totals;
    let (class, sign, says) = match compared.exit.code {
        0 => ("kept", "✓", "The same".to_owned()),
        1 => ("broken", "✗", "Different".to_owned()),
        _ => ("inconclusive", "?", "Inconclusive".to_owned()),
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
    let mut page = "<section><h2>What differs</h2>\n".to_owned();
    let all = alike::arranged(&compared.differences);
    for told in all.iter().take(MOST_GROUPS) {
        page += &one(told);
    }
    let more = all.len().saturating_sub(MOST_GROUPS) as u64 + compared.left_out;
    if more > 0 {
        let _ = writeln!(page, "<p class=\"more soft\">{more} more kinds of differences</p>");
    }
    page + "</section>\n"
}

fn one(told: &alike::Told<'_>) -> String {
    let group = told.group;
    let (class, badge) = match group.class {
        DifferenceClass::Breaking => ("error", "error"),
        DifferenceClass::Compatible => ("warning", "warning"),
        DifferenceClass::Cosmetic => ("note", "note"),
    };
    let everywhere = told.everywhere();
    let (operation, many) = match &everywhere {
        None => (group.operation.as_str(), count(group.cases, "case", "cases")),
        Some(all) => (all.as_str(), format!("{} kinds of answers", told.also.len() + 1)),
    };
    let status = group.status[0].filter(|_| everywhere.is_none());
    let status = status.map(|status| format!("of the answer {status}")).unwrap_or_default();
    let mut page = format!(
        "<article class=\"finding {class}\"><header><span class=\"badge {badge}\">{}</span><span class=\"soft\">{}</span>\
         <span class=\"soft\">{}</span></header>\n<h3><code>{}</code> {} <span class=\"site\">{}</span></h3>\n",
        group.class.word(),
        html(operation),
        html(&many),
        html(&group.place.to_string()),
        html(&group.kind.to_string()),
        html(&status),
    );
    if group.left.is_some() || group.right.is_some() {
        let dash = "<span class=\"soft\">–</span>".to_owned();
        let shown = |text: &Option<String>| text.as_ref().map_or_else(|| dash.clone(), |text| html(text));
        let (left, right) = if group.words.is_empty() {
            (shown(&group.left), shown(&group.right))
        } else {
            (marked(group, DiffOp::Expected, "del"), marked(group, DiffOp::Actual, "ins"))
        };
        let _ = writeln!(
            page,
            "<dl class=\"compare\"><div class=\"left\"><dt>left</dt><dd>{left}</dd></div>\
             <div class=\"right\"><dt>right</dt><dd>{right}</dd></div></dl>"
        );
    }
    if !group.breaks.is_empty() {
        let verb = if group.class == DifferenceClass::Breaking { "breaks" } else { "is warned about by" };
        page += "<ul class=\"links\">";
        for broken in &group.breaks {
            let side = if broken.side == Hand::Left { "left" } else { "right" };
            let _ = write!(
                page,
                "<li>{side} {verb} <span class=\"address\">{}</span> <span class=\"soft\">{}</span></li>",
                html(&broken.clause),
                html(&broken.summary)
            );
        }
        page += "</ul>\n";
    }
    let open = if group.class == DifferenceClass::Breaking { " open" } else { "" };
    if let Some((case, step)) = told.answers {
        let name = format!("answers-{}-{step}", html(&case.0));
        let _ = match told.diff {
            Some(diff) => writeln!(
                page,
                "<details class=\"evidence\" id=\"{name}\"{open}><summary>The answers</summary>{}</details>",
                lines(diff)
            ),
            None => writeln!(page, "<p class=\"facts\"><a href=\"#{name}\">Its answers stand above.</a></p>"),
        };
    }
    let _ = write!(
        page,
        "<details class=\"evidence\"><summary>Cases <span class=\"soft\">{}</span></summary><ul class=\"cases\">",
        if told.also.is_empty() { group.cases.to_string() } else { String::new() }
    );
    let most = if told.also.is_empty() { usize::MAX } else { 1 };
    let all = [group].into_iter().chain(told.also.iter().copied());
    for witness in all.flat_map(|group| group.witnesses.iter().take(most)) {
        let _ = write!(
            page,
            "<li><code>{}</code> {} <span class=\"soft\">step {}, {}</span></li>",
            html(&witness.case.0),
            html(&witness.why),
            witness.step + 1,
            html(&witness.sent)
        );
    }
    page + "</ul></details></article>\n"
}

/// One side of two texts, with what is only there marked.
fn marked(group: &DifferenceGroup, own: DiffOp, tag: &str) -> String {
    let mut out = String::new();
    for (op, text) in &group.words {
        if *op == DiffOp::Same {
            out += &html(text);
        } else if *op == own {
            let _ = write!(out, "<{tag}>{}</{tag}>", html(text));
        }
    }
    out
}

fn lines(diff: &Diff) -> String {
    let mut page = "<div class=\"diff\" role=\"group\" aria-label=\"Difference\" tabindex=\"0\">".to_owned();
    for line in &diff.lines {
        let (class, word) = match line.op {
            DiffOp::Same => ("same", ""),
            DiffOp::Expected => ("expected", "left"),
            DiffOp::Actual => ("actual", "right"),
            DiffOp::Gap => ("gap", ""),
        };
        let away = if word.is_empty() { String::new() } else { format!("<span class=\"away\">{word}: </span>") };
        let _ = write!(
            page,
            "<div class=\"{class}\"><span class=\"sign\" aria-hidden=\"true\">{}</span><code>{away}{}</code></div>",
            html(&line.op.sign().to_string()),
            html(&one_line_as_is(&line.text))
        );
    }
    page + "</div>"
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
