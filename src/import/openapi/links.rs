//! Links: what an answer shows is what another operation takes.

use super::Reading;
use super::made::Made;
use super::operation::Site;
use super::sources::Place;

/// An operation that links may lead to, and its own links.
#[derive(Debug, Clone)]
pub(super) struct Known<'t> {
    pub(super) name: String,
    pub(super) id: Option<&'t str>,
    pub(super) site: Site<'t>,
}

impl<'t> Reading<'t> {
    /// Keeps an operation for links.
    pub(super) fn remember(&mut self, site: &Site<'t>) {
        let id = site.operation.text("operationId");
        self.operations.push(Known { name: site.name.clone(), id, site: site.clone() });
    }

    /// A sequence for each link that says how to follow it.
    pub(super) fn sequences(&mut self) -> Made {
        let made = Made::new(self.root.span());
        for known in &self.operations {
            for (_, response) in known.site.operation.get("responses").into_iter().flat_map(Place::members) {
                let Ok(response) = self.resolver.follow(response) else { continue };
                for (key, _) in response.get("links").into_iter().flat_map(Place::members) {
                    self.notes.left_out(
                        key.span,
                        format!("the link `{}` is not followed", key.text),
                        "not tested",
                    );
                }
            }
        }
        made
    }
}
