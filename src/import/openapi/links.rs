//! Links: what an answer shows is what another operation takes. Each that says how to follow it becomes a sequence.

use super::made::{self, Made};
use super::operation::Site;
use super::parameter::Declared;
use super::sources::Place;
use super::{Reading, cite, names, promises};
use crate::import::literal::literal;
use crate::text::tree::Node;
use crate::text::{Span, pointer};

/// An operation that links may lead to, and its own links.
#[derive(Debug, Clone)]
pub(super) struct Known<'t> {
    name: String,
    id: Option<&'t str>,
    site: Site<'t>,
}

impl<'t> Reading<'t> {
    /// Keeps an operation for links.
    pub(super) fn remember(&mut self, site: &Site<'t>) {
        let id = site.operation.text("operationId");
        self.operations.push(Known { name: site.name.clone(), id, site: site.clone() });
    }

    /// A sequence for each link that says how to follow it.
    pub(super) fn sequences(&mut self) -> Made {
        let mut made = Made::new(self.root.span());
        let mut taken = names::Names::default();
        // What follows from links stands in the extension.
        if self.exact {
            return made;
        }
        for known in self.operations.clone() {
            for (status, response) in
                known.site.operation.get("responses").into_iter().flat_map(Place::members)
            {
                let Ok(response) = self.resolver.follow(response) else { continue };
                for (key, link) in response.get("links").into_iter().flat_map(Place::members) {
                    let status = promises::status(&status.text).unwrap_or_default();
                    let sequence = match self.resolver.follow(link) {
                        Ok(link) => self.sequence(&known, &status, link, key.span),
                        Err(why) => Err(format!("it leads nowhere: {why}")),
                    };
                    match sequence {
                        Ok(sequence) => {
                            let name = taken.free(&format!("{}-{}", known.name, names::plain(&key.text)));
                            made.put(&name, key.span, sequence.node());
                        }
                        Err(why) => {
                            let message = format!("the link `{}` is not followed: {why}", key.text);
                            self.notes.left_out(key.span, message, "not tested");
                        }
                    }
                }
            }
        }
        made
    }

    fn sequence(
        &mut self,
        from: &Known<'t>,
        status: &str,
        link: Place<'t>,
        at: Span,
    ) -> Result<Made, String> {
        if !status.starts_with('2') || status.ends_with('X') {
            return Err("only an answer of one status of success can be asked for".to_owned());
        }
        let to = self.linked(link)?;
        if from.site.unsent.is_some() || to.site.unsent.is_some() {
            return Err("one of its operations is not sent".to_owned());
        }
        let mut declared = self.declared(&to.site);
        // What the contract's operation does not have can't be given a value either.
        declared.retain(|one| self.location(one, &to.site).is_some());
        let (mut first, mut second) = (Made::new(at), Made::new(at));
        first.say("as", at, "first");
        first.say("operation", at, from.name.as_str());
        first.say("expect", at, status);
        second.say("operation", at, to.name.as_str());
        let mut capture = Made::new(at);
        let mut parts: Vec<(&'static str, Made)> = Vec::new();
        for (number, (key, value)) in link.get("parameters").into_iter().flat_map(Place::members).enumerate()
        {
            let (location, name) = located(&key.text, &declared)
                .ok_or_else(|| format!("`{}` has no parameter `{}`", to.name, key.text))?;
            let value = Self::followed(value, &format!("value{}", number + 1), &mut capture)?;
            if let Some((_, part)) = parts.iter_mut().find(|(known, _)| *known == location) {
                part.put(&name, key.span, value);
            } else {
                let mut part = Made::new(at);
                part.put(&name, key.span, value);
                parts.push((location, part));
            }
        }
        if link.get("requestBody").is_some() {
            return Err("it says what the whole body is".to_owned());
        }
        first.fill("capture", at, capture);
        for (location, part) in parts {
            second.fill(location, at, part);
        }
        let mut sequence = Made::new(link.span());
        let says = link.text("description").map(names::line);
        let says =
            says.unwrap_or_else(|| format!("what `{}` answers is what `{}` takes", from.name, to.name));
        sequence.say("says", at, says);
        let words = cite::words(link, "links");
        self.cite(&mut sequence, at, &words);
        sequence.put("steps", at, made::list(vec![first.node(), second.node()], at));
        Ok(sequence)
    }

    /// The operation that a link leads to.
    fn linked(&self, link: Place<'t>) -> Result<Known<'t>, String> {
        let found = if let Some(id) = link.text("operationId") {
            self.operations.iter().find(|known| known.id == Some(id))
        } else if let Some(reference) = link.text("operationRef") {
            let (_, place) = self.resolver.resolve(link.file, reference)?;
            self.operations.iter().find(|known| std::ptr::eq(known.site.operation.node, place.node))
        } else {
            return Err("it names no operation".to_owned());
        };
        found.cloned().ok_or_else(|| "there is no such operation".to_owned())
    }

    /// A value of a link as a template; what comes from the answer's body is captured.
    fn followed(value: Place<'t>, name: &str, capture: &mut Made) -> Result<Node, String> {
        let at = value.span();
        let Some(text) = value.node.text().filter(|text| text.contains('$')) else {
            return Ok(literal(value.node));
        };
        let plain = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(text);
        if let Some(rest) = plain.strip_prefix("$response.body") {
            let tokens = pointer::tokens(rest.strip_prefix('#').unwrap_or(rest));
            let path = tokens.fold("$".to_owned(), |path, token| match token.parse::<usize>() {
                Ok(index) => format!("{path}[{index}]"),
                Err(_) => format!("{path}['{}']", token.replace('\\', "\\\\").replace('\'', "\\'")),
            });
            capture.say(name, at, path);
            return Ok(made::text(format!("{{{{captured.{name}}}}}"), at));
        }
        for part in ["path", "query", "header"] {
            let rest =
                plain.strip_prefix("$request.").and_then(|rest| rest.strip_prefix(part)?.strip_prefix('.'));
            if let Some(name) = rest.filter(|name| !name.contains(['\'', '\\', '{'])) {
                let name = if part == "header" { name.to_ascii_lowercase() } else { name.to_owned() };
                return Ok(made::text(format!("{{{{ steps.first.request.{part}['{name}'] }}}}"), at));
            }
        }
        Err(format!("`{text}` is nothing that a sequence can take over"))
    }
}

/// Where a parameter of a link stands: `id`, or `path.id`.
fn located(said: &str, declared: &[Declared<'_>]) -> Option<(&'static str, String)> {
    let word =
        |location: &str| ["path", "query", "header", "cookie"].into_iter().find(|one| *one == location);
    let qualified = said.split_once('.').and_then(|(location, name)| Some((word(location)?, name)));
    if let Some((location, name)) = qualified
        && declared.iter().any(|one| one.location == location && one.name == name)
    {
        return Some((location, name.to_owned()));
    }
    let found = declared.iter().find(|one| one.name == said)?;
    Some((word(found.location)?, said.to_owned()))
}
