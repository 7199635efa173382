//! Positions of events: the fields that they name.

use super::Scope;
use crate::{
    problem::Problems,
    spec::{Base, Field, PositionFields, Shape, Text, Type, types},
    suggest::did_you_mean,
};

/// A position consists of fields of the event: text that tells sequences apart, and numbers.
pub(super) fn position(
    scope: &Scope<'_>,
    event: &Type,
    position: &PositionFields,
    problems: &mut Problems,
) {
    // Events without numbers are identified by all their fields, of any type.
    let any_type = position.within.is_some();
    for name in &position.key {
        if let Some((scope, field)) = field(scope, event, name, problems)
            && !any_type
            && !is_key(&scope, &field.ty)
        {
            let what = format!(
                "`{}` has the type {}, which is not text",
                name.value, field.ty
            );
            let hint = "name a field that is a Symbol, another text, or an enum of texts";
            problems.add(name.place, what, hint);
        }
    }
    let period = position.period.as_ref();
    if let Some((_, closed)) = period
        && let Some((_, field)) = field(scope, event, closed, problems)
        && !matches!(&field.ty.base, Base::Name(name) if name == "bool")
    {
        let what = format!("`{}` has the type {}, not bool", closed.value, field.ty);
        problems.add(closed.place, what, "name a field that is a bool");
    }
    let start = period.map(|(start, _)| start);
    let numbers = [&position.first, &position.previous].into_iter().flatten();
    let numbers = numbers.chain(start);
    for name in numbers.chain([&position.last]) {
        // The number of the event before it may be missing, in the first event.
        let may_be_missing = position.previous.as_ref() == Some(name);
        if let Some((scope, field)) = field(scope, event, name, problems)
            && !is_position(&scope, &field.ty, may_be_missing)
        {
            let what = format!(
                "`{}` has the type {}, which is not a position",
                name.value, field.ty
            );
            problems.add(
                name.place,
                what,
                "name a field that is a u64 or a Timestamp",
            );
        }
    }
}

/// The field that a path leads to, with the scope of its type.
pub(super) fn field<'a>(
    scope: &Scope<'a>,
    event: &Type,
    path: &Text,
    problems: &mut Problems,
) -> Option<(Scope<'a>, &'a Field)> {
    let (what, hint) = match walk(scope, event, &path.value) {
        Ok(found) => return found.last().copied(),
        Err(PathProblem::Unknown) => return None,
        Err(PathProblem::NoSuchField {
            parent,
            name,
            names,
        }) => {
            let parent =
                parent.map_or_else(|| "the event".to_owned(), |parent| format!("`{parent}`"));
            let hint = did_you_mean(name, names.iter().map(String::as_str), || {
                "name a field of the event by its name on the wire".to_owned()
            });
            (format!("{parent} has no field `{name}`"), hint)
        }
        Err(PathProblem::NotARecord { parent, ty }) => (
            format!("`{parent}` has the type {ty}, which is not a record"),
            "write a dot only after a field that is a record".to_owned(),
        ),
        Err(PathProblem::MayBeAbsent { parent }) => (
            format!("`{parent}` may be absent, and its fields with it"),
            "name a field of a record that every event has".to_owned(),
        ),
    };
    problems.add(path.place, what, hint);
    None
}

/// Why a path leads to no field.
pub(crate) enum PathProblem<'p> {
    /// A type on the path is unknown, which is reported elsewhere.
    Unknown,
    /// The event, or the record at `parent`, has no field of that name.
    NoSuchField {
        parent: Option<&'p str>,
        name: &'p str,
        names: Vec<String>,
    },
    /// The path goes on after a field that is not a record.
    NotARecord { parent: &'p str, ty: String },
    /// The path goes on after a record that not all events have.
    MayBeAbsent { parent: &'p str },
}

/// The fields on a path of names with dots between them, such as `k` and `i` of `k.i`, each with the scope of its type.
pub(crate) fn walk<'a, 'p>(
    scope: &Scope<'a>,
    event: &Type,
    path: &'p str,
) -> Result<Vec<(Scope<'a>, &'a Field)>, PathProblem<'p>> {
    let (mut scope, mut fields) = event_fields(scope, event).ok_or(PathProblem::Unknown)?;
    let mut found: Vec<(Scope<'a>, &'a Field)> = Vec::new();
    let (mut parent, mut end) = (None, 0);
    for name in path.split('.') {
        if let (Some((_, record)), Some(parent)) = (found.last(), parent) {
            (scope, fields) = scope.fields(&record.ty).ok_or(PathProblem::Unknown)?;
            if fields.is_empty() {
                let ty = record.ty.to_string();
                return Err(PathProblem::NotARecord { parent, ty });
            }
            if record.optional || !record.ty.empties.is_empty() {
                return Err(PathProblem::MayBeAbsent { parent });
            }
        }
        let field = fields.iter().find(|field| field.wire.value == name);
        let field = field.ok_or_else(|| PathProblem::NoSuchField {
            parent,
            name,
            names: fields
                .iter()
                .map(|field| field.wire.value.clone())
                .collect(),
        })?;
        found.push((scope, field));
        end += name.len();
        parent = path.get(..end);
        end += 1;
    }
    Ok(found)
}

fn is_key(scope: &Scope<'_>, ty: &Type) -> bool {
    match &ty.base {
        Base::Name(name) => match scope.resolve(name).map(|found| found.def) {
            Some(def) => {
                def.broken
                    || ty.empties.is_empty()
                        && matches!(def.shape, Shape::Enum { numbers: false, .. })
            }
            // An unknown type is reported elsewhere.
            None => !types::is_scalar(name) || ty.empties.is_empty() && types::is_text(name),
        },
        Base::Broken => true,
        _ => false,
    }
}

fn is_position(scope: &Scope<'_>, ty: &Type, may_be_missing: bool) -> bool {
    match &ty.base {
        Base::Name(name) if types::is_scalar(name) => {
            (may_be_missing || ty.empties.is_empty())
                && matches!(name.as_str(), "u64" | "Timestamp")
        }
        // An unknown type is reported elsewhere.
        Base::Name(name) => scope.resolve(name).is_none(),
        Base::Broken => true,
        _ => false,
    }
}

/// The fields of an event, or of each event of a list.
pub(crate) fn event_fields<'a>(
    scope: &Scope<'a>,
    event: &Type,
) -> Option<(Scope<'a>, &'a [Field])> {
    match &event.base {
        Base::List(item) | Base::OneOrMany(item) => event_fields(scope, item),
        _ => scope.fields(event),
    }
}
