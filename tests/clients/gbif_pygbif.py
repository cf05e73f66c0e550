#!/usr/bin/env python3
"""pygbif, unmodified, against the emulated registry: every function of `pygbif.registry`."""

import sys

from pygbif import registry
from pygbif.gbifutils import NoResultException
from requests import HTTPError

BASE = sys.argv[1].rstrip("/") + "/gbif/v1/"
MODULES = ("datasets", "installations", "networks", "nodes", "organizations")
for name in MODULES:
    # Each module holds a copy of the one variable that says where the registry is.
    sys.modules[f"pygbif.registry.{name}"].gbif_baseurl = BASE

ORGANIZATION = "e2e717bf-551a-4917-bdc9-4fa0f342c530"
DATASET = "a6998220-7e3a-485d-9cd6-73076bd85657"
CHECKLISTS = ["3f8a1297-3259-4700-91fc-acc4170b27ce", "66dd0960-2d7d-46ee-a491-87b9adcfe7b1"]
INSTALLATION = "b77901f9-d9b0-47fa-94e0-dd96450aa2b4"
NETWORK = "2b7c7b4f-4d4f-40d3-94de-c28b6fa054a6"
NODE = "03e816b3-8f58-49ae-bc12-4e18b358d6d9"


def metrics():
    one = registry.dataset_metrics(uuid=CHECKLISTS[0])
    assert len(one) == 18, one
    assert one["datasetKey"] == CHECKLISTS[0]
    assert [m["datasetKey"] for m in registry.dataset_metrics(uuid=CHECKLISTS)] == CHECKLISTS


def datasets():
    assert len(registry.datasets(limit=5)["results"]) == 5
    occurrences = registry.datasets(type="OCCURRENCE")
    assert {d["type"] for d in occurrences["results"]} == {"OCCURRENCE"}
    assert registry.datasets(query="birds")["count"] > 0
    assert registry.datasets(uuid=DATASET)["key"] == DATASET
    for part in ("contact", "endpoint", "identifier", "tag", "comment", "metadata"):
        assert isinstance(registry.datasets(data=part, uuid=DATASET), list), part
    assert registry.datasets(data="constituents", uuid=DATASET)["count"] == 0
    deleted, duplicate = registry.datasets(data=["deleted", "duplicate"], limit=1)
    assert deleted["count"] == 8 and len(deleted["results"]) == 1
    assert duplicate["count"] == 6
    assert registry.datasets(data="withNoEndpoint")["count"] == 5
    # The document is XML, which pygbif wants to be JSON.
    refused(NoResultException, lambda: registry.datasets(data="document", uuid=DATASET))


def search():
    page = registry.dataset_search(q="birds", limit=3)
    assert 0 < len(page["results"]) <= 3 < page["count"]
    assert page["facets"] == []
    checklists = registry.dataset_search(type="CHECKLIST", publishingCountry="CH")
    assert {r["publishingCountry"] for r in checklists["results"]} == {"CH"}
    assert registry.dataset_search(publishingOrg=ORGANIZATION)["count"] > 0
    assert registry.dataset_search(hostingOrg=ORGANIZATION)["count"] > 0
    decade = registry.dataset_search(decade=1990)
    assert all(1990 in r["decades"] for r in decade["results"])
    keyword = registry.dataset_search(facet="keyword", limit=0)["facets"][0]["counts"][0]
    assert registry.dataset_search(keyword=keyword["name"])["count"] == keyword["count"]
    facets = registry.dataset_search(
        facet=["decade", "type"], decade_facetLimit=3, type_facetLimit=2, limit=0
    )["facets"]
    sizes = {facet["field"]: len(facet["counts"]) for facet in facets}
    assert sizes == {"DECADE": 3, "TYPE": 2}, sizes
    frequent = registry.dataset_search(facet="decade", facetMincount=10, limit=0)
    assert all(c["count"] >= 10 for c in frequent["facets"][0]["counts"])
    multi = registry.dataset_search(
        facet="type", facetMultiselect=True, type="CHECKLIST", limit=0
    )
    assert len(multi["facets"][0]["counts"]) > 1
    marked = registry.dataset_search(q="plants", hl=True, limit=10)["results"]
    assert any('<em class="gbifHl">' in r["title"] + r["description"] for r in marked)


