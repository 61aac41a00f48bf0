//! Google Cloud is read with few calls, whatever goes wrong is told, and nothing is ever changed:
//! against the fake Compute API of `tests/compute/`.
#![cfg(test)]

#[path = "cards/cloud.rs"]
mod cloud;
#[path = "gcp/reading.rs"]
mod reading;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use fake_compute::{Fake, Fault, Matcher, TOKEN};
use neg_doctor::kind::permissions::{custom_role, permissions};
use neg_doctor::kind::resource::ALL;
use neg_doctor::source::gcp::{self, GcpError};
use serde_json::json;

use reading::{Nobody, SHARED, every_kind, gaps, names, read, request, scene, texts};

#[test]
fn a_project_is_read_whole() {
    let (fake, stage) = scene(&[]);
    let read = read(&fake);
    let [project] = read.as_slice() else {
        panic!("{read:?}")
    };
    assert_eq!(project.header.project.as_deref(), Some("acme-mail"));
    assert_eq!(gaps(project), []);
    let kinds: BTreeSet<&str> = project
        .documents
        .iter()
        .map(|it| it.type_meta().1)
        .collect();
    for object in &stage.objects {
        let kind = object["kind"].as_str().unwrap();
        assert!(kinds.contains(kind), "{kind} of {kinds:?}");
    }
    assert_eq!(names(project, "compute#networkEndpointGroup").len(), 1);
    // 18 lists, three NEGs, the firewalls of a network and of its region.
    assert!(fake.requests().len() <= 23, "{}", fake.requests().len());
}

#[test]
fn pages_are_followed() {
    let (fake, _) = scene(&[]);
    let whole = read(&fake);
    fake.fault("*", Fault::PageSize(1));
    let paged = read(&fake);
    assert_eq!(texts(&whole), texts(&paged));
    assert_eq!(gaps(&paged[0]), []);
}

#[test]
fn what_passes_is_tried_again() {
    for fault in [
        Fault::TooMany(Some(0)),
        Fault::TooMany(None),
        Fault::Status(503),
        Fault::Status(500),
        Fault::Quota,
        Fault::Truncated,
        Fault::Closed,
    ] {
        let (fake, _) = scene(&[]);
        let words = format!("{fault:?}");
        fake.fault(
            Matcher::new("backendServices.aggregatedList").times(2),
            fault,
        );
        let read = read(&fake);
        assert_eq!(gaps(&read[0]), [], "{words}");
        let path = "/aggregated/backendServices";
        let asked = fake
            .requests()
            .into_iter()
            .filter(|it| it.path.ends_with(path));
        assert_eq!(asked.count(), 3, "{words}");
    }
}

#[test]
fn what_does_not_pass_is_a_gap() {
    let method = "backendServices.aggregatedList";
    for (fault, reason, needs) in [
        (
            Fault::Forbidden,
            "compute.backendServices.list",
            "compute.backendServices.list on project acme-mail",
        ),
        (
            Fault::Disabled,
            "",
            "compute.googleapis.com switched on in project acme-mail",
        ),
        (
            Fault::Status(503),
            "503",
            "another run, when the API answers",
        ),
        (
            Fault::Unauthenticated,
            "401",
            "credentials that Google Cloud takes",
        ),
        (
            Fault::Unreachable(vec!["regions/europe-west1".to_owned()]),
            "europe-west1",
            "another run, when it does",
        ),
    ] {
        let (fake, _) = scene(&[]);
        let words = format!("{fault:?}");
        fake.fault(method, fault);
        let read = read(&fake);
        let gaps = gaps(&read[0]);
        let [(resource, _, said, needed)] = gaps.as_slice() else {
            panic!("{words}: {gaps:?}")
        };
        assert_eq!(*resource, "backendServices", "{words}");
        assert!(said.contains(reason), "{words}: {said}");
        assert_eq!(*needed, needs, "{words}");
    }
}

