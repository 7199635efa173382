//! Selection of the proxy.

use std::env;
use std::net::IpAddr;

use http::{HeaderValue, Uri};
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use url::Url;

use super::ProxyOption;
use crate::error::InvalidRequest;

/// The proxy that a host is reached through.
#[cfg_attr(
    not(feature = "ws"),
    allow(dead_code, reason = "the HTTP client connects to the proxy itself")
)]
#[derive(Clone)]
pub(crate) struct SelectedProxy {
    /// Scheme, host and port.
    pub(crate) uri: Uri,
    /// Host and port.
    pub(crate) host: String,
    /// Whether the connection to the proxy itself uses TLS.
    pub(crate) uses_tls: bool,
    /// User and password as a header, for HTTP proxies.
    pub(crate) basic_auth: Option<HeaderValue>,
    /// User and password, for SOCKS proxies.
    pub(crate) raw_auth: Option<(String, String)>,
}

/// Returns the proxy that a host is reached through. Returns `None` if there is none.
pub(crate) fn select(
    option: &ProxyOption,
    exchange: &Url,
) -> Result<Option<SelectedProxy>, InvalidRequest> {
    match option {
        ProxyOption::Url(url) => {
            let matcher = Matcher::builder().all(parse(url)?.as_str()).build();
            // A proxy that the matcher does not understand would be skipped silently.
            let selected = intercept(&matcher, exchange).ok_or(INVALID)?;
            Ok(Some(selected))
        }
        ProxyOption::Environment if !is_loopback(exchange) => {
            let selected = intercept(&Matcher::from_system(), exchange);
            if selected.is_none() && is_set_in_environment(exchange) {
                return Err(INVALID_IN_ENVIRONMENT);
            }
            Ok(selected)
        }
        ProxyOption::Environment | ProxyOption::None => Ok(None),
    }
}

pub(crate) const INVALID: InvalidRequest = InvalidRequest::Proxy {
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
    is_set && env::var_os("REQUEST_METHOD").is_none() && intercept(&any, exchange).is_some()
}

/// Parses the URL of a proxy.
pub(crate) fn parse(text: &str) -> Result<Url, InvalidRequest> {
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

fn intercept(matcher: &Matcher, exchange: &Url) -> Option<SelectedProxy> {
    let exchange: Uri = exchange.as_str().parse().ok()?;
    let found: Intercept = matcher.intercept(&exchange)?;
    let raw_auth = found.raw_auth();
    Some(SelectedProxy {
        uri: found.uri().clone(),
        host: found.uri().authority()?.to_string(),
        uses_tls: found.uri().scheme_str() == Some("https"),
        basic_auth: found.basic_auth().cloned(),
        raw_auth: raw_auth.map(|(user, password)| (user.to_owned(), password.to_owned())),
    })
}

/// Returns whether a host is this machine. Proxies of the environment are not used for it.
pub(crate) fn is_loopback(url: &Url) -> bool {
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
