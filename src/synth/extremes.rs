//! Whatever a schema says, values are made or they are not: nothing panics, nothing takes for ever.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

use super::*;

/// Everything that is made from a schema; gives the values that have to be inside it.
fn all(schema: &Value) -> Vec<Value> {
    let Ok(forge) = Forge::new(schema) else { return Vec::new() };
    let forge = forge.with_unique(&["/a".to_owned()]);
    let mut inside: Vec<Value> =
        [Style::Smallest, Style::Full].into_iter().filter_map(|style| forge.grow(style, "x").ok()).collect();
    inside.extend(forge.unknown_like(Some("4f"), "x"));
    for at in ["", "/a", "/0"] {
        let spot = forge.spot(at, "");
        let _ = (spot.value("x"), spot.example("x"), spot.required());
        for schema in
            [Some(schema), schema.pointer("/properties/a"), schema.get("items")].into_iter().flatten()
        {
            for (keyword, limit) in schema.as_object().into_iter().flatten() {
                for (keep, ascii) in [(true, true), (true, false), (false, true), (false, false)] {
                    let _ = spot.edges(&Edge { keyword, limit, keep, ascii, salt: "x" });
                }
            }
        }
    }
    inside
}

/// The values in a value.
fn size(value: &Value) -> usize {
    match value {
        Value::Array(elements) => 1 + elements.iter().map(size).sum::<usize>(),
        Value::Object(members) => 1 + members.values().map(size).sum::<usize>(),
        _ => 1,
    }
}

#[test]
fn schemas_that_refer_to_one_another_in_all_ways_have_an_end() {
    let names: Vec<String> = (0..12).map(|number| format!("D{number}")).collect();
    let members: Map<String, Value> = names
        .iter()
        .map(|name| (name.clone(), json!({"type": "array", "items": {"$ref": format!("#/$defs/{name}")}})))
        .chain([("text".to_owned(), json!({"type": "string"}))])
        .collect();
    let definitions: Map<String, Value> =
        names.iter().map(|name| (name.clone(), json!({"type": "object", "properties": members}))).collect();
    let schema = json!({"$ref": "#/$defs/D0", "$defs": definitions});
    let forge = Forge::new(&schema).unwrap();
    let value = forge.grow(Style::Full, "x").unwrap();
    assert_eq!(value.as_object().unwrap().len(), 13);
    assert!((100..5000).contains(&size(&value)), "{}", size(&value));
    // What is asked for is there, however deep.
    let deep = forge.reaching(Style::Full, "/D3/*/D4/*/D5/*/D6/*/text", "", "x").unwrap();
    assert!(deep.pointer("/D3/0/D4/0/D5/0/D6/0/text").is_some());
}

#[test]
fn what_a_schema_gives_is_told_from_what_is_made_up() {
    let schema = json!({"type": "object", "properties": {
        "kind": {"enum": ["a", "b"]}, "on": {"type": "boolean"}, "name": {"type": "string", "examples": ["Ann"]}}});
    let forge = Forge::new(&schema).unwrap();
    assert!(forge.states(&json!({"kind": "b", "on": true, "name": "Ann"})));
    assert!(forge.states(&json!({})));
    assert!(!forge.states(&json!({"name": "Bob"})));
}

#[test]
fn legal_limits_that_nothing_can_keep_are_survived() {
    let far = 1.797e308;
    for schema in [
        json!({"type": "number", "minimum": -far, "maximum": far}),
        json!({"type": "integer", "minimum": -far, "maximum": far}),
        json!({"type": "integer", "exclusiveMinimum": 1e300}),
        json!({"type": "integer", "exclusiveMaximum": -1e300, "multipleOf": u64::MAX}),
        json!({"type": "number", "minimum": far, "multipleOf": 3}),
        json!({"type": "string", "maxLength": u64::MAX}),
        json!({"type": "string", "minLength": u64::MAX}),
        json!({"type": "string", "minLength": 100_000_000_000_000_u64}),
        json!({"type": "string", "minLength": 100_000_000_000_000_u64, "pattern": "^(ab)+$"}),
        json!({"type": "array", "maxItems": u64::MAX, "minItems": u64::MAX}),
        json!({"type": "object", "maxProperties": u64::MAX, "minProperties": u64::MAX}),
    ] {
        all(&schema);
    }
}

#[test]
fn small_limits_that_multiply_to_a_large_value_are_survived() {
    for schema in [
        json!({"type": "array", "minItems": 10_000, "items": {"type": "string", "minLength": 100_000}}),
        json!({"type": "array", "minItems": 9999, "items": {"type": "array", "minItems": 9999}}),
    ] {
        let because = smallest(&schema, "x").unwrap_err().because;
        assert_eq!(because, "such a value is too large to be sent");
    }
}

