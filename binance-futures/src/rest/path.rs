//! Paths.

/// Whether a path is one as it stands: no URL library would change it, and no parameter hides in it.
pub(super) fn is_path(path: &str) -> bool {
    let Some(rest) = path.strip_prefix('/') else {
        return false;
    };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    rest.split('/')
        .all(|part| !part.is_empty() && part != "." && part != ".." && part.bytes().all(plain))
}

#[cfg(test)]
mod tests {
    use super::is_path;

    #[test]
    fn a_path_begins_at_the_root_and_holds_nothing_else() {
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
