//! Integers of responses and events.

use super::{definitions, types::fields_of};
use crate::{
    problem::Problems,
    spec::{Base, Field, Shape, Spec, Type, types},
};

/// Received integers have 64 bits, unless the exchange documents their whole range. The range suits the type.
pub(super) fn wide(spec: &Spec, problems: &mut Problems) {
    for (_, def) in definitions(spec) {
        // The parameters of a choice are sent, not received.
        if matches!(def.shape, Shape::Choice(_)) {
            continue;
        }
        for field in fields_of(def) {
            let mut has_integer = false;
            field.ty.walk(&mut |ty| {
                if let Base::Name(name) = &ty.base
                    && types::is_integer(name)
                {
                    has_integer = true;
                    check(field, ty, name, problems);
                }
            });
            if let Some((minimum, _)) = &field.range
                && !has_integer
                && !matches!(field.ty.base, Base::Broken)
            {
                let what = format!("`{}` is not an integer", field.wire.value);
                problems.add(minimum.place, what, "remove `minimum` and `maximum`");
            }
        }
    }
}

fn check(field: &Field, ty: &Type, name: &str, problems: &mut Problems) {
    let range = field.range.as_ref();
    let has_negative = range.is_some_and(|(low, _)| low.value.starts_with('-'));
    let wide = if name.starts_with('u') && !has_negative {
        "u64"
    } else {
        "i64"
    };
    let Some((minimum, maximum)) = &field.range else {
        if !matches!(name, "u64" | "i64") {
            problems.add(
                ty.place,
                format!("`{name}` cannot hold every value that the exchange may send"),
                format!(
                    "write `{wide}`, or the `minimum` and `maximum` that the exchange documents"
                ),
            );
        }
        return;
    };
    let bound = |text: &str| text.parse::<i128>().ok();
    let (smallest, largest) = limits(name);
    match (bound(&minimum.value), bound(&maximum.value)) {
        (Some(low), Some(high)) if low <= high && smallest <= low && high <= largest => {}
        (Some(low), Some(high)) if low <= high => {
            let what = format!("`{name}` cannot hold all integers from {low} to {high}");
            problems.add(ty.place, what, format!("write `{wide}`"));
        }
        _ => problems.add(
            minimum.place,
            format!("{} to {} is not a range", minimum.value, maximum.value),
            "write two integers, the smaller one first",
        ),
    }
}

/// The smallest and the largest value of an integer type.
fn limits(name: &str) -> (i128, i128) {
    let largest = types::largest(name).map_or(0, i128::from);
    let smallest = if name.starts_with('i') {
        -largest - 1
    } else {
        0
    };
    (smallest, largest)
}
