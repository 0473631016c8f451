//! What a document promises about refusals.
//!
//! A document lists the answers of an operation, not which of them a wrong request gets. So these are read as follows:
//!
//! - a request outside the schemas is refused, where a 400 or 422 (or 405, which Swagger's own examples use for it), `4XX`
//!   or `default` is documented: by any documented client error that is not about credentials or load;
//! - a request without its credential is refused, where 401, 403, `4XX` or `default` is documented;
//! - the last identifier of a path is answered 404 or 410, where that is documented, when it names nothing;
//! - a request that is within the schemas may still get what depends on what the deployment has: 403, 404, 409 and their
//!   like, where they are documented. Then nothing is shown, and nothing is broken.
//!
//! An operation that documents none of these promises nothing about them, and nothing of it is tested.

use super::made::{self, Made};
use super::sources::Place;
use crate::text::Span;
use crate::text::tree::Node;

/// The documented statuses of one operation.
#[derive(Debug, Clone, Default)]
pub(super) struct Answers {
    /// As the contract writes them: `404`, `4XX`, `default`.
    pub(super) statuses: Vec<String>,
}

/// Client errors that say nothing about the request itself.
const OTHERS: [&str; 9] = ["401", "402", "403", "407", "408", "425", "428", "429", "451"];
/// Client errors that depend on what the deployment has, or on who asks.
const DEPENDS: [&str; 12] =
    ["402", "403", "404", "409", "410", "412", "423", "424", "425", "428", "429", "451"];

impl Answers {
    fn has(&self, status: &str) -> bool {
        self.statuses.iter().any(|one| one == status)
    }

    /// Whether any client error may come.
    fn any_error(&self) -> bool {
        self.has("4XX") || self.has("default")
    }

    /// Whether the operation may say that something is not there.
    pub(super) fn may_miss(&self) -> bool {
        self.has("404") || self.has("410") || self.any_error()
    }

    fn errors(&self) -> impl Iterator<Item = &str> {
        self.statuses.iter().map(String::as_str).filter(|one| one.starts_with('4') && *one != "4XX")
    }

    /// What a request outside the schemas gets.
    fn refused(&self) -> Vec<String> {
        let mut found: Vec<String> =
            ["400", "422", "405"].iter().filter(|one| self.has(one)).map(|one| (*one).to_owned()).collect();
        if found.is_empty() && !self.any_error() {
            return found;
        }
        let more = self.errors().filter(|one| !OTHERS.contains(one) || *one == "403");
        let more: Vec<String> =
            more.filter(|one| !found.iter().any(|known| known == one)).map(str::to_owned).collect();
        found.extend(more);
        if self.any_error() {
            found.push("4XX".to_owned());
        }
        found
    }

    /// What a request without its credential gets.
    pub(super) fn unauthorised(&self) -> Vec<String> {
        let mut found: Vec<String> =
            ["401", "403"].iter().filter(|one| self.has(one)).map(|one| (*one).to_owned()).collect();
        if found.is_empty() && !self.any_error() {
            return found;
        }
        let more: Vec<String> =
            self.errors().filter(|one| !matches!(*one, "401" | "403")).map(str::to_owned).collect();
        found.extend(more);
        if self.any_error() {
            found.push("4XX".to_owned());
        }
        found
    }

    /// What an identifier that names nothing gets.
    pub(super) fn unknown(&self, method: &str) -> Vec<String> {
        // A PUT that also documents 201 makes what is not there.
        if method == "PUT" && self.has("201") {
            return Vec::new();
        }
        let mut found: Vec<String> =
            ["404", "410"].iter().filter(|one| self.has(one)).map(|one| (*one).to_owned()).collect();
        if !found.is_empty() {
            let more: Vec<String> = self
                .errors()
                .filter(|one| !matches!(*one, "401" | "404" | "410" | "429"))
                .map(str::to_owned)
                .collect();
            found.extend(more);
            if self.any_error() {
                found.push("4XX".to_owned());
            }
        }
        found
    }

