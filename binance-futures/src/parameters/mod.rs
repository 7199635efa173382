//! Writing a request's parameters: what they are stands in the request, how they are written is the writer's.
//!
//! Three writers come with the crate: [`QueryWriter`] for REST, [`JsonWriter`] for the websocket API and, with every value as text, for batches.

mod decimal;
mod json;
mod query;
mod values;

use std::fmt;

use rust_decimal::Decimal;

pub use json::JsonWriter;
pub use query::QueryWriter;

use crate::request::Request;
use json::{ItemList, RequestList};

/// What parameters are written to, in the request's order.
pub trait Parameters: Sized {
    /// Writes a text.
    fn text(&mut self, name: &str, value: &str);

    /// Writes an integer.
    fn signed(&mut self, name: &str, value: i64);

    /// Writes an integer that is not negative.
    fn unsigned(&mut self, name: &str, value: u64);

    /// Writes a decimal with all its digits.
    fn decimal(&mut self, name: &str, value: Decimal);

    /// Writes `true` or `false`.
    fn flag(&mut self, name: &str, value: bool);

    /// Writes a value that is JSON itself; what it displays is that JSON.
    fn json(&mut self, name: &str, value: &dyn fmt::Display);

    /// Writes a value in its own form; nothing where it is `None`.
    fn put<P: Parameter + ?Sized>(&mut self, name: &str, value: &P) {
        value.put(name, self);
    }

    /// Writes a value as text, whatever its own form.
    fn put_text<P: Parameter + ?Sized>(&mut self, name: &str, value: &P) {
        value.put_text(name, self);
    }

    /// Writes values as a JSON list, each in its own form.
    fn put_json<P: Parameter>(&mut self, name: &str, items: &[P]) {
        self.json(name, &ItemList(items));
    }

    /// Writes the one parameter that was chosen of several.
    fn put_choice<C: Choice>(&mut self, choice: &C) {
        choice.write(self);
    }

    /// Writes requests as a JSON list of objects in which every value is text.
    fn put_requests<R: Request>(&mut self, name: &str, requests: &[R]) {
        self.json(name, &RequestList(requests));
    }
}

/// A value that can be a parameter.
#[diagnostic::on_unimplemented(message = "`{Self}` cannot be a parameter")]
pub trait Parameter {
    /// The texts of the values its type lists; empty where it lists none.
    const VARIANTS: &'static [&'static str] = &[];

    /// Writes itself in its own form.
    fn put<W: Parameters>(&self, name: &str, to: &mut W);

    /// Writes itself as text.
    fn put_text<W: Parameters>(&self, name: &str, to: &mut W);
}

/// One of several parameters of which the exchange wants exactly one.
pub trait Choice {
    /// Writes the one.
    fn write<W: Parameters>(&self, to: &mut W);
}
