//! Lists → the fields that their entries describe: `- **name** (string, required): …`, `name` above `: …`.

use super::block::{Block, Entry, SOFT, Said, soft};
use super::kind::{self, Kind};
use super::prose::{Prose, Quote};
use super::table::{self, Field};
use super::{uri, words};

/// How deep lists inside entries are followed.
const DEEPEST: usize = 8;
/// The entries of lists that are deeper still stand in the innermost one that is kept.
const MOST_OPEN: usize = 32;

/// The lists that a page is being read into.
#[derive(Debug, Default)]
pub(super) struct Lists {
    /// One inside another; each with its entries.
    open: Vec<Vec<Entry>>,
    /// How many lists are open below those.
    deeper: usize,
    /// Inside a list that holds more than text: it is read as if there were none.
    spilt: usize,
}

impl Lists {
    /// Whether a list is being read.
    pub(super) fn is_begun(&self) -> bool {
        self.spilt == 0 && !self.open.is_empty()
    }

    /// Whether lines belong to an entry.
    pub(super) fn is_open(&self) -> bool {
        self.spilt == 0 && self.open.last().is_some_and(|entries| !entries.is_empty())
    }

    /// A list begins.
    pub(super) fn open(&mut self) {
        if self.spilt > 0 {
            self.spilt += 1;
        } else if self.open.len() == MOST_OPEN {
            self.deeper += 1;
        } else {
            self.open.push(Vec::new());
        }
    }

    /// A list ends; the outermost one is a block.
    pub(super) fn close(&mut self, out: &mut Vec<Block>) {
        if self.spilt > 0 {
            self.spilt -= 1;
            return;
        }
        if self.deeper > 0 {
            self.deeper -= 1;
            return;
        }
        let Some(entries) = self.open.pop() else { return };
        match self.open.last_mut().and_then(|around| around.last_mut()) {
            Some(entry) => entry.inner.extend(entries),
            None if fields(&entries).is_some() => out.push(Block::List(entries)),
            None => out.extend(entries.into_iter().flat_map(Entry::lines).map(Block::Text)),
        }
    }

    /// An entry begins.
    pub(super) fn entry(&mut self) {
        if self.spilt == 0
            && let Some(entries) = self.open.last_mut()
        {
            entries.push(Entry::default());
        }
    }

    /// A definition begins with what it defines.
    pub(super) fn term(&mut self, said: Said) {
        self.entry();
        if let Some(entry) = self.open.last_mut().and_then(|entries| entries.last_mut()) {
            entry.term = Some(said);
        }
    }

    /// The first `end` bytes of the entry's first line are marked.
    pub(super) fn mark(&mut self, end: usize) {
        if self.is_open()
            && let Some(entry) = self.open.last_mut().and_then(|entries| entries.last_mut())
            && entry.lines.is_empty()
            && entry.inner.is_empty()
        {
            entry.name = entry.name.or(Some(end));
        }
    }

    /// A line of the entry. What stands below a list inside it is told after it.
    pub(super) fn line(&mut self, said: Said) {
        if let Some(entry) = self.open.last_mut().and_then(|entries| entries.last_mut()) {
            entry.lines.push(said);
        }
    }

    /// What was read so far is no list.
    pub(super) fn spill(&mut self, out: &mut Vec<Block>) {
        if self.open.is_empty() {
            return;
        }
        self.spilt = self.open.len() + std::mem::take(&mut self.deeper);
        // The entries of an inner list stand behind what their entry has said so far.
        let entries = std::mem::take(&mut self.open).into_iter().flatten();
        out.extend(entries.flat_map(Entry::lines).map(Block::Text));
    }
}

/// The fields of a list, if every entry of it names one.
pub(super) fn fields(entries: &[Entry]) -> Option<Vec<Field>> {
    let rows = rows(entries, 0)?;
    let mut all = Vec::new();
    for field in rows {
        table::insert(&mut all, field);
    }
    Some(all)
}

