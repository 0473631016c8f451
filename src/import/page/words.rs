//! The words by which pages name their parts, in both languages: the one table of them.

use super::block::bare;

/// What a section is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// What the operation does.
    Function,
    /// What restricts it.
    Constraints,
    /// Method and path.
    Uri,
    Request,
    Response,
    RequestExample,
    ResponseExample,
    /// Requests and answers.
    Example,
    StatusCodes,
    ErrorCodes,
    /// Nothing about the operation: menus, feedback, how to call any operation.
    Aside,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Name,
    Mandatory,
    Type,
    Description,
    /// Path, query, header or body.
    Location,
    Status,
    Code,
    Default,
    Range,
    Example,
    Other,
}

const PARTS: &[(Part, &[&str])] = &[
    (
        Part::Function,
        &[
            "function",
            "functions",
            "function description",
            "api description",
            "overview",
            "introduction",
            "api function",
            "summary",
            "功能介绍",
            "功能描述",
            "功能说明",
            "接口功能",
            "接口描述",
            "接口说明",
            "功能",
        ],
    ),
    (
        Part::Constraints,
        &[
            "constraints",
            "constraint",
            "restrictions",
            "restriction",
            "limitations",
            "prerequisites",
            "notes and constraints",
            "usage notes",
            "note",
            "notes",
            "precautions",
            "constraints and limitations",
            "authorization information",
            "约束限制",
            "约束与限制",
            "约束条件",
            "使用限制",
            "接口约束",
            "前提条件",
            "注意事项",
            "说明",
            "限制",
            "授权信息",
        ],
    ),
    (
        Part::Uri,
        &[
            "uri",
            "url",
            "uri format",
            "request uri",
            "request url",
            "request line",
            "endpoint",
            "http request",
            "http method",
            "path",
            "request method",
            "请求地址",
            "请求路径",
            "请求url",
            "请求uri",
            "接口地址",
            "接口路径",
            "请求方法",
            "请求方式",
        ],
    ),
    (
        Part::Request,
        &[
            "request parameters",
            "request parameter",
            "request",
            "request message",
            "requests",
            "request header",
            "request headers",
            "request body",
            "parameters",
            "arguments",
            "json parameters",
            "json body parameters",
            "form parameters",
            "form data parameters",
            "query string parameters",
            "query string",
            "request fields",
            "request attributes",
            "body fields",
            "path parameters",
            "query parameters",
            "header parameters",
            "body parameters",
            "request body parameters",
            "request header parameters",
            "uri parameters",
            "url parameters",
            "request message description",
            "parameters in the request header",
            "parameters in the request body",
            "请求参数",
            "请求消息",
            "请求",
            "请求头",
            "请求体",
            "请求消息头",
            "请求消息体",
            "路径参数",
            "查询参数",
            "请求头参数",
            "请求体参数",
            "请求body参数",
            "请求header参数",
            "参数说明",
            "入参",
            "请求参数说明",
        ],
    ),
    (
        Part::Response,
        &[
            "response parameters",
            "response parameter",
            "response fields",
            "response attributes",
            "response properties",
            "response body fields",
            "response",
            "response message",
            "responses",
            "response body",
            "response header",
            "response headers",
            "response elements",
            "returned values",
            "return value",
            "return values",
            "parameters in the response header",
            "parameters in the response body",
            "response body parameters",
            "响应参数",
            "响应消息",
            "响应",
            "响应体",
            "响应头",
            "响应消息体",
            "返回参数",
            "返回结果",
            "返回消息",
            "出参",
            "返回值说明",
            "响应参数说明",
        ],
    ),
    (
        Part::RequestExample,
        &[
            "example request",
            "example requests",
            "request example",
            "request examples",
            "sample request",
            "sample requests",
            "request sample",
            "请求示例",
            "请求样例",
            "请求举例",
            "请求消息示例",
        ],
    ),
    (
        Part::ResponseExample,
        &[
            "example response",
            "example responses",
            "response example",
            "response examples",
            "sample response",
            "sample responses",
            "response sample",
            "example normal response",
            "normal response example",
            "example response body",
            "响应示例",
            "响应样例",
            "响应举例",
            "返回示例",
            "返回样例",
            "正常响应示例",
            "响应消息示例",
        ],
    ),
    (Part::Example, &["example", "examples", "sample", "samples", "示例", "样例", "调用示例"]),
    (
        Part::StatusCodes,
        &[
            "status codes",
            "status code",
            "http status codes",
            "http status code",
            "response codes",
            "returned value",
            "returned status codes",
            "状态码",
            "返回码",
            "响应码",
            "返回值",
            "http状态码",
            "状态码说明",
        ],
    ),
    (
        Part::ErrorCodes,
        &[
            "error codes",
            "error code",
            "error code list",
            "error description",
            "错误码",
            "错误代码",
            "错误码说明",
        ],
    ),
    (
        Part::Aside,
        &[
            "calling method",
            "debugging",
            "debug",
            "sdk sample code",
            "sample code",
            "sdk sample",
            "feedback",
            "api explorer",
            "was this page helpful?",
            "see also",
            "related documents",
            "change history",
            "table of contents",
            "on this page",
            "调试",
            "调用方法",
            "sdk代码示例",
            "代码示例",
            "分享",
            "相关文档",
            "相关产品",
            "意见反馈",
            "目录",
            "父主题",
            "parent topic",
            "chatbot",
        ],
    ),
];

