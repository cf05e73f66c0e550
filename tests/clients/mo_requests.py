#!/usr/bin/env python3
"""Python's requests against the emulated Mushroom Observer, doing what known clients do: apps, tools, importers.

Answers in XML are read without a schema and compared with the JSON of the same records, table by table.
"""

import csv
import hashlib
import html
import io
import struct
import sys
import xml.etree.ElementTree as ElementTree
import zlib

import requests

SITE = sys.argv[1].rstrip("/")
MO = SITE + "/mo"
API = MO + "/api2"

TABLES = [
    "collection_numbers", "comments", "external_links", "external_sites", "field_slips", "herbaria",
    "herbarium_records", "images", "location_descriptions", "locations", "name_descriptions", "names",
    "observations", "occurrences", "projects", "sequences", "species_lists", "users",
]


def credentials():
    return [key for key in requests.get(SITE + "/__admin/credentials", timeout=60).json()["mo"] if key["verified"]]


KEYS = credentials()
ADA = next(key for key in KEYS if key["login"] == "mycophile7")
KEY = ADA["api_key"]


def ask(method, path, **how):
    answer = requests.request(method, f"{API}/{path}", timeout=120, **how)
    assert answer.status_code == 200, (answer.status_code, answer.text[:500])
    return answer.json()


def get(table, **parameters):
    body = ask("GET", table, params=parameters)
    assert "errors" not in body, body["errors"]
    return body


def everything(table, detail, **parameters):
    page, found = 1, []
    while True:
        body = get(table, detail=detail, page=page, **parameters)
        found += body["results"]
        if page >= body["number_of_pages"]:
            assert len(found) == body["number_of_records"]
            return found
        page += 1


