//! The table of all rules. A rule is a card in `rules/`, a file in `src/rules/`, and nothing else:
//! the list between the markers is generated from the files (`BLESS=1 cargo test --test cards`).

use crate::finding::{Severity, Verdicts};
use crate::kind::Kind;
use crate::world::World;

/// One rule.
#[derive(Debug)]
pub struct Row {
    /// `NEG004`: stable for ever.
    pub id: &'static str,
    /// `port-not-in-service`.
    pub slug: &'static str,
    /// Its weight where a case does not say otherwise.
    pub severity: Severity,
    /// What it looks at; it decides what is fetched.
    pub reads: &'static [Kind],
    /// Rules whose finding on the same object is the cause of this one's, nearest first.
    pub follows: &'static [&'static str],
    /// Judges the world: pure, without I/O.
    pub check: fn(&World<'_>, &mut Verdicts),
}

impl PartialEq for Row {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

/// A rule with the text of its card.
#[derive(Debug)]
pub struct Rule {
    /// What the program needs.
    pub row: &'static Row,
    /// What people read: the whole Markdown file.
    pub card: &'static str,
}

mod admission;
mod cloud;
mod health;
mod translate;
mod unknown;

// BEGIN GENERATED
mod neg000_unused_suppression;
mod neg001_annotation_not_json;
mod neg002_unknown_annotation_key;
mod neg003_wrong_value_type;
mod neg004_port_not_in_service;
mod neg005_claims_nothing;
mod neg006_one_name_two_ports;
mod neg007_name_claimed_twice;
mod neg008_invalid_neg_name;
mod neg009_tcp_and_udp_on_one_port;
mod neg010_udp_port_exposed;
mod neg011_status_written_by_hand;
mod neg012_claim_out_of_place;
mod neg013_service_without_pods;
mod neg014_selects_nothing;
mod neg015_target_port_unresolved;
mod neg016_duplicate_annotation_key;
mod neg017_target_port_not_declared;
mod neg018_ingress_claim_unused;
mod neg019_applied_annotation_will_go;
mod neg020_custom_name_with_ingress;
mod neg021_ipv6_only_service;
mod neg022_zones_ignored;
mod neg023_name_looks_generated;
mod neg024_odd_port_spelling;
mod neg025_annotation_not_a_string;
mod neg026_zones_not_honoured;
mod neg027_gitops_overwrites_claim;
mod neg101_neg_creation_failed;
mod neg102_status_names_missing_neg;
mod neg103_claim_without_status;
mod neg104_stale_status;
mod neg105_svcneg_not_initialized;
mod neg106_svcneg_not_synced;
mod neg107_endpoint_sync_failing;
mod neg108_neg_owned_elsewhere;
mod neg109_neg_without_owner;
mod neg110_neg_on_other_network;
mod neg111_zone_without_neg;
mod neg112_neg_empty;
mod neg113_endpoints_differ;
mod neg114_neg_cleanup_stuck;
mod neg115_retired_neg_in_use;
mod neg116_node_unfit_for_neg;
mod neg117_claim_removed_neg_used;
mod neg118_controller_not_running;
mod neg119_zone_without_usable_node;
mod neg120_subnet_left_out;
mod neg121_negbinding_not_attached;
mod neg122_limit_near;
mod neg201_neg_unattached;
mod neg202_zone_unattached;
mod neg203_balancing_mode_refused;
mod neg204_balancing_mode_misfit;
mod neg205_capacity_target_missing;
mod neg206_capacity_zero;
mod neg207_dead_cluster_backend;
mod neg208_scope_mismatch;
mod neg209_scheme_mismatch;
mod neg210_protocol_mismatch;
mod neg211_no_backends;
mod neg212_all_endpoints_unhealthy;
mod neg213_some_endpoints_unhealthy;
mod neg214_backend_missing;
mod neg215_backend_on_other_network;
mod neg216_mixed_backends;
mod neg217_controller_owned_edited;
mod neg218_timeout_misfit;
mod neg219_draining_misfit;
mod neg220_neg_type_misfit;
mod neg301_no_health_check;
mod neg302_health_check_port;
mod neg303_health_check_scope;
mod neg304_health_check_protocol;
mod neg305_health_check_path;
mod neg306_health_check_timing;
mod neg307_health_check_proxy_header;
mod neg308_health_check_frozen;
mod neg309_health_check_slow;
mod neg401_probes_not_admitted;
mod neg402_probes_denied;
mod neg403_proxy_subnet_not_admitted;
mod neg404_network_policy_blocks_probes;
mod neg405_firewall_opens_service_port;
mod neg406_firewall_misses_nodes;
mod neg407_host_project_must_open;
mod neg501_no_target_proxy;
mod neg502_no_forwarding_rule;
mod neg503_ports_overlap;
mod neg504_address_misfit;
mod neg505_ephemeral_address;
mod neg506_proxy_header_misfit;
mod neg507_certificate_trouble;
mod neg508_no_proxy_only_subnet;
mod neg509_route_misses_backend;
mod neg510_front_port_surprise;
mod neg511_proxy_kind_misfit;
mod neg512_reserved_address_unused;
mod neg513_network_tier_misfit;
mod neg514_reference_dangles;
mod neg601_removed_ingress_api;
mod neg602_ingress_class_field_ignored;
mod neg603_internal_ingress_needs_neg;
mod neg604_ingress_backend_missing;
mod neg605_ingress_port_missing;
mod neg606_backend_needs_neg_or_nodeport;
mod neg607_backendconfig_missing;
mod neg608_backendconfig_port_mismatch;
mod neg609_backendconfig_annotation_invalid;
mod neg610_app_protocol_mismatch;
mod neg611_tls_secret_missing;
mod neg612_path_type_surprise;
mod neg613_static_ip_misfit;
mod neg614_frontendconfig_trouble;
mod neg615_managed_certificate_trouble;
mod neg616_gateway_class_misfit;
mod neg617_malformed_claim_behind_ingress;
mod neg618_l4_annotation_ignored;
mod neg619_policy_target_missing;
mod neg620_translation_failed;
mod neg621_exposed_only_behind_ingress;
mod neg622_health_check_not_from_probe;
mod neg623_gateway_ignores_backendconfig;
mod neg624_rule_overwritten;
mod neg625_service_attachment_failed;
mod neg626_multi_cluster_service_missing;
mod neg627_l4_load_balancer_failed;
mod neg628_l4_service_skipped;
mod neg629_ingress_front_end_refused;
mod neg630_app_protocol_field_unread;
mod neg631_transparent_health_check_unused;
mod neg632_l4_option_without_effect;
mod neg633_gateway_not_programmed;
mod neg634_route_not_attached;
mod neg635_ingress_claimed_by_default;
mod neg636_load_balancer_cleanup_stuck;
mod neg637_change_rebuilds_backends;
mod neg638_ingress_resource_backend;
mod neg639_backendconfig_refused;
mod neg640_backendconfig_unread;
mod neg641_passthrough_neg_without_rule;
mod neg642_passthrough_neg_not_programmed;
mod neg701_readiness_gate_missing;
mod neg702_readiness_gate_stuck;
mod neg703_readiness_gate_without_neg;
mod neg704_readiness_gate_hollow;
mod neg705_rollout_outruns_load_balancer;
mod neg706_pod_ends_before_drained;
mod neg707_no_readiness_probe;
mod neg708_readiness_gave_up;
mod neg710_pod_not_addressable;
mod neg711_mesh_mtls_shuts_out_load_balancer;
mod neg809_autoneg_misfit;
mod neg810_autoneg_refused;
mod neg901_orphan_neg;
mod neg902_orphan_backend_service;
mod neg903_orphan_health_check;
mod neg904_orphan_front_end;
mod neg905_migration_collision;
mod neg906_migration_not_ready;
mod neg907_regional_cannot_move;
mod neg908_old_cluster_still_serving;
mod neg909_orphan_firewall_rule;

/// Every rule, in the order of the ids.
#[rustfmt::skip]
pub static ALL: &[Rule] = &[
    Rule { row: &neg000_unused_suppression::ROW, card: include_str!("../rules/NEG000-unused-suppression.md") },
    Rule { row: &neg001_annotation_not_json::ROW, card: include_str!("../rules/NEG001-annotation-not-json.md") },
    Rule { row: &neg002_unknown_annotation_key::ROW, card: include_str!("../rules/NEG002-unknown-annotation-key.md") },
    Rule { row: &neg003_wrong_value_type::ROW, card: include_str!("../rules/NEG003-wrong-value-type.md") },
    Rule { row: &neg004_port_not_in_service::ROW, card: include_str!("../rules/NEG004-port-not-in-service.md") },
    Rule { row: &neg005_claims_nothing::ROW, card: include_str!("../rules/NEG005-claims-nothing.md") },
    Rule { row: &neg006_one_name_two_ports::ROW, card: include_str!("../rules/NEG006-one-name-two-ports.md") },
    Rule { row: &neg007_name_claimed_twice::ROW, card: include_str!("../rules/NEG007-name-claimed-twice.md") },
    Rule { row: &neg008_invalid_neg_name::ROW, card: include_str!("../rules/NEG008-invalid-neg-name.md") },
    Rule { row: &neg009_tcp_and_udp_on_one_port::ROW, card: include_str!("../rules/NEG009-tcp-and-udp-on-one-port.md") },
    Rule { row: &neg010_udp_port_exposed::ROW, card: include_str!("../rules/NEG010-udp-port-exposed.md") },
    Rule { row: &neg011_status_written_by_hand::ROW, card: include_str!("../rules/NEG011-status-written-by-hand.md") },
    Rule { row: &neg012_claim_out_of_place::ROW, card: include_str!("../rules/NEG012-claim-out-of-place.md") },
    Rule { row: &neg013_service_without_pods::ROW, card: include_str!("../rules/NEG013-service-without-pods.md") },
    Rule { row: &neg014_selects_nothing::ROW, card: include_str!("../rules/NEG014-selects-nothing.md") },
    Rule { row: &neg015_target_port_unresolved::ROW, card: include_str!("../rules/NEG015-target-port-unresolved.md") },
    Rule { row: &neg016_duplicate_annotation_key::ROW, card: include_str!("../rules/NEG016-duplicate-annotation-key.md") },
    Rule { row: &neg017_target_port_not_declared::ROW, card: include_str!("../rules/NEG017-target-port-not-declared.md") },
    Rule { row: &neg018_ingress_claim_unused::ROW, card: include_str!("../rules/NEG018-ingress-claim-unused.md") },
    Rule { row: &neg019_applied_annotation_will_go::ROW, card: include_str!("../rules/NEG019-applied-annotation-will-go.md") },
    Rule { row: &neg020_custom_name_with_ingress::ROW, card: include_str!("../rules/NEG020-custom-name-with-ingress.md") },
    Rule { row: &neg021_ipv6_only_service::ROW, card: include_str!("../rules/NEG021-ipv6-only-service.md") },
    Rule { row: &neg022_zones_ignored::ROW, card: include_str!("../rules/NEG022-zones-ignored.md") },
    Rule { row: &neg023_name_looks_generated::ROW, card: include_str!("../rules/NEG023-name-looks-generated.md") },
    Rule { row: &neg024_odd_port_spelling::ROW, card: include_str!("../rules/NEG024-odd-port-spelling.md") },
    Rule { row: &neg025_annotation_not_a_string::ROW, card: include_str!("../rules/NEG025-annotation-not-a-string.md") },
    Rule { row: &neg026_zones_not_honoured::ROW, card: include_str!("../rules/NEG026-zones-not-honoured.md") },
    Rule { row: &neg027_gitops_overwrites_claim::ROW, card: include_str!("../rules/NEG027-gitops-overwrites-claim.md") },
    Rule { row: &neg101_neg_creation_failed::ROW, card: include_str!("../rules/NEG101-neg-creation-failed.md") },
    Rule { row: &neg102_status_names_missing_neg::ROW, card: include_str!("../rules/NEG102-status-names-missing-neg.md") },
    Rule { row: &neg103_claim_without_status::ROW, card: include_str!("../rules/NEG103-claim-without-status.md") },
    Rule { row: &neg104_stale_status::ROW, card: include_str!("../rules/NEG104-stale-status.md") },
    Rule { row: &neg105_svcneg_not_initialized::ROW, card: include_str!("../rules/NEG105-svcneg-not-initialized.md") },
    Rule { row: &neg106_svcneg_not_synced::ROW, card: include_str!("../rules/NEG106-svcneg-not-synced.md") },
    Rule { row: &neg107_endpoint_sync_failing::ROW, card: include_str!("../rules/NEG107-endpoint-sync-failing.md") },
    Rule { row: &neg108_neg_owned_elsewhere::ROW, card: include_str!("../rules/NEG108-neg-owned-elsewhere.md") },
    Rule { row: &neg109_neg_without_owner::ROW, card: include_str!("../rules/NEG109-neg-without-owner.md") },
    Rule { row: &neg110_neg_on_other_network::ROW, card: include_str!("../rules/NEG110-neg-on-other-network.md") },
    Rule { row: &neg111_zone_without_neg::ROW, card: include_str!("../rules/NEG111-zone-without-neg.md") },
    Rule { row: &neg112_neg_empty::ROW, card: include_str!("../rules/NEG112-neg-empty.md") },
    Rule { row: &neg113_endpoints_differ::ROW, card: include_str!("../rules/NEG113-endpoints-differ.md") },
    Rule { row: &neg114_neg_cleanup_stuck::ROW, card: include_str!("../rules/NEG114-neg-cleanup-stuck.md") },
    Rule { row: &neg115_retired_neg_in_use::ROW, card: include_str!("../rules/NEG115-retired-neg-in-use.md") },
    Rule { row: &neg116_node_unfit_for_neg::ROW, card: include_str!("../rules/NEG116-node-unfit-for-neg.md") },
    Rule { row: &neg117_claim_removed_neg_used::ROW, card: include_str!("../rules/NEG117-claim-removed-neg-used.md") },
    Rule { row: &neg118_controller_not_running::ROW, card: include_str!("../rules/NEG118-controller-not-running.md") },
    Rule { row: &neg119_zone_without_usable_node::ROW, card: include_str!("../rules/NEG119-zone-without-usable-node.md") },
    Rule { row: &neg120_subnet_left_out::ROW, card: include_str!("../rules/NEG120-subnet-left-out.md") },
    Rule { row: &neg121_negbinding_not_attached::ROW, card: include_str!("../rules/NEG121-negbinding-not-attached.md") },
    Rule { row: &neg122_limit_near::ROW, card: include_str!("../rules/NEG122-limit-near.md") },
    Rule { row: &neg201_neg_unattached::ROW, card: include_str!("../rules/NEG201-neg-unattached.md") },
    Rule { row: &neg202_zone_unattached::ROW, card: include_str!("../rules/NEG202-zone-unattached.md") },
    Rule { row: &neg203_balancing_mode_refused::ROW, card: include_str!("../rules/NEG203-balancing-mode-refused.md") },
    Rule { row: &neg204_balancing_mode_misfit::ROW, card: include_str!("../rules/NEG204-balancing-mode-misfit.md") },
    Rule { row: &neg205_capacity_target_missing::ROW, card: include_str!("../rules/NEG205-capacity-target-missing.md") },
    Rule { row: &neg206_capacity_zero::ROW, card: include_str!("../rules/NEG206-capacity-zero.md") },
    Rule { row: &neg207_dead_cluster_backend::ROW, card: include_str!("../rules/NEG207-dead-cluster-backend.md") },
    Rule { row: &neg208_scope_mismatch::ROW, card: include_str!("../rules/NEG208-scope-mismatch.md") },
    Rule { row: &neg209_scheme_mismatch::ROW, card: include_str!("../rules/NEG209-scheme-mismatch.md") },
    Rule { row: &neg210_protocol_mismatch::ROW, card: include_str!("../rules/NEG210-protocol-mismatch.md") },
    Rule { row: &neg211_no_backends::ROW, card: include_str!("../rules/NEG211-no-backends.md") },
    Rule { row: &neg212_all_endpoints_unhealthy::ROW, card: include_str!("../rules/NEG212-all-endpoints-unhealthy.md") },
    Rule { row: &neg213_some_endpoints_unhealthy::ROW, card: include_str!("../rules/NEG213-some-endpoints-unhealthy.md") },
    Rule { row: &neg214_backend_missing::ROW, card: include_str!("../rules/NEG214-backend-missing.md") },
    Rule { row: &neg215_backend_on_other_network::ROW, card: include_str!("../rules/NEG215-backend-on-other-network.md") },
    Rule { row: &neg216_mixed_backends::ROW, card: include_str!("../rules/NEG216-mixed-backends.md") },
    Rule { row: &neg217_controller_owned_edited::ROW, card: include_str!("../rules/NEG217-controller-owned-edited.md") },
    Rule { row: &neg218_timeout_misfit::ROW, card: include_str!("../rules/NEG218-timeout-misfit.md") },
    Rule { row: &neg219_draining_misfit::ROW, card: include_str!("../rules/NEG219-draining-misfit.md") },
    Rule { row: &neg220_neg_type_misfit::ROW, card: include_str!("../rules/NEG220-neg-type-misfit.md") },
    Rule { row: &neg301_no_health_check::ROW, card: include_str!("../rules/NEG301-no-health-check.md") },
    Rule { row: &neg302_health_check_port::ROW, card: include_str!("../rules/NEG302-health-check-port.md") },
    Rule { row: &neg303_health_check_scope::ROW, card: include_str!("../rules/NEG303-health-check-scope.md") },
    Rule { row: &neg304_health_check_protocol::ROW, card: include_str!("../rules/NEG304-health-check-protocol.md") },
    Rule { row: &neg305_health_check_path::ROW, card: include_str!("../rules/NEG305-health-check-path.md") },
    Rule { row: &neg306_health_check_timing::ROW, card: include_str!("../rules/NEG306-health-check-timing.md") },
    Rule { row: &neg307_health_check_proxy_header::ROW, card: include_str!("../rules/NEG307-health-check-proxy-header.md") },
    Rule { row: &neg308_health_check_frozen::ROW, card: include_str!("../rules/NEG308-health-check-frozen.md") },
    Rule { row: &neg309_health_check_slow::ROW, card: include_str!("../rules/NEG309-health-check-slow.md") },
    Rule { row: &neg401_probes_not_admitted::ROW, card: include_str!("../rules/NEG401-probes-not-admitted.md") },
    Rule { row: &neg402_probes_denied::ROW, card: include_str!("../rules/NEG402-probes-denied.md") },
    Rule { row: &neg403_proxy_subnet_not_admitted::ROW, card: include_str!("../rules/NEG403-proxy-subnet-not-admitted.md") },
    Rule { row: &neg404_network_policy_blocks_probes::ROW, card: include_str!("../rules/NEG404-network-policy-blocks-probes.md") },
    Rule { row: &neg405_firewall_opens_service_port::ROW, card: include_str!("../rules/NEG405-firewall-opens-service-port.md") },
    Rule { row: &neg406_firewall_misses_nodes::ROW, card: include_str!("../rules/NEG406-firewall-misses-nodes.md") },
    Rule { row: &neg407_host_project_must_open::ROW, card: include_str!("../rules/NEG407-host-project-must-open.md") },
    Rule { row: &neg501_no_target_proxy::ROW, card: include_str!("../rules/NEG501-no-target-proxy.md") },
    Rule { row: &neg502_no_forwarding_rule::ROW, card: include_str!("../rules/NEG502-no-forwarding-rule.md") },
    Rule { row: &neg503_ports_overlap::ROW, card: include_str!("../rules/NEG503-ports-overlap.md") },
    Rule { row: &neg504_address_misfit::ROW, card: include_str!("../rules/NEG504-address-misfit.md") },
    Rule { row: &neg505_ephemeral_address::ROW, card: include_str!("../rules/NEG505-ephemeral-address.md") },
    Rule { row: &neg506_proxy_header_misfit::ROW, card: include_str!("../rules/NEG506-proxy-header-misfit.md") },
    Rule { row: &neg507_certificate_trouble::ROW, card: include_str!("../rules/NEG507-certificate-trouble.md") },
    Rule { row: &neg508_no_proxy_only_subnet::ROW, card: include_str!("../rules/NEG508-no-proxy-only-subnet.md") },
    Rule { row: &neg509_route_misses_backend::ROW, card: include_str!("../rules/NEG509-route-misses-backend.md") },
    Rule { row: &neg510_front_port_surprise::ROW, card: include_str!("../rules/NEG510-front-port-surprise.md") },
    Rule { row: &neg511_proxy_kind_misfit::ROW, card: include_str!("../rules/NEG511-proxy-kind-misfit.md") },
    Rule { row: &neg512_reserved_address_unused::ROW, card: include_str!("../rules/NEG512-reserved-address-unused.md") },
    Rule { row: &neg513_network_tier_misfit::ROW, card: include_str!("../rules/NEG513-network-tier-misfit.md") },
    Rule { row: &neg514_reference_dangles::ROW, card: include_str!("../rules/NEG514-reference-dangles.md") },
    Rule { row: &neg601_removed_ingress_api::ROW, card: include_str!("../rules/NEG601-removed-ingress-api.md") },
    Rule { row: &neg602_ingress_class_field_ignored::ROW, card: include_str!("../rules/NEG602-ingress-class-field-ignored.md") },
    Rule { row: &neg603_internal_ingress_needs_neg::ROW, card: include_str!("../rules/NEG603-internal-ingress-needs-neg.md") },
    Rule { row: &neg604_ingress_backend_missing::ROW, card: include_str!("../rules/NEG604-ingress-backend-missing.md") },
    Rule { row: &neg605_ingress_port_missing::ROW, card: include_str!("../rules/NEG605-ingress-port-missing.md") },
    Rule { row: &neg606_backend_needs_neg_or_nodeport::ROW, card: include_str!("../rules/NEG606-backend-needs-neg-or-nodeport.md") },
    Rule { row: &neg607_backendconfig_missing::ROW, card: include_str!("../rules/NEG607-backendconfig-missing.md") },
    Rule { row: &neg608_backendconfig_port_mismatch::ROW, card: include_str!("../rules/NEG608-backendconfig-port-mismatch.md") },
    Rule { row: &neg609_backendconfig_annotation_invalid::ROW, card: include_str!("../rules/NEG609-backendconfig-annotation-invalid.md") },
    Rule { row: &neg610_app_protocol_mismatch::ROW, card: include_str!("../rules/NEG610-app-protocol-mismatch.md") },
    Rule { row: &neg611_tls_secret_missing::ROW, card: include_str!("../rules/NEG611-tls-secret-missing.md") },
    Rule { row: &neg612_path_type_surprise::ROW, card: include_str!("../rules/NEG612-path-type-surprise.md") },
    Rule { row: &neg613_static_ip_misfit::ROW, card: include_str!("../rules/NEG613-static-ip-misfit.md") },
    Rule { row: &neg614_frontendconfig_trouble::ROW, card: include_str!("../rules/NEG614-frontendconfig-trouble.md") },
    Rule { row: &neg615_managed_certificate_trouble::ROW, card: include_str!("../rules/NEG615-managed-certificate-trouble.md") },
    Rule { row: &neg616_gateway_class_misfit::ROW, card: include_str!("../rules/NEG616-gateway-class-misfit.md") },
    Rule { row: &neg617_malformed_claim_behind_ingress::ROW, card: include_str!("../rules/NEG617-malformed-claim-behind-ingress.md") },
    Rule { row: &neg618_l4_annotation_ignored::ROW, card: include_str!("../rules/NEG618-l4-annotation-ignored.md") },
    Rule { row: &neg619_policy_target_missing::ROW, card: include_str!("../rules/NEG619-policy-target-missing.md") },
    Rule { row: &neg620_translation_failed::ROW, card: include_str!("../rules/NEG620-translation-failed.md") },
    Rule { row: &neg621_exposed_only_behind_ingress::ROW, card: include_str!("../rules/NEG621-exposed-only-behind-ingress.md") },
    Rule { row: &neg622_health_check_not_from_probe::ROW, card: include_str!("../rules/NEG622-health-check-not-from-probe.md") },
    Rule { row: &neg623_gateway_ignores_backendconfig::ROW, card: include_str!("../rules/NEG623-gateway-ignores-backendconfig.md") },
    Rule { row: &neg624_rule_overwritten::ROW, card: include_str!("../rules/NEG624-rule-overwritten.md") },
    Rule { row: &neg625_service_attachment_failed::ROW, card: include_str!("../rules/NEG625-service-attachment-failed.md") },
    Rule { row: &neg626_multi_cluster_service_missing::ROW, card: include_str!("../rules/NEG626-multi-cluster-service-missing.md") },
    Rule { row: &neg627_l4_load_balancer_failed::ROW, card: include_str!("../rules/NEG627-l4-load-balancer-failed.md") },
    Rule { row: &neg628_l4_service_skipped::ROW, card: include_str!("../rules/NEG628-l4-service-skipped.md") },
    Rule { row: &neg629_ingress_front_end_refused::ROW, card: include_str!("../rules/NEG629-ingress-front-end-refused.md") },
    Rule { row: &neg630_app_protocol_field_unread::ROW, card: include_str!("../rules/NEG630-app-protocol-field-unread.md") },
    Rule { row: &neg631_transparent_health_check_unused::ROW, card: include_str!("../rules/NEG631-transparent-health-check-unused.md") },
    Rule { row: &neg632_l4_option_without_effect::ROW, card: include_str!("../rules/NEG632-l4-option-without-effect.md") },
    Rule { row: &neg633_gateway_not_programmed::ROW, card: include_str!("../rules/NEG633-gateway-not-programmed.md") },
    Rule { row: &neg634_route_not_attached::ROW, card: include_str!("../rules/NEG634-route-not-attached.md") },
    Rule { row: &neg635_ingress_claimed_by_default::ROW, card: include_str!("../rules/NEG635-ingress-claimed-by-default.md") },
    Rule { row: &neg636_load_balancer_cleanup_stuck::ROW, card: include_str!("../rules/NEG636-load-balancer-cleanup-stuck.md") },
    Rule { row: &neg637_change_rebuilds_backends::ROW, card: include_str!("../rules/NEG637-change-rebuilds-backends.md") },
    Rule { row: &neg638_ingress_resource_backend::ROW, card: include_str!("../rules/NEG638-ingress-resource-backend.md") },
    Rule { row: &neg639_backendconfig_refused::ROW, card: include_str!("../rules/NEG639-backendconfig-refused.md") },
    Rule { row: &neg640_backendconfig_unread::ROW, card: include_str!("../rules/NEG640-backendconfig-unread.md") },
    Rule { row: &neg641_passthrough_neg_without_rule::ROW, card: include_str!("../rules/NEG641-passthrough-neg-without-rule.md") },
    Rule { row: &neg642_passthrough_neg_not_programmed::ROW, card: include_str!("../rules/NEG642-passthrough-neg-not-programmed.md") },
    Rule { row: &neg701_readiness_gate_missing::ROW, card: include_str!("../rules/NEG701-readiness-gate-missing.md") },
    Rule { row: &neg702_readiness_gate_stuck::ROW, card: include_str!("../rules/NEG702-readiness-gate-stuck.md") },
    Rule { row: &neg703_readiness_gate_without_neg::ROW, card: include_str!("../rules/NEG703-readiness-gate-without-neg.md") },
    Rule { row: &neg704_readiness_gate_hollow::ROW, card: include_str!("../rules/NEG704-readiness-gate-hollow.md") },
    Rule { row: &neg705_rollout_outruns_load_balancer::ROW, card: include_str!("../rules/NEG705-rollout-outruns-load-balancer.md") },
    Rule { row: &neg706_pod_ends_before_drained::ROW, card: include_str!("../rules/NEG706-pod-ends-before-drained.md") },
    Rule { row: &neg707_no_readiness_probe::ROW, card: include_str!("../rules/NEG707-no-readiness-probe.md") },
    Rule { row: &neg708_readiness_gave_up::ROW, card: include_str!("../rules/NEG708-readiness-gave-up.md") },
    Rule { row: &neg710_pod_not_addressable::ROW, card: include_str!("../rules/NEG710-pod-not-addressable.md") },
    Rule { row: &neg711_mesh_mtls_shuts_out_load_balancer::ROW, card: include_str!("../rules/NEG711-mesh-mtls-shuts-out-load-balancer.md") },
    Rule { row: &neg809_autoneg_misfit::ROW, card: include_str!("../rules/NEG809-autoneg-misfit.md") },
    Rule { row: &neg810_autoneg_refused::ROW, card: include_str!("../rules/NEG810-autoneg-refused.md") },
    Rule { row: &neg901_orphan_neg::ROW, card: include_str!("../rules/NEG901-orphan-neg.md") },
    Rule { row: &neg902_orphan_backend_service::ROW, card: include_str!("../rules/NEG902-orphan-backend-service.md") },
    Rule { row: &neg903_orphan_health_check::ROW, card: include_str!("../rules/NEG903-orphan-health-check.md") },
    Rule { row: &neg904_orphan_front_end::ROW, card: include_str!("../rules/NEG904-orphan-front-end.md") },
    Rule { row: &neg905_migration_collision::ROW, card: include_str!("../rules/NEG905-migration-collision.md") },
    Rule { row: &neg906_migration_not_ready::ROW, card: include_str!("../rules/NEG906-migration-not-ready.md") },
    Rule { row: &neg907_regional_cannot_move::ROW, card: include_str!("../rules/NEG907-regional-cannot-move.md") },
    Rule { row: &neg908_old_cluster_still_serving::ROW, card: include_str!("../rules/NEG908-old-cluster-still-serving.md") },
    Rule { row: &neg909_orphan_firewall_rule::ROW, card: include_str!("../rules/NEG909-orphan-firewall-rule.md") },
];
// END GENERATED

/// The rule in whose name the report speaks of suppressions.
pub static UNUSED_SUPPRESSION: &Row = &neg000_unused_suppression::ROW;

/// Every row, in the order of the ids.
pub fn rows() -> Vec<&'static Row> {
    ALL.iter().map(|rule| rule.row).collect()
}

/// Finds a rule by id or slug, in any letter case.
pub fn find(name: &str) -> Option<&'static Rule> {
    ALL.iter().find(|rule| {
        name.eq_ignore_ascii_case(rule.row.id) || name.eq_ignore_ascii_case(rule.row.slug)
    })
}
