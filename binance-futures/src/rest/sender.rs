//! Encoding, signing and sending of requests, one attempt at a time.

use std::time::Duration;

use http::{HeaderMap, HeaderValue};
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::clock_skew::ClockSkewMonitor;
use super::prepared::{ProductFacts, Signed};
use super::response::{self, Success};
use super::transport::Transport;
use super::{Prepared, RestRequest, trace};
use crate::client::{CallOptions, Context, RecvWindow, Retry, Timeout};
use crate::error::{Error, InvalidRequest, Throttled};
use crate::governor::{Ask, Begun, Permit, WhenLimited};
use crate::parameters::QueryWriter;
use crate::rate_limits;
use crate::request::Product;
use crate::values::Timestamp;

/// Room for most queries. An order with its signature has 250 bytes.
const USUAL_QUERY_LENGTH: usize = 384;

/// What a client and its clones share.
pub(super) struct Sender {
    pub(super) context: Context,
    pub(super) transport: Transport,
    /// The base URL, without a slash at the end.
    pub(super) base_url: String,
    pub(super) api_key: Option<HeaderValue>,
    pub(super) timeout: Timeout,
    /// How long establishing a connection may take. `None` means no limit.
    pub(super) connect_timeout: Option<Duration>,
    pub(super) recv_window: Option<RecvWindow>,
    pub(super) retry: Retry,
    /// What happens to calls that would exceed a rate limit.
    pub(super) when_limited: WhenLimited,
    /// Held while the clock is being synchronized.
    pub(super) clock_sync: Mutex<()>,
    pub(super) clock_skew: ClockSkewMonitor,
}

impl Sender {
    /// Returns how long a call may take. Returns `None` for no limit.
    pub(super) fn timeout(&self, options: Option<&CallOptions>) -> Option<Duration> {
        let own = options.map_or(Timeout::Default, |options| options.timeout);
        own.or(self.timeout).duration(self.recv_window(options))
    }

    fn recv_window(&self, options: Option<&CallOptions>) -> Option<RecvWindow> {
        options
            .and_then(|options| options.recv_window)
            .or(self.recv_window)
    }

    /// Encodes a request without timestamp and signature. These are added for each attempt.
    pub(super) fn encode<P: Product, R: RestRequest<P>>(
        &self,
        request: &R,
    ) -> Result<Prepared, InvalidRequest> {
        let (mut context, target, options) =
            (request.context(), request.target(), request.options());
        if let Some(priority) = options.0.and_then(|options| options.priority) {
            context.priority = priority;
        }
        let when_limited = options.0.and_then(|options| options.when_limited);
        // The generator checks the paths of the spec. A request of the websocket API alone has none.
        let is_valid = if context.is_typed {
            !target.path.is_empty()
        } else {
            is_path(target.path)
        };
        if !is_valid {
            return Err(InvalidRequest::Path {
                path: target.path.to_owned(),
            });
        }
        let api_key = match (&self.api_key, context.security.needs_key()) {
            (_, false) => None,
            (Some(key), true) => Some(key.clone()),
            (None, true) => {
                return Err(InvalidRequest::NoCredentials {
                    request: context.name,
                });
            }
        };
        // The builder checked the client's receive window.
        if let Some(window) = options.0.and_then(|options| options.recv_window) {
            trace::warn_recv_window(window, P::RECV_WINDOW);
        }
        let length = self.base_url.len() + target.path.len() + USUAL_QUERY_LENGTH;
        let mut url = String::with_capacity(length);
        url.push_str(&self.base_url);
        url.push_str(target.path);
        url.push('?');
        let begin = url.len();
        let mut query = QueryWriter::after(url);
        request.write_query(&mut query);
        let typed = if context.is_typed {
            query.as_str().len()
        } else {
            0
        };
        options.write_parameters(&mut query);
        if let Some(name) = query.first_empty() {
            return Err(InvalidRequest::EmptyParameter {
                name: name.to_owned(),
                request: context.name,
            });
        }
        let url = query.into_string();
        Ok(Prepared {
            method: target.method,
            path: self.base_url.len(),
            query: begin,
            added: begin + typed,
            signing: url.len(),
            url,
            api_key,
            signed: context.security.is_signed().then(|| Signed {
                recv_window: self.recv_window(options.0),
                timestamp: Timestamp::from_millis(0),
            }),
            timeout: self.timeout(options.0),
            when_limited: when_limited.unwrap_or(self.when_limited),
            context,
            product: ProductFacts::of::<P>(),
        })
    }

    /// Adds a timestamp and a signature, in place of those of an earlier attempt.
    pub(super) async fn sign(&self, prepared: &mut Prepared) -> Result<(), Error> {
        if let Some(signed) = self.sign_at_once(prepared) {
            return signed;
        }
        if let Some(credentials) = &self.context.credentials {
            let signature = credentials.sign(prepared.query().as_bytes()).await?;
            prepared.add_signature(&signature);
        }
        prepared.check_length()
    }