#[test]
fn limits_far_away_leave_room_for_plain_numbers() {
    for schema in [
        json!({"type": "integer", "minimum": -1.797e308, "maximum": 1.797e308}),
        json!({"type": "number", "minimum": 1e300}),
        json!({"type": "number", "exclusiveMinimum": 1e300, "exclusiveMaximum": 1e301}),
        json!({"type": "number", "exclusiveMaximum": -1e300}),
    ] {
        let value = sample(&schema, "x").unwrap_or_else(|cannot| panic!("{schema}: {cannot}"));
        assert!(crate::conform::Judge::new(&schema).unwrap().accepts(&value), "{schema}: {value}");
    }
    let schema = json!({"type": "number", "minimum": 1e300});
    let forge = Forge::new(&schema).unwrap();
    let edge = Edge { keyword: "minimum", limit: &schema["minimum"], keep: false, ascii: false, salt: "x" };
    let below = forge.spot("", "").edges(&edge).unwrap();
    assert!(!forge.judge().accepts(&below[0].value), "{}", below[0].value);
}

fn sizes() -> impl Strategy<Value = Value> {
    select(vec![
        json!(0),
        json!(1),
        json!(2),
        json!(3),
        json!(30),
        json!(1001),
        json!(2_000_001),
        json!(100_000_000_000_000_u64),
        json!(i64::MAX),
        json!(u64::MAX),
    ])
}

fn numbers() -> impl Strategy<Value = Value> {
    prop_oneof![
        select(vec![
            json!(0),
            json!(0.1),
            json!(5e-324),
            json!(9e15),
            json!(9_007_199_254_740_993_i64),
            json!(i64::MIN),
            json!(i64::MAX),
            json!(u64::MAX),
            json!(1e19),
            json!(-1e19),
            json!(1e39),
            json!(-1e300),
            json!(f64::MAX),
            json!(f64::MIN),
        ]),
        any::<i64>().prop_map(|number| json!(number)),
        any::<f64>().prop_filter_map("JSON has no such number", |real| {
            serde_json::Number::from_f64(real).map(Value::Number)
        }),
    ]
}

fn keyword(inner: impl Strategy<Value = Value> + Clone + 'static) -> impl Strategy<Value = (String, Value)> {
    let kinds = ["string", "integer", "number", "boolean", "array", "object", "null"];
    let named = |names: &'static [&'static str], values: BoxedStrategy<Value>| {
        (select(names), values).prop_map(|(name, value)| (name.to_owned(), value)).boxed()
    };
    let one = select(kinds.to_vec()).prop_map(|kind| json!(kind));
    let some = proptest::collection::vec(select(kinds.to_vec()), 1..3).prop_map(|mut kinds| {
        kinds.dedup();
        json!(kinds)
    });
    let patterns =
        select(vec!["^[a-z]{2,8}$", "[0-9]", "^a*$", "^(on|off)$", "^(?=a)b$", "^(a{9}){9}$", "", "^\\S.*$"]);
    let plain =
        prop_oneof![Just(json!(null)), Just(json!("")), Just(json!("→")), numbers(), Just(json!([{}]))];
    let list = proptest::collection::vec(plain, 1..3);
    prop_oneof![
        4 => named(&["type"], prop_oneof![3 => one, 1 => some].boxed()),
        4 => named(&["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"], sizes().boxed()),
        4 => named(
            &["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"],
            numbers().boxed()
        ),
        2 => named(&["pattern"], patterns.prop_map(|pattern| json!(pattern)).boxed()),
        1 => named(&["format"], select(vec!["uuid", "date", "email", "other"]).prop_map(|format| json!(format)).boxed()),
        1 => named(&["enum", "examples"], list.clone().prop_map(|list| json!(list)).boxed()),
        1 => named(&["const", "default"], list.prop_map(|list| list[0].clone()).boxed()),
        1 => named(&["uniqueItems", "additionalProperties", "items"], any::<bool>().prop_map(|flag| json!(flag)).boxed()),
        1 => named(&["required"], select(vec![json!(["a"]), json!(["a", "b"]), json!(["c"])]).boxed()),
        2 => named(&["items", "additionalProperties", "propertyNames"], inner.clone().boxed()),
        2 => named(&["properties"], (inner.clone(), inner.clone()).prop_map(|(a, b)| json!({"a": a, "b": b})).boxed()),
        1 => named(
            &["anyOf", "oneOf", "allOf", "prefixItems"],
            proptest::collection::vec(inner, 1..3).prop_map(|list| json!(list)).boxed()
        ),
    ]
}

fn schemas() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![Just(json!(true)), Just(json!(false)), Just(json!({}))];
    leaf.prop_recursive(3, 24, 4, |inner| {
        proptest::collection::vec(keyword(inner), 0..5)
            .prop_map(|keywords| Value::Object(keywords.into_iter().collect::<Map<_, _>>()))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_schema_makes_it_panic(schema in schemas()) {
        let values = all(&schema);
        if let Ok(judge) = crate::conform::Judge::new(&schema) {
            for value in values {
                prop_assert!(judge.accepts(&value), "{schema}: {value}");
            }
        }
    }
}