const COLUMNS: &[(Column, &[&str])] = &[
    (
        Column::Name,
        &[
            "Parameter",
            "Parameters",
            "Name",
            "Field",
            "Parameter Name",
            "Parameter name",
            "Attribute",
            "Header",
            "Member",
            "Field Name",
            "Element",
            "Property",
            "Key",
            "参数",
            "参数名",
            "参数名称",
            "名称",
            "字段",
            "字段名",
            "字段名称",
            "属性",
            "参数名字",
        ],
    ),
    (
        Column::Mandatory,
        &[
            "Mandatory",
            "Required",
            "Mandatory/Optional",
            "Mandatory (Yes/No)",
            "Is Mandatory",
            "Compulsory",
            "Optional",
            "是否必选",
            "是否必须",
            "必选",
            "必填",
            "是否必填",
            "必选/可选",
            "是否为必选",
            "是否必传",
            "是否必需",
            "必须",
        ],
    ),
    (
        Column::Type,
        &[
            "Type",
            "Data Type",
            "Data type",
            "Parameter Type",
            "Parameter type",
            "Format",
            "参数类型",
            "类型",
            "数据类型",
            "字段类型",
        ],
    ),
    (
        Column::Description,
        &[
            "Description",
            "Descriptions",
            "Meaning",
            "Remarks",
            "Remark",
            "Details",
            "Explanation",
            "Message",
            "Error Message",
            "Solution",
            "描述",
            "说明",
            "参数说明",
            "含义",
            "备注",
            "参数描述",
            "字段说明",
            "错误信息",
            "错误描述",
            "解释",
        ],
    ),
    (Column::Location, &["In", "Location", "Position", "Parameter Position", "参数位置", "位置", "传参位置"]),
    (
        Column::Status,
        &[
            "Status Code",
            "Status code",
            "HTTP Status Code",
            "HTTP status code",
            "HTTP Status",
            "HTTP status",
            "Status",
            "Response Code",
            "Returned Value",
            "Return Value",
            "状态码",
            "返回码",
            "响应码",
            "HTTP状态码",
            "HTTP 状态码",
            "返回值",
        ],
    ),
    (Column::Code, &["Error Code", "Error code", "Error Codes", "错误码", "错误代码"]),
    (Column::Default, &["Default", "Default Value", "Default value", "默认值", "缺省值"]),
    (
        Column::Range,
        &[
            "Value Range",
            "Value range",
            "Range",
            "Constraint",
            "Constraints",
            "取值范围",
            "约束",
            "约束限制",
            "限制",
        ],
    ),
    (
        Column::Example,
        &[
            "Example",
            "Example Value",
            "Example value",
            "Sample",
            "Sample Value",
            "示例",
            "示例值",
            "样例",
            "举例",
        ],
    ),
    (Column::Other, &["Category", "Version", "Error Cause", "Cause", "Handling", "处理措施", "分类", "版本"]),
];

