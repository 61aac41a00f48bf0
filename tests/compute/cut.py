#!/usr/bin/env python3
"""Cuts Google's discovery document of the Compute API to what `fake-compute` serves.

    python3 cut.py WHEEL > compute.v1.json

WHEEL is the PyPI wheel `google-api-python-client` (`pip download --no-deps` gets it). Kept are
the resources and methods named here and the schemas reachable from them, without prose. A field
that the prose calls output only is marked `readOnly`, as newer fields are by themselves.
"""

import json
import sys
import zipfile

DOCUMENT = "googleapiclient/discovery_cache/documents/compute.v1.json"

RESOURCES = """
addresses backendBuckets backendServices firewallPolicies firewalls forwardingRules
globalAddresses globalForwardingRules globalNetworkEndpointGroups globalOperations healthChecks
httpHealthChecks httpsHealthChecks instanceGroupManagers instanceGroups instances
networkEndpointGroups
networkFirewallPolicies networks projects regionBackendServices regionHealthChecks
regionInstanceGroupManagers regionInstanceGroups regionNetworkEndpointGroups regionNetworkFirewallPolicies regionOperations regionSslCertificates
regionTargetHttpProxies regionTargetHttpsProxies regionTargetTcpProxies regionUrlMaps regions
serviceAttachments sslCertificates sslPolicies subnetworks targetGrpcProxies targetHttpProxies
targetHttpsProxies targetInstances targetPools targetSslProxies targetTcpProxies urlMaps
zoneOperations zones
""".split()

# Methods that make, change and read an object of any kind; `set...` methods are kept as well.
METHODS = """
aggregatedList delete get insert list patch update wait
attachNetworkEndpoints detachNetworkEndpoints listNetworkEndpoints getHealth
getEffectiveFirewalls addRule getRule patchRule removeRule addAssociation getAssociation
removeAssociation listAssociations addInstances listInstances removeInstances
""".split()

# Methods of these names whose schemas would double the document, and that nobody here calls.
DROPPED = {"setIamPolicy", "setCommonInstanceMetadata", "setUsageExportBucket", "setCloudArmorTier"}

# Of these only a few: the rest is about virtual machines.
READS = {"aggregatedList", "get", "list"}
ONLY = {
    "instanceGroupManagers": READS,
    "regionInstanceGroupManagers": READS,
    "instances": READS | {"delete", "insert", "setLabels", "setTags"},
}

METHOD_KEYS = ("id", "httpMethod", "path", "parameters", "request", "response")
PROSE = ("description", "enumDescriptions", "enumDeprecated", "deprecated", "annotations")


def without_prose(schema):
    """A schema, or a map of them, without texts for people."""
    cut = {}
    for key, value in schema.items():
        if key in ("properties", "parameters"):
            cut[key] = {name: without_prose(inner) for name, inner in value.items()}
        elif isinstance(value, dict):
            cut[key] = without_prose(value)
        elif key not in PROSE:
            cut[key] = value
    if str(schema.get("description", "")).lstrip().startswith("[Output Only]"):
        cut["readOnly"] = True
    return cut


def kept(resource, name):
    if name in DROPPED or name not in ONLY.get(resource, {name}):
        return False
    return name in METHODS or name.startswith("set")


def references(value):
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inner in value.values():
            yield from references(inner)


def rows(values):
    """One line for each entry, so that a new revision reads as a list of changes."""
    lines = (f"  {json.dumps(key)}: {json.dumps(value, sort_keys=True)}" for key, value in sorted(values.items()))
    return "{\n" + ",\n".join(lines) + "\n }"


def main():
    with zipfile.ZipFile(sys.argv[1]) as wheel:
        whole = json.loads(wheel.read(DOCUMENT))
    methods = {}
    for resource in RESOURCES:
        for name, method in whole["resources"][resource]["methods"].items():
            if kept(resource, name):
                short = without_prose({key: method[key] for key in METHOD_KEYS if key in method})
                # Those of the path stand in the path.
                parameters = short.pop("parameters").items()
                short["query"] = {key: value for key, value in parameters if value.pop("location") == "query"}
                methods[f"{resource}.{name}"] = short
    schemas, pending = {}, list(references(methods))
    while pending:
        name = pending.pop()
        if name not in schemas:
            schemas[name] = without_prose(whole["schemas"][name])
            pending.extend(references(schemas[name]))
    print("{")
    print(f' "name": "{whole["name"]}", "version": "{whole["version"]}", "revision": "{whole["revision"]}",')
    print(f' "parameters": {rows(without_prose(dict(parameters=whole["parameters"]))["parameters"])},')
    print(f' "methods": {rows(methods)},')
    print(f' "schemas": {rows(schemas)}')
    print("}")


main()
