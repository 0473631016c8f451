//! A comparison on the terminal: the differences, the worst first, then what differs anyway, and one line of summary.

use super::Style;
use super::page::{Page, Role};
use super::wrap::{columns, pad, wrap};
use crate::model::{Comparison, Diff, DiffOp, DifferenceClass, DifferenceGroup, Place};
use crate::report::alike;
use crate::report::words::{count, one_line, one_line_as_is, short};

/// Longer lists are cut here; compare.json has the whole.
const MOST_GROUPS: usize = 50;
/// Lines of a difference.
const MOST_LINES: usize = 24;
/// Broken clauses of a group.
const MOST_CLAUSES: usize = 6;
/// Rules and slow operations.
const MOST_NOTES: usize = 30;

/// The comparison as text.
#[must_use]
pub fn comparison(compared: &Comparison, style: &Style) -> String {
    let mut page = Page::new(*style);
    page.text = differences(&compared.differences, ("left", "right"), style);
    notes(compared, &mut page);
    let totals = &compared.totals;
    let role = match compared.exit.code {
        0 => Role::Good,
        1 => Role::Bad,
        _ => Role::Open,
    };
    let mut line = format!(
        "{}: {} compared, {} same, {} breaking, {} compatible, {} cosmetic",
        compared.exit.name,
        count(totals.cases, "case", "cases"),
        totals.same,
        totals.breaking,
        totals.compatible,
        totals.cosmetic
    );
    if totals.broken_alike > 0 {
        line += &format!(
            "; {} the contract on both sides alike",
            count(totals.broken_alike, "case breaks", "cases break")
        );
    }
    if compared.exit.code == 3 {
        line += &format!(" ({})", compared.exit.because);
    }
    page.paragraph(0, role, &one_line(&line));
    page.text
}

fn notes(compared: &Comparison, page: &mut Page) {
    if !compared.volatile.is_empty() {
        page.paragraph(
            0,
            Role::Strong,
            "differs from one answer to the next on the same side (not compared):",
        );
        let noise = alike::noise(&compared.volatile);
        for text in noise.iter().take(MOST_NOTES) {
            page.paragraph(2, Role::Dim, &one_line(text));
        }
        if noise.len() > MOST_NOTES {
            page.paragraph(2, Role::Dim, &format!("… {} more", noise.len() - MOST_NOTES));
        }
        page.blank();
    }
    let unsteady = compared.unsteady.iter().map(|case| {
        format!("unsteady: {} {} on the {}: {}", case.operation, case.case, case.side.word(), case.says)
    });
    let slow = compared.timing.iter().filter_map(|timing| {
        timing.says.as_ref().map(|says| format!("timing: {}: {says}", timing.left.operation))
    });
    let troubles = compared.troubles.iter().map(|says| format!("note: {says}"));
    let mut any = false;
    for text in unsteady.chain(slow).chain(troubles).take(MOST_NOTES) {
        page.paragraph(0, Role::Open, &one_line(&text));
        any = true;
    }
    if any {
        page.blank();
    }
}

/// Differences as text, with these words for the sides.
#[must_use]
pub fn differences(groups: &[DifferenceGroup], sides: (&str, &str), style: &Style) -> String {
    let mut page = Page::new(*style);
    let all = alike::arranged(groups);
    for told in all.iter().take(MOST_GROUPS) {
        one(&mut page, told, sides, style.width);
        page.blank();
    }
    if all.len() > MOST_GROUPS {
        page.paragraph(0, Role::Dim, &format!("… {} more kinds of differences", all.len() - MOST_GROUPS));
        page.blank();
    }
    page.text
}

fn one(page: &mut Page, told: &alike::Told<'_>, sides: (&str, &str), width: usize) {
    let group = told.group;
    let role = match group.class {
        DifferenceClass::Breaking => Role::Bad,
        DifferenceClass::Compatible => Role::Open,
        DifferenceClass::Cosmetic => Role::Dim,
    };
    let status = match (group.status, &group.place) {
        (_, Place::Status | Place::Answer) => String::new(),
        ([Some(left), _], _) => format!(" of {left}"),
        _ => String::new(),
    };
    let everywhere = told.everywhere();
    let head = match &everywhere {
        None => format!(
            "{}: {} {}{status}: {}, {}",
            group.class.word(),
            group.operation,
            group.place,
            group.kind,
            count(group.cases, "case", "cases")
        ),
        Some(_) => format!(
            "{}: {}: {}, in {} kinds of answers",
            group.class.word(),
            group.place,
            group.kind,
            told.also.len() + 1
        ),
    };
    page.paragraph(0, role, &one_line(&head));
    if let Some(everywhere) = &everywhere {
        page.labelled(2, "in ", Role::Dim, &one_line(everywhere));
    }
    side_by_side(page, group, sides, width);
    let verb = if group.class == DifferenceClass::Breaking { "breaks" } else { "is warned about by" };
    for broken in group.breaks.iter().take(MOST_CLAUSES) {
        let side = if broken.side == crate::model::Hand::Left { sides.0 } else { sides.1 };
        let text = format!("{}: {}", broken.clause, one_line(&short(&broken.summary)));
        page.labelled(2, &format!("{side} {verb} "), Role::Plain, &text);
    }
    if group.breaks.len() > MOST_CLAUSES {
        page.paragraph(2, Role::Dim, &format!("… {} more clauses", group.breaks.len() - MOST_CLAUSES));
    }
    if let Some(first) = group.witnesses.first() {
        let text = format!("{} {}, step {}: {}", first.case, first.sent, first.step + 1, first.why);
        page.labelled(2, "case ", Role::Dim, &one_line(&text));
    }
    match told.diff {
        Some(diff) => lines(page, diff),
        None if told.answers.is_some() => page.paragraph(4, Role::Dim, "its answers stand above"),
        None => {}
    }
}

/// The two values in columns, if there are any.
fn side_by_side(page: &mut Page, group: &DifferenceGroup, sides: (&str, &str), width: usize) {
    if group.left.is_none() && group.right.is_none() {
        return;
    }
    let shown = |text: &Option<String>| text.as_ref().map_or("–".to_owned(), |text| one_line(&short(text)));
    let column = (width.saturating_sub(7) / 2).max(20);
    let (left, right) = (wrap(&shown(&group.left), column), wrap(&shown(&group.right), column));
    let wide = left.iter().map(|line| columns(line)).max().unwrap_or(0).max(columns(sides.0));
    let row = |left: &str, right: &str| format!("  {} │ {right}", pad(left, wide));
    let head = row(sides.0, sides.1);
    page.whole(0, Role::Dim, &head);
    for at in 0..left.len().max(right.len()) {
        let text = |side: &[String]| side.get(at).cloned().unwrap_or_default();
        page.whole(0, Role::Plain, &row(&text(&left), &text(&right)));
    }
}

fn lines(page: &mut Page, diff: &Diff) {
    for line in diff.lines.iter().take(MOST_LINES) {
        let role = match line.op {
            DiffOp::Same | DiffOp::Gap => Role::Dim,
            DiffOp::Expected => Role::Bad,
            DiffOp::Actual => Role::Good,
        };
        page.whole(4, role, &format!("{} {}", line.op.sign(), one_line_as_is(&line.text)));
    }
    if diff.lines.len() > MOST_LINES {
        page.whole(4, Role::Dim, &format!("… {} more lines", diff.lines.len() - MOST_LINES));
    }
}
