//! The types that pages write: `Array of CreatedUser objects`, `Long`, `字符串`.

/// What a value is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    String,
    Integer,
    Number,
    Boolean,
    /// With the name of its table, if it has one.
    Object(Option<String>),
    Array(Box<Kind>),
    /// An object of which only the values are known.
    Map(Box<Kind>),
    /// Stated, and not among these, or not stated at all.
    Unknown,
}

impl Kind {
    /// The word of JSON Schema.
    pub(super) fn word(&self) -> Option<&'static str> {
        Some(match self {
            Self::String => "string",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Object(_) | Self::Map(_) => "object",
            Self::Array(_) => "array",
            Self::Unknown => return None,
        })
    }

    /// What is unknown turns out to be an object.
    pub(super) fn hold(&mut self, name: Option<String>) {
        match self {
            Self::Array(of) => of.hold(name),
            Self::Unknown => *self = Self::Object(name),
            _ => {}
        }
    }

    /// What the elements of arrays are in the end.
    pub(super) fn innermost(&self) -> &Self {
        match self {
            Self::Array(of) => of.innermost(),
            other => other,
        }
    }
}

/// The type that a cell names; None where it does not look like a type at all.
pub(super) fn read(cell: &str) -> Option<Kind> {
    let text = cell.trim().trim_end_matches(['.', '。']).trim();
    if text.is_empty() || text.chars().count() > 80 {
        return None;
    }
    // "Object. For details, see Table 3." names a type and where to read on.
    let text = text.split(". ").next().unwrap_or(text);
    let lower = text.to_lowercase();
    if let Some(kind) = simple(&lower) {
        return Some(kind);
    }
    if lower.ends_with("data structure") || lower.ends_with("data structures") {
        let array = lower.starts_with("list") || lower.starts_with("array");
        return Some(if array { Kind::Array(Box::new(Kind::Object(None))) } else { Kind::Object(None) });
    }
    // Array of strings, Array<String>, Array[String], List<Object>, String[], String 数组
    for start in ["array of ", "arrays of ", "list of ", "set of ", "an array of "] {
        if let Some(at) = lower.strip_prefix(start).map(|_| start.len()) {
            return Some(Kind::Array(Box::new(element(text.get(at..)?))));
        }
    }
    for start in ["array<", "list<", "set<", "array[", "list[", "array(", "list(", "list (", "array ("] {
        if lower.starts_with(start) && lower.ends_with(['>', ']', ')']) {
            return Some(Kind::Array(Box::new(element(text.get(start.len()..text.len() - 1)?))));
        }
    }
    if let Some(of) = text.strip_suffix("[]").or_else(|| text.strip_suffix("数组")) {
        let of = of.trim();
        return Some(Kind::Array(Box::new(if of.is_empty() { Kind::Unknown } else { element(of) })));
    }
    if let Some(rest) = lower.strip_prefix("map<").or_else(|| lower.strip_prefix("dict<")) {
        let value = rest.trim_end_matches('>').split_once(',').map_or("", |(_, value)| value.trim());
        return Some(Kind::Map(Box::new(simple(value).unwrap_or(Kind::Unknown))));
    }
    named(text)
}

/// What a cell such as `string or null` names beside `null`.
pub(super) fn or_null(cell: &str) -> Option<&str> {
    let cell = cell.trim().trim_end_matches('.');
    let lower = cell.to_ascii_lowercase();
    let ends = [" or null", "|null", " | null", "/null", ", nullable", " nullable", " (nullable)", "或null"];
    let starts = ["null or ", "null|", "null | ", "nullable "];
    let behind = ends.iter().filter(|end| lower.ends_with(**end)).map(|end| &cell[..cell.len() - end.len()]);
    let before = starts.iter().filter(|start| lower.starts_with(**start)).map(|start| &cell[start.len()..]);
    behind.chain(before).map(str::trim).find(|rest| read(rest).is_some())
}

/// The type inside an array.
fn element(text: &str) -> Kind {
    let text = text.trim();
    let one = text.strip_suffix('s').unwrap_or(text);
    simple(&one.to_lowercase()).or_else(|| read(text)).unwrap_or_else(|| Kind::Object(identifier(text)))
}

