//! Values as they stand on the wire: the styles of parameters, forms, and bodies that are no JSON.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::expect::written;
use crate::model::{Body, Location, Parameter, Style, Writing};
use crate::synth::digest;

/// Everything outside the unreserved characters (RFC 3986 section 2.3).
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

fn encoded(value: &Value) -> String {
    utf8_percent_encode(&written(value), SEGMENT).to_string()
}

/// A parameter in a path.
pub(super) fn in_path(parameter: &Parameter, value: &Value) -> String {
    let writing = &parameter.writing;
    if writing.media_type.is_some() {
        return utf8_percent_encode(&value.to_string(), SEGMENT).to_string();
    }
    let explode = writing.explode == Some(true);
    let name = utf8_percent_encode(&parameter.name, SEGMENT).to_string();
    match writing.style {
        Some(Style::Label) => {
            format!(".{}", joined(value, if explode { "." } else { "," }, explode, encoded))
        }
        Some(Style::Matrix) if explode => match value {
            Value::Array(elements) => {
                elements.iter().map(|element| format!(";{name}={}", encoded(element))).collect()
            }
            Value::Object(_) => format!(";{}", joined(value, ";", true, encoded)),
            other => format!(";{name}={}", encoded(other)),
        },
        Some(Style::Matrix) => format!(";{name}={}", joined(value, ",", false, encoded)),
        _ => joined(value, ",", explode, encoded),
    }
}

/// A parameter as one text: in a header or a cookie.
pub(super) fn as_text(parameter: &Parameter, value: &Value) -> String {
    if parameter.writing.media_type.is_some() {
        return value.to_string();
    }
    let explode = parameter.writing.explode == Some(true) && parameter.location == Location::Header;
    joined(value, ",", explode, written)
}

/// The pairs of a value in a query or a form.
pub(super) fn pairs(name: &str, value: &Value, writing: &Writing) -> Vec<(String, String)> {
    let one = |text: String| vec![(name.to_owned(), text)];
    if writing.media_type.is_some() {
        return one(value.to_string());
    }
    let style = writing.style.unwrap_or(Style::Form);
    let explode = writing.explode.unwrap_or(matches!(style, Style::Form | Style::DeepObject));
    let separator = match style {
        Style::SpaceDelimited => " ",
        Style::PipeDelimited => "|",
        Style::TabDelimited => "\t",
        _ => ",",
    };
    match value {
        // Nothing can be written for what has no parts.
        value if is_empty(value) => Vec::new(),
        Value::Object(_) if style == Style::DeepObject => {
            let mut found = Vec::new();
            deep(name, value, &mut found);
            found
        }
        Value::Array(elements) if explode => {
            elements.iter().map(|element| (name.to_owned(), written(element))).collect()
        }
        Value::Object(members) if explode => {
            members.iter().map(|(name, member)| (name.clone(), written(member))).collect()
        }
        Value::Array(_) | Value::Object(_) => one(joined(value, separator, false, written)),
        other => one(written(other)),
    }
}

/// Whether a value has parts, and none of them.
pub(super) fn is_empty(value: &Value) -> bool {
    value.as_array().is_some_and(Vec::is_empty) || value.as_object().is_some_and(serde_json::Map::is_empty)
}

/// `name[member]=…`, to any depth.
fn deep(name: &str, value: &Value, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(member, inner)| deep(&format!("{name}[{member}]"), inner, found));
        }
        Value::Array(elements) => elements.iter().for_each(|element| deep(name, element, found)),
        other => found.push((name.to_owned(), written(other))),
    }
}

/// Elements, or members: `a,b`, `k,v`, or with `named` `k=v`.
fn joined(value: &Value, separator: &str, named: bool, write: fn(&Value) -> String) -> String {
    match value {
        Value::Array(elements) => elements.iter().map(write).collect::<Vec<_>>().join(separator),
        Value::Object(members) => {
            let member = |(name, member): (&String, &Value)| {
                let between = if named { "=" } else { separator };
                format!("{}{between}{}", write(&Value::from(name.as_str())), write(member))
            };
            members.iter().map(member).collect::<Vec<_>>().join(separator)
        }
        other => write(other),
    }
}

/// How a body of a media type is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Syntax {
    Json,
    Form,
    Multipart,
    /// A text, or bytes: as they are.
    Plain,
}

/// The syntax of a media type.
pub(super) fn syntax(media_type: &str) -> Syntax {
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match essence.as_str() {
        "application/x-www-form-urlencoded" => Syntax::Form,
        "multipart/form-data" => Syntax::Multipart,
        "application/json" | "text/json" => Syntax::Json,
        other if other.ends_with("+json") => Syntax::Json,
        _ => Syntax::Plain,
    }
}

