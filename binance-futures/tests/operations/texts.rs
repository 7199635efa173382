//! What requests write.

use std::collections::BTreeSet;

use binance_futures::parameters::QueryWriter;

use crate::lines::{self, Line, Pairs};

#[test]
fn every_request_is_written_as_its_line_has_it() {
    let lines = lines::all();
    for line in &lines {
        let place = line.place();
        let request = lines::build(line.operation, line.pairs());
        let request = request.unwrap_or_else(|problems| panic!("{place}: {problems:?}"));
        let mut query = QueryWriter::new();
        request.write_query(&mut query);
        assert_eq!(query.as_str(), line.query, "{place}");
        let (method, path) = request.rest().unwrap();
        assert_eq!((method.as_str(), path), (line.method, line.path), "{place}");
        let allowed = request.check();
        assert!(allowed.is_ok(), "{place}: {allowed:?}");
    }
    println!("{} requests are written", lines.len());
}

#[test]
fn every_operation_has_a_full_and_a_smallest_line_and_no_line_stands_twice() {
    let lines = lines::all();
    let mut operations = 0;
    for operation in lines::operations() {
        operations += 1;
        for size in ["full", "smallest"] {
            let line = lines::of(&lines, operation, size);
            let (product, name) = (operation.product, operation.name);
            let (method, path) = (operation.method.unwrap(), operation.path.unwrap());
            assert!(
                line.is_some(),
                "add to tests/operations/requests.txt what is sent with all parameters, or only with those required: \
                 `{product} {name} {size} {method} {path}?name=value&…`"
            );
        }
    }
    let places: BTreeSet<String> = lines.iter().map(Line::place).collect();
    assert_eq!(places.len(), lines.len());
    let known = ["full", "smallest", "other"];
    assert!(lines.iter().all(|line| known.contains(&line.size)));
    println!("{operations} operations have their lines");
}

#[test]
fn every_parameter_stands_in_a_line_and_only_parameters_do() {
    let lines = lines::all();
    for operation in lines::operations() {
        let of_operation = lines.iter().filter(|line| {
            (line.operation.product, line.operation.id) == (operation.product, operation.id)
        });
        let given: BTreeSet<String> = of_operation
            .flat_map(Line::pairs)
            .map(|(name, _)| name)
            .collect();
        let parameters = operation.parameters.iter();
        let known: BTreeSet<String> = parameters.map(|info| info.name.to_owned()).collect();
        assert_eq!(given, known, "{} {}", operation.product, operation.name);
    }
}

#[test]
fn nothing_of_the_smallest_requests_can_be_left_out() {
    for line in lines::all().iter().filter(|line| line.size == "smallest") {
        let pairs = line.pairs();
        for (left_out, _) in &pairs {
            let rest = pairs.iter().filter(|(name, _)| name != left_out);
            let rest: Pairs = rest.cloned().collect();
            let problems = lines::build(line.operation, rest).err();
            let place = line.place();
            assert!(problems.is_some(), "{place} goes without `{left_out}`");
        }
        let required = line
            .operation
            .parameters
            .iter()
            .filter(|info| info.required);
        for info in required {
            assert!(
                line.has(info.name),
                "{} has no `{}`",
                line.place(),
                info.name
            );
        }
    }
}
