//! Commands for curl, as pages show requests: `curl -X POST -d '{"name":"a"}' https://{endpoint}/v1/things`.

/// What a command sends.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Call {
    pub(super) method: String,
    pub(super) url: String,
    /// The body, if it has one.
    pub(super) data: Option<String>,
    /// It sends a form or a file.
    pub(super) form: bool,
}

/// Flags that take a value and say nothing about method, address and body.
const VALUED: [&str; 22] = [
    "-H",
    "--header",
    "-u",
    "--user",
    "-o",
    "--output",
    "-A",
    "--user-agent",
    "-b",
    "--cookie",
    "-c",
    "--cacert",
    "--cert",
    "--key",
    "-m",
    "--max-time",
    "-e",
    "--referer",
    "-w",
    "--write-out",
    "--resolve",
    "--connect-timeout",
];
const DATA: [&str; 5] = ["-d", "--data", "--data-raw", "--data-binary", "--json"];

/// The longest command that is looked at.
const LONGEST: usize = 100_000;

/// Where a command begins in a line, if it does.
pub(super) fn begins(line: &str) -> Option<usize> {
    let at = line.find("curl ")?;
    line[..at].chars().all(|c| c.is_whitespace() || "$#>-`%".contains(c)).then_some(at)
}

/// The command at the beginning of a text, and how many bytes it takes.
pub(super) fn read(text: &str) -> Option<(Call, usize)> {
    let (words, length) = words(text)?;
    let mut call = Call::default();
    let (mut get, mut method) = (false, None);
    let mut words = words.into_iter().skip(1);
    while let Some(word) = words.next() {
        // Some pages have a dash of another kind before the letter.
        let word =
            word.strip_prefix(['\u{2013}', '\u{2014}']).map_or(word.clone(), |rest| format!("-{rest}"));
        let (flag, attached) = match word.split_once('=') {
            Some((flag, value)) if flag.starts_with("--") => (flag.to_owned(), Some(value.to_owned())),
            _ if word.len() > 2 && ["-X", "-d", "-H", "-F"].iter().any(|flag| word.starts_with(flag)) => {
                (word[..2].to_owned(), Some(word[2..].to_owned()))
            }
            _ => (word, None),
        };
        let mut value = || attached.clone().or_else(|| words.next());
        match flag.as_str() {
            "-X" | "--request" => method = value(),
            "--url" => call.url = value()?,
            "-G" | "--get" => get = true,
            "-F" | "--form" | "--data-urlencode" | "-T" | "--upload-file" => {
                value();
                call.form = true;
            }
            flag if DATA.contains(&flag) => {
                let value = value()?;
                // `@file` is what no page shows.
                call.form |= value.starts_with('@') || call.data.is_some();
                call.data = Some(value);
            }
            flag if VALUED.contains(&flag) => {
                value();
            }
            flag if flag.starts_with('-') => {}
            address if call.url.is_empty() => address.clone_into(&mut call.url),
            _ => {}
        }
    }
    if get {
        call.form |= call.data.take().is_some();
    }
    let sends = call.data.is_some() || call.form;
    call.method =
        method.unwrap_or_else(|| if sends && !get { "POST" } else { "GET" }.to_owned()).to_uppercase();
    (!call.url.is_empty()).then_some((call, length))
}

/// Words as a shell divides them, up to the end of the command.
fn words(text: &str) -> Option<(Vec<String>, usize)> {
    let (mut all, mut word) = (Vec::new(), None::<String>);
    let mut quote = None;
    let mut characters = text.char_indices().peekable();
    let mut end = text.len();
    while let Some((at, c)) = characters.next() {
        if at > LONGEST {
            return None;
        }
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some('"') | None, '\\') => match characters.next() {
                Some((_, '\n')) if quote.is_some() => {}
                Some((_, '\n')) => all.extend(word.take()),
                Some((_, '\r')) | None => {}
                Some((_, next)) => word.get_or_insert_default().push(next),
            },
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            // The address may stand on a line of its own.
            (None, '\n') => {
                let rest = text[at..].trim_start();
                if !rest.starts_with(['-', '\'', '"']) && !rest.starts_with("http") {
                    end = at;
                    break;
                }
                all.extend(word.take());
            }
            (None, '|' | ';' | '`') if word.is_none() => {
                end = at;
                break;
            }
            (None, c) if c.is_whitespace() => all.extend(word.take()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    all.extend(word);
    (quote.is_none() && !all.is_empty()).then_some((all, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_tell_method_address_and_body() {
        for (text, method, url, data, form) in [
            ("curl https://a.example/things", "GET", "https://a.example/things", None, false),
            (
                "curl -i -k -H 'X-Token: a b' -X PUT -d '{\"a\": \"it\\\\s\"}' https://a.example/x?b=1\nNext",
                "PUT",
                "https://a.example/x?b=1",
                Some("{\"a\": \"it\\\\s\"}"),
                false,
            ),
            (
                "curl --request DELETE \\\n  --header \"X: y\" \\\n  --url \"https://a.example/x/1\"\n{",
                "DELETE",
                "https://a.example/x/1",
                None,
                false,
            ),
            ("curl https://a.example/x \u{2013}d '{}'", "POST", "https://a.example/x", Some("{}"), false),
            ("curl -XPOST -F file=@a.txt https://a.example/x", "POST", "https://a.example/x", None, true),
            ("curl --get --data-urlencode a=b https://a.example/x", "GET", "https://a.example/x", None, true),
        ] {
            let (call, _) = read(text).unwrap();
            assert_eq!(
                (&*call.method, &*call.url, call.data.as_deref(), call.form),
                (method, url, data, form)
            );
        }
        for odd in ["curl ", "curl", "curl 'open", "curl -d", "curl --url", "curl \\"] {
            assert_eq!(read(odd), None, "{odd}");
        }
        assert_eq!((begins("  $ curl x"), begins("use curl here")), (Some(4), None));
    }
}