    /// By what a request within the schemas may be refused for what no schema says.
    fn unstated(&self) -> Vec<String> {
        let mut found = vec!["400".to_owned(), "422".to_owned()];
        found.extend(self.refused().into_iter().filter(|one| one != "400" && one != "422"));
        found.retain(|one| !DEPENDS.contains(&one.as_str()));
        found
    }

    /// What a request within the schemas may get because of what the deployment has.
    fn depends(&self, secured: bool) -> Vec<String> {
        let any = self.any_error();
        // Without a documented credential nobody knows what a 401 is about.
        let unknown = ["401"].into_iter().filter(|one| !secured && (any || self.has(one)));
        // Where a success is documented too, a redirection or a 304 depends on the request before.
        let moved = self.statuses.iter().map(String::as_str);
        let moved =
            moved.filter(|one| one.starts_with('3') && self.statuses.iter().any(|two| two.starts_with('2')));
        let others = DEPENDS.into_iter().filter(|one| any || self.has(one));
        moved.chain(unknown).chain(others).map(str::to_owned).collect()
    }
}

impl Answers {
    /// The documented statuses of an operation.
    pub(super) fn of(operation: Place<'_>) -> Self {
        let keys = operation.get("responses").into_iter().flat_map(Place::members);
        Self { statuses: keys.filter_map(|(key, _)| status(&key.text)).collect() }
    }

    /// What is said of the operation as a whole.
    pub(super) fn promises(&self, secured: bool, at: Span, made: &mut Made) {
        let refused = self.refused();
        if !refused.is_empty() {
            made.put(
                "refused",
                at,
                because(&refused, "a request outside the schemas gets a documented client error", at),
            );
        }
        let depends = self.depends(secured);
        if !depends.is_empty() {
            made.put("depends", at, made::list(depends.iter().map(|one| made::text(one, at)).collect(), at));
        }
        let unstated = self.unstated().into_iter().map(|one| made::text(one, at)).collect();
        made.put("unstated", at, made::list(unstated, at));
    }
}

/// A refusal.
pub(super) fn because(statuses: &[String], convention: &str, at: Span) -> Node {
    let mut refusal = Made::new(at);
    let statuses: Vec<Node> = statuses.iter().map(|one| made::text(one.as_str(), at)).collect();
    refusal.put("status", at, made::list(statuses, at));
    refusal.say("convention", at, convention);
    refusal.node()
}

/// A key of `responses` as the contract writes it.
pub(super) fn status(word: &str) -> Option<String> {
    let upper = word.trim().to_ascii_uppercase();
    match upper.as_bytes() {
        b"DEFAULT" => Some("default".to_owned()),
        [b'1'..=b'5', b'X', b'X'] | [b'1'..=b'5', b'0'..=b'9', b'0'..=b'9'] => Some(upper),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_documented_is_expected() {
        let of = |said: &[&str]| Answers { statuses: said.iter().map(|one| (*one).to_owned()).collect() };
        for (said, refused, unauthorised, unknown) in [
            (&["200"][..], "", "", ""),
            (&["200", "404"], "", "", "404"),
            (&["200", "400", "404"], "400 404", "", "404 400"),
            (&["200", "401", "429"], "", "401 429", ""),
            (&["200", "default"], "4XX", "4XX", ""),
            (&["200", "422", "4XX"], "422 4XX", "422 4XX", ""),
            (&["201", "404", "409"], "", "", "404 409"),
        ] {
            let of = of(said);
            assert_eq!(of.refused().join(" "), refused, "{said:?}");
            assert_eq!(of.unauthorised().join(" "), unauthorised, "{said:?}");
            assert_eq!(of.unknown("GET").join(" "), unknown, "{said:?}");
        }
        assert_eq!(of(&["200", "401", "404"]).depends(true), ["404"]);
        assert_eq!(of(&["200", "304", "401"]).depends(false), ["304", "401"]);
        assert!(of(&["200"]).depends(false).is_empty());
        assert!(of(&["201", "404"]).unknown("PUT").is_empty());
        assert_eq!(status("4xx").as_deref(), Some("4XX"));
        assert_eq!(status("2000"), None);
    }
}
