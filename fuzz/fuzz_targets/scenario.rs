//! Any bytes as a scenario file.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| wardian_fuzz::read_scenario(bytes));
