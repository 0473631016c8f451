//! Blocks → the parts of a page: what stands under which heading, and for which status.

use super::block::{Block, Entry, Said, Table};
use super::words::{self, Part};
use super::{kind, listed, statuses, uri};

/// A block with what is known of its place.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    /// None before the first heading, and under headings that nobody knows.
    pub(super) part: Option<Part>,
    /// The status that its heading says.
    pub(super) status: Option<String>,
    /// It belongs to answers that succeed, or that fail.
    pub(super) success: Option<bool>,
    /// What stands right above a table, or the heading above it.
    pub(super) caption: Option<Said>,
    /// Of a table: which one of the page, from 1.
    pub(super) place: u32,
    pub(super) holds: Holds,
}

/// What a piece is.
#[derive(Debug, Clone)]
pub(super) enum Holds {
    Text(Said),
    Code(Said),
    Table(Table),
    /// Each entry describes a field.
    List(Vec<Entry>),
}

/// A page in parts.
#[derive(Debug, Clone, Default)]
pub(super) struct Parts {
    pub(super) title: Option<Said>,
    /// The date that the page gives for itself.
    pub(super) updated: Option<String>,
    pub(super) pieces: Vec<Piece>,
    /// Headings that nobody knows.
    pub(super) strange: Vec<Said>,
    /// Statuses that stand above what is said of their answers.
    pub(super) statuses: Vec<(String, Said)>,
}

impl Parts {
    /// The pieces of one part.
    pub(super) fn of(&self, part: Part) -> impl Iterator<Item = &Piece> {
        self.pieces.iter().filter(move |piece| piece.part == Some(part))
    }
}

/// Divides a page.
pub(super) fn divide(blocks: Vec<Block>) -> Parts {
    let mut reader = Reader { title: title(&blocks), ..Reader::default() };
    reader.parts.title.clone_from(&reader.title);
    let mut blocks = blocks.into_iter().peekable();
    while let Some(block) = blocks.next() {
        match block {
            Block::Heading(said, _) => {
                reader.heading(said, matches!(blocks.peek(), Some(Block::Table(_) | Block::List(_))));
                reader.introduced = true;
            }
            Block::Text(said) => {
                let announces = announces(&said.text);
                reader.text(said);
                reader.introduced = announces;
            }
            Block::Code(said) => {
                reader.push(Holds::Code(said));
                reader.introduced = false;
            }
            Block::Table(table) => reader.table(Holds::Table(table)),
            Block::List(entries) if reader.announced(&entries) => reader.table(Holds::List(entries)),
            Block::List(entries) if reader.part == Some(Part::ErrorCodes) => {
                entries.into_iter().flat_map(Entry::lines).for_each(|said| reader.push(Holds::Text(said)));
            }
            Block::List(entries) => {
                entries.into_iter().flat_map(Entry::lines).for_each(|said| reader.text(said));
                reader.introduced = false;
            }
        }
    }
    reader.parts
}

#[derive(Default)]
struct Reader {
    parts: Parts,
    title: Option<Said>,
    part: Option<Part>,
    status: Option<String>,
    success: Option<bool>,
    /// How many there were.
    tables: u32,
    /// The last line, if it is a caption.
    above: Option<Said>,
    /// The last heading inside a part, as the caption of all tables under it.
    heading: Option<Said>,
    /// The last block is one that a list of fields may stand under.
    introduced: bool,
}

/// Whether a line says that fields follow: `Query parameters:`, `The body has these members:`.
fn announces(line: &str) -> bool {
    let lower = line.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let fields = [
        "parameter",
        "param",
        "field",
        "propert",
        "attribute",
        "member",
        "argument",
        "header",
        "参数",
        "字段",
        "属性",
    ];
    (words::part(line).is_some() || has(&fields))
        && line.chars().count() < 160
        && !has(&["value", "one of", "取值", "枚举"])
}

