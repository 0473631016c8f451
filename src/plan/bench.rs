//! One operation, ready to write requests for: known identifiers and credentials filled in, schemas compiled once.

use std::sync::{Arc, OnceLock};

use serde_json::Value;

use super::expect::written;
use super::render::{Unready, fill, typed};
use super::supply::{self, Supply};
use super::wire;
use crate::model::{Contract, OpId, Operation, Parameter, RequestParts};
use crate::synth::{Cannot, Forge, Style};
use crate::text::pointer;

type Forged = OnceLock<Result<Forge, Cannot>>;

/// The desks of all operations, each set up when it is first needed.
#[derive(Debug)]
pub struct Desks {
    scope: Arc<Value>,
    fresh: String,
    each: Vec<OnceLock<Desk>>,
    supplies: Arc<Vec<Vec<Supply>>>,
}

impl Desks {
    /// For the operations of `contract`; `scope` holds the variables' values by name, and `fresh` goes into the values
    /// that must be unique.
    #[must_use]
    pub fn new(contract: &Contract, scope: Arc<Value>, fresh: String) -> Self {
        let supplies = contract.operations().map(|(op, _)| supply::supplies(contract, op, &scope)).collect();
        Self {
            scope,
            fresh,
            each: contract.operations.iter().map(|_| OnceLock::new()).collect(),
            supplies: Arc::new(supplies),
        }
    }

    /// The same with another text for the values that must be unique.
    #[must_use]
    pub fn renewed(&self, fresh: String) -> Self {
        let each = self.each.iter().map(|_| OnceLock::new()).collect();
        Self { scope: Arc::clone(&self.scope), fresh, each, supplies: Arc::clone(&self.supplies) }
    }

    /// The variables' values by name.
    #[must_use]
    pub fn scope(&self) -> &Value {
        &self.scope
    }

    /// What goes into the values that must be unique.
    #[must_use]
    pub fn fresh(&self) -> &str {
        &self.fresh
    }

    /// The bench of an operation of `contract`, the one that the desks were made for.
    ///
    /// # Panics
    /// When `op` is of another contract.
    #[must_use]
    pub fn bench<'a>(&'a self, contract: &'a Contract, op: OpId) -> Bench<'a> {
        let operation = contract.operation(op);
        let desk = self.each[op.0 as usize].get_or_init(|| Desk::new(operation, &self.scope, &self.fresh));
        Bench { operation, op, desk, supplies: &self.supplies[op.0 as usize] }
    }
}

/// What is known about one operation's requests.
#[derive(Debug)]
pub(super) struct Desk {
    /// For each parameter that has a value: the value.
    known: Vec<Option<Result<Value, Unready>>>,
    /// For each credential: the whole value of the header, query parameter or cookie.
    credentials: Vec<Result<String, Unready>>,
    /// A credential of the same form that nobody has.
    wrong: Vec<Result<String, Unready>>,
    /// The contract's own values for members of the body.
    body_value: Result<Option<Value>, Unready>,
    fresh: String,
    body: Forged,
    parameters: Vec<Forged>,
    secured: Vec<Forged>,
}

impl Desk {
    /// With templates filled from `scope`.
    pub(super) fn new(operation: &Operation, scope: &Value, fresh: &str) -> Self {
        let known = |parameter: &Parameter| {
            let template = parameter.value.as_ref()?;
            Some(fill(template, scope).map(|value| typed(value, parameter)))
        };
        let text = |template: &str, scope: &Value| {
            fill(&Value::String(template.to_owned()), scope).map(|value| written(&value))
        };
        let wrong = |template: &str| {
            let others = super::render::with_others(template, scope)?;
            text(template, &others)
        };
        let value = operation.body.as_ref().and_then(|body| body.value.as_ref());
        Self {
            known: operation.parameters.iter().map(known).collect(),
            credentials: operation.security.iter().map(|security| text(&security.value, scope)).collect(),
            wrong: operation.security.iter().map(|security| wrong(&security.value)).collect(),
            body_value: value.map(|value| fill(value, scope)).transpose(),
            fresh: fresh.to_owned(),
            body: OnceLock::new(),
            parameters: operation.parameters.iter().map(|_| OnceLock::new()).collect(),
            secured: operation.security.iter().map(|_| OnceLock::new()).collect(),
        }
    }
}

