//! Markdown → blocks.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::block::{Block, Cell, SOFT, Said, Table};
use super::listed::Lists;
use crate::text::{FileId, Span};

/// Whether a text is Markdown: it has headings, tables or fences of that format.
pub(super) fn is_markdown(path: &str, text: &str) -> bool {
    let ending = path.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    if ending.is_some_and(|ending| ["md", "markdown", "mdx"].contains(&ending.as_str())) {
        return true;
    }
    let heading = |line: &str| {
        let rest = line.trim_start_matches('#');
        rest.len() < line.len() && line.len() - rest.len() <= 6 && rest.starts_with(' ')
    };
    let table = |line: &str| line.starts_with('|') && line.contains("---") && line.ends_with('|');
    let lines = || text.lines().map(str::trim_end);
    lines().any(heading) && lines().any(|line| table(line) || line.starts_with("```") || heading(line))
}

/// The blocks of a page, in order.
pub(super) fn blocks(text: &str, file: FileId) -> Vec<Block> {
    let breaks: Vec<usize> = text.match_indices('\n').map(|(at, _)| at).collect();
    let mut page = Page {
        file,
        breaks,
        blocks: Vec::new(),
        text: String::new(),
        start: None,
        row: Vec::new(),
        cell: Vec::new(),
        table: None,
        code: false,
        front: false,
        lists: Lists::default(),
        mark: false,
    };
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_DEFINITION_LIST
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        page.take(event, range.start, text);
    }
    page.flush(Block::Text);
    page.blocks
}

struct Page {
    file: FileId,
    breaks: Vec<usize>,
    blocks: Vec<Block>,
    text: String,
    /// Where `text` begins.
    start: Option<(usize, usize)>,
    row: Vec<Cell>,
    cell: Cell,
    table: Option<Table>,
    code: bool,
    /// Inside the lines above the page that are about it.
    front: bool,
    lists: Lists,
    /// Inside what is marked at the beginning of an entry.
    mark: bool,
}

impl Page {
    /// The title that the lines above the page give it.
    fn title(&mut self, front: &str, at: usize) {
        let mut start = at;
        for line in front.split_inclusive('\n') {
            if let Some(title) = line.strip_prefix("title:") {
                self.start = Some((start, start + line.trim_end().len()));
                title.trim().trim_matches(['"', '\'']).clone_into(&mut self.text);
                let said = self.said();
                self.blocks.extend(said.map(|said| Block::Heading(said, 1)));
            }
            start += line.len();
        }
    }

    fn take(&mut self, event: Event<'_>, at: usize, source: &str) {
        match &event {
            // What is more than text is no description of a field.
            Event::Start(Tag::Table(_) | Tag::CodeBlock(_) | Tag::Heading { .. } | Tag::BlockQuote(_)) => {
                self.flush(Block::Text);
                self.lists.spill(&mut self.blocks);
            }
            Event::Start(Tag::Strong | Tag::Emphasis) => self.mark |= self.text.trim().is_empty(),
            Event::End(TagEnd::Strong | TagEnd::Emphasis) if std::mem::take(&mut self.mark) => {
                self.lists.mark(self.text.len());
            }
            _ => {}
        }
        match event {
            Event::Start(Tag::Table(_)) => {
                self.table = Some(Table::default());
            }
            Event::End(TagEnd::Table) => self.blocks.extend(self.table.take().map(Block::Table)),
            Event::End(TagEnd::TableCell) => {
                self.end_of_line();
                self.row.push(std::mem::take(&mut self.cell));
            }
            Event::End(TagEnd::TableHead) => {
                let first = |cell: Cell| cell.into_iter().next().unwrap_or_default();
                let row = std::mem::take(&mut self.row);
                if let Some(table) = &mut self.table {
                    table.head = row.into_iter().map(first).collect();
                }
            }
            Event::End(TagEnd::TableRow) => {
                let row = std::mem::take(&mut self.row);
                if let Some(table) = &mut self.table {
                    table.rows.push(row);
                }
            }
            Event::Start(Tag::CodeBlock(_)) => self.code = true,
            Event::End(TagEnd::CodeBlock) => {
                self.flush(Block::Code);
                self.code = false;
            }
            Event::End(TagEnd::Heading(level)) => {
                let said = self.said();
                self.blocks.extend(said.map(|said| Block::Heading(said, level as u8)));
            }
            Event::Start(Tag::MetadataBlock(_)) => self.front = true,
            Event::End(TagEnd::MetadataBlock(_)) => self.front = false,
            Event::Text(text) if self.front => self.title(&text, at),
            Event::Start(Tag::List(_) | Tag::DefinitionList) => {
                self.flush(Block::Text);
                self.lists.open();
            }
            Event::End(TagEnd::List(_) | TagEnd::DefinitionList) => {
                self.flush(Block::Text);
                self.lists.close(&mut self.blocks);
            }
            Event::Start(Tag::Item) => {
                self.flush(Block::Text);
                self.lists.entry();
            }
            Event::End(TagEnd::DefinitionListTitle) => match self.said() {
                Some(said) if self.lists.is_begun() => self.lists.term(said),
                said => self.blocks.extend(said.map(Block::Text)),
            },
            Event::Start(Tag::Paragraph | Tag::Heading { .. } | Tag::DefinitionListDefinition)
            | Event::End(TagEnd::Paragraph | TagEnd::Item | TagEnd::DefinitionListDefinition) => {
                self.flush(Block::Text);
            }
            Event::Code(text) => {
                let first = self.text.trim().is_empty();
                self.say(&text, at);
                if first {
                    self.lists.mark(self.text.len());
                }
            }
            Event::Text(text) => self.say(&text, at),
            Event::SoftBreak if self.lists.is_open() => self.say(SOFT.encode_utf8(&mut [0; 4]), at),
            Event::SoftBreak => self.say(" ", at),
            Event::HardBreak => self.end_of_line(),
            Event::InlineHtml(html) | Event::Html(html) => {
                let html = html.trim().to_lowercase();
                if html.starts_with("<br")
                    || html.starts_with("<li")
                    || html.starts_with("<p")
                    || html.starts_with("</")
                {
                    self.end_of_line();
                } else if html.starts_with('<') && self.table.is_none() && !html.starts_with("<!--") {
                    // `<id>` in prose is a placeholder, and a block of HTML has words of its own.
                    self.say(source.get(at..at + html.len()).unwrap_or_default(), at);
                }
            }
            _ => {}
        }
    }