fn rows(entries: &[Entry], depth: usize) -> Option<Vec<Field>> {
    if entries.is_empty() || depth > DEEPEST {
        return None;
    }
    let mut all: Vec<Field> = Vec::new();
    // Entries below one that ends with a colon may be what it lists.
    let (mut lists, mut inside) = (false, false);
    let mut heard = Vec::new();
    for entry in entries {
        // What is not marked as a name may be any word.
        let named = entry.name.is_some() || entry.term.is_some();
        let found = field(entry, depth).filter(|(_, told)| *told || (named && !inside));
        let Some((field, _)) = found else {
            inside = true;
            all.last().filter(|_| lists)?;
            told_inside(std::slice::from_ref(entry), &mut heard);
            continue;
        };
        tell(all.last_mut(), &mut heard);
        lists = entry.lines.last().is_some_and(|said| said.text.trim_end().ends_with([':', '\u{ff1a}']));
        inside = false;
        all.push(field);
    }
    tell(all.last_mut(), &mut heard);
    Some(all)
}

/// Adds to a field what was told about it below.
fn tell(field: Option<&mut Field>, heard: &mut Vec<Said>) {
    if let Some(field) = field.filter(|_| !heard.is_empty()) {
        let mut said = field.prose.said.clone();
        said.append(heard);
        field.prose = Prose::new(&said);
    }
}

/// Whether what stands right behind the name says its type, need or place comes with the field.
fn field(entry: &Entry, depth: usize) -> Option<(Field, bool)> {
    let mut lines = entry.lines.iter();
    let first = lines.next()?;
    // Of a definition the name has a line of its own.
    let (name, behind, offset) = if let Some(name) = &entry.term {
        (name.text.as_str(), first.text.as_str(), 0)
    } else {
        let end = entry.name.unwrap_or_else(|| word(&first.text));
        (first.text.get(..end)?, first.text.get(end..)?, end)
    };
    let name = identifier(name)?;
    let head = annotations(behind);
    let told = head.mandatory.is_some() || head.kind.is_some() || head.location.is_some();
    let another = behind.trim_start_matches(['`', '*', ' ']);
    if !told && (another.starts_with([',', '/', '\u{3001}']) || another.starts_with("or ")) {
        return None;
    }
    if !told && words::part(&name).is_some() && name.starts_with(char::is_uppercase) {
        return None;
    }
    let mut children = Vec::new();
    let mut described: Vec<Said> = rest(first, offset + head.description).into_iter().collect();
    described.extend(lines.cloned());
    match rows(&entry.inner, depth + 1).filter(|_| entry.inner.iter().all(|inner| typed(inner, depth + 1))) {
        Some(inner) => {
            for field in inner {
                table::insert(&mut children, field);
            }
        }
        None => told_inside(&entry.inner, &mut described),
    }
    let mut kind = head.kind.clone().unwrap_or(Kind::Unknown);
    if !children.is_empty() {
        kind.hold(None);
    }
    let prose = Prose::new(&described);
    let field = Field {
        location: head.location,
        mandatory: head
            .mandatory
            .or_else(|| table::mandatory_in(prose.plain()))
            .filter(|_| !table::conditional(prose.plain())),
        odd_kind: None,
        head: quote(entry, first, offset, &head),
        default: None,
        null: None,
        facts: Vec::new(),
        unread: Vec::new(),
        described: !children.is_empty(),
        children,
        kind,
        prose,
        name,
    };
    Some((field, told))
}

/// Whether an inner entry is a member: values are listed inside entries too.
fn typed(entry: &Entry, depth: usize) -> bool {
    field(entry, depth).is_some_and(|(field, told)| told && field.kind != Kind::Unknown)
}

/// What stands behind the first `start` bytes of a line.
fn rest(said: &Said, start: usize) -> Option<Said> {
    let text = said.text.get(start..)?;
    let lines = said.text.get(..start)?.matches(SOFT).count();
    let line = said.line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
    (!text.trim().is_empty()).then(|| Said { text: text.to_owned(), line, span: said.span })
}

