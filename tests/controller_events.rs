//! The controllers' own words, and what they keep silent about.

use std::collections::BTreeMap;

use neg_doctor::controller::{
    NEG_ANNOTATION,
    decide::{Decision, Preprovisioned, Silence, Source, decide},
    ingress::{
        APP_PROTOCOLS, APP_PROTOCOLS_OLD, AppProtocol, Ignored as Why, IngressClass, backend,
    },
    input::{Flags, PortRef, ServiceInput, ServicePort, Surroundings, SvcNeg},
    l4::{
        LOAD_BALANCER_TYPE, LoadBalancerClass, LoadBalancerType, NetworkTier, Wish, asks_for_rbs,
        load_balancer_type, network_tier, wish,
    },
    names::{L7Namer, NegName, looks_generated},
};

fn port<'a>(name: &'a str, number: i32, target: &'a str) -> ServicePort<'a> {
    ServicePort {
        name,
        number,
        target,
    }
}

fn service(annotation: &str) -> ServiceInput<'_> {
    ServiceInput {
        namespace: "shop",
        name: "web",
        ports: vec![port("http", 80, "8080"), port("https", 443, "8443")],
        annotations: BTreeMap::from([(NEG_ANNOTATION, annotation)]),
        ..ServiceInput::default()
    }
}

