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
        footprint.iter().all(|print| match self.held.get(&print.resource) {
            None => true,
            Some((mode, _)) => *mode == print.mode && *mode != Mode::Exclusive,
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

#[cfg(test)]
mod tests {
    use super::*;

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
