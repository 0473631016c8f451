//! Plain text → blocks. Tables come flattened in two ways: with `|` at the ends of cells and a line of dashes under the
//! head, or with every cell a paragraph of its own.

use super::block::{Block, Cell, Said, Table};
use super::kind;
use super::words::{self, Column, Part};
use crate::text::{FileId, Span};

/// The blocks of a text, in order.
pub(super) fn blocks(text: &str, file: FileId) -> Vec<Block> {
    let lines = lines(text, file);
    let separators = separators(&lines);
    let mut blocks = Vec::new();
    let mut at = 0;
    for (index, found) in separators.iter().enumerate() {
        loose(&lines[at.min(found.head.0)..found.head.0], &mut blocks);
        let end = separators.get(index + 1).map_or(lines.len(), |next| next.head.0);
        let columns: Vec<Column> = found.cells.iter().map(|cell| words::column_of_head(&cell.text)).collect();
        let (rows, used) = piped_rows(&lines[found.line + 1..end], &columns);
        blocks.push(Block::Table(Table { head: found.cells.clone(), rows }));
        at = found.line + 1 + used;
    }
    loose(&lines[at..], &mut blocks);
    blocks
}

/// The lines that are not empty.
pub(super) fn lines(text: &str, file: FileId) -> Vec<Said> {
    let mut all = Vec::new();
    let mut start = 0;
    for (number, line) in (1u32..).zip(text.split_inclusive('\n')) {
        let said = line.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\u{200b}');
        if !said.is_empty() {
            let at = start + line.find(said).unwrap_or(0);
            let span = Span { file, start: at, end: at + said.len() };
            all.push(Said { text: said.to_owned(), line: number, span });
        }
        start += line.len();
    }
    all
}

/// A line of dashes, with the head above it.
struct Separator {
    line: usize,
    /// The lines of the head: first, and one past the last.
    head: (usize, usize),
    cells: Vec<Said>,
}

fn separators(lines: &[Said]) -> Vec<Separator> {
    let mut all: Vec<Separator> = Vec::new();
    for (line, said) in lines.iter().enumerate() {
        let Some(columns) = dashes(&said.text) else { continue };
        let floor = all.last().map_or(0, |last| last.line + 1);
        // The dashes of one column are written with and without the last bar.
        for columns in [columns, columns + 1, columns.saturating_sub(1)] {
            if let Some((head, cells)) = head_above(lines, line, floor, columns) {
                all.push(Separator { line, head, cells });
                break;
            }
        }
    }
    all
}

/// How many columns a line of dashes and bars has.
fn dashes(line: &str) -> Option<usize> {
    let fine = line.contains("---") && line.contains('|') && line.chars().all(|c| "-|: +".contains(c));
    let groups = line.split('|').filter(|group| group.contains("---")).count();
    (fine && groups > 0).then_some(groups)
}

fn head_above(
    lines: &[Said],
    line: usize,
    floor: usize,
    columns: usize,
) -> Option<((usize, usize), Vec<Said>)> {
    if columns == 0 {
        return None;
    }
    // All cells on one line.
    if line > floor {
        let cells = on_one_line(&lines[line - 1]);
        if columns > 1 && cells.len() == columns {
            return Some((
                (line - 1, line),
                cells.into_iter().filter_map(|cell| cell.into_iter().next()).collect(),
            ));
        }
    }
    let start = line.checked_sub(columns).filter(|start| *start >= floor)?;
    let cells: Vec<Said> = lines[start..line].iter().filter_map(cell_end).collect();
    (cells.len() == columns).then_some(((start, line), cells))
}

/// The text before the bar at the end of a line.
fn cell_end(said: &Said) -> Option<Said> {
    let text = said.text.strip_suffix('|')?.trim_end();
    let text = text.strip_prefix('|').unwrap_or(text).trim();
    Some(Said { text: text.to_owned(), ..said.clone() })
}

/// The cells of a line that has all of them.
fn on_one_line(said: &Said) -> Vec<Cell> {
    let text = said.text.trim();
    let text = text.strip_prefix('|').unwrap_or(text);
    let text = text.strip_suffix('|').filter(|rest| !rest.ends_with('\\')).unwrap_or(text);
    let mut cells = vec![String::new()];
    let mut before = ' ';
    for c in text.chars() {
        if c == '|' && before != '\\' {
            cells.push(String::new());
        } else if let Some(cell) = cells.last_mut() {
            cell.push(c);
        }
        before = c;
    }
    let cell = |cell: String| vec![Said { text: cell.trim().replace("\\|", "|"), ..said.clone() }];
    cells.into_iter().map(cell).collect()
}

