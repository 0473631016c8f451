//! Boards of notes, written by hand from `notes.yaml` as its reader would: it shares no code with the mock.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Map, Value, json};

/// What the server does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    DeleteKeeps,
    CreateForgets,
    ListForgets,
    ListKeepsRemoved,
    ListIgnoresTheWindow,
    TotalIsThePage,
    ReplaceMerges,
    UpdateResets,
    UnknownIsFound,
    DeleteFails,
}

/// A note as it is kept.
#[derive(Debug, Clone)]
struct Note {
    board: String,
    text: String,
    done: bool,
    tags: Option<Value>,
}

#[derive(Debug)]
struct Shelf {
    fault: Option<Fault>,
    last: u64,
    boards: BTreeMap<String, String>,
    notes: BTreeMap<u64, Note>,
    removed: BTreeMap<u64, Note>,
}

struct Request {
    method: String,
    path: String,
    query: String,
    token: Option<String>,
    body: Vec<u8>,
}

struct Reply(u16, Option<Value>, Option<String>);

/// A refusal with its status.
type Refused = (u16, &'static str);

/// Serves until the test's process ends.
pub(crate) fn start(fault: Option<Fault>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (boards, notes, removed) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    let shelf = Arc::new(Mutex::new(Shelf { fault, last: 0, boards, notes, removed }));
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (Ok(stream), shelf) = (stream, Arc::clone(&shelf)) else { continue };
            std::thread::spawn(move || {
                let _ = stream.set_nodelay(true);
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                while let Some(request) = read(&mut reader) {
                    let reply = shelf.lock().unwrap_or_else(PoisonError::into_inner).answer(&request);
                    if write(&stream, &reply).is_err() {
                        return;
                    }
                }
            });
        }
    });
    address
}

