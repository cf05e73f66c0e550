//! Documents as JSON Schema describes them.

use schemars::Schema;
use serde_json::{Value, json};

use super::{Document, Field, Kind, LONGEST, Origin};

/// The fields as JSON Schema describes an object.
pub fn schema(fields: &[Field]) -> Schema {
    let properties: Document =
        fields.iter().map(|field| (field.name.to_owned(), field.schema())).collect();
    let required: Vec<&str> =
        fields.iter().filter(|field| field.required).map(|field| field.name).collect();
    let schema = json!({ "type": "object", "properties": properties, "required": required });
    schema.try_into().expect("an object is a schema")
}

impl Field {
    /// The field as JSON Schema describes it.
    fn schema(&self) -> Value {
        let mut schema = match &self.kind {
            Kind::Boolean => json!({ "type": "boolean" }),
            Kind::Integer => json!({ "type": "integer" }),
            Kind::Number { min, max } => {
                json!({ "type": "number", "minimum": min, "maximum": max })
            }
            Kind::Texts => json!({ "type": "array", "items": { "type": "string" } }),
            Kind::Links => {
                json!({ "type": "array", "items": { "type": "string", "format": "uri" } })
            }
            Kind::Emails => {
                json!({ "type": "array", "items": { "type": "string", "format": "email" } })
            }
            Kind::Object(fields) => schema(fields).to_value(),
            Kind::Objects(fields) => json!({ "type": "array", "items": schema(fields).to_value() }),
            Kind::OneOf(vocabulary) => json!({ "type": "string", "enum": vocabulary.values }),
            Kind::Key => json!({ "type": "string", "format": "uuid" }),
            Kind::Link => json!({ "type": "string", "format": "uri" }),
            Kind::Moment => json!({ "type": "string", "format": "date-time" }),
            Kind::Citation => json!({ "type": "object" }),
            Kind::Anything => json!({}),
            Kind::Text { min, max } => {
                let mut schema = json!({ "type": "string", "minLength": min });
                if *max < LONGEST {
                    schema["maxLength"] = json!(max);
                }
                schema
            }
            Kind::Country | Kind::Language | Kind::License | Kind::Doi => {
                json!({ "type": "string" })
            }
        };
        if self.origin != Origin::Client {
            schema["readOnly"] = json!(true);
        }
        schema
    }
}
