//! Which findings are the same finding.
//!
//! Two findings are one when clause, check, place and kind agree. The place is the site with array indices as `*`;
//! the kind is the summary without what varies from case to case: quoted texts become `"…"`, and numbers `#`, except
//! in findings about the status line, where 200 and 500 are different defects. The fingerprint is SHA-256, in hex,
//! over address, check, place and kind, each followed by a line feed: equal on every machine and in every run.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use crate::model::{ClauseId, Finding};

/// What makes findings equal. Orders by clause first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct FindingKey {
    pub(super) clause: ClauseId,
    check: String,
    place: String,
    kind: String,
}

impl FindingKey {
    pub(super) fn of(finding: &Finding) -> Self {
        Self {
            clause: finding.clause,
            check: finding.check.clone(),
            place: finding.place(),
            kind: finding.kind(),
        }
    }

    pub(super) fn fingerprint(&self, address: &str) -> String {
        let mut hash = Sha256::new();
        for part in [address, &self.check, &self.place, &self.kind] {
            hash.update(part.as_bytes());
            hash.update(b"\n");
        }
        hash.finalize().iter().fold(String::with_capacity(64), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    }
}
