//! `report.json`: the folded run as it is, described by `docs/report.schema.json`.

use std::io::{self, Write};

use super::Renderer;
use crate::model::{Meta, RunReport};

pub(super) struct Json;
pub(super) static THIS: Json = Json;

impl Renderer for Json {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn file_name(&self) -> &'static str {
        "report.json"
    }

    fn usual(&self) -> bool {
        true
    }

    fn render(&self, report: &RunReport, out: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut *out, report)?;
        out.write_all(b"\n")
    }
}

static META: Meta = Meta {
    id: "json",
    summary: "the whole result for scripts",
    explain: "Every clause with its verdict, sides and evidence, every finding, the numbers and the exit status, in the \
              shape that docs/report.schema.json describes. The member `format` changes when the shape does.",
};