def picture(width=64, height=48):
    """A real PNG, drawn here."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes((x * 3 % 256, y * 5 % 256, 90)[c] for x in range(width) for c in range(3))
                    for y in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def mobile_app():
    """Logs in with a password, lists, observes, sends a photo, and registers somebody."""
    login = {"api_key": KEY, "for_user": "boletehunter2", "password": "secret-boletehunter2",
             "app": "Mushroom Observer Mobile", "detail": "high"}
    empty_json = {"Content-Type": "application/json"}
    body = ask("POST", "api_keys", params=login, headers=empty_json)
    assert not body.get("errors"), body
    key = body["results"][0]["key"]
    assert body["user"] == ADA["user_id"], "the app's user, not the one who logs in"
    again = ask("POST", "api_keys", params=login, headers=empty_json)
    assert again["results"][0]["key"] == key

    mine = get("observations", user="boletehunter2", detail="high")["results"]
    with_image = next(one for one in mine if "primary_image" in one)
    image = get("images", id=with_image["primary_image"]["id"], detail="high")["results"][0]
    assert len(image["files"]) == 7
    for at, longest in [(0, 160), (1, 320), (2, 640), (3, 960), (4, 1280)]:
        picture_file = requests.get(image["files"][at], timeout=60)
        assert picture_file.headers["Content-Type"] == "image/jpeg"
        assert picture_file.content.startswith(b"\xff\xd8\xff"), image["files"][at]

    form = {"location": "Earth", "name": "Agaricus", "notes[Cap]": "scaly", "notes": "in lawn", "gps_hidden": "true",
            "latitude": "34.1622", "longitude": "118°21.126'W", "date": "20210605", "vote": "2"}
    seen = ask("POST", "observations", params={"location": "Earth", "api_key": key, "detail": "high"}, data=form)
    seen = seen["results"][0]
    assert seen["latitude"] is None and seen["gps_hidden"] is True
    assert seen["notes_fields"] == {"Cap": "scaly"} and seen["notes"] == "in lawn"
    assert seen["owner"]["login_name"] == "boletehunter2" and seen["votes"][0]["confidence"] == 2.0

    photo = picture()
    sent = ask("POST", "images", params={"api_key": key, "detail": "high", "observations": seen["id"]},
               files={"upload": ("photo.png", photo, "image/png")})["results"][0]
    assert (sent["width"], sent["height"], sent["content_type"]) == (64, 48, "image/png")
    assert sent["md5sum"] == hashlib.md5(photo).hexdigest() and sent["date"] == "2021-06-05"
    assert requests.get(sent["original_url"], timeout=60).content == photo
    shown = get("observations", id=seen["id"], detail="high")["results"][0]
    assert shown["primary_image"]["id"] == sent["id"]
    gone = ask("DELETE", "observations", params={"id": seen["id"], "api_key": key})
    assert gone["results"] == [seen["id"]]
    assert get("images", id=sent["id"])["results"] == [sent["id"]], "images survive"

    new = {"email": "fresh@mo.example.org", "login": "fresh_fungus", "password": "sesame",
           "api_key": KEY, "create_key": "mushroom-observer-mobile", "detail": "high"}
    made = ask("POST", "users", params=new)["results"][0]
    its_key = made["api_keys"][0]["key"]
    refused = ask("GET", "users", params={"api_key": its_key})["errors"][0]
    assert refused["code"] == "API2::APIKeyNotVerified" and its_key in refused["details"]
    assert requests.delete(f"{API}/users", params={"api_key": key}, timeout=60).status_code == 200


def field_slip_review_tool():
    """Reads by path with credentials that nobody looks at, and writes forms and files."""
    session = requests.Session()
    session.headers["Accept"] = "application/json"
    session.auth = ("reviewer", "secret")
    observation = get("observations", user=ADA["login"])["results"][0]
    one = session.get(f"{API}/observations/{observation}", timeout=60).json()
    assert one["results"] == [observation]
    missing = session.get(f"{API}/images/999999", timeout=60).json()
    assert "NotFound" in missing["errors"][0]["code"]
    keyless = session.post(f"{API}/images", data={"notes": "x"}, timeout=60).json()
    assert "MustAuthenticate" in keyless["errors"][0]["code"]
    assert keyless["errors"][0]["details"] == "Must authenticate with API key to perform this operation."

    fields = {"api_key": KEY, "copyright_holder": "Ada S.", "license": "3", "notes": "slip",
              "original_name": "IMG_1.png"}
    image = session.post(f"{API}/images", data=fields, files={"upload": ("IMG_1.png", picture(8, 8), "image/png")},
                         timeout=60).json()["results"][0]
    change = {"api_key": KEY, "id": observation, "add_images": image}
    assert session.patch(f"{API}/observations", data=change, timeout=60).json()["results"] == [observation]
    change = {"api_key": KEY, "id": observation, "set_notes": "reviewed"}
    assert session.patch(f"{API}/observations", data=change, timeout=60).json()["results"] == [observation]
    shown = get("observations", id=observation, detail="high")["results"][0]
    assert shown["notes"] == "reviewed"
    assert image in [one["id"] for one in shown.get("images", []) + [shown["primary_image"]]]

    slip = session.post(f"{API}/field_slips", data={"api_key": KEY, "code": "review-1"}, timeout=60).json()["results"][0]
    assert get("field_slips", code="review-1", detail="low")["results"][0]["code"] == "REVIEW-1"
    change = {"api_key": KEY, "id": slip, "set_observation": observation}
    changed = session.patch(f"{API}/field_slips", data=change, timeout=60).json()
    if "errors" in changed:
        # The observation has a slip of its own already.
        assert changed["errors"][0]["code"] == "API2::CreateFailed", changed
    else:
        low = get("field_slips", id=slip, detail="low")["results"][0]
        assert low["observation_ids"] == [observation]


def importer_that_reads_xml():
    """Finds out who a key belongs to from an answer that refuses, then pages until nothing comes."""
    xml = {"Accept": "application/xml"}
    refused = requests.get(f"{API}/api_keys", params={"api_key": KEY}, headers=xml, timeout=60)
    root = parse(refused.text)
    user = root.find("user").get("id")
    assert user == str(ADA["user_id"]) and root.find("errors/error/code").text == "API2::NoMethodForAction"
    page, seen = 1, []
    while True:
        query = {"user": user, "detail": "high", "page": page}
        results = parse(requests.get(f"{API}/observations", params=query, headers=xml, timeout=60).text).findall(
            "results/result")
        if not results:
            break
        for result in results:
            assert result.get("url") == f"{MO}/observations/{result.get('id')}"
            assert result.find("consensus_name/name").text and result.find("date").text
            place = result.find("location")
            assert place.get("name") or (place.find("name").text and float(place.find("latitude_north").text) <= 90)
            seen.append(int(result.get("id")))
        page += 1
    assert seen == get("observations", user=user)["results"]


def photo_sync():
    """Asks for help, sends with a sum and a number for the licence, and reads the licence's name."""
    help_text = ask("POST", "images", params={"help": 1, "api_key": KEY})["errors"][0]
    assert help_text["code"] == "API2::HelpMessage" and "md5sum: string" in help_text["details"]
    photo = picture(20, 30)
    form = {"api_key": KEY, "md5sum": hashlib.md5(photo).hexdigest(), "license": "4", "detail": "low"}
    sent = ask("POST", "images", data=form, files={"upload": ("a.png", photo)})["results"][0]
    assert sent["license"] == "Public Domain (Wikipedia compatible)"
    spoilt = ask("POST", "images", data={**form, "md5sum": "0" * 32}, files={"upload": ("a.png", photo)})
    assert spoilt["errors"][0]["details"] == (
        'Failed to create image "a.png": The MD5 sum did not come out right. Please try uploading your image again.')
    raw = requests.post(f"{API}/images", params={"api_key": KEY}, data=photo, timeout=60,
                        headers={"Content-Type": "image/png", "Content-MD5": hashlib.md5(photo).hexdigest()})
    assert len(raw.json()["results"]) == 1


