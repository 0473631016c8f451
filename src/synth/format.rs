//! Formats (JSON Schema validation 2020-12, section 7.3): one valid value, and some that are nearly valid.

/// A format that is asserted.
#[derive(Debug)]
pub(crate) struct Format {
    /// Its name in a schema.
    pub(crate) name: &'static str,
    /// A value of it.
    pub(crate) valid: &'static str,
    /// Values that are nearly of it, and what is wrong with each.
    pub(crate) broken: &'static [(&'static str, &'static str)],
}

/// The format `name`, if it is known.
pub(crate) fn find(name: &str) -> Option<&'static Format> {
    ALL.iter().find(|format| format.name == name)
}

const fn format(
    name: &'static str,
    valid: &'static str,
    broken: &'static [(&'static str, &'static str)],
) -> Format {
    Format { name, valid, broken }
}

const ALL: &[Format] = &[
    format(
        "date-time",
        "2024-02-29T12:30:45Z",
        &[
            ("2023-02-29T12:30:45Z", "on a day that is not in the calendar"),
            ("2024-02-29T12:30:45", "without an offset"),
            ("yesterday", "that is a word"),
        ],
    ),
    format(
        "date",
        "2024-02-29",
        &[("2023-02-29", "that is not in the calendar"), ("29.02.2024", "in another order")],
    ),
    format("time", "12:30:45Z", &[("25:30:45Z", "of hour 25"), ("noon", "that is a word")]),
    format("duration", "P3DT4H", &[("3 days", "in words")]),
    format(
        "uuid",
        "7d444840-9dc0-41d1-b245-5ffdce74fad2",
        &[
            ("7d444840-9dc0-41d1-b245-5ffdce74fad", "one digit too short"),
            ("7d444840-9dc0-41d1-b245-5ffdce74fadg", "with a letter that is no hex digit"),
        ],
    ),
    format("email", "someone@example.com", &[("someone.example.com", "without an at sign")]),
    format("hostname", "host.example.com", &[("host_.example.com", "with an underscore")]),
    format("ipv4", "192.0.2.17", &[("192.0.2.256", "with a part of 256"), ("192.0.2", "of three parts")]),
    format("ipv6", "2001:db8::17", &[("2001:db8::g", "with a letter that is no hex digit")]),
    format("uri", "https://example.com/a?b=c", &[("not a uri", "with spaces"), ("/a/b", "without a scheme")]),
    format("uri-reference", "/a/b?c=d", &[("not a uri", "with spaces")]),
    format("iri", "https://example.com/a", &[("not an iri", "with spaces")]),
    format("iri-reference", "/a/b", &[("not an iri", "with spaces")]),
    format("uri-template", "/a/{b}", &[("/a/{b", "with an open brace")]),
    format("json-pointer", "/a/0", &[("a/0", "without a slash at its beginning")]),
    format("relative-json-pointer", "1/a", &[("/a", "without a number at its beginning")]),
    format("regex", "^[a-z]+$", &[("[a-z", "with an open bracket")]),
];

#[cfg(test)]
mod tests {
    use super::ALL;
    use crate::conform::Judge;
    use serde_json::json;

    #[test]
    fn valid_values_are_valid_and_broken_ones_are_not() {
        for format in ALL {
            let judge = Judge::new(json!({"type": "string", "format": format.name})).unwrap();
            assert!(judge.accepts(&json!(format.valid)), "{}: {}", format.name, format.valid);
            for (broken, _) in format.broken {
                assert!(!judge.accepts(&json!(broken)), "{}: {broken}", format.name);
            }
        }
    }
}
