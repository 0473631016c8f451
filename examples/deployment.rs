//! The reference deployment on a port, for a first try without an account with the vendor:
//! `cargo run --example deployment -- --listen 127.0.0.1:8080 [--fault NAME | --variant NAME]`.

#[path = "../tests/deployment/mod.rs"]
mod deployment;

use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::thread;

use deployment::VARIABLES;
use deployment::faults::table;
use deployment::serve::Server;
use deployment::turn::Change;
use deployment::variants::variants;

const USAGE: &str = "usage: deployment [--listen ADDRESS:PORT] [--fault NAME | --variant NAME] [--list]";

fn main() -> ExitCode {
    match start() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: {error}\n{USAGE}");
            ExitCode::from(2)
        }
    }
}

fn start() -> Result<(), Box<dyn std::error::Error>> {
    let mut listen: SocketAddr = ([127, 0, 0, 1], 0).into();
    let mut change = None;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{argument} wants a value"));
        match argument.as_str() {
            "--listen" => listen = value()?.parse()?,
            "--fault" => change = Some(fault(&value()?)?),
            "--variant" => change = Some(variant(&value()?)?),
            "--list" => return Ok(list()?),
            _ => return Err(format!("what is {argument}?").into()),
        }
    }
    let server = Server::start(listen, change)?;
    let mut out = io::stdout();
    writeln!(out, "listening on http://{}", server.address)?;
    let variables: Vec<String> =
        VARIABLES.iter().map(|(name, value)| format!("--var {name}={value}")).collect();
    writeln!(out, "variables: {}", variables.join(" "))?;
    out.flush()?;
    loop {
        thread::park();
    }
}

fn fault(name: &str) -> Result<Change, String> {
    let fault = table().iter().find(|fault| fault.name == name);
    fault.map(|fault| fault.change).ok_or(format!("there is no fault {name}; --list shows them"))
}

fn variant(name: &str) -> Result<Change, String> {
    let variant = variants().into_iter().find(|variant| variant.name == name);
    variant.map(|variant| variant.change).ok_or(format!("there is no variant {name}; --list shows them"))
}

fn list() -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "variants, which keep every promise:")?;
    for variant in variants() {
        writeln!(out, "  {:<34} {}", variant.name, variant.says)?;
    }
    writeln!(out, "faults, which break one:")?;
    for fault in table() {
        writeln!(out, "  {:<34} {}", fault.name, fault.promise)?;
        writeln!(out, "  {:<34}   {}: {}", "", fault.operation, fault.expect.join(" or "))?;
    }
    Ok(())
}
