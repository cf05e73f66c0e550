//! Where credentials stand in the texts of a request or answer, found by the names before them.
//!
//! Bodies may be cut off or malformed, so nothing is parsed as a whole: each kind of text is looked through for names, and
//! what follows one is taken for its value.

use std::borrow::Cow;
use std::ops::Range;

/// Ends of names, without punctuation, whose values are credentials wherever they stand.
const ENDINGS: [&str; 6] =
    ["apikey", "clientsecret", "password", "accesstoken", "refreshtoken", "idtoken"];

/// Which names stand for credentials.
#[derive(Clone, Copy, Debug)]
pub struct Names {
    /// Further ones, letter by letter.
    pub more: &'static [&'static str],
    /// Whether `token` is one: it is in answers.
    pub token: bool,
}

impl Names {
    pub fn has(self, name: &str) -> bool {
        let plain: String =
            name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
        ENDINGS.iter().any(|ending| plain.ends_with(ending))
            || self.more.contains(&name)
            || self.token && plain == "token"
    }
}

/// A credential in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    pub place: Range<usize>,
    pub form: Form,
}

/// How its value is written there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Plain,
    /// Percent-encoded, blanks as `+`.
    Encoded,
    /// A JSON value, quotes included.
    Json,
}

impl Secret {
    /// What is shown in its place.
    pub fn mask(&self) -> &'static str {
        if self.form == Form::Json { "\"***\"" } else { "***" }
    }

    /// The credential itself.
    pub fn value(&self, text: &[u8]) -> String {
        let raw = &text[self.place.clone()];
        match self.form {
            Form::Plain => String::from_utf8_lossy(raw).into_owned(),
            Form::Encoded => decode_form(&String::from_utf8_lossy(raw)).into_owned(),
            Form::Json => serde_json::from_slice(raw)
                .unwrap_or_else(|_| String::from_utf8_lossy(raw).trim_matches('"').to_owned()),
        }
    }
}

fn decode_form(text: &str) -> Cow<'_, str> {
    let blanks = text.replace('+', " ");
    Cow::Owned(percent_encoding::percent_decode_str(&blanks).decode_utf8_lossy().into_owned())
}

/// Those of a query string or an urlencoded form.
pub fn in_form(text: &str, names: Names) -> Vec<Secret> {
    let mut found = Vec::new();
    let mut start = 0;
    for pair in text.split('&') {
        if let Some((name, value)) = pair.split_once('=')
            && !value.is_empty()
            && names.has(&decode_form(name))
        {
            let from = start + name.len() + 1;
            found.push(Secret { place: from..from + value.len(), form: Form::Encoded });
        }
        start += pair.len() + 1;
    }
    found
}

/// Those of a JSON text.
pub fn in_json(text: &[u8], names: Names) -> Vec<Secret> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(quote) = find(text, at, b"\"") {
        let end = end_of_string(text, quote);
        at = end;
        let colon = skip_blanks(text, end);
        if text.get(colon) != Some(&b':') {
            continue;
        }
        let name: Option<String> = serde_json::from_slice(&text[quote..end]).ok();
        if name.is_some_and(|name| names.has(&name)) {
            let from = skip_blanks(text, colon + 1);
            let to = end_of_value(text, from);
            // A name that is given no value has nothing to hide.
            if !matches!(&text[from..to], b"" | b"null" | b"\"\"") {
                found.push(Secret { place: from..to, form: Form::Json });
            }
            at = to;
        }
    }
    found
}

