//! Invalid specs and their problems: one file of `problems/` per kind of problem.
//!
//! `UPDATE_EXPECTED=1 cargo test -p codegen --test problems` writes the expected texts.

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

const EXPECTED: &str = "--- expected\n";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/problems")
}

/// Compares the problems of a spec with the part `expected`, which is the last one.
fn check(name: &str) {
    let path = folder().join(format!("{name}.txt"));
    let text = fs::read_to_string(&path).unwrap();
    let spec = text.split(EXPECTED).next().unwrap_or_default();
    let problems = codegen::generate(&Project::of(spec).root).expect_err("there are no problems");
    assert!(
        !Parts::read(spec).sentence.trim().is_empty(),
        "the file does not begin with a sentence"
    );
    expect(&path, &format!("{spec}{EXPECTED}{problems}"));
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
    absent_on_a_required_field
    blank_amounts_are_not_stated
    cadence_rule_is_wrong
    cases_of_a_tagged_record_are_not_distinct
    constructor_with_wrong_parameters
    default_of_wrong_type
    default_receive_window_is_above_the_maximum
    derived_file_changes_missing_fields
    derived_file_of_a_derived_file
    difference_of_the_websocket_api_has_no_effect
    duplicate_key
    example_with_wrong_parameters
    file_name_is_not_a_module_name
    file_outside_of_the_known_folders
    generated_rule_of_another_type
    incomplete_weight
    inherited_problem_is_reported_once
    invalid_error_codes
    invalid_stream_name
    invalid_type_expression
    limit_of_another_class
    limits_or_errors_of_an_unknown_product
    lookup_is_not_a_mapping
    lookup_of_an_unreadable_file_is_one_problem
    lookup_with_wrong_parameters
    message_is_covered_by_an_earlier_one
    missing_colon
    missing_key
    missing_key_hides_no_other_problem
    missing_or_second_method
    name_is_not_a_rust_identifier
    order_origins_are_ambiguous_or_unknown
    parameter_has_the_name_of_a_method
    parameter_is_also_in_a_choice
    parameter_is_in_a_topic_name_twice
    path_of_another_product
    path_with_other_characters
    position_does_not_suit_the_continuity
    position_has_fields_of_wrong_types
    problem_of_a_derived_file_is_reported_at_its_like
    problems_are_sorted_by_place
    product_yaml_is_missing
    product_yaml_lacks_keys
    products_of_a_topic_are_not_told_apart
    rate_limit_names_a_bucket_it_does_not_count
    received_integer_is_too_narrow
    remedies_of_unknown_codes
    rule_does_not_apply_to_the_type
    sample_has_an_unknown_case
    sample_has_other_fields
    sample_has_rows_of_another_length
    sample_has_values_of_another_form
    sample_is_missing
    sample_is_not_json
    sample_of_a_batch_may_contain_rejections
    sample_without_a_file
    sentence_without_a_full_stop
    server_time_is_not_a_timestamp_of_a_read_only_request
    since_or_until_is_wrong
    topic_has_the_name_of_its_event
    two_fields_have_one_name
    two_files_have_one_id
    type_in_a_wrong_place
    type_name_is_reserved
    type_name_is_reserved_in_topics
    type_name_is_used_twice
    types_contain_each_other
    unknown_bucket_group_product_or_operation
    unknown_key
    unknown_type
    unknown_type_in_quotes
    unquoted_exclamation_mark
    unreadable_file_is_one_problem
    unreadable_parameter_is_one_problem
    unreadable_type_is_one_problem
    unsupported_pattern
    unsupported_yaml
    unused_type
    user_data_has_no_listen_key
    user_event_is_not_a_record_of_its_file
    value_of_another_form_than_its_key
    values_of_an_enum_are_not_distinct
    weight_depends_on_a_wrong_parameter
    yaml_error_has_a_hint
}

#[test]
fn every_file_is_a_test() {
    let files = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let stems: BTreeSet<String> = files
        .map(|name| name.trim_end_matches(".txt").to_owned())
        .collect();
    assert_eq!(stems, NAMES.iter().map(|name| (*name).to_owned()).collect());
}
