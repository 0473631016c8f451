//! Making [`Served`] operations: every judge, expression and refusal of the contract, once.

use serde_json::Value;

use super::alternative::Alternative;
use super::bulk::Bulk;
use super::family::Family;
use super::fault::{Armed, misread};
use super::listing::Listing;
use super::refusal::{Prepared, Refusals};
use super::rules::Laws;
use super::served::{
    Changes, Chosen, Content, Credential, Exists, Hand, Makes, Outcome, Served, ServedBody, ServedParameter,
    Success, Taken, Unique,
};
use super::success::{identity, success, success_of};
use super::{BadContract, known, naming, shape, values};
use crate::conform::{BadSchema, Expression, Judge};
use crate::model::{
    Body, Contract, Effect, Generates, HandCase, Location, OpId, Operation, Parameter, Part, Schema,
    Security, Shown, path_names, path_shape,
};
use crate::text::pointer;

/// Makes [`Served`]s of one contract.
pub(super) struct Workshop<'c> {
    pub(super) contract: &'c Contract,
    pub(super) variables: &'c Value,
    pub(super) families: &'c [Family],
    /// Faults, where there are some.
    pub(super) faults: &'c [Armed],
}

impl Workshop<'_> {
    /// # Errors
    /// When a schema or expression can't be compiled, or a credential has no value.
    pub(super) fn serve(&self, id: OpId, family: usize) -> Result<Served, BadContract> {
        let operation = self.contract.operation(id);
        let refusals = Refusals::of(operation);
        let makes = self.makes(operation, refusals);
        let changes = self.changes(operation, refusals);
        let elsewhere =
            makes.as_ref().map(|makes| makes.family).or(changes.as_ref().map(|changes| changes.family));
        let of = &self.families[elsewhere.unwrap_or(family)];
        let mut successes = vec![success(operation, operation.usual_success())?];
        let hand_cases =
            self.hand_cases(operation, refusals, &mut successes).collect::<Result<Vec<_>, _>>()?;
        // An operation in a collection below shows something else.
        let at_its_path = elsewhere.is_some() || operation.path == operation.resource;
        for success in successes.iter_mut().filter(|_| at_its_path) {
            success.identity = identity(success.schema.as_ref(), of, operation);
        }
        let lists = Listing::of(self.contract, operation, self.families, |schema, example| {
            let mut element = success_of(operation, 200, Some(schema), example, Vec::new())?;
            if let Some(listed) =
                self.families.iter().find(|family| family.listers.contains(&(id.0 as usize)))
            {
                element.identity = identity(Some(schema), listed, operation);
            }
            Ok::<_, BadContract>(element)
        })?;
        let creates_itself = operation.path.ends_with('}') && operation.resource == operation.path;
        let laws = Laws::new(&operation.rules)
            .map_err(|(name, error)| BadContract::of(operation, format!("the rule `{name}`: {error}")))?;
        let generates = generates(operation)?;
        let headers = "request.header";
        let reads_headers =
            laws.reach(headers) || generates.iter().any(|(_, when)| when.wanted().reaches(headers));
        Ok(Served {
            id,
            effect: operation.effect,
            path_names: owned(path_names(&operation.path)),
            credentials: operation
                .security
                .iter()
                .map(|security| self.credential(operation, security))
                .collect::<Result<_, _>>()?,
            parameters: self.parameters(operation)?,
            body: operation.body.as_ref().map(|body| self.body(operation, body)).transpose()?,
            hand_cases,
            successes,
            exists: self.exists(operation, operation.effect == Effect::Create && creates_itself),
            whole: operation.effect == Effect::Replace && of.is_collection(),
            creates_itself,
            makes,
            changes,
            bulk: Bulk::of(self.contract, operation, self.families),
            lists,
            family,
            resource_names: owned(path_names(&operation.resource)),
            reads_headers,
            laws,
            generates,
            nowhere: refusals.nowhere(),
            other_method: other_method(operation, refusals),
            gone: gone(operation, refusals),
        })
    }

    fn credential(&self, operation: &Operation, security: &Security) -> Result<Credential, BadContract> {
        let refusals = Refusals::of(operation);
        let expected = known::text(&Value::from(security.value.as_str()), self.variables);
        let expected = expected.ok_or_else(|| {
            BadContract::of(operation, format!("the credential `{}` has no value here", security.id))
        })?;
        let judge = security.schema.as_ref().map(Judge::new).transpose();
        let refused = challenged(refusals.credential(security.refused.as_ref()), security);
        Ok(Credential {
            location: security.location,
            name: security.name.clone(),
            expected,
            judge: judge.map_err(|error| BadContract::of(operation, error.to_string()))?,
            outside: security
                .outside
                .as_ref()
                .map_or_else(|| refused.clone(), |outside| refusals.prepare(Some(outside), &[400])),
            optional: security.optional,
            refused,
            alternatives: Alternative::all(security, self.variables)
                .map_err(|why| BadContract::of(operation, why))?,
        })
    }

    /// The collection whose resources the parameter of the path names.
    fn collection(&self, operation: &Operation, parameter: &str) -> Option<usize> {
        let end = operation.path.find(&format!("{{{parameter}}}"))? + parameter.len() + 2;
        let shape = path_shape(&operation.path[..end]);
        self.families.iter().position(|family| family.is_collection() && family.shape == shape)
    }

    fn exists(&self, operation: &Operation, creates_itself: bool) -> Vec<Exists> {
        let names = path_names(&operation.path);
        let refusals = Refusals::of(operation);
        let wanted = names.len() - usize::from(creates_itself && !names.is_empty());
        let there = names.iter().take(wanted).enumerate().filter_map(|(at, name)| {
            let family = self.collection(operation, name)?;
            let unknown = operation
                .parameters
                .iter()
                .find(|parameter| parameter.location == Location::Path && parameter.name == *name)
                .and_then(|parameter| parameter.unknown.as_ref());
            let answer = match unknown {
                Some(unknown) => Some(refusals.prepare(Some(&unknown.answer), &[404])),
                None => gone(operation, refusals),
            };
            Some(Exists { family, values: at + 1, parameter: (*name).to_owned(), answer })
        });
        there.collect()
    }

    fn makes(&self, operation: &Operation, refusals: Refusals<'_>) -> Option<Makes> {
        let creates = operation.creates.as_ref()?;
        let shape = path_shape(&creates.resource);
        let spec = operation.response(operation.usual_success());
        let location = creates.shown == Shown::Location
            || spec.is_some_and(|spec| {
                spec.headers.iter().any(|header| header.name.eq_ignore_ascii_case("location"))
            });
        let family = self.families.iter().position(|family| family.shape == shape)?;
        let chosen = creates.chosen.as_ref().map(|at| {
            let member = pointer::tokens(at).last().unwrap_or_default();
            let unique = |body: &Body| body.unique.iter().any(|other| other == at);
            let taken = if operation.body.as_ref().is_some_and(unique) {
                Some(self.unique(operation, &member).conflict)
            } else {
                // What the contract does not speak of is no reason to refuse anything.
                naming::may_refuse(operation, 409).then(|| refusals.with_status(409, None))
            };
            Chosen { at: at.clone(), taken }
        });
        Some(Makes { family, location, chosen })
    }

    fn changes(&self, operation: &Operation, refusals: Refusals<'_>) -> Option<Changes> {
        let (shape, at) = naming::changed(self.contract, operation)?;
        let family = self.families.iter().position(|family| family.shape == shape)?;
        let known = naming::from_the_start(self.contract, &self.families[family], self.variables);
        // Without a known identifier nothing could ever be changed: then it is made.
        let refuses = [404, 410]
            .into_iter()
            .filter(|_| !known.is_empty())
            .find(|status| naming::may_refuse(operation, *status));
        let unknown = refuses.map(|status| (known.clone(), refusals.with_status(status, None)));
        Some(Changes { family, at, unknown })
    }

    /// Those of the path first, in the order of the path, so that the outermost name is judged first.
    fn parameters(&self, operation: &Operation) -> Result<Vec<ServedParameter>, BadContract> {
        let names = path_names(&operation.path);
        let mut parameters = operation
            .parameters
            .iter()
            .enumerate()
            .map(|(index, parameter)| self.parameter(operation, index, parameter))
            .collect::<Result<Vec<_>, _>>()?;
        parameters.sort_by_key(|parameter| {
            let in_path = (parameter.location == Location::Path)
                .then(|| names.iter().position(|name| *name == parameter.name));
            in_path.flatten().unwrap_or(usize::MAX)
        });
        Ok(parameters)
    }

    fn parameter(
        &self,
        operation: &Operation,
        index: usize,
        parameter: &Parameter,
    ) -> Result<ServedParameter, BadContract> {
        let refusals = Refusals::of(operation);
        let known = known::identifiers(self.contract, parameter, self.variables);
        // In a collection, what is there is known by what was made and removed.
        let in_path = parameter.location == Location::Path;
        let of_collection = in_path && self.collection(operation, &parameter.name).is_some();
        // Without a known identifier nothing could ever be reached: then all are known.
        let unknown = parameter.unknown.as_ref().filter(|_| !known.is_empty() && !of_collection);
        let judge = self.judge(operation, &Part::Parameter { index }, &parameter.schema);
        Ok(ServedParameter {
            name: parameter.name.clone(),
            location: parameter.location,
            required: parameter.required || parameter.location == Location::Path,
            part: Part::Parameter { index },
            schema: parameter.schema.clone(),
            writing: parameter.writing.clone(),
            judge: judge.map_err(|error| {
                BadContract::of(operation, format!("parameter `{}`: {error}", parameter.name))
            })?,
            refused: refusals.prepare(parameter.refused.as_ref().or(operation.refused.as_ref()), &[400, 422]),
            unknown: unknown.map(|unknown| (known, refusals.prepare(Some(&unknown.answer), &[404]))),
        })
    }

    fn body(&self, operation: &Operation, body: &Body) -> Result<ServedBody, BadContract> {
        let refusals = Refusals::of(operation);
        let judge = |schema: &Schema| {
            let judge = self.judge(operation, &Part::RequestBody, schema);
            judge.map_err(|error| BadContract::of(operation, format!("the body: {error}")))
        };
        let alternatives = body.alternatives.iter().map(|other| {
            let own = other.schema.as_ref().filter(|own| **own != body.schema);
            let schema = own.unwrap_or(&body.schema);
            Ok(Content {
                media_type: other.media_type.clone(),
                encoding: other.encoding.clone(),
                judge: if own.is_some() { Judge::later(schema) } else { judge(schema)? },
                schema: schema.clone(),
                promised: own.is_none(),
            })
        });
        let alternatives = alternatives.collect::<Result<_, _>>()?;
        let empties = shape::members(&body.schema, &body.schema)
            .into_iter()
            .filter(|(_, member)| {
                shape::branches(&body.schema, member).iter().any(|branch| shape::is_empty_alternative(branch))
            })
            .map(|(name, _)| name.to_owned())
            .collect();
        Ok(ServedBody {
            required: body.required,
            content: Content {
                media_type: body.media_type.clone(),
                encoding: body.encoding.clone(),
                judge: judge(&body.schema)?,
                schema: body.schema.clone(),
                promised: true,
            },
            alternatives,
            refused: refusals.prepare(operation.refused.as_ref(), &[400, 422]),
            other_media_types: body
                .other_media_types
                .as_ref()
                .map(|refusal| refusals.prepare(Some(refusal), &[415])),
            empties,
            hidden: hidden(operation),
            unique: body.unique.iter().map(|member| self.unique(operation, member)).collect(),
        })
    }

    /// The judge of one part of a request, as this mock reads its schema.
    fn judge(&self, operation: &Operation, part: &Part, schema: &Schema) -> Result<Judge, BadSchema> {
        if self.faults.is_empty() {
            return Ok(Judge::later(schema));
        }
        Judge::counting_bytes(misread(self.faults, self.contract, &operation.id, part, schema))
    }

    fn unique(&self, operation: &Operation, member: &str) -> Unique {
        // The loader writes members as pointers or by name.
        let member = pointer::tokens(member).next().unwrap_or_else(|| member.to_owned());
        let taken = known::taken(operation, &member, self.variables);
        let refusals = Refusals::of(operation);
        let conflict = match taken.first() {
            Some((_, case)) => refusals.prepare(Some(&operation.cases[*case].expect), &[409]),
            None if operation.responses.iter().any(|spec| spec.status == "409") => {
                refusals.with_status(409, None)
            }
            None => refusals.prepare(operation.refused.as_ref(), &[400, 422]),
        };
        let of_case = |(value, case): (Value, usize)| {
            let case = &operation.cases[case];
            Taken { value, clause: case.clause, conflict: refusals.prepare(Some(&case.expect), &[409]) }
        };
        Unique { member, taken: taken.into_iter().map(of_case).collect(), conflict }
    }

    fn hand_cases<'w>(
        &'w self,
        operation: &'w Operation,
        refusals: Refusals<'w>,
        successes: &'w mut Vec<Success>,
    ) -> impl Iterator<Item = Result<Hand, BadContract>> + 'w {
        operation.cases.iter().enumerate().filter_map(move |(index, case)| {
            let mut hand = self.recognised(index, case)?;
            if case.refuse || case.expect.status.first().is_some_and(|status| status / 100 != 2) {
                hand.outcome = Outcome::Refuse(refusals.prepare(Some(&case.expect), &[400]));
                return Some(Ok(hand));
            }
            if case.expect.status.contains(successes[0].status) {
                return None; // what the operation answers anyway
            }
            let status = case.expect.status.first()?;
            let at = match successes.iter().position(|success| success.status == status) {
                Some(at) => at,
                None => match success(operation, status) {
                    Ok(success) => {
                        successes.push(success);
                        successes.len() - 1
                    }
                    Err(error) => return Some(Err(error)),
                },
            };
            hand.outcome = Outcome::Succeed(at);
            Some(Ok(hand))
        })
    }

    /// What a request is recognised by; None when nothing definite is said, or not in a way that can be compared.
    fn recognised(&self, index: usize, case: &HandCase) -> Option<Hand> {
        let request = &case.request;
        if request.method.is_some() {
            return None;
        }
        let mut parts = Vec::new();
        for location in [Location::Path, Location::Query, Location::Header, Location::Cookie] {
            for (name, template) in known::parts(request, location) {
                parts.push((location, name.clone(), known::text(template, self.variables)?));
            }
        }
        let body = match &request.body {
            None | Some(None) => None,
            Some(Some(body)) => Some(definite(&crate::conform::fill(body, self.variables).ok()?)),
        }
        .filter(|body| body.as_object().is_none_or(|members| !members.is_empty()));
        let raw_body = request.raw_body.as_ref().map(|raw| raw.clone().into_bytes());
        let says_something = !parts.is_empty() || body.is_some() || raw_body.is_some();
        says_something.then_some(Hand { index, parts, body, raw_body, outcome: Outcome::Succeed(0) })
    }
}