/// An operation with its desk.
#[derive(Debug, Clone, Copy)]
pub struct Bench<'a> {
    /// The operation.
    pub operation: &'a Operation,
    /// Its index.
    pub op: OpId,
    pub(super) desk: &'a Desk,
    /// The parameters of its path that are identifiers of what the case makes first.
    pub(super) supplies: &'a [Supply],
}

impl<'a> Bench<'a> {
    /// Parts of a request whose body has everything: what a request that is about its path or its credential sends, so
    /// that an answer which gives parts of the body away is seen.
    ///
    /// # Errors
    /// When there is no such body, or none can be found.
    pub fn full_parts(&self, salt: &str) -> Result<RequestParts, Unready> {
        let body = self.plain_body(Style::Full, "", "", salt)?;
        Ok(RequestParts { body: Some(body), ..RequestParts::default() })
    }

    /// The schema of the body.
    ///
    /// # Errors
    /// When there is no body, or its schema is wrong.
    pub fn body(&self) -> Result<&'a Forge, Cannot> {
        let body = self.operation.body.as_ref().ok_or_else(|| Cannot::new("the operation has no body"))?;
        let forged = self.desk.body.get_or_init(|| {
            Ok(Forge::new(&body.schema)?.with_unique(&body.unique).with_fresh(&self.desk.fresh))
        });
        forged.as_ref().map_err(Clone::clone)
    }

    /// The schema of a parameter.
    ///
    /// # Errors
    /// When there is no such parameter, or its schema is wrong.
    pub fn parameter(&self, index: usize) -> Result<&'a Forge, Cannot> {
        let parameter = self.operation.parameters.get(index).zip(self.desk.parameters.get(index));
        let (parameter, forged) = parameter.ok_or_else(|| Cannot::new("there is no such parameter"))?;
        forged.get_or_init(|| Forge::new(&parameter.schema)).as_ref().map_err(Clone::clone)
    }

    /// The schema of a credential.
    ///
    /// # Errors
    /// When there is no such credential, or it has no schema, or a wrong one.
    pub fn secured(&self, index: usize) -> Result<&'a Forge, Cannot> {
        let schema = self.operation.security.get(index).and_then(|security| security.schema.as_ref());
        let schema = schema.zip(self.desk.secured.get(index));
        let (schema, forged) = schema.ok_or_else(|| Cannot::new("the credential has no schema"))?;
        forged.get_or_init(|| Forge::new(schema)).as_ref().map_err(Clone::clone)
    }

    /// What a conforming request sends for a parameter.
    ///
    /// # Errors
    /// When a variable has no value, or none can be made from the schema.
    pub fn known(&self, index: usize, salt: &str) -> Result<Value, Unready> {
        if let Some(Some(known)) = self.desk.known.get(index) {
            return known.clone();
        }
        let (forge, salt) = (self.parameter(index)?, format!("{salt}|{index}"));
        let value = forge.grow(Style::Smallest, &salt)?;
        let in_json =
            self.operation.parameters.get(index).is_some_and(|one| one.writing.media_type.is_some());
        if in_json || !wire::is_empty(&value) {
            return Ok(value);
        }
        // An array without elements and an object without members can't be written.
        let filled = [("/*", Style::Smallest), ("/name", Style::Smallest), ("", Style::Full)]
            .into_iter()
            .filter_map(|(at, style)| forge.reaching(style, at, "", &salt).ok());
        Ok({ filled }.find(|filled| !wire::is_empty(filled)).unwrap_or(value))
    }

    /// Whether the request with nothing that may be left out has no value that was made up: all are from the contract,
    /// the variables, or the deployment.
    pub(super) fn states_least(&self, salt: &str) -> bool {
        let parameters = self.operation.parameters.iter().enumerate();
        let mut sent = parameters.filter(|(_, parameter)| parameter.required);
        let from_schema = |index: usize| {
            let value = self.known(index, salt);
            value.is_ok_and(|value| self.parameter(index).is_ok_and(|forge| forge.states(&value)))
        };
        let given =
            |index: usize| self.is_supplied(index) || matches!(self.desk.known.get(index), Some(Some(_)));
        sent.all(|(index, _)| given(index) || from_schema(index))
            && match self.plain_body(Style::Smallest, "", "", salt) {
                Ok(Some(body)) => self.body().is_ok_and(|forge| forge.states(&body)),
                Ok(None) => true,
                Err(_) => false,
            }
    }

    /// Whether the parameter's value is the identifier of what the case makes first.
    pub(super) fn is_supplied(&self, index: usize) -> bool {
        self.supplies.iter().any(|supply| supply.index == index)
    }

    /// The credential that the deployment accepts.
    ///
    /// # Errors
    /// When a variable has no value.
    pub fn credential(&self, index: usize) -> Result<&'a str, Unready> {
        let credential = self.desk.credentials.get(index);
        let credential = credential.ok_or_else(|| Unready::new("there is no such credential"))?;
        credential.as_deref().map_err(Clone::clone)
    }

    /// A credential that looks like it and is not it.
    ///
    /// # Errors
    /// When a variable has no value.
    pub fn wrong_credential(&self, index: usize) -> Result<&'a str, Unready> {
        let wrong = self.desk.wrong.get(index).ok_or_else(|| Unready::new("there is no such credential"))?;
        wrong.as_deref().map_err(Clone::clone)
    }

    /// Whether the body is written as a form.
    pub(super) fn is_form(&self) -> bool {
        let form = |media_type: &str| {
            matches!(wire::syntax(media_type), wire::Syntax::Form | wire::Syntax::Multipart)
        };
        self.operation.body.as_ref().is_some_and(|body| form(&body.media_type))
    }

    /// In a form nothing can be written for an array without elements: it has one then.
    fn fill_empty(&self, body: &mut Value, style: Style, salt: &str) -> Result<(), Cannot> {
        let Some(own) = &self.operation.body else { return Ok(()) };
        if !self.is_form() {
            return Ok(());
        }
        for (name, member) in body.as_object_mut().into_iter().flatten() {
            if own.encoding.get(name).is_some_and(|writing| writing.media_type.is_some()) {
                continue;
            }
            let at = pointer::join("", name);
            if member.as_array().is_some_and(Vec::is_empty)
                && let Ok(filled) = self.body()?.reaching(style, &format!("{at}/*"), "", salt)
                && let Some(filled) = filled.pointer(&at)
            {
                filled.clone_into(member);
            }
        }
        Ok(())
    }

    /// A body that keeps the schema: the contract's own values over generated ones. There is something at the pointer
    /// `at`, by the alternatives that the evaluation path `steer` leads through. None when the operation has no body.
    ///
    /// # Errors
    /// When there is none, or none can be found.
    pub fn plain_body(
        &self,
        style: Style,
        at: &str,
        steer: &str,
        salt: &str,
    ) -> Result<Option<Value>, Unready> {
        if self.operation.body.is_none() {
            return Ok(None);
        }
        let mut body = self.body()?.reaching(style, at, steer, salt)?;
        self.fill_empty(&mut body, style, salt)?;
        if let Some(own) = self.desk.body_value.as_ref().map_err(Clone::clone)? {
            super::render::merge(&mut body, own.clone());
        }
        Ok(Some(body))
    }
}
