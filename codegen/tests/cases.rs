//! Small specs and the Rust they become: one folder of `cases/` for each feature of the language.
//!
//! `UPDATE_EXPECTED=1 cargo test -p codegen --test cases` writes the expected files.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a panic is how a test fails"
)]

mod project;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use project::{Parts, Project, expect};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases")
}

/// Compares the files that the parts `shows …` of the case name.
fn check(name: &str) {
    let folder = folder().join(name);
    let text = fs::read_to_string(folder.join("spec.txt")).unwrap();
    let generated =
        codegen::generate(&Project::of(&text).root).unwrap_or_else(|problems| panic!("{problems}"));
    let parts = Parts::read(&text);
    let shown: Vec<&str> = parts
        .names()
        .filter_map(|name| name.strip_prefix("shows "))
        .collect();
    assert!(!shown.is_empty(), "the case shows nothing");
    let files = shown.iter().map(|path| {
        let found = generated.files.iter().find(|file| file.path == *path);
        found
            .unwrap_or_else(|| panic!("{path} is not among the generated files"))
            .text
            .as_str()
    });
    expect(
        &folder.join("expected.rs"),
        &files.collect::<Vec<_>>().join("\n"),
    );
}

macro_rules! cases {
    ($($name:ident)*) => {
        const NAMES: &[&str] = &[$(stringify!($name)),*];
        $(
            #[test]
            fn $name() {
                check(stringify!($name));
            }
        )*
    };
}

cases! {
    a_batch_contains_requests_with_generated_ids
    a_choice_sends_one_of_its_parameters
    a_constant_field_is_the_tag_of_an_event
    a_constant_parameter_is_always_sent
    a_constructor_sets_and_takes
    a_deprecated_operation_says_what_replaces_it
    a_derived_file_inherits_keys
    a_field_comes_and_goes
    a_field_has_a_second_name
    a_field_selects_the_case_of_a_tagged_record
    a_list_of_values_is_sent_as_json
    a_lookup_is_built_from_the_request
    a_map_is_keyed_by_text
    a_method_of_the_websocket_api_has_no_path
    a_position_is_in_a_nested_record
    a_product_has_urls_groups_and_buckets
    a_request_has_remedies_of_its_own
    a_request_without_parameters_returns_a_record
    a_response_is_a_list_or_one_or_many_or_an_error
    a_row_is_an_array
    a_topic_has_an_optional_part
    a_topic_has_elements_of_several_products
    a_weight_depends_on_a_number_or_on_presence
    amounts_of_a_response_may_be_blank
    an_enum_is_text_or_numbers
    an_error_code_has_a_name_in_each_product
    an_event_can_be_a_shared_type
    an_example_is_shown_in_the_docs
    forms_and_spellings_of_no_value
    only_an_idempotent_get_is_read_only
    optional_parameters_have_defaults_and_rules
    records_nest_in_place
    secrets_are_known_by_their_names
    sentences_come_from_the_vocabulary
    the_websocket_api_differs_from_rest
    topics_are_parsed_from_their_names
    user_events_are_one_enum
}

#[test]
fn every_folder_is_a_test() {
    let folders: BTreeSet<String> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(
        folders,
        NAMES.iter().map(|name| (*name).to_owned()).collect()
    );
}
