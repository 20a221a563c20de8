//! What the `Serialize` and `Deserialize` of generated models are made of, for schemas that say `serde = true`.
//!
//! Models implement serde's traits without its derive macros, which would cost more to compile than all the rest of a model.
//! The traits themselves stand here under their own names, so that generated code needs no dependency but `relata`.

use std::fmt;

pub use serde_core::{Deserialize, Deserializer, Serialize, Serializer, de, ser};

use ser::SerializeStruct;

/// A model's fields, written into a struct that may hold more than them: relations that a query brought along stand beside them.
pub trait SerializeFields {
    /// The struct's name.
    const NAME: &'static str;
    /// How many fields are written.
    const COUNT: usize;

    /// Writes the fields, under the names that they have in the schema.
    fn serialize_fields<S: SerializeStruct>(&self, fields: &mut S) -> Result<(), S::Error>;
}

/// Writes a model by itself.
pub fn serialize<T: SerializeFields, S: Serializer>(
    model: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut fields = serializer.serialize_struct(T::NAME, T::COUNT)?;
    model.serialize_fields(&mut fields)?;
    fields.end()
}

/// Reads the name of a field as its place in a list of names; the list's length stands for a name that is not in it.
#[derive(Debug, Clone, Copy)]
pub struct FieldOf(pub &'static [&'static str]);

impl<'de> de::DeserializeSeed<'de> for FieldOf {
    type Value = usize;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<usize, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl de::Visitor<'_> for FieldOf {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a field")
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<usize, E> {
        let place = self.0.iter().position(|field| *field == name);
        Ok(place.unwrap_or(self.0.len()))
    }

    fn visit_bytes<E: de::Error>(self, name: &[u8]) -> Result<usize, E> {
        let place = self.0.iter().position(|field| field.as_bytes() == name);
        Ok(place.unwrap_or(self.0.len()))
    }

    fn visit_u64<E: de::Error>(self, place: u64) -> Result<usize, E> {
        Ok(usize::try_from(place).map_or(self.0.len(), |place| place.min(self.0.len())))
    }
}

/// Puts a field's value where it belongs, unless one is there already.
pub fn fill<'de, T: Deserialize<'de>, A: de::MapAccess<'de>>(
    slot: &mut Option<T>,
    name: &'static str,
    map: &mut A,
) -> Result<(), A::Error> {
    if slot.is_some() {
        return Err(de::Error::duplicate_field(name));
    }
    *slot = Some(map.next_value()?);
    Ok(())
}

/// The value of a field that has to be there.
pub fn required<T, E: de::Error>(slot: Option<T>, name: &'static str) -> Result<T, E> {
    slot.ok_or_else(|| E::missing_field(name))
}

/// The next value of a format that gives no names.
pub fn next<'de, T: Deserialize<'de>, A: de::SeqAccess<'de>>(
    seq: &mut A,
    place: usize,
) -> Result<T, A::Error> {
    seq.next_element()?
        .ok_or_else(|| de::Error::invalid_length(place, &"all fields of the model"))
}

/// Reads a label of an enum.
pub struct Label<T>(
    /// The enum's name.
    pub &'static str,
    /// The value of a label, if there is one.
    pub fn(&str) -> Option<T>,
);

impl<T> fmt::Debug for Label<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Label").field(&self.0).finish()
    }
}

impl<T> de::Visitor<'_> for Label<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a value of the enum `{}`", self.0)
    }

    fn visit_str<E: de::Error>(self, label: &str) -> Result<T, E> {
        (self.1)(label).ok_or_else(|| E::invalid_value(de::Unexpected::Str(label), &self))
    }
}

/// A value that serde sees as text: dates and times of the crate `time`, whose own form is no RFC 3339.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text<T>(pub T);

#[cfg(feature = "time")]
mod text {
    use super::{Deserialize, Deserializer, Serialize, Serializer, Text, de};
    use crate::{FromValue, Value};
    use ::time::{Date, OffsetDateTime, Time};

    macro_rules! text {
        ($($type:ty),*) => {$(
            impl Serialize for Text<&$type> {
                fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    match Value::from(*self.0) {
                        Value::Timestamp(it) => serializer.collect_str(&it),
                        Value::Date(it) => serializer.collect_str(&it),
                        Value::Time(it) => serializer.collect_str(&it),
                        Value::Text(it) => serializer.serialize_str(&it),
                        _ => Err(serde_core::ser::Error::custom("no date or time")),
                    }
                }
            }

            impl<'de> Deserialize<'de> for Text<$type> {
                fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    let text = String::deserialize(deserializer)?;
                    FromValue::from_value(&Value::Text(text)).map(Self).map_err(de::Error::custom)
                }
            }
        )*};
    }

    text!(OffsetDateTime, Date, Time);

    impl<T> Serialize for Text<&Option<T>>
    where
        for<'a> Text<&'a T>: Serialize,
    {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            match self.0 {
                Some(it) => serializer.serialize_some(&Text(it)),
                None => serializer.serialize_none(),
            }
        }
    }

    impl<T> Serialize for Text<&Vec<T>>
    where
        for<'a> Text<&'a T>: Serialize,
    {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_seq(self.0.iter().map(Text))
        }
    }

    impl<'de, T> Deserialize<'de> for Text<Option<T>>
    where
        Text<T>: Deserialize<'de>,
    {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let it = Option::<Text<T>>::deserialize(deserializer)?;
            Ok(Self(it.map(|it| it.0)))
        }
    }

    impl<'de, T> Deserialize<'de> for Text<Vec<T>>
    where
        Text<T>: Deserialize<'de>,
    {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let items = Vec::<Text<T>>::deserialize(deserializer)?;
            Ok(Self(items.into_iter().map(|it| it.0).collect()))
        }
    }
}
