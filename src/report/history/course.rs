//! The course of one clause: verdicts folded one after the other. The only place that says what new, still failing,
//! flapping and fixed mean.

use crate::model::{ClauseHistory, Course, Mark, RunName, Scope, State};

/// So many verdicts that count decide.
const WINDOW: usize = 10;

/// What a verdict changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::report) enum Turn {
    /// It broke what was kept, or not known.
    Broke,
    /// It kept what was broken.
    Fixed,
    /// It says what the verdict before said.
    Stayed,
    /// It does not count.
    Nothing,
}

impl Course {
    /// Takes what one more run says. A verdict `broken` always counts. `Kept` counts where the run covers what the
    /// verdict before did: a shard or a selection shows nothing about the cases that it left out. Everything else
    /// changes nothing.
    pub(in crate::report) fn step(&mut self, mark: Mark, scope: &Scope, at: &RunName) -> Turn {
        let was_broken = self.is_broken();
        match mark {
            Mark::Broken if was_broken => {
                self.push('B');
                self.scope = std::mem::take(&mut self.scope).joined(scope);
                Turn::Stayed
            }
            Mark::Broken => {
                self.push('B');
                self.scope = scope.clone();
                self.first.get_or_insert_with(|| at.clone());
                self.since = Some(at.clone());
                self.fixed = None;
                Turn::Broke
            }
            Mark::Kept if self.recent.is_empty() || scope.covers(&self.scope) => {
                self.push('K');
                self.scope = scope.clone();
                if !was_broken {
                    return Turn::Stayed;
                }
                self.fixed = Some(at.clone());
                Turn::Fixed
            }
            Mark::Kept | Mark::KeptInPart | Mark::Inconclusive | Mark::NotExercised | Mark::Absent => {
                Turn::Nothing
            }
        }
    }

    fn push(&mut self, letter: char) {
        if self.recent.len() >= WINDOW {
            self.recent.remove(0);
        }
        self.recent.push(letter);
    }

    /// Whether the last verdict that counts is `broken`.
    pub(in crate::report) fn is_broken(&self) -> bool {
        self.recent.ends_with('B')
    }

    /// Whether one of the verdicts that count is `broken`.
    pub(in crate::report) fn is_eventful(&self) -> bool {
        self.recent.contains('B')
    }

    /// What became of the clause.
    pub(in crate::report) fn state(&self) -> State {
        let episodes = self.recent.split('K').filter(|episode| !episode.is_empty()).count();
        match (episodes, self.is_broken()) {
            (0, _) if self.recent.is_empty() => State::Open,
            (0, _) => State::Kept,
            (1, false) => State::Fixed,
            (1, true) if self.recent.ends_with("BB") => State::StillFailing,
            (1, true) => State::New,
            _ => State::Flapping,
        }
    }