/// The rows under a line of dashes, and how many lines they take.
fn piped_rows(lines: &[Said], heads: &[Column]) -> (Vec<Vec<Cell>>, usize) {
    let columns = heads.len();
    if columns > 1 && lines.first().is_some_and(|said| said.text == "|") {
        return barred_rows(lines, heads);
    }
    let mut rows = Vec::new();
    let mut row: Vec<Cell> = Vec::new();
    let mut cell: Cell = Vec::new();
    let mut used = 0;
    for (at, said) in lines.iter().enumerate() {
        let fresh = row.is_empty() && cell.is_empty();
        if fresh && columns > 1 {
            let mut whole = on_one_line(said);
            // The bar at the end may be that before an empty cell.
            if whole.len() > 1 && whole.len() + 1 == columns && said.text.ends_with('|') {
                whole.push(Vec::new());
            }
            let ends = said.text.strip_suffix('|').is_some() && whole.len() == 1;
            if whole.len() == columns {
                rows.push(whole);
                used = at + 1;
                continue;
            }
            // What begins a row is a line of one cell; anything else is behind the table.
            if !ends {
                break;
            }
        }
        if fresh && columns == 1 && cell_end(said).is_none() {
            break;
        }
        match cell_end(said) {
            Some(last) => {
                if !last.text.is_empty() {
                    cell.push(last);
                }
                row.push(std::mem::take(&mut cell));
                found_lost(&mut row, heads);
            }
            None => cell.push(said.clone()),
        }
        if row.len() == columns {
            rows.push(std::mem::take(&mut row));
            used = at + 1;
        }
        if cell.len() > 200 {
            break;
        }
    }
    (rows, used)
}

/// The same where every row begins with a line that is only a bar.
fn barred_rows(lines: &[Said], heads: &[Column]) -> (Vec<Vec<Cell>>, usize) {
    let mut rows = Vec::new();
    let mut at = 0;
    while lines.get(at).is_some_and(|said| said.text == "|") {
        let mut row: Vec<Cell> = Vec::new();
        let mut cell: Cell = Vec::new();
        let mut end = at + 1;
        while row.len() < heads.len() {
            let Some(said) = lines.get(end) else { break };
            match cell_end(said) {
                Some(last) => {
                    cell.extend(Some(last).filter(|last| !last.text.is_empty()));
                    row.push(std::mem::take(&mut cell));
                    found_lost(&mut row, heads);
                }
                None => cell.push(said.clone()),
            }
            end += 1;
        }
        if row.len() < heads.len() {
            break;
        }
        rows.push(row);
        at = end;
    }
    (rows, at)
}

/// Where the name of a row is lost, such as that of a link, its first cell is that of the next column.
fn found_lost(row: &mut Vec<Cell>, heads: &[Column]) {
    let [Column::Name, next, ..] = heads else { return };
    let [first] = row.as_slice() else { return };
    let [said] = first.as_slice() else { return };
    let next = match next {
        Column::Mandatory => words::mandatory(&said.text).is_some(),
        Column::Type => kind::read(&said.text).is_some(),
        _ => false,
    };
    if next && !said.text.starts_with(|c: char| c.is_ascii_lowercase()) {
        row.insert(0, Vec::new());
    }
}

/// Lines that no bars hold together: tables whose cells are paragraphs, and text.
fn loose(lines: &[Said], blocks: &mut Vec<Block>) {
    let mut at = 0;
    while at < lines.len() {
        if let Some((skip, head, columns)) = head(&lines[at..]) {
            blocks.extend(lines[at..at + skip].iter().cloned().map(Block::Text));
            at += skip + head.len();
            let (rows, used) = rows(&lines[at..], &columns);
            blocks.push(Block::Table(Table { head, rows }));
            at += used;
        } else {
            // A bar alone begins the head of a table.
            blocks.extend(Some(&lines[at]).filter(|said| said.text != "|").cloned().map(Block::Text));
            at += 1;
        }
    }
}

/// The head of a table at the beginning of `lines`: how many lines stand before it (a heading with the same words as its
/// first cell), and its cells.
fn head(lines: &[Said]) -> Option<(usize, Vec<Said>, Vec<Column>)> {
    let mut columns = Vec::new();
    for said in lines {
        let Some(column) = words::column(&said.text) else { break };
        columns.push(column);
        if columns.len() > 12 {
            break;
        }
    }
    // A word that comes again was a heading.
    let mut start = 0;
    for (at, column) in columns.iter().enumerate() {
        if *column != Column::Other && columns[start..at].contains(column) {
            start = at;
        }
    }
    let first = *columns.get(start)?;
    let found = columns[start..].to_vec();
    let head = matches!(first, Column::Name | Column::Status | Column::Code) && found.len() > 1;
    head.then(|| (start, lines[start..columns.len()].to_vec(), found))
}

