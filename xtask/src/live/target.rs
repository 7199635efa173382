//! Where a command connects to.

use std::borrow::Cow;
use std::net::IpAddr;

use anyhow::{Context, Result, bail};
use binance_futures::{coinm, environment::Environment, request::Product, usdm};

/// Where a command connects to.
#[derive(Debug, Clone, Default)]
pub(crate) enum Target {
    /// A mock exchange that is started for this command.
    #[default]
    Mock,
    /// A running server.
    Environment(Environment),
}

/// Whether a product is USDⓈ-M; otherwise it is COIN-M.
pub(crate) fn is_usdm(product: &str) -> bool {
    product == usdm::Usdm::ID
}

impl Target {
    /// Parses the value of `--env`.
    pub(crate) fn of_environment(name: Option<&String>) -> Result<Self> {
        let name = name.context("--env needs mock, testnet, demo or production")?;
        if name == "mock" {
            return Ok(Self::Mock);
        }
        match name.parse() {
            Ok(environment) => Ok(Self::Environment(environment)),
            Err(unknown) => bail!("{unknown}; for this command, there is also `mock`"),
        }
    }

    /// Takes the value of `--url`.
    pub(crate) fn of_url(url: Option<&String>) -> Result<Self> {
        let url = url.context("--url needs a URL")?;
        Ok(Self::Environment(Environment::mock(url)))
    }

    /// The base URL of a product.
    pub(crate) fn base_url<'a>(&'a self, product: &str) -> Result<Cow<'a, str>> {
        let environment = match self {
            Self::Mock => return Ok("http://127.0.0.1:<port>".into()),
            Self::Environment(environment) => environment,
        };
        let url = if is_usdm(product) {
            environment.rest_url::<usdm::Usdm>()
        } else {
            environment.rest_url::<coinm::CoinM>()
        };
        url.with_context(|| format!("{product} has no {environment} environment"))
    }

    /// Whether an order there may cost real money: in production, and on servers that are not on this machine.
    pub(crate) fn may_cost_money(&self) -> bool {
        match self {
            Self::Mock | Self::Environment(Environment::Testnet | Environment::Demo) => false,
            Self::Environment(Environment::Production) => true,
            Self::Environment(other) => {
                let url = other.rest_url::<usdm::Usdm>().unwrap_or_default();
                !is_on_this_machine(&url)
            }
        }
    }
}

/// Returns whether the host of a URL is this machine.
fn is_on_this_machine(url: &str) -> bool {
    let after_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = after_scheme.split(['/', '?', '#']).next();
    let host_and_port = authority.and_then(|authority| authority.rsplit('@').next());
    let host_and_port = host_and_port.unwrap_or_default();
    // An IPv6 address stands in brackets.
    let host = match host_and_port.strip_prefix('[') {
        Some(rest) => rest.split(']').next(),
        None => host_and_port.split(':').next(),
    };
    let host = host.unwrap_or_default();
    host.eq_ignore_ascii_case("localhost")
        || host
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::{Environment, Target};

    #[test]
    fn only_production_and_remote_servers_may_cost_money() {
        let server = |url: &str| Target::Environment(Environment::mock(url));
        assert!(Target::Environment(Environment::Production).may_cost_money());
        for remote in [
            "https://example.com",
            "https://localhost.example.com",
            "https://127.0.0.1.example.com",
            "https://localhost@example.com",
            "https://example.com/localhost",
            "http://[::2]:9000",
            "http://10.0.0.1",
            "",
        ] {
            assert!(server(remote).may_cost_money(), "{remote}");
        }
        for local in [
            "http://127.0.0.1:9000",
            "http://127.0.0.2",
            "http://localhost:9000/x",
            "https://LOCALHOST",
            "http://[::1]:9000",
            "http://[::1]",
        ] {
            assert!(!server(local).may_cost_money(), "{local}");
        }
        assert!(!Target::Environment(Environment::Testnet).may_cost_money());
        assert!(!Target::Mock.may_cost_money());
    }
}
