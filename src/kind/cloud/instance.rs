//! Virtual machines.

use crate::document::Node;

use super::{Reference, view};

view! {
    /// A virtual machine.
    Instance
}

impl<'d> Instance<'d> {
    /// Its network tags.
    pub fn tags(&self) -> impl Iterator<Item = &'d str> + use<'d> {
        let tags = self.root().at(&["tags", "items"]);
        tags.into_iter()
            .flat_map(Node::items)
            .filter_map(Node::text)
    }

    /// Its service accounts.
    pub fn service_accounts(&self) -> impl Iterator<Item = &'d str> + use<'d> {
        let accounts = self
            .get("serviceAccounts")
            .into_iter()
            .flat_map(Node::items);
        accounts.filter_map(|account| account.get("email").and_then(Node::text))
    }

    /// The networks of its interfaces.
    pub fn networks(&self) -> impl Iterator<Item = Reference<'d>> + use<'d> {
        let object = self.object;
        let interfaces = self
            .get("networkInterfaces")
            .into_iter()
            .flat_map(Node::items);
        interfaces.filter_map(move |nic| object.reference(nic.get("network")?))
    }

    /// The label of this name.
    pub fn label(&self, name: &str) -> Option<&'d str> {
        self.get("labels")?.get(name)?.text()
    }
}
