//! Where a promise was published, as the contract format writes it.

use super::prose::Quote;

/// Words of one of the pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Origin {
    /// The short name of the page.
    pub(super) source: String,
    pub(super) quote: Quote,
}

/// The most characters of a quote; what is left out is shown as `...`.
const LONGEST: usize = 400;

impl Origin {
    /// `page:12-14 "the words"`.
    pub(super) fn cite(&self) -> String {
        let (first, last) = self.quote.lines;
        let lines = if first < last { format!("{first}-{last}") } else { first.to_string() };
        format!("{}:{lines} \"{}\"", self.source, shorten(&self.quote.text, LONGEST))
    }
}

impl Origin {
    /// The words from the member of this name on.
    pub(super) fn member(&self, name: &str) -> Self {
        let at = self.quote.text.find(&format!("\"{name}\"")).unwrap_or(0);
        let text = shorten(&self.quote.text[at..], 120);
        Self { quote: Quote { text, ..self.quote.clone() }, ..self.clone() }
    }
}

/// At most so many characters.
pub(super) fn shorten(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most).collect();
    let cut = kept.rfind(' ').filter(|at| *at > kept.len() / 2).unwrap_or(kept.len());
    format!("{} ...", kept[..cut].trim_end())
}

/// All citations, each once.
pub(super) fn cites(origins: &[Origin]) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for cite in origins.iter().map(Origin::cite) {
        if !all.contains(&cite) {
            all.push(cite);
        }
    }
    all
}
