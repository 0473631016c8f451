//! Faults in which members a modification of a product accepts.

use super::{Fault, Faults};
use crate::deployment::request::Op;
use crate::deployment::roma::Refusal;
use crate::deployment::text::{Lax, plain};

const OP: Op = Op::Modify;

/// Clauses of this operation.
macro_rules! at {
    ($($clause:literal),+) => { &[$(concat!("modify-product/", $clause)),+] };
}

pub(super) fn faults() -> Vec<Fault> {
    let mut of = Faults::of("modify-product");
    descriptions(&mut of);
    manufacturers(&mut of);
    models(&mut of);
    others(&mut of);
    of.list
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