/// `CreatedUser object`, `Object of CreatedUser`, `CreatedUser对象`.
fn named(text: &str) -> Option<Kind> {
    let lower = text.to_lowercase();
    for end in [" objects", " object", " structure", " structures", "对象", " 对象", "结构体"] {
        if lower.ends_with(end) {
            let name = text.get(..text.len().checked_sub(end.len())?)?.trim();
            return identifier(name).map(|name| Kind::Object(Some(name)));
        }
    }
    for start in ["object of ", "object ", "objects of ", "对象"] {
        if lower.starts_with(start) {
            let name = text.get(start.len()..)?.trim();
            return identifier(name.trim_matches(['(', ')', '\u{ff08}', '\u{ff09}']))
                .map(|name| Kind::Object(Some(name)));
        }
    }
    // String(64), varchar(64), Integer (int32)
    let end = lower.find(['(', '\u{ff08}', '<', '['])?;
    simple(lower[..end].trim())
}

fn identifier(text: &str) -> Option<String> {
    let fine = !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || "_-.".contains(c));
    fine.then(|| text.to_owned())
}

fn simple(lower: &str) -> Option<Kind> {
    Some(match lower {
        "string" | "str" | "text" | "varchar" | "char" | "enum" | "enum string" | "uuid" | "字符串"
        | "字符型" | "string型" | "enumeration" => Kind::String,
        "integer" | "int" | "long" | "int32" | "int64" | "short" | "bigint" | "biginteger" | "整数"
        | "整型" | "长整型" | "整形" | "uint" | "uint32" | "uint64" => Kind::Integer,
        "number" | "float" | "double" | "decimal" | "bigdecimal" | "numeric" | "浮点数" | "浮点型"
        | "数字" | "双精度" => Kind::Number,
        "boolean" | "bool" | "布尔" | "布尔值" | "布尔型" | "布尔类型" => Kind::Boolean,
        "object" | "objects" | "json" | "json object" | "jsonobject" | "struct" | "structure" | "dict"
        | "dictionary" | "map" | "对象" | "结构体" | "data structure" => Kind::Object(None),
        "array" | "list" | "jsonarray" | "json array" | "数组" | "列表" => {
            Kind::Array(Box::new(Kind::Unknown))
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_written_in_many_ways() {
        let object = |name: &str| Kind::Object(Some(name.to_owned()));
        let array = |kind| Kind::Array(Box::new(kind));
        for (cell, kind) in [
            ("String", Kind::String),
            ("Long", Kind::Integer),
            ("Array of strings", array(Kind::String)),
            ("Array of ResourceTag objects", array(object("ResourceTag"))),
            ("List<ResourceTag>", array(Kind::Object(Some("ResourceTag".to_owned())))),
            ("List<Integer>", array(Kind::Integer)),
            ("String[]", array(Kind::String)),
            ("String数组", array(Kind::String)),
            ("Array of arrays", array(Kind::Array(Box::new(Kind::Unknown)))),
            ("CreatedUser object", object("CreatedUser")),
            ("CreatedUser对象", object("CreatedUser")),
            ("Object", Kind::Object(None)),
            ("Map<String,String>", Kind::Map(Box::new(Kind::String))),
            ("Integer (int64)", Kind::Integer),
            ("布尔", Kind::Boolean),
            ("List data structure", array(Kind::Object(None))),
            ("Object. For details, see Table 3.", Kind::Object(None)),
            ("String(36)", Kind::String),
        ] {
            assert_eq!(or_null(cell), None, "{cell}");
            assert_eq!(read(cell), Some(kind), "{cell}");
        }
        for cell in ["string or null", "String | null", "string|null", "null or string", "string, nullable"] {
            assert_eq!(or_null(cell).and_then(read), Some(Kind::String), "{cell}");
        }
        for cell in ["", "Yes", "project_id", "The ID of a thing", "Project ID"] {
            assert_eq!(read(cell), None, "{cell}");
        }
    }
}