fn read(reader: &mut BufReader<TcpStream>) -> Option<Request> {
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_ascii_whitespace();
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let (mut token, mut length) = (None, 0);
    loop {
        let mut field = String::new();
        reader.read_line(&mut field).ok()?;
        let Some((name, value)) = field.trim_end().split_once(':') else { break };
        match name.to_ascii_lowercase().as_str() {
            "authorization" => token = Some(value.trim().to_owned()),
            "content-length" => length = value.trim().parse().ok()?,
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Request { method, path: path.to_owned(), query: query.to_owned(), token, body })
}

fn write(mut stream: &TcpStream, Reply(status, body, location): &Reply) -> std::io::Result<()> {
    let mut text = format!("HTTP/1.1 {status} Whatever\r\n");
    if let Some(location) = location {
        text += &format!("Location: {location}\r\n");
    }
    match body {
        Some(body) => {
            let body = body.to_string();
            let length = body.len();
            text += &format!("Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}");
        }
        None if *status == 204 => text += "\r\n",
        None => text += "Content-Length: 0\r\n\r\n",
    }
    stream.write_all(text.as_bytes())
}

impl Shelf {
    fn answer(&mut self, request: &Request) -> Reply {
        self.attempt(request)
            .unwrap_or_else(|(status, why)| Reply(status, Some(json!({"message": why})), None))
    }

    fn attempt(&mut self, request: &Request) -> Result<Reply, Refused> {
        if request.token.as_deref() != Some("Bearer secret-of-the-test") {
            return Err((401, "who are you"));
        }
        let segments: Vec<&str> = request.path.trim_start_matches('/').split('/').collect();
        let method = request.method.as_str();
        match (method, segments.as_slice()) {
            ("POST", ["boards"]) => self.create_board(request),
            ("GET", ["boards"]) => {
                let shown = self.boards.iter().map(|(id, title)| board(id, title)).collect();
                Ok(Reply(200, Some(Value::Array(shown)), None))
            }
            ("GET", ["boards", id]) => {
                let id = self.board(id)?;
                Ok(Reply(200, Some(board(&id, &self.boards[&id])), None))
            }
            ("DELETE", ["boards", id]) => {
                let id = self.board(id)?;
                self.boards.remove(&id);
                self.notes.retain(|_, note| note.board != id);
                Ok(Reply(204, None, None))
            }
            ("POST", ["boards", id, "notes"]) => {
                let board = self.board(id)?;
                self.create_note(board, request)
            }
            ("GET", ["boards", id, "notes"]) => {
                let window = (number(request, "limit", 1..=100)?, number(request, "offset", 0..=1_000_000)?);
                let board = self.board(id)?;
                Ok(self.list(&board, window))
            }
            (_, ["boards", id, "notes", note]) => {
                uuid(id)?;
                let number: u64 = note.parse().map_err(|_| (400, "no number"))?;
                if number == 0 || number > 9_007_199_254_740_991 || number.to_string() != **note {
                    return Err((400, "no such number"));
                }
                let board = self.board(id)?;
                if self.fault == Some(Fault::UnknownIsFound) {
                    let made = Note { board: board.clone(), text: "made up".into(), done: false, tags: None };
                    self.notes.entry(number).or_insert(made);
                }
                let there = self.notes.get(&number).is_some_and(|note| note.board == board);
                if there { self.on_note(number, request) } else { Err((404, "no such note")) }
            }
            _ => Err((404, "no such path")),
        }
    }

    fn board(&self, id: &str) -> Result<String, Refused> {
        uuid(id)?;
        if self.boards.contains_key(id) { Ok(id.to_owned()) } else { Err((404, "no such board")) }
    }

    fn create_board(&mut self, request: &Request) -> Result<Reply, Refused> {
        let body = object(request)?;
        let title = text(body.get("title"), 40)?.ok_or((400, "no title"))?;
        self.last += 1;
        let id = format!("{:08x}-1111-4222-8333-{:012x}", self.last * 7919, self.last);
        self.boards.insert(id.clone(), title.clone());
        Ok(Reply(201, Some(board(&id, &title)), Some(format!("/boards/{id}"))))
    }

    fn create_note(&mut self, board: String, request: &Request) -> Result<Reply, Refused> {
        let body = draft(request, true)?;
        let mut note = Note { board, text: String::new(), done: false, tags: None };
        change(&mut note, &body);
        self.last += 1;
        let reply = Reply(201, Some(shown(self.last, &note)), None);
        if self.fault != Some(Fault::CreateForgets) {
            self.notes.insert(self.last, note);
        }
        Ok(reply)
    }

    fn list(&self, board: &str, (limit, offset): (Option<u64>, Option<u64>)) -> Reply {
        let mut all: BTreeMap<u64, &Note> = self.notes.iter().map(|(id, note)| (*id, note)).collect();
        if self.fault == Some(Fault::ListKeepsRemoved) {
            all.extend(self.removed.iter().map(|(id, note)| (*id, note)));
        }
        let mut found: Vec<Value> = all
            .into_iter()
            .filter(|(_, note)| note.board == board)
            .map(|(id, note)| shown(id, note))
            .collect();
        if self.fault == Some(Fault::ListForgets) {
            found.pop();
        }
        let total = found.len();
        let limit = usize::try_from(limit.unwrap_or(20)).unwrap();
        let page: Vec<Value> =
            found.iter().skip(usize::try_from(offset.unwrap_or(0)).unwrap()).take(limit).cloned().collect();
        let (page, total) = match self.fault {
            Some(Fault::ListIgnoresTheWindow) => (found, total),
            Some(Fault::TotalIsThePage) => (page.clone(), page.len()),
            _ => (page, total),
        };
        Reply(200, Some(json!({"notes": page, "total": total})), None)
    }

    fn on_note(&mut self, id: u64, request: &Request) -> Result<Reply, Refused> {
        let fault = self.fault;
        let note = self.notes.get_mut(&id).ok_or((404, "no such note"))?;
        match request.method.as_str() {
            "GET" => {}
            "PUT" => {
                let body = draft(request, true)?;
                if fault != Some(Fault::ReplaceMerges) {
                    (note.done, note.tags) = (false, None);
                }
                change(note, &body);
            }
            "PATCH" => {
                let body = draft(request, false)?;
                if body.contains_key("tags") {
                    return Err((400, "tags can't be changed"));
                }
                if fault == Some(Fault::UpdateResets) {
                    (note.done, note.tags) = (false, None);
                }
                change(note, &body);
            }
            "DELETE" => {
                if fault == Some(Fault::DeleteFails) {
                    return Err((500, "oh no"));
                }
                let removed = note.clone();
                self.removed.insert(id, removed);
                if fault != Some(Fault::DeleteKeeps) {
                    self.notes.remove(&id);
                }
                return Ok(Reply(204, None, None));
            }
            _ => return Err((405, "no such method")),
        }
        Ok(Reply(200, Some(shown(id, &self.notes[&id])), None))
    }
}

fn uuid(text: &str) -> Result<(), Refused> {
    let hex = text.split('-').all(|part| part.chars().all(|c| c.is_ascii_hexdigit()));
    let right = hex && text.split('-').map(str::len).eq([8, 4, 4, 4, 12]);
    if right { Ok(()) } else { Err((400, "no UUID")) }
}

fn number(
    request: &Request,
    name: &str,
    range: std::ops::RangeInclusive<i64>,
) -> Result<Option<u64>, Refused> {
    let given =
        request.query.split('&').filter_map(|pair| pair.split_once('=')).find(|(other, _)| *other == name);
    let Some((_, value)) = given else { return Ok(None) };
    let value: i64 = value.parse().map_err(|_| (400, "no number"))?;
    if range.contains(&value) { Ok(u64::try_from(value).ok()) } else { Err((400, "out of range")) }
}

fn object(request: &Request) -> Result<Map<String, Value>, Refused> {
    match serde_json::from_slice(&request.body) {
        Ok(Value::Object(members)) => Ok(members),
        _ => Err((400, "no JSON object")),
    }
}

fn text(value: Option<&Value>, most: usize) -> Result<Option<String>, Refused> {
    match value {
        None => Ok(None),
        Some(Value::String(text)) if (1..=most).contains(&text.chars().count()) => Ok(Some(text.clone())),
        Some(_) => Err((400, "no such text")),
    }
}

fn draft(request: &Request, whole: bool) -> Result<Map<String, Value>, Refused> {
    let body = object(request)?;
    let known = ["text", "done", "tags"];
    let tags = |value: &Value| {
        value.as_array().is_some_and(|tags| {
            tags.len() <= 3
                && tags.iter().all(|tag| tag.as_str().is_some_and(|tag| tag.chars().count() <= 20))
        })
    };
    if text(body.get("text"), 200)?.is_none() && whole
        || body.get("done").is_some_and(|done| !done.is_boolean())
        || body.get("tags").is_some_and(|value| !tags(value))
        || body.keys().any(|name| !known.contains(&name.as_str()))
    {
        return Err((400, "no such note can be"));
    }
    Ok(body)
}

fn change(note: &mut Note, body: &Map<String, Value>) {
    if let Some(text) = body.get("text").and_then(Value::as_str) {
        text.clone_into(&mut note.text);
    }
    if let Some(done) = body.get("done").and_then(Value::as_bool) {
        note.done = done;
    }
    if let Some(tags) = body.get("tags") {
        note.tags = Some(tags.clone());
    }
}

fn board(id: &str, title: &str) -> Value {
    json!({"board_id": id, "title": title})
}

fn shown(id: u64, note: &Note) -> Value {
    let mut shown = json!({"id": id, "text": note.text, "done": note.done});
    if let Some(tags) = &note.tags {
        shown["tags"] = tags.clone();
    }
    shown
}
