//! From a call to what does it. Nothing here knows a kind of object but where the API itself treats
//! one apart.

use serde_json::{Value, json};

use crate::discovery::Call;
use crate::read::Query;
use crate::refusal::{Refusal, Reply};
use crate::store::Store;

impl Store {
    /// Does what a call asks for.
    pub(crate) fn call(&mut self, call: &Call, query: &Query, body: Option<Value>) -> Reply {
        let place = self.by_id(&call.place);
        let body = body.unwrap_or_else(|| json!({}));
        match call.method.name() {
            "get" => {
                self.advance(&place);
                self.get(&place)
            }
            "list" => self.list(call, query),
            "aggregatedList" => self.aggregated(call, query),
            "wait" => self.wait(&place),
            "listNetworkEndpoints" => self.list_endpoints(&place, &body, query),
            "listInstances" => self.list_instances(&place, query),
            "getHealth" => self.get_health(&place, &body),
            "getEffectiveFirewalls" if call.method.resource() == "networks" => {
                self.effective_firewalls(&place)
            }
            "getEffectiveFirewalls"
                if call.method.resource() == "regionNetworkFirewallPolicies" =>
            {
                self.regional_firewalls(&place, query.get("network"))
            }
            _ if call.method.reads() => Err(unknown(call)),
            _ => self.write(call, query, body),
        }
    }
}

/// What the fake has not learnt: loud, since the real API would know it.
pub(crate) fn unknown(call: &Call) -> Refusal {
    let message = format!("fake-compute does not know {}", call.method.id);
    Refusal::new(501, "notImplemented", message)
}
