#!/usr/bin/env python3
"""Sickle, unmodified, against the emulated registry: all verbs, every list to its end, both formats."""

import sys

import requests
from sickle import Sickle
from sickle.oaiexceptions import (
    BadArgument,
    BadResumptionToken,
    CannotDisseminateFormat,
    IdDoesNotExist,
    NoRecordsMatch,
)

BASE = sys.argv[1].rstrip("/") + "/gbif/v1"
SICKLE = Sickle(BASE + "/oai-pmh/registry")


def listed():
    page = requests.get(BASE + "/dataset", params={"limit": 1000}, timeout=60).json()
    assert page["endOfRecords"]
    return page["results"]


def identify():
    about = SICKLE.Identify()
    assert about.repositoryName == "GBIF Registry"
    assert about.granularity == "YYYY-MM-DDThh:mm:ssZ"
    assert about.deletedRecord == "persistent"


def formats():
    assert [f.metadataPrefix for f in SICKLE.ListMetadataFormats()] == ["oai_dc", "eml"]
    key = listed()[0]["key"]
    assert len(list(SICKLE.ListMetadataFormats(identifier=key))) == 2


def sets():
    specs = [s.setSpec for s in SICKLE.ListSets()]
    assert specs[0] == "dataset_type" and "country" in specs and "installation" in specs
    assert len(specs) == len(set(specs))
    total = sum(
        len(list(SICKLE.ListIdentifiers(metadataPrefix="eml", set=spec)))
        for spec in specs
        if spec.startswith("dataset_type:")
    )
    assert total == len(listed())


def records():
    datasets = listed()
    for prefix in ("oai_dc", "eml"):
        for _ in range(2):
            harvested = list(SICKLE.ListRecords(metadataPrefix=prefix))
            assert [r.header.identifier for r in harvested] == [d["key"] for d in datasets]
            for record, dataset in zip(harvested, datasets):
                assert record.header.datestamp == dataset["modified"][:19] + "Z"
                assert f"dataset_type:{dataset['type']}" in record.header.setSpecs
                assert dataset["title"] in record.metadata["title"]


def identifiers():
    headers = list(SICKLE.ListIdentifiers(metadataPrefix="oai_dc"))
    assert [h.identifier for h in headers] == [d["key"] for d in listed()]


def single_records():
    dataset = listed()[0]
    record = SICKLE.GetRecord(identifier=dataset["key"], metadataPrefix="oai_dc")
    assert record.metadata["identifier"] == ["https://www.gbif.org/dataset/" + dataset["key"]]
    deleted = requests.get(BASE + "/dataset/deleted", timeout=60).json()["results"][0]
    gone = SICKLE.GetRecord(identifier=deleted["key"], metadataPrefix="eml")
    assert gone.header.deleted


def selective():
    datasets = listed()
    changed = sorted(d["modified"] for d in datasets)
    middle = changed[len(changed) // 2][:10]
    later = list(SICKLE.ListIdentifiers(metadataPrefix="eml", **{"from": middle}))
    earlier = list(SICKLE.ListIdentifiers(metadataPrefix="eml", until=middle))
    assert len(later) == sum(d["modified"][:10] >= middle for d in datasets)
    assert len(later) + len(earlier) == len(datasets)


def errors():
    for error, call in (
        (NoRecordsMatch, lambda: SICKLE.ListRecords(metadataPrefix="eml", set="nope")),
        (CannotDisseminateFormat, lambda: SICKLE.ListRecords(metadataPrefix="marc")),
        (IdDoesNotExist, lambda: SICKLE.GetRecord(identifier="x", metadataPrefix="eml")),
        (BadResumptionToken, lambda: SICKLE.ListRecords(resumptionToken="x")),
        (BadArgument, lambda: SICKLE.ListRecords()),
    ):
        try:
            call()
        except error:
            continue
        raise AssertionError(f"{error.__name__} was expected")


def main():
    for check in (
        identify,
        formats,
        sets,
        identifiers,
        records,
        single_records,
        selective,
        errors,
    ):
        check()
        print(f"Sickle {check.__name__}: ok")


main()
