//! The exit status of a comparison.

use crate::model::{ComparedTotals, DifferenceClass, Exit};
use crate::text::count;

/// 0 same, 1 different in something that matters, 3 inconclusive.
pub(super) fn exit(totals: &ComparedTotals, fail_on: Option<DifferenceClass>, ended: Option<&str>) -> Exit {
    let classes = [
        (DifferenceClass::Breaking, totals.breaking),
        (DifferenceClass::Compatible, totals.compatible),
        (DifferenceClass::Cosmetic, totals.cosmetic),
    ];
    let counted = classes.iter().filter(|(class, _)| fail_on.is_some_and(|least| *class <= least));
    let told: Vec<String> = counted
        .filter(|(_, count)| *count > 0)
        .map(|(class, count)| format!("{count} {}", class.word()))
        .collect();
    let exit = |code, name: &str, because: String| Exit { code, name: name.into(), because };
    if !told.is_empty() {
        return exit(1, "different", format!("cases with differences: {}", told.join(", ")));
    }
    if let Some(ended) = ended {
        return exit(3, "inconclusive", ended.to_owned());
    }
    if totals.cases == 0 {
        return exit(3, "inconclusive", "no case was played on both sides".into());
    }
    if totals.only_left + totals.only_right > 0 {
        let because = format!(
            "played on the left only: {}; on the right only: {}",
            count(totals.only_left, "case", "cases"),
            count(totals.only_right, "case", "cases")
        );
        return exit(3, "inconclusive", because);
    }
    let open: Vec<String> = classes
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(class, count)| format!("{count} {}", class.word()))
        .collect();
    if open.is_empty() {
        return exit(0, "same", String::new());
    }
    let fails = match fail_on {
        None => "nothing fails",
        Some(DifferenceClass::Breaking) => "only what breaks the contract fails",
        Some(_) => "what is cosmetic does not fail",
    };
    let because = format!("cases with differences: {}; {fails}", open.join(", "));
    exit(0, "tolerated", because)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_matters_decides() {
        let totals = ComparedTotals { cases: 9, compatible: 1, cosmetic: 2, ..ComparedTotals::default() };
        for (fail_on, ended, code) in [
            (Some(DifferenceClass::Cosmetic), None, 1),
            (Some(DifferenceClass::Compatible), Some("lost"), 1),
            (Some(DifferenceClass::Breaking), None, 0),
            (Some(DifferenceClass::Breaking), Some("lost"), 3),
            (None, None, 0),
        ] {
            assert_eq!(exit(&totals, fail_on, ended).code, code, "{fail_on:?} {ended:?}");
        }
        assert_eq!(exit(&ComparedTotals::default(), None, None).code, 3);
        // What differs is never called the same.
        let tolerated = exit(&totals, None, None);
        assert_eq!(
            (tolerated.name.as_str(), tolerated.because.as_str()),
            ("tolerated", "cases with differences: 1 compatible, 2 cosmetic; nothing fails")
        );
        let same = ComparedTotals { cases: 9, same: 9, ..ComparedTotals::default() };
        assert_eq!(exit(&same, Some(DifferenceClass::Compatible), None).name, "same");
    }
}
