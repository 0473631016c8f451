//! Tables → the fields that their rows describe.

use super::block::{Cell, Said, Table, joined};
use super::kind::{self, Kind};
use super::limits::Fact;
use super::prose::{Prose, Quote};
use super::words::{self, Column};

/// A parameter, or a member of a body.
#[derive(Debug, Clone)]
pub(super) struct Field {
    pub(super) name: String,
    /// `path`, `query`, `header`, `cookie` or `body`, where the row says it.
    pub(super) location: Option<&'static str>,
    pub(super) mandatory: Option<bool>,
    pub(super) kind: Kind,
    /// A type that is stated and not known.
    pub(super) odd_kind: Option<Said>,
    /// `name | Yes | String`.
    pub(super) head: Quote,
    pub(super) prose: Prose,
    /// What a column of its own gives as the default.
    pub(super) default: Option<Said>,
    /// A type that allows `null` beside others.
    pub(super) null: Option<Said>,
    pub(super) facts: Vec<Fact>,
    /// Sentences that seem to promise something and are not understood.
    pub(super) unread: Vec<Quote>,
    /// The members of an object, or of an array's elements.
    pub(super) children: Vec<Field>,
    /// Whether a table of its own describes it.
    pub(super) described: bool,
}

/// The fields of a table, if its head names parameters.
pub(super) fn fields(table: &Table) -> Option<Vec<Field>> {
    let columns: Vec<Column> = table.head.iter().map(|said| words::column_of_head(&said.text)).collect();
    let names = columns.iter().position(|column| *column == Column::Name)?;
    let inverted = table.head.iter().any(|said| said.text.trim().eq_ignore_ascii_case("optional"));
    let mut all: Vec<Field> = Vec::new();
    for row in &table.rows {
        if let Some(field) = field(row, &columns, names, inverted) {
            insert(&mut all, field);
        }
    }
    Some(all)
}

/// The rows that have no name, by their first words.
pub(super) fn nameless(table: &Table) -> Vec<&Said> {
    let column = |said: &Said| words::column_of_head(&said.text) == Column::Name;
    let Some(names) = table.head.iter().position(column) else { return Vec::new() };
    let lost = |row: &&Vec<Cell>| row.get(names).is_none_or(|cell| name(&joined(cell)).is_none());
    table.rows.iter().filter(lost).filter_map(|row| row.iter().flatten().next()).collect()
}

fn cell<'r>(row: &'r [Cell], columns: &[Column], column: Column) -> Option<&'r Cell> {
    row.get(columns.iter().position(|other| *other == column)?)
}

fn field(row: &[Cell], columns: &[Column], names: usize, inverted: bool) -> Option<Field> {
    let name_cell = row.get(names)?;
    let name = name(&joined(name_cell))?;
    let described: Cell = [Column::Description, Column::Range]
        .iter()
        .filter_map(|column| cell(row, columns, *column))
        .flatten()
        .cloned()
        .collect();
    let lines = described;
    let default = cell(row, columns, Column::Default).and_then(|cell| cell.first());
    let prose = Prose::new(&lines);
    let said_mandatory = cell(row, columns, Column::Mandatory).and_then(|cell| mandatory(&joined(cell)));
    let mandatory = said_mandatory
        .map(|mandatory| mandatory != inverted)
        .or_else(|| mandatory_in(prose.plain()).filter(|_| !columns.contains(&Column::Mandatory)));
    let kind_cell = cell(row, columns, Column::Type).filter(|cell| !joined(cell).is_empty());
    let whole = kind_cell.map(|cell| joined(cell));
    let split = whole.as_deref().and_then(kind::or_null);
    let null = kind_cell.filter(|_| split.is_some()).and_then(|cell| cell.first()).cloned();
    let read = split.or(whole.as_deref()).and_then(kind::read);
    let odd_kind = kind_cell.filter(|_| read.is_none()).and_then(|cell| cell.first()).cloned();
    Some(Field {
        location: cell(row, columns, Column::Location).and_then(|cell| words::location(&joined(cell))),
        mandatory,
        kind: read.unwrap_or(Kind::Unknown),
        odd_kind,
        head: head(row, columns, &lines),
        prose,
        default: default.filter(|said| !words::none(&said.text)).cloned(),
        null,
        facts: Vec::new(),
        unread: Vec::new(),
        children: Vec::new(),
        described: false,
        name,
    })
}

/// The words of a row but for its description.
fn head(row: &[Cell], columns: &[Column], lines: &[Said]) -> Quote {
    let short = [Column::Name, Column::Mandatory, Column::Type, Column::Location];
    let cells: Vec<&Cell> = row
        .iter()
        .zip(columns)
        .filter(|(cell, column)| short.contains(column) && !joined(cell).is_empty())
        .map(|(cell, _)| cell)
        .collect();
    let said = || cells.iter().flat_map(|cell| cell.iter());
    let mut words: Vec<String> = cells.iter().map(|cell| joined(cell)).collect();
    // A name alone says little: the first words about it stand beside it.
    if words.len() == 1
        && let Some(first) = lines.first()
    {
        words.push(first.text.clone());
    }
    Quote {
        lines: (
            said().map(|said| said.line).min().unwrap_or(0),
            said().map(|said| said.line).max().unwrap_or(0),
        ),
        text: words.join(" | "),
        span: said().next().map(|said| said.span).unwrap_or_default(),
    }
}

