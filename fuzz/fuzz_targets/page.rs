//! Any text as a reference page; the first byte chooses what kind of file it is.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|page: (u8, &str)| {
    let (kind, text) = page;
    let path = ["page.txt", "page.md", "page.html"][usize::from(kind) % 3];
    countersign_fuzz::import("page", path, text);
});