/// The section that a line announces, if it is the heading of one.
pub(super) fn part(line: &str) -> Option<Part> {
    let line = bare(line).trim_end_matches([':', '\u{ff1a}']).trim();
    let lower = line.to_lowercase();
    PARTS.iter().find(|(_, words)| words.contains(&lower.as_str())).map(|(part, _)| *part)
}

/// The section that a heading of one word announces, and a line of text does not: it may be the name of an object too.
pub(super) fn part_of_word(line: &str) -> Option<Part> {
    let line = bare(line).trim_end_matches([':', '\u{ff1a}']).trim();
    match line.to_lowercase().as_str() {
        _ if !line.starts_with(|c: char| c.is_uppercase()) => None,
        "returns" | "return" | "result" | "results" => Some(Part::Response),
        "errors" | "possible errors" | "common errors" => Some(Part::ErrorCodes),
        _ => None,
    }
}

/// The section that something marked as a heading announces: its words may have others around them.
pub(super) fn part_of_heading(line: &str) -> Option<Part> {
    part(line).or_else(|| {
        let lower = bare(line).to_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
        let example = has(&["example", "sample", "示例", "样例"]);
        let (request, response) = (has(&["request", "请求"]), has(&["response", "响应", "返回"]));
        match (example, request, response) {
            (true, true, false) => Some(Part::RequestExample),
            (true, false, true) => Some(Part::ResponseExample),
            (true, ..) => Some(Part::Example),
            _ if has(&["error code", "错误码"]) => Some(Part::ErrorCodes),
            _ if has(&["status code", "状态码"]) => Some(Part::StatusCodes),
            (_, false, true) => Some(Part::Response),
            (_, true, false) => Some(Part::Request),
            _ if has(&["parameters", "参数"]) => Some(Part::Request),
            _ => None,
        }
    })
}

/// The example that a line announces with words around it: `Example response (request successful)`, `Sample request 2`.
pub(super) fn example(line: &str) -> Option<Part> {
    let line = bare(line).trim_end_matches([':', '\u{ff1a}']).trim();
    let lower = line.to_lowercase();
    if lower.chars().count() > 90 || lower.ends_with(['.', '。', ';', ',']) {
        return None;
    }
    let kind = |word: &str| match word {
        "request" | "requests" | "uri" | "url" => Some(Part::RequestExample),
        "response" | "responses" => Some(Part::ResponseExample),
        _ => None,
    };
    let shows = |word: &str| matches!(word, "example" | "examples" | "sample" | "samples");
    let between = |word: &str| {
        matches!(
            word,
            "of" | "a"
                | "an"
                | "the"
                | "normal"
                | "abnormal"
                | "successful"
                | "failed"
                | "error"
                | "api"
                | "json"
                | "success"
                | "failure"
        )
    };
    let mut words = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let first = words.find(|word| !between(word))?;
    let second = words.find(|word| !between(word));
    if lower.is_ascii() {
        return match (kind(first), second) {
            (None, Some(second)) if shows(first) => kind(second),
            (Some(part), Some(second)) if shows(second) => Some(part),
            _ => None,
        };
    }
    None
}

/// Whether a line announces examples.
pub(super) fn shows(line: &str) -> bool {
    matches!(
        part(line).or_else(|| example(line)),
        Some(Part::Example | Part::RequestExample | Part::ResponseExample)
    )
}

/// What a column with this title holds.
pub(super) fn column(title: &str) -> Option<Column> {
    let title = title.trim().trim_matches('*').trim();
    COLUMNS.iter().find(|(_, words)| words.contains(&title)).map(|(column, _)| *column)
}

