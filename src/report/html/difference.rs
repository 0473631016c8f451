//! A difference between two answers as a card, of a comparison or of a run beside its baseline.

use std::fmt::Write as _;

use super::escape::{html, prose};
use crate::model::{Diff, DiffOp, DifferenceClass, DifferenceGroup};
use crate::report::alike::{Sides, Told};
use crate::report::words::one_line_as_is;

/// A page with more of them would open slowly; the JSON has the whole.
const MOST: usize = 300;

/// The differences, and how many more there are.
pub(super) fn cards(all: &[Told<'_>], left_out: u64, sides: &Sides) -> String {
    let mut page: String = all.iter().take(MOST).map(|told| card(told, sides)).collect();
    let more = all.len().saturating_sub(MOST);
    if more > 0 {
        let _ = writeln!(page, "<p class=\"soft\">{more} more kinds of differences</p>");
    }
    if left_out > 0 {
        let _ = writeln!(page, "<p class=\"soft\">{left_out} differences of more kinds than are listed</p>");
    }
    page
}

fn card(told: &Told<'_>, sides: &Sides) -> String {
    let group = told.group;
    let class = match group.class {
        DifferenceClass::Breaking => "error",
        DifferenceClass::Compatible => "warning",
        DifferenceClass::Cosmetic => "note",
    };
    let operation = told.everywhere().unwrap_or_else(|| group.operation.clone());
    let status = told.status().map(|status| format!("of the answer {status}")).unwrap_or_default();
    let mut page = format!(
        "<article class=\"finding difference {class}\"><header><span class=\"badge {class}\">{}</span><span class=\"soft\">{}</span>\
         <span class=\"soft\">{}</span></header>\n<h3><code>{}</code> {} <span class=\"site\">{}</span></h3>\n",
        group.class.word(),
        html(&operation),
        html(&told.counted()),
        html(&group.place.to_string()),
        html(sides.kind(group.kind)),
        html(&status),
    );
    page += &values(group, sides);
    if !group.breaks.is_empty() {
        page += "<ul class=\"links\">";
        for broken in &group.breaks {
            let _ = write!(
                page,
                "<li>{} <span class=\"address\">{}</span> <span class=\"soft\">{}</span></li>",
                sides.verb(group.class, broken.side),
                html(&broken.clause),
                prose(&broken.summary)
            );
        }
        page += "</ul>\n";
    }
    page += &answers(told, sides);
    page + &cases(told) + "</article>\n"
}

/// The two values, with what only one of them has marked.
fn values(group: &DifferenceGroup, sides: &Sides) -> String {
    if group.left.is_none() && group.right.is_none() {
        return String::new();
    }
    let dash = "<span class=\"soft\">–</span>".to_owned();
    let shown = |text: &Option<String>| text.as_ref().map_or_else(|| dash.clone(), |text| html(text));
    let (left, right) = if group.words.is_empty() {
        (shown(&group.left), shown(&group.right))
    } else {
        (marked(group, DiffOp::Expected, "del"), marked(group, DiffOp::Actual, "ins"))
    };
    let [one, other] = sides.heads;
    format!(
        "<dl class=\"compare\"><div class=\"left\"><dt>{one}</dt><dd>{left}</dd></div>\
         <div class=\"right\"><dt>{other}</dt><dd>{right}</dd></div></dl>\n"
    )
}

fn answers(told: &Told<'_>, sides: &Sides) -> String {
    let Some((case, step)) = told.answers else { return String::new() };
    let name = format!("answers-{}-{step}", html(&case.0));
    let open = if told.group.class == DifferenceClass::Breaking { " open" } else { "" };
    match told.diff {
        Some(diff) => format!(
            "<details class=\"evidence\" id=\"{name}\"{open}><summary>The answers</summary>{}</details>\n",
            lines(diff, sides)
        ),
        None => format!("<p class=\"facts\"><a href=\"#{name}\">Its answers stand above.</a></p>\n"),
    }
}

fn cases(told: &Told<'_>) -> String {
    let several = !told.also.is_empty();
    let mut page = format!(
        "<details class=\"evidence\"><summary>Cases <span class=\"soft\">{}</span></summary><ul class=\"cases\">",
        if several { String::new() } else { told.group.cases.to_string() }
    );
    let all = [told.group].into_iter().chain(told.also.iter().copied());
    let most = if several { 1 } else { usize::MAX };
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
    page + "</ul></details>"
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

fn lines(diff: &Diff, sides: &Sides) -> String {
    let mut page = "<div class=\"diff\" role=\"group\" aria-label=\"Difference\" tabindex=\"0\">".to_owned();
    for line in &diff.lines {
        let (class, word) = match line.op {
            DiffOp::Same => ("same", ""),
            DiffOp::Expected => ("expected", sides.heads[0]),
            DiffOp::Actual => ("actual", sides.heads[1]),
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
