//! The light markup of notes and comments, as HTML.

use std::borrow::Cow;

/// One line as inline HTML, several as a paragraph; text without markup comes back unchanged.
pub fn html(text: &str) -> String {
    let text = text.trim();
    let text =
        if text.contains('\r') { Cow::Owned(text.replace("\r\n", "\n")) } else { text.into() };
    let mut html = String::with_capacity(text.len() + 32);
    if !text.contains('\n') {
        inline(&mut html, &text);
        return html;
    }
    let paragraphs = text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty());
    for (index, paragraph) in paragraphs.enumerate() {
        html += if index == 0 { "<p>" } else { "\n<p>" };
        for (index, line) in paragraph.lines().enumerate() {
            if index > 0 {
                html += "<br />\n";
            }
            inline(&mut html, line);
        }
        html += "</p>";
    }
    html
}

/// Escapes what HTML would read as markup and turns `_names_` and `"observation 123"` into links.
fn inline(html: &mut String, text: &str) {
    let is_marked = |byte| matches!(byte, b'&' | b'<' | b'>' | b'_' | b'"');
    let mut rest = text;
    while let Some(at) = rest.bytes().position(is_marked) {
        let (before, from) = rest.split_at(at);
        *html += before;
        let link = match from.as_bytes()[0] {
            b'_' => marked(from, '_', name_link, before),
            b'"' => marked(from, '"', object_link, before),
            _ => None,
        };
        if let Some((link, after)) = link {
            *html += &link;
            rest = after;
            continue;
        }
        *html += match from.as_bytes()[0] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            _ => &from[..1],
        };
        rest = &from[1..];
    }
    *html += rest;
}

/// A stretch between two marks that stands at the edge of a word, turned into a link.
fn marked<'t>(
    from: &'t str,
    mark: char,
    link: fn(&str) -> Option<String>,
    before: &str,
) -> Option<(String, &'t str)> {
    if before.ends_with(char::is_alphanumeric) {
        return None;
    }
    let end = from[1..].find(mark)? + 1;
    let after = &from[end + 1..];
    if after.starts_with(char::is_alphanumeric) {
        return None;
    }
    Some((link(&from[1..end])?, after))
}

fn name_link(name: &str) -> Option<String> {
    let is_plain = name.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '.'));
    if !is_plain || !name.starts_with(char::is_uppercase) {
        return None;
    }
    let target = name.replace(' ', "+");
    Some(format!("<a href=\"/lookups/lookup_name/{target}\"><i>{name}</i></a>"))
}

fn object_link(text: &str) -> Option<String> {
    const KINDS: [&str; 9] = [
        "comment",
        "image",
        "location",
        "name",
        "observation",
        "project",
        "species_list",
        "user",
        "glossary_term",
    ];
    let (kind, id) = text.rsplit_once(' ')?;
    let kind = kind.to_ascii_lowercase().replace(' ', "_");
    let is_link = KINDS.contains(&kind.as_str())
        && !id.is_empty()
        && id.bytes().all(|byte| byte.is_ascii_digit());
    is_link.then(|| format!("<a href=\"/lookups/lookup_{kind}/{id}\">{text}</a>"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_comes_back_unchanged() {
        assert_eq!(html("growing in lawn, 3–4 cm"), "growing in lawn, 3–4 cm");
        assert_eq!(html("snake_case_word"), "snake_case_word");
    }

    #[test]
    fn several_lines_are_a_paragraph() {
        assert_eq!(html("one\ntwo < 3"), "<p>one<br />\ntwo &lt; 3</p>");
    }

    #[test]
    fn names_and_objects_become_links() {
        assert_eq!(
            html("like _Amanita muscaria_, see \"observation 12\""),
            "like <a href=\"/lookups/lookup_name/Amanita+muscaria\"><i>Amanita muscaria</i></a>, \
             see <a href=\"/lookups/lookup_observation/12\">observation 12</a>"
        );
        assert_eq!(html("a \"quoted\" word"), "a \"quoted\" word");
    }
}
