//! Every key of the contract format, with one line about it. docs/contract.md says more.

use super::shape::Shape::{
    Any, Bool, Duration, Either, Expected, From, List, Map, Object, Off, Scalar, Schema, Status, Text,
    Version, Words,
};
use super::shape::{Field, Names, Shape, Table, may, must};

const FROM: Field =
    may("from", From, "where it was published: `SOURCE:LINE quote`, a list, or a map by keyword");
const CONVENTION: Field = may("convention", Text, "why it is expected, where no page says so");
const SAYS: Field = may("says", Text, "what it is or shows, in a sentence");
const VALUES: Shape = Map(Names::Wire, &Any);
const FIELDS: Shape = Map(Names::Free, &Any);

pub(super) static DOCUMENT: Table = Table {
    what: "a contract",
    name: "contract",
    fields: &[
        must("countersign", Version, "the version of the format: 1"),
        must("title", Text, "the API's name"),
        SAYS,
        may("include", Either(&[Text, List(&Text)]), "files with shared parts, relative to this one"),
        may(
            "base",
            Text,
            "the path that all paths begin with, where a target with a path of its own stands for it",
        ),
        may(
            "amends",
            Text,
            "a contract that this one lies over, such as an imported one; relative to this file",
        ),
        may("sources", Map(Names::Free, &Object(&SOURCE)), "where the promises were published"),
        may("variables", Map(Names::Identifier, &Object(&VARIABLE)), "what a deployment must supply"),
        may("security", Map(Names::Free, &Object(&SECURITY)), "the credentials that every operation needs"),
        may("defaults", Object(&DEFAULTS), "what holds for every operation that does not say otherwise"),
        may("schemas", Map(Names::Free, &Schema), "shared JSON Schemas, by the names that `$ref` uses"),
        may("operations", Map(Names::Free, &Object(&OPERATION)), "a method on a path, with its promises"),
        may("sequences", Map(Names::Free, &Object(&SEQUENCE)), "several requests, one after another"),
        may("restore", Map(Names::Free, &Object(&RESTORE)), "how to put back what a run changes"),
        may(
            "contradictions",
            Map(Names::Free, &Object(&CONTRADICTION)),
            "what the pages say against themselves",
        ),
        may(
            "volatile",
            Map(Names::Free, &Map(Names::Status, &Map(Names::Place, &NOISE))),
            "what differs between two answers though nothing has changed: operation, status, place, rule",
        ),
    ],
};

const NOISE: Shape = Either(&[
    Words(&["uuid", "date-time", "counter", "number", "token", "unordered", "any"]),
    Object(&NOISE_OF),
]);

static NOISE_OF: Table = Table {
    what: "a rule of what is volatile",
    name: "volatile",
    fields: &[
        may("date-time", Text, "how far two moments may be apart: `30s`, `5m`, `1h`, `1d`"),
        may("unordered", Text, "the member that tells the elements of an array apart"),
    ],
};

static SOURCE: Table = Table {
    what: "a source",
    name: "source",
    fields: &[
        must("title", Text, "the page's title"),
        may("document", Text, "the file name of the page as it was read"),
        may("url", Text, "its address on the web"),
        may("language", Text, "its language, such as `en` or `zh`"),
        may("updated", Text, "the date that the page gives for itself"),
    ],
};

static VARIABLE: Table = Table {
    what: "a variable",
    name: "variable",
    fields: &[
        may("secret", Bool, "whether its value is kept out of every output"),
        may("optional", Bool, "whether a run may go without; what needs it is then not exercised"),
        may("says", Text, "what it is and where to get it"),
        may("default", Scalar, "its value where nobody gives one"),
    ],
};

static SECURITY: Table = Table {
    what: "a credential",
    name: "credential",
    fields: &[
        must("in", Words(&["header", "query", "cookie"]), "where it stands"),
        must("name", Text, "the header's, parameter's or cookie's name"),
        must("value", Text, "a template such as `{{token}}` or `Bearer {{token}}`"),
        may("schema", Schema, "what is documented about its shape"),
        may("refused", REFUSAL_SHAPE, "what a request without a valid credential gets"),
        may("outside", REFUSAL_SHAPE, "what a credential outside its schema gets, where that differs"),
        may("alternatives", Map(Names::Free, &Object(&ALTERNATIVE)), "credentials accepted in its place"),
        FROM,
        CONVENTION,
    ],
};

