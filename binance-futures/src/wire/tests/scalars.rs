//! Integers, flags, text and times.

use rust_decimal::Decimal;

use super::{round_trips, unexpected};
use crate::types::{ClientOrderId, Symbol, Timestamp};
use crate::wire::{Int, Number, Or, Plain, Text};

#[test]
fn escapes_in_a_quoted_number_are_decoded() {
    round_trips::<Decimal, Text>(r#""\u0031.5\u0030""#, r#""1.50""#);
    round_trips::<u64, Text>(r#""1\u0030""#, r#""10""#);
}

#[test]
fn integers_decode_from_text_and_numbers() {
    round_trips::<u64, Text>(r#""18446744073709551615""#, r#""18446744073709551615""#);
    round_trips::<u64, Text>("18446744073709551615", r#""18446744073709551615""#);
    round_trips::<u64, Number>(r#""9223372036854775808""#, "9223372036854775808");
    round_trips::<u64, Plain>("18446744073709551615", "18446744073709551615");
    round_trips::<i64, Text>("-9223372036854775808", r#""-9223372036854775808""#);
    round_trips::<u8, Text>("4", r#""4""#);
    round_trips::<u16, Number>("65535", "65535");
    round_trips::<u32, Number>("4294967295", "4294967295");
    round_trips::<i32, Number>("-2147483648", "-2147483648");
    round_trips::<u64, Number>("2.0", "2");
    round_trips::<u64, Number>("1e3", "1000");
    round_trips::<u64, Text>(r#"" 10 ""#, r#""10""#);
}

#[test]
fn integers_out_of_range_are_rejected() {
    unexpected::<u8, Text>("256", "an integer from 0 to 255");
    unexpected::<u8, Text>("\"256\"", "an integer from 0 to 255");
    unexpected::<u64, Number>("-1", "an integer of 64 bits, not negative");
    unexpected::<u64, Number>("1.5", "an integer of 64 bits, not negative");
    unexpected::<u64, Number>(
        "18446744073709551616",
        "an integer of 64 bits, not negative",
    );
    unexpected::<i64, Number>("1e300", "an integer of 64 bits");
    unexpected::<i64, Number>("9007199254740992.0", "an integer of 64 bits");
    unexpected::<u64, Plain>(
        "18446744073709551616",
        "an integer of 64 bits, not negative",
    );
}

#[test]
fn flags_decode_from_every_spelling() {
    for spelling in ["true", "1", r#""true""#, r#""True""#, r#""TRUE""#, r#""1""#] {
        round_trips::<bool, Text>(spelling, r#""true""#);
        round_trips::<bool, Number>(spelling, "true");
        round_trips::<bool, Plain>(spelling, "true");
    }
    for spelling in [
        "false",
        "0",
        r#""false""#,
        r#""False""#,
        r#""FALSE""#,
        r#""0""#,
    ] {
        round_trips::<bool, Text>(spelling, r#""false""#);
        round_trips::<bool, Plain>(spelling, "false");
    }
    for other in ["2", "-1", "1.5", "null", r#""yes""#, r#""""#, r#"" 1""#] {
        unexpected::<bool, Text>(other, "true or false");
    }
}

#[test]
fn text_decodes_from_the_digits_of_a_number() {
    round_trips::<String, Text>("200", r#""200""#);
    round_trips::<Symbol, Text>("4.50", r#""4.50""#);
    round_trips::<ClientOrderId, Text>(r#""\u5e01\"\\""#, r#""币\"\\""#);
    unexpected::<Symbol, Plain>("4", "text");
    unexpected::<String, Text>("null", "text");
    unexpected::<String, Text>("true", "text");
}

#[test]
fn times_decode_from_text_and_numbers() {
    round_trips::<Timestamp, Plain>("\"1576653824250\"", "1576653824250");
    round_trips::<Timestamp, Text>("1576653824250", "\"1576653824250\"");
    unexpected::<Timestamp, Plain>("\"now\"", "milliseconds since 1970");
    unexpected::<Timestamp, Plain>("1.5", "milliseconds since 1970");
    unexpected::<Timestamp, Plain>("null", "milliseconds since 1970");
}

#[test]
fn integers_in_other_notations_are_never_rounded() {
    for (json, integer) in [
        ("5.00", "5"),
        ("1.5e1", "15"),
        ("150e-1", "15"),
        ("-0", "0"),
        ("-0.0e9", "0"),
        ("9007199254740991.0", "9007199254740991"),
        ("0.9007199254740991E+16", "9007199254740991"),
    ] {
        round_trips::<u64, Number>(json, integer);
        round_trips::<Timestamp, Plain>(json, integer);
    }
    // As 64-bit floats, these are 1, 2 and 3.
    for json in [
        "1.0000000000000000000000000000000001",
        "2.00000000000000000000000001",
        "0.29999999999999999999999e1",
        "15e-1",
        "9007199254740992.0",
        "1e16",
        "1e99999999999999999999",
        "1e-99999999999999999999",
    ] {
        unexpected::<u64, Number>(json, "an integer of 64 bits, not negative");
        unexpected::<Timestamp, Plain>(json, "milliseconds since 1970");
    }
}

#[test]
fn text_with_a_plus_sign_is_not_an_integer() {
    unexpected::<u64, Text>("\"+5\"", "an integer of 64 bits, not negative");
    unexpected::<Timestamp, Plain>("\"+5\"", "milliseconds since 1970");
    unexpected::<Option<u64>, Or<Plain, Int<0>>>("\"+0\"", "an integer of 64 bits, not negative");
    round_trips::<u64, Text>("\"005\"", "\"5\"");
}
