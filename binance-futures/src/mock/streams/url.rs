//! The URL of a connection: its product and group, and what it is subscribed to at the beginning.

use std::collections::BTreeSet;

use crate::mock::server::form;

/// The parts of a stream URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::mock) struct StreamUrl {
    /// Product id.
    pub(in crate::mock) product: &'static str,
    /// URL group. `None` on COIN-M.
    pub(in crate::mock) group: Option<&'static str>,
    /// Whether events come with the name of their stream.
    pub(in crate::mock) combined: bool,
    /// Names of streams.
    pub(in crate::mock) names: Vec<String>,
    /// User data streams.
    pub(in crate::mock) users: Vec<UserStream>,
}

/// A user data stream of USDⓈ-M.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::mock) struct UserStream {
    /// Listen key.
    pub(in crate::mock) listen_key: String,
    /// Names of the wanted events. The exchange pushes nothing when there are none.
    pub(in crate::mock) events: BTreeSet<String>,
}

impl StreamUrl {
    /// Parses a path and a query. `None` if the exchange has no such path.
    ///
    /// Both products share one host here: paths with a URL group are those of USDⓈ-M, and the others are those of COIN-M.
    pub(in crate::mock) fn parse(path: &str, query: &[u8]) -> Option<Self> {
        let mut segments = path.strip_prefix('/')?.split('/').peekable();
        let mut groups = ["public", "market", "private"].into_iter();
        let group = groups.find(|group| segments.peek() == Some(group));
        if group.is_some() {
            segments.next();
        }
        let combined = match segments.next()? {
            "stream" => true,
            "ws" => false,
            _ => return None,
        };
        let names = segments.filter(|name| !name.is_empty());
        let names = names.map(|name| form::decode(name.as_bytes()).ok());
        let mut url = Self {
            product: if group.is_some() { "usdm" } else { "coinm" },
            group,
            combined,
            names: names.collect::<Option<_>>()?,
            users: Vec::new(),
        };
        for (name, value) in form::parameters(query).ok()? {
            let values = value.split('/').filter(|value| !value.is_empty());
            match name.as_str() {
                "streams" => url.names.extend(values.map(ToOwned::to_owned)),
                "listenKey" => url.users.push(UserStream {
                    listen_key: value,
                    events: BTreeSet::new(),
                }),
                // Names of events follow the listen key that they belong to.
                "events" => {
                    if let Some(user) = url.users.last_mut() {
                        user.events.extend(values.map(ToOwned::to_owned));
                    }
                }
                _ => {}
            }
        }
        Some(url)
    }
}

#[cfg(test)]
mod tests {
    use super::StreamUrl;

    fn parse(path: &str, query: &str) -> Option<StreamUrl> {
        StreamUrl::parse(path, query.as_bytes())
    }

    #[test]
    fn both_layouts_of_both_products_are_parsed() {
        let url = parse("/public/ws/btcusdt@depth/%E5%B8%81usdt@depth", "").unwrap();
        assert_eq!((url.product, url.group), ("usdm", Some("public")));
        assert_eq!((url.combined, url.names.len()), (false, 2));
        assert_eq!(url.names[1], "币usdt@depth");
        let url = parse("/market/stream", "streams=btcusdt@aggTrade/!ticker@arr").unwrap();
        assert_eq!((url.combined, url.names.len()), (true, 2));
        let url = parse("/ws", "").unwrap();
        assert_eq!((url.product, url.group), ("coinm", None));
        let url = parse("/stream", "streams=btcusd_perp@aggTrade").unwrap();
        assert_eq!(url.names, ["btcusd_perp@aggTrade"]);
        for path in [
            "/",
            "/fapi/v1/time",
            "/public",
            "/other/ws",
            "/ws2",
            "/public/ws/%zz",
        ] {
            assert_eq!(parse(path, ""), None, "{path}");
        }
    }

    #[test]
    fn events_belong_to_the_listen_key_before_them() {
        let query = "listenKey=a&events=X/Y&listenKey=b&events=Z&listenKey=c";
        let url = parse("/private/stream", query).unwrap();
        let users = url.users.iter();
        let users: Vec<_> = users
            .map(|user| (user.listen_key.as_str(), user.events.len()))
            .collect();
        assert_eq!(users, [("a", 2), ("b", 1), ("c", 0)]);
    }
}
