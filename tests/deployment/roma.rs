//! ROMA Connect: the authentication of products, and products.

use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::request::{Op, Request, Route};
use super::rules::Rules;
use super::state::{CREATED, INSTANCE_ID, Login, PROJECT_ID, Product, State, now};

/// Why a request is refused.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Refusal {
    Credential,
    Method,
    Unroutable,
    Parameter { name: &'static str, processor: &'static str },
    UnknownInstance,
    UnknownProduct,
}

pub(crate) fn serve(
    op: Op,
    rules: &Rules,
    state: &mut State,
    route: &Route,
    request: &Request,
) -> Result<Value, Refusal> {
    let id = path(op, rules, route)?;
    let known = lookup(state, route, id);
    if rules.lookup_first {
        known.clone()?;
    }
    let value = match op {
        Op::Reset => {
            let body = body(request)?;
            let user_name = rules.user_name.read(&body).map_err(in_body)?;
            let password = rules.password.read(&body).map_err(in_body)?;
            known?;
            reset(state, id, user_name, password)
        }
        Op::Modify => {
            let body = body(request)?;
            let fields = Fields::read(rules, &body).map_err(in_body)?;
            known?;
            modify(rules, state, id, fields)?
        }
        Op::Query | Op::Password => {
            known?;
            login(&state.products[&id].login)
        }
    };
    Ok(value)
}

/// The product's number, if the path is valid.
fn path(op: Op, rules: &Rules, route: &Route) -> Result<u64, Refusal> {
    let rules = &rules.path[op as usize];
    let fits = |text: &str, (min, max)| (min..=max).contains(&text.chars().count());
    let refused = |name| Refusal::Parameter { name, processor: "path" };
    if !fits(&route.project, rules.project) {
        return Err(refused("project_id"));
    }
    if !fits(&route.instance, rules.instance) {
        return Err(refused("instance_id"));
    }
    (rules.product)(&route.target).ok_or(refused("product_id"))
}

fn lookup(state: &State, route: &Route, id: u64) -> Result<(), Refusal> {
    if route.project != PROJECT_ID || route.instance != INSTANCE_ID {
        return Err(Refusal::UnknownInstance);
    }
    if state.products.contains_key(&id) { Ok(()) } else { Err(Refusal::UnknownProduct) }
}

fn body(request: &Request) -> Result<Map<String, Value>, Refusal> {
    serde_json::from_slice(&request.body).map_err(|_| in_body("body"))
}

fn in_body(name: &'static str) -> Refusal {
    Refusal::Parameter { name, processor: "body" }
}

fn reset(state: &mut State, id: u64, user_name: Option<String>, password: Option<String>) -> Value {
    let password = match (&user_name, password) {
        (None, None) => Some(state.generate()),
        (_, password) => password,
    };
    let Some(product) = state.products.get_mut(&id) else { return Value::Null };
    state.history.push((id, product.login.clone()));
    if let Some(user_name) = user_name {
        product.login.user_name = user_name;
    }
    if let Some(password) = password {
        product.login.password = password;
    }
    login(&product.login)
}

pub(crate) fn login(login: &Login) -> Value {
    json!({ "user_name": login.user_name, "password": login.password })
}

/// What a modification may say.
struct Fields {
    name: Option<String>,
    description: Option<String>,
    manufacturer_id: Option<String>,
    manufacturer_name: Option<String>,
    model: Option<String>,
    device_type: Option<String>,
    version: Option<String>,
}

impl Fields {
    fn read(rules: &Rules, body: &Map<String, Value>) -> Result<Self, &'static str> {
        Ok(Self {
            name: rules.name.read(body)?,
            description: rules.description.read(body)?,
            manufacturer_id: rules.manufacturer_id.read(body)?,
            manufacturer_name: rules.manufacturer_name.read(body)?,
            model: rules.model.read(body)?,
            device_type: rules.device_type.read(body)?,
            version: rules.version.read(body)?,
        })
    }
}