static ALTERNATIVE: Table = Table {
    what: "an alternative credential",
    name: "alternative",
    fields: &[
        must("carries", List(&Object(&CARRIED)), "what a request with it carries; all of it"),
        SAYS,
        FROM,
        CONVENTION,
    ],
};

static CARRIED: Table = Table {
    what: "a part of an alternative credential",
    name: "carried",
    fields: &[
        must("in", Words(&["header", "query", "cookie"]), "where it stands"),
        must("name", Text, "the header's, parameter's or cookie's name"),
        may("schema", Schema, "what is known about its shape"),
        may("contains", Text, "a template for text in it, such as `Access={{access_key}},`"),
    ],
};

static SECURITY_USE: Table = Table {
    what: "an operation's credential",
    name: "credential-use",
    fields: &[
        may("optional", Bool, "whether a request without it is fine too"),
        may("alternatives", Map(Names::Free, &Object(&ALTERNATIVE)), "credentials accepted in its place"),
        may("schema", Schema, "what is documented about its shape"),
        may("refused", REFUSAL_SHAPE, "what a request without a valid credential gets"),
        may("outside", REFUSAL_SHAPE, "what a credential outside its schema gets, where that differs"),
        FROM,
        CONVENTION,
    ],
};

static DEFAULTS: Table = Table {
    what: "`defaults`",
    name: "defaults",
    fields: &[
        may("within", Either(&[Duration, Object(&WITHIN)]), "the longest that an answer may take"),
        may("refused", REFUSAL_SHAPE, "what a request that breaks a constraint gets"),
        may("other_methods", REFUSAL_SHAPE, "what a method that no operation documents gets"),
        may("secrets", Object(&PROMISE), "no secret comes back where none is documented"),
        may("media_type", Text, "the media type of bodies; `application/json` if not given"),
        may(
            "other_members",
            Words(&["reported", "allowed"]),
            "members of answers that no schema names: drift, unless allowed",
        ),
        may(
            "formats",
            List(&Text),
            "the formats that are promises; all that JSON Schema defines if not given",
        ),
    ],
};

static WITHIN: Table = Table {
    what: "`within`",
    name: "within",
    fields: &[must("limit", Duration, "the longest that an answer may take"), FROM, CONVENTION],
};

static PROMISE: Table = Table { what: "a map of reasons", name: "promise", fields: &[FROM, CONVENTION] };

/// Whether something holds: yes or no, or yes because of these reasons.
const HOLDS: Shape = Either(&[Bool, Object(&PROMISE)]);

const REFUSAL_SHAPE: Shape = Either(&[Status, Object(&REFUSAL)]);

static REFUSAL: Table = Table {
    what: "a refusal",
    name: "refusal",
    fields: &[
        must("status", Status, "the statuses that keep the promise"),
        may("schema", Schema, "the schema of the body, where the response of the status does not say it"),
        may(
            "body",
            Expected,
            "members that the body must have; `{ match: … }` where a value would say too much",
        ),
        may("may_close", Bool, "whether closing the connection without an answer is fine too"),
        FROM,
        CONVENTION,
    ],
};