/// The places of a body's secrets that no answer has as one, where it or the member around it may be shown.
fn hidden(operation: &Operation) -> Vec<Vec<String>> {
    let secrets = &operation.secrets;
    let shown = |place: &String| secrets.responses.values().any(|places| places.contains(place));
    let places = secrets.request.iter().filter(|place| !shown(place));
    places.map(|place| pointer::tokens(place).collect()).filter(|place: &Vec<_>| !place.is_empty()).collect()
}

/// With the scheme that a client has to use, where the contract shows which (RFC 9110 section 11.6.1).
fn challenged(refused: Prepared, security: &Security) -> Prepared {
    // A value without a variable is the credential itself.
    let (before, _) = security.value.split_once("{{").unwrap_or_default();
    let is_scheme =
        before.ends_with(' ') && before.trim().chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    let before = before.trim();
    let says_how =
        security.location == Location::Header && security.name.eq_ignore_ascii_case("authorization");
    if refused.status != 401
        || !says_how
        || !is_scheme
        || before.is_empty()
        || refused.has_header("www-authenticate")
    {
        return refused;
    }
    // Basic needs a realm (RFC 7617 section 2).
    let realm = if before.eq_ignore_ascii_case("basic") { " realm=\"mock\"" } else { "" };
    refused.with_header("www-authenticate", format!("{before}{realm}"))
}