/// Lists inside an entry that describe no members are part of its description.
fn told_inside(entries: &[Entry], out: &mut Vec<Said>) {
    for entry in entries {
        out.extend(entry.term.iter().cloned());
        out.extend(entry.lines.iter().cloned());
        told_inside(&entry.inner, out);
    }
}

/// The words that name a field and say what it is.
fn quote(entry: &Entry, first: &Said, offset: usize, head: &Head) -> Quote {
    let told = head.end > 0;
    let end = if told { offset + head.end } else { first.text.len() };
    let words = first.text.get(..end).unwrap_or(&first.text);
    let softs = u32::try_from(words.matches(SOFT).count()).unwrap_or(0);
    let (start, text, span) = match &entry.term {
        Some(term) => (term.line, format!("{} | {}", term.text, soft(words)), term.span),
        None => (first.line, soft(words), first.span),
    };
    let text = super::origin::shorten(text.trim(), 160);
    Quote { lines: (start, first.line.saturating_add(softs).max(start)), text, span }
}

/// The end of the first word of a line.
fn word(line: &str) -> usize {
    line.find(|c: char| c.is_whitespace() || "(:\u{ff08}\u{ff1a}".contains(c)).unwrap_or(line.len())
}

/// A name as an entry writes it: `:id`, `tags[]`, `page[size]`.
fn identifier(text: &str) -> Option<String> {
    let name = text.trim().trim_matches(['`', '*', '"', '\'', ' ', ':', '\u{ff1a}']);
    let name = name.trim_end_matches(['.', ',']).trim_start_matches(['-']);
    let fine = name.len() <= 80
        && name.starts_with(|c: char| c.is_ascii_alphabetic() || "_$@".contains(c))
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-.[]$@:".contains(c))
        && uri::method(name).is_none()
        && !matches!(name, "true" | "false" | "null" | "none" | "None");
    fine.then(|| name.to_owned())
}

/// What stands between a name and its description.
#[derive(Debug, Default, PartialEq)]
struct Head {
    mandatory: Option<bool>,
    kind: Option<Kind>,
    location: Option<&'static str>,
    /// Where the words end that were understood.
    end: usize,
    /// Where the description begins.
    description: usize,
}

/// A word or two that say something about a field.
enum Piece {
    Mandatory(bool),
    Kind(Kind),
    Location(&'static str),
    /// `Type` and `Required`, before a colon.
    Label,
}

const GAP: [char; 22] = [
    ' ', '\t', SOFT, ':', '\u{ff1a}', ',', '\u{ff0c}', '\u{3001}', '-', '\u{2013}', '\u{2014}', '.',
    '\u{3002}', ';', '\u{ff1b}', '|', '*', '`', '{', '}', '<', '>',
];

impl Head {
    /// `label`: what a `yes` behind it says of the need, where it stands behind a word such as `Required:`.
    fn take(&mut self, piece: Piece, label: &mut Option<bool>) {
        let labelled = label.take();
        match piece {
            Piece::Mandatory(yes) if labelled.is_some() => {
                self.mandatory = labelled.map(|label| label == yes);
            }
            Piece::Mandatory(mandatory) => self.mandatory = self.mandatory.or(Some(mandatory)),
            Piece::Kind(kind) => self.kind = self.kind.take().or(Some(kind)),
            Piece::Location(location) => self.location = self.location.or(Some(location)),
            Piece::Label => *label = Some(true),
        }
    }
}

fn annotations(text: &str) -> Head {
    let mut head = Head::default();
    let (mut at, mut label) = (0, None);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let start = at + (rest.len() - rest.trim_start_matches(GAP).len());
        let rest = &text[start..];
        if let Some(close) = closing(rest) {
            let inside = &rest[rest.chars().next().map_or(0, char::len_utf8)..close];
            let pieces: Vec<Option<Piece>> = inside
                .split([',', '\u{ff0c}', ';', '\u{3001}', '/', '|'])
                .map(|one| piece(one, label.is_some()))
                .collect();
            let (known, all) = (pieces.iter().any(Option::is_some), pieces.iter().all(Option::is_some));
            if !known {
                break;
            }
            pieces.into_iter().flatten().for_each(|piece| head.take(piece, &mut label));
            head.end = start + close + rest[close..].chars().next().map_or(0, char::len_utf8);
            // What else is in the brackets is part of the description.
            head.description = if all { head.end } else { start };
            if !all {
                return head;
            }
        } else if let Some((found, used)) = [Some(segment(rest)), first_word(rest)]
            .into_iter()
            .flatten()
            .find_map(|end| Some((piece(&rest[..end], label.is_some()).filter(|_| end > 0)?, end)))
        {
            let asked = if let Piece::Mandatory(mandatory) = &found { Some(*mandatory) } else { None };
            head.take(found, &mut label);
            head.end = start + used;
            head.description = head.end;
            // `Required: yes`
            if text[head.end..].trim_start().starts_with([':', '\u{ff1a}']) {
                label = label.or(asked);
            }
        } else {
            break;
        }
        at = head.end;
    }
    if at > 0 {
        let marks = text[head.end..].trim_start_matches(['}', '>', '*', '`', '_']);
        head.end = text.len() - marks.len();
        head.description = head.end;
    }
    let rest = &text[head.description..];
    let trimmed = rest.trim_start_matches(GAP);
    // A sign belongs to its number.
    let skipped = rest.len() - trimmed.len();
    let sign = trimmed.starts_with(|c: char| c.is_ascii_digit()) && rest[..skipped].ends_with('-');
    head.description += skipped - usize::from(sign);
    head
}

