//! Images: getting them back.

use http::Method;
use serde_json::{Value, json};

use super::uploads::{ADA, picture, send};
use super::{form, ids, key_of, results};
use crate::support::Client;

/// A PNG that unpacks to gigabytes is never unpacked.
#[test]
fn a_bomb_is_only_looked_at() {
    let mo = Client::of("mo");
    let mut bomb = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    bomb.extend(60_000_u32.to_be_bytes());
    bomb.extend(60_000_u32.to_be_bytes());
    bomb.extend([8, 2, 0, 0, 0, 0, 0, 0, 0]);
    bomb.resize(1 << 20, 0);

    let made =
        results(&send(&mo, &[("detail", "low")], Some(("b.png", "image/png", &bomb))))[0].clone();

    assert_eq!((&made["width"], &made["content_type"]), (&json!(60_000), &json!("image/png")));
    let small = mo.get(&format!("/images/320/{}.jpg", made["id"]));
    assert_eq!(small.content_type(), "image/jpeg");
    assert!(small.body.len() < 100_000);
}

/// Whatever size a file claims, nobody waits long for a drawing of it.
#[test]
fn drawings_of_large_uploads_are_smaller() {
    let mo = Client::of("mo");
    let mut wide = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    wide.extend([60_000_u32.to_be_bytes(), 60_u32.to_be_bytes()].concat());
    let made = results(&send(&mo, &[], Some(("w.png", "image/png", &wide))))[0].clone();

    let drawn = mo.get(&format!("/images/orig/{made}.jpg"));

    let size = imagesize::blob_size(&drawn.body).unwrap();
    assert_eq!((size.width, size.height), (4000, 4));
    assert_eq!(mo.get(&format!("/images/orig/{made}.png")).body, wide);
}

#[test]
fn images_are_pictures_of_their_size() {
    let mo = Client::of("mo");
    let png = results(&mo.get("/api2/images?content_type=png&detail=low"))[0].clone();
    let id = png["id"].as_i64().unwrap();

    for (folder, side) in [("thumb", 160), ("320", 320), ("640", 640)] {
        let answer = mo.get(&format!("/images/{folder}/{id}.jpg?1234"));
        assert_eq!((answer.status(), answer.content_type()), (200, "image/jpeg"), "{folder}");
        let size = imagesize::blob_size(&answer.body).unwrap();
        assert_eq!(size.width.max(size.height), side, "{folder}");
        assert_eq!(mo.get(&format!("/images/{folder}/{id}.jpg")).body, answer.body, "drawn once");
    }
    let original = mo.get(&format!("/images/orig/{id}.png"));
    assert_eq!(original.content_type(), "image/png");
    let size = imagesize::blob_size(&original.body).unwrap();
    assert_eq!(Value::from(size.width), png["width"]);
    for missing in [
        "/images/thumb/99999.jpg",
        "/images/800/1.jpg",
        "/images/orig/1.gif",
        "/images/orig/+1.jpg",
        "/images/thumb/x.jpg",
    ] {
        assert_eq!(mo.get(missing).status(), 404, "{missing}");
    }
}

#[test]
fn a_client_that_has_an_image_is_not_sent_it_again() {
    let mo = Client::of("mo");
    for path in ["/images/320/1.jpg", "/images/orig/2601.jpg"] {
        send(&mo, &[], Some(("a.jpg", "image/jpeg", &picture(&mo))));
        let whole = mo.get(path);
        let tag = whole.header("etag").unwrap().to_owned();
        let modified = whole.header("last-modified").unwrap().to_owned();
        let ask = |name: &str, value: &str| mo.with_header(name, value).get(path);

        let listed = format!("\"other\", W/{tag}");
        let later = "Fri, 01 Jan 2100 00:00:00 GMT";
        for (name, value) in [
            ("if-none-match", tag.as_str()),
            ("if-none-match", &listed),
            ("if-none-match", "*"),
            ("if-modified-since", &modified),
            ("if-modified-since", later),
        ] {
            let answer = ask(name, value);
            assert_eq!((answer.status(), answer.body.len()), (304, 0), "{name}: {value}");
            assert_eq!(answer.header("etag"), Some(tag.as_str()), "{name}: {value}");
            assert_eq!(answer.header("last-modified"), Some(modified.as_str()));
            assert_eq!(answer.header("content-type"), None, "{name}: {value}");
        }
        for (name, value) in [
            ("if-none-match", "\"other\""),
            ("if-modified-since", "Sat, 01 Jan 2000 00:00:00 GMT"),
            ("if-modified-since", "yesterday"),
        ] {
            let answer = ask(name, value);
            assert_eq!((answer.status(), &answer.body), (200, &whole.body), "{name}: {value}");
        }
        // Who knows tags is not asked for the time.
        let other = mo.with_header("if-none-match", "\"other\"");
        assert_eq!(other.with_header("if-modified-since", later).get(path).status(), 200);
    }
}

