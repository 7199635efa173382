//! Proxies and certificates from environment variables. Each test starts this program again with other variables.

use crate::proxies::{
    HEADER_CREDENTIALS, HOST, PLAIN_CREDENTIALS, URL_CREDENTIALS, exchange, only_request, proxy,
};
use crate::support::certificates::Authority;
use crate::support::programs::run_again;
use crate::support::proxy::{Behavior, Proxy};
use crate::support::server::{Reply, Server, json_response};
use crate::support::{PLACED, assert_one_order_arrived, builder, encoded_order};

/// The variables that tell the started program where to send orders, and which root certificate to add.
const BASE: &str = "BINANCE_FUTURES_TEST_BASE";
const CERTIFICATE: &str = "BINANCE_FUTURES_TEST_CERTIFICATE";

/// Sends orders in another process, with these variables and no others for proxies and certificates. Returns what it prints.
async fn send_with(variables: &[(&str, String)]) -> String {
    run_again(
        "proxy_environment::environment_variables_select_the_proxy",
        variables,
    )
    .await
}

/// Sends an order with the proxies of the environment, and one without proxies.
async fn send_and_print(base: String) {
    for with_proxies in [true, false] {
        let certificate = std::env::var(CERTIFICATE).unwrap();
        let mut builder = builder().base_url(&base).root_certificate(certificate);
        if !with_proxies {
            builder = builder.no_proxy();
        }
        match builder.build() {
            Err(error) => println!("no client: {error}"),
            Ok(client) => match client.send(encoded_order()).await {
                Ok(_) => println!("sent"),
                Err(error) => println!("{error}"),
            },
        }
    }
}

#[tokio::test]
async fn environment_variables_select_the_proxy() {
    if let Ok(base) = std::env::var(BASE) {
        return send_and_print(base).await;
    }
    let authority = Authority::new();
    let url = |proxy: &Proxy, scheme| format!("{scheme}://{URL_CREDENTIALS}@{}", proxy.address);
    for (scheme, variable, proxy_scheme) in [
        ("https", "HTTPS_PROXY", "http"),
        ("https", "https_proxy", "http"),
        ("https", "HTTPS_PROXY", "https"),
        ("http", "HTTP_PROXY", "http"),
        ("http", "HTTP_PROXY", "https"),
        ("http", "ALL_PROXY", "socks5h"),
        ("https", "ALL_PROXY", "socks5h"),
    ] {
        let server = exchange(scheme, &authority);
        let behavior = match proxy_scheme {
            "socks5h" => Behavior::Socks {
                with_password: true,
            },
            _ => Behavior::Http,
        };
        let proxy = proxy(proxy_scheme, behavior, &server, &authority).await;
        let variables = [
            (BASE, format!("{scheme}://{HOST}")),
            (CERTIFICATE, authority.pem()),
            (variable, url(&proxy, proxy_scheme)),
        ];
        let printed = send_with(&variables).await;
        assert!(printed.contains("sent"), "{printed}");
        let direct = format!("no connection to the exchange ({HOST}): ");
        assert!(printed.contains(&direct), "{printed}");
        assert_one_order_arrived(&server);
        let credentials = only_request(&proxy).credentials;
        let expected = [HEADER_CREDENTIALS, PLAIN_CREDENTIALS].map(|text| Some(text.to_owned()));
        assert!(expected.contains(&credentials), "{credentials:?}");

        let [base, certificate, variable] = variables;
        let exception = ("NO_PROXY", format!("other.invalid, {HOST}"));
        let printed = send_with(&[base, certificate, variable.clone(), exception]).await;
        assert_eq!(printed.matches(&direct).count(), 2, "{printed}");

        // Loopback addresses are reached without a proxy.
        let local = Server::responding(json_response("200 OK", PLACED));
        let base = (BASE, local.url.clone());
        let printed = send_with(&[base, (CERTIFICATE, authority.pem()), variable]).await;
        assert_eq!(printed.matches("sent").count(), 2, "{printed}");
        assert_eq!(local.received().len(), 2);
        assert_eq!(proxy.requests().len(), 1);
    }
}

#[tokio::test]
async fn invalid_proxy_in_the_environment_is_an_error() {
    let variables = |more: &[(&'static str, &str)]| {
        let own = [
            (BASE, format!("https://{HOST}")),
            (CERTIFICATE, Authority::new().pem()),
        ];
        let more = more.iter().map(|(name, value)| (*name, value.to_string()));
        own.into_iter().chain(more).collect::<Vec<_>>()
    };
    let message = "no client: the proxy URL in the environment variable `HTTPS_PROXY`";
    for url in [
        "htp://s3cr3t@proxy:3128",
        "http://",
        "ftp://proxy",
        "http://pro xy",
    ] {
        for name in ["HTTPS_PROXY", "all_proxy"] {
            let printed = send_with(&variables(&[(name, url)])).await;
            assert_eq!(printed.matches(message).count(), 1, "{printed}");
            assert!(!printed.contains("s3cr3t"));
        }
    }
    // Variables that do not apply to this URL are ignored.
    for ignored in [
        &[("HTTP_PROXY", "htp://proxy")][..],
        &[("HTTPS_PROXY", "")],
        &[("HTTPS_PROXY", "htp://proxy"), ("NO_PROXY", "invalid")],
    ] {
        let printed = send_with(&variables(ignored)).await;
        let direct = format!("no connection to the exchange ({HOST}): ");
        assert_eq!(printed.matches(&direct).count(), 2, "{printed}");
    }
}

#[tokio::test]
async fn refusal_of_a_proxy_from_the_environment_is_reported() {
    let server = exchange("https", &Authority::new());
    let response = b"HTTP/1.1 403 Forbidden\r\n\r\n".to_vec();
    let proxy = Proxy::new(Behavior::Replies(vec![response]), server.address).await;
    let printed = send_with(&[
        (BASE, format!("https://{HOST}")),
        (CERTIFICATE, Authority::new().pem()),
        ("HTTPS_PROXY", format!("http://{}", proxy.address)),
    ])
    .await;
    let message = format!(
        "no connection through the proxy ({HOST} through {}): ",
        proxy.address
    );
    assert!(printed.contains(&message), "{printed}");
}

/// Other systems do not read root certificates from a file.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn system_certificates_stay_trusted_with_extra_ones() {
    let (system, extra) = (Authority::new(), Authority::new());
    let file = std::env::temp_dir().join(format!("trusted-{}.pem", std::process::id()));
    std::fs::write(&file, system.pem()).unwrap();
    let system_file = file.to_str().unwrap();
    for (authority, certificate_file, arrived) in [
        (&system, system_file, 2),
        (&extra, system_file, 2),
        // A container without certificates.
        (&extra, "/dev/null", 2),
        (&system, "/dev/null", 0),
    ] {
        let server = Server::with_tls(authority.server("127.0.0.1"), |_| {
            Reply::Write(json_response("200 OK", PLACED))
        });
        let printed = send_with(&[
            (BASE, server.url.clone()),
            (CERTIFICATE, extra.pem()),
            ("SSL_CERT_FILE", certificate_file.to_owned()),
        ])
        .await;
        assert_eq!(printed.matches("sent").count(), arrived, "{printed}");
        assert_eq!(server.received().len(), arrived);
    }
    std::fs::remove_file(file).unwrap();
}
