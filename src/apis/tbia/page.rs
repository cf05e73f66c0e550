//! Pages for people: the portal's frame around a text, in English or Traditional Chinese.

use http::StatusCode;
use http::header::ACCEPT_LANGUAGE;
use quick_xml::escape::partial_escape;

use crate::kit::call::Request;
use crate::kit::reply::Reply;

/// The languages of the portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    English,
    Chinese,
}

impl Language {
    /// The language of the path's prefix, else the one that the client likes best, else Chinese.
    pub fn of(request: &Request) -> Self {
        let mut segments = request.uri().path().split('/').filter_map(Self::of_prefix);
        segments.next().or_else(|| Self::preferred(request)).unwrap_or(Self::Chinese)
    }

    /// As `Content-Language` and the prefixes of paths have it.
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en-us",
            Self::Chinese => "zh-hant",
        }
    }

    /// The text of this language.
    pub fn choose(self, chinese: &'static str, english: &'static str) -> &'static str {
        match self {
            Self::English => english,
            Self::Chinese => chinese,
        }
    }

    fn of_prefix(segment: &str) -> Option<Self> {
        [Self::English, Self::Chinese].into_iter().find(|language| language.code() == segment)
    }

    fn preferred(request: &Request) -> Option<Self> {
        let accepted = request.headers().get(ACCEPT_LANGUAGE)?.to_str().ok()?;
        let mut best: Option<(Self, f32)> = None;
        for range in accepted.split(',') {
            let (tag, quality) = match range.split_once(";q=") {
                Some((tag, quality)) => (tag, quality.trim().parse().unwrap_or(0.0)),
                None => (range, 1.0),
            };
            let tag = tag.trim().to_ascii_lowercase();
            let language = match tag.get(..2) {
                Some("en") => Self::English,
                Some("zh") => Self::Chinese,
                _ => continue,
            };
            if quality > best.map_or(0.0, |(_, quality)| quality) {
                best = Some((language, quality));
            }
        }
        best.map(|(language, _)| language)
    }
}

/// A whole page; `content` is markup.
pub fn page(language: Language, title: &str, content: &str) -> String {
    let site = language.choose("臺灣生物多樣性資料庫", "Taiwan Biodiversity Information Alliance");
    let code = language.code();
    format!(
        "<!DOCTYPE html>\n<html lang=\"{code}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <title>{title} | TBIA</title>\n</head>\n<body>\n<header>{site}</header>\n<main>\n\
         {content}\n</main>\n</body>\n</html>\n"
    )
}

/// The page for an address that leads nowhere, and for all that breaks.
pub fn error(status: StatusCode, language: Language) -> Reply {
    let text = language.choose(
        "您要求的網址不存在或有錯誤，若有疑問請聯絡我們，謝謝。",
        "We can't find the page you are looking for. If you have any questions, please contact us.",
    );
    error_saying(status, language, text)
}

/// The same page with another text.
pub fn error_saying(status: StatusCode, language: Language, text: &str) -> Reply {
    let title = language.choose("網頁錯誤", "Page error");
    Reply::html(status, page(language, title, &format!("<p>{}</p>", partial_escape(text))))
}

/// What the framework says to a request that would change something; in English, whoever asks.
pub fn forbidden() -> Reply {
    forbidden_saying("CSRF verification failed. Request aborted.")
}

/// The same page with another reason.
pub fn forbidden_saying(reason: &str) -> Reply {
    let reason = partial_escape(reason);
    Reply::html(
        StatusCode::FORBIDDEN,
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <title>403 Forbidden</title>\n</head>\n<body>\n<h1>Forbidden <span>(403)</span></h1>\n\
             <p>Forbidden (403)</p>\n<p>{reason}</p>\n</body>\n</html>\n"
        ),
    )
}

/// The page while the portal is looked after, in both languages unless it says something else.
pub fn maintenance(language: Language, message: Option<&str>) -> Reply {
    let content = message.map_or_else(
        || {
            "<p>目前網頁資料維護中，請稍後再試。</p>\n\
             <p>The website is temporarily unavailable due to data maintenance.</p>"
                .to_owned()
        },
        |message| format!("<p>{}</p>", partial_escape(message)),
    );
    let title = language.choose("維護中", "Maintenance");
    Reply::html(StatusCode::SERVICE_UNAVAILABLE, page(language, title, &content))
}

/// What the proxy in front of the portal says itself.
pub fn proxy_error(status: StatusCode) -> Reply {
    let reason = status.canonical_reason().unwrap_or("Error");
    let code = status.as_u16();
    let text = format!(
        "<html>\n<head><title>{code} {reason}</title></head>\n<body>\n\
         <h1>{code} {reason}</h1>\n</body>\n</html>\n"
    );
    Reply::new(status, "text/html", text)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::nothing("/x", None, Language::Chinese)]
    #[case::english("/x", Some("en-GB"), Language::English)]
    #[case::other("/x", Some("fr-FR, de"), Language::Chinese)]
    #[case::second("/x", Some("fr, en;q=0.5"), Language::English)]
    #[case::weights("/x", Some("en;q=0.3, zh-TW;q=0.9"), Language::Chinese)]
    #[case::nonsense("/x", Some(";;q=,é"), Language::Chinese)]
    #[case::prefix("/en-us/x", Some("zh-TW"), Language::English)]
    #[case::other_prefix("/tbia/zh-hant/x", Some("en"), Language::Chinese)]
    fn the_prefix_of_the_path_goes_before_the_header(
        #[case] path: &str,
        #[case] accepted: Option<&str>,
        #[case] language: Language,
    ) {
        let mut request = http::Request::get(path);
        if let Some(accepted) = accepted {
            request = request.header("accept-language", accepted);
        }

        assert_eq!(Language::of(&request.body(Bytes::new()).unwrap().into()), language);
    }
}
