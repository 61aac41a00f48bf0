//! What Google Cloud does wrong ends in another try or in a gap that says why; what is not kept is
//! not sent, and what was not read is never taken for nothing.
#![cfg(test)]

#[path = "cards/cloud.rs"]
mod cloud;
#[path = "gcp/mask.rs"]
mod mask;
#[path = "gcp/reading.rs"]
mod reading;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use fake_compute::{Fault, Matcher};
use neg_doctor::source::gcp::{self, GcpError};
use serde_json::json;

use reading::{Nobody, SHARED, every_kind, gaps, names, read, request, scene, texts};

/// The resources that are missing, with why.
fn missing(read: &[neg_doctor::snapshot::Snapshot]) -> Vec<(&'static str, String)> {
    let gaps = read.iter().flat_map(gaps);
    gaps.map(|(resource, _, reason, _)| (resource, reason.to_owned()))
        .collect()
}

#[test]
fn only_what_is_kept_is_sent() {
    let (fake, _) = scene(&[]);
    let masked = read(&fake);
    let asked = fake.requests();
    let masks: Vec<_> = asked.iter().filter_map(mask::of).collect();
    for (method, mask) in &masks {
        // A field that the API does not know is refused with all the rest.
        mask::check(method, mask);
        assert!(!mask.contains("metadata"), "{mask}");
    }
    // All but the firewalls of the network and of its region, of which everything is kept.
    assert_eq!(masks.len() + 2, asked.len());
    // An API that takes no masks gives the same.
    fake.forget();
    fake.fault("fields=", Fault::Status(400));
    let whole = read(&fake);
    assert_eq!(gaps(&whole[0]), []);
    assert_eq!(texts(&whole), texts(&masked));
}

#[test]
fn secrets_are_not_kept() {
    let (fake, stage) = scene(&[]);
    let metadata = json!({"items": [{"key": "startup-script", "value": "hunter2"}]});
    let mut changed = Vec::new();
    for object in stage.objects {
        let mut object = object;
        if object["kind"] == "compute#instance" {
            object["metadata"] = metadata.clone();
            changed.push(object);
        }
    }
    assert!(!changed.is_empty());
    fake.load(changed);
    // Also where the whole object is sent.
    fake.fault("fields=", Fault::Status(400));
    let texts = texts(&read(&fake));
    assert!(texts.iter().any(|text| text.contains("compute#instance")));
    let told = texts.iter().find(|text| {
        let secrets = ["hunter2", "startup-script", "privateKey"];
        secrets.iter().any(|secret| text.contains(secret))
    });
    assert_eq!(told, None);
}

#[test]
fn what_is_no_answer_is_a_gap() {
    for (status, body) in [
        (200, json!([])),
        (200, json!("welcome to the hotel's network")),
        (200, json!(null)),
        (302, json!({})),
        (404, json!({"error": {"message": "no such method"}})),
        (400, json!({"error": "odd"})),
        (403, json!("odd")),
        // A page that leads to itself.
        (200, json!({"nextPageToken": "again"})),
    ] {
        for method in [
            "healthChecks.aggregatedList",
            "listNetworkEndpoints",
            "getEffectiveFirewalls",
        ] {
            let (fake, _) = scene(&[]);
            fake.fault(method, Fault::Answer(status, body.clone()));
            let read = read(&fake);
            let gone = method == "listNetworkEndpoints" && status == 404;
            // Firewalls come in one page.
            let paged = method == "getEffectiveFirewalls" && body["nextPageToken"] == "again";
            let missing = missing(&read);
            let count = usize::from(!gone && !paged);
            assert_eq!(
                missing.len(),
                count,
                "{method} {status} {body}: {missing:?}"
            );
        }
    }
}

#[test]
fn what_hangs_on_negs_is_no_better_known_than_they_are() {
    let (fake, _) = scene(&[]);
    fake.fault("networkEndpointGroups.aggregatedList", Fault::Forbidden);
    let read_none = read(&fake);
    let resources: Vec<_> = missing(&read_none).into_iter().map(|it| it.0).collect();
    assert_eq!(
        resources,
        [
            "effectiveFirewalls",
            "networkEndpointGroups",
            "networkEndpoints"
        ]
    );
    for (_, part, _, needs) in gaps(&read_none[0])
        .into_iter()
        .filter(|gap| gap.0 != "effectiveFirewalls")
    {
        let right = "compute.networkEndpointGroups.list on project acme-mail";
        assert_eq!((part, needs), (false, right));
    }
    // A part of them: the endpoints of the others are there.
    let (fake, _) = scene(&[]);
    let scope = vec!["zones/us-central1-a".to_owned()];
    fake.fault(
        "networkEndpointGroups.aggregatedList",
        Fault::Unreachable(scope),
    );
    let read_some = read(&fake);
    for (resource, part, reason, _) in gaps(&read_some[0]) {
        assert!(
            part && reason.contains("us-central1-a"),
            "{resource}: {reason}"
        );
    }
    assert_eq!(gaps(&read_some[0]).len(), 3);
}

