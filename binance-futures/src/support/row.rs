//! Records that are encoded as arrays.

use serde::de::{Error, IgnoredAny, SeqAccess};

use crate::wire::{Codec, DecodeSeed};

/// Implements serde for a struct that is encoded as an array of its columns. Additional columns are ignored.
macro_rules! row {
    ($name:ident { $($column:ident: $codec:ty),+ $(,)? }) => {
        impl $crate::json::Decode for $name {
            #[inline]
            fn decode(reader: &mut $crate::json::Reader<'_>) -> Result<Self, $crate::json::Error> {
                let mut row = reader.array(concat!("an array (", stringify!($name), ")"))?;
                let record = Self {
                    $($column: $crate::json::column(
                        &mut row, reader, stringify!($column), <$codec as $crate::wire::Codec<_>>::decode,
                    )?,)+
                };
                $crate::json::end_of_row(row, reader)?;
                Ok(record)
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut row = serializer.serialize_tuple([$(stringify!($column)),+].len())?;
                $(::serde::ser::SerializeTuple::serialize_element(&mut row, &$crate::wire::Encoded::<$codec, _>::new(&self.$column))?;)+
                ::serde::ser::SerializeTuple::end(row)
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Columns;

                impl<'de> ::serde::de::Visitor<'de> for Columns {
                    type Value = $name;

                    fn expecting(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                        write!(f, "an array of {}", [$(stringify!($column)),+].join(", "))
                    }

                    fn visit_seq<A: ::serde::de::SeqAccess<'de>>(self, mut row: A) -> Result<$name, A::Error> {
                        let record = $name {
                            $($column: $crate::support::column::<$codec, _, A>(&mut row, stringify!($column))?,)+
                        };
                        $crate::support::end_of_row(row)?;
                        Ok(record)
                    }
                }

                deserializer.deserialize_seq(Columns)
            }
        }
    };
}
pub(crate) use row;

/// Decodes the next column.
pub(crate) fn column<'de, C: Codec<T>, T, A: SeqAccess<'de>>(
    row: &mut A,
    name: &'static str,
) -> Result<T, A::Error> {
    row.next_element_seed(DecodeSeed::<C, T>::new())?
        .ok_or_else(|| A::Error::custom(format_args!("the array ends before column `{name}`")))
}

/// Skips the columns that this version of the crate does not know.
pub(crate) fn end_of_row<'de, A: SeqAccess<'de>>(mut row: A) -> Result<(), A::Error> {
    while row.next_element::<IgnoredAny>()?.is_some() {}
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde::Serialize;
    use serde::de::DeserializeOwned;

    use crate::decode::{self, DecodeFailure};
    use crate::json::Decode;
    use crate::types::{Decimal, PriceLevel, Timestamp};
    use crate::wire::{EmptyString, List, Or, Plain, Text};

    /// A row whose columns have different forms.
    #[derive(Debug)]
    struct FundingRow {
        time: Timestamp,
        price: Decimal,
        trades: u64,
        rate: Option<Decimal>,
    }
    row!(FundingRow { time: Plain, price: Text, trades: Plain, rate: Or<Text, EmptyString> });

    fn read<T: Decode + Serialize + DeserializeOwned>(json: &str) -> Result<T, DecodeFailure> {
        decode::from_str::<T, Plain>(json)
    }

    fn write<T: Decode + Serialize + DeserializeOwned>(value: &T) -> String {
        decode::to_string::<T, Plain>(value).unwrap()
    }

    fn failure(json: &str) -> String {
        read::<PriceLevel>(json).unwrap_err().to_string()
    }

    fn level(price: &str, quantity: &str) -> PriceLevel {
        PriceLevel {
            price: price.parse().unwrap(),
            quantity: quantity.parse().unwrap(),
        }
    }

    #[test]
    fn row_is_an_array_of_its_columns() {
        let json = r#"["0.020","2317.30"]"#;
        let read: PriceLevel = read(json).unwrap();
        assert_eq!(read, level("0.020", "2317.30"));
        assert_eq!(write(&read), json);
    }

    #[test]
    fn each_column_keeps_its_form() {
        for json in [
            r#"[1700000000000,"1.50",3,"0.1"]"#,
            r#"[1700000000000,"1.50",3,""]"#,
        ] {
            assert_eq!(write(&read::<FundingRow>(json).unwrap()), json);
        }
    }

    #[test]
    fn additional_columns_are_ignored() {
        let json = r#"["1","2",[[{"a":null}]],"ignored",4]"#;
        assert_eq!(read::<PriceLevel>(json).unwrap(), level("1", "2"));
    }

    #[test]
    fn missing_column_is_named() {
        assert_eq!(
            failure(r#"["1"]"#),
            "the field `quantity` is missing (line 1, column 6)"
        );
        assert_eq!(
            failure("[]"),
            "the field `price` is missing (line 1, column 3)"
        );
        assert_eq!(
            failure("{}"),
            "expected an array (PriceLevel), found an object (line 1, column 1)"
        );
    }

    #[test]
    fn failure_in_a_row_has_the_column_in_its_path() {
        let json = r#"[["1","2"],["1",null]]"#;
        let failure = decode::from_str::<Vec<PriceLevel>, List<Plain>>(json).unwrap_err();
        assert_eq!(failure.path(), "[1].quantity");
        assert_eq!(
            failure.reason().to_string(),
            "expected a decimal number of at most 28 digits, found null"
        );
    }
}
