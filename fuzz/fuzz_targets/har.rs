//! Any bytes as recorded traffic, read beside a contract.
#![no_main]

use std::sync::OnceLock;

use countersign::model::Contract;
use countersign::traffic::{Asked, Sieve};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|recording: &[u8]| {
    static CONTRACT: OnceLock<Contract> = OnceLock::new();
    let contract = CONTRACT.get_or_init(|| {
        let text = include_str!("../../tests/har/shop.yaml");
        countersign_fuzz::read("shop.yaml", text).expect("the tests' contract")
    });
    let mut sieve = Sieve::new(contract.clone(), &Asked::default()).expect("it can be judged by");
    let _ = sieve.read("recording", recording);
    for overlay in &sieve.finish().overlays {
        let text = overlay.text("shop.yaml");
        assert!(text.contains("amends"), "{text}");
    }
});