/// Where the bracket ends that a text begins with.
fn closing(text: &str) -> Option<usize> {
    let close = match text.chars().next()? {
        '(' => ')',
        '\u{ff08}' => '\u{ff09}',
        '[' => ']',
        '\u{3010}' => '\u{3011}',
        _ => return None,
    };
    text.find(close)
}

/// The words up to the next mark of punctuation.
fn segment(text: &str) -> usize {
    let marks = [
        '.', ',', ':', ';', '(', '\u{ff08}', '\u{3002}', '\u{ff0c}', '\u{ff1a}', '\u{3001}', '\u{2013}',
        '\u{2014}', SOFT, '}', '|',
    ];
    let end = text.find(marks).unwrap_or(text.len());
    let dash = text.find(" - ").unwrap_or(text.len());
    end.min(dash)
}

/// The first word, where another sentence begins behind it or it says itself that it stands for more.
fn first_word(text: &str) -> Option<usize> {
    let end = text.find(char::is_whitespace)?;
    let next = text[end..].trim_start();
    let word = &text[..end];
    let behind = next.split(char::is_whitespace).next().unwrap_or_default();
    let fresh = next.starts_with(|c: char| c.is_uppercase() || !c.is_ascii() || "([`*".contains(c));
    (fresh || need(word).is_some() && behind != "if" && behind != "when" || need(behind).is_some())
        .then_some(end)
}

/// `labelled`: it stands behind a word such as `Required:`.
fn piece(text: &str, labelled: bool) -> Option<Piece> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || "*`_{}<>\"'".contains(c));
    let lower = text.to_lowercase();
    if let Some(mandatory) = need(text) {
        return Some(Piece::Mandatory(mandatory));
    }
    if labelled && let Some(mandatory) = words::mandatory(text) {
        return Some(Piece::Mandatory(mandatory));
    }
    match lower.as_str() {
        "type"
        | "data type"
        | "in"
        | "\u{7c7b}\u{578b}"
        | "\u{662f}\u{5426}\u{5fc5}\u{9009}"
        | "\u{662f}\u{5426}\u{5fc5}\u{586b}" => {
            return Some(Piece::Label);
        }
        "path" | "in path" | "path parameter" | "url parameter" | "\u{8def}\u{5f84}" => {
            return Some(Piece::Location("path"));
        }
        "query" | "in query" | "query parameter" | "query string" | "\u{67e5}\u{8be2}\u{53c2}\u{6570}" => {
            return Some(Piece::Location("query"));
        }
        "header" | "in header" | "\u{8bf7}\u{6c42}\u{5934}" => return Some(Piece::Location("header")),
        "body" | "in body" | "body parameter" | "\u{8bf7}\u{6c42}\u{4f53}" => {
            return Some(Piece::Location("body"));
        }
        _ => {}
    }
    let kind = kind::read(text)?;
    // "The object" is no type.
    let named = |kind: &Kind| matches!(kind.innermost(), Kind::Object(Some(_)));
    let array = ["array", "list"].iter().any(|word| lower.starts_with(word)) || lower.ends_with("[]");
    (!named(&kind) || array).then_some(Piece::Kind(kind))
}

