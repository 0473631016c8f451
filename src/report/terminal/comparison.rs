//! A comparison on the terminal: the differences, the worst first, then what differs anyway, and one line of summary.

use super::Style;
use super::page::{Page, Role};
use super::wrap::{columns, pad, wrap};
use crate::model::{Comparison, Diff, DiffOp, DifferenceClass, DifferenceGroup};
use crate::report::alike::{self, DEPLOYMENTS, Sides, Told};
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
    differences(&mut page, &alike::arranged(&compared.differences, &compared.answers), &DEPLOYMENTS);
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
    if compared.exit.code != 1 && !compared.exit.because.is_empty() {
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
pub(super) fn differences(page: &mut Page, all: &[Told<'_>], sides: &Sides) {
    for told in all.iter().take(MOST_GROUPS) {
        one(page, told, sides);
        page.blank();
    }
    if all.len() > MOST_GROUPS {
        page.paragraph(0, Role::Dim, &format!("… {} more kinds of differences", all.len() - MOST_GROUPS));
        page.blank();
    }
}

/// The line that a difference begins with.
pub(super) fn head(page: &mut Page, told: &Told<'_>, sides: &Sides) {
    let role = match told.group.class {
        DifferenceClass::Breaking => Role::Bad,
        DifferenceClass::Compatible => Role::Open,
        DifferenceClass::Cosmetic => Role::Dim,
    };
    let head = format!("{}: {}, {}", told.group.class.word(), told.title(sides), told.counted());
    page.paragraph(0, role, &one_line(&head));
}

fn one(page: &mut Page, told: &Told<'_>, sides: &Sides) {
    let group = told.group;
    head(page, told, sides);
    if let Some(everywhere) = told.everywhere() {
        page.labelled(2, "in ", Role::Dim, &one_line(&everywhere));
    }
    side_by_side(page, group, sides);
    for broken in group.breaks.iter().take(MOST_CLAUSES) {
        let label = format!("{} ", sides.verb(group.class, broken.side));
        page.labelled(2, &label, Role::Plain, &alike::reason(broken));
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
fn side_by_side(page: &mut Page, group: &DifferenceGroup, sides: &Sides) {
    if group.left.is_none() && group.right.is_none() {
        return;
    }
    let shown = |text: &Option<String>| text.as_ref().map_or("–".to_owned(), |text| one_line(&short(text)));
    let column = (page.width().saturating_sub(7) / 2).max(20);
    let (left, right) = (wrap(&shown(&group.left), column), wrap(&shown(&group.right), column));
    let wide = left.iter().map(|line| columns(line)).max().unwrap_or(0).max(columns(sides.heads[0]));
    let row = |left: &str, right: &str| format!("  {} │ {right}", pad(left, wide));
    let head = row(sides.heads[0], sides.heads[1]);
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