    fn say(&mut self, text: &str, at: usize) {
        if self.start.is_none() && !text.trim().is_empty() {
            self.start = Some((at, at + text.len()));
        }
        self.text.push_str(text);
    }

    fn said(&mut self) -> Option<Said> {
        let text = std::mem::take(&mut self.text);
        let (start, end) = self.start.take()?;
        let text = if self.code { text.trim_end().to_owned() } else { text.trim().to_owned() };
        let line = u32::try_from(self.breaks.partition_point(|at| *at < start) + 1).unwrap_or(u32::MAX);
        (!text.is_empty()).then_some(Said { text, line, span: Span { file: self.file, start, end } })
    }

    /// In a cell, a line of it; elsewhere a block.
    fn end_of_line(&mut self) {
        if self.table.is_none() {
            return self.flush(Block::Text);
        }
        let said = self.said();
        self.cell.extend(said);
    }

    fn flush(&mut self, block: fn(Said) -> Block) {
        self.mark = false;
        match self.said() {
            Some(said) if self.lists.is_open() => self.lists.line(said),
            said => self.blocks.extend(said.map(block)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::page::block::joined;

    #[test]
    fn tables_headings_and_code_are_found_with_their_lines() {
        let text = "# Make a thing\n\n`POST /things/{id}`\n\n| Name | Type |\n|:--|---|\n| `a\\|b` | String<br>one |\n\n- 200\n- [x](y)\n\n```json\n{\n  \"a\": 1\n}\n```\n";
        assert!(is_markdown("x.txt", text) && !is_markdown("x.txt", "Name |\n---|\n"));
        let blocks = blocks(text, FileId(0));
        let shown: Vec<String> = blocks
            .iter()
            .map(|block| match block {
                Block::Heading(said, _) => format!("# {} {}", said.line, said.text),
                Block::Text(said) => format!("{} {}", said.line, said.text),
                Block::Code(said) => format!("code {} {:?}", said.line, said.text),
                Block::List(entries) => format!("list {}", entries.len()),
                Block::Table(table) => {
                    let row = &table.rows[0];
                    format!(
                        "table {} {} {} {}",
                        table.head[0].line,
                        row[0][0].line,
                        joined(&row[0]),
                        joined(&row[1])
                    )
                }
            })
            .collect();
        assert_eq!(
            shown,
            [
                "# 1 Make a thing",
                "3 POST /things/{id}",
                "table 5 7 a|b String one",
                "9 200",
                "10 x",
                "code 13 \"{\\n  \\\"a\\\": 1\\n}\""
            ]
        );
    }
}