static OPERATION: Table = Table {
    what: "an operation",
    name: "operation",
    fields: &[
        must("request", Text, "method and path: `GET /things/{id}`"),
        may("title", Text, "a title for people"),
        SAYS,
        FROM,
        CONVENTION,
        may(
            "effect",
            Words(&["read", "create", "replace", "update", "delete"]),
            "what it does to its resource; the method decides if it is not given",
        ),
        may("resource", Text, "the path of what it reads or writes, where that is not its own path"),
        may(
            "creates",
            Either(&[Off, Object(&CREATES)]),
            "what it makes, where the paths and the answer do not show it; `false`: nothing that can be reached",
        ),
        may("tags", List(&Text), "names to select by"),
        may("parameters", Map(Names::Free, &Object(&PARAMETER)), "in path, query, header and cookies"),
        may(
            "security",
            Either(&[List(&Text), Map(Names::Free, &Object(&SECURITY_USE))]),
            "its credentials, where they differ; `{}` for none",
        ),
        may("body", Object(&BODY), "the request body"),
        may("examples", Map(Names::Free, &Object(&EXAMPLE)), "documented requests"),
        must("responses", Map(Names::Status, &Object(&RESPONSE)), "the documented answers, by status"),
        may("rules", Map(Names::Free, &Object(&RULE)), "what a schema can't say"),
        may("cases", Map(Names::Free, &Object(&CASE)), "cases written by hand"),
        may(
            "generates",
            Map(Names::Free, &Object(&GENERATES)),
            "members that the deployment makes up, and when",
        ),
        may("within", Either(&[Duration, Object(&WITHIN)]), "the longest that an answer may take"),
        may("steady", HOLDS, "two reads with no write between answer the same"),
        may(
            "other_methods",
            Either(&[Off, REFUSAL_SHAPE]),
            "what an undocumented method gets; `false`: not said",
        ),
        may("refused", REFUSAL_SHAPE, "what a request that breaks a constraint gets"),
        may(
            "depends",
            Status,
            "what a request that keeps the contract may get as well, since it depends on what the deployment has",
        ),
        may(
            "unstated",
            Status,
            "what a request that keeps the contract may get as well, since the contract does not state all that it has to keep",
        ),
        may("unsent", Text, "why no request of it is sent, such as another address than the target's"),
    ],
};

/// How a value is written.
const STYLES: Shape = Words(&[
    "simple",
    "label",
    "matrix",
    "form",
    "spaceDelimited",
    "pipeDelimited",
    "tabDelimited",
    "deepObject",
]);

static ENCODING: Table = Table {
    what: "the encoding of a member",
    name: "encoding",
    fields: &[
        may("style", STYLES, "how an array or an object is written"),
        may("explode", Bool, "whether each element or member stands by itself"),
        may("media_type", Text, "the media type in which the member is written"),
    ],
};

static CREATES: Table = Table {
    what: "`creates`",
    name: "creates",
    fields: &[
        may(
            "resource",
            Text,
            "the path of an operation on what is made; its last parameter is the new identifier",
        ),
        may("identifier", Text, "where the answer shows it: a member, a JSON Pointer, or `Location`"),
        may(
            "chosen",
            Either(&[Off, Text]),
            "the member of the request's body with which the client chooses it; `false`: the client can't",
        ),
    ],
};

static PARAMETER: Table = Table {
    what: "a parameter",
    name: "parameter",
    fields: &[
        must("in", Words(&["path", "query", "header", "cookie"]), "where it stands"),
        may("name", Text, "its name on the wire, where it is not the key"),
        may("required", HOLDS, "whether a request needs it; always in a path"),
        may("schema", Schema, "a JSON Schema, or the name of a shared one"),
        may("value", Any, "what a conforming request sends, such as `{{product_id}}`"),
        may("unknown", Either(&[Status, Object(&UNKNOWN)]), "what a value that names nothing gets"),
        may("refused", REFUSAL_SHAPE, "what a value outside the schema gets, where that differs"),
        may("style", STYLES, "how an array or an object is written"),
        may("explode", Bool, "whether each element or member stands by itself"),
        may("media_type", Text, "the media type in which the value is written"),
        SAYS,
        FROM,
        CONVENTION,
    ],
};

static UNKNOWN: Table = Table {
    what: "`unknown`",
    name: "unknown",
    fields: &[
        must("status", Status, "the statuses that keep the promise"),
        may("schema", Schema, "the schema of the body, where the response of the status does not say it"),
        may(
            "body",
            Expected,
            "members that the body must have; `{ match: … }` where a value would say too much",
        ),
        may("may_close", Bool, "whether closing the connection without an answer is fine too"),
        may("value", Any, "the identifier to send; made from the schema if not given"),
        FROM,
        CONVENTION,
    ],
};

