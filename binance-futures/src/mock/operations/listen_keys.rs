//! Listen keys.

use crate::mock::server::parsed_request::ParsedRequest;
use crate::mock::server::rejection::Rejection;

use crate::mock::trading::AccountEvent;
use crate::request::Method;

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
    let (api_key, product, now) = (context.api_key, operation.product, context.now);
    let keys = &mut context.state.listen_keys;
    let listen_key = keys.execute(method, api_key, product, now)?;
    if method == Method::Delete {
        context.state.publish_user_event(
            now,
            api_key,
            AccountEvent::ListenKeyClosed {
                product,
                listen_key: listen_key.clone(),
            },
        );
    }
    let record = Record::default().set("listenKey", listen_key);
    Ok(response::object(operation, &record))
}
