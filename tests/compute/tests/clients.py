"""Google's own Python clients against the fake: creates, lists, describes and deletes every kind.

    python3 clients.py BASE_URL PROJECT

Run by `tests/real.rs`. Both the discovery client, which reads Google's whole discovery document,
and the generated one, which parses every answer into typed messages, go over the same objects.
"""

import sys

from google.api_core.client_options import ClientOptions
from google.cloud import compute_v1
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build

BASE, PROJECT = sys.argv[1:]
REGION, ZONE = "us-central1", "us-central1-a"
CREDENTIALS = Credentials("ya29.fake")
P = f"projects/{PROJECT}"
R = f"{P}/regions/{REGION}"
Z = f"{P}/zones/{ZONE}"


def url(path):
    return f"https://www.googleapis.com/compute/v1/{path}"


NET = url(f"{P}/global/networks/net")
SUBNET = url(f"{R}/subnetworks/subnet")
TCP = {"type": "TCP", "tcpHealthCheck": {"portSpecification": "USE_SERVING_PORT"}}
MANAGED = {"loadBalancingScheme": "EXTERNAL_MANAGED"}
BACKEND = {"group": url(f"{Z}/networkEndpointGroups/neg"), "capacityScaler": 1.0}
RATE = {**BACKEND, "balancingMode": "RATE", "maxRatePerEndpoint": 10.0}
CONNECTION = {**BACKEND, "balancingMode": "CONNECTION", "maxConnectionsPerEndpoint": 10}
CERTIFICATE = {"selfManaged": {"certificate": "c", "privateKey": "k"}, "type": "SELF_MANAGED"}

# In the order of making; each is (resource, body).
OBJECTS = [
    ("networks", {"name": "net", "autoCreateSubnetworks": False}),
    ("subnetworks", {"name": "subnet", "network": NET, "ipCidrRange": "10.0.0.0/20"}),
    ("subnetworks", {"name": "proxies", "network": NET, "ipCidrRange": "10.1.0.0/23",
                     "purpose": "REGIONAL_MANAGED_PROXY", "role": "ACTIVE"}),
    ("firewalls", {"name": "probes", "network": NET, "sourceRanges": ["35.191.0.0/16"],
                   "allowed": [{"IPProtocol": "tcp", "ports": ["8080"]}]}),
    ("networkFirewallPolicies", {"name": "policy"}),
    ("regionNetworkFirewallPolicies", {"name": "policy"}),
    ("addresses", {"name": "vip", "addressType": "INTERNAL", "subnetwork": SUBNET}),
    ("globalAddresses", {"name": "front"}),
    ("instances", {"name": "vm", "machineType": url(f"{Z}/machineTypes/e2-small"),
                   "networkInterfaces": [{"network": NET, "subnetwork": SUBNET, "networkIP": "10.0.0.9"}]}),
    ("instanceGroups", {"name": "group"}),
    ("networkEndpointGroups", {"name": "neg", "networkEndpointType": "GCE_VM_IP_PORT",
                               "network": NET, "subnetwork": SUBNET, "defaultPort": 8080}),
    ("regionNetworkEndpointGroups", {"name": "run", "networkEndpointType": "SERVERLESS",
                                     "cloudRun": {"service": "s"}}),
    ("globalNetworkEndpointGroups", {"name": "far", "networkEndpointType": "INTERNET_FQDN_PORT"}),
    ("healthChecks", {"name": "check", **TCP}),
    ("regionHealthChecks", {"name": "check", **TCP}),
    ("httpHealthChecks", {"name": "old"}),
    ("httpsHealthChecks", {"name": "old"}),
    ("backendServices", {"name": "web", "protocol": "HTTP", **MANAGED, "backends": [RATE],
                         "healthChecks": [url(f"{P}/global/healthChecks/check")]}),
    ("backendServices", {"name": "tcp", "protocol": "TCP", **MANAGED, "backends": [CONNECTION],
                         "healthChecks": [url(f"{P}/global/healthChecks/check")]}),
    ("regionBackendServices", {"name": "web", "protocol": "HTTP", **MANAGED, "backends": [RATE],
                               "healthChecks": [url(f"{R}/healthChecks/check")]}),
    ("regionBackendServices", {"name": "tcp", "protocol": "TCP", **MANAGED, "backends": [CONNECTION],
                               "healthChecks": [url(f"{R}/healthChecks/check")]}),
    ("sslCertificates", {"name": "cert", **CERTIFICATE}),
    ("regionSslCertificates", {"name": "cert", **CERTIFICATE}),
    ("urlMaps", {"name": "map", "defaultService": url(f"{P}/global/backendServices/web")}),
    ("regionUrlMaps", {"name": "map", "defaultService": url(f"{R}/backendServices/web")}),
    ("targetHttpProxies", {"name": "http", "urlMap": url(f"{P}/global/urlMaps/map")}),
    ("targetHttpsProxies", {"name": "https", "urlMap": url(f"{P}/global/urlMaps/map"),
                            "sslCertificates": [url(f"{P}/global/sslCertificates/cert")]}),
    ("targetTcpProxies", {"name": "tcp", "service": url(f"{P}/global/backendServices/tcp")}),
    ("targetSslProxies", {"name": "ssl", "service": url(f"{P}/global/backendServices/tcp"),
                          "sslCertificates": [url(f"{P}/global/sslCertificates/cert")]}),
    ("regionTargetHttpProxies", {"name": "http", "urlMap": url(f"{R}/urlMaps/map")}),
    ("regionTargetHttpsProxies", {"name": "https", "urlMap": url(f"{R}/urlMaps/map"),
                                  "sslCertificates": [url(f"{R}/sslCertificates/cert")]}),
    ("regionTargetTcpProxies", {"name": "tcp", "service": url(f"{R}/backendServices/tcp")}),
    ("globalForwardingRules", {"name": "http", **MANAGED, "portRange": "80",
                               "IPAddress": url(f"{P}/global/addresses/front"),
                               "target": url(f"{P}/global/targetHttpProxies/http")}),
    ("forwardingRules", {"name": "tcp", **MANAGED, "portRange": "443-443", "network": NET,
                         "target": url(f"{R}/targetTcpProxies/tcp")}),
]

