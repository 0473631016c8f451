//! Any text as a contract: read, looked at, planned. What is read may be wrong; nothing may panic or hang.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Some(contract) = countersign_fuzz::read("contract.yaml", text) {
        countersign_fuzz::use_it(contract);
    }
});
