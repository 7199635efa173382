//! Encoding of request parameters. A request lists its parameters; a writer encodes them.
//!
//! The crate has two writers: [`QueryWriter`] for REST, and [`JsonWriter`] for the websocket API. A [`JsonWriter`] that writes every
//! value as text encodes the items of batch requests.

mod decimal;
mod empty;
mod json;
mod query;
mod rule;
#[cfg(test)]
#[cfg(feature = "usdm")]
mod tests;
mod values;

use std::fmt;

use rust_decimal::Decimal;

pub use json::JsonWriter;
pub use query::QueryWriter;
pub use rule::Rule;

use json::{ItemList, SetList};

/// A writer of parameters, which are written in the order of the request.
pub trait Parameters: Sized {
    /// Writes text.
    fn text(&mut self, name: &str, value: &str);

    /// Writes an integer.
    fn signed(&mut self, name: &str, value: i64);

    /// Writes an integer that is not negative.
    fn unsigned(&mut self, name: &str, value: u64);

    /// Writes a decimal with all its digits.
    fn decimal(&mut self, name: &str, value: Decimal);

    /// Writes `true` or `false`.
    fn flag(&mut self, name: &str, value: bool);

    /// Writes a value that displays as JSON.
    fn json(&mut self, name: &str, value: &dyn fmt::Display);

    /// Writes a value in its usual form. Writes nothing for `None`.
    fn put<P: Parameter + ?Sized>(&mut self, name: &str, value: &P) {
        value.put(name, self);
    }

    /// Writes a value as text, whatever its usual form.
    fn put_text<P: Parameter + ?Sized>(&mut self, name: &str, value: &P) {
        value.put_text(name, self);
    }

    /// Writes values as a JSON array, each in its usual form.
    fn put_json<P: Parameter>(&mut self, name: &str, items: &[P]) {
        self.json(name, &ItemList(items));
    }

    /// Writes the chosen one of several parameters.
    fn put_choice<C: Choice>(&mut self, choice: &C) {
        choice.write(self);
    }

    /// Writes requests as a JSON array of objects in which every value is text.
    fn put_requests<R: ParameterSet>(&mut self, name: &str, requests: &[R]) {
        self.json(name, &SetList(requests));
    }
}

/// A type of parameter values.
#[diagnostic::on_unimplemented(message = "`{Self}` cannot be a parameter")]
pub trait Parameter {
    /// The texts of all listed values. Empty if the type is not an enum.
    const VARIANTS: &'static [&'static str] = &[];

    /// Writes the value in its usual form.
    fn put<W: Parameters>(&self, name: &str, to: &mut W);

    /// Writes the value as text.
    fn put_text<W: Parameters>(&self, name: &str, to: &mut W);
}

/// The parameters of a request, and what the exchange documents about their values.
pub trait ParameterSet {
    /// The product and name of the request, such as `usdm::Depth`.
    const NAME: &'static str;

    /// The documented rules of parameter values, by the exchange's parameter names.
    const RULES: &'static [(&'static str, Rule)] = &[];

    /// Writes the parameters in the exchange's order, without timestamp, receive window and signature.
    fn write<W: Parameters>(&self, to: &mut W);
}

/// Parameters of which exactly one is sent.
pub trait Choice {
    /// Writes the chosen parameter.
    fn write<W: Parameters>(&self, to: &mut W);
}

/// Implements `From` all integers for a choice whose only number is a decimal.
macro_rules! choice_from_integers {
    ($name:ident, $variant:ident) => {
        $crate::parameters::choice_from_integers!(@each $name $variant
            i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize);
    };
    (@each $name:ident $variant:ident $($integer:ident)+) => {
        $(impl From<$integer> for $name {
            fn from(value: $integer) -> Self {
                Self::$variant(Decimal::from(value))
            }
        })+
    };
}
pub(crate) use choice_from_integers;