/// The place after a string that begins at a quote; the end of the text if it is cut off.
fn end_of_string(text: &[u8], quote: usize) -> usize {
    let mut at = quote + 1;
    while at < text.len() {
        match text[at] {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    text.len()
}

fn end_of_value(text: &[u8], from: usize) -> usize {
    let mut at = from;
    let mut depth = 0_usize;
    while at < text.len() {
        match text[at] {
            b'"' => {
                at = end_of_string(text, at);
                if depth == 0 {
                    return at;
                }
                continue;
            }
            b'}' | b']' | b',' | b' ' | b'\n' | b'\r' | b'\t' if depth == 0 => return at,
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
        at += 1;
    }
    text.len()
}

fn skip_blanks(text: &[u8], from: usize) -> usize {
    let blanks = text[from..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    from + blanks
}

/// Those of a multipart form.
pub fn in_multipart(text: &[u8], boundary: &str, names: Names) -> Vec<Secret> {
    let boundary = format!("--{boundary}");
    let mut found = Vec::new();
    let mut start = find(text, 0, boundary.as_bytes());
    while let Some(part) = start {
        let next = find(text, part + boundary.len(), boundary.as_bytes());
        let end = next.unwrap_or(text.len());
        if let Some(blank) = find(&text[..end], part, b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&text[part..blank]);
            let content = blank + 4..end.saturating_sub(if next.is_some() { 2 } else { 0 });
            if content.start < content.end && part_name(&head).is_some_and(|name| names.has(name)) {
                found.push(Secret { place: content, form: Form::Plain });
            }
        }
        start = next;
    }
    found
}

fn part_name(head: &str) -> Option<&str> {
    let (_, rest) = head.split_once(" name=")?;
    match rest.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next(),
        None => rest.split([';', '\r', '\n']).next(),
    }
}

/// Those of an XML text: `<key>...</key>`.
pub fn in_xml(text: &[u8], names: Names) -> Vec<Secret> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(open) = find(text, at, b"<") {
        let Some(close) = find(text, open, b">") else { break };
        at = close + 1;
        let tag = String::from_utf8_lossy(&text[open + 1..close]);
        let name = tag.split_ascii_whitespace().next().unwrap_or_default();
        let is_element =
            !name.is_empty() && !name.starts_with(['/', '!', '?']) && !tag.ends_with('/');
        if is_element && names.has(name) {
            let end = find(text, at, b"<").unwrap_or(text.len());
            if at < end {
                found.push(Secret { place: at..end, form: Form::Plain });
            }
        }
    }
    found
}

fn find(text: &[u8], from: usize, wanted: &[u8]) -> Option<usize> {
    let rest = text.get(from..)?;
    let at = match wanted {
        [byte] => rest.iter().position(|b| b == byte),
        _ => rest.windows(wanted.len()).position(|window| window == wanted),
    };
    at.map(|at| from + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: Names = Names { more: &["key"], token: true };

    fn values(text: &str, secrets: &[Secret]) -> Vec<String> {
        secrets.iter().map(|secret| secret.value(text.as_bytes())).collect()
    }

    #[test]
    fn names_tell_in_any_spelling() {
        for name in ["api_key", "apikey", "apiKey", "X-Api-Key", "user[password]", "token", "key"] {
            assert!(NAMES.has(name), "{name}");
        }
        for name in ["api_keys", "keyword", "resumptionToken", "taxonKey", "pass"] {
            assert!(!NAMES.has(name), "{name}");
        }
    }

    #[test]
    fn forms_are_decoded() {
        let text = "a=1&api%5Fkey=x%2By+z&apikey=&b&password=p=q";

        assert_eq!(values(text, &in_form(text, NAMES)), ["x+y z", "p=q"]);
    }

    #[test]
    fn json_is_found_at_any_depth_in_any_form() {
        let text =
            r#"{"a":{"pass\u0077ord" : "x\"y"},"token":17,"key":["u",{"v":"w"}],"n":"password"}"#;

        assert_eq!(
            values(text, &in_json(text.as_bytes(), NAMES)),
            ["x\"y", "17", r#"["u",{"v":"w"}]"#]
        );
    }

    #[test]
    fn json_that_is_cut_off_hides_what_is_left_of_a_value() {
        let text = r#"{"a":1,"password":"abcd"#;

        assert_eq!(values(text, &in_json(text.as_bytes(), NAMES)), ["abcd"]);
        assert!(in_json(br#"{"password":"#, NAMES).is_empty());
        assert!(in_json(br#"{"password":"\"#, NAMES).len() == 1);
    }

    #[test]
    fn multipart_fields_are_found_by_their_heads() {
        let text = "--B\r\nContent-Disposition: form-data; name=\"api_key\"\r\n\r\nsecret\r\n\
                    --B\r\nContent-Disposition: form-data; name=\"notes\"\r\n\r\nopen\r\n--B--\r\n";

        assert_eq!(values(text, &in_multipart(text.as_bytes(), "B", NAMES)), ["secret"]);
    }

    #[test]
    fn elements_are_found_by_their_tags() {
        let text = "<?xml?><r><key type=\"string\">abc</key><key/><keyword>x</keyword></r>";

        assert_eq!(values(text, &in_xml(text.as_bytes(), NAMES)), ["abc"]);
    }
}
