//! Whether requests go through a proxy, and which.

use std::env;
use std::net::IpAddr;

use http::Uri;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use reqwest::{ClientBuilder, Proxy, Url};

use crate::error::InvalidRequest;

/// What was said of proxies.
#[derive(Default)]
pub(super) enum Proxies {
    /// What the environment names, except for addresses of the machine itself.
    #[default]
    OfEnvironment,
    /// None, whatever the environment names.
    None,
    /// The one of this URL.
    ParamMap(String),
}

/// The proxy that requests to an exchange go through.
pub(super) struct Between {
    /// Host and port.
    pub(super) place: String,
    /// Whether it is itself reached by TLS.
    pub(super) is_private: bool,
}

impl Proxies {
    /// Has the HTTP client take the way that was said, and tells what stands on it.
    pub(super) fn apply(
        &self,
        exchange: &Url,
        client: ClientBuilder,
    ) -> Result<(ClientBuilder, Option<Between>), InvalidRequest> {
        match self {
            Self::ParamMap(url) => {
                let url = read(url)?;
                let proxies = Matcher::builder().all(url.as_str()).build();
                // The HTTP client would go straight to the exchange where it cannot make sense of a proxy.
                let between = between(&proxies, exchange).ok_or(INVALID)?;
                let proxy = Proxy::all(url).map_err(|_| INVALID)?;
                Ok((client.proxy(proxy), Some(between)))
            }
            // The very same that the HTTP client asks by default.
            Self::OfEnvironment if !is_loopback(exchange) => {
                let between = between(&Matcher::from_system(), exchange);
                if between.is_none() && is_named_by_environment(exchange) {
                    return Err(UNREADABLE);
                }
                Ok((client, between))
            }
            Self::OfEnvironment | Self::None => Ok((client.no_proxy(), None)),
        }
    }
}

const INVALID: InvalidRequest = InvalidRequest::Proxy {
    problem: "is not a URL, such as `http://user:password@host:port`; special characters in it are written as `%40`",
};

const UNREADABLE: InvalidRequest = InvalidRequest::Proxy {
    problem: "that `HTTPS_PROXY`, `HTTP_PROXY` or `ALL_PROXY` in the environment names is not a URL of a proxy: put it right, or say `no_proxy`",
};

/// Whether the environment names a proxy for an exchange, be it one that can be used or not. Programs that a web server starts are not
/// to believe it: `HTTP_PROXY` may be a header of a request.
fn is_named_by_environment(exchange: &Url) -> bool {
    let first = |names: [&str; 2]| names.iter().find_map(|name| env::var(name).ok());
    let of_scheme = match exchange.scheme() {
        "https" => ["HTTPS_PROXY", "https_proxy"],
        _ => ["HTTP_PROXY", "http_proxy"],
    };
    let is_named = [of_scheme, ["ALL_PROXY", "all_proxy"]]
        .into_iter()
        .filter_map(first)
        .any(|url| !url.is_empty());
    let exceptions = first(["NO_PROXY", "no_proxy"]).unwrap_or_default();
    let any = Matcher::builder().all("http://any").no(exceptions).build();
    is_named && env::var_os("REQUEST_METHOD").is_none() && between(&any, exchange).is_some()
}

fn read(text: &str) -> Result<Url, InvalidRequest> {
    let invalid = |problem| InvalidRequest::Proxy { problem };
    let Some((scheme, rest)) = text.split_once("://") else {
        return Err(invalid(
            "has no scheme: it begins with `http://`, `https://`, `socks5://` or `socks5h://`",
        ));
    };
    let scheme = scheme.to_ascii_lowercase();
    let is_socks = matches!(&*scheme, "socks5" | "socks5h");
    if !is_socks && !matches!(&*scheme, "http" | "https") {
        return Err(invalid(
            "has another scheme than `http://`, `https://`, `socks5://` and `socks5h://`",
        ));
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    if host.is_empty() || host.starts_with(':') {
        return Err(invalid("has no host"));
    }
    let mut url = Url::parse(text).map_err(|_| INVALID)?;
    if is_socks && url.port().is_none() {
        url.set_port(Some(1080)).map_err(|()| INVALID)?;
    }
    Ok(url)
}

fn between(proxies: &Matcher, exchange: &Url) -> Option<Between> {
    let exchange: Uri = exchange.as_str().parse().ok()?;
    let found: Intercept = proxies.intercept(&exchange)?;
    Some(Between {
        place: found.uri().authority()?.to_string(),
        is_private: found.uri().scheme_str() == Some("https"),
    })
}

fn is_loopback(url: &Url) -> bool {
    let Some(host) = url.host_str() else {
        return false;
    };
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || address
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}