fn generates(operation: &Operation) -> Result<Vec<(String, Expression)>, BadContract> {
    let when = |made: &Generates| {
        let when = Expression::new(&made.when).map_err(|error| {
            BadContract::of(operation, format!("when `{}` is generated: {error}", made.member))
        })?;
        Ok((made.member.clone(), when))
    };
    operation.generates.iter().map(when).collect()
}

/// Without the members whose values are generated.
fn definite(body: &Value) -> Value {
    let generated = |member: &Value| {
        values::is_masked(member)
            || member
                .as_object()
                .is_some_and(|members| members.len() == 1 && members.contains_key("generate"))
    };
    match body {
        Value::Object(members) => Value::Object(
            members
                .iter()
                .filter(|(_, member)| !generated(member))
                .map(|(name, member)| (name.clone(), definite(member)))
                .collect(),
        ),
        other => other.clone(),
    }
}

fn other_method(operation: &Operation, refusals: Refusals<'_>) -> Prepared {
    let promised = operation.other_methods.as_ref();
    // 405 says more than 404 and is what RFC 9110 section 15.5.6 asks for.
    match promised {
        Some(refusal) if !refusal.status.contains(405) => refusals.prepare(promised, &[405]),
        _ => refusals.with_status(405, promised),
    }
}

fn owned(names: Vec<&str>) -> Vec<String> {
    names.into_iter().map(str::to_owned).collect()
}

/// What the innermost identifier gets when it is unknown.
///
/// Where the contract has no status for that, a deployment that keeps it can only take a change as if the resource were
/// there: PUT and PATCH make it, DELETE has nothing to remove (RFC 9110 section 9.2.2). A read tells by an undocumented
/// 404 what is so: it has nothing to show.
fn gone(operation: &Operation, refusals: Refusals<'_>) -> Option<Prepared> {
    let names = path_names(&operation.resource);
    let innermost = names.iter().rev().find_map(|name| {
        let parameter = operation
            .parameters
            .iter()
            .find(|parameter| parameter.location == Location::Path && parameter.name == *name)?;
        parameter.unknown.as_ref()
    });
    let told = innermost.is_some() || [404, 410].iter().any(|status| operation.response(*status).is_some());
    (told || !operation.effect.writes())
        .then(|| refusals.prepare(innermost.map(|unknown| &unknown.answer), &[404, 410]))
}
