//! Which formats a run writes.

use super::{RENDERERS, Renderer};
use crate::text::did_you_mean;

/// Stands for the formats that are written unless others are asked for.
const USUAL: &str = "default";
/// Stands for every format.
const ALL: &str = "all";

/// The formats that `names` ask for, in the order of the table, each once. A name is a format's id, `default` or `all`;
/// without names it is `default`, which on GitHub's runners (`on_github`) has the annotations too.
///
/// # Errors
/// When there is no format of that name.
pub fn choose(names: &[String], on_github: bool) -> Result<Vec<&'static dyn Renderer>, UnknownFormat> {
    let known = || RENDERERS.iter().map(|format| format.meta().id).chain([USUAL, ALL]);
    if let Some(name) = names.iter().find(|name| !known().any(|id| id == name.as_str())) {
        let help = did_you_mean(name, known()).map_or_else(
            || format!("one of {}", known().collect::<Vec<_>>().join(", ")),
            |near| format!("did you mean `{near}`?"),
        );
        return Err(UnknownFormat { name: name.clone(), help });
    }
    let asks = |id: &str| names.iter().any(|name| name == id);
    let usual = names.is_empty() || asks(USUAL);
    let wanted = |format: &&dyn Renderer| {
        let asked = format.usual() || (on_github && format.meta().id == "github");
        asks(ALL) || asks(format.meta().id) || (usual && asked)
    };
    Ok(RENDERERS.iter().copied().filter(wanted).collect())
}

/// There is no such format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no report format `{name}`")]
pub struct UnknownFormat {
    /// What was asked for.
    pub name: String,
    /// What could have been meant.
    pub help: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_choose_formats_in_the_order_of_the_table() {
        let ids = |names: &[&str], on_github| {
            let names: Vec<String> = names.iter().map(|&name| name.into()).collect();
            choose(&names, on_github).map(|chosen| chosen.iter().map(|one| one.meta().id).collect::<Vec<_>>())
        };
        assert_eq!(ids(&[], false).unwrap(), ["json", "junit", "html"]);
        assert_eq!(ids(&[], true).unwrap(), ["json", "junit", "html", "github"]);
        assert_eq!(ids(&["sarif", "json", "sarif"], true).unwrap(), ["json", "sarif"]);
        assert_eq!(ids(&["default", "har"], false).unwrap(), ["json", "junit", "html", "har"]);
        assert_eq!(ids(&["all"], false).unwrap().len(), RENDERERS.len());
        let wrong = ids(&["sarf"], false).unwrap_err();
        assert_eq!((wrong.name.as_str(), wrong.help.as_str()), ("sarf", "did you mean `sarif`?"));
        assert!(ids(&["x"], false).unwrap_err().help.contains("markdown"));
    }
}
