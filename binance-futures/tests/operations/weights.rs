//! What requests weigh.

use binance_futures::registry::{Operation, WeightRule};

use crate::lines::{self, Line, Pairs};

/// A request with or without the parameter that its weight goes by; `None` where it cannot do without.
fn weigh(line: &Line, by: &str, value: Option<&str>) -> Option<u32> {
    let pairs = line.pairs();
    let mut changed: Pairs = pairs.into_iter().filter(|(name, _)| name != by).collect();
    changed.extend(value.map(|value| (by.to_owned(), value.to_owned())));
    let request = lines::build(line.operation, changed).ok()?;
    Some(request.weight())
}

/// The value a parameter has in any of an operation's lines.
fn value_of(lines: &[Line], operation: &Operation, name: &str) -> String {
    let of_operation = lines.iter().filter(|line| {
        (line.operation.product, line.operation.id) == (operation.product, operation.id)
    });
    let mut pairs = of_operation.flat_map(Line::pairs);
    pairs.find(|(given, _)| given == name).unwrap().1
}

#[test]
fn every_request_weighs_what_the_rule_of_its_operation_says() {
    let lines = lines::all();
    let (mut fixed, mut stepped, mut chosen) = (0, 0, 0);
    for operation in lines::operations() {
        let smallest = lines::of(&lines, operation, "smallest").unwrap();
        let place = smallest.place();
        match operation.weight {
            WeightRule::None => assert_eq!(weigh(smallest, "", None), Some(0), "{place}"),
            // Nothing is told of it, so it counts as the least there is.
            WeightRule::Unknown => assert_eq!(weigh(smallest, "", None), Some(1), "{place}"),
            WeightRule::Fixed(weight) => {
                for size in ["full", "smallest", "other"] {
                    let Some(line) = lines::of(&lines, operation, size) else {
                        continue;
                    };
                    assert_eq!(weigh(line, "", None), Some(weight), "{}", line.place());
                }
                fixed += 1;
            }
            WeightRule::ByPresence { by, given, absent } => {
                let value = value_of(&lines, operation, by);
                assert_eq!(weigh(smallest, by, Some(&value)), Some(given), "{place}");
                assert_eq!(weigh(smallest, by, None), Some(absent), "{place}");
                assert!(given < absent, "{place} is dearer with `{by}`");
                chosen += 1;
            }
            WeightRule::Steps {
                by,
                default,
                absent,
                steps,
            } => {
                assert!(steps.is_sorted(), "{place}: {steps:?}");
                let mut least = 1;
                for (most, weight) in steps {
                    for number in [least, u64::midpoint(least, *most), *most] {
                        let weighed = weigh(smallest, by, Some(&number.to_string()));
                        assert_eq!(weighed, Some(*weight), "{place} with `{by}` {number}");
                    }
                    least = most + 1;
                }
                let (_, heaviest) = steps.last().unwrap();
                let beyond = weigh(smallest, by, Some(&least.to_string()));
                assert_eq!(beyond, Some(*heaviest), "{place} beyond its steps");
                let without = weigh(smallest, by, None);
                let usual = default.and_then(|default| {
                    let step = steps.iter().find(|(most, _)| default <= *most);
                    step.map(|(_, weight)| *weight)
                });
                assert_eq!(without, usual.or(absent), "{place} without `{by}`");
                stepped += 1;
            }
        }
    }
    println!(
        "{fixed} weights are fixed, {stepped} go by a number, {chosen} by whether a parameter is given"
    );
}