fn modify(rules: &Rules, state: &mut State, id: u64, fields: Fields) -> Result<Value, Refusal> {
    let taken = |name: &str| state.products.values().any(|other| other.id != id && other.name == name);
    if rules.unique_names && fields.name.as_deref().is_some_and(taken) {
        return Err(in_body("name"));
    }
    let Some(product) = state.products.get_mut(&id) else { return Err(Refusal::UnknownProduct) };
    let put = |place: &mut String, value: Option<String>| {
        if let Some(value) = value {
            *place = value;
        }
    };
    put(&mut product.name, fields.name);
    put(&mut product.description, fields.description);
    put(&mut product.manufacturer_id, fields.manufacturer_id);
    put(&mut product.manufacturer_name, fields.manufacturer_name);
    put(&mut product.model, fields.model);
    put(&mut product.device_type, fields.device_type);
    put(&mut product.version, fields.version);
    product.updated = now();
    Ok(shown(product))
}

/// A product as the page's example shows it.
pub(crate) fn shown(product: &Product) -> Value {
    let user = json!({ "user_id": "6546435432432", "user_name": "user1" });
    json!({
        "permissions": ["read", "access", "delete", "modify"],
        "id": product.id,
        "product_serial": product.serial,
        "app_id": "a1503e51-46f7-4d23-8617-7cb2d28dde98",
        "name": product.name,
        "manufacturer_id": product.manufacturer_id,
        "manufacturer_name": product.manufacturer_name,
        "model": product.model,
        "product_type": 0,
        "description": product.description,
        "protocol_type": product.protocol_type,
        "device_type": product.device_type,
        "version": product.version,
        "created_datetime": CREATED,
        "last_updated_datetime": product.updated,
        "app_name": "app-link",
        "data_format": 0,
        "created_user": user,
        "last_updated_user": user,
    })
}

/// The error answer of a refusal.
pub(crate) fn refuse(op: Option<Op>, state: &State, route: Option<&Route>, refusal: &Refusal) -> Answer {
    let target = route.map_or("", |route| &route.target);
    let (status, code, says) = match refusal {
        Refusal::Credential => (401, "APIG.0301", "Incorrect IAM authentication information.".to_owned()),
        Refusal::Method => (405, "APIG.0106", "The method is not supported by this API.".to_owned()),
        Refusal::Unroutable => (404, "APIG.0101", "The API does not exist.".to_owned()),
        Refusal::Parameter { name, processor } => (400, "SCB.00000000", invalid(op, name, processor)),
        Refusal::UnknownInstance => (500, "ROMA.00110002", no_instance(route)),
        Refusal::UnknownProduct => (
            404,
            "ROMA.00110006",
            format!("The resource does not exist. Check whether the resource ID {target} is correct."),
        ),
    };
    let says: String = says.chars().take(200).collect();
    Answer::json(status, json!({ "error_code": code, "error_msg": says, "request_id": request_id(state) }))
}

fn invalid(op: Option<Op>, name: &str, processor: &str) -> String {
    let operation = match op {
        Some(Op::Reset) => "resetAuthentication",
        Some(Op::Modify) => "update",
        _ => "queryAuthentication",
    };
    format!(
        "Parameter is not valid for operation [romalink.link-product.{operation}]. \
         Parameter is [{name}]. Processor is [{processor}]."
    )
}

fn no_instance(route: Option<&Route>) -> String {
    let (project, instance) = route.map_or(("", ""), |route| (&route.project, &route.instance));
    format!("The instance does not exist. project_id: {project}, instance_id: {instance}")
}

/// As long as in the pages' examples, which is longer than their tables allow.
pub(crate) fn request_id(state: &State) -> String {
    let number = state.requests;
    format!("cb39e78a-afd3-4e04-901d-{number:012x}-{:013}-cnnorth7a-P-romalink-service01", now())
}