impl Reader {
    /// Whether a list describes fields of the request or of an answer: the page says so, and each entry names one.
    fn announced(&self, entries: &[Entry]) -> bool {
        self.introduced
            && matches!(self.part, Some(Part::Uri | Part::Request | Part::Response))
            && listed::fields(entries).is_some()
    }

    /// A table, or a list in its place.
    fn table(&mut self, holds: Holds) {
        // A heading is about the first table under it; what follows describes the objects in it.
        let heading = self.heading.take();
        let caption = self.above.take().or(heading);
        self.push(holds);
        self.tables += 1;
        self.introduced = false;
        if let Some(piece) = self.parts.pieces.last_mut() {
            piece.place = self.tables;
            piece.caption = caption;
        }
    }

    fn push(&mut self, holds: Holds) {
        // What stands below a request line that no heading announces is about the request.
        if let (None, Holds::Text(said) | Holds::Code(said)) = (self.part, &holds)
            && said.text.lines().next().is_some_and(|line| uri::request_line(line).is_some())
        {
            let (status, success) = (self.status.clone(), self.success);
            self.parts.pieces.push(Piece { part: None, status, success, caption: None, place: 0, holds });
            self.part = Some(Part::Request);
            return;
        }
        let (part, status, success) = (self.part, self.status.clone(), self.success);
        self.parts.pieces.push(Piece { part, status, success, caption: None, place: 0, holds });
        self.above = None;
    }

    fn enter(&mut self, part: Part, said: Said) {
        // "Request" below "Examples" is an example.
        self.part = Some(match (self.part, part) {
            (Some(Part::Example), Part::Response) | (Some(Part::Response), Part::Example) => {
                Part::ResponseExample
            }
            (Some(Part::Example), Part::Request) | (Some(Part::Request), Part::Example) => {
                Part::RequestExample
            }
            // An example of the address, above the tables about it.
            (Some(Part::Uri), Part::Example) => Part::Uri,
            _ => part,
        });
        if part != Part::Example {
            self.status = None;
        }
        self.success = words::outcome_line(&said.text);
        self.heading = words::location(&said.text).map(|_| said);
        self.above = None;
    }

    /// `above_table`: a table comes right after it.
    fn heading(&mut self, said: Said, above_table: bool) {
        if self.title.as_ref() == Some(&said) {
            return;
        }
        let word = matches!(self.part, Some(Part::Request | Part::Response)) && !said.bare().contains(' ');
        let status = status(&said.text, self.part);
        let announced = words::part_of_word(&said.text).filter(|part| self.part != Some(*part));
        if word
            && above_table
            && status.is_none()
            && announced.is_none()
            && words::location(&said.text).is_none()
            && words::part(&said.text).is_none_or(|part| part == Part::Constraints)
        {
            // The name of an object, above its table.
            self.heading = Some(said);
        } else if let Some(status) = status {
            if !matches!(self.part, Some(Part::Response | Part::ResponseExample)) {
                self.part = Some(Part::Response);
            }
            self.status = Some(status.clone());
            self.heading = None;
            self.parts.statuses.push((status, said));
        } else if let Some((request, _)) = uri::request_line(&said.text) {
            let _ = request;
            self.part = Some(Part::Uri);
            self.push(Holds::Text(said));
        } else if let Some(part) = words::part_of_heading(&said.text).or(announced) {
            self.enter(part, said);
        } else if word {
            self.heading = Some(said);
        } else {
            self.part = None;
            self.heading = None;
            self.parts.strange.push(said);
        }
    }

