//! HTML → blocks. Only what a reader sees: no scripts, styles or menus.

use std::cell::{Cell as Flag, RefCell};

use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, CharacterTokens, EndTag, StartTag, TagToken, Token, TokenSink, TokenSinkResult, Tokenizer,
    TokenizerOpts,
};

use super::block::{Block, Cell, Said, Table};
use super::listed::Lists;
use super::words;
use crate::text::{FileId, Span};

/// Whether a text is HTML.
pub(super) fn is_html(text: &str) -> bool {
    let start = text.trim_start().get(..600).unwrap_or(text.trim_start()).to_lowercase();
    let lower = text.to_lowercase();
    start.starts_with("<!doctype html")
        || start.contains("<html")
        || (start.starts_with('<') && lower.contains("<table"))
}

/// The blocks of a page, in order.
pub(super) fn blocks(text: &str, file: FileId) -> Vec<Block> {
    let sink = Events { line: Flag::new(0), all: RefCell::new(Vec::new()) };
    let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
    let mut places = Vec::new();
    let mut start = 0;
    for (number, line) in (1u32..).zip(text.split_inclusive('\n')) {
        tokenizer.sink.line.set(number);
        places.push(Span { file, start, end: start + line.trim_end().len() });
        start += line.len();
        let queue = BufferQueue::default();
        queue.push_back(line.into());
        while !queue.is_empty() {
            let _ = tokenizer.feed(&queue);
        }
    }
    tokenizer.end();
    let mut page = Page { places, ..Page::default() };
    for event in tokenizer.sink.all.take() {
        page.take(event);
    }
    page.flush();
    page.lists.spill(&mut page.blocks);
    while !page.tables.is_empty() {
        page.close_table();
    }
    page.blocks
}

/// What the tokenizer tells, with its line.
enum Event {
    Open(u32, String, u16, u16),
    Close(u32, String),
    Text(u32, String),
}

struct Events {
    /// The lines are fed one by one, so this is the line of every token.
    line: Flag<u32>,
    all: RefCell<Vec<Event>>,
}

