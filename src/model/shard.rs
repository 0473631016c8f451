//! Several runs that divide up one plan, or play it one after the other.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::case::{CaseId, Side};
use super::contract::OpId;
use super::event::CaseFinished;
use super::report::RunSettings;
use super::verdict::Trouble;

/// The code of the trouble that [`Accepting::troubles`] makes.
pub const ALL_NOT_FOUND: &str = "all-not-found";

/// A share of a plan: the cases whose [`CaseId::number`] leaves this remainder. A case, with all its steps, belongs to
/// exactly one shard, whatever the order of the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Shard {
    /// Which, from 1.
    pub number: u32,
    /// Of how many.
    pub of: u32,
}

impl Shard {
    /// Shard `number` of `of`; None where there is no such shard.
    #[must_use]
    pub fn new(number: u32, of: u32) -> Option<Self> {
        (number >= 1 && number <= of).then_some(Self { number, of })
    }

    /// Whether the case belongs to it.
    #[must_use]
    pub fn holds(self, case: &CaseId) -> bool {
        case.number() % u64::from(self.of.max(1)) + 1 == u64::from(self.number)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers = text.split_once('/').and_then(|(number, of)| {
            Some((number.trim().parse::<u32>().ok()?, of.trim().parse::<u32>().ok()?))
        });
        let (number, of) = numbers.ok_or_else(|| "a shard is given as K/N, such as 2/4".to_owned())?;
        Self::new(number, of)
            .ok_or_else(|| format!("of {of} shards, the first is 1/{of} and the last {of}/{of}"))
    }
}

impl CaseId {
    /// The id read as a hexadecimal number.
    #[must_use]
    pub fn number(&self) -> u64 {
        // Nothing but a test makes another id; it is a number all the same (FNV-1a).
        u64::from_str_radix(&self.0, 16).unwrap_or_else(|_| {
            self.0.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
            })
        })
    }
}

impl RunSettings {
    /// What keeps two runs from being parts of one, each as a fragment. How fast they went does not count, nor do the
    /// values of variables: each part may have resources of its own.
    #[must_use]
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let word = |text: &Option<String>| text.clone().unwrap_or_else(|| "none".into());
        let (mine, theirs) = (&self.gate, &other.gate);
        let pairs = [
            ("the target", self.target.clone(), other.target.clone()),
            ("the environment", word(&self.environment), word(&other.environment)),
            ("--seed", self.seed.to_string(), other.seed.to_string()),
            ("--repeat", self.repeat.to_string(), other.repeat.to_string()),
            ("--select", word(&self.select), word(&other.select)),
            ("--changed-since", word(&self.changed_since), word(&other.changed_since)),
            ("leave to write", self.writes.to_string(), other.writes.to_string()),
            ("--fail-on", format!("{:?}", self.fail_on), format!("{:?}", other.fail_on)),
            ("--repeat-findings", mine.repeat_findings.to_string(), theirs.repeat_findings.to_string()),
            (
                "--on-deterministic",
                format!("{:?}", mine.on_deterministic),
                format!("{:?}", theirs.on_deterministic),
            ),
            ("--on-flaky", format!("{:?}", mine.on_flaky), format!("{:?}", theirs.on_flaky)),
            (
                "--on-environment",
                format!("{:?}", mine.on_environment),
                format!("{:?}", theirs.on_environment),
            ),
            ("the waivers", mine.waived(), theirs.waived()),
        ];
        pairs
            .into_iter()
            .filter(|(_, mine, theirs)| mine != theirs)
            .map(|(name, mine, theirs)| format!("{name}: {mine} and {theirs}"))
            .collect()
    }
}

/// For each operation, how many requests were to be accepted, and how many of these were answered 404.
#[derive(Debug, Clone, Default)]
pub struct Accepting(BTreeMap<OpId, (u32, u32)>);

impl Accepting {
    /// Takes note of a case.
    pub fn note(&mut self, case: &CaseFinished) {
        if case.side == Side::Accept {
            let (all, missing) = self.0.entry(case.operation).or_default();
            *all += 1;
            let answer = case.exchanges.last().map_or("", |exchange| exchange.reply.line.as_str());
            *missing += u32::from(answer.starts_with("404"));
        }
    }

    /// Where an operation answered 404 to everything that it should accept, a wrong variable is likelier than a broken
    /// deployment. `named` gives an operation's id and the variables that its path and parameters need.
    pub fn troubles(&self, named: impl Fn(OpId) -> (String, Vec<String>)) -> Vec<Trouble> {
        let suspicious = self.0.iter().filter(|(_, (all, missing))| *all >= 3 && missing * 10 >= all * 8);
        suspicious
            .map(|(op, (all, missing))| {
                let (id, variables) = named(*op);
                let quoted: Vec<String> = variables.iter().map(|name| format!("`{name}`")).collect();
                let says = format!(
                    "`{id}` answered 404 to {missing} of {all} requests that it should accept: check the target's base \
                     path and the variables {}",
                    quoted.join(", ")
                );
                Trouble { code: ALL_NOT_FOUND.into(), says }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_belongs_to_exactly_one_shard() {
        for of in 1..=16 {
            let shards: Vec<Shard> = (1..=of).filter_map(|number| Shard::new(number, of)).collect();
            for id in ["0000000000000000", "ffffffffffffffff", "0123456789abcdef", "no number"] {
                let id = CaseId(id.into());
                assert_eq!(shards.iter().filter(|shard| shard.holds(&id)).count(), 1, "{id} {of}");
            }
        }
        assert!(Shard { number: 2, of: 4 }.holds(&CaseId("00000000000000f5".into())));
    }

    #[test]
    fn shards_are_read_and_written_alike() {
        assert_eq!("2/4".parse::<Shard>().unwrap().to_string(), "2/4");
        for wrong in ["", "2", "0/4", "5/4", "1/0", "-1/4", "a/b", "1/4/4", "1/99999999999"] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }
}
