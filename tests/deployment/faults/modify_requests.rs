//! Faults in what a modification of a product accepts.

use super::{Fault, Faults};
use crate::deployment::request::{Op, Resource, Sort};
use crate::deployment::roma::Refusal;
use crate::deployment::rules::product_id;
use crate::deployment::text::{Lax, plain, word, words};

const OP: Op = Op::Modify;

/// Clauses of this operation.
macro_rules! at {
    ($($clause:literal),+) => { &[$(concat!("modify-product/", $clause)),+] };
}

pub(super) fn faults() -> Vec<Fault> {
    let mut of = Faults::of("modify-product");
    paths(&mut of);
    names(&mut of);
    descriptions(&mut of);
    manufacturers(&mut of);
    models(&mut of);
    others(&mut of);
    bodies(&mut of);
    of.list
}

fn paths(of: &mut Faults) {
    of.rule(
        "modify-product-id-32-bit",
        "product_id reaches up to 99999999999999999.",
        at!["request/path/product_id/maximum"],
        |rules| rules.path[OP as usize].product = |text| product_id(text).filter(|id| *id <= 2_147_483_647),
    );
    of.rule(
        "modify-product-id-above",
        "product_id is 99999999999999999 at most.",
        at!["request/path/product_id/maximum"],
        |rules| rules.path[OP as usize].product = |text| text.parse().ok(),
    );
    of.rule(
        "modify-product-id-fraction",
        "product_id is an integer.",
        at!["request/path/product_id/type"],
        |rules| {
            rules.path[OP as usize].product = |text| {
                let digits: String = text.chars().filter(char::is_ascii_digit).collect();
                if digits.is_empty() { product_id("0") } else { product_id(&digits) }
            };
        },
    );
    of.rule(
        "modify-project-id-31",
        "project_id may have 32 characters.",
        at!["request/path/project_id/maxLength"],
        |rules| rules.path[OP as usize].project.1 = 31,
    );
    of.rule(
        "modify-instance-id-37",
        "instance_id has 36 characters at most.",
        at!["request/path/instance_id/maxLength"],
        |rules| rules.path[OP as usize].instance.1 = 37,
    );
    of.rule("modify-post", "The method POST is not documented.", at!["request/method"], |rules| {
        rules.alias = Some(("POST", Resource::Product, OP));
    });
    of.rule("modify-patch", "The method PATCH is not documented.", at!["request/method"], |rules| {
        rules.alias = Some(("PATCH", Resource::Product, OP));
    });
    of.turn(
        "modify-unknown-product-201",
        "An unknown product is answered 404.",
        at!["request/path/product_id/unknown"],
        |turn| {
            if turn.is(OP, 404) {
                turn.succeed();
                turn.status(201);
            }
        },
    );
    of.turn(
        "modify-unknown-product-500",
        "An unknown product is answered 404.",
        at!["request/path/product_id/unknown"],
        |turn| {
            if turn.is(OP, 404) {
                turn.status(500);
            }
        },
    );
    of.turn(
        "modify-unknown-instance-200",
        "An unknown instance is answered 500.",
        at!["request/path/instance_id/unknown", "request/path/project_id/unknown"],
        |turn| {
            if turn.is(OP, 500) {
                turn.succeed();
            }
        },
    );
}

fn names(of: &mut Faults) {
    of.rule(
        "modify-name-65",
        "name has 64 characters at most.",
        at!["request/body/name/maxLength"],
        |rules| {
            rules.name.max = 65;
        },
    );
    of.rule("modify-name-63", "name may have 64 characters.", at!["request/body/name/maxLength"], |rules| {
        rules.name.max = 63;
    });
    of.rule("modify-name-blank", "name has no blanks.", at!["request/body/name/pattern"], |rules| {
        rules.name.allows = words;
    });
    of.rule(
        "modify-name-any",
        "name has letters, digits, underscores and hyphens only.",
        at!["request/body/name/pattern"],
        |rules| rules.name.allows = |_| true,
    );
    of.rule("modify-name-hyphen", "name may have hyphens.", at!["request/body/name/"], |rules| {
        rules.name.allows = |letter| word(letter) && letter != '-';
    });
    of.rule("modify-name-null", "name is a string.", at!["request/body/name/type"], |rules| {
        rules.name.lax = Lax::Null;
    });
    of.rule("modify-name-number", "name is a string.", at!["request/body/name/type"], |rules| {
        rules.name.lax = Lax::Numbers;
    });
    of.rule("modify-name-optional", "name is mandatory.", at!["request/body/name/required"], |rules| {
        rules.name.required = false;
    });
    let unique =
        &["modify-product/case/", "modify-product/rule/", "modify-product/request/body/name/", "sequence/"];
    of.rule("modify-name-not-unique", "A name is unique in the tenant.", unique, |rules| {
        rules.unique_names = false;
    });
    of.turn("modify-name-taken-500", "A name that is taken is refused with a 4xx.", unique, |turn| {
        let taken = turn.request.json()["name"] == "pro-modbus";
        if turn.is(OP, 400) && taken {
            turn.refuse(&Refusal::UnknownInstance);
        }
    });
}