    /// What became of a clause that was broken within the window; None where there is nothing to tell.
    pub(in crate::report) fn told(&self) -> Option<ClauseHistory> {
        let (first, since) = (self.first.clone()?, self.since.clone()?);
        self.is_eventful().then(|| ClauseHistory {
            state: self.state(),
            first,
            since,
            fixed: self.fixed.clone(),
            broken: self.recent.matches('B').count() as u64,
            of: self.recent.len() as u64,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::Shard;

    /// Runs a, b, c … say what the letters say: `K` kept, `B` broken, `k` kept in part, `s` kept by a shard, `S` broken
    /// by that shard, `?`, `-` and `.`.
    fn course(letters: &str) -> Course {
        let mut course = Course::default();
        for (letter, at) in letters.chars().zip('a'..) {
            step(&mut course, letter, at);
        }
        course
    }

    fn step(course: &mut Course, letter: char, at: char) -> Turn {
        let shard = Scope { shard: Shard::new(1, 2), ..Scope::default() };
        let (mark, scope) = match letter {
            'K' => (Mark::Kept, Scope::default()),
            'B' => (Mark::Broken, Scope::default()),
            'k' => (Mark::KeptInPart, Scope::default()),
            's' => (Mark::Kept, shard),
            'S' => (Mark::Broken, shard),
            '?' => (Mark::Inconclusive, Scope::default()),
            '-' => (Mark::NotExercised, Scope::default()),
            _ => (Mark::Absent, Scope::default()),
        };
        let name = RunName { started: String::new(), run: at.into() };
        course.step(mark, &scope, &name)
    }

    /// State, then the runs that broke it first and last, and the one that fixed it.
    fn told(letters: &str) -> String {
        let course = course(letters);
        let run = |name: &Option<RunName>| name.as_ref().map_or("·".into(), |name| name.run.clone());
        let runs = [&course.first, &course.since, &course.fixed].map(run).concat();
        format!("{} {runs}", course.state().word())
    }

    #[test]
    fn the_last_ten_verdicts_that_count_decide() {
        for (letters, expected) in [
            ("", "open ···"),
            ("-?.k", "open ···"),
            ("K", "kept ···"),
            ("KK-K?", "kept ···"),
            ("B", "new aa·"),
            ("KB", "new bb·"),
            ("-?B", "new cc·"),
            ("KKB-?.", "new cc·"),
            ("BB", "still failing aa·"),
            ("KB-B", "still failing bb·"),
            ("KB?BB", "still failing bb·"),
            ("BK", "fixed aab"),
            ("KBBK-", "fixed bbd"),
            ("KBK?K", "fixed bbc"),
            ("BKB", "flapping ac·"),
            ("KBKBK", "flapping bde"),
            ("KBKKKKB", "flapping bg·"),
            // What is longer ago than ten verdicts is forgotten, but for the first run that broke it.
            ("BKKKKKKKKKB", "new ak·"),
            ("BKKKKKKKKK", "fixed aab"),
            ("BKKKKKKKKKK", "kept aab"),
            ("BKBBBBBBBB", "flapping ac·"),
            ("BKBBBBBBBBB", "still failing ac·"),
            // Only what was put to the test as widely as before is fixed.
            ("Bk", "new aa·"),
            ("Bs", "new aa·"),
            ("BBs", "still failing aa·"),
            ("BBsK", "fixed aad"),
            ("S", "new aa·"),
            ("Ss", "fixed aab"),
            ("SK", "fixed aab"),
            ("KSs", "fixed bbc"),
            ("SBs", "still failing aa·"),
            ("BSs", "still failing aa·"),
            ("sK", "kept ···"),
            ("Ks", "kept ···"),
        ] {
            assert_eq!(told(letters), expected, "{letters}");
        }
    }

    #[test]
    fn a_scope_covers_itself_and_what_it_is_joined_from() {
        let scopes = scopes();
        for one in &scopes {
            assert!(one.covers(one) && Scope::default().covers(one));
            for other in &scopes {
                let both = one.clone().joined(other);
                assert!(both.covers(one) && both.covers(other), "{one:?} {other:?}");
                assert_eq!(one.covers(other) && other.covers(one), one == other);
            }
        }
    }

    fn scopes() -> Vec<Scope> {
        let mut scopes = Vec::new();
        for select in [None, Some("a".to_owned()), Some("b".to_owned())] {
            for changed_since in [None, Some(("old".to_owned(), "f".to_owned()))] {
                for shard in [None, Shard::new(1, 2), Shard::new(2, 2)] {
                    for reads_only in [false, true] {
                        let (select, changed_since) = (select.clone(), changed_since.clone());
                        scopes.push(Scope { select, changed_since, shard, reads_only });
                    }
                }
            }
        }
        scopes
    }

    proptest! {
        #[test]
        fn a_run_that_shows_nothing_changes_nothing(letters in "[KBksS?.-]{0,20}", at in 0usize..20, nothing in "[k?.-]") {
            let at = at.min(letters.len());
            let mut course = course(&letters[..at]);
            let before = course.clone();
            prop_assert_eq!(step(&mut course, nothing.chars().next().unwrap(), 'z'), Turn::Nothing);
            prop_assert_eq!(course, before);
        }

        #[test]
        fn only_a_verdict_kept_fixes_and_only_broken_breaks(letters in "[KBksS?.-]{1,30}") {
            let mut course = Course::default();
            for (letter, at) in letters.chars().zip('a'..) {
                let before = course.is_broken();
                let turn = step(&mut course, letter, at);
                prop_assert_eq!(turn == Turn::Fixed, before && !course.is_broken());
                prop_assert_eq!(turn == Turn::Broke, !before && course.is_broken());
                prop_assert!(turn != Turn::Fixed || letter == 'K' || letter == 's');
                prop_assert!(turn != Turn::Broke || letter == 'B' || letter == 'S');
                prop_assert!(course.recent.len() <= WINDOW);
                prop_assert_eq!(course.fixed.is_some(), course.since.is_some() && !course.is_broken());
            }
        }
    }
}
