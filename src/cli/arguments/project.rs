//! `init`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
pub(in crate::cli) struct Init {
    /// The folder of the project
    #[arg(default_value = ".", value_name = "DIR")]
    pub(in crate::cli) folder: PathBuf,
    /// For which CI server to make a workflow
    #[arg(long, value_enum, default_value_t = Ci::Github, value_name = "SERVER")]
    pub(in crate::cli) ci: Ci,
}

/// A CI server.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(in crate::cli) enum Ci {
    /// A workflow for GitHub's runners
    Github,
    /// A pipeline for GitLab
    Gitlab,
    /// No workflow
    None,
}
