//! Which contracts, against what, and which of their cases.

use std::path::PathBuf;

use clap::Args;

use super::values::variable;
use crate::assemble::{Settings, Target};
use crate::model::Shard;

/// Which contracts.
#[derive(Debug, Args)]
pub(in crate::cli) struct Contracts {
    /// Contract files, or folders of them
    #[arg(default_value = "contracts")]
    pub(in crate::cli) contracts: Vec<PathBuf>,
    /// The folder of the project
    #[arg(long, hide = true, value_name = "DIR")]
    pub(in crate::cli) root: Option<PathBuf>,
}

impl Contracts {
    /// The settings that these arguments ask for.
    pub(in crate::cli) fn settings(&self) -> Settings {
        Settings {
            root: self.root.clone().unwrap_or_default(),
            contracts: self.contracts.clone(),
            process_environment: crate::cli::process_environment,
            ..Settings::default()
        }
    }
}

/// Which contracts, and which deployment.
#[derive(Debug, Args)]
pub(in crate::cli) struct Deployment {
    #[command(flatten)]
    pub(in crate::cli) contracts: Contracts,
    /// Base URL of the deployment, or `mock` [default: the environment's, else the built-in mock]
    #[arg(long, value_name = "URL", help_heading = "Target", env = "COUNTERSIGN_TARGET")]
    pub(in crate::cli) target: Option<String>,
    /// Environment: a name in environments/, or a file [default: `mock` with the built-in mock]
    #[arg(long, value_name = "NAME|FILE", help_heading = "Target", env = "COUNTERSIGN_ENV")]
    pub(in crate::cli) env: Option<String>,
    /// Give a variable its value; goes over the environment file
    #[arg(long = "var", value_name = "NAME=VALUE", value_parser = variable, help_heading = "Target")]
    pub(in crate::cli) variables: Vec<(String, String)>,
}

impl Deployment {
    /// The settings that these arguments ask for.
    pub(in crate::cli) fn settings(&self) -> Settings {
        Settings {
            target: self.target.as_deref().map(Target::from_word),
            environment: self.env.clone(),
            variables: self.variables.clone(),
            ..self.contracts.settings()
        }
    }
}

/// Which contracts, which deployment, and which cases.
#[derive(Debug, Args)]
pub(in crate::cli) struct Common {
    #[command(flatten)]
    pub(in crate::cli) deployment: Deployment,
    /// Only these cases, such as 'reset-*/request/body/**' or 'side:refuse & generator:bounds'
    #[arg(long, value_name = "EXPR", help_heading = "Cases")]
    pub(in crate::cli) select: Option<String>,
    /// Shuffle cases that may be shuffled; 0 is the contract's order
    #[arg(long, value_name = "N", default_value_t = 0, help_heading = "Cases")]
    pub(in crate::cli) seed: u64,
}

impl Common {
    /// The settings that these arguments ask for.
    pub(in crate::cli) fn settings(&self) -> Settings {
        Settings { select: self.select.clone(), seed: self.seed, ..self.deployment.settings() }
    }
}

/// Which part of the plan.
#[derive(Debug, Args)]
pub(in crate::cli) struct Portion {
    /// Only shard K of N, by the ids of cases; `auto`: as the CI server or the Kubernetes Indexed Job says
    #[arg(long, value_name = "K/N|auto", value_parser = crate::cli::share::shard, help_heading = "Cases", env = "COUNTERSIGN_SHARD")]
    pub(in crate::cli) shard: Option<Shard>,
    /// Only clauses that were added or changed since this older contract, file or folder, and the examples
    #[arg(long, value_name = "OLD", help_heading = "Cases")]
    pub(in crate::cli) changed_since: Option<PathBuf>,
}

impl Portion {
    /// `settings` with these arguments.
    pub(in crate::cli) fn apply(&self, settings: Settings) -> Settings {
        Settings { shard: self.shard, changed_since: self.changed_since.clone(), ..settings }
    }
}
