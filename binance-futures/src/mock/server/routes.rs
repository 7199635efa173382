//! Lookup of the operations at a method and path.

use crate::registry::{self, Kind, Operation};

/// The result of a lookup.
pub(in crate::mock) enum Route {
    /// The operations of this method and path. Several when the response's shape depends on the parameters.
    Operations(Vec<&'static Operation>),
    /// The path has operations, but none of this method.
    OtherMethods,
    /// The path has no operation.
    UnknownPath,
}

/// Finds the REST operations of a method and path.
pub(in crate::mock) fn find(method: &str, path: &str) -> Route {
    let at_path: Vec<_> = registry::operations()
        .filter(|operation| operation.kind == Kind::Rest && operation.path == Some(path))
        .collect();
    if at_path.is_empty() {
        return Route::UnknownPath;
    }
    let has_method = |operation: &&'static Operation| {
        operation
            .method
            .is_some_and(|known| known.as_str() == method)
    };
    let operations: Vec<_> = at_path.into_iter().filter(has_method).collect();
    if operations.is_empty() {
        Route::OtherMethods
    } else {
        Route::Operations(operations)
    }
}

/// Returns the part of a path after product and version: `order` of `/fapi/v1/order`.
pub(in crate::mock) fn resource(path: &str) -> &str {
    path.splitn(4, '/').nth(3).unwrap_or_default()
}
