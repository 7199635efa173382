//! Building a REST client.

use std::borrow::Cow;
use std::time::Duration;

use http::HeaderValue;
use reqwest::redirect::Policy;
use reqwest::{Proxy, Url, retry};
use tokio::sync::Mutex;

use super::clock_skew::ClockSkewMonitor;
use super::http::{Http, Resolver};
use super::sender::Sender;
use super::transport::Transport;
use super::{Client, trace};
use crate::auth::Credentials;
use crate::client::ClientBuilder;
use crate::client::network::proxy::{self, SelectedProxy};
use crate::client::network::{
    Network, ProxyOption, Route, Tls, USER_AGENT, headers, host_and_port, setup_error,
};
use crate::environment::Environment;
use crate::error::{Error, InvalidRequest};
use crate::request::Product;

impl<P: Product> ClientBuilder<P> {
    /// Creates the client. Does not connect.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidRequest`] if the product is not available in the environment, the credentials belong to another environment, or
    /// base URL, proxy, root certificate, header or user agent are not valid; [`Error::Transport`] if TLS cannot be set up.
    pub fn build(self) -> Result<Client<P>, Error> {
        let environment = self.select_environment()?;
        let base_url = self.select_base_url(&environment)?;
        let (context, settings) = self.into_context(environment)?;
        let connect_timeout = context
            .network
            .options
            .connect_timeout(settings.timeout.duration(settings.recv_window));
        let http = http_client(&context.network, &base_url, connect_timeout)?;
        let api_key = context
            .credentials
            .as_ref()
            .map(api_key_header)
            .transpose()?;
        if let Some(window) = settings.recv_window {
            trace::warn_recv_window(window, P::RECV_WINDOW);
        }
        Ok(Client::from_sender(Sender {
            context,
            transport: Transport::Http(http),
            base_url: base_url.as_str().trim_end_matches('/').to_owned(),
            api_key,
            timeout: settings.timeout,
            connect_timeout,
            recv_window: settings.recv_window,
            retry: settings.retry,
            when_limited: settings.when_limited,
            clock_sync: Mutex::new(()),
            clock_skew: ClockSkewMonitor::new(),
        }))
    }

    fn select_base_url(&self, environment: &Environment) -> Result<Url, InvalidRequest> {
        let text = self.base_url.as_deref().map(Cow::Borrowed);
        let text = text
            .or_else(|| environment.rest_url::<P>())
            .ok_or_else(|| InvalidRequest::Environment {
                product: P::ID,
                environment: environment.name().to_owned(),
            })?;
        let invalid = |problem| InvalidRequest::BaseUrl { problem };
        let url = Url::parse(&text).map_err(|_| invalid("is not a URL, such as `https://host`"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(invalid("does not begin with `http://` or `https://`"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(invalid("contains a `?` or a `#`"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(invalid(
                "contains a user or a password, which the exchange does not use",
            ));
        }
        Ok(url)
    }
}

fn http_client(
    network: &Network,
    base_url: &Url,
    connect_timeout: Option<Duration>,
) -> Result<Http, Error> {
    let options = &network.options;
    let user_agent = options.user_agent.as_deref().unwrap_or(USER_AGENT);
    let user_agent = HeaderValue::from_str(user_agent).map_err(|_| InvalidRequest::UserAgent)?;
    let mut builder = reqwest::Client::builder()
        // A redirect would send the API key to another host.
        .redirect(Policy::none())
        // Only the client's own policy decides about retries.
        .retry(retry::never())
        .referer(false)
        .default_headers(headers::parse(&options.headers)?)
        .user_agent(user_agent)
        .local_address(options.local_address)
        .dns_resolver(Resolver)
        .tcp_nodelay(true);
    if let Some(timeout) = connect_timeout {
        builder = builder.connect_timeout(timeout);
    }
    let proxy = proxy::select(&options.proxy, base_url)?;
    builder = match &options.proxy {
        ProxyOption::Url(url) => {
            let url = proxy::parse(url)?;
            builder.proxy(Proxy::all(url).map_err(|_| proxy::INVALID)?)
        }
        // The HTTP client reads the same variables.
        ProxyOption::Environment if proxy.is_some() => builder,
        ProxyOption::Environment | ProxyOption::None => builder.no_proxy(),
    };
    let client = builder
        .tls_backend_preconfigured(tls_config(&network.tls, base_url, proxy.as_ref())?)
        .build()
        .map_err(|error| setup_error(error.without_url()))?;
    Ok(Http {
        client,
        max_response_size: options.max_response_size,
        route: Route {
            exchange: host_and_port(base_url),
            proxy: proxy.map(|proxy| proxy.host),
        },
    })
}

fn tls_config(
    tls: &Tls,
    base_url: &Url,
    proxy: Option<&SelectedProxy>,
) -> Result<rustls::ClientConfig, Error> {
    if base_url.scheme() == "https" || proxy.is_some_and(|proxy| proxy.uses_tls) {
        tls.config()
    } else {
        Tls::unused()
    }
}

/// Returns the API key as a header value that `Debug` does not print.
fn api_key_header(credentials: &Credentials) -> Result<HeaderValue, Error> {
    let key = credentials.api_key().as_str();
    let mut header = HeaderValue::from_str(key).map_err(setup_error)?;
    header.set_sensitive(true);
    Ok(header)
}