#[test]
fn a_project_that_is_not_there_is_an_error() {
    let (fake, _) = scene(&[]);
    let error = gcp::read(&request(&fake, &["acme-nowhere"]), &Nobody).unwrap_err();
    assert!(
        matches!(&error, GcpError::NoProject { project, .. } if project == "acme-nowhere"),
        "{error}"
    );
}

#[test]
fn the_role_is_enough_and_each_right_is_missed() {
    let role = custom_role(&every_kind());
    let rights: BTreeSet<&str> = ALL.iter().flat_map(permissions).copied().collect();
    for right in &rights {
        assert!(role.contains(right), "{right} in\n{role}");
    }
    let (fake, _) = scene(&[]);
    fake.token(TOKEN, rights.iter().copied());
    assert_eq!(gaps(&read(&fake)[0]), []);
    let mut told = 0;
    for right in &rights {
        let (fake, _) = scene(&[]);
        fake.token(TOKEN, rights.iter().copied().filter(|it| it != right));
        let read = gcp::read(&request(&fake, &["acme-mail"]), &Nobody);
        let Ok(read) = read else {
            // Without this one there is no project.
            continue;
        };
        for (_, _, _, needs) in gaps(&read[0]) {
            assert_eq!(needs, format!("{right} on project acme-mail"));
            told += 1;
        }
    }
    assert!(told > 15, "{told}");
}

#[test]
fn a_shared_network_is_read_in_its_own_project() {
    let (fake, _) = scene(SHARED);
    let read = read(&fake);
    let [own, host] = read.as_slice() else {
        panic!("{read:?}")
    };
    assert_eq!(own.header.project.as_deref(), Some("acme-mail"));
    assert_eq!(host.header.project.as_deref(), Some("acme-net"));
    assert_eq!(names(host, "compute#effectiveFirewalls").len(), 1);
    assert_eq!(gaps(host), []);
}

#[test]
fn a_large_project_is_read_within_bounds() {
    let fake = Fake::start();
    fake.project("acme");
    let base = "https://www.googleapis.com/compute/v1/projects/acme";
    let network = format!("{base}/global/networks/vpc");
    let mut objects = vec![json!({"selfLink": network})];
    let mut groups = Vec::new();
    for n in 0..300 {
        let zone = ["europe-west1-b", "europe-west1-c", "europe-west1-d"][n % 3];
        let link = format!("{base}/zones/{zone}/networkEndpointGroups/web-{:03}", n / 3);
        objects.push(
            json!({"selfLink": link, "networkEndpointType": "GCE_VM_IP_PORT", "network": network}),
        );
        groups.push(link);
    }
    for n in 0..60 {
        let backends = groups.iter().skip(n * 5).take(5);
        let backends: Vec<_> = backends
            .map(
                |group| json!({"group": group, "balancingMode": "RATE", "maxRatePerEndpoint": 100}),
            )
            .collect();
        objects.push(
            json!({"selfLink": format!("{base}/global/backendServices/web-{n:02}"),
            "loadBalancingScheme": "EXTERNAL_MANAGED", "protocol": "HTTP", "backends": backends}),
        );
    }
    for n in 0..200 {
        objects.push(
            json!({"selfLink": format!("{base}/global/forwardingRules/web-{n:03}"),
            "loadBalancingScheme": "EXTERNAL_MANAGED", "IPAddress": format!("203.0.113.{n}"),
            "IPProtocol": "TCP", "portRange": "443-443"}),
        );
    }
    fake.load(objects);
    for (n, group) in groups.iter().enumerate() {
        let members = (0..40)
            .map(|m| json!({"ipAddress": format!("10.{}.{}.{m}", n / 256, n % 256), "port": 8080}));
        fake.endpoints(group, members.collect());
    }
    fake.fault("*", Fault::Delay(Duration::from_millis(100)));
    let begun = Instant::now();
    let read = gcp::read(&request(&fake, &["acme"]), &Nobody).unwrap();
    let took = begun.elapsed();
    let calls = fake.requests().len();
    println!("{calls} calls, {took:.1?}");
    assert_eq!(gaps(&read[0]), []);
    assert!(calls <= 20 + 300, "{calls}");
    assert!(took < Duration::from_secs(5), "{took:?}");
}