    fn text(&mut self, said: Said) {
        if self.title.as_ref() == Some(&said) {
            return;
        }
        if let Some(date) = updated(&said.text) {
            self.parts.updated = Some(date);
            return;
        }
        let answering = matches!(self.part, Some(Part::Response | Part::ResponseExample | Part::StatusCodes));
        let alone = || words::reason_line(&said.text).filter(|_| answering);
        if let Some(status) = words::status_line(&said.text).or_else(alone) {
            if !answering {
                self.part = Some(Part::Response);
            }
            if self.part == Some(Part::StatusCodes) {
                return self.push(Holds::Text(said));
            }
            self.status = Some(status.to_string());
            self.success = None;
            self.heading = None;
            self.parts.statuses.push((status.to_string(), said));
            return;
        }
        let part = words::part(&said.text).filter(|_| said.text.chars().count() < 60);
        // `Note` among the tables is about them.
        let remark = part == Some(Part::Constraints)
            && matches!(self.part, Some(Part::Uri | Part::Request | Part::Response));
        if let Some(part) = part.filter(|_| !remark).or_else(|| words::example(&said.text)) {
            return self.enter(part, said);
        }
        if let Some(success) = words::outcome_line(&said.text).filter(|_| answering) {
            self.success = Some(success);
            self.status = None;
            return;
        }
        let lined = matches!(self.part, Some(Part::Uri | Part::Request | Part::Response));
        let caption = words::caption(&said.text)
            || (lined
                && words::location(&said.text).is_some()
                && said.text.chars().count() < 80
                && !said.text.contains('{'))
            || (lined && dotted(said.bare()));
        let shown = said.clone();
        self.push(Holds::Text(said));
        if caption {
            self.above = Some(shown);
            if let Some(piece) = self.parts.pieces.last_mut() {
                piece.caption.clone_from(&self.above);
            }
        }
    }
}

/// Whether a line names an object: `auth.identity`.
fn dotted(line: &str) -> bool {
    !line.is_empty()
        && line.len() < 80
        && line.chars().all(|c| c.is_ascii_alphanumeric() || "_-.[]".contains(c))
        && line.chars().any(|c| c.is_ascii_alphabetic())
        && kind::read(line).is_none()
        && !words::none(line)
}

/// The status of a heading: `Status code: 200`, and among answers also `200 OK`.
fn status(heading: &str, part: Option<Part>) -> Option<String> {
    if let Some(status) = words::status_line(heading) {
        return Some(status.to_string());
    }
    let answers = [Part::Response, Part::ResponseExample, Part::StatusCodes, Part::ErrorCodes]
        .map(Some)
        .contains(&part);
    if let Some(status) = statuses::status(heading).filter(|_| answers) {
        return Some(status);
    }
    let word = heading.split(|c: char| !c.is_ascii_digit()).find(|word| word.len() == 3)?;
    let number: u16 = word.parse().ok().filter(|number| (100..600).contains(number))?;
    (words::part_of_heading(heading) == Some(Part::Response)).then(|| number.to_string())
}

/// The date of a line such as `更新时间:2024-01-19 GMT+08:00`.
fn updated(line: &str) -> Option<String> {
    let starts =
        ["更新时间", "最近更新", "Updated on", "Updated at", "Last updated", "Last Updated", "Update time"];
    let rest = starts.iter().find_map(|start| line.strip_prefix(start))?;
    let at = rest.find(|c: char| c.is_ascii_digit())?;
    let date = rest.get(at..at + 10)?;
    date.chars().all(|c| c.is_ascii_digit() || c == '-').then(|| date.to_owned())
}

/// The first heading, else the last line above the first part that is no sentence.
fn title(blocks: &[Block]) -> Option<Said> {
    let heading = blocks.iter().take(40).find_map(|block| match block {
        Block::Heading(said, _)
            if words::part_of_heading(&said.text)
                .is_none_or(|part| words::part(&said.text) != Some(part)) =>
        {
            Some(said.clone())
        }
        _ => None,
    });
    if heading.is_some() {
        return heading;
    }
    let mut found: Option<&Said> = None;
    for block in blocks {
        let Block::Text(said) = block else { break };
        match words::part(&said.text) {
            Some(Part::Aside) => {}
            Some(_) => break,
            None if uri::request_line(&said.text).is_some() || words::status_line(&said.text).is_some() => {
                break;
            }
            None if updated(&said.text).is_some() => {}
            None => {
                let sentence = said.text.ends_with(['.', '。', ';', ':']) || said.text.chars().count() > 150;
                if !sentence || found.is_none() {
                    found = Some(said);
                }
            }
        }
    }
    found.cloned()
}
