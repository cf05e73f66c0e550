#!/usr/bin/env python3
"""pygbif, unmodified, against the emulated GRSciColl: `collection.search` and `institution.search`, every parameter."""

import sys

from pygbif import collection, institution
from requests import HTTPError

BASE = sys.argv[1].rstrip("/") + "/gbif/v1/"
for name in ("collection", "institution"):
    # Each module holds a copy of the one variable that says where the registry is.
    sys.modules[f"pygbif.{name}.search"].gbif_baseurl = BASE

MUSEUM = "6a6ac6c5-1b8a-48db-91a2-f8661274ff80"


def found(kind, **narrowed):
    """What a search finds, of which there is something and less than all."""
    page = kind.search(limit=1000, **narrowed)
    everything = kind.search(limit=0)["count"]
    assert page["count"] == len(page["results"]) and page["endOfRecords"], narrowed
    assert 0 < page["count"] < everything, (narrowed, page["count"], everything)
    return page["results"]


def everyone(kind):
    page = kind.search(limit=1000)
    assert page["count"] == len(page["results"])
    return page["results"]


def first_with(kind, has):
    return next(entity for entity in everyone(kind) if has(entity))


def countries_of(entity):
    return {entity.get(place, {}).get("country") for place in ("address", "mailingAddress")}


def within(number, low, high):
    return number is not None and low <= number <= high


def words_and_names():
    for kind in (collection, institution):
        assert found(kind, q="Kansas")
        some = first_with(kind, lambda entity: entity.get("code"))
        assert some["key"] in {entity["key"] for entity in found(kind, name=some["name"])}
        assert some["key"] in {entity["key"] for entity in found(kind, fuzzyName=some["name"][:-1] + "x")}
        assert all(entity["code"].lower() == some["code"].lower() for entity in found(kind, code=some["code"]))
        other = first_with(kind, lambda entity: entity["alternativeCodes"])
        code = other["alternativeCodes"][0]["code"]
        for entity in found(kind, alternativeCode=code):
            assert code in [alternative["code"] for alternative in entity["alternativeCodes"]]
    named = found(collection, name=["Insects", "Entomology"])
    assert {entity["name"] for entity in named} == {"Insects", "Entomology"}


def concepts():
    for parameter, member in (
        ("contentType", "contentTypes"),
        ("preservationType", "preservationTypes"),
        ("accessionStatus", "accessionStatus"),
    ):
        value = first_with(collection, lambda entity: entity.get(member))[member]
        value = value[0] if isinstance(value, list) else value
        assert found(collection, **{parameter: value}), parameter
    for parameter, member in (("type", "types"), ("institutionalGovernance", "institutionalGovernances")):
        value = first_with(institution, lambda entity: entity[member])[member][0]
        assert found(institution, **{parameter: value}), parameter
    # The service calls it `discipline`, so that what pygbif sends means nothing to it.
    assert institution.search(disciplines="Botany", limit=0)["count"] == institution.search(limit=0)["count"]


def numbers():
    for kind in (collection, institution):
        for entity in found(kind, numberSpecimens="100,50000"):
            assert within(entity["numberSpecimens"], 100, 50000)
        for entity in found(kind, numberSpecimens="*,5000"):
            assert within(entity["numberSpecimens"], 0, 5000)
        sizes = [entity.get("numberSpecimens") for entity in kind.search(sortBy="NUMBER_SPECIMENS", sortOrder="DESC", limit=20)["results"]]
        assert sizes == sorted(sizes, reverse=True) and None not in sizes
    for entity in found(institution, typeSpecimenCount="10,100"):
        assert within(entity["typeSpecimenCount"], 10, 100)
    assert len(found(institution, typeSpecimenCount="10,100")) >= 10
    for entity in found(institution, occurrenceCount="1,1000"):
        assert within(entity["occurrenceCount"], 1, 1000)


def sources():
    for kind in (collection, institution):
        for entity in found(kind, source="IH_IRN"):
            assert entity["masterSourceMetadata"]["source"] == "IH_IRN"
        one = first_with(kind, lambda entity: entity.get("masterSourceMetadata"))
        same = found(kind, sourceId=one["masterSourceMetadata"]["sourceId"])
        assert one["key"] in {entity["key"] for entity in same}
        assert {entity["masterSource"] for entity in found(kind, masterSourceType="IH")} == {"IH"}


def places():
    for kind in (collection, institution):
        both = found(kind, country=["US", "GB"])
        assert all(countries_of(entity) & {"US", "GB"} for entity in both)
        assert len(both) == len(found(kind, country="US")) + len(found(kind, country="GB"))
        for entity in found(kind, gbifRegion="LATIN_AMERICA"):
            assert countries_of(entity) - {None}
        some = first_with(kind, lambda entity: entity.get("address", {}).get("city"))
        city = some["address"]["city"]
        assert some["key"] in {entity["key"] for entity in found(kind, city=city)}


def parts():
    for kind in (collection, institution):
        tagged = first_with(kind, lambda entity: entity["machineTags"])
        tag = tagged["machineTags"][0]
        for entity in found(
            kind, machineTagNamespace=tag["namespace"], machineTagName=tag["name"], machineTagValue=tag["value"]
        ):
            assert any(tag["value"] == other["value"] for other in entity["machineTags"])
        known = first_with(kind, lambda entity: entity["identifiers"])
        identifier = known["identifiers"][0]
        same = found(kind, identifier=identifier["identifier"], identifierType=identifier["type"])
        assert known["key"] in {entity["key"] for entity in same}
        peopled = first_with(kind, lambda entity: entity["contactPersons"])
        contact = peopled["contactPersons"][0]["key"]
        assert [entity["key"] for entity in found(kind, contact=contact)] == [peopled["key"]]


def flags():
    for kind in (collection, institution):
        assert {entity["active"] for entity in found(kind, active=True)} == {True}
        assert {entity["active"] for entity in found(kind, active=False)} == {False}
        assert {entity["displayOnNHCPortal"] for entity in found(kind, displayOnNHCPortal=False)} == {False}
        # What was replaced is deleted, and lists hold what is not.
        assert kind.search(replacedBy=MUSEUM)["results"] == []
    assert {entity["personalCollection"] for entity in found(collection, personalCollection=True)} == {True}


def institutions_and_pages():
    kept = found(collection, institutionKey=MUSEUM)
    assert len(kept) >= 20 and {entity["institutionKey"] for entity in kept} == {MUSEUM}
    assert [entity["key"] for entity in found(institution, institutionKey=MUSEUM)] == [MUSEUM]
    for kind in (collection, institution):
        pages = [kind.search(limit=10, offset=offset) for offset in (0, 10)]
        assert [page["offset"] for page in pages] == [0, 10]
        keys = [entity["key"] for page in pages for entity in page["results"]]
        assert keys == [entity["key"] for entity in everyone(kind)[:20]]
        assert max(len(entity) for entity in everyone(kind)) >= 30


def refusals():
    for kind in (collection, institution):
        for wrong in ({"country": "Atlantis"}, {"sortBy": "AGE"}, {"numberSpecimens": "many"}, {"source": "HEARSAY"}):
            try:
                kind.search(**wrong)
            except HTTPError as error:
                assert error.response.status_code == 400, wrong
            else:
                raise AssertionError(f"{wrong} was taken")


def main():
    for check in (words_and_names, concepts, numbers, sources, places, parts, flags, institutions_and_pages, refusals):
        check()
        print(f"pygbif GRSciColl {check.__name__}: ok")


if __name__ == "__main__":
    main()
