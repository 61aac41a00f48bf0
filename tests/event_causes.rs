//! Causes, as the controllers and Google Cloud word them, alone and in lists and wrappings.
#![cfg(test)]

use neg_doctor::controller::{
    event::{
        BackendConfigFault, Cause, Conflicting, Decoded, Description, EndpointFault, EventText,
        Meaning, Refusal, Reported, Step, Trouble, decode,
    },
    names::NegName,
    rejection::{self, Difference, LabelConflict, RefusedBy, Rejection},
};

fn event<'e>(kind: &'e str, reason: &'e str, message: &'e str) -> Decoded<'e> {
    let component = match kind {
        "Service" => "neg-controller",
        "Pod" => "neg-readiness-reflector",
        _ => "loadbalancer-controller",
    };
    decode(&EventText {
        kind,
        event_type: "Warning",
        reason,
        component,
        message,
    })
    .unwrap()
}

fn causes(text: &str) -> Vec<Cause<'_>> {
    let reports = Reported::all(text).into_iter();
    reports.map(|report| report.cause).collect()
}

/// What is decoded of a refusal in the words of the simulated controller.
fn expected(cause: &rejection::Cause) -> Vec<Cause<'_>> {
    use rejection::Cause as Told;
    vec![match cause {
        Told::AnnotationInvalid => Cause::AnnotationInvalid,
        Told::PortsNotInService(_) => {
            return ["7", "8"]
                .map(|port| Cause::PortNotInService { port })
                .into();
        }
        Told::CustomNameWithIngress => Cause::CustomNameWithIngress {
            service: "shop/web",
        },
        Told::MergeConflict { difference, .. } => match difference {
            Difference::Ports { existing, merged } => Cause::MergeConflict {
                port: "80",
                difference: Conflicting::Ports,
                existing,
                merged,
            },
            Difference::Names { existing, merged } => Cause::MergeConflict {
                port: "80",
                difference: Conflicting::Names,
                existing,
                merged,
            },
        },
        Told::Ipv6OnlyUnsupported => Cause::Ipv6Only,
        Told::LabelConflict(conflict) => Cause::LabelConflict {
            namespace: "shop",
            neg: &conflict.neg,
            label: conflict.label,
            want: &conflict.want,
            have: &conflict.have,
            owner: &conflict.owner,
        },
        Told::NegNameInvalid {
            name, refused_by, ..
        } => match refused_by {
            RefusedBy::ApiServer => Cause::ObjectName {
                name: name.as_str(),
            },
            RefusedBy::ComputeEngine => return Vec::new(),
        },
        Told::BadServiceType(service_type) => Cause::ServiceType {
            service: "shop/web",
            service_type,
        },
        Told::IngressPortNotFound { name, .. } => Cause::IngressPortMissing {
            port: if name.is_empty() { "80" } else { name },
            service: "shop/web",
        },
        Told::AppProtocolsInvalid(error) => Cause::AppProtocols {
            service: "shop/web",
            error,
        },
    }]
}