impl TokenSink for Events {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        let line = self.line.get();
        match token {
            TagToken(tag) if tag.kind == StartTag => {
                let number = |name: &str| {
                    let given = tag.attrs.iter().find(|attribute| &*attribute.name.local == name);
                    given
                        .and_then(|attribute| attribute.value.trim().parse::<u16>().ok())
                        .unwrap_or(1)
                        .clamp(1, 100)
                };
                let name = tag.name.to_string();
                let raw = match name.as_str() {
                    "script" => Some(RawKind::ScriptData),
                    "style" | "noscript" | "iframe" => Some(RawKind::Rawtext),
                    "title" | "textarea" => Some(RawKind::Rcdata),
                    _ => None,
                };
                self.all.borrow_mut().push(Event::Open(line, name, number("colspan"), number("rowspan")));
                if let Some(raw) = raw {
                    return TokenSinkResult::RawData(raw);
                }
            }
            TagToken(tag) if tag.kind == EndTag => {
                self.all.borrow_mut().push(Event::Close(line, tag.name.to_string()));
            }
            CharacterTokens(text) => self.all.borrow_mut().push(Event::Text(line, text.to_string())),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

/// A table that is being read.
#[derive(Default)]
struct Open {
    rows: Vec<Row>,
    cell: Option<(Cell, u16, u16)>,
}

/// Its cells, each with how many columns and rows it takes; and whether all are heads.
#[derive(Default)]
struct Row {
    cells: Vec<(Cell, u16, u16)>,
    head: bool,
}

#[derive(Default)]
struct Page {
    blocks: Vec<Block>,
    places: Vec<Span>,
    tables: Vec<Open>,
    text: String,
    line: u32,
    /// The level of the heading that is open; 0 for none.
    heading: u8,
    /// Inside `pre`: how deep.
    pre: usize,
    /// Inside what nobody sees: how deep.
    hidden: usize,
    lists: Lists,
    /// Inside what is marked at the beginning of an entry.
    mark: bool,
    /// Inside what a definition defines.
    term: bool,
}

const HIDDEN: [&str; 10] =
    ["script", "style", "noscript", "iframe", "title", "textarea", "svg", "nav", "footer", "template"];
/// What names are marked with.
const MARKS: [&str; 8] = ["code", "strong", "b", "em", "i", "dfn", "kbd", "var"];
const INLINE: [&str; 25] = [
    "a", "abbr", "b", "bdi", "cite", "code", "del", "dfn", "em", "font", "i", "img", "ins", "kbd", "label",
    "mark", "q", "s", "small", "span", "strong", "sub", "sup", "u", "var",
];

impl Page {
    fn take(&mut self, event: Event) {
        match event {
            Event::Open(line, name, columns, rows) => self.open(line, &name, columns, rows),
            Event::Close(line, name) => self.close(line, &name),
            Event::Text(line, text) => self.say(line, &text),
        }
    }

    fn say(&mut self, line: u32, text: &str) {
        if self.hidden > 0 {
            return;
        }
        if self.text.trim().is_empty() && !text.trim().is_empty() {
            self.text.clear();
            self.line = line;
        }
        if self.pre > 0 {
            self.text.push_str(text);
            return;
        }
        for c in text.chars() {
            match c {
                c if c.is_whitespace() => {
                    if !self.text.ends_with(' ') {
                        self.text.push(' ');
                    }
                }
                '\u{200b}' | '\u{feff}' => {}
                c => self.text.push(c),
            }
        }
    }

    fn open(&mut self, line: u32, name: &str, columns: u16, rows: u16) {
        if HIDDEN.contains(&name) {
            self.hidden += 1;
            return;
        }
        if INLINE.contains(&name) {
            self.mark |= MARKS.contains(&name) && self.text.trim().is_empty();
            return;
        }
        if self.pre > 0 && name == "br" {
            return self.say(line, "\n");
        }
        self.flush();
        match name {
            // Lists of cells are lines of them.
            _ if !self.tables.is_empty() => {}
            "ul" | "ol" | "dl" => self.lists.open(),
            "li" => self.lists.entry(),
            "dt" => self.term = true,
            // What is more than text is no description of a field.
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "pre" | "table" => self.lists.spill(&mut self.blocks),
            _ => {}
        }
        match name {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.heading = name.as_bytes()[1] - b'0',
            "pre" => self.pre += 1,
            "table" => self.tables.push(Open::default()),
            "tr" => {
                self.close_cell();
                if let Some(table) = self.tables.last_mut() {
                    table.rows.push(Row { cells: Vec::new(), head: true });
                }
            }
            "td" | "th" => {
                self.close_cell();
                if let Some(table) = self.tables.last_mut() {
                    if table.rows.is_empty() {
                        table.rows.push(Row { cells: Vec::new(), head: true });
                    }
                    if let Some(row) = table.rows.last_mut() {
                        row.head &= name == "th";
                    }
                    table.cell = Some((Vec::new(), columns, rows));
                }
            }
            _ => {}
        }
    }

    fn close(&mut self, line: u32, name: &str) {
        if HIDDEN.contains(&name) {
            self.hidden = self.hidden.saturating_sub(1);
            return;
        }
        if self.hidden == 0 && MARKS.contains(&name) && std::mem::take(&mut self.mark) {
            self.lists.mark(self.text.trim_start().len());
        }
        if self.hidden > 0 || INLINE.contains(&name) {
            return;
        }
        self.flush();
        self.line = line;
        match name {
            "ul" | "ol" | "dl" if self.tables.is_empty() => self.lists.close(&mut self.blocks),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.heading = 0,
            "pre" => self.pre = self.pre.saturating_sub(1),
            "td" | "th" | "tr" => self.close_cell(),
            "table" => self.close_table(),
            _ => {}
        }
    }

    /// The text so far is a line of its own.
    fn flush(&mut self) {
        let text = std::mem::take(&mut self.text);
        let text = text.trim().to_owned();
        self.mark = false;
        if text.is_empty() {
            return;
        }
        let term = std::mem::take(&mut self.term);
        let span = self.places.get(self.line.saturating_sub(1) as usize).copied().unwrap_or_default();
        let said = Said { text, line: self.line, span };
        if let Some((cell, ..)) = self.tables.last_mut().and_then(|table| table.cell.as_mut()) {
            cell.push(said);
        } else if term && self.lists.is_begun() {
            self.lists.term(said);
        } else if self.lists.is_open() {
            self.lists.line(said);
        } else if self.pre > 0 {
            self.blocks.push(Block::Code(said));
        } else if self.heading > 0 {
            self.blocks.push(Block::Heading(said, self.heading));
        } else {
            self.blocks.push(Block::Text(said));
        }
    }

    fn close_cell(&mut self) {
        if let Some(table) = self.tables.last_mut()
            && let Some(cell) = table.cell.take()
            && let Some(row) = table.rows.last_mut()
        {
            row.cells.push(cell);
        }
    }

    fn close_table(&mut self) {
        self.close_cell();
        let Some(open) = self.tables.pop() else { return };
        let headed = open.rows.first().is_some_and(|row| row.head);
        let mut rows = grid(open.rows);
        if rows.is_empty() {
            return;
        }
        let head = rows.remove(0);
        let head: Vec<Said> =
            head.into_iter().map(|cell| cell.into_iter().next().unwrap_or_default()).collect();
        let known = head.iter().any(|said| words::column_of_head(&said.text) != words::Column::Other);
        if headed || known {
            self.blocks.push(Block::Table(Table { head, rows }));
        } else {
            // What only lays out: its cells are text.
            let cells = head.into_iter().chain(rows.into_iter().flatten().flatten());
            self.blocks.extend(cells.filter(|said| !said.text.is_empty()).map(Block::Text));
        }
    }
}

/// Rows of which each has a cell for every column: what takes several is repeated.
fn grid(rows: Vec<Row>) -> Vec<Vec<Cell>> {
    let mut above: Vec<(Cell, u16)> = Vec::new();
    let mut all = Vec::new();
    for row in rows.into_iter().filter(|row| !row.cells.is_empty()) {
        let mut cells = Vec::new();
        let mut next = row.cells.into_iter();
        let mut column = 0;
        loop {
            if let Some((cell, left)) = above.get_mut(column).filter(|(_, left)| *left > 0) {
                *left -= 1;
                cells.push(cell.clone());
                column += 1;
                continue;
            }
            let Some((cell, columns, rows)) = next.next() else { break };
            for _ in 0..columns {
                if above.len() <= column {
                    above.resize(column + 1, (Vec::new(), 0));
                }
                above[column] = (cell.clone(), rows - 1);
                cells.push(cell.clone());
                column += 1;
            }
        }
        all.push(cells);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::page::block::joined;

    #[test]
    fn tables_headings_and_code_are_found_with_their_lines() {
        let text = "<!DOCTYPE html>\n<html><head><title>No</title><style>p{}</style></head><body>\n<nav>Menu</nav>\n<h1>Make a\n thing</h1>\n\
            <p>Says &lt;this&gt;<br>and that</p>\n<table><thead><tr><th>Name<th>Type</thead>\n<tr><td rowspan=2>a<td><p>String</p><ul><li>one<li>two</ul>\n\
            <tr><td>Long\n</table><pre><code>{ \"a\":\n  1 }</code></pre><script>var a = '<p>no</p>';</script>";
        let blocks = blocks(text, FileId(0));
        let line = |text: &str| {
            blocks.iter().find_map(|block| match block {
                Block::Heading(said, _) | Block::Text(said) | Block::Code(said) if said.text == text => {
                    Some(said.line)
                }
                _ => None,
            })
        };
        assert_eq!(line("Make a thing"), Some(4));
        assert_eq!(line("Says <this>"), Some(6));
        assert_eq!(line("and that"), Some(6));
        assert_eq!(line("{ \"a\":\n  1 }"), Some(10));
        let tables: Vec<_> = blocks
            .iter()
            .filter_map(|block| if let Block::Table(table) = block { Some(table) } else { None })
            .collect();
        let rows: Vec<Vec<String>> =
            tables[0].rows.iter().map(|row| row.iter().map(|cell| joined(cell)).collect()).collect();
        assert_eq!(rows, [["a", "String one two"], ["a", "Long"]]);
        assert!(!format!("{blocks:?}").contains("no") && !format!("{blocks:?}").contains("Menu"));
    }

    #[test]
    fn no_html_is_too_odd() {
        for text in [
            "<table",
            "<td>x</td>",
            "<tr><td>",
            "</table></table>",
            "<table><td colspan=9999 rowspan=0>x",
            "<pre>",
            "&#x110000;",
            "<title>",
        ] {
            let _ = blocks(text, FileId(0));
        }
    }
}
