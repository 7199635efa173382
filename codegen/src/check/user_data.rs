//! URLs of user data.

use crate::{
    problem::Problems,
    spec::{Product, Spec, Text},
    suggest::did_you_mean,
};

/// The placeholder of the listen key.
pub(crate) const LISTEN_KEY: &str = "<listenKey>";

/// The placeholder of the names of all user events.
pub(crate) const EVENTS: &str = "<events>";

/// The URL of user data contains the listen key, and is in a URL group of the product.
pub(super) fn urls(spec: &Spec, problems: &mut Problems) {
    for product in &spec.products {
        if let Some(url) = &product.user_data {
            placeholders(url, problems);
            group(product, url, problems);
        }
    }
}

fn placeholders(url: &Text, problems: &mut Problems) {
    let mut wrong = |what: String, hint: &str| problems.add(url.place, what, hint);
    match url.value.matches(LISTEN_KEY).count() {
        1 => {}
        0 => wrong(
            format!("`{}` does not contain the listen key", url.value),
            "write `<listenKey>` in its place",
        ),
        _ => wrong(
            format!("`{}` contains the listen key more than once", url.value),
            "write `<listenKey>` once",
        ),
    }
    let rest = url.value.replace(LISTEN_KEY, "").replacen(EVENTS, "", 1);
    if rest.contains(['<', '>']) {
        wrong(
            format!("`{}` has other placeholders", url.value),
            "write `<listenKey>`, and `<events>` at most once",
        );
    }
    if let (Some(events), Some(key)) = (url.value.find(EVENTS), url.value.find(LISTEN_KEY))
        && events < key
    {
        wrong(
            format!("`{}` has the events before the listen key", url.value),
            "write `<events>` after `<listenKey>`",
        );
    }
}

fn group(product: &Product, url: &Text, problems: &mut Problems) {
    let Some(path) = url.value.strip_prefix('/') else {
        let what = format!("`{}` is not a path", url.value);
        return problems.add(url.place, what, "begin it with `/`");
    };
    let first = path.split(['/', '?']).next().unwrap_or_default();
    if !product.groups.is_empty() && first_group(product).is_none() {
        let groups = || product.groups.iter().map(|group| group.value.as_str());
        let hint = did_you_mean(first, groups(), || {
            let groups: Vec<_> = groups().collect();
            format!("the groups are {}", groups.join(", "))
        });
        let what = format!("`{first}` is not a URL group of `{}`", product.id);
        problems.add(url.place, what, hint);
    }
}

/// The URL group that the URL of user data begins with.
pub(crate) fn first_group(product: &Product) -> Option<&str> {
    let path = product.user_data.as_ref()?.value.strip_prefix('/')?;
    let first = path.split(['/', '?']).next()?;
    let mut groups = product.groups.iter();
    let group = groups.find(|group| group.value == first)?;
    Some(&group.value)
}