/// A name without the marks of the page around it.
fn name(cell: &str) -> Option<String> {
    let name = cell.trim().trim_matches(['`', '*', '"', '+', '-', '>', '»', '└', ' ']);
    let name = name.split([' ', '(', '\u{ff08}', '\n']).next().unwrap_or_default().trim_matches(['*', '`']);
    let fine = !name.is_empty() && name.len() <= 100 && name.chars().any(char::is_alphanumeric);
    fine.then(|| name.to_owned())
}

/// `Yes`, also with remarks: `No (for boards)`.
fn mandatory(cell: &str) -> Option<bool> {
    let first = cell.trim().split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    words::mandatory(cell).or_else(|| words::mandatory(first))
}

/// Without a column for it, a description may begin with it.
pub(super) fn mandatory_in(prose: &str) -> Option<bool> {
    let start = prose.trim_start_matches(['(', '[']).to_lowercase();
    if conditional(&start) {
        return None;
    }
    if ["mandatory", "required", "必选", "必填"].iter().any(|word| start.starts_with(word)) {
        return Some(true);
    }
    ["optional", "可选", "选填", "非必选"].iter().any(|word| start.starts_with(word)).then_some(false)
}

/// Whether something has to be given only where something else holds.
pub(super) fn conditional(prose: &str) -> bool {
    let lower = prose.to_lowercase();
    [
        "required if",
        "required when",
        "required unless",
        "required only",
        "becomes optional",
        "becomes required",
        "mandatory if",
        "mandatory when",
    ]
    .iter()
    .any(|words| lower.contains(words))
}

/// Puts a field with a name such as `tags[].key` into the field that it belongs to.
pub(super) fn insert(all: &mut Vec<Field>, mut field: Field) {
    if let Some((parent, rest)) = field.name.clone().split_once('.') {
        let parent = parent.trim_end_matches("[]");
        let names = |other: &Field| other.name == parent || other.name.trim_end_matches("[]") == parent;
        if let Some(parent) = all.iter_mut().find(|other| names(other) && !rest.is_empty()) {
            rest.clone_into(&mut field.name);
            parent.described = true;
            parent.kind.hold(None);
            return insert(&mut parent.children, field);
        }
    }
    // A row that comes again says no more.
    if all.iter().all(|other| other.name != field.name) {
        all.push(field);
    }
}

/// Members of a JSON body, where `tags[]` names an array by its elements, and `tags[].key` a member of one.
pub(super) fn members(fields: Vec<Field>) -> Vec<Field> {
    let mut all: Vec<Field> = Vec::new();
    for mut field in fields {
        field.children = members(std::mem::take(&mut field.children));
        if let Some((list, _)) = field.name.split_once("[].").filter(|(list, _)| !list.is_empty()) {
            let list = list.trim_end_matches("[]").to_owned();
            if all.iter().all(|other| other.name != list) {
                let kind = Kind::Array(Box::new(Kind::Object(None)));
                all.push(Field {
                    location: None,
                    mandatory: None,
                    kind,
                    odd_kind: None,
                    head: field.head.clone(),
                    prose: Prose::default(),
                    default: None,
                    null: None,
                    facts: Vec::new(),
                    unread: Vec::new(),
                    children: Vec::new(),
                    described: true,
                    name: list,
                });
            }
        }
        while let Some(end) = field.name.strip_suffix("[]").map(str::len).filter(|end| *end > 0) {
            field.name.truncate(end);
            if !matches!(field.kind, Kind::Array(_)) {
                field.kind = Kind::Array(Box::new(field.kind));
            }
        }
        insert(&mut all, field);
    }
    all
}

/// Whether a name is that of a header field.
pub(super) fn is_header(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower.starts_with("x-")
        || matches!(
            lower.as_str(),
            "content-type"
                | "authorization"
                | "accept"
                | "content-length"
                | "host"
                | "user-agent"
                | "if-match"
                | "if-none-match"
                | "etag"
                | "accept-language"
                | "location"
                | "date"
                | "retry-after"
                | "content-disposition"
                | "idempotency-key"
                | "origin"
                | "cache-control"
        )
}

/// The variable for a header field that carries a credential.
pub(super) fn credential(name: &str) -> Option<&'static str> {
    match name.to_ascii_lowercase().as_str() {
        "x-auth-token" | "x-access-token" | "x-token" | "token" | "access-token" | "auth-token" => {
            Some("token")
        }
        "authorization" => Some("authorization"),
        "x-api-key" | "api-key" | "apikey" | "x-apikey" => Some("api_key"),
        _ => None,
    }
}
