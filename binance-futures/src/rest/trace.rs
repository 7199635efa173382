//! What is told of a call: never a key, a parameter or a signature.

use std::time::Duration;

use tracing::{Level, event};

use super::Prepared;
use super::outgoing::Reply;
use crate::error::TransportError;

pub(super) fn exchanged(
    prepared: &Prepared,
    took: Duration,
    reply: &Result<Reply, TransportError>,
) {
    let (method, path) = (prepared.method().as_str(), prepared.path());
    match reply {
        Ok(reply) => {
            let status = reply.status.as_u16();
            event!(Level::DEBUG, method, path, status, ?took, "answered");
        }
        Err(error) => {
            let error = error.kind();
            event!(Level::DEBUG, method, path, %error, ?took, "no answer");
        }
    }
}
