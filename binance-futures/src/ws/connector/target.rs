//! URLs of connections.

use std::fmt;

use url::Url;

use crate::topic::TopicUrl;

/// How the frames of a connection name their stream.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Layout {
    /// Frames name their stream: `{"stream":"btcusdt@aggTrade","data":{…}}`. The URL ends with `/stream`.
    #[default]
    Combined,
    /// Frames are the events alone. The URL ends with `/ws`.
    Raw,
}

/// What a connection is opened to: a part of the streams of a product.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Target {
    /// The URL group. `None` if the product has none.
    pub(crate) group: Option<&'static str>,
    pub(crate) layout: Layout,
    /// The URL of a topic that is subscribed to by opening the connection.
    pub(crate) topic: Option<TopicUrl>,
}

impl Target {
    /// Returns the URL, below the base URL.
    pub(crate) fn url(&self, base: &Url) -> Url {
        let mut url = base.clone();
        let mut path = base.path().trim_end_matches('/').to_owned();
        if let Some(topic) = &self.topic {
            let topic = topic.path_and_query();
            let (topic, query) = match topic.split_once('?') {
                Some((topic, query)) => (topic, Some(query)),
                None => (topic.as_str(), None),
            };
            path.push_str(topic);
            url.set_path(&path);
            url.set_query(query);
            return url;
        }
        if let Some(group) = self.group {
            path.push('/');
            path.push_str(group);
        }
        path.push_str(match self.layout {
            Layout::Combined => "/stream",
            Layout::Raw => "/ws",
        });
        url.set_path(&path);
        url
    }
}

/// Prints the path, without a listen key.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(topic) = &self.topic {
            return topic.fmt(f);
        }
        if let Some(group) = self.group {
            write!(f, "/{group}")?;
        }
        f.write_str(match self.layout {
            Layout::Combined => "/stream",
            Layout::Raw => "/ws",
        })
    }
}

/// Parses a base URL. Returns what is wrong with it if it is not valid.
pub(super) fn parse_base(text: &str) -> Result<Url, &'static str> {
    let url = Url::parse(text).map_err(|_| "is not a URL, such as `wss://host`")?;
    if !matches!(url.scheme(), "ws" | "wss") {
        return Err("does not begin with `wss://` or `ws://`");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("contains a `?` or a `#`");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("contains a user or a password, which the exchange does not use");
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn url_has_group_and_layout_below_the_base() {
        for (base, group, layout, expected) in [
            (
                "wss://fstream.binance.com",
                Some("market"),
                Layout::Combined,
                "wss://fstream.binance.com/market/stream",
            ),
            (
                "wss://fstream.binance.com/",
                Some("public"),
                Layout::Raw,
                "wss://fstream.binance.com/public/ws",
            ),
            (
                "ws://127.0.0.1:8080/gateway/",
                None,
                Layout::Combined,
                "ws://127.0.0.1:8080/gateway/stream",
            ),
        ] {
            let target = Target {
                group,
                layout,
                topic: None,
            };
            let url = target.url(&parse_base(base).unwrap());
            assert_eq!(url.as_str(), expected);
            assert!(expected.ends_with(&target.to_string()));
        }
    }

    #[test]
    fn invalid_base_urls_say_what_is_wrong() {
        for (text, problem) in [
            ("fstream.binance.com", "is not a URL"),
            ("https://fstream.binance.com", "does not begin"),
            ("wss://host/?a=1", "contains a `?`"),
            ("wss://user@host", "contains a user"),
            ("", "is not a URL"),
        ] {
            let error = parse_base(text).unwrap_err();
            assert!(error.starts_with(problem), "{text}: {error}");
        }
    }
}
