//! What can be worked out of a contract before the first answer comes: compiled schemas and rules, clauses by place.

use std::collections::{BTreeMap, HashMap};

use super::checker::BadContract;
use super::shape::Shape;
use crate::conform::{Expression, Judge, Wanted};
use crate::model::{Clause, ClauseId, ClauseKind, Contract, OpId, Operation, Part, ResponseSpec, Rule};
use crate::text::pointer;

/// All that is known of one operation's answers.
#[derive(Debug, Default)]
pub(super) struct CompiledOperation {
    pub within: Option<ClauseId>,
    pub secrets: Option<ClauseId>,
    pub documented: Option<ClauseId>,
    /// Parallel to [`Operation::responses`].
    pub responses: Vec<CompiledResponse>,
    pub rules: Vec<CompiledRule>,
    /// Where the request's body holds secrets.
    pub secret_places: Vec<Vec<String>>,
}

/// All that is known of answers with one status.
#[derive(Debug, Default)]
pub(super) struct CompiledResponse {
    pub status: Option<ClauseId>,
    pub media_type: Option<ClauseId>,
    pub json: Option<ClauseId>,
    pub undocumented: Option<ClauseId>,
    pub judge: Option<Judge>,
    /// The body's constraints by evaluation path.
    pub constraints: HashMap<String, ClauseId>,
    /// Those that stand for whole schemas.
    pub wholes: Vec<(String, ClauseId)>,
    /// The same in the order of the contract: path, keyword, clause.
    pub in_order: Vec<(String, String, ClauseId)>,
    /// The same by where they lie in a body.
    pub places: Vec<(Vec<String>, Vec<ClauseId>)>,
    pub headers: Vec<CompiledHeader>,
    pub shape: Option<Shape>,
    /// Where a secret is documented.
    pub exempt: Vec<Vec<String>>,
}

impl CompiledResponse {
    /// The clause of the keyword at this evaluation path, or the one that stands for the schema around it.
    pub(super) fn constraint(&self, path: &str) -> Option<ClauseId> {
        let inside = |whole: &str| path.strip_prefix(whole).is_some_and(|rest| rest.starts_with('/'));
        let whole = || self.wholes.iter().find(|(whole, _)| inside(whole)).map(|(_, clause)| *clause);
        self.constraints.get(path).copied().or_else(whole)
    }
}

/// All that is known of a header field.
#[derive(Debug, Default)]
pub(super) struct CompiledHeader {
    /// Lower case.
    pub name: String,
    pub required: Option<ClauseId>,
    pub judge: Option<Judge>,
    /// By evaluation path, in the order of the contract; without `required`.
    pub constraints: Vec<(String, ClauseId)>,
}

/// A rule, ready to be evaluated.
#[derive(Debug, Clone)]
pub(super) struct CompiledRule {
    pub name: String,
    pub when: Option<Expression>,
    pub then: Expression,
    pub clause: ClauseId,
    /// What both expressions look at.
    pub wanted: Wanted,
}

impl CompiledRule {
    pub(super) fn new(rule: &Rule) -> Result<Self, BadContract> {
        let compile = |part: &str, source: &str| {
            Expression::new(source).map_err(|bad| BadContract {
                at: format!("rule {}, {part}", rule.name),
                message: bad.message,
                span: Some(rule.span),
            })
        };
        let when = rule.when.as_deref().map(|source| compile("when", source)).transpose()?;
        let then = compile("then", &rule.then)?;
        let wanted =
            when.as_ref().map_or_else(|| then.wanted().clone(), |when| when.wanted().and(then.wanted()));
        Ok(Self { name: rule.name.clone(), when, then, clause: rule.clause, wanted })
    }

    /// Whether this is what `rule` compiles to.
    pub(super) fn is(&self, rule: &Rule) -> bool {
        self.clause == rule.clause
            && self.then.source() == rule.then
            && self.when.as_ref().map(Expression::source) == rule.when.as_deref()
    }
}

/// Compiles every operation; the result is parallel to [`Contract::operations`].
pub(super) fn compile(contract: &Contract) -> Result<Vec<CompiledOperation>, BadContract> {
    let mut compiled = Vec::with_capacity(contract.operations.len());
    for operation in &contract.operations {
        compiled.push(compile_operation(operation)?);
    }
    for (id, clause) in contract.clauses() {
        let Some(OpId(index)) = clause.operation else { continue };
        let (Some(operation), Some(target)) =
            (contract.operations.get(index as usize), compiled.get_mut(index as usize))
        else {
            continue;
        };
        place(id, clause, operation, target);
    }
    for operation in &mut compiled {
        for response in &mut operation.responses {
            response.constraints =
                response.in_order.iter().map(|(path, _, clause)| (path.clone(), *clause)).collect();
            let wholes = response.in_order.iter().filter(|(_, keyword, _)| keyword == "$ref");
            response.wholes = wholes.map(|(path, _, clause)| (path.clone(), *clause)).collect();
        }
    }
    Ok(compiled)
}

