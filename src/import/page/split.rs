//! A page with several operations → the blocks of each: a heading for it, with a request line below.

use super::block::{Block, Said};
use super::uri::{self, Request};
use super::words;

/// The blocks of each operation, and what belongs to none of them. A page with one operation stays whole.
pub(super) fn operations(blocks: Vec<Block>) -> (Vec<Vec<Block>>, Vec<Block>) {
    let owners = owners(&blocks);
    if owners.len() < 2 {
        return (vec![blocks], Vec::new());
    }
    let mut all: Vec<Vec<Block>> = Vec::new();
    let mut others = Vec::new();
    // The level of the operation that is open, and whether its request line has come.
    let mut open: Option<(u8, usize)> = None;
    for (at, block) in blocks.into_iter().enumerate() {
        if let Block::Heading(said, level) = &block {
            if let Some(owner) = owners.iter().find(|owner| owner.heading == at) {
                open = Some((*level, owner.line));
                all.push(Vec::new());
            } else if open.is_some_and(|(own, line)| *level <= own && at > line && !names_a_part(said)) {
                open = None;
            }
        }
        match all.last_mut().filter(|_| open.is_some()) {
            Some(operation) => operation.push(block),
            None => others.push(block),
        }
    }
    (all, others)
}

/// A heading with the request line of its operation.
struct Owner {
    heading: usize,
    level: u8,
    line: usize,
    request: Request,
}

fn owners(blocks: &[Block]) -> Vec<Owner> {
    let mut owners: Vec<Owner> = Vec::new();
    let (mut heading, mut example) = (None, false);
    for (at, block) in blocks.iter().enumerate() {
        match block {
            Block::Heading(said, level) if !names_a_part(said) => {
                (heading, example) = (Some((at, *level)), false);
            }
            Block::Heading(said, _) | Block::Text(said) if words::shows(&said.text) => example = true,
            Block::Heading(..) => example = false,
            _ => {}
        }
        let (Some((heading, level)), Some(request)) = (heading, line(block).filter(|_| !example)) else {
            continue;
        };
        // Below the same heading, a second one is an example or another way to ask; below a deeper one, it may be.
        let known = owners.iter().any(|owner| {
            owner.heading == heading
                || (owner.request.method == request.method
                    && (owner.request.path == request.path
                        || level > owner.level && uri::fits(&owner.request.path, &request.path)))
        });
        if !known {
            owners.push(Owner { heading, level, line: at, request });
        }
    }
    owners
}

fn line(block: &Block) -> Option<Request> {
    let (Block::Heading(said, _) | Block::Text(said) | Block::Code(said)) = block else { return None };
    uri::request_line(said.text.lines().next()?).map(|(request, _)| request)
}

/// `Request parameters` heads a part of an operation, `List merge requests` an operation.
fn names_a_part(said: &Said) -> bool {
    words::part(&said.text).is_some()
        || words::part_of_word(&said.text) == Some(words::Part::Response)
        || words::example(&said.text).is_some()
        || words::status_line(&said.text).is_some()
        || words::outcome_line(&said.text).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::page::markdown;
    use crate::text::FileId;

    fn titles(text: &str) -> Vec<String> {
        let (all, _) = operations(markdown::blocks(text, FileId(0)));
        let first = |blocks: &Vec<Block>| match &blocks[0] {
            Block::Heading(said, _) => format!("{} {}", said.text, blocks.len()),
            other => format!("{other:?}"),
        };
        all.iter().map(first).collect()
    }

    #[test]
    fn operations_are_told_from_examples_and_parts() {
        let text = "# Things\n\nAll of them.\n\n## List merge requests\n\n```\nGET /things\n```\n\n### Parameters\n\nx\n\n## Make one\n\n\
                    `POST /things`\n\n### Example request\n\nPOST /other\n\n## Errors\n\nNo.\n\n## Get one\n\nGET /things/{id}\n\n### Of mine\n\nGET /things/7\n";
        assert_eq!(titles(text), ["List merge requests 4", "Make one 4", "Get one 4"]);
        let one = "# Get a thing\n\n## URI\n\nGET /things/{id}\n\n## Request\n\nGET /things/{id}?a=1\n";
        assert_eq!(titles(one), ["Get a thing 5"]);
        assert_eq!(operations(Vec::new()).0.len(), 1);
    }
}
