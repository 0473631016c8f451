//! What a request is to the contract, for one that was not sent to this mock: its operation, its values, and which
//! promises it breaks. Credentials and identifiers are not looked at: they are another deployment's.

use super::Mock;
use super::admit::outside;
use super::message::{Received, Refused};
use super::route::{Found, near_miss};
use super::served::{Served, ServedBody};
use super::wire::{self, Read, Syntax};
use crate::model::{Location, OpId, Part};

/// A request of an operation.
#[derive(Debug, Clone, PartialEq)]
pub struct Recognised {
    /// Which one.
    pub operation: OpId,
    /// The parameters that it has, by their index in [`crate::model::Operation::parameters`]; in the path's order first.
    pub parameters: Vec<(usize, serde_json::Value)>,
    /// The body, if it has one that can be read.
    pub body: Option<serde_json::Value>,
    /// Every promise that it breaks.
    pub broken: Vec<Refused>,
}

impl Mock {
    /// What `received` is to the contract. `hidden` tells texts that stand for others, such as asterisks: nothing is
    /// judged by them.
    ///
    /// # Errors
    /// When it is no operation's: why, as a fragment.
    pub fn recognise(
        &self,
        received: &Received,
        hidden: &dyn Fn(&str) -> bool,
    ) -> Result<Recognised, String> {
        match self.router.find(&received.method, &received.path) {
            Found::Operation(index, values) => Ok(self.read(&self.served[index], &values, received, hidden)),
            Found::OtherMethod(route) => Err(format!("the path is documented with {} only", route.allow())),
            Found::Nowhere(None) => Err("no operation has this path".to_owned()),
            Found::Nowhere(Some(index)) => {
                let nearest = self.contract.operation(self.served[index].id);
                Err(near_miss(nearest, &received.method, &received.path))
            }
        }
    }

    fn read(
        &self,
        served: &Served,
        values: &[String],
        received: &Received,
        hidden: &dyn Fn(&str) -> bool,
    ) -> Recognised {
        let mut read =
            Recognised { operation: served.id, parameters: Vec::new(), body: None, broken: Vec::new() };
        for parameter in &served.parameters {
            let Part::Parameter { index } = parameter.part else { continue };
            let value = match parameter.location {
                Location::Path => {
                    let at = served.path_names.iter().position(|name| *name == parameter.name);
                    at.and_then(|at| values.get(at)).map(|text| {
                        wire::in_path(&parameter.name, text, &parameter.schema, &parameter.writing)
                    })
                }
                _ => wire::given(parameter, received),
            };
            let place = format!("{}/{}", parameter.location.word(), parameter.name);
            let Some(value) = value else {
                if parameter.required {
                    let says =
                        format!("the {} parameter {} is missing", parameter.location.word(), parameter.name);
                    let clause = self.clause(served, &format!("{place}/required"));
                    read.broken.push(Refused { clause, says });
                }
                continue;
            };
            if !value.as_str().is_some_and(hidden) && !parameter.judge.accepts(&value) {
                for breach in parameter.judge.breaches(&value) {
                    let clause = self.constraint(served, &parameter.part, &breach);
                    let says = format!(
                        "the {} parameter {} {}",
                        parameter.location.word(),
                        parameter.name,
                        outside(std::slice::from_ref(&breach))
                    );
                    read.broken.push(Refused { clause, says });
                }
            }
            read.parameters.push((index, value));
        }
        if let Some(body) = &served.body {
            self.read_body(served, body, received, hidden, &mut read);
        }
        read
    }

    fn read_body(
        &self,
        served: &Served,
        body: &ServedBody,
        received: &Received,
        hidden: &dyn Fn(&str) -> bool,
        read: &mut Recognised,
    ) {
        let mut breaks = |tail: &str, says: &str| {
            read.broken.push(Refused { clause: self.clause(served, tail), says: says.to_owned() });
        };
        if !received.has_body() {
            if body.required {
                breaks("body/required", "the body is missing");
            }
            return;
        }
        let content = body.content(received.header("content-type").as_deref()).unwrap_or(&body.content);
        let value = match wire::body(content, received) {
            Read::Value(value) => value,
            Read::Malformed(syntax) => {
                let json = (syntax == Syntax::Json).then(|| self.clause(served, "body/json")).flatten();
                let says = format!("the body is not {}", syntax.name());
                return read.broken.push(Refused { clause: json, says });
            }
            Read::Unchecked(_) => return,
        };
        if !content.judge.accepts(&value) {
            for breach in content.judge.breaches(&value) {
                if value.pointer(&breach.at).and_then(serde_json::Value::as_str).is_some_and(hidden) {
                    continue;
                }
                let promised = content.promised.then_some(&breach);
                let clause = promised.and_then(|breach| self.constraint(served, &Part::RequestBody, breach));
                let says = format!("the body{} {}", breach.at, outside(std::slice::from_ref(&breach)));
                read.broken.push(Refused { clause, says });
            }
        }
        read.body = Some(value);
    }
}
