//! The reference deployment does what it is said to do: it keeps the pages' promises, each fault shows,
//! and each variant differs without breaking a documented status.

#![expect(clippy::unwrap_used, reason = "a failed step is a failed test")]

mod corpus;
#[path = "../deployment/mod.rs"]
mod deployment;
mod pages;
mod wire;

use std::collections::BTreeSet;

use corpus::{Sequence, corpus};
use deployment::answer::{Answer, Content};
use deployment::faults::table;
use deployment::turn::{Change, Deployment};
use deployment::variants::variants;
use serde_json::Value;

/// What a fresh deployment answers, without what differs from run to run.
fn answers(sequence: &Sequence, change: Option<Change>) -> Vec<(Answer, String)> {
    let mut deployment = Deployment::new(change);
    let answers = sequence.requests.iter().map(|request| timeless(deployment.answer(request)));
    answers.map(|answer| (answer.clone(), answer.body())).collect()
}

fn timeless(mut answer: Answer) -> Answer {
    let request_id = answer.get("request_id");
    if let Some(id) = request_id.as_str() {
        answer.set("request_id", format!("{} characters", id.chars().count()));
    }
    if answer.get("last_updated_datetime").is_number() {
        answer.set("last_updated_datetime", "some time");
    }
    if let Content::Text(text) = &mut answer.content
        && let Some(at) = text.find("last_updated_datetime")
    {
        text.replace_range(at.., "");
    }
    answer
}

#[test]
fn every_fault_shows() {
    let corpus = corpus();
    let conforming: Vec<_> = corpus.iter().map(|sequence| answers(sequence, None)).collect();
    let mut silent = Vec::new();
    for fault in table() {
        let mut sequences = corpus.iter().zip(&conforming);
        if sequences.all(|(sequence, conforming)| answers(sequence, Some(fault.change)) == *conforming) {
            silent.push(fault.name);
        }
    }
    assert!(corpus.len() > 250, "the corpus has {} sequences only", corpus.len());
    assert!(silent.is_empty(), "faults without an effect: {silent:?}");
}

#[test]
fn every_fault_is_described() {
    let mut names = BTreeSet::new();
    for fault in table() {
        assert!(names.insert(fault.name), "{} is there twice", fault.name);
        assert!(fault.promise.ends_with('.'), "{}: {}", fault.name, fault.promise);
        assert!(!fault.expect.is_empty(), "{} expects nothing", fault.name);
        for address in fault.expect {
            let at_home = address.starts_with(fault.operation) || *address == "sequence/";
            assert!(at_home, "{} expects {address}", fault.name);
        }
    }
    assert!(names.len() >= 110, "{} faults", names.len());
}

#[test]
fn every_variant_differs_and_keeps_to_known_statuses() {
    let corpus = corpus();
    let conforming: Vec<_> = corpus.iter().map(|sequence| answers(sequence, None)).collect();
    for variant in variants() {
        let mut differs = false;
        for (sequence, conforming) in corpus.iter().zip(&conforming) {
            let varied = answers(sequence, Some(variant.change));
            differs |= *conforming != varied;
            for (answer, text) in &varied {
                let known = [200, 400, 401, 403, 404, 405, 409, 500].contains(&answer.status);
                assert!(known, "{}: {}: {answer:?}", variant.name, sequence.name);
                let body: Result<Value, _> = serde_json::from_str(text);
                let cut = text.ends_with(",\"");
                assert!(cut || body.is_ok_and(|body| body.is_object()), "{}: {answer:?}", variant.name);
            }
        }
        assert!(differs, "{} is no different: {}", variant.name, variant.says);
    }
}
