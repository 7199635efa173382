//! Selection of the proxy.

use std::env;
use std::net::IpAddr;

use http::Uri;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use reqwest::{ClientBuilder, Proxy, Url};

use crate::client::ProxyOption;
use crate::error::InvalidRequest;

/// The proxy that requests are sent through.
pub(super) struct SelectedProxy {
    /// Host and port.
    pub(super) host: String,
    /// Whether the connection to the proxy itself uses TLS.
    pub(super) uses_tls: bool,
}

/// Configures the HTTP client, and returns the proxy that it will use.
pub(super) fn apply(
    option: &ProxyOption,
    exchange: &Url,
    client: ClientBuilder,
) -> Result<(ClientBuilder, Option<SelectedProxy>), InvalidRequest> {
    match option {
        ProxyOption::Url(url) => {
            let url = parse(url)?;
            let matcher = Matcher::builder().all(url.as_str()).build();
            // The HTTP client would silently skip a proxy that it does not understand.
            let selected = select(&matcher, exchange).ok_or(INVALID)?;
            let proxy = Proxy::all(url).map_err(|_| INVALID)?;
            Ok((client.proxy(proxy), Some(selected)))
        }
        // The HTTP client uses the same matcher by default.
        ProxyOption::Environment if !is_loopback(exchange) => {
            let selected = select(&Matcher::from_system(), exchange);
            if selected.is_none() && is_set_in_environment(exchange) {
                return Err(INVALID_IN_ENVIRONMENT);
            }
            Ok((client, selected))
        }
        ProxyOption::Environment | ProxyOption::None => Ok((client.no_proxy(), None)),
    }
}

const INVALID: InvalidRequest = InvalidRequest::Proxy {
    problem: "is not a URL, such as `http://user:password@host:port`; special characters in it are percent-encoded, such as `%40`",
};

const INVALID_IN_ENVIRONMENT: InvalidRequest = InvalidRequest::Proxy {
    problem: "in the environment variable `HTTPS_PROXY`, `HTTP_PROXY` or `ALL_PROXY` is not valid: correct it, or use `no_proxy`",
};

/// Returns whether the environment variables name a proxy for the exchange, valid or not. In CGI programs they are ignored, because
/// `HTTP_PROXY` may be a request header there.
fn is_set_in_environment(exchange: &Url) -> bool {
    let first = |names: [&str; 2]| names.iter().find_map(|name| env::var(name).ok());
    let scheme_variables = match exchange.scheme() {
        "https" => ["HTTPS_PROXY", "https_proxy"],
        _ => ["HTTP_PROXY", "http_proxy"],
    };
    let is_set = [scheme_variables, ["ALL_PROXY", "all_proxy"]]
        .into_iter()
        .filter_map(first)
        .any(|url| !url.is_empty());
    let exceptions = first(["NO_PROXY", "no_proxy"]).unwrap_or_default();
    let any = Matcher::builder().all("http://any").no(exceptions).build();
    is_set && env::var_os("REQUEST_METHOD").is_none() && select(&any, exchange).is_some()
}

fn parse(text: &str) -> Result<Url, InvalidRequest> {
    let invalid = |problem| InvalidRequest::Proxy { problem };
    let Some((scheme, rest)) = text.split_once("://") else {
        return Err(invalid(
            "has no scheme: it must begin with `http://`, `https://`, `socks5://` or `socks5h://`",
        ));
    };
    let scheme = scheme.to_ascii_lowercase();
    let is_socks = matches!(&*scheme, "socks5" | "socks5h");
    if !is_socks && !matches!(&*scheme, "http" | "https") {
        return Err(invalid(
            "has an unsupported scheme: use `http://`, `https://`, `socks5://` or `socks5h://`",
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

fn select(matcher: &Matcher, exchange: &Url) -> Option<SelectedProxy> {
    let exchange: Uri = exchange.as_str().parse().ok()?;
    let found: Intercept = matcher.intercept(&exchange)?;
    Some(SelectedProxy {
        host: found.uri().authority()?.to_string(),
        uses_tls: found.uri().scheme_str() == Some("https"),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_addresses_of_both_families_are_recognized() {
        for (url, expected) in [
            ("http://127.0.0.1:8080", true),
            ("http://127.8.9.10", true),
            ("http://localhost:8080/x", true),
            ("http://[::1]", true),
            ("https://[::1]:8443/x", true),
            ("http://[::2]", false),
            ("http://[::ffff:10.0.0.1]", false),
            ("http://10.0.0.1", false),
            ("http://localhost.example.com", false),
            ("http://127.0.0.1.example.com", false),
            ("https://fapi.binance.com", false),
        ] {
            let parsed = Url::parse(url);
            assert_eq!(parsed.is_ok_and(|url| is_loopback(&url)), expected, "{url}");
        }
    }
}
