//! Images: sending them.

use http::Method;
use serde_json::json;

use super::{error, form, ids, key_of, results};
use crate::support::served::{Served, read_all};
use crate::support::{Answer, Client};

pub const ADA: i64 = 7;

/// A picture that wardian itself draws.
pub fn picture(mo: &Client) -> Vec<u8> {
    let answer = mo.get("/images/thumb/1.jpg");
    assert_eq!((answer.status(), answer.content_type()), (200, "image/jpeg"));
    answer.body.to_vec()
}

const FORM: [(&str, &str); 1] = [("content-type", "multipart/form-data; boundary=b0undary")];

/// A multipart body as Python's `requests` writes it.
fn multipart(fields: &[(&str, &str)], file: Option<(&str, &str, &[u8])>) -> Vec<u8> {
    let file = file.map(|(name, kind, content)| ("upload", name.as_bytes(), kind, content));
    parts(fields, file.as_slice())
}

/// The same with any number of files: field, name, media type, content.
fn parts(fields: &[(&str, &str)], files: &[(&str, &[u8], &str, &[u8])]) -> Vec<u8> {
    const START: &[u8] = b"--b0undary\r\nContent-Disposition: form-data; name=\"";
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend([START, name.as_bytes(), b"\"\r\n\r\n", value.as_bytes(), b"\r\n"].concat());
    }
    for (field, name, kind, content) in files {
        body.extend([START, field.as_bytes(), b"\"; filename=\"", name].concat());
        body.extend([b"\"\r\nContent-Type: ", kind.as_bytes(), b"\r\n\r\n"].concat());
        body.extend([content, &b"\r\n"[..]].concat());
    }
    body.extend(b"--b0undary--\r\n");
    body
}

#[track_caller]
pub fn send(mo: &Client, fields: &[(&str, &str)], file: Option<(&str, &str, &[u8])>) -> Answer {
    let key = key_of(mo, ADA);
    let fields: Vec<(&str, &str)> =
        fields.iter().copied().chain([("api_key", key.as_str())]).collect();
    mo.send(Method::POST, "/api2/images", &FORM, multipart(&fields, file))
}