/// The same without regard to capital letters, for what is surely the head of a table.
pub(super) fn column_of_head(title: &str) -> Column {
    let lower = title.trim().trim_matches('*').trim().to_lowercase();
    let known = |words: &[&str]| words.iter().any(|word| word.to_lowercase() == lower);
    COLUMNS.iter().find(|(_, words)| known(words)).map_or(Column::Other, |(column, _)| *column)
}

/// Whether a cell says that something has to be given.
pub(super) fn mandatory(cell: &str) -> Option<bool> {
    match cell.trim().trim_end_matches('.').to_lowercase().as_str() {
        "yes" | "y" | "true" | "mandatory" | "required" | "是" | "必选" | "必填" | "必须" | "m" | "√" => {
            Some(true)
        }
        "no" | "n" | "false" | "optional" | "否" | "可选" | "非必选" | "非必填" | "选填" | "o" | "×" => {
            Some(false)
        }
        _ => None,
    }
}

/// The status in a line such as `Status code: 200` or `状态码: 404`.
pub(super) fn status_line(line: &str) -> Option<u16> {
    let lower = bare(line).to_lowercase();
    let rest = [
        "http status code",
        "status code",
        "http status",
        "status:",
        "http状态码",
        "状态码",
        "返回码",
        "响应码",
    ]
    .iter()
    .find_map(|word| lower.strip_prefix(word))?;
    let rest = rest.trim_start_matches([':', '\u{ff1a}', ' ', '为']).trim();
    let digits = rest.get(..3)?;
    (rest[3..].chars().next().is_none_or(|c| !c.is_alphanumeric()))
        .then(|| digits.parse().ok())?
        .filter(|n| (100..600).contains(n))
}

/// The status of a line that says nothing else: `201 Created`, `404 - Not Found`.
pub(super) fn reason_line(line: &str) -> Option<u16> {
    const REASONS: [&str; 30] = [
        "ok",
        "created",
        "accepted",
        "no content",
        "partial content",
        "moved permanently",
        "found",
        "see other",
        "not modified",
        "temporary redirect",
        "permanent redirect",
        "bad request",
        "unauthorized",
        "payment required",
        "forbidden",
        "not found",
        "method not allowed",
        "not acceptable",
        "request timeout",
        "conflict",
        "gone",
        "precondition failed",
        "unsupported media type",
        "unprocessable entity",
        "unprocessable content",
        "too many requests",
        "internal server error",
        "bad gateway",
        "service unavailable",
        "gateway timeout",
    ];
    let lower = line.trim_start_matches(['-', '*', '•', '`', ' ']).to_lowercase();
    let lower = lower.strip_prefix("http ").unwrap_or(&lower);
    let (digits, rest) = lower.split_at_checked(3)?;
    let reason = rest.trim_matches([' ', ':', '-', '\u{2013}', '\u{2014}', '.', '`', '*', '(', ')']);
    REASONS.contains(&reason).then(|| digits.parse().ok())?.filter(|n| (100..600).contains(n))
}

/// Whether a line says that what follows belongs to answers that succeed (true) or not (false).
pub(super) fn outcome_line(line: &str) -> Option<bool> {
    let lower = bare(line).trim_end_matches([':', '\u{ff1a}']).to_lowercase();
    if example(line) == Some(Part::ResponseExample) {
        let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
        if has(&["abnormal", "fail", "unsuccessful", "error"]) {
            return Some(false);
        }
        return has(&["normal", "success"]).then_some(true);
    }
    match lower.as_str() {
        "normal response"
        | "normal"
        | "normal response example"
        | "successful response"
        | "success response"
        | "正常响应"
        | "正常"
        | "成功响应"
        | "正常返回" => Some(true),
        "abnormal response" | "abnormal" | "error response" | "failure response" | "异常响应" | "异常"
        | "失败响应" | "异常返回" => Some(false),
        _ => None,
    }
}