fn compile_operation(operation: &Operation) -> Result<CompiledOperation, BadContract> {
    let tokens = |places: &[String]| places.iter().map(|place| pointer::tokens(place).collect()).collect();
    let mut responses = Vec::with_capacity(operation.responses.len());
    for spec in &operation.responses {
        let exempt = operation.secrets.responses.get(&spec.status).map(|places| tokens(places));
        responses.push(CompiledResponse {
            judge: spec.schema.as_ref().map(Judge::later),
            headers: headers(spec),
            shape: spec.schema.as_ref().filter(|_| spec.closed).map(Shape::new),
            exempt: exempt.unwrap_or_default(),
            ..CompiledResponse::default()
        });
    }
    let rules = operation.rules.iter().map(CompiledRule::new).collect::<Result<_, _>>();
    Ok(CompiledOperation {
        responses,
        rules: rules.map_err(|bad| BadContract { at: format!("{}, {}", operation.id, bad.at), ..bad })?,
        secret_places: tokens(&operation.secrets.request),
        ..CompiledOperation::default()
    })
}

fn headers(spec: &ResponseSpec) -> Vec<CompiledHeader> {
    let mut headers = Vec::with_capacity(spec.headers.len());
    for header in &spec.headers {
        headers.push(CompiledHeader {
            name: header.name.to_ascii_lowercase(),
            judge: Some(Judge::later(&header.schema)),
            ..CompiledHeader::default()
        });
    }
    headers
}

/// Notes a clause where its kind of answer is judged.
fn place(id: ClauseId, clause: &Clause, operation: &Operation, target: &mut CompiledOperation) {
    let at = |status: &str| operation.responses.iter().position(|response| response.status == status);
    let slot = match &clause.kind {
        ClauseKind::Within => Some(&mut target.within),
        ClauseKind::Secrets => Some(&mut target.secrets),
        ClauseKind::DocumentedStatuses => Some(&mut target.documented),
        ClauseKind::Status { status }
        | ClauseKind::MediaType { status }
        | ClauseKind::WellFormed { status }
        | ClauseKind::UndocumentedFields { status } => {
            let Some(response) = at(status).and_then(|at| target.responses.get_mut(at)) else { return };
            Some(match &clause.kind {
                ClauseKind::Status { .. } => &mut response.status,
                ClauseKind::MediaType { .. } => &mut response.media_type,
                ClauseKind::WellFormed { .. } => &mut response.json,
                _ => &mut response.undocumented,
            })
        }
        _ => None,
    };
    if let Some(slot) = slot {
        slot.get_or_insert(id);
    }
    let ClauseKind::Constraint { part, keyword, path, at: place, .. } = &clause.kind else { return };
    match part {
        Part::ResponseBody { status } => {
            let Some(response) = at(status).and_then(|at| target.responses.get_mut(at)) else { return };
            response.in_order.push((path.clone(), keyword.clone(), id));
            let tokens: Vec<String> = pointer::tokens(place).collect();
            match response.places.iter_mut().find(|(known, _)| *known == tokens) {
                Some((_, clauses)) => clauses.push(id),
                None => response.places.push((tokens, vec![id])),
            }
        }
        Part::ResponseHeader { status, index } => {
            let Some(header) = at(status)
                .and_then(|at| target.responses.get_mut(at))
                .and_then(|response| response.headers.get_mut(*index))
            else {
                return;
            };
            if keyword == "required" {
                header.required.get_or_insert(id);
            } else {
                header.constraints.push((path.clone(), id));
            }
        }
        _ => {}
    }
}

/// The rules of all sequences, by clause.
pub(super) fn sequence_rules(
    contract: &Contract,
) -> Result<BTreeMap<ClauseId, Vec<CompiledRule>>, BadContract> {
    let mut rules: BTreeMap<ClauseId, Vec<CompiledRule>> = BTreeMap::new();
    for sequence in &contract.sequences {
        for rule in sequence.steps.iter().chain(&sequence.finally).flat_map(|step| &step.rules) {
            let compiled = CompiledRule::new(rule).map_err(|bad| BadContract {
                at: format!("sequence {}, {}", sequence.name, bad.at),
                ..bad
            })?;
            rules.entry(rule.clause).or_default().push(compiled);
        }
    }
    Ok(rules)
}