#[test]
fn the_simulated_controllers_words_are_understood() {
    use rejection::Cause as Told;
    let [existing, merged] = ["http/80-8080", "dns/80-53"].map(str::to_owned);
    let difference = Difference::Ports {
        existing: existing.clone(),
        merged: merged.clone(),
    };
    let names = Difference::Names { existing, merged };
    let all = [
        Told::AnnotationInvalid,
        Told::PortsNotInService(vec![7, 8]),
        Told::CustomNameWithIngress,
        Told::MergeConflict {
            port: 80,
            difference,
        },
        Told::MergeConflict {
            port: 80,
            difference: names,
        },
        Told::Ipv6OnlyUnsupported,
        Told::LabelConflict(Box::new(LabelConflict {
            port: 80,
            neg: "mine".to_owned(),
            label: "networking.gke.io/service-name",
            want: "web".to_owned(),
            have: "old".to_owned(),
            owner: "old".to_owned(),
        })),
        Told::NegNameInvalid {
            port: 80,
            name: NegName::new("My_neg"),
            refused_by: RefusedBy::ApiServer,
        },
        Told::NegNameInvalid {
            port: 80,
            name: NegName::new("9neg"),
            refused_by: RefusedBy::ComputeEngine,
        },
        Told::BadServiceType("ClusterIP".to_owned()),
        Told::IngressPortNotFound {
            name: "http".to_owned(),
            number: 0,
        },
        Told::IngressPortNotFound {
            name: String::new(),
            number: 80,
        },
        Told::AppProtocolsInvalid("invalid port application protocol: https".to_owned()),
    ];
    for cause in all {
        let told = Rejection {
            service: "shop/web".to_owned(),
            cause,
        };
        let message = told.to_string();
        let reason = told.cause.reason();
        let kind = if reason == "Translate" {
            "Ingress"
        } else {
            "Service"
        };
        let decoded = event(kind, reason, &message);
        assert!(decoded.meaning.is_trouble(), "{message}");
        let found: Vec<Cause> = decoded.causes.iter().map(|it| it.cause.clone()).collect();
        let wanted = expected(&told.cause);
        if wanted.is_empty() {
            assert!(matches!(
                found.as_slice(),
                [Cause::Google(it)] if it.refusal == (Refusal::InvalidName { name: "9neg" })
            ));
        } else {
            assert_eq!(found, wanted, "{message}");
        }
    }
}

