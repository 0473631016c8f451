//! The contract and its variables, loaded and bound.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value;

use super::changed::{self, Changed};
use super::settings::{Misused, Settings, Target};
use super::{base, check};
use crate::conform::needs;
use crate::model::{Contract, Security};
use crate::text::{Diagnostic, Severity, SourceFile};
use crate::{load, mock};

/// The code of the note about [`Suite::invented`].
pub const MADE_UP: &str = "made-up-variable";

/// A contract with the values of its variables, and where to send requests.
#[derive(Debug, Clone)]
pub struct Suite {
    /// The contract; variables that the environment file calls secret are secret in it, whatever its own file says.
    pub contract: Arc<Contract>,
    /// The variables' values by name.
    pub variables: Arc<Value>,
    /// Where requests go.
    pub target: Target,
    /// The environment's name, if one is used.
    pub environment: Option<String>,
    /// What has changed since the older contract, where one is given.
    pub changed: Option<Changed>,
    /// The environment file allows writes.
    pub writes_allowed: bool,
    /// The variables whose values the mock has made up, since nobody gives them.
    pub invented: Vec<String>,
    /// Warnings and notes about the files.
    pub diagnostics: Vec<Diagnostic>,
    /// The files that diagnostics point into.
    pub files: Vec<SourceFile>,
}

/// Loads the contracts and the environment that `settings` name, and binds the variables.
///
/// # Errors
/// Everything that is wrong with them, at once.
pub fn suite(settings: &Settings) -> Result<Suite, Misused> {
    bound(load::load(&settings.contracts), settings)
}

/// The same contracts for two sides: they are loaded once, and share what they have compiled.
pub fn suites(left: &Settings, right: &Settings) -> [Result<Suite, Misused>; 2] {
    let loaded = load::load(&left.contracts);
    [bound(loaded.clone(), left), bound(loaded, right)]
}

/// Contracts that are loaded, with the values of one side.
fn bound(loaded: load::Loaded, settings: &Settings) -> Result<Suite, Misused> {
    let files = loaded.files;
    let Some(mut contract) = loaded.contract.filter(|_| !has_errors(&loaded.diagnostics)) else {
        return Err(Misused { diagnostics: loaded.diagnostics, files, messages: Vec::new() });
    };
    if contract.operations.is_empty() {
        return Err(Misused::message(
            "the contracts have no operation, so there is nothing to test",
            &["a contract file has `countersign: 1` and at least one entry under `operations:`"],
        ));
    }
    let environment = environment(settings)?;
    let target = settings
        .target
        .clone()
        .or_else(|| {
            environment.as_ref().and_then(|(_, known)| known.target.as_deref().map(Target::from_word))
        })
        .unwrap_or(Target::Mock);
    let mut given = environment.as_ref().map(|(_, known)| known.variables.clone()).unwrap_or_default();
    let invented = match target {
        Target::Mock => invent(&contract, &mut given, settings),
        Target::Url(_) => Vec::new(),
    };
    let variables = load::bind(&contract, &given, &settings.variables).map_err(|diagnostics| Misused {
        diagnostics,
        files: files.clone(),
        messages: Vec::new(),
    })?;
    for name in environment.iter().flat_map(|(_, known)| &known.secret) {
        if let Some(variable) = contract.variables.get_mut(name) {
            variable.secret = true;
        }
    }
    if let Target::Url(url) = &target {
        base::settle(&mut contract, url);
    }
    check::values(&contract, &variables)?;
    let mut diagnostics = loaded.diagnostics;
    diagnostics.extend((!invented.is_empty()).then(|| {
        Diagnostic::note(MADE_UP, format!("the mock makes up {}", invented.join(", ")))
            .help("a deployment needs values of its own: `--var NAME=…`, or an environment file")
    }));
    diagnostics.extend(load::unknown(&contract, &settings.variables).map(|(name, _)| {
        Diagnostic::warning("unknown-variable", format!("the contract has no variable `{name}`"))
    }));
    let changed = settings.changed_since.as_deref().map(|old| changed::since(old, &contract)).transpose()?;
    Ok(Suite {
        changed,
        contract: Arc::new(contract),
        variables: Arc::new(variables),
        target,
        writes_allowed: environment.as_ref().is_some_and(|(_, known)| known.writes == Some(true)),
        environment: environment.map(|(name, _)| name),
        invented,
        diagnostics,
        files,
    })
}

/// Fills in what the mock needs and nobody gives, and tells which.
fn invent(
    contract: &Contract,
    given: &mut std::collections::BTreeMap<String, String>,
    settings: &Settings,
) -> Vec<String> {
    let named = |name: &str| settings.variables.iter().any(|(given, _)| given == name);
    let missing: Vec<String> = contract
        .variables
        .iter()
        .filter(|(name, known)| {
            let wanted = !known.optional || settings.invents_all && is_sent(contract, name);
            wanted && known.default.is_none() && !given.contains_key(*name) && !named(name)
        })
        .map(|(name, _)| name.clone())
        .collect();
    for name in &missing {
        given.insert(name.clone(), mock::invent(contract, name));
    }
    missing
}

/// Whether conforming requests have the variable in a parameter or a credential, or may have it in one that is accepted
/// in its place and told by nothing else.
fn is_sent(contract: &Contract, variable: &str) -> bool {
    let has = |template: &Value| needs(template).iter().any(|name| name == variable);
    let in_place_of = |security: &Security| {
        let carried = security.alternatives.iter().flat_map(|other| &other.carries);
        let told = carried.filter(|carried| carried.schema.is_none());
        told.filter_map(|carried| carried.contains.as_deref()).any(|text| has(&Value::from(text)))
    };
    contract.operations.iter().any(|operation| {
        operation.parameters.iter().filter_map(|parameter| parameter.value.as_ref()).any(has)
            || operation.security.iter().any(|security| has(&Value::from(security.value.as_str())))
            || operation.security.iter().any(in_place_of)
    })
}

/// Whether any of the diagnostics stops the work.
fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
}

/// The environment to use, with its name: the one that was named, or `mock` where the target is the mock.
///
/// # Errors
/// When there is no such environment, or its file can't be used.
pub fn environment(settings: &Settings) -> Result<Option<(String, load::Environment)>, Misused> {
    let is_mock = matches!(settings.target, None | Some(Target::Mock));
    let name = match &settings.environment {
        Some(name) => name.clone(),
        None if is_mock => "mock".to_owned(),
        None => return Ok(None),
    };
    let beside = settings.contracts.iter().filter_map(|path| path.parent());
    let mut folders: Vec<PathBuf> = std::iter::once(settings.root.as_path())
        .chain(beside)
        .map(|folder| folder.join("environments"))
        .collect();
    folders.dedup();
    let path = match load::find_environment(&name, &folders) {
        Ok(path) => path,
        Err(_) if settings.environment.is_none() => return Ok(None),
        Err(unknown) => return Err(Misused { diagnostics: vec![*unknown], ..Misused::default() }),
    };
    load::environment(&path, &settings.process_environment)
        .map(|known| Some((name, known)))
        .map_err(|wrong| Misused { diagnostics: wrong.diagnostics, files: wrong.files, messages: Vec::new() })
}
