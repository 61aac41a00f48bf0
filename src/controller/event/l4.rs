//! The events of the controllers of `type: LoadBalancer` Services.

use super::{
    Format, LOAD_BALANCER_CONTROLLER, Meaning, Table,
    ingress::{XPN, XPN_OLD},
    meaning::Trouble::{
        CannotMigrate, Cleanup, FinalizerRemoved, ForwardingRulesPartlyUsable,
        ForwardingRulesUnusable, L4ClassConflict, L4Link, L4Sync, NoForwardingRule, ProcessSkipped,
        SettingWithoutEffect, TargetPoolRace,
    },
};
use Meaning::{Harmless, Progress, Trouble};

/// Everything was done, so nothing that failed before is still failing.
pub(super) const ENSURED: Meaning = Progress(&[
    L4Sync,
    L4Link,
    ProcessSkipped,
    TargetPoolRace,
    NoForwardingRule,
    ForwardingRulesUnusable,
    ForwardingRulesPartlyUsable,
]);

pub(super) static SERVICE: Table = Table {
    kind: "Service",
    component: LOAD_BALANCER_CONTROLLER,
    formats: &[
        XPN,
        XPN_OLD,
        Format::new(
            &["SyncLoadBalancerFailed"],
            "resources",
            "Error syncing load balancer: {error}",
            Trouble(L4Sync),
        ),
        Format::new(
            &["SyncLoadBalancerFailed"],
            "no-status",
            "Empty status returned, even though there were no errors",
            Trouble(L4Sync),
        ),
        Format::new(
            &["SyncLoadBalancerFailed"],
            "link",
            "Failed to link NEG with Backend Service for load balancer, err: {error}",
            Trouble(L4Link),
        ),
        Format::new(
            &["SyncLoadBalancerFailed"],
            "status",
            "Error updating load balancer status: {error}",
            Trouble(L4Sync),
        ),
        Format::new(
            &["SyncLoadBalancerFailed"],
            "dual-stack-annotations",
            "Failed to update Dual Stack annotations for load balancer, err: {error}",
            Trouble(L4Sync),
        ),
        Format::new(
            &["SyncLoadBalancerFailed", "SyncExternalLoadBalancerFailed"],
            "annotations",
            "Failed to update annotations for load balancer, err: {error}",
            Trouble(L4Sync),
        ),
        Format::new(
            &["SyncInstanceGroupsFailed"],
            "instance-group",
            "Error syncing instance group, err: {error}",
            Trouble(L4Link),
        ),
        Format::new(
            &["SyncExternalLoadBalancerFailed"],
            "resources",
            "Error ensuring Resource for L4 External LoadBalancer, err: {error}",
            Trouble(L4Sync),
        ),
        Format::new(
            &["SyncExternalLoadBalancerFailed"],
            "link",
            "Error linking backends to backend service, err: {error}",
            Trouble(L4Link),
        ),
        Format::new(
            &["SyncExternalLoadBalancerFailed"],
            "status",
            "Error updating L4 External LoadBalancer, err: {error}",
            Trouble(L4Sync),
        ),
        Format::new(
            &["SyncLoadBalancerSuccessful"],
            "internal",
            "Successfully ensured load balancer resources",
            ENSURED,
        ),
        Format::new(
            &["SyncLoadBalancerSuccessful"],
            "external",
            "Successfully ensured L4 External LoadBalancer resources",
            ENSURED,
        ),
        Format::new(
            &["SyncLoadBalancerSuccessful"],
            "external-families",
            "Successfully ensured {ip_families} External LoadBalancer resources",
            ENSURED,
        ),
        Format::new(
            &["SyncLoadBalancerSuccessful"],
            "internal-families",
            "Successfully ensured {ip_families} load balancer resources",
            ENSURED,
        ),
        Format::new(
            &["ConflictingConfiguration"],
            "class",
            r#"loadBalancerClass conflicts with networking.gke.io/load-balancer-type: "Internal" annotation. External LoadBalancer Service provisioned."#,
            Trouble(L4ClassConflict),
        ),
        Format::new(
            &["TargetPoolRaceWithRBS"],
            "race",
            "Target Pool found on provisioned RBS service. Deleting RBS resources",
            Trouble(TargetPoolRace),
        ),
        Format::new(
            &["CleanRBSResourcesForLegacyService"],
            "race-cleanup",
            "Failed to clean RBS resources for load balancer with target pool, err: {error}",
            Trouble(TargetPoolRace),
        ),
        Format::new(
            &["CanNotMigrateTargetPoolToRBS"],
            "migration",
            "RBS annotation was attached to the Legacy Target Pool service. Migration is not supported. Removing annotation",
            Trouble(CannotMigrate),
        ),
        Format::new(
            &["UnexpectedlyRemovedFinalizer"],
            "finalizer",
            "Finalizer {finalizer} was unexpectedly removed from the service.",
            Trouble(FinalizerRemoved),
        ),
    ],
};

