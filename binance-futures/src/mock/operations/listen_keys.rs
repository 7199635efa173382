//! Listen keys.

use crate::mock::server::ParsedRequest;
use crate::mock::server::Rejection;

use super::Context;
use super::response::{self, Record};

pub(super) fn execute(
    context: &mut Context<'_>,
    request: &ParsedRequest,
) -> Result<String, Rejection> {
    let operation = request.operation;
    let Some(method) = operation.method else {
        return Ok(operation.sample.to_owned());
    };
    let keys = &mut context.state.listen_keys;
    let listen_key = keys.execute(method, context.api_key, operation.product, context.now)?;
    let record = Record::default().set("listenKey", listen_key);
    Ok(response::object(operation, &record))
}