def builders_of_data_sets():
    """Pictures of a species, places in a box, names with their synonyms, and a hundred ids at once."""
    body = get("observations", name="Coprinus comatus", has_images=1, detail="high", format="json")
    assert body["number_of_records"] == len(body["results"]) > 0
    for one in body["results"]:
        assert one["consensus"]["name"] == "Coprinus comatus"
        assert one["primary_image"]["original_url"].startswith(MO) and one["owner"]["legal_name"]
        assert isinstance(one["specimen_available"], bool)
    image = body["results"][0]["primary_image"]["id"]
    small = requests.get(f"{MO}/images/320/{image}.jpg", timeout=60)
    assert small.status_code == 200 and small.headers["Content-Type"] == "image/jpeg"
    boxed = get("observations", north=40, south=30, east=-100, west=-125, detail="high")["results"]
    for one in boxed:
        if one.get("latitude"):
            assert 30 <= float(one["latitude"]) <= 40 and -125 <= float(one["longitude"]) <= -100
        elif "location" in one:
            assert float(one["location"]["latitude_north"]) >= 30
    hundred = ",".join(str(number) for number in range(301, 401))
    assert [one["id"] for one in get("observations", id=hundred, detail="high")["results"]] == list(range(301, 401))
    with_synonyms = [one for one in everything("names", "high") if one.get("synonyms")]
    assert all(other["name"] for one in with_synonyms for other in one["synonyms"])
    images = get("images", name="Coprinus comatus", detail="none", content_type="jpg", ok_for_export="true")
    assert image in images["results"] or images["results"]


def readers_of_dumps():
    """The dumps as tables, and as many rows as there are records."""
    def dump(file):
        answer = requests.get(f"{MO}/{file}.csv", timeout=120)
        assert answer.status_code == 200 and answer.headers["Content-Type"] == "text/csv"
        return list(csv.DictReader(io.StringIO(answer.text), delimiter="\t", quoting=csv.QUOTE_NONE))

    observations = dump("observations")
    assert [int(row["id"]) for row in observations] == get("observations")["results"]
    assert list(observations[0]) == ["id", "name_id", "when", "location_id", "lat", "lng", " alt", "vote_cache",
                                     "is_collection_location", "thumb_image_id"]
    low = {one["id"]: one for one in everything("observations", "low")}
    for row in observations:
        one = low[int(row["id"])]
        assert int(row["name_id"]) == one["consensus_id"] and row["when"] == one["date"]
        if one["gps_hidden"] and row["lat"] != "NULL":
            assert "." not in row["lat"], row
        elif one.get("latitude"):
            assert abs(float(row["lat"]) - float(one["latitude"])) < 1e-4
    names = {row["id"]: row for row in dump("names")}
    assert len(names) == len(get("names", misspellings="either")["results"])
    assert {row["rank"] for row in names.values()} >= {"400", "500", "600"}
    assert all(row["name_id"] in names for row in dump("name_classifications"))
    assert len(dump("images")) == get("images")["number_of_records"]
    assert len(dump("locations")) == get("locations")["number_of_records"]
    assert len(dump("name_descriptions")) == get("name_descriptions")["number_of_records"]
    assert len(dump("location_descriptions")) == get("location_descriptions")["number_of_records"]
    attached = {row["image_id"] for row in dump("images_observations")}
    assert len(attached) == get("images", has_observation="true")["number_of_records"]


