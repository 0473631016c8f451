//! `mock`, and the faults of the mock.

use std::path::PathBuf;

use clap::Args;

use super::suite::Contracts;
use super::values::variable;
use crate::assemble::{Settings, Target};

#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("secured").args(["tls", "tls_key"]).multiple(true))]
pub(in crate::cli) struct Mock {
    #[command(flatten)]
    pub(in crate::cli) contracts: Contracts,
    // What is served is what is there to be tested, not what the tests go by: no default of the project's file, and no
    // variable of the process's environment.
    /// Environment with the values of variables: a name in environments/, or a file [default: `mock`, if it is there]
    #[arg(id = "served_env", long = "env", value_name = "NAME|FILE")]
    pub(in crate::cli) env: Option<String>,
    /// Give a variable its value; goes over the environment file
    #[arg(long = "var", value_name = "NAME=VALUE", value_parser = variable)]
    pub(in crate::cli) variables: Vec<(String, String)>,
    /// Where to listen: HOST:PORT, or a port of this machine; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080", value_parser = address)]
    pub(in crate::cli) listen: std::net::SocketAddr,
    /// Let pages of other origins use it from a browser (CORS)
    #[arg(long)]
    pub(in crate::cli) cors: bool,
    /// Serve HTTPS, with a certificate made for this machine and for --listen
    #[arg(long, help_heading = "TLS")]
    pub(in crate::cli) tls: bool,
    /// Where to write what clients have to trust; with --tls-key, the certificate to serve
    #[arg(long, value_name = "FILE", help_heading = "TLS", requires = "secured")]
    pub(in crate::cli) tls_certificate: Option<PathBuf>,
    /// The key of the certificate
    #[arg(long, value_name = "FILE", help_heading = "TLS", requires = "tls_certificate")]
    pub(in crate::cli) tls_key: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) log: Log,
    #[command(flatten)]
    pub(in crate::cli) faulty: Faulty,
}

impl Mock {
    /// The settings that these arguments ask for.
    pub(in crate::cli) fn settings(&self) -> Settings {
        self.faulty.apply(Settings {
            target: Some(Target::Mock),
            environment: self.env.clone(),
            variables: self.variables.clone(),
            ..self.contracts.settings()
        })
    }
}

/// What the mock tells about requests.
#[derive(Debug, Args)]
pub(in crate::cli) struct Log {
    /// Print one JSON event per answered request to standard output
    #[arg(long, help_heading = "Log")]
    pub(in crate::cli) json: bool,
    /// Print no line for a request that is refused
    #[arg(long, short, help_heading = "Log")]
    pub(in crate::cli) quiet: bool,
}

/// What the mock breaks.
#[derive(Debug, Args)]
pub(in crate::cli) struct Faulty {
    /// Let the mock break a promise: NAME, NAME@OPERATION or NAME@OPERATION/FIELD; `countersign explain` lists them
    #[arg(long = "fault", value_name = "FAULT", help_heading = "Faults of the mock")]
    pub(in crate::cli) faults: Vec<String>,
    /// Only for this share of the requests, from 0 to 1
    #[arg(long, value_name = "SHARE", default_value_t = 1.0, value_parser = share, help_heading = "Faults of the mock")]
    pub(in crate::cli) fault_rate: f64,
}

impl Faulty {
    /// `settings` with these arguments.
    pub(in crate::cli) fn apply(&self, settings: Settings) -> Settings {
        Settings { faults: self.faults.clone(), fault_rate: self.fault_rate, ..settings }
    }
}

fn share(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err("a share is a number from 0 to 1, such as 0.1 for every tenth request".into()),
    }
}

fn address(text: &str) -> Result<std::net::SocketAddr, String> {
    use std::net::ToSocketAddrs as _;
    let whole = if text.parse::<u16>().is_ok() { format!("127.0.0.1:{text}") } else { text.to_owned() };
    let found = whole.to_socket_addrs().map_err(|error| match whole.rsplit_once(':') {
        None => format!("the port is missing: give HOST:PORT, such as {whole}:8080"),
        Some((_, port)) if port.parse::<u16>().is_err() => {
            format!("`{port}` is no port: give HOST:PORT, such as 127.0.0.1:8080")
        }
        Some((host, _)) => {
            format!("`{host}` is no host that can be found ({error}): give HOST:PORT, such as 127.0.0.1:8080")
        }
    })?;
    found.into_iter().next().ok_or_else(|| "the host has no address".to_owned())
}