/// A body that is no JSON: its bytes and its whole media type.
pub(super) fn body(body: &Body, value: &Value) -> (Vec<u8>, String) {
    match (syntax(&body.media_type), value) {
        (Syntax::Form, Value::Object(members)) => {
            let pairs = members.iter().flat_map(|(name, member)| {
                let writing = body.encoding.get(name).cloned().unwrap_or_default();
                member_pairs(name, member, &writing)
            });
            let form = pairs.map(|(name, value)| format!("{}={}", form_encoded(&name), form_encoded(&value)));
            (form.collect::<Vec<_>>().join("&").into_bytes(), body.media_type.clone())
        }
        (Syntax::Multipart, Value::Object(members)) => {
            let boundary = format!("countersign-{}", digest(&[&value.to_string()], 16));
            let mut bytes = String::new();
            for (name, member) in members {
                let own = body.encoding.get(name).and_then(|writing| writing.media_type.clone());
                let binary = matches!(format_of(body, name).as_deref(), Some("binary" | "byte"));
                let elements = match member {
                    Value::Array(elements) if own.is_none() => elements.clone(),
                    other => vec![other.clone()],
                };
                for element in elements {
                    let (text, usual) = match &element {
                        Value::Object(_) | Value::Array(_) => (element.to_string(), Some("application/json")),
                        other => (written(other), binary.then_some("application/octet-stream")),
                    };
                    let file = if binary { "; filename=\"file\"" } else { "" };
                    let name = name.replace('\\', "\\\\").replace('"', "%22");
                    bytes +=
                        &format!("--{boundary}\r\ncontent-disposition: form-data; name=\"{name}\"{file}\r\n");
                    if let Some(media_type) = own.as_deref().or(usual) {
                        bytes += &format!("content-type: {media_type}\r\n");
                    }
                    bytes += &format!("\r\n{text}\r\n");
                }
            }
            bytes += &format!("--{boundary}--\r\n");
            (bytes.into_bytes(), format!("{}; boundary={boundary}", body.media_type))
        }
        (_, value) => (written(value).into_bytes(), body.media_type.clone()),
    }
}

/// Members that are objects are JSON, unless the contract says how they are written.
fn member_pairs(name: &str, member: &Value, writing: &Writing) -> Vec<(String, String)> {
    if member.is_object() && writing.style.is_none() && writing.explode.is_none() {
        return vec![(name.to_owned(), member.to_string())];
    }
    pairs(name, member, writing)
}

fn form_encoded(text: &str) -> String {
    utf8_percent_encode(text, SEGMENT).to_string().replace("%20", "+")
}

fn format_of(body: &Body, name: &str) -> Option<String> {
    let member = body.schema.get("properties")?.get(name)?;
    let target = member.get("$ref").and_then(Value::as_str).and_then(|name| body.schema.resolve(name));
    target.unwrap_or(member).get("format")?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn parameter(location: Location, style: Option<Style>, explode: Option<bool>) -> Parameter {
        Parameter {
            name: "color".to_owned(),
            location,
            required: true,
            schema: json!(true).into(),
            value: None,
            unknown: None,
            refused: None,
            writing: Writing { style, explode, media_type: None },
            says: None,
        }
    }

    #[test]
    fn every_style_is_written_as_the_table_of_openapi_says() {
        let list = json!(["blue", "black"]);
        let object = json!({"R": 100, "G": 200});
        let path =
            |style, explode, value: &Value| in_path(&parameter(Location::Path, style, Some(explode)), value);
        for (style, explode, text, array, members) in [
            (None, false, "blue", "blue,black", "R,100,G,200"),
            (None, true, "blue", "blue,black", "R=100,G=200"),
            (Some(Style::Label), false, ".blue", ".blue,black", ".R,100,G,200"),
            (Some(Style::Label), true, ".blue", ".blue.black", ".R=100.G=200"),
            (Some(Style::Matrix), false, ";color=blue", ";color=blue,black", ";color=R,100,G,200"),
            (Some(Style::Matrix), true, ";color=blue", ";color=blue;color=black", ";R=100;G=200"),
        ] {
            assert_eq!(path(style, explode, &json!("blue")), text);
            assert_eq!(path(style, explode, &list), array);
            assert_eq!(path(style, explode, &object), members);
        }
        let query = |style, explode, value: &Value| {
            let pairs = pairs("color", value, &Writing { style, explode, media_type: None });
            pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
        };
        for (style, explode, array, members) in [
            (None, None, "color=blue&color=black", "R=100&G=200"),
            (None, Some(false), "color=blue,black", "color=R,100,G,200"),
            (Some(Style::SpaceDelimited), None, "color=blue black", "color=R 100 G 200"),
            (Some(Style::PipeDelimited), None, "color=blue|black", "color=R|100|G|200"),
            (Some(Style::DeepObject), None, "color=blue&color=black", "color[R]=100&color[G]=200"),
        ] {
            assert_eq!(query(style, explode, &list), array);
            assert_eq!(query(style, explode, &object), members);
        }
        let header = parameter(Location::Header, None, Some(true));
        assert_eq!(as_text(&header, &object), "R=100,G=200");
        let json_text = Writing { media_type: Some("application/json".to_owned()), ..Writing::default() };
        assert_eq!(
            pairs("color", &object, &json_text),
            [("color".to_owned(), r#"{"R":100,"G":200}"#.to_owned())]
        );
    }
}