def parse(text):
    """The document without its namespace."""
    root = ElementTree.fromstring(text.encode())
    for element in root.iter():
        element.tag = element.tag.split("}")[-1]
    return root


# Members that XML shows under another name, or only there.
RENAMED = {"consensus": "consensus_name"}
ONLY_XML = {"field_slip_prefix", "deprecated", "misspelled", "reasons", "location"}


def number(text):
    return float(text)


def same_text(value, element):
    text = element.text or ""
    if element.get("type") == "date-time" or value.endswith(".000Z"):
        return value.replace("T", " ").replace(".000Z", "") == text
    if element.get("units", "").startswith("degrees"):
        return abs(number(value) - number(text)) < 1e-4
    # Descriptions stand in XML as they were written, in JSON as HTML.
    was_written = element.get("content_type") == "text/plain" and "<" in value
    return value == text or was_written


def same(key, value, parent):
    """Whether XML tells what a member of a JSON object tells; and the name of the element that does."""
    name = RENAMED.get(key, key)
    element = parent.find(name)
    if value is None or value == "":
        return element is None or not element.text, name
    if key == "object_type":
        return parent.find("object").get("type") == value, "object"
    if key == "object_id":
        return parent.find("object").get("id") == str(value), "object"
    if key == "location_name" and element is None:
        return parent.find("location").get("name") == value, "location"
    if key == "bases" and parent.get("type") == "sequence" and element.text.startswith("<div"):
        return element.text == f'<div class="textile">{html.escape(value, quote=False)}</div>', name
    if key == "locus":
        return element.text == value[: len(element.text)] and len(element.text) >= min(len(value), 24), name
    if key == "files":
        return [one.get("url") for one in element] == value, name
    if key == "notes_fields":
        pairs = {one.find("key").text: one.find("value").text for one in element}
        return pairs == value, name
    if key.endswith("_ids"):
        plural = parent.find(key[:-4] + "s")
        return [int(one.get("id")) for one in plural or []] == value, key[:-4] + "s"
    if key.endswith("_id") and element is None:
        return parent.find(key[:-3]).get("id") == str(value), key[:-3]
    if key.endswith("_id") and element.get("id"):
        return element.get("id") == str(value), name
    if isinstance(value, bool):
        return (element is None and not value) or element.get("value") == str(value).lower(), name
    if isinstance(value, (int, float)):
        return abs(number(element.text) - value) < 0.00501, name
    if isinstance(value, str):
        return same_text(value, element), name
    if isinstance(value, dict):
        compare(value, element, key)
        return True, name
    assert isinstance(value, list)
    assert len(element) == len(value), key
    for member, child in zip(value, element):
        if isinstance(member, dict):
            compare(member, child, key)
        else:
            assert child.text == member, key
    return True, name


def compare(record, element, where):
    told = set()
    for key, value in record.items():
        if key in ("id", "type"):
            assert element.get(key) == str(value), (where, key)
            continue
        try:
            agrees, name = same(key, value, element)
        except AttributeError as error:
            raise AssertionError((where, key, value, ElementTree.tostring(element))) from error
        assert agrees, (where, key, value, ElementTree.tostring(element))
        told.add(name)
    for child in element:
        extra = child.tag not in told and child.tag not in ONLY_XML
        assert not extra, (where, child.tag, record)


def xml_tells_what_json_tells():
    for table in TABLES:
        for detail in ("low", "high"):
            query = {"detail": detail, "page": 1}
            told = get(table, **query)
            root = parse(requests.get(f"{API}/{table}.xml", params=query, timeout=120).text)
            assert root.find("query").text == told["query"], table
            for member in ("number_of_records", "number_of_pages", "page_number"):
                assert int(root.find(member).text) == told[member]
            results = root.find("results")
            assert int(results.get("number")) == len(told["results"]) == len(results)
            assert told["results"], table
            for record, element in zip(told["results"], results):
                compare(record, element, table)
        ids = [int(one.get("id")) for one in parse(requests.get(f"{API}/{table}.xml", timeout=120).text)
               .find("results")]
        assert ids == get(table)["results"]


for check in [
    xml_tells_what_json_tells,
    mobile_app,
    field_slip_review_tool,
    importer_that_reads_xml,
    photo_sync,
    builders_of_data_sets,
    readers_of_dumps,
]:
    check()
    print(f"mo {check.__name__}: ok")