fn descriptions(of: &mut Faults) {
    let max = at!["request/body/description/maxLength"];
    of.rule("modify-description-201", "description has 200 characters at most.", max, |rules| {
        rules.description.max = 201;
    });
    of.rule("modify-description-199", "description may have 200 characters.", max, |rules| {
        rules.description.max = 199;
    });
    of.rule("modify-description-bytes", "description is measured in characters.", max, |rules| {
        rules.description.length = str::len;
    });
    of.rule(
        "modify-description-null",
        "description is a string.",
        at!["request/body/description/type"],
        |rules| {
            rules.description.lax = Lax::Null;
        },
    );
    of.rule(
        "modify-description-number",
        "description is a string.",
        at!["request/body/description/type"],
        |rules| {
            rules.description.lax = Lax::Numbers;
        },
    );
    of.rule(
        "modify-description-required",
        "description may be left out.",
        at!["request/body/description/optional"],
        |rules| rules.description.required = true,
    );
}

fn manufacturers(of: &mut Faults) {
    of.rule(
        "modify-manufacturer-id-1",
        "manufacturer_id has 2 characters at least.",
        at!["request/body/manufacturer_id/minLength"],
        |rules| rules.manufacturer_id.min = 1,
    );
    of.rule(
        "modify-manufacturer-id-3",
        "manufacturer_id may have 2 characters.",
        at!["request/body/manufacturer_id/minLength"],
        |rules| rules.manufacturer_id.min = 3,
    );
    of.rule(
        "modify-manufacturer-id-51",
        "manufacturer_id has 50 characters at most.",
        at!["request/body/manufacturer_id/maxLength"],
        |rules| rules.manufacturer_id.max = 51,
    );
    of.rule(
        "modify-manufacturer-id-49",
        "manufacturer_id may have 50 characters.",
        at!["request/body/manufacturer_id/maxLength"],
        |rules| rules.manufacturer_id.max = 49,
    );
    of.rule(
        "modify-manufacturer-id-any",
        "manufacturer_id has letters, digits, underscores and hyphens only.",
        at!["request/body/manufacturer_id/pattern"],
        |rules| rules.manufacturer_id.allows = |_| true,
    );
    of.rule(
        "modify-manufacturer-id-optional",
        "manufacturer_id is mandatory.",
        at!["request/body/manufacturer_id/required"],
        |rules| rules.manufacturer_id.required = false,
    );
    of.rule(
        "modify-manufacturer-id-null",
        "manufacturer_id is a string.",
        at!["request/body/manufacturer_id/type"],
        |rules| rules.manufacturer_id.lax = Lax::Null,
    );
    of.rule(
        "modify-manufacturer-name-1",
        "manufacturer_name has 2 characters at least.",
        at!["request/body/manufacturer_name/minLength"],
        |rules| rules.manufacturer_name.min = 1,
    );
    of.rule(
        "modify-manufacturer-name-3",
        "manufacturer_name may have 2 characters.",
        at!["request/body/manufacturer_name/minLength"],
        |rules| rules.manufacturer_name.min = 3,
    );
    of.rule(
        "modify-manufacturer-name-65",
        "manufacturer_name has 64 characters at most.",
        at!["request/body/manufacturer_name/maxLength"],
        |rules| rules.manufacturer_name.max = 65,
    );
    of.rule(
        "modify-manufacturer-name-bytes",
        "manufacturer_name is measured in characters.",
        at!["request/body/manufacturer_name/maxLength"],
        |rules| rules.manufacturer_name.length = str::len,
    );
    of.rule(
        "modify-manufacturer-name-optional",
        "manufacturer_name is mandatory.",
        at!["request/body/manufacturer_name/required"],
        |rules| rules.manufacturer_name.required = false,
    );
    of.turn(
        "modify-manufacturer-name-unicode",
        "manufacturer_name may have any characters.",
        at!["request/body/manufacturer_name/"],
        |turn| {
            let json = turn.request.json();
            if turn.is(OP, 200) && json["manufacturer_name"].as_str().is_some_and(|name| !name.is_ascii()) {
                turn.refuse(&Refusal::UnknownInstance);
            }
        },
    );
}

