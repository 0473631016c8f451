//! Entry by entry: whose request it is, what it breaks, and whether an example like it is there already.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::sync::Arc;

use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::example::{Maker, Members, Names, shape};
use super::har::{BadHar, Entry, entries};
use super::judge::{self, Kind};
use super::message::{Message, address, message};
use super::overlay::{Grown, Harvest, Shown, Told};
use super::secret::{self, hidden, names_one};
use super::tally::Tally;
use crate::check::Checker;
use crate::conform::read_json;
use crate::mock::{Mock, Recognised, invent};
use crate::model::{ClauseId, Contract, Effect, Location, OpId};
use crate::text::kind;

/// How a recording is read.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Examples for each operation and status, at most.
    pub limit: usize,
    /// Only what was sent to this base URL; its path stands for the contract's own base path.
    pub target: Option<String>,
}

impl Default for Asked {
    fn default() -> Self {
        Self { limit: 3, target: None }
    }
}

/// Reads recordings against a contract.
#[derive(Debug)]
pub struct Sieve {
    contract: Arc<Contract>,
    mock: Mock,
    checker: Checker,
    limit: usize,
    /// Origin, and the path that stands for the contract's base.
    target: Option<(String, String)>,
    names: Names,
    secrets: BTreeSet<(String, String)>,
    /// By operation and status, by the digest of the shape.
    grown: BTreeMap<(OpId, u16), Vec<Grown>>,
    /// Digests of shapes that were beyond the limit.
    beyond: BTreeSet<(OpId, u16, String)>,
    told: BTreeMap<(OpId, Kind, ClauseId, String), Told>,
    tally: Tally,
}

impl Sieve {
    /// Nothing read yet.
    ///
    /// # Errors
    /// When the contract can't be judged by, or the target is no address: why, as a fragment.
    pub fn new(contract: Contract, asked: &Asked) -> Result<Self, String> {
        let target = match &asked.target {
            None => None,
            Some(url) => {
                let (origin, path, _) = address(url)
                    .ok_or_else(|| format!("`{url}` is no base URL such as https://api.example.com/v1"))?;
                Some((origin, path.trim_end_matches('/').to_owned()))
            }
        };
        let contract = Arc::new(contract);
        // The recorded deployment's own values are not known; nothing is judged by these.
        let value = |name: &String| (name.clone(), Value::String(invent(&contract, name)));
        let variables = Arc::new(Value::Object(contract.variables.keys().map(value).collect()));
        let mock = Mock::new(Arc::clone(&contract), Arc::clone(&variables)).map_err(|bad| bad.to_string())?;
        let nobodys = Arc::new(Value::Object(Map::new()));
        let checker = Checker::new(Arc::clone(&contract), nobodys).map_err(|bad| bad.to_string())?;
        Ok(Self {
            contract,
            mock,
            checker,
            limit: asked.limit,
            target,
            names: Names::default(),
            secrets: BTreeSet::new(),
            grown: BTreeMap::new(),
            beyond: BTreeSet::new(),
            told: BTreeMap::new(),
            tally: Tally::default(),
        })
    }

    /// Reads one recording; `name` is what it is called in what is told and written.
    ///
    /// # Errors
    /// When it is no HAR, with the place. What was read before stays.
    pub fn read(&mut self, name: &str, recording: impl Read) -> Result<(), BadHar> {
        let mut number = 0;
        entries(recording, &mut |entry| {
            number += 1;
            self.see(entry, name, number);
        })
    }