/// The rows under a head, and how many lines they take.
fn rows(lines: &[Said], columns: &[Column]) -> (Vec<Vec<Cell>>, usize) {
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        if let Some((cells, used)) = row_start(&lines[at..], columns) {
            rows.push(cells);
            at += used;
            continue;
        }
        if rows.is_empty() || ends(&lines[at..], columns) {
            break;
        }
        let said = lines[at].clone();
        match rows.last_mut().and_then(|row| row.last_mut()) {
            Some(cell) => cell.push(said),
            None => break,
        }
        at += 1;
    }
    (rows, at)
}

/// The cells of a row that begins here, the last one still to be filled; and how many lines they take.
fn row_start(lines: &[Said], columns: &[Column]) -> Option<(Vec<Cell>, usize)> {
    let first = lines.first()?;
    let looks = match columns[0] {
        Column::Status => status(&first.text),
        Column::Code => first.text.chars().any(|c| c.is_ascii_digit()) && name(&first.text),
        _ => name(&first.text),
    };
    if !looks || words::part(&first.text).is_some_and(|_| first.text.contains(' ')) {
        return None;
    }
    let mut cells = vec![vec![first.clone()]];
    let (mut at, mut sure) = (1, columns[0] == Column::Status);
    let last = columns.len() - 1;
    for (index, column) in columns.iter().enumerate().skip(1) {
        let Some(said) = lines.get(at) else {
            cells.resize(columns.len(), Vec::new());
            return sure.then_some((cells, at));
        };
        let fits = match column {
            Column::Mandatory => words::mandatory(&said.text).is_some(),
            // Beside `Yes`, a word is the name of a type.
            Column::Type => kind::read(&said.text).is_some() || (sure && type_name(&said.text)),
            Column::Location => words::location(&said.text).is_some() && said.text.chars().count() < 20,
            _ => false,
        };
        if fits {
            sure = true;
            at += 1;
            cells.push(vec![said.clone()]);
        } else if *column == Column::Type && columns.contains(&Column::Type) {
            return None;
        } else if index == last || matches!(column, Column::Mandatory | Column::Location) {
            cells.push(Vec::new());
        } else {
            // A cell of which nothing is known: one line.
            at += 1;
            cells.push(vec![said.clone()]);
        }
    }
    let plain =
        !columns.iter().any(|column| matches!(column, Column::Mandatory | Column::Type | Column::Location));
    (sure || plain).then_some((cells, at))
}