api = build("compute", "v1", credentials=CREDENTIALS, static_discovery=True,
            client_options=ClientOptions(api_endpoint=f"{BASE}/compute/v1/"), num_retries=0)


PLACES = {"project": PROJECT, "region": REGION, "zone": ZONE}


def order(kind, method):
    """The path parameters of a method, as Google's document has them."""
    return kind._resourceDesc["methods"][method]["parameterOrder"]


def scope(kind, method):
    """The parameters that a method of the discovery client takes for its place."""
    return {name: PLACES[name] for name in order(kind, method) if name in PLACES}


def wait(operation):
    """Waits as a client does, by the links of the operation."""
    assert operation["status"] in ("PENDING", "RUNNING"), operation
    place = {key: operation[key].rsplit("/", 1)[1] for key in ("region", "zone") if key in operation}
    kind = next(iter(place), "global")
    done = getattr(api, f"{kind}Operations")().wait(project=PROJECT, operation=operation["name"], **place).execute()
    assert done["status"] == "DONE" and "error" not in done, done


def with_discovery():
    for resource, body in OBJECTS:
        kind = getattr(api, resource)()
        wait(kind.insert(body=body, **scope(kind, "insert")).execute())
    group = dict(project=PROJECT, zone=ZONE)
    negs = api.networkEndpointGroups()
    endpoint = {"instance": url(f"{Z}/instances/vm"), "ipAddress": "10.0.0.9"}
    wait(negs.attachNetworkEndpoints(networkEndpointGroup="neg", body={"networkEndpoints": [endpoint]}, **group).execute())
    listed = negs.listNetworkEndpoints(networkEndpointGroup="neg", body={"healthStatus": "SHOW"}, **group).execute()
    assert listed["items"][0]["networkEndpoint"]["port"] == 8080, listed
    assert {health["healthState"] for health in listed["items"][0]["healths"]} == {"HEALTHY"}, listed
    health = api.backendServices().getHealth(project=PROJECT, backendService="web", body={"group": BACKEND["group"]}).execute()
    assert health["healthStatus"][0]["healthState"] == "HEALTHY", health
    for resource, body in OBJECTS:
        kind = getattr(api, resource)()
        found = kind.get(**scope(kind, "get"), **{order(kind, "get")[-1]: body["name"]}).execute()
        assert found["name"] == body["name"] and found["kind"], found
        items = kind.list(**scope(kind, "list")).execute()["items"]
        assert found in items, resource
        if hasattr(kind, "aggregatedList"):
            request, seen = kind.aggregatedList(project=PROJECT, maxResults=1), []
            while request:
                page = request.execute()
                for entry in page["items"].values():
                    seen += next((value for key, value in entry.items() if key != "warning"), [])
                request = kind.aggregatedList_next(request, page)
            assert found in seen, resource
    assert len(api.regions().list(project=PROJECT).execute()["items"]) > 3
    assert api.projects().get(project=PROJECT).execute()["name"] == PROJECT


