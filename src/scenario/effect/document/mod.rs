//! Bodies of answers taken apart, so that effects can change what they hold and leave the rest as it was written.

pub mod json;
pub mod markup;
pub mod member;
pub mod table;

use http::header::CONTENT_TYPE;

use self::markup::Markup;
use self::table::Table;
use crate::kit::habits::Habits;
use crate::kit::json as style;
use crate::kit::reply::Reply;

/// What an answer says, in the form in which it says so.
#[derive(Debug)]
pub enum Document {
    Json(serde_json::Value),
    Markup(Markup),
    Table(Table),
    /// Lines for people, or in a form of their own such as RIS.
    Text(String),
}

impl Document {
    /// Takes the body of an answer apart; none when it is a refusal, or holds nothing that has records.
    pub fn of(reply: &Reply, habits: &Habits) -> Option<Self> {
        if !reply.status.is_success() || reply.body.is_empty() {
            return None;
        }
        let media_type = reply.headers.get(&CONTENT_TYPE)?.to_str().ok()?;
        let media_type = media_type.split(';').next().unwrap_or_default().trim();
        let media_type = media_type.to_ascii_lowercase();
        let kind = media_type.rsplit(['/', '+']).next().unwrap_or_default();
        match kind {
            "json" => serde_json::from_slice(&reply.body).ok().map(Self::Json),
            "xml" => Markup::read(std::str::from_utf8(&reply.body).ok()?).map(Self::Markup),
            "csv" | "tab-separated-values" => {
                let text = std::str::from_utf8(&reply.body).ok()?;
                Some(Self::Table(Table::read(text, habits.records.quoted_cells)))
            }
            "plain" => String::from_utf8(reply.body.to_vec()).ok().map(Self::Text),
            _ => None,
        }
    }

    /// Puts it back into the answer that it was taken from.
    pub fn put(self, reply: &mut Reply, habits: &Habits) {
        reply.body = match self {
            Self::Json(tree) => style::write_tree(habits.json, &tree).into(),
            Self::Markup(markup) => markup.to_string().into(),
            Self::Table(table) => table.to_string().into(),
            Self::Text(text) => text.into(),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::effect::sample;

    #[test]
    fn numbers_are_put_back_as_they_were_written() {
        let body =
            r#"{"confidence":0.45468414055527684,"all":[2.1015450551870494,1.0E-7,12.5,-0.0]}"#;
        let mut reply = sample::reply("application/json", body);

        let document = Document::of(&reply, &sample::HABITS).expect("it is JSON");
        document.put(&mut reply, &sample::HABITS);

        assert_eq!(sample::text(&reply), body);
    }
}
