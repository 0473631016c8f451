//! "Did you mean": the nearest known word.

/// The word of `known` that is nearest to `word`, if one is near enough to be a typing mistake.
pub fn did_you_mean<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let limit = (word.chars().count() / 3).max(1);
    known
        .into_iter()
        .map(|candidate| (strsim::osa_distance(&word.to_lowercase(), &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, candidate)| (*distance, candidate.len()))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::did_you_mean;

    #[test]
    fn near_words_are_suggested_and_far_ones_are_not() {
        let known = ["parameters", "responses", "required", "rules"];
        assert_eq!(did_you_mean("paramters", known), Some("parameters"));
        assert_eq!(did_you_mean("Responses", known), Some("responses"));
        assert_eq!(did_you_mean("banana", known), None);
    }
}