# Legacy kinds that the generated library leaves out.
LEGACY = ("httpHealthChecks", "httpsHealthChecks")


def generated(resource):
    """The client of the generated library for a kind."""
    words = resource[0].upper() + resource[1:]
    return getattr(compute_v1, f"{words}Client")(
        credentials=CREDENTIALS, transport="rest", client_options=ClientOptions(api_endpoint=BASE))


def with_generated():
    for resource in sorted({resource for resource, _ in OBJECTS}.difference(LEGACY)):
        client = generated(resource)
        request = getattr(compute_v1, f"List{type(client).__name__.removesuffix('Client')}Request")
        fields = {name: PLACES[name] for name in request.meta.fields if name in PLACES}
        names = {item.name for item in client.list(request=request(**fields))}
        assert names >= {body["name"] for kind, body in OBJECTS if kind == resource}, (resource, names)
        if hasattr(client, "aggregated_list"):
            found = [scope for scope, entry in client.aggregated_list(project=PROJECT) if entry.warning.code != "NO_RESULTS_ON_PAGE"]
            assert found, resource
    network = generated("networks")
    assert network.get_effective_firewalls(project=PROJECT, network="net").firewalls[0].name == "probes"
    # What others name is deleted last.
    for resource, body in reversed(OBJECTS):
        if resource in LEGACY:
            kind = getattr(api, resource)()
            place = {**scope(kind, "delete"), order(kind, "delete")[-1]: body["name"]}
            wait(kind.delete(**place).execute())
            continue
        client = generated(resource)
        request = getattr(compute_v1, f"Delete{singular(type(client).__name__.removesuffix('Client'))}Request")
        fields = {name: PLACES[name] for name in request.meta.fields if name in PLACES}
        own = next(name for name in request.meta.fields if name not in (*PLACES, "request_id"))
        done = finished(client.delete_unary(request=request(**fields, **{own: body["name"]})))
        assert done.operation_type == "delete" and done.target_link.endswith(body["name"]), done
    for resource in {resource for resource, _ in OBJECTS}:
        kind = getattr(api, resource)()
        assert "items" not in kind.list(**scope(kind, "list")).execute(), resource


def finished(operation):
    """Waits by the generated clients; their own waiting knows no endpoint but Google's."""
    assert operation.status.name in ("PENDING", "RUNNING"), operation
    place = {key: getattr(operation, key).rsplit("/", 1)[1] for key in ("region", "zone") if getattr(operation, key)}
    operations = generated(next(iter(place), "global") + "Operations")
    done = operations.wait(project=PROJECT, operation=operation.name, **place)
    assert done.status.name == "DONE" and not done.error.errors, done
    return done


def singular(name):
    for ending, single in (("Proxies", "Proxy"), ("Policies", "Policy"), ("Addresses", "Address"), ("s", "")):
        if name.endswith(ending):
            return name.removesuffix(ending) + single
    return name


with_discovery()
with_generated()
print("as expected:", len(OBJECTS), "objects of", len({resource for resource, _ in OBJECTS}), "kinds")
