//! Events of the user data stream.

use std::collections::BTreeMap;

use crate::{
    problem::Problems,
    spec::{Base, Shape, Spec, TypeDef},
};

/// Each event is a record of its file with its event type, and event types are distinct.
pub(super) fn user_events(spec: &Spec, problems: &mut Problems) {
    for product in &spec.products {
        let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
        for event in &product.user_events {
            let (ty, path) = (&event.event_type, event.head.path.as_str());
            if let Some(other) = seen.insert(&ty.value, path) {
                let what = format!("{other} has the event type `{}` as well", ty.value);
                problems.add(ty.place, what, "remove one of the two files");
            }
            let payload = &event.event;
            let def = match &payload.base {
                Base::Broken => continue,
                Base::Name(name) => event.head.types.iter().find(|def| def.name.value == *name),
                _ => None,
            };
            let Some(TypeDef {
                shape: Shape::Record(fields),
                broken: false,
                ..
            }) = def
            else {
                if def.is_none_or(|def| !def.broken) {
                    let hint = "write it in place, or name a record under `types:`";
                    problems.add(
                        payload.place,
                        "the event is not a record of this file",
                        hint,
                    );
                }
                continue;
            };
            let constant = fields
                .iter()
                .find(|field| field.wire.value == "e")
                .map(|field| &field.ty.base);
            if constant != Some(&Base::Constant(ty.value.clone())) {
                let what = format!("the field `e` of the event is not `={}`", ty.value);
                problems.add(
                    payload.place,
                    what,
                    format!("write `e: \"={}\"` among its fields", ty.value),
                );
            }
        }
    }
}
