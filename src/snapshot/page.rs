//! A page of a list as the API server sends it, cut to the fields that are kept while it is read:
//! memory never holds what nobody asks for.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::document::Document;
use crate::kind::fields::Fields;
use crate::kind::resource::Resource;

/// A page of a list.
#[derive(Debug, Default)]
pub struct Page {
    /// Its objects, in the order of the page.
    pub documents: Vec<Document>,
    /// What to ask the next page with; `None` on the last one.
    pub next: Option<String>,
}

/// What an object was read from.
#[derive(Debug, Clone, Copy)]
pub struct Origin<'o> {
    /// The cluster's name, with which the names of its documents begin.
    pub cluster: &'o str,
    /// The resource.
    pub resource: &'static Resource,
    /// The version of it that was read.
    pub version: &'o str,
}

impl Page {
    /// Reads a page of a list.
    pub fn read(json: &[u8], origin: Origin<'_>) -> Result<Self, serde_json::Error> {
        let mut page = Self::default();
        // Looked at once as a whole, not again in each of its many texts.
        let json = str::from_utf8(json).map_err(serde_json::Error::custom)?;
        let mut deserializer = serde_json::Deserializer::from_str(json);
        List {
            page: &mut page,
            origin,
        }
        .deserialize(&mut deserializer)?;
        deserializer.end()?;
        Ok(page)
    }
}

/// Reads JSON, of which only the listed fields are kept.
pub fn cut(json: &[u8], fields: &Fields) -> Result<Value, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let value = Cut(fields).deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(value)
}

/// An object of Google Cloud as the API gives it, cut to the fields that are kept, as a document;
/// `None` for what is no object.
pub fn cloud_object(project: &str, resource: &Resource, object: Value) -> Option<Document> {
    let mut kept = Cut(Fields::of(resource)).deserialize(object).ok()?;
    let members = kept.as_object_mut()?;
    members.insert("kind".to_owned(), resource.kind_name.into());
    let names = ["name", "networkEndpointGroup", "network"];
    let name = names.iter().find_map(|name| members.get(*name)?.as_str());
    let name = name
        .and_then(|name| name.rsplit('/').next())
        .unwrap_or_default();
    let origin = format!("{project}/{}/{name}", resource.plural);
    Some(Document::print(origin, &kept))
}

impl Origin<'_> {
    /// Reads one object.
    pub fn object(self, json: &[u8]) -> Result<Document, serde_json::Error> {
        Ok(self.document(cut(json, Fields::of(self.resource))?))
    }

    /// An object as a document; members of lists do not say what they are.
    fn document(self, mut value: Value) -> Document {
        let Resource {
            group, kind_name, ..
        } = self.resource;
        let text = |value: &Value, name: &str| {
            let text = value.pointer(name).and_then(Value::as_str);
            text.map(str::to_owned)
        };
        let name = text(&value, "/metadata/name").unwrap_or_default();
        let namespace = text(&value, "/metadata/namespace");
        if let Some(object) = value.as_object_mut() {
            let api_version = match *group {
                "" => self.version.to_owned(),
                group => format!("{group}/{}", self.version),
            };
            object.insert("apiVersion".to_owned(), api_version.into());
            object.insert("kind".to_owned(), (*kind_name).into());
        }
        let parts = [
            Some(self.cluster),
            namespace.as_deref(),
            Some(kind_name),
            Some(&name),
        ];
        let parts: Vec<_> = parts
            .into_iter()
            .flatten()
            .filter(|part| !part.is_empty())
            .collect();
        Document::print(parts.join("/"), &value)
    }
}

/// The list itself.
struct List<'p> {
    page: &'p mut Page,
    origin: Origin<'p>,
}

impl<'de> DeserializeSeed<'de> for List<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for List<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of Kubernetes objects")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        #[derive(serde::Deserialize, Default)]
        #[serde(default)]
        struct ListMeta {
            r#continue: Option<String>,
        }
        let mut has_items = false;
        while let Some(name) = map.next_key::<String>()? {
            match name.as_str() {
                "metadata" => {
                    let meta: ListMeta = map.next_value()?;
                    self.page.next = meta.r#continue.filter(|next| !next.is_empty());
                }
                "items" => {
                    has_items = true;
                    map.next_value_seed(Items {
                        page: self.page,
                        origin: self.origin,
                    })?;
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        if has_items {
            Ok(())
        } else {
            Err(A::Error::missing_field("items"))
        }
    }
}

/// The objects of a list.
struct Items<'p> {
    page: &'p mut Page,
    origin: Origin<'p>,
}

impl<'de> DeserializeSeed<'de> for Items<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Items<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Kubernetes objects")
    }

    /// An empty list may be `null`.
    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let fields = Fields::of(self.origin.resource);
        while let Some(value) = items.next_element_seed(Cut(fields))? {
            self.page.documents.push(self.origin.document(value));
        }
        Ok(())
    }
}

/// A value, of which only the listed fields are kept.
#[derive(Clone, Copy)]
struct Cut<'f>(&'f Fields);

impl<'de> DeserializeSeed<'de> for Cut<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        let value = deserializer.deserialize_any(self)?;
        Ok(self.0.finish(value))
    }
}

impl Cut<'_> {
    /// A scalar: kept where the list does not expect members.
    fn scalar(self, value: impl Into<Value>) -> Value {
        let mut fields = self.0;
        while let Fields::Reduced(inner, _) = fields {
            fields = inner;
        }
        match fields {
            Fields::Whole => value.into(),
            _ => Value::Null,
        }
    }
}

impl<'de> Visitor<'de> for Cut<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(self.scalar(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(self.scalar(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(self.scalar(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(self.scalar(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(self.scalar(value))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(self.scalar(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        // The rule of a list is for the list, not for each of its items.
        let mut fields = self.0;
        while let Fields::Reduced(inner, _) = fields {
            fields = inner;
        }
        let mut kept = Vec::new();
        while let Some(item) = items.next_element_seed(Cut(fields))? {
            kept.push(item);
        }
        Ok(Value::Array(kept))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut kept = Map::new();
        while let Some(member) = members.next_key_seed(Member(self.0))? {
            let Some((name, fields)) = member else {
                members.next_value::<IgnoredAny>()?;
                continue;
            };
            let value = members.next_value_seed(Cut(fields))?;
            if !is_gone(&value, fields) {
                kept.insert(name, value);
            }
        }
        Ok(Value::Object(kept))
    }
}

/// True where the list leaves nothing of a value.
fn is_gone(value: &Value, fields: &Fields) -> bool {
    let lists = |fields: &Fields| matches!(fields, Fields::Only(members) if !members.is_empty());
    match value {
        Value::Null => true,
        Value::Object(members) => members.is_empty() && lists(fields),
        _ => false,
    }
}

/// The name of a member, with what is kept of it; `None` where that is nothing.
struct Member<'f>(&'f Fields);

impl<'de, 'f> DeserializeSeed<'de> for Member<'f> {
    type Value = Option<(String, &'f Fields)>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'f> Visitor<'_> for Member<'f> {
    type Value = Option<(String, &'f Fields)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a member")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(self.0.member(name).map(|fields| (name.to_owned(), fields)))
    }
}
