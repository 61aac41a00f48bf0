//! The NEG controller's name for the work on one NEG:
//! `{namespace}/{service}-{neg}-{port name}/{port}-{targetPort}-{type}-{mode}`.

/// The key of a syncer, as an event states it. Its parts are joined by dashes, which they may hold
/// themselves; where that leaves two readings, the parts are not given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SyncerKey<'e>(pub &'e str);

/// The type of a NEG's endpoints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NegType {
    /// Pods.
    VmIpPort,
    /// Nodes.
    VmIp,
    /// Addresses outside Google Cloud.
    NonGcpPrivateIpPort,
}

/// The spelling of each type, with the dashes around it. None is part of another.
const TYPES: [(&str, NegType); 3] = [
    ("-GCE_VM_IP_PORT-", NegType::VmIpPort),
    ("-GCE_VM_IP-", NegType::VmIp),
    ("-NON_GCP_PRIVATE_IP_PORT-", NegType::NonGcpPrivateIpPort),
];

impl<'e> SyncerKey<'e> {
    /// The namespace.
    pub fn namespace(self) -> Option<&'e str> {
        self.0.split_once('/').map(|(namespace, _)| namespace)
    }

    /// `{service}-{neg}-{port name}`; for a binding `{service}-binding-{binding}-{port name}`.
    fn names(self) -> Option<&'e str> {
        // Only a targetPort could hold another slash, and Kubernetes allows none there.
        self.0.split('/').nth(1)
    }

    /// `spec.ports[].port`
    pub fn port(self) -> Option<u16> {
        self.0.split('/').nth(2)?.split('-').next()?.parse().ok()
    }

    /// The type of the NEG's endpoints.
    pub fn neg_type(self) -> Option<NegType> {
        let spelt = |(spelling, _): &&(&str, NegType)| self.0.contains(spelling);
        TYPES.iter().find(spelt).map(|(_, neg_type)| *neg_type)
    }

    /// `spec.ports[].targetPort`, a number or a name.
    pub fn target_port(self) -> Option<&'e str> {
        let (_, tail) = self.0.split('/').nth(2)?.split_once('-')?;
        let end = TYPES.iter().find_map(|(spelling, _)| tail.find(spelling))?;
        tail.get(..end)
    }

    /// Whether it can be of this Service.
    pub fn is_of(self, namespace: &str, service: &str) -> bool {
        self.namespace() == Some(namespace) && self.after_service(service).is_some()
    }

    /// The port's name, given the Service's and the NEG's: empty for a port without one, `None`
    /// where the key is not theirs.
    pub fn port_name(self, service: &str, neg: &str) -> Option<&'e str> {
        self.after_service(service)?
            .strip_prefix(neg)?
            .strip_prefix('-')
    }

    /// The Service's name, given the NEG's, if there is one reading only.
    pub fn service(self, neg: &str) -> Option<&'e str> {
        let names = self.names()?;
        let middle = format!("-{neg}-");
        let at = names.find(&middle)?;
        // The two readings may overlap in a dash.
        let again = names.get(at + 1..)?.contains(&middle);
        if again || neg.is_empty() {
            return None;
        }
        names.get(..at)
    }

    /// The binding whose NEGs these are, given the Service's and the port's name.
    pub fn binding(self, service: &str, port_name: &str) -> Option<&'e str> {
        self.after_service(service)?
            .strip_prefix("binding-")?
            .strip_suffix(port_name)?
            .strip_suffix('-')
    }

    fn after_service(self, service: &str) -> Option<&'e str> {
        self.names()?.strip_prefix(service)?.strip_prefix('-')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: SyncerKey =
        SyncerKey("default/web-k8s1-0123-default-web-80-abcd-http/80-my-port-GCE_VM_IP_PORT-L7");

    #[test]
    fn what_is_certain_is_given() {
        assert_eq!(KEY.namespace(), Some("default"));
        assert_eq!(KEY.port(), Some(80));
        assert_eq!(KEY.target_port(), Some("my-port"));
        assert_eq!(KEY.neg_type(), Some(NegType::VmIpPort));
        assert!(KEY.is_of("default", "web"));
        assert!(!KEY.is_of("default", "we") && !KEY.is_of("other", "web"));
        let neg = "k8s1-0123-default-web-80-abcd";
        assert_eq!(KEY.port_name("web", neg), Some("http"));
        assert_eq!(KEY.port_name("web", "other"), None);
        assert_eq!(KEY.service(neg), Some("web"));
    }

    #[test]
    fn two_readings_are_none() {
        let key = SyncerKey("ns/a-b-b-b-http/80-80-GCE_VM_IP_PORT-L7");
        assert_eq!(key.service("b"), None);
        assert_eq!(key.port_name("a", "b"), Some("b-b-http"));
    }

    #[test]
    fn other_forms() {
        let binding = SyncerKey("ns/web-binding-mine-/443-8443-GCE_VM_IP_PORT-L7");
        assert_eq!(binding.binding("web", ""), Some("mine"));
        let l4 = SyncerKey("ns/web-k8s2-x-/0--GCE_VM_IP-L4, Cluster Mode");
        assert_eq!((l4.port(), l4.neg_type()), (Some(0), Some(NegType::VmIp)));
        assert_eq!(l4.port_name("web", "k8s2-x"), Some(""));
        for broken in ["", "/", "a/b", "a/b/c", "a/b/70000-x"] {
            let key = SyncerKey(broken);
            assert_eq!((key.port(), key.target_port()), (None, None), "{broken}");
            assert_eq!(key.service(""), None);
        }
    }
}