fn need(text: &str) -> Option<bool> {
    let lower = text.trim_matches(|c: char| "*`_{}<>\"'".contains(c)).to_lowercase();
    match lower.as_str() {
        "not required" | "not mandatory" => Some(false),
        "is required" => Some(true),
        "required" | "mandatory" | "optional" | "必填" | "必选" | "必须" | "必需" | "可选" | "选填"
        | "非必填" | "非必选" => words::mandatory(&lower).or(Some(true)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_any_depth_are_read() {
        let said = |text: &str| Said { text: text.to_owned(), line: 1, span: crate::text::Span::default() };
        let (mut lists, mut out) = (Lists::default(), Vec::new());
        let deep = 200_000;
        for level in 0..deep {
            lists.open();
            lists.entry();
            lists.line(said(&format!("level {level}")));
        }
        (0..deep).for_each(|_| lists.close(&mut out));
        assert_eq!(out.len(), deep);
        assert!(!lists.is_begun());
    }

    #[test]
    fn what_stands_behind_a_name_is_read_in_many_ways() {
        let array = |kind| Some(Kind::Array(Box::new(kind)));
        for (text, mandatory, kind, location, description) in [
            (" (string, required): The name.", Some(true), Some(Kind::String), None, "The name."),
            (" (required, integer) \u{2014} How many.", Some(true), Some(Kind::Integer), None, "How many."),
            (" \u{2013} Show all.", None, None, None, "Show all."),
            (": string. Optional. The colour.", Some(false), Some(Kind::String), None, "The colour."),
            (
                "{{<required>}} Array of Integer. Your votes.",
                Some(true),
                array(Kind::Integer),
                None,
                "Your votes.",
            ),
            (" string required The name", Some(true), Some(Kind::String), None, "The name"),
            (
                " (query, optional, integer, default 20): Rows.",
                Some(false),
                Some(Kind::Integer),
                Some("query"),
                "(query, optional, integer, default 20): Rows.",
            ),
            (
                "\u{ff08}String\u{ff0c}必选\u{ff09}\u{ff1a}名称。",
                Some(true),
                Some(Kind::String),
                None,
                "名称。",
            ),
            (": String\u{ff0c}可选\u{ff0c}名称", Some(false), Some(Kind::String), None, "名称"),
            (". Type: string. Required: yes. Its name.", Some(true), Some(Kind::String), None, "Its name."),
            (": Required: no. Optional: yes. Its name.", Some(false), None, None, "Its name."),
            (" - The object to move.", None, None, None, "The object to move."),
            (" - -1 means all.", None, None, None, "-1 means all."),
            (" - number of rows", None, None, None, "number of rows"),
            (": required if there is no name", None, None, None, "required if there is no name"),
            (" (not for boards)", None, None, None, "(not for boards)"),
            ("", None, None, None, ""),
        ] {
            let head = annotations(text);
            let found = (head.mandatory, head.kind, head.location, &text[head.description..]);
            assert_eq!(found, (mandatory, kind, location, description), "{text}");
        }
    }

    #[test]
    fn names_are_told_from_words() {
        for (text, name) in [
            (":id", Some("id")),
            ("**name**:", Some("name")),
            ("page[size]", Some("page[size]")),
            ("X-Auth-Token", Some("X-Auth-Token")),
            ("the name", None),
            ("200", None),
            ("GET", None),
            ("true", None),
            ("/things", None),
            ("名称", None),
        ] {
            assert_eq!(identifier(text).as_deref(), name, "{text}");
        }
    }
}
