//! The list of statuses of a page.

use super::document::{Page, answer_of};
use super::prose::Quote;
use super::section::{Holds, Parts};
use super::words::{self, Column, Part};

/// The statuses of the page's list of them.
pub(super) fn statuses(page: &mut Page, parts: &Parts) {
    let mut found: Vec<(String, Option<String>, Quote)> = Vec::new();
    for piece in parts.of(Part::StatusCodes) {
        match &piece.holds {
            Holds::Table(table) => {
                for row in &table.rows {
                    let cells: Vec<String> = row.iter().map(|cell| super::block::joined(cell)).collect();
                    let Some((at, status)) =
                        cells.iter().enumerate().find_map(|(at, cell)| Some((at, status(cell)?)))
                    else {
                        continue;
                    };
                    let own =
                        cells[at][3..].trim_matches([' ', ':', '-', '\u{2013}', '\u{2014}', '.']).to_owned();
                    let says: Vec<String> = std::iter::once(own)
                        .chain(cells[at + 1..].iter().cloned())
                        .filter(|says| !words::none(says))
                        .collect();
                    let said = || row.iter().flatten();
                    let lines = (
                        said().map(|said| said.line).min().unwrap_or(0),
                        said().map(|said| said.line).max().unwrap_or(0),
                    );
                    let quote = Quote {
                        lines,
                        text: cells.join(" | "),
                        span: said().next().map(|said| said.span).unwrap_or_default(),
                    };
                    found.push((status, Some(says.join(" ")).filter(|says| !says.is_empty()), quote));
                }
            }
            // Only parameters and members are read as lists.
            Holds::List(_) => {}
            Holds::Text(said) | Holds::Code(said) => {
                let line = ["Normal", "Abnormal", "正常", "异常"]
                    .iter()
                    .fold(said.bare(), |line, word| line.strip_prefix(word).unwrap_or(line));
                let line = line.trim_start_matches([':', '\u{ff1a}', ' ']);
                let status =
                    words::status_line(&said.text).map(|status| status.to_string()).or_else(|| status(line));
                if let Some(status) = status {
                    let says = line
                        .get(3..)
                        .map(|rest| {
                            rest.trim_matches([' ', ':', '-', '\u{2013}', '\u{2014}', '.']).to_owned()
                        })
                        .filter(|says| !says.is_empty());
                    found.push((
                        status,
                        says,
                        Quote { lines: (said.line, said.line), text: said.text.clone(), span: said.span },
                    ));
                }
            }
        }
    }
    found.extend(refusals(parts));
    found.extend(parts.statuses.iter().map(|(status, said)| {
        let quote = Quote { lines: (said.line, said.line), text: said.bare().to_owned(), span: said.span };
        (status.clone(), None, quote)
    }));
    for (status, says, quote) in found {
        let answer = answer_of(page, Some(&status));
        if answer.from.is_none() {
            answer.says = says;
            answer.from = Some(quote);
        }
    }
}

/// The statuses of tables of error codes. The codes are told, no clause comes of them: such lists are never whole.
fn refusals(parts: &Parts) -> Vec<(String, Option<String>, Quote)> {
    let mut all: Vec<(String, Option<String>, Quote)> = Vec::new();
    for piece in parts.of(Part::ErrorCodes) {
        let Holds::Table(table) = &piece.holds else { continue };
        let column =
            |wanted: Column| table.head.iter().position(|said| words::column_of_head(&said.text) == wanted);
        let (Some(at), Some(code)) = (column(Column::Status), column(Column::Code)) else { continue };
        for row in &table.rows {
            let cells: Vec<String> = row.iter().map(|cell| super::block::joined(cell)).collect();
            let (Some(status), Some(code)) = (cells.get(at).and_then(|cell| status(cell)), cells.get(code))
            else {
                continue;
            };
            match all.iter_mut().find(|(other, ..)| *other == status) {
                Some((_, Some(says), _)) if says.len() < 300 => *says += &format!(", {code}"),
                Some(_) => {}
                None => {
                    let said = row.iter().flatten();
                    let lines = said.clone().map(|said| said.line);
                    let quote = Quote {
                        lines: (lines.clone().min().unwrap_or(0), lines.max().unwrap_or(0)),
                        text: cells.join(" | "),
                        span: row.iter().flatten().next().map(|said| said.span).unwrap_or_default(),
                    };
                    all.push((status, Some(format!("error codes {code}")), quote));
                }
            }
        }
    }
    all
}

/// The status at the beginning of a cell: `404`, `200 OK`, `4xx`.
fn status(cell: &str) -> Option<String> {
    let word = cell.trim().split(|c: char| !c.is_ascii_alphanumeric()).next()?;
    let mut characters = word.chars();
    let class = characters.next().filter(|c| ('1'..='5').contains(c))?;
    let rest: Vec<char> = characters.collect();
    match rest.as_slice() {
        [a, b] if a.is_ascii_digit() && b.is_ascii_digit() => Some(word.to_owned()),
        ['x' | 'X', 'x' | 'X'] => Some(format!("{class}XX")),
        _ => None,
    }
}