fn models(of: &mut Faults) {
    of.rule(
        "modify-model-1",
        "model has 2 characters at least.",
        at!["request/body/model/minLength"],
        |rules| {
            rules.model.min = 1;
        },
    );
    of.rule("modify-model-3", "model may have 2 characters.", at!["request/body/model/minLength"], |rules| {
        rules.model.min = 3;
    });
    of.rule(
        "modify-model-51",
        "model has 50 characters at most.",
        at!["request/body/model/maxLength"],
        |rules| {
            rules.model.max = 51;
        },
    );
    of.rule(
        "modify-model-49",
        "model may have 50 characters.",
        at!["request/body/model/maxLength"],
        |rules| {
            rules.model.max = 49;
        },
    );
    of.rule(
        "modify-model-any",
        "model has letters, digits, underscores, hyphens and blanks only.",
        at!["request/body/model/pattern"],
        |rules| rules.model.allows = |_| true,
    );
    of.rule("modify-model-no-letters", "model may have letters.", at!["request/body/model/"], |rules| {
        rules.model.allows = |letter| plain(letter) && !letter.is_alphabetic();
    });
    of.rule("modify-model-optional", "model is mandatory.", at!["request/body/model/required"], |rules| {
        rules.model.required = false;
    });
    let trims =
        &["modify-product/case/", "modify-product/rule/", "modify-product/request/body/model", "sequence/"];
    of.rule("modify-model-untrimmed", "Blanks around a model are ignored.", trims, |rules| {
        rules.model.clean = str::to_owned;
    });
    of.rule("modify-model-untrimmed-end", "Blanks at the end of a model are ignored.", trims, |rules| {
        rules.model.clean = |text| text.trim_start_matches(' ').to_owned();
    });
    of.rule("modify-model-squeezed", "Blanks inside a model are kept.", trims, |rules| {
        rules.model.clean = |text| text.replace(' ', "");
    });
    of.rule("modify-model-blanks-refused", "A model may have blanks around it.", trims, |rules| {
        rules.model.clean = |text| if text.trim() == text { text.to_owned() } else { String::new() };
    });
}

fn others(of: &mut Faults) {
    of.rule(
        "modify-device-type-optional",
        "device_type is mandatory.",
        at!["request/body/device_type/required"],
        |rules| {
            rules.device_type.required = false;
        },
    );
    of.rule(
        "modify-device-type-number",
        "device_type is a string.",
        at!["request/body/device_type/type"],
        |rules| {
            rules.device_type.lax = Lax::Numbers;
        },
    );
    of.rule("modify-version-number", "version is a string.", at!["request/body/version/type"], |rules| {
        rules.version.lax = Lax::Numbers;
    });
    of.rule(
        "modify-version-required",
        "version may be left out.",
        at!["request/body/version/optional"],
        |rules| {
            rules.version.required = true;
        },
    );
}

fn bodies(of: &mut Faults) {
    of.turn("modify-malformed-500", "A malformed body is answered 400.", at!["request/body/json"], |turn| {
        if turn.refuses(OP, Sort::Malformed) {
            turn.refuse(&Refusal::UnknownInstance);
        }
    });
    of.turn("modify-no-body", "A missing body is answered 400.", at!["request/body/required"], |turn| {
        if turn.refuses(OP, Sort::Missing) {
            turn.succeed();
        }
    });
    of.turn("modify-array", "A body is an object.", at!["request/body/type"], |turn| {
        if turn.refuses(OP, Sort::Array) {
            turn.succeed();
        }
    });
    of.turn("modify-no-body-500", "A missing body is answered 400.", at!["request/body/required"], |turn| {
        if turn.refuses(OP, Sort::Missing) {
            turn.refuse(&Refusal::UnknownInstance);
        }
    });
}
