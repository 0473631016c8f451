//! Secrets out, before anything leaves the process.

use std::io;

use aho_corasick::AhoCorasick;

use crate::text::forms;

/// Replaces known secrets in texts, in every form in which they may turn up.
#[derive(Debug, Clone, Default)]
pub struct Redactor {
    /// Needle and what to write instead; longest needle first, so that no secret is cut in half by a shorter one.
    forms: Vec<(String, String)>,
}

impl Redactor {
    /// A redactor for these `(name, value)` pairs; a value is replaced by `‹name›`. Empty values are passed over.
    pub fn new<'a>(secrets: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut redactor = Self::default();
        for (name, value) in secrets {
            redactor.add(value, &format!("‹{name}›"));
        }
        redactor
    }

    /// Adds one secret.
    pub fn add(&mut self, value: &str, instead: &str) {
        if value.is_empty() {
            return;
        }
        for form in forms(value) {
            if !self.forms.iter().any(|(known, _)| *known == form) {
                self.forms.push((form, instead.to_owned()));
            }
        }
        self.forms.sort_by(|(a, _), (b, _)| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    }

    /// `text` without secrets.
    #[must_use]
    pub fn text(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (form, instead) in &self.forms {
            if text.contains(form.as_str()) {
                text = text.replace(form.as_str(), instead);
            }
        }
        text
    }

    /// Whether a form of a secret still stands in what `written` gives: the last look at a file, in one pass and without
    /// holding it. Only forms of at least eight bytes count: a shorter one may stand there by chance.
    ///
    /// # Errors
    /// When `written` can't be read.
    pub fn stands_in(&self, written: impl io::Read) -> io::Result<bool> {
        let long = self.forms.iter().map(|(form, _)| form.as_bytes()).filter(|form| form.len() >= 8);
        let search = AhoCorasick::new(long).map_err(io::Error::other)?;
        search.stream_find_iter(written).next().transpose().map(|found| found.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::Redactor;

    #[test]
    fn a_secret_is_replaced_in_every_form() {
        let redactor = Redactor::new([("token", "s3cr\"t/ä+7")]);
        for text in [
            "s3cr\"t/ä+7",
            r#"{"a":"s3cr\"t/ä+7"}"#,
            r#"{"a":"s3cr\"t\/ä+7"}"#,
            "?t=s3cr%22t%2F%C3%A4%2B7",
            "?t=s3cr%22t%2f%c3%a4%2b7",
            "czNjciJ0L8OkKzc=",
        ] {
            let shown = redactor.text(text);
            assert!(shown.contains("‹token›") && !shown.contains("s3cr"), "{text} → {shown}");
        }
    }

    #[test]
    fn a_secret_in_a_path_or_inside_a_longer_base64_text_is_replaced() {
        let redactor = Redactor::new([("hook", "abc/def-secret-99"), ("token", "right-token-1234")]);
        assert_eq!(redactor.text("/hook/abc%2Fdef-secret-99"), "/hook/‹hook›");
        // "user:right-token-1234", as HTTP's Basic scheme writes it.
        let shown = redactor.text("Basic dXNlcjpyaWdodC10b2tlbi0xMjM0");
        assert!(shown.contains("‹token›") && !shown.contains("cmlnaHQ") && shown.len() < 25, "{shown}");
    }

    #[test]
    fn a_longer_secret_is_not_cut_by_a_shorter_one() {
        let redactor = Redactor::new([("short", "abc"), ("long", "abcdef")]);
        assert_eq!(redactor.text("abcdef abc"), "‹long› ‹short›");
    }

    #[test]
    fn a_secret_is_seen_wherever_it_stands_in_a_file() {
        let redactor = Redactor::new([("token", "s3cret-value"), ("pin", "1234")]);
        let far = format!("{}s3cret-value", " ".repeat(200_000));
        for (text, stands) in
            [(far.as_str(), true), ("czNjcmV0LXZhbHVl", true), ("1234 s3cret", false), ("", false)]
        {
            assert_eq!(redactor.stands_in(text.as_bytes()).ok(), Some(stands), "{}", text.trim());
        }
        assert_eq!(Redactor::default().stands_in("anything".as_bytes()).ok(), Some(false));
    }
}
