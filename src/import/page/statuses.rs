//! The list of statuses of a page.

use super::block::{Cell, Said};
use super::document::{Page, answer_of};
use super::prose::Quote;
use super::section::{Holds, Parts, Piece};
use super::words::{self, Column, Part};

/// The statuses of the page's list of them.
pub(super) fn statuses(page: &mut Page, parts: &Parts) {
    let mut found: Vec<(String, Option<String>, Quote)> = Vec::new();
    for piece in &parts.pieces {
        let listing = piece.part == Some(Part::StatusCodes);
        match &piece.holds {
            Holds::Table(table) if listing || lists(piece) => {
                for row in &table.rows {
                    let cells: Vec<String> = row.iter().map(|cell| super::block::joined(cell)).collect();
                    let Some((at, status)) =
                        cells.iter().enumerate().find_map(|(at, cell)| Some((at, status(cell)?)))
                    else {
                        continue;
                    };
                    let own = cells[at].trim_start_matches(['`', '*', ' ']).get(3..).unwrap_or_default();
                    let own =
                        own.trim_matches([' ', ':', '-', '\u{2013}', '\u{2014}', '.', '`', '*']).to_owned();
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
            Holds::Text(said) if piece.part == Some(Part::ErrorCodes) => found.extend(refusal(said)),
            Holds::Text(said) | Holds::Code(said) if listing => {
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
            // Only parameters and members are read as lists.
            _ => {}
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

/// Whether a table lists statuses: each row has one, and no parameter or member.
pub(super) fn lists(piece: &Piece) -> bool {
    let Holds::Table(table) = &piece.holds else { return false };
    if !matches!(piece.part, Some(Part::Response | Part::ErrorCodes)) {
        return false;
    }
    let column = |said: &Said| words::column_of_head(&said.text);
    let code = |said: &Said| said.text.trim().eq_ignore_ascii_case("code");
    let (status_at, code_at) =
        (table.head.iter().position(|said| column(said) == Column::Status), table.head.iter().position(code));
    // Codes of errors, by status.
    if status_at.is_some()
        && (code_at.is_some() || table.head.iter().any(|said| column(said) == Column::Code))
    {
        return false;
    }
    let Some(at) = status_at.or(code_at) else { return false };
    let told =
        |row: &Vec<Cell>| row.get(at).is_some_and(|cell| status(&super::block::joined(cell)).is_some());
    table.head.iter().all(|said| column(said) != Column::Name)
        && !table.rows.is_empty()
        && table.rows.iter().all(told)
}

/// The status in a line about a refusal: `400 Bad Request`, `The name is taken. HTTP Status Code: 409`.
fn refusal(said: &Said) -> Option<(String, Option<String>, Quote)> {
    let bare = said.bare();
    let behind = |word: &str| {
        let at = bare.to_ascii_lowercase().find(word)?;
        let rest = bare.get(at + word.len()..)?.trim_start_matches([':', '\u{ff1a}', ' ']);
        status(rest)
    };
    let first = status(bare).filter(|_| {
        let rest = bare.trim_start_matches('`').get(3..).unwrap_or_default();
        words::reason_line(bare).is_some()
            || rest
                .trim_start_matches(['`', '*', ' '])
                .starts_with(|c: char| c.is_uppercase() || ":-\u{2013}\u{2014}(".contains(c))
    });
    let found =
        first.or_else(|| ["http status code", "http status", "http状态码"].into_iter().find_map(behind));
    let found = found.filter(|status| status.starts_with(['4', '5']))?;
    let quote = Quote { lines: (said.line, said.line), text: bare.to_owned(), span: said.span };
    let says = bare.strip_prefix(found.as_str()).unwrap_or(bare);
    let labelled = says.to_ascii_lowercase().starts_with("http status");
    let says = if labelled { "" } else { says };
    let says = says.trim_matches([' ', ':', '-', '\u{2013}', '\u{2014}', '.', '`']).to_owned();
    Some((found, Some(says).filter(|says| !says.is_empty()), quote))
}

/// The statuses of tables of error codes. The codes are told, no clause comes of them: such lists are never whole.
fn refusals(parts: &Parts) -> Vec<(String, Option<String>, Quote)> {
    let mut all: Vec<(String, Option<String>, Quote)> = Vec::new();
    for piece in parts.of(Part::ErrorCodes).chain(parts.of(Part::Response)) {
        let Holds::Table(table) = &piece.holds else { continue };
        if piece.part == Some(Part::Response) && super::table::fields(table).is_some() {
            continue;
        }
        let column =
            |wanted: Column| table.head.iter().position(|said| words::column_of_head(&said.text) == wanted);
        let plain = || table.head.iter().position(|said| said.text.trim().eq_ignore_ascii_case("code"));
        let code = column(Column::Code).or_else(plain);
        let (Some(at), Some(code)) = (column(Column::Status), code) else { continue };
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
pub(super) fn status(cell: &str) -> Option<String> {
    let word =
        cell.trim().trim_start_matches(['`', '*']).split(|c: char| !c.is_ascii_alphanumeric()).next()?;
    let mut characters = word.chars();
    let class = characters.next().filter(|c| ('1'..='5').contains(c))?;
    let rest: Vec<char> = characters.collect();
    match rest.as_slice() {
        [a, b] if a.is_ascii_digit() && b.is_ascii_digit() => Some(word.to_owned()),
        ['x' | 'X', 'x' | 'X'] => Some(format!("{class}XX")),
        _ => None,
    }
}
