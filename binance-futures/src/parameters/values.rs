//! The types of parameter values.

use std::fmt::{self, Write};

use arrayvec::ArrayString;
use rust_decimal::Decimal;

use super::{Parameter, Parameters};
use crate::values::{Asset, ClientOrderId, ListenKey, Pair, Symbol, Timestamp};

/// Room for any number: a decimal has at most 28 digits, a sign, a decimal point and a leading zero.
const MAX_NUMBER_LENGTH: usize = 40;

fn put_displayed<W: Parameters>(name: &str, value: impl fmt::Display, to: &mut W) {
    let mut text = ArrayString::<MAX_NUMBER_LENGTH>::new();
    let _ = write!(text, "{value}");
    to.text(name, &text);
}

macro_rules! number {
    ($($name:ty => $write:ident),+ $(,)?) => {$(
        impl Parameter for $name {
            fn put<W: Parameters>(&self, name: &str, to: &mut W) {
                to.$write(name, (*self).into());
            }

            fn put_text<W: Parameters>(&self, name: &str, to: &mut W) {
                put_displayed(name, self, to);
            }
        }
    )+};
}

number! {
    u8 => unsigned, u16 => unsigned, u32 => unsigned, u64 => unsigned, i32 => signed, i64 => signed, bool => flag,
}

impl Parameter for Decimal {
    fn put<W: Parameters>(&self, name: &str, to: &mut W) {
        to.decimal(name, *self);
    }

    fn put_text<W: Parameters>(&self, name: &str, to: &mut W) {
        put_displayed(name, self, to);
    }
}

impl Parameter for Timestamp {
    fn put<W: Parameters>(&self, name: &str, to: &mut W) {
        to.signed(name, self.as_millis());
    }

    fn put_text<W: Parameters>(&self, name: &str, to: &mut W) {
        put_displayed(name, self, to);
    }
}

macro_rules! text {
    ($($name:ty),+ $(,)?) => {$(
        impl Parameter for $name {
            fn put<W: Parameters>(&self, name: &str, to: &mut W) {
                to.text(name, self.as_ref());
            }

            fn put_text<W: Parameters>(&self, name: &str, to: &mut W) {
                to.text(name, self.as_ref());
            }
        }
    )+};
}

text!(str, String, Asset, ClientOrderId, ListenKey, Pair, Symbol);

impl<P: Parameter> Parameter for Option<P> {
    const VARIANTS: &'static [&'static str] = P::VARIANTS;

    fn put<W: Parameters>(&self, name: &str, to: &mut W) {
        if let Some(value) = self {
            value.put(name, to);
        }
    }

    fn put_text<W: Parameters>(&self, name: &str, to: &mut W) {
        if let Some(value) = self {
            value.put_text(name, to);
        }
    }
}
