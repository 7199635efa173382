//! The rules of the spec, one function each. All of them run, and each reports all problems.

mod amounts;
mod constructors;
mod errors;
mod examples;
mod history;
mod integers;
pub(crate) mod lookups;
mod messages;
mod names;
mod own_products;
mod parameters;
pub(crate) mod positions;
mod products;
mod references;
mod remedies;
mod samples;
mod scope;
mod sentences;
mod topics;
mod types;
pub(crate) mod user_data;
mod user_events;
mod weights;

use crate::{problem::Problems, spec::Spec};

pub(crate) use scope::{Scope, SpecItem, definitions, items};

/// Checks everything.
pub fn all(spec: &Spec, problems: &mut Problems) {
    names::file_ids(spec, problems);
    names::type_names(spec, problems);
    names::fields(spec, problems);
    names::values(spec, problems);
    types::known(spec, problems);
    types::where_allowed(spec, problems);
    types::no_cycles(spec, problems);
    sentences::sentences(spec, problems);
    amounts::stated(spec, problems);
    amounts::agree(spec, problems);
    history::dates(spec, problems);
    integers::wide(spec, problems);
    parameters::parameters(spec, problems);
    weights::weights(spec, problems);
    references::references(spec, problems);
    lookups::lookups(spec, problems);
    remedies::remedies(spec, problems);
    constructors::constructors(spec, problems);
    examples::examples(spec, problems);
    topics::topics(spec, problems);
    own_products::own_products(spec, problems);
    errors::distinct(spec, problems);
    messages::messages(spec, problems);
    products::products(spec, problems);
    user_data::urls(spec, problems);
    user_events::user_events(spec, problems);
    // Other problems can make a type look unused, or a sample wrong.
    if problems.is_empty() {
        types::all_used(spec, problems);
        samples::fit(spec, problems);
    }
}
