//! Sentences end with a full stop, and pages are links.

use super::{definitions, items};
use crate::{
    problem::Problems,
    spec::{Spec, Text},
};

/// Sentences end with a full stop, and `docs` is a URL.
pub(super) fn sentences(spec: &Spec, problems: &mut Problems) {
    for product in &spec.products {
        for file in items(product) {
            let head = file.head();
            if let Some(about) = &head.about {
                ends(about, problems);
            }
            if let Some(docs) = &head.docs
                && !docs.value.starts_with("https://")
            {
                let what = format!("`{}` is not a link", docs.value);
                problems.add(docs.place, what, "links begin with https://");
            }
        }
    }
    for (_, def) in definitions(spec) {
        if let Some(about) = &def.about {
            ends(about, problems);
        }
    }
}

fn ends(about: &Text, problems: &mut Problems) {
    if !about.value.ends_with(['.', '?', '!']) {
        problems.add(
            about.place,
            "`about` is not a sentence",
            "end it with a full stop",
        );
    }
}
