//! Operations: what every write answers with, and what becomes of it.

use serde_json::{Value, json};

use crate::link;
use crate::refusal::{Refusal, Reply};
use crate::store::{self, Operation, Store};

impl Store {
    /// A new operation of a type such as `insert` on an object. Its effect is already there, as a
    /// client must not rely on either before the operation is done.
    pub(crate) fn operation(&mut self, kind: &str, key: &str) -> Value {
        let tick = self.tick();
        let name = format!("operation-{:016x}-{tick:08x}", store::number_of(key));
        let scope = match link::scope(key) {
            "" => "global",
            scope => scope,
        };
        let (place, of) = match link::project(key) {
            "" => ("locations/global".to_owned(), String::new()),
            project => {
                let project = format!("projects/{project}");
                (format!("{project}/{scope}"), format!("{project}/{scope}"))
            }
        };
        let own = format!("{place}/operations/{name}");
        let mut value = json!({
            "kind": "compute#operation",
            "id": (store::number_of(&own) >> 1).to_string(),
            "name": name,
            "operationType": kind,
            "targetLink": link::link(key),
            "targetId": self.value(key).map_or("1".into(), |value| value["id"].clone()),
            "status": "PENDING",
            "user": "tester@example.com",
            "progress": 0,
            "insertTime": store::time(tick),
            "selfLink": link::link(&own),
        });
        if let Some((kind @ ("regions" | "zones"), _)) = scope.split_once('/') {
            value[kind.trim_end_matches('s')] = link::link(&of).into();
        }
        let operation = Operation {
            value: value.clone(),
            asked: 0,
        };
        self.operations.insert(own, operation);
        value
    }

    /// Moves an operation on each time that someone asks for it: running, then done.
    pub(crate) fn advance(&mut self, key: &str) {
        let tick = self.tick();
        if let Some(operation) = self.operations.get_mut(key) {
            operation.asked += 1;
            let running = operation.asked == 1;
            let (status, progress) = if running {
                ("RUNNING", 50)
            } else {
                ("DONE", 100)
            };
            operation.value["status"] = status.into();
            operation.value["progress"] = progress.into();
            let time = if running { "startTime" } else { "endTime" };
            if operation.value.get(time).is_none() {
                operation.value[time] = store::time(tick).into();
            }
        }
    }

    /// `wait`: the operation when it is done.
    pub(crate) fn wait(&mut self, key: &str) -> Reply {
        self.advance(key);
        self.advance(key);
        let operation = self.operations.get(key);
        operation
            .map(|operation| operation.value.clone())
            .ok_or_else(|| Refusal::not_found(key))
    }
}