pub fn md5(content: &[u8]) -> String {
    use md5::Digest;
    md5::Md5::digest(content).iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

#[test]
fn an_image_is_sent_described_attached_and_served() {
    let mo = Client::of("mo");
    let content = picture(&mo);
    let observation = ids(&form(
        &mo,
        "POST",
        "/api2/observations",
        &format!("api_key={}&location=Earth&date=2019-10-05", key_of(&mo, ADA)),
    ))[0];

    let answer = send(
        &mo,
        &[
            ("observations", &observation.to_string()),
            ("md5sum", &md5(&content)),
            ("detail", "low"),
            ("vote", "3"),
            ("original_name", "IMG_1.JPG"),
            ("projects", "1"),
        ],
        Some(("sticky.jpg", "image/jpeg", &content)),
    );

    let made = results(&answer)[0].clone();
    assert_eq!(made["id"], 2601);
    assert_eq!(
        (&made["date"], &made["copyright_holder"]),
        (&json!("2019-10-05"), &json!("Ada Sporer"))
    );
    assert_eq!((&made["width"], &made["height"]), (&json!(160), &json!(120)));
    assert_eq!((&made["md5sum"], &made["quality"]), (&json!(md5(&content)), &json!(3.0)));
    assert!(made.get("original_name").is_none(), "names of files are tossed");
    let keys: Vec<&str> = made.as_object().unwrap().keys().map(String::as_str).collect();
    let expected = [
        "id",
        "type",
        "date",
        "copyright_holder",
        "quality",
        "created_at",
        "updated_at",
        "number_of_views",
        "ok_for_export",
        "license",
        "content_type",
        "md5sum",
        "width",
        "height",
        "original_url",
        "owner_id",
    ];
    assert_eq!(keys, expected);

    let original = mo.get("/images/orig/2601.jpg");
    assert_eq!((original.content_type(), &original.body[..]), ("image/jpeg", &content[..]));
    let seen = &results(&mo.get(&format!("/api2/observations/{observation}?detail=low")))[0];
    assert_eq!(seen["primary_image_id"], 2601);
    assert!(ids(&mo.get("/api2/images?project=1")).contains(&2601));
    assert!(results(&mo.get("/api2/images/2601?detail=low"))[0].get("md5sum").is_none());
}

#[test]
fn an_image_may_be_the_body_itself() {
    let mo = Client::of("mo");
    let content = picture(&mo);
    let path = format!("/api2/images?api_key={}&detail=high", key_of(&mo, ADA));
    let headers = |sum: &'static str| [("content-type", "image/jpeg"), ("content-md5", sum)];

    let wrong = error(&mo.send(Method::POST, &path, &headers("00"), content.clone()));
    let right = mo.send(Method::POST, &path, &[("content-type", "image/jpeg")], content);

    assert_eq!(
        wrong,
        "API2::CreateFailed Failed to create image \"\": The MD5 sum did not come out right. Please try uploading your image again."
    );
    assert_eq!(results(&right)[0]["files"].as_array().unwrap().len(), 7);
}

#[test]
fn one_image_and_one_only_can_be_sent() {
    let mo = Client::of("mo");
    let content = picture(&mo);
    let file = Some(("a.jpg", "image/jpeg", &content[..]));

    assert_eq!(
        error(&send(&mo, &[("upload_url", "http://a.test/x.jpg")], file)),
        "API2::TooManyUploads Only one upload allowed per request. You may send the file in the data of the HTTP request, \
         or you may specify a URL using the \"upload_url\" parameter. But do not use both methods at the same time."
    );
    assert!(error(&send(&mo, &[("notes", "none")], None)).starts_with("API2::MissingUpload"));
    let fetched = error(&send(&mo, &[("upload_url", "http://a.test/x.jpg")], None));
    assert!(
        fetched.starts_with("API2::CouldntDownloadURL Failed to download the resource at the URL, \"http://a.test/x.jpg\": Socket"),
        "{fetched}"
    );
}

/// What a request with these files is answered.
#[track_caller]
fn send_files(
    mo: &Client,
    (method, table): (Method, &str),
    fields: &[(&str, &str)],
    files: &[(&str, &[u8], &str, &[u8])],
) -> Answer {
    let key = key_of(mo, ADA);
    let fields = [fields, &[("api_key", &key)]].concat();
    mo.send(method, &format!("/api2/{table}"), &FORM, parts(&fields, files))
}

#[test]
fn the_name_of_a_file_may_be_no_text() {
    let mo = Client::of("mo");
    let content = picture(&mo);
    let post = (Method::POST, "images");
    let send = |content: &[u8]| {
        send_files(&mo, post.clone(), &[], &[("upload", b"\xff\xfe.jpg", "image/jpeg", content)])
    };

    assert_eq!(results(&send(&content)), [2601]);
    let name = "\u{fffd}\u{fffd}.jpg";
    assert_eq!(
        error(&send(b"hello")),
        format!(
            "API2::CreateFailed Failed to create image \"{name}\": The file \"{name}\" is not a valid image; it comes \
             through as 'text/plain'."
        )
    );
}

#[test]
fn a_file_that_nobody_chose_is_none() {
    let mo = Client::of("mo");
    let nothing: (&str, &[u8], &str, &[u8]) = ("upload", b"", "application/octet-stream", b"");
    let elsewhere = ("photo", nothing.1, nothing.2, nothing.3);

    let observation = [("location", "Earth"), ("date", "2019-10-05")];
    let made = send_files(&mo, (Method::POST, "observations"), &observation, &[nothing, elsewhere]);
    assert_eq!(results(&made), [1301]);
    let refusal = error(&send_files(&mo, (Method::POST, "images"), &[], &[nothing]));
    assert!(refusal.starts_with("API2::MissingUpload"), "{refusal}");
}

#[test]
fn of_several_files_the_last_is_taken() {
    let mo = Client::of("mo");
    let content = picture(&mo);
    let files: [(&str, &[u8], &str, &[u8]); 2] =
        [("upload", b"a", "image/png", b"hello"), ("upload", b"b", "image/jpeg", &content)];

    let made = send_files(&mo, (Method::POST, "images"), &[("detail", "low")], &files);

    assert_eq!(results(&made)[0]["md5sum"], md5(&content));
}

#[test]
fn files_that_nobody_asked_for_are_refused() {
    let mo = Client::of("mo");
    let content = picture(&mo);
    let file = |field| [(field, &b"a.jpg"[..], "image/jpeg", &content[..])];
    let post = |table| (Method::POST, table);

    let several = [file("upload"), file("photo"), file("foo")].concat();
    let refusal = error(&send_files(&mo, post("images"), &[("bar", "1")], &several));
    assert_eq!(refusal, "API2::UnusedParameters Unexpected parameters: bar, foo, photo");
    for (method, table) in [post("observations"), (Method::PATCH, "images")] {
        let refusal = error(&send_files(&mo, (method, table), &[], &file("foo")));
        assert_eq!(refusal, "API2::UnusedParameters Unexpected parameters: foo", "{table}");
    }
    for method in [Method::POST, Method::PATCH, Method::DELETE] {
        let fields = [("id", "1")];
        let answer = send_files(&mo, (method.clone(), "observations"), &fields, &file("upload"));
        assert_eq!(error(&answer), "API2::UnexpectedUpload Unexpected file attached.", "{method}");
    }
    let answer = send_files(&mo, (Method::PATCH, "images"), &[("id", "1")], &file("upload"));
    assert_eq!(error(&answer), "API2::UnexpectedUpload Unexpected file attached.");
    assert_eq!(ids(&mo.get("/api2/observations?id=1")), [1]);
}

#[test]
fn what_is_no_image_is_refused_by_what_it_is() {
    let mo = Client::of("mo");
    let refusal =
        |name: &str, content: &[u8]| error(&send(&mo, &[], Some((name, "image/jpeg", content))));
    let start = "API2::CreateFailed Failed to create image";

    assert_eq!(
        refusal("x.txt", b"hello"),
        format!(
            "{start} \"x.txt\": The file \"x.txt\" is not a valid image; it comes through as 'text/plain'."
        )
    );
    assert_eq!(
        refusal("x.jpg", b"\0\x01\x02\xff"),
        format!(
            "{start} \"x.jpg\": The file \"x.jpg\" is not a valid image; it comes through as 'application/octet-stream'."
        )
    );
    let big = vec![0; (20 << 20) + 1];
    assert_eq!(
        refusal("big.jpg", &big),
        format!(
            "{start} \"big.jpg\": We can't handle images that big. Please reduce it to less than 20Mb before uploading."
        )
    );
    assert_eq!(ids(&mo.get("/api2/images")).len(), 2600);
}

#[test]
fn an_image_is_what_its_first_bytes_say() {
    let mo = Client::of("mo");
    let filled = b"\xff\xd8\xff\xff\xff\xc0\0\x11\x08\0\x07\0\x0c\x03";
    let top_down = b"BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x0c\0\0\0\xf9\xff\xff\xff";
    let bare = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic";
    let vast = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xee\x6b\x28\0\xee\x6b\x28\0";
    let cases = [
        (&filled[..], "image/jpeg", Some((12, 7))),
        (top_down, "image/x-ms-bmp", Some((12, 7))),
        (b"\xff\xd8\xff\xe0cut", "image/jpeg", None),
        (b"\x89PNG\r\n\x1a\n", "image/png", None),
        (bare, "image/heif", None),
        (vast, "image/png", None),
    ];

    for (content, kind, sides) in cases {
        let file = Some(("a.txt", "text/plain", content));
        let made = results(&send(&mo, &[("detail", "low")], file))[0].clone();

        assert_eq!(made["content_type"], kind, "{made}");
        let told = (made.get("width").cloned(), made.get("height").cloned());
        let expected = sides.map(|(width, height)| (json!(width), json!(height))).unzip();
        assert_eq!(told, expected, "{made}");
        let small = mo.get(&format!("/images/320/{}.jpg", made["id"]));
        assert_eq!((small.status(), small.content_type()), (200, "image/jpeg"), "{made}");
    }
}

/// Nobody reads such a body to its end, so what it would have been is told from its media type.
#[test]
fn what_is_too_large_is_an_image_unless_it_is_a_form() {
    let mo = Client::of("mo");
    let served = Served::new(mo.emulator().clone());
    let post = |path: &str, kind: &str| {
        let head = format!(
            "POST /session/{}/mo/api2/{path} HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\n\
             Content-Length: 999999999\r\n\r\n",
            mo.session().name
        );
        read_all(&mut served.send(&head)).0
    };

    for kind in ["image/png", "multipart/form-data; boundary=x", "application/json"] {
        for path in ["images", "images.json", "images/1"] {
            let answer = post(path, kind);
            assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
            assert!(answer.contains("We can't handle images that big."), "{answer}");
        }
    }
    let forms = "application/x-www-form-urlencoded; charset=utf-8";
    for (path, kind) in [("images", forms), ("comments", "image/png"), ("names/images", forms)] {
        let answer = post(path, kind);
        assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
        assert!(answer.contains("The request is too large.") && !answer.contains("images that"));
    }
}

#[test]
fn an_upload_that_breaks_off_gets_a_page() {
    let mo = Client::of("mo");
    let key = key_of(&mo, ADA);
    let mut body = multipart(&[("api_key", &key)], Some(("a.jpg", "image/jpeg", &[1; 100])));
    body.truncate(body.len() - 60);

    let answer = mo.send(Method::POST, "/api2/images", &FORM, body);

    assert_eq!((answer.status(), answer.content_type()), (400, "text/html; charset=utf-8"));
}
