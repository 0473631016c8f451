//! Any text as an OpenAPI document.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| countersign_fuzz::import("openapi", "api.yaml", text));