    /// Signs as [`sign`](Self::sign) does, if that does not wait. Otherwise adds only the timestamp and returns `None`.
    pub(super) fn sign_at_once(&self, prepared: &mut Prepared) -> Option<Result<(), Error>> {
        if let (Some(_), Some(credentials)) = (&prepared.signed, &self.context.credentials) {
            prepared.add_timestamp(self.context.clock.now());
            let signature = credentials.try_sign(prepared.query().as_bytes())?;
            prepared.add_signature(&signature);
        } else if prepared.url.len() == prepared.query {
            // The query is empty: remove the question mark.
            prepared.url.pop();
        }
        Some(prepared.check_length())
    }

    /// Waits until the rate limits permit a request.
    pub(super) async fn admit(
        &self,
        prepared: &Prepared,
        now: Instant,
    ) -> Result<Option<Permit>, Throttled> {
        let Some(budget) = &self.context.budget else {
            return Ok(None);
        };
        let ask = Ask {
            cost: prepared.context.cost,
            priority: prepared.context.priority,
            when_limited: prepared.when_limited,
            deadline: prepared
                .timeout
                .and_then(|timeout| now.checked_add(timeout)),
        };
        match budget.begin(ask, now)? {
            Begun::Admitted(permit) => Ok(Some(permit)),
            Begun::Waiting(waiting) => waiting.wait().await.map(Some),
        }
    }

    /// Sends a request once.
    pub(super) async fn attempt(
        &self,
        prepared: &Prepared,
        number: u32,
        permit: Option<Permit>,
    ) -> Result<Success, Error> {
        trace::sending(prepared, number);
        let permit = permit.map(Permit::sent);
        let clock = &self.context.clock;
        let (sent, started) = (clock.now(), Instant::now());
        let response = self.transport.exchange(prepared).await;
        let ended = Instant::now();
        if let Some(permit) = permit {
            permit.end_at(ended);
        }
        trace::received(
            prepared,
            number,
            ended.saturating_duration_since(started),
            &response,
        );
        if let Ok(response) = &response {
            let skew = self
                .clock_skew
                .observe(&response.headers, sent, clock.now());
            if let Some(skew) = skew {
                trace::clock_skew(skew);
            }
            self.observe(&response.headers, ended);
        }
        let result = response::classify_response(response, prepared, clock);
        if let (Err(Error::RateLimited(rejection)), Some(budget)) = (&result, &self.context.budget)
        {
            budget.rejected(rejection.limit, rejection.retry_after, rejection.is_banned);
        }
        result
    }

    fn observe(&self, headers: &HeaderMap, now: Instant) {
        if let Some(budget) = &self.context.budget {
            let reports = headers.iter().filter_map(|(name, value)| {
                rate_limits::read_header(name.as_str(), value.as_bytes())
            });
            budget.observe(reports, now);
        }
    }

    /// Encodes a request that the client itself sends, and waits until the rate limits permit it.
    pub(super) async fn prepare_once<P: Product, R: RestRequest<P>>(
        &self,
        request: &R,
        timeout: Option<Duration>,
    ) -> Result<(Prepared, Option<Permit>), Error> {
        let mut prepared = self.encode::<P, R>(request)?;
        let started = Instant::now();
        prepared.timeout = timeout;
        let permit = self.admit(&prepared, started).await?;
        prepared.timeout = timeout.map(|timeout| timeout.saturating_sub(started.elapsed()));
        Ok((prepared, permit))
    }

    /// Signs and sends a request once, and decodes the response.
    pub(super) async fn send_once<P: Product, R: RestRequest<P>>(
        &self,
        (mut prepared, permit): (Prepared, Option<Permit>),
    ) -> Result<R::Response, Error> {
        self.sign(&mut prepared).await?;
        let success = self.attempt(&prepared, 1, permit).await?;
        response::decode::<P, R>(&success, &prepared)
    }
}

/// Returns whether a path is sent exactly as it is: no URL library changes it, and it contains no parameter.
fn is_path(path: &str) -> bool {
    let Some(rest) = path.strip_prefix('/') else {
        return false;
    };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    rest.split('/')
        .all(|part| !part.is_empty() && part != "." && part != ".." && part.bytes().all(plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_absolute_paths_are_accepted() {
        for path in ["/fapi/v1/thing", "/futures/data/a-b_c.d~e", "/x"] {
            assert!(is_path(path), "{path}");
        }
        for other in [
            "",
            "/",
            "fapi/v1/x",
            "/a//b",
            "/a/",
            "/a?b=c",
            "/a#b",
            "/a b",
            "/a/../b",
            "/./a",
            "/é",
            "/a%2Fb",
            "https://host/a",
            "/a\n",
        ] {
            assert!(!is_path(other), "{other}");
        }
    }
}
