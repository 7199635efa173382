//! The command on made-up crates in `xtask/fixtures/layers`.

#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

use std::path::Path;

use super::{
    command::{Package, check},
    order::Layer,
};

const LAYERS: &[Layer] = &[
    ("values", "values depend on nothing"),
    ("error", "errors report on values"),
    ("client", "clients return errors"),
];

fn violations(folder: &str, layers: &[Layer]) -> Vec<String> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/layers");
    let package = Package {
        folder,
        roots: &["lib.rs"],
        layers,
    };
    let (_, found) = check(&workspace, &package).unwrap();
    found.iter().map(ToString::to_string).collect()
}

#[test]
fn a_crate_in_order_has_no_violations() {
    assert_eq!(violations("clean", LAYERS), [""; 0]);
}

#[test]
fn an_import_of_a_lower_module_is_reported_wherever_it_is_written() {
    assert_eq!(
        violations("order", LAYERS),
        [
            "order/values.rs:3: `values` imports `crate::error::Error`, \
             but `error` is below `values` (values depend on nothing)",
            "order/values.rs:8: `values` imports `super::client::http::connect`, \
             but `client` is below `values` (values depend on nothing)",
        ]
    );
}

#[test]
fn a_nested_module_can_have_a_place_of_its_own() {
    let layers = [
        ("client::http", "connects"),
        ("values", ""),
        ("error", ""),
        ("client", ""),
    ];
    assert_eq!(
        violations("order", &layers),
        [
            "order/client/http.rs:1: `client::http` imports `crate::error::Error`, \
             but `error` is below `client::http` (connects)",
            "order/values.rs:3: `values` imports `crate::error::Error`, but `error` is below `values` ()",
        ]
    );
}

#[test]
fn the_list_names_exactly_the_modules_of_the_crate() {
    let layers = [("values", ""), ("gone", "")];
    assert_eq!(
        violations("names", &layers),
        [
            "names/lib.rs:1: there is no module `gone`: remove it from xtask/src/layers/order.rs",
            "names/lib.rs:3: module `helpers` is not in the list of layers: add it to xtask/src/layers/order.rs",
        ]
    );
}

#[test]
fn two_files_that_import_each_other_are_reported() {
    assert_eq!(
        violations("pair", &[]),
        [
            "pair/left.rs:1: imports `crate::right::Right`, and pair/right.rs imports this file: an import cycle",
            "pair/right.rs:4: imports `crate::left::Left`, and pair/left.rs imports this file: an import cycle",
        ]
    );
}

#[test]
fn a_cycle_through_the_re_exports_of_other_folders_is_reported() {
    assert_eq!(
        violations("cycle", &[]),
        [
            "cycle/error/api.rs:1: imports `crate::wire::Text`, and this file is imported back: \
             cycle/wire.rs -> cycle/rest/mod.rs -> cycle/rest/call.rs -> cycle/error/mod.rs -> cycle/error/api.rs",
            "cycle/rest/call.rs:1: imports `crate::error::Api`, and this file is imported back: \
             cycle/error/mod.rs -> cycle/error/api.rs -> cycle/wire.rs -> cycle/rest/mod.rs -> cycle/rest/call.rs",
            "cycle/wire.rs:2: imports `super::rest::Call`, and this file is imported back: \
             cycle/rest/mod.rs -> cycle/rest/call.rs -> cycle/error/mod.rs -> cycle/error/api.rs -> cycle/wire.rs",
        ]
    );
}

#[test]
fn a_file_that_belongs_to_no_module_is_reported() {
    assert_eq!(
        violations("stray", &[]),
        ["stray/old.rs:1: no `mod` declaration leads to this file, so its imports are not checked"]
    );
}
