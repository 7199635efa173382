//! Request weights.

use binance_futures::registry::{Operation, WeightRule};

use crate::lines::{self, Line, Pairs};

/// Returns the weight of a line's request with this value of a parameter, or without it. Returns `None` if the parameter is required.
fn weight_of(line: &Line, by: &str, value: Option<&str>) -> Option<u32> {
    let pairs = line.pairs();
    let mut changed: Pairs = pairs.into_iter().filter(|(name, _)| name != by).collect();
    changed.extend(value.map(|value| (by.to_owned(), value.to_owned())));
    let request = lines::build(line.operation, changed).ok()?;
    Some(request.cost().weight)
}

/// Returns the value of a parameter in any line of the operation.
fn value_of(lines: &[Line], operation: &Operation, name: &str) -> String {
    let of_operation = lines.iter().filter(|line| {
        (line.operation.product, line.operation.id) == (operation.product, operation.id)
    });
    let mut pairs = of_operation.flat_map(Line::pairs);
    pairs.find(|(given, _)| given == name).unwrap().1
}

#[test]
fn weight_of_every_request_follows_the_rule_of_its_operation() {
    let lines = lines::all();
    let (mut fixed, mut stepped, mut chosen) = (0, 0, 0);
    for operation in lines::operations() {
        let Some(smallest) = lines::of(&lines, operation, "smallest") else {
            continue;
        };
        let key = smallest.key();
        match operation.weight {
            WeightRule::None => assert_eq!(weight_of(smallest, "", None), Some(0), "{key}"),
            // An unknown weight counts as 1, the smallest weight.
            WeightRule::Unknown => assert_eq!(weight_of(smallest, "", None), Some(1), "{key}"),
            WeightRule::Fixed(weight) => {
                for size in ["full", "smallest", "other"] {
                    let Some(line) = lines::of(&lines, operation, size) else {
                        continue;
                    };
                    assert_eq!(weight_of(line, "", None), Some(weight), "{}", line.key());
                }
                fixed += 1;
            }
            WeightRule::ByPresence { by, given, absent } => {
                let value = value_of(&lines, operation, by);
                assert_eq!(weight_of(smallest, by, Some(&value)), Some(given), "{key}");
                assert_eq!(weight_of(smallest, by, None), Some(absent), "{key}");
                assert!(given < absent, "{key} weighs more with `{by}`");
                chosen += 1;
            }
            WeightRule::Steps {
                by,
                default,
                absent,
                steps,
            } => {
                assert!(steps.is_sorted(), "{key}: {steps:?}");
                let mut least = 1;
                for (most, weight) in steps {
                    for number in [least, u64::midpoint(least, *most), *most] {
                        let actual = weight_of(smallest, by, Some(&number.to_string()));
                        assert_eq!(actual, Some(*weight), "{key} with `{by}` {number}");
                    }
                    least = most + 1;
                }
                let (_, heaviest) = steps.last().unwrap();
                let beyond = weight_of(smallest, by, Some(&least.to_string()));
                assert_eq!(beyond, Some(*heaviest), "{key} above its largest step");
                let without = weight_of(smallest, by, None);
                let usual = default.and_then(|default| {
                    let step = steps.iter().find(|(most, _)| default <= *most);
                    step.map(|(_, weight)| *weight)
                });
                assert_eq!(without, usual.or(absent), "{key} without `{by}`");
                stepped += 1;
            }
        }
    }
    println!(
        "{fixed} weights are fixed, {stepped} depend on a number, {chosen} on the presence of a parameter"
    );
}

#[test]
fn cost_of_every_request_agrees_with_the_table_of_operations() {
    for line in lines::all() {
        let cost = lines::build(line.operation, line.pairs()).unwrap().cost();
        let operation = line.operation;
        assert_eq!(cost.bucket, operation.bucket, "{}", line.key());
        assert_eq!(cost.orders, operation.orders, "{}", line.key());
    }
}