/// The end of a load balancer.
pub(super) static CLEANUP: Table = Table {
    kind: "Service",
    component: LOAD_BALANCER_CONTROLLER,
    formats: &[
        Format::new(
            &["DeletingLoadBalancer"],
            "external",
            "Deleting L4 External LoadBalancer for {namespace}/{service}",
            Harmless,
        ),
        Format::new(
            &["DeletingLoadBalancer"],
            "internal",
            "Deleting load balancer for {namespace}/{service}",
            Harmless,
        ),
        Format::new(
            &["DeleteLoadBalancerFailed"],
            "internal",
            "Error deleting load balancer: {error}",
            Trouble(Cleanup),
        ),
        Format::new(
            &["DeleteLoadBalancerFailed"],
            "external",
            "Error deleting L4 External LoadBalancer, err: {error}",
            Trouble(Cleanup),
        ),
        Format::new(
            &["DeleteLoadBalancerFailed"],
            "internal-finalizer",
            "Error removing finalizer from load balancer: {error}",
            Trouble(Cleanup),
        ),
        Format::new(
            &["DeleteLoadBalancerFailed"],
            "external-finalizer",
            "Error removing finalizer from L4 External LoadBalancer, err: {error}",
            Trouble(Cleanup),
        ),
        Format::new(
            &["DeleteLoadBalancer"],
            "external-status",
            "Error resetting L4 External LoadBalancer status to empty, err: {error}",
            Trouble(Cleanup),
        ),
        Format::new(
            &["DeleteLoadBalancer"],
            "reset",
            "Error resetting {what} for load balancer: {error}",
            Trouble(Cleanup),
        ),
        Format::new(
            &["DeleteLoadBalancer"],
            "internal-status",
            "Error resetting load balancer status to empty: {error}",
            Trouble(Cleanup),
        ),
        Format::new(
            &["DeleteLoadBalancer"],
            "annotations",
            "Error removing {what} annotations: {error}",
            Trouble(Cleanup),
        ),
        Format::new(
            &["DeleteInstanceGroupFailed"],
            "instance-group",
            "Error deleting delete Instance Group from L4 External LoadBalancer, err: {error}",
            Trouble(Cleanup),
        ),
        Format::new(
            &["DeletedLoadBalancer"],
            "external",
            "Deleted L4 External LoadBalancer",
            Progress(&[Cleanup]),
        ),
        Format::new(
            &["DeletedLoadBalancer"],
            "internal",
            "Deleted load balancer",
            Progress(&[Cleanup]),
        ),
    ],
};

