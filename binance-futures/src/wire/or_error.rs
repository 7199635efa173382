//! Items of an answer of which each may have been refused on its own.

use std::marker::PhantomData;

use serde::de::Deserializer;
use serde::ser::{Serialize, Serializer};

use super::path::read_within;
use super::{Wire, read_raw};
use crate::values::Rejection;

/// A value, or the exchange's refusal of the one thing asked for: what stands for it is then `{"code": …, "msg": …}`.
#[derive(Debug)]
pub struct OrError<A>(PhantomData<A>);

impl<A: Wire<T>, T> Wire<Result<T, Rejection>> for OrError<A> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Result<T, Rejection>, D::Error> {
        let json = read_raw(deserializer)?;
        match read_within::<T, A, D::Error>(&json) {
            Ok(value) => Ok(Ok(value)),
            Err(error) => read_refusal(&json).map(Err).ok_or(error),
        }
    }

    fn write<S: Serializer>(
        value: &Result<T, Rejection>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match value {
            Ok(value) => A::write(value, serializer),
            Err(refusal) => refusal.serialize(serializer),
        }
    }
}

/// A refusal has a negative code; answers about success have the same members and a positive one.
fn read_refusal(json: &str) -> Option<Rejection> {
    serde_json::from_str(json)
        .ok()
        .filter(|refusal: &Rejection| refusal.code < 0)
}