fn run<'a>(service: &ServiceInput<'a>, refs: &[PortRef<'a>]) -> Decision<'a> {
    decide(service, refs, &Flags::default(), &Surroundings::default())
}

fn messages(decision: &Decision) -> Vec<String> {
    decision
        .rejections
        .iter()
        .map(ToString::to_string)
        .collect()
}

#[test]
fn rejections_are_in_the_controllers_words() {
    let cases = [
        ("foo", "NEG annotation is invalid."),
        (
            r#"{"exposed_ports":{"81":{}}}"#,
            r#"port 81 specified in "cloud.google.com/neg" doesn't exist in the service"#,
        ),
        (
            r#"{"exposed_ports":{"82":{},"81":{},"80":{}}}"#,
            r#"[port 81 specified in "cloud.google.com/neg" doesn't exist in the service, port 82 specified in "cloud.google.com/neg" doesn't exist in the service]"#,
        ),
        (
            r#"{"ingress":true,"exposed_ports":{"80":{"name":"a"}}}"#,
            "configuration for negs in service (shop/web) is invalid, custom neg name cannot be used with ingress enabled",
        ),
        (
            r#"{"exposed_ports":{"80":{"name":"a"},"443":{"name":"a"}}}"#,
            "failed to ensure svc neg cr shop/a/443 for port: Neg shop/a has a label mismatch. Expected key networking.gke.io/service-port to have the value 443 but found 80. Neg is likely taken by webervice. Please remove previous neg before creating this configuration ",
        ),
    ];
    for (annotation, error) in cases {
        let decision = run(&service(annotation), &[]);
        let message = format!(r#"error processing service "shop/web": {error}"#);
        assert_eq!(messages(&decision), [message], "{annotation}");
        assert_eq!(
            decision.rejections[0].cause.reason(),
            "ProcessServiceFailed"
        );
        assert_eq!(
            decision.negs.is_empty(),
            decision.rejections[0].cause.stops_the_pass()
        );
    }
}

#[test]
fn a_name_that_is_taken_is_told_with_its_owner() {
    let around = Surroundings {
        svcnegs: BTreeMap::from([(
            "a",
            SvcNeg {
                labels: BTreeMap::from([("networking.gke.io/service-name", "api")]),
                owner: Some("api"),
            },
        )]),
        ..Surroundings::default()
    };
    let service = service(r#"{"exposed_ports":{"80":{"name":"a"}}}"#);
    let message = messages(&decide(&service, &[], &Flags::default(), &around)).remove(0);
    assert!(
        message.contains("service-name to have the value web but found api"),
        "{message}"
    );
    assert!(message.contains("taken by apiervice."), "{message}");
}

#[test]
fn one_number_with_two_protocols_may_be_taken_either_way() {
    let mut service = service(r#"{"ingress":true,"exposed_ports":{"53":{}}}"#);
    service.ports = vec![port("tcp", 53, "5353"), port("udp", 53, "5354")];
    let decision = run(&service, &[PortRef::Name("tcp")]);
    assert_eq!(
        messages(&decision),
        [
            r#"error processing service "shop/web": failed to merge service ports exposed as standalone NEGs (…) into ingress referenced service ports (…): for service port {53}, port tuple in existing map is "tcp/53-5353", but the merge map has "udp/53-5354""#
        ]
    );
    let alone = run(&service, &[]);
    assert_eq!(alone.negs[0].follows, service.ports);
    assert_eq!(alone.negs[0].sources, [Source::Exposed]);
}

#[test]
fn a_bad_name_is_refused_by_others() {
    let refused = |name: &str| {
        let annotation = format!(r#"{{"exposed_ports":{{"80":{{"name":"{name}"}}}}}}"#);
        let decision = run(&service(&annotation), &[]);
        decision
            .rejections
            .first()
            .map(|it| (it.cause.reason(), it.to_string()))
    };
    assert_eq!(refused("my-neg"), None);
    let (reason, message) = refused("My").unwrap();
    assert_eq!(reason, "ProcessServiceFailed");
    assert!(
        message.contains("a lowercase RFC 1123 subdomain"),
        "{message}"
    );
    let (reason, message) = refused("1-neg").unwrap();
    assert_eq!(reason, "SyncNetworkEndpointGroupFailed");
    assert!(
        message.starts_with("Failed to sync NEG \"1-neg\" (will retry): "),
        "{message}"
    );
    for (name, object, resource) in [
        ("", false, false),
        ("-a", false, false),
        ("a-", false, false),
        ("a..b", false, false),
        ("a.b", true, false),
        ("a", true, true),
        (&"a".repeat(63), true, true),
        (&"a".repeat(64), true, false),
        (&"a".repeat(254), false, false),
    ] {
        let name = NegName::new(name);
        assert_eq!(
            (name.is_object_name(), name.is_resource_name()),
            (object, resource),
            "{name}"
        );
    }
}

#[test]
fn silences_are_heard() {
    assert_eq!(run(&service("{}"), &[]).silences, [Silence::NoEffect]);
    let ingress = service(r#"{"ingress":true}"#);
    assert_eq!(run(&ingress, &[]).silences, [Silence::NotReferenced]);
    let unknown = PortRef::Name("80");
    assert_eq!(
        run(&ingress, &[unknown, PortRef::Number(80)]).silences,
        [Silence::UnknownIngressPort(unknown)]
    );
    let zones = service(r#"{"exposed_ports":{"80":{}},"zones":["x"]}"#);
    assert_eq!(run(&zones, &[]).silences, [Silence::ZonesFlagOff]);
    let mut foreign = service(r#"{"exposed_ports":{"80":{}}}"#);
    foreign.load_balancer_class = Some("example.com/lb");
    let decision = run(&foreign, &[]);
    assert_eq!(
        decision.silences,
        [Silence::ForeignLoadBalancerClass("example.com/lb")]
    );
    assert_eq!(decision.negs.len(), 1);
}

#[test]
fn zones_are_judged_by_the_region() {
    let flags = Flags {
        enable_neg_preprovisioning: true,
        ..Flags::default()
    };
    let service = service(r#"{"exposed_ports":{"80":{}},"zones":["x"]}"#);
    let mut around = Surroundings::default();
    let unchecked = decide(&service, &[], &flags, &around);
    assert_eq!(
        unchecked.preprovisioned,
        Preprovisioned::Unchecked(vec!["x".to_owned()])
    );
    around.region_zones = Some(vec!["a", "b"]);
    let ignored = decide(&service, &[], &flags, &around);
    assert_eq!(ignored.preprovisioned, Preprovisioned::No);
    assert_eq!(
        ignored.warnings[0].to_string(),
        r#"Ignore zone pre-provisioning annotation err: incorrect value: zone "x" is not in the cluster's region zones: ["a" "b"]"#
    );
}

#[test]
fn without_the_cluster_names_are_patterns() {
    let decision = run(
        &service(r#"{"exposed_ports":{"80":{},"443":{"name":"mine"}}}"#),
        &[],
    );
    let [http, https] = decision.negs.as_slice() else {
        panic!("two NEGs")
    };
    assert_eq!(http.name.to_string(), "k8s1-*-shop-web-80-*");
    let real = L7Namer::new("0123456789abcdef").neg("shop", "web", 80);
    assert!(http.name.fits(real.as_str()));
    assert!(real.looks_generated());
    assert!(!http.name.fits("k8s1-01234567-shop-web-80-00000000"));
    assert!(https.name.fits("mine"));
    assert!(!looks_generated("mine"));
    assert!(!looks_generated("k8s1-01234567-shop-web-80-0000000g"));
}

#[test]
fn classes_have_their_controllers() {
    use IngressClass::{GlobalExternal, Ignored, Internal, MultiCluster, RegionalExternal};
    let off = Flags::default();
    let on = Flags {
        enable_ingress_regional_external: true,
        enable_ingress_global_external: false,
        ingress_class: Some("ours".to_owned()),
        ..Flags::default()
    };
    let (foreign, by_name, flag) = (
        Ignored(Why::ForeignClass),
        Ignored(Why::ClassName),
        Ignored(Why::FlagOff),
    );
    for (annotation, name, by_default, with_flags) in [
        (None, None, GlobalExternal, GlobalExternal),
        (Some(""), None, GlobalExternal, GlobalExternal),
        (None, Some("gce"), by_name, by_name),
        (Some("gce"), Some("x"), GlobalExternal, flag),
        (Some("gce-internal"), Some("x"), Internal, Internal),
        (Some("gce-regional-external"), None, flag, RegionalExternal),
        (Some("gce-multi-cluster"), None, MultiCluster, MultiCluster),
        (Some("ours"), None, foreign, GlobalExternal),
        (Some("GCE"), None, foreign, foreign),
    ] {
        assert_eq!(
            IngressClass::of(annotation, name, &off),
            by_default,
            "{annotation:?}"
        );
        assert_eq!(
            IngressClass::of(annotation, name, &on),
            with_flags,
            "{annotation:?}"
        );
    }
}

#[test]
fn the_ingress_controller_says_translate() {
    let message = |service: &ServiceInput, port| {
        backend(service, port, IngressClass::GlobalExternal)
            .unwrap_err()
            .to_string()
    };
    let mut service = service("{}");
    assert_eq!(
        message(&service, PortRef::Number(80)),
        r#"Translation failed: invalid ingress spec: service "shop/web" is type "ClusterIP", expected "NodePort" or "LoadBalancer" when not using NEGs"#
    );
    assert!(message(&service, PortRef::Name("80")).contains("Name:80,Number:0,"));
    service.service_type = Some("NodePort");
    service
        .annotations
        .insert(APP_PROTOCOLS, r#"{"http":"https"}"#);
    assert_eq!(
        message(&service, PortRef::Number(80)),
        r#"Translation failed: invalid ingress spec: could not parse "service.alpha.kubernetes.io/app-protocols" annotation on service "shop/web", err: invalid port application protocol: https"#
    );
    service.annotations.insert(
        APP_PROTOCOLS_OLD,
        r#"{"http":"x","http":"HTTP2","443":"HTTPS"}"#,
    );
    let protocol = |number| {
        backend(
            &service,
            PortRef::Number(number),
            IngressClass::GlobalExternal,
        )
        .unwrap()
        .protocol
    };
    assert_eq!(protocol(80), AppProtocol::Http2);
    assert_eq!(protocol(443), AppProtocol::Http);
}

#[test]
fn exact_values_of_passthrough_load_balancers() {
    use LoadBalancerType::{External, Internal};
    for (new, old, expected) in [
        (Some("Internal"), None, Internal),
        (None, Some("internal"), Internal),
        (Some("INTERNAL"), None, External),
        (Some("Internal "), None, External),
        (Some("nonsense"), Some("Internal"), External),
        (None, None, External),
    ] {
        assert_eq!(load_balancer_type(new, old), expected, "{new:?} {old:?}");
    }
    assert!(asks_for_rbs(Some("enabled")) && !asks_for_rbs(Some("Enabled")));
    assert_eq!(network_tier(None), Some(NetworkTier::Premium));
    assert_eq!(network_tier(Some("Standard")), Some(NetworkTier::Standard));
    assert_eq!(network_tier(Some("STANDARD")), None);
    let legacy = LoadBalancerClass::of(Some("networking.gke.io/l4-regional-internal-legacy"));
    assert_eq!(legacy, LoadBalancerClass::RegionalInternalLegacy);

    let mut service = ServiceInput {
        service_type: Some("LoadBalancer"),
        ..service("{}")
    };
    assert_eq!(wish(&service), Wish::External);
    service.annotations.insert(LOAD_BALANCER_TYPE, "Internal");
    assert_eq!(wish(&service), Wish::Internal);
    service.load_balancer_class = Some("networking.gke.io/l4-regional-external");
    assert_eq!(wish(&service), Wish::External);
    service.load_balancer_class = Some("networking.gke.io/l4-regional-external-legacy");
    assert_eq!(wish(&service), Wish::Nothing);
}