/// Whether a line says that there is nothing.
pub(super) fn none(line: &str) -> bool {
    let lower = bare(line).trim_end_matches(['.', '。']).to_lowercase();
    matches!(
        lower.as_str(),
        "none" | "n/a" | "-" | "--" | "null" | "无" | "不涉及" | "empty" | "no parameters" | ""
    )
}

/// Whether a line is the caption of a table: `Table 3 Request body parameters`, `表5 响应Body参数`.
pub(super) fn caption(line: &str) -> bool {
    let line = bare(line);
    let after = line.strip_prefix("Table").or_else(|| line.strip_prefix('表'));
    after.is_some_and(|rest| rest.trim_start().starts_with(|c: char| c.is_ascii_digit()))
        && line.chars().count() < 120
}

/// Where the parameters of a table stand, if its caption or heading says so.
pub(super) fn location(caption: &str) -> Option<&'static str> {
    let lower = caption.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if has(&["header", "头"]) {
        Some("header")
    } else if has(&["cookie"]) {
        Some("cookie")
    } else if has(&["query", "查询"]) {
        Some("query")
    } else if has(&["path", "uri", "url", "路径"]) {
        Some("path")
    } else if has(&[
        "body",
        "消息体",
        "请求体",
        "响应体",
        "formdata",
        "form data",
        "form-data",
        "form parameters",
        "表单",
    ]) {
        Some("body")
    } else {
        None
    }
}

/// The media type of a body that its caption calls a form.
pub(super) fn form(caption: &str) -> Option<&'static str> {
    let lower = caption.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if has(&["multipart"]) {
        Some("multipart/form-data")
    } else if has(&["form data", "formdata", "form-data", "urlencoded", "form parameters", "表单"]) {
        Some("application/x-www-form-urlencoded")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_are_named_in_many_ways() {
        for (line, found) in [
            ("URI", Some(Part::Uri)),
            ("4.2 Request Parameters:", Some(Part::Request)),
            ("响应示例", Some(Part::ResponseExample)),
            ("- Normal response example", Some(Part::ResponseExample)),
            ("Status Codes", Some(Part::StatusCodes)),
            ("The request parameters are", None),
            ("project_id", None),
        ] {
            assert_eq!(part(line), found, "{line}");
        }
        assert_eq!(part_of_heading("Sample response (200)"), Some(Part::ResponseExample));
        assert_eq!(part_of_heading("Things"), None);
        assert_eq!(part_of_word("Returns"), Some(Part::Response));
        assert_eq!(part_of_word("Errors"), Some(Part::ErrorCodes));
        assert_eq!((part_of_word("result"), part_of_word("Returned")), (None, None));
    }

    #[test]
    fn statuses_and_outcomes() {
        for (line, status) in [
            ("Status code: 200", Some(200)),
            ("状态码: 404", Some(404)),
            ("状态码\u{ff1a}404", Some(404)),
            ("**Status code: 201", Some(201)),
            ("Status code", None),
            ("Status code: 2000", None),
            ("HTTP status: 200 OK", Some(200)),
            ("Status: 201 Created", Some(201)),
            ("Status 200", None),
            ("Status code: 中文", None),
        ] {
            assert_eq!(status_line(line), status, "{line}");
        }
        for (line, status) in [
            ("201 Created", Some(201)),
            ("- `404` Not Found", Some(404)),
            ("404 \u{2013} Not Found.", Some(404)),
            ("404", None),
            ("200 rows are shown", None),
            ("999 OK", None),
        ] {
            assert_eq!(reason_line(line), status, "{line}");
        }
        assert_eq!(outcome_line("- Normal response"), Some(true));
        assert!(none("- None") && none("无") && !none("Nonesuch"));
        assert!(
            caption("表12 响应Body参数")
                && caption("Table 3 Tags")
                && !caption("Tables are")
                && !caption("表示")
        );
        assert_eq!(mandatory(" 是"), Some(true));
    }
}