/// Whether a line can be the name of a type that a table of its own describes: `CreatedUser`.
fn type_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_uppercase())
        && text.chars().any(|c| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn status(text: &str) -> bool {
    let digits = text.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    digits.len() == 3
        && digits.as_bytes()[0].is_ascii_digit()
        && digits[1..].chars().all(|c| c.is_ascii_digit() || c == 'x' || c == 'X')
}

/// Whether a line can be the name of a parameter.
fn name(text: &str) -> bool {
    let fine = |c: char| c.is_ascii_alphanumeric() || "_-.$@[]{}".contains(c);
    !text.is_empty()
        && text.len() <= 80
        && text.chars().all(fine)
        && text.chars().any(|c| c.is_ascii_alphanumeric())
}

/// Whether a table is over here. What looks like an example may stand in a cell: then further rows follow it.
fn ends(lines: &[Said], columns: &[Column]) -> bool {
    if over(lines) {
        return true;
    }
    let text = lines[0].text.as_str();
    let json = text
        .strip_prefix(['{', '['])
        .is_some_and(|rest| rest.trim_start().chars().next().is_none_or(|next| "{[\"]}".contains(next)));
    let example = json || words::part(text) == Some(Part::Example);
    let typed = |column: &Column| matches!(column, Column::Mandatory | Column::Type);
    let inside = || {
        let rest = (1..lines.len().min(FURTHEST)).take_while(|at| !over(&lines[*at..]));
        columns.iter().any(typed) && rest.into_iter().any(|at| row_start(&lines[at..], columns).is_some())
    };
    example && !inside()
}

/// How many lines an example in a cell may take.
const FURTHEST: usize = 150;

/// Whether nothing of a table can come here.
fn over(lines: &[Said]) -> bool {
    let text = lines[0].text.as_str();
    // `NORMAL` and `FUNCTION` are values that a row lists.
    let shouts = text.chars().all(|c| c.is_ascii_uppercase() || c == '_') && !matches!(text, "URI" | "URL");
    let heads = |part: Part| {
        // A remark within a cell is headed `Note`, and may have an example.
        !matches!(part, Part::Constraints | Part::Function | Part::Example)
            && (!name(text) || text.chars().next().is_some_and(char::is_uppercase))
    };
    words::caption(text)
        || words::status_line(text).is_some()
        || (!shouts && words::outcome_line(text).is_some())
        || words::example(text).is_some()
        || (!shouts && words::part(text).is_some_and(heads))
        || super::uri::request_line(text).is_some()
        || head(lines).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::page::block::joined;

    fn tables(text: &str) -> Vec<Vec<Vec<String>>> {
        let table = |block: Block| match block {
            Block::Table(table) => {
                let head = vec![table.head.iter().map(|said| said.text.clone()).collect()];
                let rows = table.rows.iter().map(|row| row.iter().map(|cell| joined(cell)).collect());
                Some(head.into_iter().chain(rows).collect())
            }
            _ => None,
        };
        blocks(text, FileId(0)).into_iter().filter_map(table).collect()
    }

    #[test]
    fn bars_hold_tables_together_one_cell_or_one_row_a_line() {
        let cells = "Name |\nType |\n---|---|\nid |\nString |\nThe ID. |\nAfter\n";
        assert_eq!(tables(cells).len(), 1);
        let text = "Name |\nType |\nMeaning |\n---|---|---|\nid |\nString |\nThe ID\nof it, (a|b).\n|\nsize |\nLong |\nIts size |\n\
                    Name |\nType |\n---|---|\nx |\nInteger |\nFeedback\n";
        assert_eq!(
            tables(text),
            [
                vec![
                    vec!["Name", "Type", "Meaning"],
                    vec!["id", "String", "The ID of it, (a|b)."],
                    vec!["size", "Long", "Its size"]
                ],
                vec![vec!["Name", "Type"], vec!["x", "Integer"]],
            ]
        );
        let rows =
            "Name | Type | Meaning\n--- | --- | ---\nid | String | The ID\nsize | Long | \nText | here\n";
        assert_eq!(
            tables(rows),
            [vec![vec!["Name", "Type", "Meaning"], vec!["id", "String", "The ID"], vec!["size", "Long", ""]]]
        );
    }

    #[test]
    fn rows_may_begin_with_a_bar_and_lose_their_names() {
        let text = "|\nName |\nType |\nMeaning |\n|---|---|---|\n|\nid |\nString |\nThe ID.\nof it:\n|\n|\nObject |\nLinks |\n|\nsize |\n|\nBig |\nAfter\n";
        assert_eq!(
            tables(text),
            [vec![
                vec!["Name", "Type", "Meaning"],
                vec!["id", "String", "The ID. of it:"],
                vec!["", "Object", "Links"],
                vec!["size", "", "Big"]
            ]]
        );
        let lost = "Name |\nNeeded |\nType |\n---|---|---|\nYes |\nString |\nsize |\nNo |\nLong |\nAfter\n";
        assert_eq!(
            tables(&lost.replace("Needed", "Required"))[0][1..],
            [vec!["", "Yes", "String"], vec!["size", "No", "Long"]]
        );
    }

    #[test]
    fn paragraphs_are_tables_where_a_head_begins_them() {
        let text = "状态码\n\n状态码\n\n描述\n\n200\n\nOK\n\n404\n\nNot Found\n\n错误码\n\n请参见\n";
        assert_eq!(tables(text), [vec![vec!["状态码", "描述"], vec!["200", "OK"], vec!["404", "Not Found"]]]);
        let lost = "参数\n\n是否必选\n\n参数类型\n\n描述\n\nid\n\nString\n\n编号\n\n最大长度:3\n\nsize\n\n是\n\nInteger\n\n大小\n\n表2 响应\n";
        assert_eq!(
            tables(lost),
            [vec![
                vec!["参数", "是否必选", "参数类型", "描述"],
                vec!["id", "", "String", "编号 最大长度:3"],
                vec!["size", "是", "Integer", "大小"]
            ]]
        );
    }

    #[test]
    fn nothing_is_lost_and_no_input_is_too_odd() {
        for text in [
            "",
            "|",
            "---|---|",
            "a |\n---|---|\nb |",
            "Parameter\nType",
            "Parameter\nType\n",
            "a|b\n---|---|\n|||||\n",
        ] {
            let _ = blocks(text, FileId(0));
        }
        let count = blocks("one\n\ntwo\nthree", FileId(0)).len();
        assert_eq!(count, 3);
    }
}
