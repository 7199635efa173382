//! Options of the command.

use std::path::PathBuf;

use anyhow::{Result, bail};
use binance_futures::registry::operations;
use xtask::suggest::{question, suggest};

/// What the arguments of the command say.
pub(super) struct Options {
    /// Whether undeclared fields are failures.
    pub(super) strict: bool,
    /// Whether payloads of unknown operations are skipped.
    pub(super) only_known: bool,
    /// Whether findings are grouped by operation and field.
    pub(super) summary: bool,
    pub(super) json: bool,
    /// Which payloads of folders are checked.
    pub(super) age: Age,
    /// The product of recorded lines that do not name theirs.
    pub(super) product: Option<String>,
    pub(super) paths: Vec<PathBuf>,
}

/// Which payloads of a folder are checked. `index.json` marks those that a newer payload has superseded.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Age {
    Current,
    Superseded,
}

/// What `--help` prints.
pub(super) const USAGE: &str = "\
Usage: cargo xtask conform [options] PATH…

Decodes payloads with the generated types, encodes them again and compares the two. A path is a .jsonl file, a
.jsonl.zst file of a recorder, or a folder with
<product>/<rest|ws_api|streams|user_events>/<id>.<n>.json.

  --strict        fail on fields that the spec does not declare
  --superseded    check only the payloads that index.json of a folder marks as superseded, which are skipped otherwise
  --only-known    skip payloads of operations that the spec does not have
  --summary       group findings by operation and field
  --json          print JSON
  --product NAME  the product of recorded lines that do not name theirs: usdm or coinm
";

/// Reads the options from the arguments.
pub(super) fn options(arguments: &[String]) -> Result<Options> {
    let mut options = Options {
        strict: false,
        only_known: false,
        summary: false,
        json: false,
        age: Age::Current,
        product: None,
        paths: Vec::new(),
    };
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--strict" => options.strict = true,
            "--only-known" => options.only_known = true,
            "--summary" => options.summary = true,
            "--json" => options.json = true,
            "--superseded" => options.age = Age::Superseded,
            "--product" => options.product = Some(product(arguments.next())?),
            flag if flag.starts_with("--") => {
                bail!(
                    "unknown option `{flag}`: there are --strict, --superseded, --only-known, --summary, --json and --product"
                )
            }
            path => options.paths.push(PathBuf::from(path)),
        }
    }
    if options.paths.is_empty() {
        bail!("no path was given\n\n{USAGE}");
    }
    Ok(options)
}

fn product(name: Option<&String>) -> Result<String> {
    let Some(name) = name else {
        bail!("--product needs a value: usdm or coinm")
    };
    let mut products: Vec<_> = operations().map(|operation| operation.product).collect();
    products.dedup();
    if products.contains(&name.as_str()) {
        return Ok(name.clone());
    }
    let near = suggest(name, products.iter().map(|product| (*product, *product)));
    let near = question(&near).unwrap_or_else(|| format!("there are {}", products.join(" and ")));
    bail!("unknown product `{name}`: {near}")
}
