//! The inputs that the fuzz targets start from, in `fuzz/seeds`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use binance_futures::dynamic::Operation;
use binance_futures::registry::operations;

use super::properties::decoders::name;
use super::properties::targets;

/// Texts that the reader starts from.
const TEXTS: [(&str, &str); 10] = [
    (
        "scalars",
        r#"[null,true,false,0,-1.50,1e400,-0.0E-7,"",18446744073709551616]"#,
    ),
    (
        "escapes",
        r#"["\"\\\/\b\f\n\r\t","\u20ac\uD83D\ude00","é😀"]"#,
    ),
    ("surrogates", r#"["\ud83d","\ude00\ud83d","\ud83d\u0041"]"#),
    ("space", " { \"e\" :\t[ 1 ,\r\n2 ] , \"s\" : { } } "),
    (
        "names",
        r#"{"e":1,"E":2,"symbol":3,"selfTradePreventionMode":4,"selfTradePreventionModes":5,"":6}"#,
    ),
    ("repeated", r#"{"e":1,"e":2,"\u0065":3,"new":4,"new":5}"#),
    ("nested", r#"[[[[{"a":[[{"b":{"c":[[]]}}]]}]]]]"#),
    (
        "frame",
        r#"{"stream":"btcusdt@aggTrade","data":{"e":"aggTrade","p":"0.10"}}"#,
    ),
    (
        "reply",
        r#"{"result":null,"id":1,"error":{"code":2,"msg":"Invalid request"}}"#,
    ),
    (
        "response",
        r#"{"id":"a","status":400,"error":{"code":-1021,"msg":"x"},"rateLimits":[]}"#,
    ),
];

/// The most seeds for the decoders.
const AT_MOST: usize = 28;

fn folder(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/seeds")
        .join(target)
}

/// Chooses small samples that together have as many types of fields as possible.
fn chosen() -> Vec<&'static Operation> {
    // A batch whose items may be rejections, and rows.
    let first = ["usdm rest cancel_orders", "usdm rest klines"];
    let first = operations().filter(|operation| first.contains(&name(operation).as_str()));
    let mut chosen: Vec<&Operation> = first.collect();
    let mut covered = BTreeSet::new();
    while chosen.len() < AT_MOST {
        let new_types = |operation: &Operation| {
            let types = operation.fields.iter().map(|field| field.ty);
            types
                .filter(|ty| !covered.contains(ty))
                .collect::<BTreeSet<_>>()
                .len()
        };
        let value = |operation: &&'static Operation| {
            new_types(operation) * 10_000 / (300 + operation.sample.len())
        };
        let Some(best) = operations()
            .filter(|found| new_types(found) > 0)
            .max_by_key(value)
        else {
            break;
        };
        covered.extend(best.fields.iter().map(|field| field.ty));
        chosen.push(best);
    }
    chosen
}

/// Writes the seeds.
fn write_seeds() {
    for (target, seeds) in [
        (
            "reader",
            TEXTS
                .map(|(name, text)| (name.to_owned(), text.to_owned()))
                .to_vec(),
        ),
        (
            "decoders",
            chosen()
                .into_iter()
                .map(|operation| (name(operation).replace(' ', "-"), targets::seed(operation)))
                .collect(),
        ),
    ] {
        let folder = folder(target);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        for (name, seed) in seeds {
            fs::write(folder.join(name), seed).unwrap();
        }
    }
}

/// With `UPDATE_SEEDS=1`, the seeds are written first. That is of use after changes of the spec, so that they cover new types.
#[test]
fn seeds_pass() {
    if std::env::var_os("UPDATE_SEEDS").is_some() {
        write_seeds();
    }
    let check = |target: &str, check: fn(&[u8])| {
        let seeds = fs::read_dir(folder(target)).unwrap();
        let seeds = seeds.map(|seed| fs::read(seed.unwrap().path()).unwrap());
        seeds.inspect(|seed| check(seed)).count()
    };
    let count = check("reader", targets::reader) + check("decoders", targets::decoders);
    assert!((20..=40).contains(&count), "{count}");
}