def suggest():
    assert len(registry.dataset_suggest()) == 100
    suggested = registry.dataset_suggest(q="checkl", type="CHECKLIST", limit=3)
    assert suggested and {s["type"] for s in suggested} == {"CHECKLIST"}


def installations():
    assert len(registry.installations(limit=5)["data"]) == 5
    assert registry.installations(q="IPT")["data"]
    assert len(registry.installations(uuid=INSTALLATION)["data"]) == 16
    for part in ("contact", "endpoint", "identifier", "tag", "machineTag", "comment"):
        assert isinstance(registry.installations(data=part, uuid=INSTALLATION)["data"], list)
    assert registry.installations(data="dataset", uuid=INSTALLATION)["meta"]["limit"] == 100
    deleted, idle = registry.installations(data=["deleted", "nonPublishing"], limit=2)
    assert len(deleted["data"]) == 2 and len(idle["data"]) <= 2


def networks():
    assert len(registry.networks(limit=1)["data"]) == 1
    assert registry.networks(uuid=NETWORK)["data"]["key"] == NETWORK
    assert registry.networks(data="constituents", uuid=NETWORK)["data"]
    for part in ("contact", "endpoint", "identifier", "tag", "machineTag", "comment"):
        assert isinstance(registry.networks(data=part, uuid=NETWORK)["data"], list)


def nodes():
    assert len(registry.nodes()["data"]) == 100
    assert registry.nodes(q="GBIF", limit=3)["meta"]["limit"] == 3
    assert registry.nodes(uuid=NODE)["data"]["key"] == NODE
    identifiers = registry.nodes(data="identifier", uuid=NODE)["data"]
    assert len(identifiers) == 1 and len(identifiers[0]) == 6
    for lists in ("organization", "pendingEndorsement", "dataset", "installation"):
        assert registry.nodes(data=lists, uuid=NODE)["meta"]["offset"] == 0
    for part in ("endpoint", "tag", "machineTag", "comment"):
        assert isinstance(registry.nodes(data=part, uuid=NODE)["data"], list)
    found = registry.nodes(identifierType="GBIF_PARTICIPANT", identifier="2")
    assert len(found["data"]) == 1


def organizations():
    assert len(registry.organizations(limit=5)["data"]) == 5
    assert registry.organizations(q="ornithology")["data"]
    assert registry.organizations(uuid=ORGANIZATION)["data"]["country"] == "US"
    for part in ("contact", "endpoint", "identifier", "tag", "machineTag", "comment"):
        assert isinstance(registry.organizations(data=part, uuid=ORGANIZATION)["data"], list)
    hosted = registry.organizations(data="hostedDataset", uuid=ORGANIZATION)
    assert hosted["meta"]["endOfRecords"] is True
    lists = registry.organizations(data=["deleted", "pending", "nonPublishing"], limit=2)
    assert [page["meta"]["limit"] for page in lists] == [2, 2, 2]
    assert [len(page["data"]) for page in lists] == [2, 2, 2]
    # A path that the registry does not have either.
    refused(HTTPError, lambda: registry.organizations(data="ownedDataset", uuid=ORGANIZATION))


def refused(kind, call):
    try:
        call()
    except kind:
        return
    raise AssertionError(f"{kind.__name__} was expected")


def main():
    for check in (
        metrics,
        datasets,
        search,
        suggest,
        installations,
        networks,
        nodes,
        organizations,
    ):
        check()
        print(f"pygbif {check.__name__}: ok")


main()