#[test]
fn a_neg_that_is_not_read_is_named() {
    let (fake, _) = scene(&[]);
    fake.fault("zones/europe-west1-d", Fault::Forbidden);
    let read = read(&fake);
    let [(resource, reason)] = missing(&read).try_into().unwrap();
    assert_eq!(resource, "networkEndpoints");
    assert!(
        reason.starts_with("NEG mail in europe-west1-d: "),
        "{reason}"
    );
}

#[test]
fn what_takes_too_long_is_missing() {
    let (fake, _) = scene(&[]);
    fake.fault("urlMaps", Fault::Delay(Duration::from_secs(30)));
    let mut request = request(&fake, &["acme-mail"]);
    request.timeout = Duration::from_secs(1);
    let begun = Instant::now();
    let read = gcp::read(&request, &Nobody).unwrap();
    assert!(
        begun.elapsed() < Duration::from_secs(4),
        "{:?}",
        begun.elapsed()
    );
    let late: Vec<_> = gaps(&read[0]).into_iter().map(|gap| gap.3).collect();
    assert!(!late.is_empty() && late.iter().all(|needs| *needs == "a longer --timeout"));
    // And so where the wait that the API wants is longer.
    let (fake, _) = scene(&[]);
    fake.fault("urlMaps", Fault::TooMany(Some(600)));
    let read = self::read(&fake);
    let [(resource, reason)] = missing(&read).try_into().unwrap();
    assert!(resource == "urlMaps" && reason.contains("429"), "{reason}");
}

/// The usual wait before a second try is a quarter of a second at most.
#[test]
fn retry_after_is_obeyed() {
    let (fake, _) = scene(&[]);
    let once = Matcher::new("urlMaps").times(1);
    fake.fault(once, Fault::TooMany(Some(1)));
    let begun = Instant::now();
    assert_eq!(missing(&read(&fake)), []);
    let (asked, waited) = (fake.requests(), begun.elapsed());
    let tries = asked.iter().filter(|it| it.path.ends_with("/urlMaps"));
    assert_eq!(tries.count(), 2);
    assert!(waited >= Duration::from_secs(1), "{waited:?}");
}

#[test]
fn tries_come_to_an_end() {
    let (fake, _) = scene(&[]);
    fake.fault("urlMaps", Fault::Status(503));
    let read = read(&fake);
    assert_eq!(missing(&read).len(), 1);
    let asked = fake.requests();
    let tries = asked.iter().filter(|it| it.path.ends_with("/urlMaps"));
    assert_eq!(tries.count(), 4);
    // A refusal is not tried again.
    let (fake, _) = scene(&[]);
    fake.fault("urlMaps", Fault::Forbidden);
    self::read(&fake);
    let asked = fake.requests();
    let tries = asked.iter().filter(|it| it.path.ends_with("/urlMaps"));
    assert_eq!(tries.count(), 1);
}

#[test]
fn a_host_project_that_is_closed_is_a_gap_of_its_own() {
    let (fake, _) = scene(SHARED);
    fake.fault("projects/acme-net/", Fault::Forbidden);
    let read = read(&fake);
    let [own, host] = read.as_slice() else {
        panic!("{read:?}")
    };
    assert_eq!(gaps(own), []);
    let needs: BTreeSet<&str> = gaps(host).into_iter().map(|gap| gap.3).collect();
    let expected = [
        "compute.networks.getEffectiveFirewalls on project acme-net",
        "compute.networks.list on project acme-net",
        "compute.subnetworks.list on project acme-net",
    ];
    assert_eq!(needs, BTreeSet::from(expected));
}

