//! What the spec says about an operation and the registry does not.

use binance_futures::registry::Operation;
use codegen::{load, problem::Problems, spec};
use xtask::workspace::root;

/// Facts about an operation. They are empty if the spec cannot be read.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// Since when the exchange no longer offers it, and what replaces it.
    pub(super) removed: Option<String>,
    pub(super) parameters: Vec<ParameterFacts>,
}

/// Facts about a parameter.
#[derive(Debug)]
pub(super) struct ParameterFacts {
    /// The name on the wire.
    pub(super) name: String,
    /// The value that the exchange uses when the parameter is absent.
    pub(super) default: Option<String>,
    /// Why it should no longer be sent.
    pub(super) deprecated: Option<String>,
}

/// Reads the spec file of an operation.
pub(super) fn facts(operation: &Operation) -> Facts {
    let mut problems = Problems::default();
    let files = load::load(&root(), &mut problems);
    let spec = spec::read(&files, &mut problems);
    let mut operations = spec.products.iter().flat_map(|product| &product.operations);
    let Some(found) = operations.find(|found| found.head.path == operation.spec) else {
        return Facts::default();
    };
    let parameters = found.parameters.iter().map(|parameter| ParameterFacts {
        name: parameter.field.wire.value.clone(),
        default: parameter.default.as_ref().map(|text| text.value.clone()),
        deprecated: parameter.field.deprecated.clone(),
    });
    Facts {
        removed: found.head.removed.clone(),
        parameters: parameters.collect(),
    }
}
