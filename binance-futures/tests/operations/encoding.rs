//! The parameters that requests write.

use std::collections::BTreeSet;

use binance_futures::dynamic::ParamMap;
use binance_futures::parameters::QueryWriter;
use binance_futures::registry::{AnyRequest, build};

use crate::lines::{self, Line, Pairs};

#[test]
fn every_request_is_written_as_documented() {
    let lines = lines::all();
    for line in &lines {
        let key = line.key();
        let request = lines::build(line.operation, line.pairs());
        let request = request.unwrap_or_else(|problems| panic!("{key}: {problems:?}"));
        let mut query = QueryWriter::new();
        request.write_query(&mut query);
        assert_eq!(query.as_str(), line.query, "{key}");
        let (method, path) = request.rest().unwrap();
        assert_eq!((method.as_str(), path), (line.method, line.path), "{key}");
        let checked = request.check();
        assert!(checked.is_ok(), "{key}: {checked:?}");
    }
    println!("{} requests are written", lines.len());
}

#[test]
fn every_request_is_restored_from_its_json() {
    let query = |request: &dyn AnyRequest| {
        let mut query = QueryWriter::new();
        request.write_query(&mut query);
        query.into_string()
    };
    for line in &lines::all() {
        let key = line.key();
        let request = lines::build(line.operation, line.pairs()).unwrap();
        let json = request.to_json().unwrap();
        let params = ParamMap::from_json(&json).unwrap();
        let restored = build(line.operation, params);
        let restored = restored.unwrap_or_else(|problems| panic!("{key}: {problems:?} in {json}"));
        assert_eq!(query(&*restored), query(&*request), "{key}: {json}");
    }
}

#[test]
fn lines_contain_every_parameter_and_nothing_else() {
    let lines = lines::all();
    for operation in lines::operations() {
        if lines::of(&lines, operation, "full").is_none() {
            continue;
        }
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
fn smallest_requests_contain_required_parameters_only() {
    for line in lines::all().iter().filter(|line| line.size == "smallest") {
        let pairs = line.pairs();
        for (left_out, _) in &pairs {
            let rest = pairs.iter().filter(|(name, _)| name != left_out);
            let rest: Pairs = rest.cloned().collect();
            let problems = lines::build(line.operation, rest).err();
            let key = line.key();
            assert!(problems.is_some(), "{key} does not require `{left_out}`");
        }
        let parameters = line.operation.parameters.iter();
        for info in parameters.filter(|info| info.required) {
            let (key, name) = (line.key(), info.name);
            assert!(line.has(name), "{key} has no `{name}`");
        }
    }
}