#[test]
fn an_image_that_was_changed_is_another_version() {
    let mo = Client::of("mo");
    let image: i64 = super::read(&mo, "SELECT min(id) FROM mo_images WHERE user_id = ?", ADA);
    let path = format!("/images/thumb/{image}.jpg");
    let before = mo.get(&path).header("etag").unwrap().to_owned();
    let other = mo.get(&format!("/images/320/{image}.jpg")).header("etag").unwrap().to_owned();
    let shown = super::send(&mo, ADA, "PATCH", "images", &format!("id={image}&set_notes=changed"));

    let after = mo.with_header("if-none-match", &before).get(&path);

    assert_eq!(after.status(), 200);
    assert!(before != other && after.header("etag") != Some(&before));
    let modified: jiff::Timestamp = shown["updated_at"].as_str().unwrap().parse().unwrap();
    let modified = modified.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    assert_eq!(after.header("last-modified"), Some(modified.as_str()));
}

#[test]
fn a_part_of_an_image_may_be_asked_for() {
    let mo = Client::of("mo");
    let path = "/images/thumb/1.jpg";
    let whole = mo.get(path);
    let (length, tag) = (whole.body.len(), whole.header("etag").unwrap());
    let part = |range: &str| mo.with_header("range", range).get(path);

    assert_eq!(whole.header("accept-ranges"), Some("bytes"));
    let begin = part("bytes=0-9");
    assert_eq!((begin.status(), begin.content_type()), (206, "image/jpeg"));
    assert_eq!(begin.header("content-range"), Some(format!("bytes 0-9/{length}").as_str()));
    assert_eq!((&begin.body[..], begin.header("etag")), (&whole.body[..10], Some(tag)));
    assert_eq!(part("bytes=-5").body, whole.body[length - 5..]);
    let beyond = part(&format!("bytes={length}-"));
    assert_eq!((beyond.status(), beyond.body.len()), (416, 0));
    assert_eq!(beyond.header("content-range"), Some(format!("bytes */{length}").as_str()));
    assert_eq!((part("bytes=0-1,4-5").status(), part("bytes=x").status()), (200, 200));

    let ranged = mo.with_header("range", "bytes=0-9");
    assert_eq!(ranged.with_header("if-range", tag).get(path).status(), 206);
    assert_eq!(ranged.with_header("if-range", "\"other\"").get(path).status(), 200);
    let head = ranged.send(Method::HEAD, path, &[], "");
    assert_eq!((head.status(), head.header("content-length")), (200, Some(&*length.to_string())));
}

#[test]
fn a_deleted_image_is_gone_from_its_observation() {
    let mo = Client::of("mo");
    let observation = results(&mo.get("/api2/observations/1?detail=high"))[0].clone();
    let image = observation["primary_image"]["id"].as_i64().unwrap();

    ids(&form(&mo, "DELETE", "/api2/images", &format!("api_key={}&id={image}", key_of(&mo, ADA))));

    assert_eq!(mo.get(&format!("/images/thumb/{image}.jpg")).status(), 404);
    let after = &results(&mo.get("/api2/observations/1?detail=high"))[0];
    assert_ne!(after["primary_image"]["id"], image);
}