static BODY: Table = Table {
    what: "a request body",
    name: "body",
    fields: &[
        must("schema", Schema, "a JSON Schema, or the name of a shared one"),
        may("required", HOLDS, "whether a request without it is refused"),
        may("media_type", Text, "what a conforming request sends"),
        may("encoding", Map(Names::Wire, &Object(&ENCODING)), "how single members of a form are written"),
        may(
            "alternatives",
            Map(Names::Free, &Object(&BODY_ALTERNATIVE)),
            "other media types that a request may be sent in",
        ),
        may("other_media_types", REFUSAL_SHAPE, "what another media type gets"),
        may("value", Any, "members that a conforming request sends, merged over generated ones"),
        may("unique", List(&Text), "members whose value must be new in every request"),
        SAYS,
        FROM,
        CONVENTION,
    ],
};

static BODY_ALTERNATIVE: Table = Table {
    what: "another media type of a body",
    name: "body-alternative",
    fields: &[
        may("schema", Schema, "a JSON Schema, or the name of a shared one; that of the body if not given"),
        may("encoding", Map(Names::Wire, &Object(&ENCODING)), "how single members of a form are written"),
    ],
};

static EXAMPLE: Table = Table {
    what: "an example",
    name: "example",
    fields: &[
        SAYS,
        may("path", VALUES, "values of path parameters"),
        may("query", VALUES, "values of query parameters"),
        may("header", FIELDS, "values of headers"),
        may("cookie", FIELDS, "values of cookies"),
        may("body", Any, "the body as printed; `{ masked: \"***\" }` for what the page hides"),
        may("replace", Any, "merged over the body before it is sent"),
        may("expect", Either(&[Status, Object(&EXPECT)]), "the documented answer"),
        FROM,
        CONVENTION,
    ],
};

static EXPECT: Table = Table {
    what: "`expect`",
    name: "expect",
    fields: &[
        must("status", Status, "the statuses that are right"),
        may(
            "body",
            Expected,
            "members that the body must have; `{ match: … }` where a value would say too much",
        ),
    ],
};

static EXPECT_CASE: Table = Table {
    what: "`expect`",
    name: "expect-case",
    fields: &[
        must("status", Status, "the statuses that are right"),
        may("schema", Schema, "the schema of the body, where the response of the status does not say it"),
        may(
            "body",
            Expected,
            "members that the body must have; `{ match: … }` where a value would say too much",
        ),
        may("may_close", Bool, "whether closing the connection without an answer is fine too"),
    ],
};

static RESPONSE: Table = Table {
    what: "a response",
    name: "response",
    fields: &[
        SAYS,
        may(
            "media_type",
            Either(&[Text, List(&Text)]),
            "the media type of its body; of several the first has the schema",
        ),
        may("schema", Schema, "a JSON Schema, or the name of a shared one"),
        may("headers", Map(Names::Free, &Object(&HEADER)), "documented header fields"),
        may("example", Any, "the documented body, as printed"),
        may("examples", Map(Names::Free, &Any), "several documented bodies, by name"),
        FROM,
        CONVENTION,
    ],
};

static HEADER: Table = Table {
    what: "a response header",
    name: "header",
    fields: &[
        may("required", Bool, "whether it is always there"),
        may("schema", Schema, "a JSON Schema, or the name of a shared one"),
        SAYS,
        FROM,
        CONVENTION,
    ],
};

static RULE: Table = Table {
    what: "a rule",
    name: "rule",
    fields: &[
        SAYS,
        may("when", Text, "an expression; the rule applies where it holds"),
        must("then", Text, "an expression that must hold"),
        FROM,
        CONVENTION,
    ],
};

static GENERATES: Table = Table {
    what: "a generated member",
    name: "generates",
    fields: &[
        must("when", Text, "an expression over `request`: for which requests a new value is made"),
        SAYS,
        FROM,
        CONVENTION,
    ],
};

