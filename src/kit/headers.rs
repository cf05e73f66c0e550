//! The headers of a request or an answer.

use http::{HeaderMap, HeaderName, HeaderValue};

/// How many headers there is room for at first; few answers have more.
const USUAL: usize = 16;

/// Names and values in the order in which they were set.
///
/// Messages have a dozen of them: a list is built, read and forgotten quicker than a hash map.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers(Vec<(HeaderName, HeaderValue)>);

impl Headers {
    pub fn with_capacity(count: usize) -> Self {
        Self(Vec::with_capacity(count))
    }

    /// The first value under a name, which may also be text in any case of letters.
    pub fn get(&self, name: impl PartialEq<HeaderName>) -> Option<&HeaderValue> {
        self.get_all(name).next()
    }

    /// All values under a name.
    pub fn get_all(&self, name: impl PartialEq<HeaderName>) -> impl Iterator<Item = &HeaderValue> {
        self.0.iter().filter(move |(given, _)| name == *given).map(|(_, value)| value)
    }

    pub fn has(&self, name: impl PartialEq<HeaderName>) -> bool {
        self.get(name).is_some()
    }

    /// Sets a header that may stand there once.
    pub fn insert(&mut self, name: HeaderName, value: HeaderValue) {
        match self.0.iter_mut().find(|(given, _)| *given == name) {
            Some((_, former)) => *former = value,
            None => self.append(name, value),
        }
    }

    /// Sets a header unless it is set.
    pub fn insert_if_absent(&mut self, name: HeaderName, value: HeaderValue) {
        if !self.has(&name) {
            self.append(name, value);
        }
    }

    /// Adds a header that may stand there several times.
    pub fn append(&mut self, name: HeaderName, value: HeaderValue) {
        if self.0.capacity() == 0 {
            self.0.reserve(USUAL);
        }
        self.0.push((name, value));
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = (&HeaderName, &HeaderValue)> + Clone {
        self.0.iter().map(|(name, value)| (name, value))
    }
}

impl From<HeaderMap> for Headers {
    fn from(map: HeaderMap) -> Self {
        let mut headers = Self::with_capacity(map.len());
        let mut current = None;
        for (name, value) in map {
            // A further value of a name comes without it.
            current = name.or(current);
            headers.append(current.clone().expect("the first value comes with its name"), value);
        }
        headers
    }
}

impl From<Headers> for HeaderMap {
    fn from(headers: Headers) -> Self {
        let mut map = Self::with_capacity(headers.len());
        for (name, value) in headers.0 {
            map.append(name, value);
        }
        map
    }
}

#[cfg(test)]
mod tests {
    use http::header::{CONTENT_TYPE, SET_COOKIE, VARY};

    use super::*;

    #[test]
    fn a_header_is_set_once_unless_it_is_added() {
        let mut headers = Headers::default();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html"));
        headers.append(SET_COOKIE, HeaderValue::from_static("a=1"));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
        headers.append(SET_COOKIE, HeaderValue::from_static("b=2"));
        headers.insert_if_absent(CONTENT_TYPE, HeaderValue::from_static("image/png"));
        headers.insert_if_absent(VARY, HeaderValue::from_static("Accept"));

        let told: Vec<String> = headers
            .iter()
            .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
            .collect();

        let expected =
            ["content-type: text/plain", "set-cookie: a=1", "set-cookie: b=2", "vary: Accept"];
        assert_eq!(told, expected);
    }
}