#[test]
fn a_shared_network_is_read_once() {
    let (fake, _) = scene(SHARED);
    let other: Vec<_> = SHARED
        .iter()
        .copied()
        .chain([("acme-mail", "acme-post")])
        .collect();
    scene(&other).1.load(&fake);
    let firewalls = "compute#effectiveFirewalls";
    let run = |projects: &[&str]| {
        fake.forget();
        let read = gcp::read(&request(&fake, projects), &Nobody).unwrap();
        let host = read
            .iter()
            .find(|it| it.header.project.as_deref() == Some("acme-net"));
        let count = names(host.expect("the host project"), firewalls).len();
        let asked = fake.requests();
        let asked = asked
            .iter()
            .filter(|it| it.path.contains("getEffectiveFirewalls"));
        (read.len(), count, asked.count())
    };
    // On the whole, and in the one region.
    assert_eq!(run(&["acme-mail", "acme-post"]), (3, 1, 2));
    // The host project may be named as well, first or last.
    assert_eq!(run(&["acme-net", "acme-mail"]), (2, 1, 2));
    assert_eq!(run(&["acme-mail", "acme-net"]), (2, 1, 2));
}

#[test]
fn ids_lead_nowhere_else() {
    let (fake, _) = scene(&[]);
    for id in ["", "..", "a/../b", "a?b", "a b", "-x", "a%2Fb"] {
        let error = gcp::read(&request(&fake, &[id]), &Nobody).unwrap_err();
        assert!(matches!(error, GcpError::NoProject { .. }), "{id}: {error}");
    }
    assert_eq!(fake.requests(), []);
}

#[test]
fn new_kinds_alone_are_read() {
    let (fake, _) = scene(&[]);
    let mut request = request(&fake, &["acme-mail"]);
    request.kinds = vec![neg_doctor::kind::Kind::HealthCheck];
    assert!(every_kind().len() > 10);
    let read = gcp::read(&request, &Nobody).unwrap();
    assert_eq!(read.len(), 1);
    let asked: Vec<_> = fake.requests().into_iter().map(|it| it.id).collect();
    assert_eq!(asked, ["compute.healthChecks.aggregatedList"]);
}

#[test]
fn a_broken_line_is_tried_on_every_call() {
    let (fake, _) = scene(&[]);
    fake.fault(Matcher::new("*").times(10), Fault::Closed);
    assert_eq!(gaps(&read(&fake)[0]), []);
    fake.fault(Matcher::new("*").times(10), Fault::Truncated);
    assert_eq!(gaps(&read(&fake)[0]), []);
}

#[test]
fn envelopes_are_understood() {
    let text = std::fs::read_to_string("fixtures/gcp-envelopes.json").unwrap();
    let envelopes: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    let answer = |case: &str| {
        let envelope = envelopes.iter().find(|it| it["case"] == case).unwrap();
        let status = u16::try_from(envelope["http"].as_u64().unwrap()).unwrap();
        Fault::Answer(status, envelope["body"].clone())
    };
    let method = || Matcher::new("backendServices.aggregatedList");
    let services = |read: &[neg_doctor::snapshot::Snapshot]| {
        let names = names(&read[0], "compute#backendService");
        names.into_iter().collect::<Vec<_>>()
    };
    let all = [
        "acme-mail/backendServices/a-bs",
        "acme-mail/backendServices/z-bs",
    ];

    // A scope that is empty on one page has objects on the next.
    let (fake, _) = scene(&[]);
    fake.fault(method().times(1), answer("aggregatedList page 1 of 2"));
    fake.fault(method().after(1), answer("page 2 of 2"));
    let read_pages = read(&fake);
    assert_eq!(services(&read_pages), all);
    assert_eq!(missing(&read_pages), []);
    let asked = fake.requests();
    assert!(asked.iter().any(|it| it.query.contains("pageToken=CAEQAA")));

    let (fake, _) = scene(&[]);
    fake.fault(method(), answer("partial success"));
    let read_part = read(&fake);
    assert_eq!(services(&read_part), all[..1]);
    let [(resource, part, reason, _)] = gaps(&read_part[0]).try_into().unwrap();
    assert_eq!((resource, part), ("backendServices", true));
    assert_eq!(reason, "Google Cloud did not reach europe-west1");

    let (fake, _) = scene(&[]);
    fake.fault("listNetworkEndpoints", answer("NEG without endpoints"));
    let read_none = read(&fake);
    assert_eq!(missing(&read_none), []);
    // Each of them is read, and empty.
    let kind = "compute#networkEndpointGroupsListNetworkEndpoints";
    assert!(!names(&read_none[0], kind).is_empty());

    let (fake, _) = scene(&[]);
    fake.fault(method(), answer("403"));
    let refused = read(&fake);
    let [(_, part, _, needs)] = gaps(&refused[0]).try_into().unwrap();
    assert_eq!(
        (part, needs),
        (false, "compute.backendServices.list on project acme-mail")
    );
}