static CASE: Table = Table {
    what: "a case",
    name: "case",
    fields: &[
        SAYS,
        may("path", VALUES, "values of path parameters"),
        may("query", VALUES, "values of query parameters"),
        may("header", FIELDS, "values of headers"),
        may("cookie", FIELDS, "values of cookies"),
        may("body", Any, "merged over a generated valid body"),
        may("without_body", Bool, "whether the request has no body at all"),
        may("raw_body", Text, "the body, byte for byte"),
        may("method", Text, "another method than the operation's"),
        must("expect", Either(&[Status, Object(&EXPECT_CASE)]), "the promised answer"),
        may("refuse", Bool, "whether the request breaks the contract"),
        FROM,
        CONVENTION,
    ],
};

static STEP: Table = Table { what: "a step", name: "step", fields: STEP_FIELDS };

/// Putting back promises nothing: there is nobody to whom a rule's verdict would go.
static RESTORE_STEP: Table = Table {
    what: "a step of a restore",
    name: "restore-step",
    fields: match STEP_FIELDS.split_last() {
        Some((_rules, others)) => others,
        None => &[],
    },
};

/// The rules come last.
static STEP_FIELDS: &[Field] = &[
    must("operation", Text, "which operation to send"),
    may("as", Text, "a name by which later steps and rules see it: `steps.NAME.body`"),
    SAYS,
    may("when", Text, "an expression; the step is passed over where it does not hold"),
    may("path", VALUES, "values of path parameters"),
    may("query", VALUES, "values of query parameters"),
    may("header", FIELDS, "values of headers"),
    may("cookie", FIELDS, "values of cookies"),
    may("body", Any, "merged over a generated valid body"),
    may("without_body", Bool, "whether the request has no body at all"),
    may("raw_body", Text, "the body, byte for byte"),
    may("method", Text, "another method than the operation's"),
    may("expect", Either(&[Status, Object(&EXPECT)]), "the right answer; else the step ends the sequence"),
    may("refuse", Bool, "whether the request breaks the contract"),
    may("capture", Map(Names::Identifier, &Text), "name to JSONPath: later seen as `captured.NAME`"),
    may("rules", Map(Names::Free, &Object(&RULE)), "what must hold after this step"),
];

static SEQUENCE: Table = Table {
    what: "a sequence",
    name: "sequence",
    fields: &[
        SAYS,
        must("steps", List(&Object(&STEP)), "in order"),
        may("finally", List(&Object(&STEP)), "steps that run afterwards whatever happened"),
        FROM,
        CONVENTION,
    ],
};

static RESTORE: Table = Table {
    what: "a restore",
    name: "restore",
    fields: &[
        SAYS,
        must("undoes", List(&Text), "the operations whose writes it undoes"),
        may("before", List(&Object(&RESTORE_STEP)), "sent before the first write, to capture"),
        must("after", List(&Object(&RESTORE_STEP)), "sent at the end of a run that wrote"),
    ],
};

static CONTRADICTION: Table = Table {
    what: "a contradiction",
    name: "contradiction",
    fields: &[
        must("says", Text, "what is against what"),
        may(
            "between",
            Words(&["prose-table", "table-example", "page-page", "documentation-live"]),
            "what kinds of places are against each other; without it the sides tell",
        ),
        must("sides", From, "the places, each with its sentence"),
        may("concerns", List(&Text), "addresses of the clauses it is about"),
        must("taken", Text, "what the contract does about it"),
        may("undecided", Bool, "nothing is judged by these clauses"),
    ],
};

pub(super) static ENVIRONMENT: Table = Table {
    what: "an environment",
    name: "environment",
    fields: &[
        may("target", Text, "the address of the deployment, or `mock`"),
        SAYS,
        may(
            "variables",
            Map(Names::Identifier, &Either(&[Scalar, Object(&VALUE)])),
            "the contract's variables",
        ),
        may("writes", Words(&["allowed", "refused"]), "whether the deployment may be changed"),
    ],
};

static VALUE: Table = Table {
    what: "a variable's value",
    name: "value",
    fields: &[
        must("value", Scalar, "the value"),
        may("secret", Bool, "whether it is kept out of every output"),
    ],
};
