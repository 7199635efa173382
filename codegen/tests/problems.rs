//! Wrong specs and all that is said about them: one file of `problems/` for each kind of mistake.
//!
//! `UPDATE_EXPECTED=1 cargo test -p codegen --test problems` writes the expected texts anew.

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

/// Compares what is said about a spec with the part `expected`, which stands last.
fn check(name: &str) {
    let path = folder().join(format!("{name}.txt"));
    let text = fs::read_to_string(&path).unwrap();
    let spec = text.split(EXPECTED).next().unwrap_or_default();
    let problems =
        codegen::generate(&Project::of(spec).root).expect_err("nothing is wrong with it");
    assert!(
        !Parts::read(spec).sentence.trim().is_empty(),
        "the case does not say what it shows"
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
    a_bare_exclamation_mark_makes_a_tag
    a_constructor_does_not_fit
    a_default_does_not_fit
    a_definition_that_cannot_be_read_is_one_mistake
    a_file_has_a_name_that_is_none
    a_file_stands_nowhere
    a_file_that_cannot_be_read_is_one_mistake
    a_key_stands_twice
    a_lookup_cannot_ask_with_what_was_sent
    a_lookup_has_another_form
    a_lookup_of_what_cannot_be_read_is_one_mistake
    a_member_that_is_always_there_is_absent
    a_message_has_the_meaning_of_another
    a_method_is_missing_or_there_twice
    a_missing_colon_is_reported_on_its_own_line
    a_missing_key_is_told_with_what_it_says
    a_mistake_of_the_twin_alone_stands_at_its_like
    a_mistake_that_a_twin_takes_over_is_told_once
    a_name_on_the_wire_is_no_name_in_rust
    a_parameter_has_the_name_of_a_method
    a_parameter_is_sent_twice
    a_parameter_that_cannot_be_read_is_one_mistake
    a_path_belongs_to_its_product
    a_pattern_is_not_understood
    a_position_consists_of_text_and_numbers
    a_position_suits_the_continuity
    a_product_has_no_file
    a_product_is_not_described
    a_rate_limit_with_a_bucket_counts_the_bucket
    a_receive_window_is_longer_than_the_longest
    a_rule_says_nothing_about_its_type
    a_sample_has_other_members
    a_sample_has_rows_of_another_length
    a_sample_has_values_of_another_form
    a_sample_is_missing
    a_sample_is_not_json
    a_sample_is_of_an_unknown_case
    a_sample_of_a_batch_may_hold_refusals
    a_sample_stands_beside_nothing
    a_sentence_does_not_end
    a_topic_has_the_name_of_its_event
    a_twin_changes_what_is_not_there
    a_twin_is_of_a_file_that_has_another
    a_type_expression_is_not_understood
    a_type_has_a_name_of_the_crate
    a_type_has_the_name_of_another
    a_type_is_known_inside_a_quoted_expression
    a_type_is_of_no_use
    a_type_stands_where_it_means_nothing
    a_user_event_is_not_a_record_of_its_file
    a_value_is_not_what_its_key_wants
    a_weight_goes_by_a_parameter_that_is_not_there
    a_weight_is_not_complete
    an_error_number_is_not_described
    an_example_does_not_fit
    an_unknown_key_is_told_with_the_nearest_one
    an_unknown_type_is_told_with_the_nearest_name
    generated_rules_are_for_client_order_ids
    limits_and_errors_of_another_product
    server_time_is_a_timestamp_of_a_read_only_request
    the_cases_of_a_tagged_record_are_not_distinct
    the_name_of_a_stream_cannot_be_read
    the_values_of_an_enum_are_not_distinct
    three_mistakes_are_told_in_the_order_they_stand
    two_files_have_one_id
    two_members_have_one_name
    types_hold_each_other
    what_is_named_is_not_there
    yaml_hints_name_the_usual_cause
    yaml_that_hides_something_is_refused
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