#[test]
fn a_neg_of_somebody_else_names_its_owner() {
    let message = r#"Failed to sync NEG "mine" (will not retry): failed to get NEG for service: found conflicting description in neg mine: expected description of NEG object "us-central1-a"/"mine" to be {"cluster-uid":"u1","namespace":"shop","service-name":"web","port":"80"}, but got {"cluster-uid":"u2","namespace":"mail","service-name":"smtp","port":"25"}"#;
    let decoded = event("Service", "SyncNetworkEndpointGroupFailed", message);
    assert_eq!(decoded.meaning, Meaning::Trouble(Trouble::Sync));
    assert_eq!(
        (decoded.neg(), decoded.will_retry()),
        (Some("mine"), Some(false))
    );
    let [Reported { step, cause, .. }] = decoded.causes.as_slice() else {
        panic!("{:?}", decoded.causes)
    };
    assert_eq!(*step, Some(Step::EnsureNeg));
    let Cause::ForeignDescription {
        want,
        have,
        zone,
        same_namespace,
        ..
    } = cause
    else {
        panic!("{cause:?}")
    };
    assert_eq!((*zone, *same_namespace), ("us-central1-a", false));
    assert_eq!(
        (want.cluster_uid.as_ref(), want.port.as_ref()),
        ("u1", "80")
    );
    assert_eq!(have.service(), "mail/smtp");
    let advice = decoded.advice().unwrap();
    assert!(
        advice.contains("mail/smtp of another cluster (u2)"),
        "{advice}"
    );

    let cut = message.split(r#","service-name":"smtp""#).next().unwrap();
    let decoded = event("Service", "SyncNetworkEndpointGroupFailed", cut);
    assert!(matches!(
        &decoded.causes[0].cause,
        Cause::ForeignDescription { have, .. } if have.unreadable.contains("mail")
    ));
    assert_eq!(Description::of("[]").unreadable, "[]");
}

#[test]
fn google_refuses_in_its_own_words() {
    let foreign = "googleapi: Error 400: Invalid value for field 'resource.networkEndpoints[0].ipAddress': '10.0.0.9'. Specified IP address 10.0.0.9 doesn't belong to the (sub)network default or to the instance gke-1., invalid";
    for (text, refusal) in [
        (
            "googleapi: Error 403: QUOTA_EXCEEDED - Quota 'NETWORK_ENDPOINT_GROUPS' exceeded.  Limit: 100.0 in region us-central1.",
            Refusal::Quota {
                quota: "NETWORK_ENDPOINT_GROUPS",
            },
        ),
        (
            "googleapi: Error 403: Required 'compute.networkEndpointGroups.create' permission for 'projects/p/zones/z/networkEndpointGroups/n', forbidden",
            Refusal::Permission {
                permission: "compute.networkEndpointGroups.create",
                resource: "projects/p/zones/z/networkEndpointGroups/n",
                principal: "",
            },
        ),
        (
            "googleapi: Error 403: Required 'compute.subnetworks.use' permission for 'projects/host/regions/r/subnetworks/s' (account: service-1@container-engine-robot.iam.gserviceaccount.com), forbidden",
            Refusal::Permission {
                permission: "compute.subnetworks.use",
                resource: "projects/host/regions/r/subnetworks/s",
                principal: "service-1@container-engine-robot.iam.gserviceaccount.com",
            },
        ),
        (
            "googleapi: Error 404: The resource 'projects/p/zones/z/networkEndpointGroups/n' was not found, notFound",
            Refusal::NotFound {
                resource: "projects/p/zones/z/networkEndpointGroups/n",
            },
        ),
        (
            "googleapi: Error 400: The network_endpoint_group resource 'projects/p/zones/z/networkEndpointGroups/n' is already being used by 'projects/p/global/backendServices/b', resourceInUseByAnotherResource",
            Refusal::InUse {
                resource: "projects/p/zones/z/networkEndpointGroups/n",
                user: "projects/p/global/backendServices/b",
            },
        ),
        (
            "googleapi: Error 403: Quota exceeded for quota metric 'Queries' and limit 'Queries per minute' of service 'compute.googleapis.com', rateLimitExceeded",
            Refusal::RateLimit,
        ),
        (
            foreign,
            Refusal::ForeignAddress {
                address: "10.0.0.9",
                place: "the (sub)network default or to the instance gke-1., invalid",
            },
        ),
        (
            "googleapi: Error 403: Compute Engine API has not been used in project 12 before or it is disabled.",
            Refusal::ApiDisabled { project: "12" },
        ),
        (
            "googleapi: Error 503: Backend Error, backendError",
            Refusal::Server,
        ),
        ("googleapi: Error 418: teapot", Refusal::Other),
        (
            "googleapi: got HTTP response code 502 with body: …",
            Refusal::Other,
        ),
    ] {
        for wrapped in [
            text.to_owned(),
            format!("error running backend syncing routine: x: {text}"),
        ] {
            let Cause::Google(refused) = Cause::of(&wrapped) else {
                panic!("{wrapped}")
            };
            assert_eq!(refused.refusal, refusal, "{wrapped}");
        }
    }
    let message =
        format!(r#"Failed to Attach 2 network endpoint(s) (NEG "n" in zone "z"): {foreign}"#);
    let decoded = event("Service", "AttachFailed", &message);
    assert_eq!((decoded.zone(), decoded.causes.len()), (Some("z"), 1));
    assert!(decoded.advice().unwrap().contains("10.0.0.9"));
}

#[test]
fn lists_are_taken_apart() {
    let not_found = "googleapi: Error 404: The resource 'r' was not found, notFound";
    let text = format!(
        "[failed to get NEG for service: [found a custom named neg a with an empty description, \
         {not_found}], failed to get current NEG endpoints: failed to lookup NEG in zone \"z\", \
         ensured zones [y z], err - {not_found}]"
    );
    let reports = Reported::all(&text);
    let steps: Vec<_> = reports.iter().map(|it| it.step).collect();
    let listing = Some(Step::ListEndpoints { zone: Some("z") });
    assert_eq!(steps[0], Some(Step::EnsureNeg));
    assert_eq!((steps.last(), reports.len()), (Some(&listing), 3));
    assert_eq!(reports[0].cause, Cause::EmptyDescription { neg: "a" });
    assert_eq!(reports[1].text, not_found);
    // Only the NEG that is missing when it is listed is made again by itself.
    let passes: Vec<_> = reports.iter().map(Reported::passes).collect();
    assert_eq!(passes, [false, false, true]);

    let translate = r#"could not find service "shop/a"; error getting BackendConfig for port "&ServiceBackendPort{Name:http,Number:0,}" on service "shop/b", err: no BackendConfig for service port exists.; Ingress Backend is not a service"#;
    let (service, port) = ("shop/b", "http");
    let fault = BackendConfigFault::Missing;
    assert_eq!(
        causes(translate),
        [
            Cause::ServiceMissing { service: "shop/a" },
            Cause::BackendConfig {
                port,
                service,
                fault
            },
            Cause::ResourceBackend,
        ]
    );
    let reports = Reported::all("[something new, Service not found]");
    let texts: Vec<_> = reports.iter().map(|it| it.text).collect();
    assert_eq!(texts, ["something new", "Service not found"]);
    assert_eq!(causes("[]"), [Cause::Unknown]);
    assert_eq!(causes("a, b; [c]"), [Cause::Unknown]);
}

#[test]
fn a_bad_endpoint_is_named_with_its_slice() {
    let message = r#"Failed to sync NEG "n" (will retry): unexpected error when getting zone for endpoint ["10.0.0.1" "10.0.0.2"] in endpoint slice shop/web-x: endpoint has missing zone field: zone is missing for node gke-1"#;
    let decoded = event("Service", "SyncNetworkEndpointGroupFailed", message);
    let [
        Reported {
            cause:
                Cause::Endpoint {
                    fault,
                    place,
                    detail,
                },
            ..
        },
    ] = decoded.causes.as_slice()
    else {
        panic!("{:?}", decoded.causes)
    };
    let place = place.unwrap();
    assert_eq!(*fault, EndpointFault::ZoneMissing);
    assert_eq!((place.namespace, place.slice), ("shop", "web-x"));
    assert_eq!(place.ips, r#""10.0.0.1" "10.0.0.2""#);
    assert_eq!(*detail, "zone is missing for node gke-1");
}

#[test]
fn what_load_balancers_lack() {
    let secret = |secret| Cause::Secret {
        secret,
        lacks: None,
    };
    let not_found = r#"error initializing translator env: secrets "web-tls" not found"#;
    assert_eq!(causes(not_found), [secret("web-tls")]);
    let rule = "failed to find forwarding rule: failed to get Forwarding Rule a: googleapi: Error";
    let missing = format!("{rule} 404: not found, notFound");
    assert_eq!(causes(&missing), [Cause::ForwardingRuleMissing]);
    let refused = format!("{rule} 403: forbidden");
    assert!(matches!(causes(&refused).as_slice(), [Cause::Google(_)]));
    let groups = "googleapi: Error 400: Validation failed for instance 'zones/z/instances/n': instance may belong to at most one load-balanced instance group., instanceInMultipleLoadBalancedIgs";
    let [Cause::Google(refused)] = &causes(groups)[..] else {
        panic!("{:?}", causes(groups))
    };
    let instance = "zones/z/instances/n";
    assert_eq!(refused.refusal, Refusal::SecondInstanceGroup { instance });
}

#[test]
fn front_ends_that_are_refused() {
    let routine = "error running load balancer syncing routine: loadbalancer x does not exist: ";
    let told = |error: &str| causes(&format!("{routine}{error}")) == [Cause::NoSharedAddress];
    assert!(told("error invalid internal ingress https config"));
    for (error, by) in [
        ("error: cannot enable HTTPS Redirects with L7 ILB", "L7 ILB"),
        (
            "error: cannot enable HTTPS Redirects with the V1 Ingress naming scheme.  Please recreate your ingress to use the newest naming scheme.",
            "the V1 Ingress naming scheme.  Please recreate your ingress to use the newest naming scheme.",
        ),
    ] {
        let text = format!("{routine}ensureRedirectUrlMap() = {error}");
        assert_eq!(causes(&text), [Cause::RedirectRefused { by }]);
    }
}
