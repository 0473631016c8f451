//! Which cases may run side by side: a count per resource and mode.

use std::collections::BTreeMap;

use crate::model::{Footprint, Mode};

/// The resources that running cases touch. Cases are admitted in the order of the plan; one that would disturb a
/// running one waits, and so does everything after it. So the order of writes to a resource, and what each read can
/// see, is the plan's, whatever the number of jobs.
#[derive(Debug, Default)]
pub(super) struct Occupancy {
    held: BTreeMap<String, (Mode, usize)>,
}

impl Occupancy {
    /// Whether a case with this footprint may begin now.
    pub(super) fn admits(&self, footprint: &[Footprint]) -> bool {
        footprint.iter().all(|print| {
            self.held.iter().all(|(held, (mode, _))| {
                !overlap(held, &print.resource) || (*mode == print.mode && *mode != Mode::Exclusive)
            })
        })
    }

    /// A case begins.
    pub(super) fn enter(&mut self, footprint: &[Footprint]) {
        for print in footprint {
            self.held.entry(print.resource.clone()).or_insert((print.mode, 0)).1 += 1;
        }
    }

    /// A case has ended.
    pub(super) fn leave(&mut self, footprint: &[Footprint]) {
        for print in footprint {
            if let Some((_, count)) = self.held.get_mut(&print.resource) {
                *count -= 1;
                if *count == 0 {
                    self.held.remove(&print.resource);
                }
            }
        }
    }
}

/// Whether one resource is the other, or part of it: what changes `/list/one` may be seen in `/list`.
fn overlap(one: &str, other: &str) -> bool {
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    let rest = long.strip_prefix(short.trim_end_matches('/'));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resource_and_its_parts_are_one() {
        for (held, wanted, free) in [
            ("/list", "/list/one", false),
            ("/list/one", "/list", false),
            ("/list/", "/list/one", false),
            ("/", "/list", false),
            ("/list/one", "/list/two", true),
            ("/list", "/lists", true),
        ] {
            let mut occupancy = Occupancy::default();
            occupancy.enter(&print(held, Mode::Read));
            assert_eq!(occupancy.admits(&print(wanted, Mode::Exclusive)), free, "{held} {wanted}");
            assert!(occupancy.admits(&print(wanted, Mode::Read)), "{held} {wanted}");
        }
    }

    fn print(resource: &str, mode: Mode) -> Vec<Footprint> {
        vec![Footprint { resource: resource.into(), mode }]
    }

    #[test]
    fn reads_share_refusals_share_writes_are_alone() {
        let mut occupancy = Occupancy::default();
        occupancy.enter(&print("/a", Mode::Read));
        assert!(occupancy.admits(&print("/a", Mode::Read)));
        assert!(!occupancy.admits(&print("/a", Mode::Refused)));
        assert!(!occupancy.admits(&print("/a", Mode::Exclusive)));
        assert!(occupancy.admits(&print("/b", Mode::Exclusive)));
        occupancy.leave(&print("/a", Mode::Read));
        occupancy.enter(&print("/a", Mode::Exclusive));
        assert!(!occupancy.admits(&print("/a", Mode::Exclusive)));
        occupancy.leave(&print("/a", Mode::Exclusive));
        assert!(occupancy.admits(&print("/a", Mode::Refused)));
    }
}
