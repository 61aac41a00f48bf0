//! The events of autoneg, which is no part of GKE: it puts NEGs into backend services.
//! Source: GoogleCloudPlatform/gke-autoneg-controller v2.0.1, `controllers/service_controller.go`.

use super::{
    Format, Meaning, Table,
    meaning::Trouble::{AutonegBackend, AutonegConfig},
};
use Meaning::{Progress, Trouble};

pub(super) static SERVICE: Table = Table {
    kind: "Service",
    component: "autoneg-controller",
    formats: &[
        Format::new(
            &["ConfigError"],
            "annotation",
            "{error}",
            Trouble(AutonegConfig),
        ),
        Format::new(
            &["BackendError", "BackendError while deleting"],
            "refused",
            "{error}",
            Trouble(AutonegBackend),
        ),
        Format::new(
            &["Sync"],
            "synced",
            r#"Synced NEGs for "{service}" as backends to backend service "{backend_service}" (port {port})"#,
            Progress(&[AutonegConfig, AutonegBackend]),
        ),
    ],
};
