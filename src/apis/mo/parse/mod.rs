//! Reading the values of parameters, type by type.

pub mod geography;
pub mod period;
pub mod record;
pub mod scalar;

/// The members of a list: parted by commas, where `\,` is a comma and `\\` a backslash.
pub fn split_list(text: &str) -> Vec<String> {
    split(text, ',')
}

/// The ends of a range, where `\-` is a dash; none when it is no range.
pub fn split_range(text: &str) -> Option<(String, String)> {
    let mut ends = Vec::new();
    let mut end = String::new();
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '\\' => end.extend(characters.next()),
            // A dash in front is a sign.
            '-' if !end.trim().is_empty() => ends.push(std::mem::take(&mut end)),
            c => end.push(c),
        }
    }
    ends.push(end);
    match &mut ends[..] {
        [low, high] if !low.trim().is_empty() && !high.trim().is_empty() => {
            Some((low.trim().to_owned(), high.trim().to_owned()))
        }
        _ => None,
    }
}

fn split(text: &str, separator: char) -> Vec<String> {
    let mut members = vec![String::new()];
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        let member = members.last_mut().expect("there is always one");
        match c {
            '\\' => match characters.next() {
                Some(escaped) if escaped == separator || escaped == '\\' => member.push(escaped),
                Some(other) => member.extend(['\\', other]),
                None => member.push('\\'),
            },
            c if c == separator => members.push(String::new()),
            c => member.push(c),
        }
    }
    members.into_iter().map(|member| member.trim().to_owned()).filter(|m| !m.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_part_a_list_unless_escaped() {
        assert_eq!(split_list("1, 2,3"), ["1", "2", "3"]);
        assert_eq!(split_list(r"Burbank\, California, x\\y"), ["Burbank, California", r"x\y"]);
        assert_eq!(split_list(""), [""; 0]);
    }

    #[test]
    fn a_dash_parts_a_range_unless_it_is_a_sign_or_escaped() {
        let range = |low: &str, high: &str| Some((low.to_owned(), high.to_owned()));

        assert_eq!(split_range("1-3"), range("1", "3"));
        assert_eq!(split_range("-2--1"), range("-2", "-1"));
        assert_eq!(split_range(r"\-2 - 1"), range("-2", "1"));
        assert_eq!(split_range("5"), None);
        assert_eq!(split_range("5-"), None);
    }
}
