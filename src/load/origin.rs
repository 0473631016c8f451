//! `from:` and `convention:`: where a promise was published, or why it is expected all the same.

use super::schema::keywords;
use super::shape::Known;
use crate::model::Published;
use crate::text::tree::{Kind, Node};
use crate::text::{Diagnostic, did_you_mean};

/// What one node says about its origin.
#[derive(Debug, Clone, Default)]
pub(super) struct Sourced {
    /// For the node as a whole.
    pub(super) published: Vec<Published>,
    /// For one keyword.
    pub(super) keyed: Vec<(String, Vec<Published>)>,
    /// Why, where no page says so.
    pub(super) convention: Option<String>,
}

/// What holds where nothing nearer is said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Reasons {
    pub(super) published: Vec<Published>,
    pub(super) convention: Option<String>,
}

impl Sourced {
    /// Reads `from` and `convention` of a map. Mistakes are passed over: [`check`] has reported them.
    pub(super) fn read(node: &Node) -> Self {
        let mut sourced =
            Self { convention: node.get("convention").and_then(Node::scalar), ..Self::default() };
        match node.get("from") {
            Some(from) if matches!(from.kind, Kind::Map(_)) => {
                for (key, value) in from.members() {
                    if key.text.is_empty() {
                        sourced.published = sentences(value);
                    } else {
                        sourced.keyed.push((key.text.clone(), sentences(value)));
                    }
                }
            }
            Some(from) => sourced.published = sentences(from),
            None => {}
        }
        sourced
    }

    /// The sentences for one keyword alone.
    pub(super) fn of(&self, keyword: &str) -> Option<Reasons> {
        self.keyed.iter().find(|(name, _)| name == keyword).map(|(_, published)| Reasons {
            published: published.clone(),
            convention: self.convention.clone(),
        })
    }

    /// What holds for the node as a whole, if it says anything.
    pub(super) fn whole(&self) -> Option<Reasons> {
        (!self.published.is_empty() || self.convention.is_some())
            .then(|| Reasons { published: self.published.clone(), convention: self.convention.clone() })
    }
}

/// What a map says about itself as a whole; else `inherited`.
pub(super) fn reasons(node: &Node, inherited: &Reasons) -> Reasons {
    Sourced::read(node).whole().unwrap_or_else(|| inherited.clone())
}

/// Every sentence of a string or a list of strings.
pub(super) fn sentences(node: &Node) -> Vec<Published> {
    match &node.kind {
        Kind::Text(text) => parse(text).into_iter().collect(),
        Kind::List(elements) => elements.iter().filter_map(Node::text).filter_map(parse).collect(),
        _ => Vec::new(),
    }
}

/// `SOURCE:LINE[-LINE] quote`; the line may be left out.
fn parse(text: &str) -> Option<Published> {
    let text = text.trim();
    let (place, quote) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let (source, lines) = place.split_once(':').unwrap_or((place, "0"));
    let (first, last) = lines.split_once('-').unwrap_or((lines, lines));
    let (line, _): (u32, u32) = (first.parse().ok()?, last.parse().ok()?);
    let quote = quote.trim();
    let quote = quote.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(quote);
    (!source.is_empty()).then(|| Published { source: source.to_owned(), line, quote: quote.to_owned() })
}

/// Reports sentences that can't be read, sources that nobody declares, and keywords that don't exist.
pub(super) fn check(node: &Node, known: &Known, out: &mut Vec<Diagnostic>) {
    if !matches!(node.kind, Kind::Map(_)) {
        return check_sentences(node, known, out);
    }
    super::shape::repeated(node, out);
    for (key, value) in node.members() {
        let name = key.text.as_str();
        if !name.is_empty() && name != "optional" && !keywords::is_known(name) {
            let mut diagnostic = Diagnostic::error(
                "unknown-keyword",
                format!("`{name}` is not a keyword that a sentence can be for"),
            )
            .at(key.span, "not known");
            let all = keywords::names().chain(["optional"]);
            if let Some(near) = did_you_mean(name, all) {
                diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
            }
            out.push(diagnostic.help(
                "keys of `from` are JSON Schema keywords, `required`, `optional`, or \"\" for all the others",
            ));
        }
        check_sentences(value, known, out);
    }
}

fn check_sentences(node: &Node, known: &Known, out: &mut Vec<Diagnostic>) {
    let nodes =
        if let Kind::List(elements) = &node.kind { elements.as_slice() } else { std::slice::from_ref(node) };
    for node in nodes {
        let Some(published) = node.text().and_then(parse) else {
            out.push(
                Diagnostic::error("bad-from", "a sentence has to say where it stands")
                    .at(
                        node.span,
                        format!(
                            "this is {}",
                            if node.text().is_some() { "not a place" } else { node.what() }
                        ),
                    )
                    .help("write `SOURCE:LINE quote`, such as 'page:12 \"at most 50 characters\"'"),
            );
            continue;
        };
        if !known.sources.contains(&published.source) {
            let mut diagnostic =
                Diagnostic::error("unknown-source", format!("no source is called `{}`", published.source))
                    .at(node.span, "not declared under `sources`");
            if let Some(near) = did_you_mean(&published.source, known.sources.iter().map(String::as_str)) {
                diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
            } else if !known.sources.is_empty() {
                diagnostic = diagnostic.help(format!("sources: {}", known.sources.join(", ")));
            }
            out.push(diagnostic);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_have_a_source_a_line_and_a_quote() {
        for (text, source, line, quote) in [
            (r#"page:12 "at most 50""#, "page", 12, "at most 50"),
            (r#"page:12-14 ""a" : 1""#, "page", 12, r#""a" : 1"#),
            ("page:3 without quotes", "page", 3, "without quotes"),
            ("page", "page", 0, ""),
        ] {
            let published = parse(text).unwrap();
            assert_eq!(
                (&*published.source, published.line, &*published.quote),
                (source, line, quote),
                "{text}"
            );
        }
        for text in ["", "page:x quote", ":3 quote", "page:3-x q"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
