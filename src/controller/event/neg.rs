//! The events of the NEG controller, and the conditions that it writes.

use super::{
    Format, LOAD_BALANCER_CONTROLLER, Meaning, NEG_CONTROLLER, Table,
    meaning::Trouble::{
        Attach, BindingAttach, BindingBackend, BindingOwnership, Degraded, Detach,
        NegLinkUnreadable, NegNotDeleted, ProcessBinding, ProcessService, ProcessSkipped,
        Recreated, RetriesExhausted, Sync, ZonesIgnored,
    },
};
use Meaning::{Harmless, Progress, Trouble};

pub(super) static SERVICE: Table = Table {
    kind: "Service",
    component: NEG_CONTROLLER,
    formats: &[
        Format::new(
            &["ProcessServiceFailed"],
            "pass",
            r#"error processing service "{namespace}/{service}": {error}"#,
            Trouble(ProcessService),
        ),
        Format::new(
            &["ProcessServiceSkipped"],
            "no-v2-finalizer",
            "Ignoring ILB Service {service}, namespace {namespace} as it does not have the v2 finalizer",
            Trouble(ProcessSkipped),
        ),
        Format::new(
            &["IgnoreZonePreprovisioningAnnotation"],
            "zones",
            "Ignore zone pre-provisioning annotation err: {error}",
            Trouble(ZonesIgnored),
        ),
        Format::new(
            &["SyncNetworkEndpointGroupFailed"],
            "sync",
            r#"Failed to sync NEG "{neg}" {retry}: {error}"#,
            Trouble(Sync),
        ),
        Format::new(
            &["Create"],
            "neg-created",
            r#"Created NEG "{neg}" for {syncer_key} in "{zone}"."#,
            Progress(&[ProcessService, ProcessSkipped]),
        ),
        Format::new(
            &["Delete"],
            "recreated",
            r#"Deleted NEG "{neg}" for {syncer_key} in "{zone}"."#,
            Trouble(Recreated),
        ),
        Format::new(
            &["Attach"],
            "attached",
            r#"Attach {count} network endpoint(s) (NEG "{neg}" in zone "{zone}")"#,
            Progress(&[Attach, RetriesExhausted]),
        ),
        Format::new(
            &["Detach"],
            "detached",
            r#"Detach {count} network endpoint(s) (NEG "{neg}" in zone "{zone}")"#,
            Progress(&[Detach, RetriesExhausted]),
        ),
        Format::new(
            &["AttachFailed"],
            "refused",
            r#"Failed to Attach {count} network endpoint(s) (NEG "{neg}" in zone "{zone}"): {error}"#,
            Trouble(Attach),
        ),
        Format::new(
            &["DetachFailed"],
            "refused",
            r#"Failed to Detach {count} network endpoint(s) (NEG "{neg}" in zone "{zone}"): {error}"#,
            Trouble(Detach),
        ),
        Format::new(
            &["RetryFailed"],
            "already-queued",
            r#"Failed to retry NEG sync for "{syncer_key}": retry handler is retrying"#,
            Harmless,
        ),
        Format::new(
            &["RetryFailed"],
            "exhausted",
            r#"Failed to retry NEG sync for "{syncer_key}": {error}"#,
            Trouble(RetriesExhausted),
        ),
        Format::new(
            &["EnterDegradedMode"],
            "entered",
            "Entering degraded mode for NEG {syncer_key} due to sync err: {error}",
            Trouble(Degraded),
        ),
        Format::new(
            &["ExitDegradedMode"],
            "left",
            "NEG {syncer_key} is no longer in degraded mode",
            Progress(&[Degraded]),
        ),
    ],
};

pub(super) static SERVICE_NEG: Table = Table {
    kind: "ServiceNetworkEndpointGroup",
    component: NEG_CONTROLLER,
    formats: &[
        Format::new(
            &["NegCRError"],
            "delete-refused",
            "failed to delete NEG {neg} in {zone}: {error}",
            Trouble(NegNotDeleted),
        ),
        Format::new(
            &["NegCRError"],
            "link-unreadable",
            "Detected TO_BE_DELETED NEGs, but unable to parse selflink {link}. Please manually delete the NEG and remove the corresponding reference from the svcneg resource",
            Trouble(NegLinkUnreadable),
        ),
    ],
};

pub(super) static BINDING: Table = Table {
    kind: "NetworkEndpointGroupBinding",
    component: NEG_CONTROLLER,
    formats: &[Format::new(
        &["ProcessNEGBindingFailed"],
        "pass",
        r#"error processing NEGBinding "{namespace}/{binding}": {error}"#,
        Trouble(ProcessBinding),
    )],
};

pub(super) static POD: Table = Table {
    kind: "Pod",
    component: NEG_CONTROLLER,
    formats: &[Format::new(
        &["LabelsExceededLimit"],
        "labels",
        "Label Propagation Error: {error}",
        Harmless,
    )],
};

/// The initialised and synced state of a NEG.
pub(super) static SERVICE_NEG_CONDITIONS: Table = Table {
    kind: "ServiceNetworkEndpointGroup",
    component: LOAD_BALANCER_CONTROLLER,
    formats: &[
        Format::new(
            &["NegInitializationFailed", "NegSyncFailed"],
            "failed",
            "{error}",
            Trouble(Sync),
        ),
        Format::new(
            &["NegInitializationSuccessful", "NegSyncSuccessful"],
            "done",
            "{text}",
            Progress(&[Sync]),
        ),
    ],
};

pub(super) static BINDING_CONDITIONS: Table = Table {
    kind: "NetworkEndpointGroupBinding",
    component: LOAD_BALANCER_CONTROLLER,
    formats: &[
        Format::new(
            &[
                "InvalidBackendRefKind",
                "ServiceNotFound",
                "InvalidBackendRef",
            ],
            "backend",
            "{error}",
            Trouble(BindingBackend),
        ),
        Format::new(
            &["NEGOwnershipConflict"],
            "owned",
            "{error}",
            Trouble(BindingOwnership),
        ),
        Format::new(
            &["NEGsAttachmentFailed"],
            "failed",
            "{error}",
            Trouble(BindingAttach),
        ),
        Format::new(
            &["BackendRefValid"],
            "valid",
            "{text}",
            Progress(&[BindingBackend]),
        ),
        Format::new(
            &["NEGOwnershipNoConflicts"],
            "managed",
            "{text}",
            Progress(&[BindingOwnership]),
        ),
        Format::new(
            &["NEGsAttachmentSuccessful"],
            "attached",
            "{text}",
            Progress(&[BindingAttach]),
        ),
    ],
};