    fn see(&mut self, entry: Entry, name: &str, number: usize) {
        self.tally.entries += 1;
        let place = format!("entry {number} of {name}");
        let method = entry.request.method.clone();
        let Some(mut message) = message(entry) else {
            return self.tally.stranger("the address is none of HTTP".to_owned(), || place);
        };
        let read = match self.recognised(&mut message) {
            Ok(read) => read,
            Err(why) => {
                let why = format!("{method} {}: {why}", message.origin);
                return self.tally.stranger(why, || place);
            }
        };
        self.tally.matched += 1;
        *self.tally.origins.entry(message.origin.clone()).or_default() += 1;
        self.learn(&message, &read);
        let evident = judge::evident(&self.contract, &read);
        let scope = evident.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str())));
        let broken = if message.reply.as_ref().is_some_and(|reply| reply.status == 304) {
            Vec::new()
        } else {
            judge::broken(&self.contract, &self.checker, &message, &read, &Value::Object(scope.collect()))
        };
        let breaks = broken.iter().any(|one| matches!(one.kind, Kind::Answer | Kind::Accepted));
        for one in broken {
            let key = (read.operation, one.kind, one.clause, kind(&one.says, true));
            let status = message.reply.as_ref().map_or(0, |reply| reply.status);
            let told = || Told { says: one.says, first: place.clone(), status, times: 0 };
            self.told.entry(key).or_insert_with(told).times += 1;
        }
        match self.grow(&message, &read, &evident, breaks, place) {
            Ok(()) => {}
            Err(why) => self.tally.leave(why),
        }
    }

    /// Which operation's request it is. The path becomes the contract's.
    fn recognised(&self, message: &mut Message) -> Result<Recognised, String> {
        let paths = match &self.target {
            None => vec![message.received.path.clone()],
            Some((origin, _)) if *origin != message.origin => {
                return Err("sent to another address than the target".to_owned());
            }
            Some((_, prefix)) => {
                let rest = message.received.path.strip_prefix(prefix.as_str());
                let rest = rest.filter(|rest| rest.is_empty() || rest.starts_with('/'));
                let rest = rest.ok_or_else(|| "the path is outside the target's".to_owned())?;
                let bases = self.contract.documents.iter().filter_map(|document| document.base.as_deref());
                let mut bases: BTreeSet<&str> = bases.collect();
                bases.insert("");
                bases.iter().rev().map(|base| format!("{base}{rest}")).collect()
            }
        };
        let mut why = String::new();
        for path in paths {
            message.received.path = path;
            match self.mock.recognise(&message.received, &hidden) {
                Ok(read) => return Ok(read),
                Err(reason) => why = reason,
            }
        }
        Err(why)
    }

    /// Makes the secrets of an entry known, so that they are written nowhere.
    fn learn(&mut self, message: &Message, read: &Recognised) {
        let secrets = &mut self.secrets;
        let mut keep = |name: &str, value: &str| {
            secrets.insert((name.to_owned(), value.to_owned()));
        };
        let operation = self.contract.operation(read.operation);
        // What the contract says itself is no secret.
        let public = |text: &str| self.contract.files.iter().any(|file| has_word(&file.text, text));
        let documented = |name: &str| {
            operation.security.iter().any(|security| {
                security.location == Location::Header && security.name.eq_ignore_ascii_case(name)
            })
        };
        for (name, value) in &message.received.headers {
            let value = String::from_utf8_lossy(value);
            let name = if documented(name) { "authorization" } else { name };
            secret::of_header(name, &value, &mut keep);
        }
        for (name, value) in message.received.queries() {
            let secret =
                operation.security.iter().any(|one| one.location == Location::Query && one.name == name);
            if secret || names_one(&name) {
                secret::of_header("authorization", &value, &mut keep);
            }
        }
        for (index, value) in &read.parameters {
            if let Some(parameter) = operation.parameters.get(*index) {
                secret::of_value(&parameter.name, value, &public, &mut keep);
            }
        }
        if let Some(body) = &read.body {
            secret::of_value("", body, &public, &mut keep);
            marked(body, &operation.secrets.request, &mut keep);
        }
        if let Some(reply) = &message.reply {
            for (name, value) in &reply.headers {
                secret::of_header(name, value, &mut keep);
            }
            if let Ok(body) = read_json(&reply.body) {
                secret::of_value("", &body, &public, &mut keep);
                let places = operation.secrets.responses.values().flatten().cloned().collect::<Vec<_>>();
                marked(&body, &places, &mut keep);
            }
        }
    }

    /// Makes an example, or counts the entry with one like it.
    fn grow(
        &mut self,
        message: &Message,
        read: &Recognised,
        evident: &BTreeMap<String, String>,
        breaks: bool,
        place: String,
    ) -> Result<(), &'static str> {
        let contract = Arc::clone(&self.contract);
        let operation = contract.operation(read.operation);
        let Some(reply) = &message.reply else { return Err("there was no answer") };
        if breaks {
            return Err("the entry breaks the contract");
        }
        if operation.response(reply.status).is_none() || !matches!(reply.status, 200..=399) {
            return Err("it was answered by an error, which depends on what the deployment had");
        }
        if !read.broken.is_empty() || !message.sent_whole {
            return Err("the request was not recorded as a whole");
        }
        if operation.unsent.is_some() {
            return Err("no request of this operation is sent");
        }
        let own = contract.maker(&crate::model::path_shape(&operation.resource)).is_some();
        if operation.effect == Effect::Delete && !own {
            return Err("it would remove what the variables name");
        }
        let digest = digest(operation, read, reply.status);
        let key = (read.operation, reply.status);
        let all = self.grown.entry(key).or_default();
        if let Some(known) = all.iter_mut().find(|known| known.digest == digest) {
            known.times += 1;
            self.tally.alike += 1;
            return Ok(());
        }
        if all.len() >= self.limit {
            if self.beyond.insert((key.0, key.1, digest)) {
                *self
                    .tally
                    .beyond
                    .entry(format!("{} answered {}", operation.id, reply.status))
                    .or_default() += 1;
            } else {
                self.tally.alike += 1;
            }
            return Ok(());
        }
        let answer = message.came_whole.then(|| read_json(&reply.body).ok()).flatten();
        let mut maker = Maker { contract: &contract, operation, read, evident, names: &mut self.names };
        let members: Members = maker.example(reply.status, answer.as_ref())?;
        let known = |name: &str| {
            let mut own = operation.parameters.iter().filter(|one| one.location == Location::Query);
            own.any(|one| name == one.name || name.starts_with(&format!("{}[", one.name)))
                || operation.security.iter().any(|one| one.name == name)
        };
        for (name, _) in message.received.queries().filter(|(name, _)| !known(name)) {
            *self.tally.undocumented.entry(format!("{}?{name}", operation.id)).or_default() += 1;
        }
        self.grown.entry(key).or_default().push(Grown { digest, members, first: place, times: 1 });
        Ok(())
    }

    /// What came of all recordings.
    #[must_use]
    pub fn finish(mut self) -> Harvest {
        self.tally.examples = self.grown.values().map(Vec::len).sum();
        Harvest::of(
            &self.contract,
            Shown {
                grown: self.grown,
                told: self.told,
                names: self.names,
                secrets: self.secrets,
                tally: self.tally,
            },
        )
    }
}

