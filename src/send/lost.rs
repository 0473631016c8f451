//! Why there is no answer: transport errors, sorted.

use std::error::Error;
use std::io;

use crate::model::Lost;

/// What a transport error means.
pub(super) fn lost(error: &reqwest::Error) -> Lost {
    let chain = chain(error);
    let why = chain.last().cloned().unwrap_or_default();
    let says = |word: &str| chain.iter().any(|line| line.contains(word));
    if error.is_connect() {
        if says("dns error") || says("failed to lookup address") {
            return Lost::Resolve(why);
        }
        if says("certificate") || says("TLS") || says("HandshakeFailure") || says("InvalidContentType") {
            return Lost::Tls(advised(why));
        }
        return Lost::Connect(why);
    }
    if error.is_builder() {
        return Lost::NotSent(why);
    }
    if says("closed before")
        || says("unexpected end")
        || says("end of file")
        || is_io(error)
        || says("connection error")
    {
        return Lost::Closed(why);
    }
    Lost::Malformed(why)
}

/// What can be done about a certificate that is not accepted.
fn advised(why: String) -> String {
    let says = |word: &str| why.contains(word);
    let advice = if says("UnknownIssuer") {
        "give the certificate to trust with --cacert"
    } else if says("NotValidForName") || says("not valid for name") {
        "the target needs the host name that the certificate is for"
    } else if says("xpired") {
        "the deployment needs a new one"
    } else if says("NotValidYet") || says("not valid yet") {
        "are the clocks right?"
    } else {
        return why;
    };
    format!("{why}: {advice}")
}

/// Each error of the chain as text, outermost first, each without the text of its source.
fn chain(error: &reqwest::Error) -> Vec<String> {
    let mut lines = Vec::new();
    let mut next: Option<&dyn Error> = Some(error);
    while let Some(error) = next {
        lines.push(error.to_string());
        next = error.source();
    }
    lines
}

fn is_io(error: &reqwest::Error) -> bool {
    let mut next = error.source();
    while let Some(error) = next {
        if error.downcast_ref::<io::Error>().is_some_and(|io| io.kind() != io::ErrorKind::InvalidData) {
            return true;
        }
        next = error.source();
    }
    false
}
