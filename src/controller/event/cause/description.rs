//! Who owns a NEG, as its description tells.

use std::borrow::Cow;

use serde::Deserialize;

/// Who owns a NEG, as the controller writes it into the NEG's description. What is absent is empty.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Description<'e> {
    /// The UID of the cluster's namespace `kube-system`.
    #[serde(borrow)]
    pub cluster_uid: Cow<'e, str>,
    /// The name of the cluster, for a NEG that a binding attaches to.
    #[serde(borrow)]
    pub cluster_name: Cow<'e, str>,
    /// The namespace.
    #[serde(borrow)]
    pub namespace: Cow<'e, str>,
    /// The Service.
    #[serde(borrow)]
    pub service_name: Cow<'e, str>,
    /// The Service, for a NEG that a binding attaches to.
    #[serde(borrow)]
    pub backend_ref: Cow<'e, str>,
    /// `spec.ports[].port`
    #[serde(borrow)]
    pub port: Cow<'e, str>,
    /// The text, if it is not what the controller writes.
    #[serde(skip)]
    pub unreadable: &'e str,
}

impl<'e> Description<'e> {
    /// The owner that a description names.
    pub fn of(text: &'e str) -> Self {
        let object = text.starts_with('{').then_some(text);
        let read = object.and_then(|text| serde_json::from_str(text).ok());
        read.unwrap_or(Self {
            unreadable: text,
            ..Self::default()
        })
    }

    /// The owning Service, `namespace/name`.
    pub fn service(&self) -> String {
        let service = match self.service_name.as_ref() {
            "" => &self.backend_ref,
            service => service,
        };
        format!("{}/{service}", self.namespace)
    }
}
