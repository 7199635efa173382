//! What the tasks of stream connections ask of the exchange. Independent of the network.

use std::sync::Arc;
use std::time::Duration;

use super::handler::RequestHandler;
use super::messages::{HttpRequest, HttpResponse};
use super::rejection::Rejection;
use crate::mock::state::State;
use crate::mock::stream_fault::{StreamConnection, StreamFault};
use crate::mock::streams::{ConnectionId, Outgoing, Signals, StreamUrl};

/// Longest time for which a task sleeps. The clock of a test may be set without anybody noticing.
const MAX_SLEEP: Duration = Duration::from_millis(50);

/// A frame that a connection received.
#[derive(Debug)]
pub(in crate::mock) enum Incoming {
    /// A text or binary frame, which is a command.
    Command(String),
    /// A ping. The library responds to it.
    Ping,
    /// A pong.
    Pong,
}

impl RequestHandler {
    /// Opens a stream connection, or returns the response that refuses it.
    pub(in crate::mock) fn open_stream(
        &self,
        request: &HttpRequest,
    ) -> Result<(ConnectionId, Arc<Signals>), HttpResponse> {
        let url = StreamUrl::parse(&request.path, &request.query);
        let opened = self.at_now(|state, now| {
            if let Some(refusal) = state.streams.refusal(now) {
                let rejection = Rejection::with_status(refusal.status, 0, "");
                return Err(Rejection {
                    retry_after: refusal.retry_after,
                    ..rejection.with_detail("a test refuses connections")
                });
            }
            state.usage.count_connection(&self.rate_limits, now)?;
            let url = url.ok_or_else(|| {
                Rejection::with_status(404, 0, "").with_detail("no stream URL has this path")
            })?;
            Ok(state.streams.open(url, &request.path, &state.market))
        });
        opened.map_err(|rejection| self.reject(request, &rejection))
    }

    /// Advances the exchange to its time, and returns how long nothing will be due.
    pub(in crate::mock) fn advance_streams(&self) -> Duration {
        self.at_now(|state, now| {
            let due = state.streams.due();
            let left = due.map(|due| due.as_millis().saturating_sub(now.as_millis()));
            let left = left.map(|left| Duration::from_millis(left.max(1).unsigned_abs()));
            left.unwrap_or(MAX_SLEEP).min(MAX_SLEEP)
        })
    }

    /// Takes what the task of a connection does next.
    pub(in crate::mock) fn next_frames(&self, id: ConnectionId) -> Option<Vec<Outgoing>> {
        self.at_now(|state, now| state.streams.take(id, now))
    }

    /// Handles a received frame.
    pub(in crate::mock) fn receive(&self, id: ConnectionId, incoming: &Incoming) {
        self.at_now(|state, now| match incoming {
            Incoming::Command(text) => state.streams.execute(id, text, &state.market),
            Incoming::Ping => state.streams.note_control_frame(id, false, now),
            Incoming::Pong => state.streams.note_control_frame(id, true, now),
        });
    }

    /// Removes a connection.
    pub(in crate::mock) fn close_stream(&self, id: ConnectionId) {
        self.state().streams.close(id);
    }

    /// Injects a fault into all connections, or into one of them.
    pub(in crate::mock) fn inject_stream_fault(
        &self,
        fault: &StreamFault,
        index: Option<usize>,
    ) -> bool {
        self.at_now(|state, now| state.streams.inject(fault, index, now))
    }

    /// Returns all connections.
    pub(in crate::mock) fn stream_connections(&self) -> Vec<StreamConnection> {
        self.at_now(|state, now| state.streams.describe(now))
    }

    /// Advances the exchange to its time and does something.
    fn at_now<T>(&self, act: impl FnOnce(&mut State, crate::types::Timestamp) -> T) -> T {
        let mut state = self.state();
        let now = self.now(&state);
        state.advance(now);
        act(&mut state, now)
    }
}