/// Whether a text has this one in it, not as a part of a word.
fn has_word(text: &str, word: &str) -> bool {
    let edge = |next: Option<char>| !next.is_some_and(char::is_alphanumeric);
    text.match_indices(word)
        .any(|(at, _)| edge(text[..at].chars().next_back()) && edge(text[at + word.len()..].chars().next()))
}

/// Keeps every text at these places, pointers with `*`.
fn marked(body: &Value, places: &[String], keep: &mut dyn FnMut(&str, &str)) {
    for place in places {
        let tokens: Vec<String> = crate::text::pointer::tokens(place).collect();
        crate::text::pointer::any_at(body, &tokens, &mut |value| {
            texts(value, &mut |text| secret::of_header("authorization", text, keep));
            false
        });
    }
}

/// Every text in a value.
fn texts(value: &Value, see: &mut dyn FnMut(&str)) {
    match value {
        Value::String(text) => see(text),
        Value::Array(elements) => elements.iter().for_each(|element| texts(element, see)),
        Value::Object(members) => members.values().for_each(|member| texts(member, see)),
        _ => {}
    }
}

/// Equal for entries that send the same parts with the same types, and are answered by the same status.
fn digest(operation: &crate::model::Operation, read: &Recognised, status: u16) -> String {
    let mut text = format!("{status}");
    for (index, value) in &read.parameters {
        if let Some(parameter) = operation.parameters.get(*index) {
            text += &format!("|{} {} ", parameter.location.word(), parameter.name);
            shape(value, &mut text);
        }
    }
    if let Some(body) = &read.body {
        text += "|body ";
        shape(body, &mut text);
    }
    Sha256::digest(text.as_bytes()).iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}