/// Changes that were noticed or made: a diary.
pub(super) static CHANGES: Table = Table {
    kind: "Service",
    component: LOAD_BALANCER_CONTROLLER,
    formats: &[
        Format::new(&["ADD"], "seen", "{namespace}/{service}", Harmless),
        Format::new(
            &["Ports/SessionAffinity"],
            "changed",
            "Ports {old_ports}, SessionAffinity {old} -> Ports {new_ports}, SessionAffinity  {new}",
            Harmless,
        ),
        Format::new(
            &["SessionAffinityConfig"],
            "difference",
            "old -> new {difference}",
            Harmless,
        ),
        Format::new(&["ExternalIP"], "count", "Count: {old} -> {new}", Harmless),
        Format::new(&["ExternalIP"], "added", "Added: {ip}", Harmless),
        Format::new(
            &[
                "Annotations",
                "ExternalTrafficPolicy",
                "HealthCheckNodePort",
                "IPFamilies",
                "LoadBalancerSourceRanges",
                "LoadbalancerIP",
                "Ports",
                "SessionAffinity",
                "SessionAffinityConfig",
                "TrafficDistribution",
                "Type",
                "UID",
            ],
            "changed",
            "{old} -> {new}",
            Harmless,
        ),
        Format::new(
            &["Sync"],
            "external-rule",
            r#"External ForwardingRule "{name}" {done}"#,
            Harmless,
        ),
        Format::new(
            &["Sync"],
            "rule-quoted",
            r#"ForwardingRule "{name}" {done}"#,
            Harmless,
        ),
        Format::new(&["Sync"], "rule", "ForwardingRule {name} {done}", Harmless),
    ],
};

/// Settings that do nothing, and remarks on settings.
pub(super) static SETTINGS: Table = Table {
    kind: "Service",
    component: LOAD_BALANCER_CONTROLLER,
    formats: &[
        Format::new(
            &["ILBOptionsIgnored"],
            "legacy-network",
            "Internal LoadBalancer options are not supported with Legacy Networks.",
            Trouble(SettingWithoutEffect),
        ),
        Format::new(
            &["IPCollectionV6Error"],
            "ip-collection",
            r#"networking.gke.io/ip-collection-v6 is not supported for Internal LoadBalancers. To use BYOIPv6 with ILB, specify a BYOIP subnet using the "networking.gke.io/load-balancer-subnet" annotation"#,
            Trouble(SettingWithoutEffect),
        ),
        Format::new(
            &["AllowlistingRequired"],
            "weighted-internal",
            "Weighted Load Balancing for L4 Internal Passthrough Load Balancers requires project allowlisting. If you need access to this feature please contact Google Cloud support team",
            Trouble(SettingWithoutEffect),
        ),
        Format::new(
            &["UnsupportedConfiguration"],
            "weighted-with-policy-cluster",
            "Weighted load balancing by pods-per-node has no effect with External Traffic Policy: Cluster.",
            Trouble(SettingWithoutEffect),
        ),
        Format::new(
            &["EnableStrongAffinity"],
            "strong-affinity",
            "StrongSessionAffinity is a restricted feature that is enabled on allow-listed projects only. If you need access to this feature for your External L4 Load Balancer, please contact Google Cloud support team",
            Trouble(SettingWithoutEffect),
        ),
        // Logging only: traffic does not depend on it.
        Format::new(
            &["L4LBConfigAnnotationRemoved"],
            "logging",
            "L4LBConfig annotation has been removed",
            Harmless,
        ),
        Format::new(
            LOGGING,
            "internal-logging",
            "Failed to apply L4LBConfig: {error}",
            Harmless,
        ),
        Format::new(
            LOGGING,
            "external-logging",
            "L4LBConfig could not be retrieved: {error}",
            Harmless,
        ),
        Format::new(
            &["MixedStaticIP"],
            "two-addresses",
            r#"Found both .Spec.LoadBalancerIP and "networking.gke.io/load-balancer-ip-addresses" annotation. Consider using annotation only."#,
            Harmless,
        ),
    ],
};

const LOGGING: &[&str] = &[
    "L4LBConfigNotFound",
    "L4LBConfigFetchFailed",
    "L4LBConfigInvalidMode",
    "L4LBConfigUnknownError",
];
