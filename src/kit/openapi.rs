//! OpenAPI 3.1 documents, derived from the endpoints.

use http::Method;
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::endpoint::Endpoint;
use super::fields::Place;
use super::param::AnyParam;
use super::value::Expects;

/// Describes the API called `title`, mounted at `server` (`/gbif`).
pub fn describe<C>(title: &str, endpoints: &[Endpoint<C>], server: &str) -> Value {
    let settings = SchemaSettings::draft2020_12()
        .with(|settings| settings.definitions_path = "/components/schemas".into());
    let mut schemas = SchemaGenerator::new(settings);
    let mut paths = Map::new();
    for endpoint in endpoints {
        for (number, path) in endpoint.paths.iter().enumerate() {
            let item = paths.entry(path.replace("{*", "{")).or_insert_with(|| json!({}));
            let method = endpoint.method.as_str().to_lowercase();
            item[method] = operation(endpoint, number, &mut schemas);
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": title,
            "version": env!("CARGO_PKG_VERSION"),
            "description": format!("{title} as wardian emulates it."),
        },
        "servers": [{ "url": server }],
        "paths": paths,
        "components": {
            "schemas": schemas.take_definitions(true),
            "securitySchemes": { "credentials": { "type": "http", "scheme": "basic" } },
        },
    })
}

fn operation<C>(endpoint: &Endpoint<C>, number: usize, schemas: &mut SchemaGenerator) -> Value {
    // An operation's id is unique in the document, so the other paths of an endpoint get a number.
    let id = match number {
        0 => endpoint.id.clone(),
        number => format!("{}.{}", endpoint.id, number + 1),
    };
    let mut operation = json!({
        "operationId": id,
        "summary": endpoint.summary,
        "parameters": endpoint.all_params().map(parameter).collect::<Vec<_>>(),
        "responses": { "200": response(endpoint, schemas) },
    });
    if let Some(body) = endpoint.body {
        operation["requestBody"] =
            json!({ "content": { "application/json": { "schema": body(schemas) } } });
    }
    if let Some(needs) = endpoint.access.needs() {
        operation["security"] = json!([{ "credentials": [] }]);
        operation["description"] = json!(format!("Needs {needs}."));
    }
    operation
}

fn response<C>(endpoint: &Endpoint<C>, schemas: &mut SchemaGenerator) -> Value {
    let mut response = json!({ "description": "Success" });
    let has_body = endpoint.method != Method::HEAD;
    if let Some(returns) = endpoint.returns.filter(|_| has_body) {
        response["content"] = json!({ endpoint.media_type: { "schema": returns(schemas) } });
    } else if endpoint.media_type != "application/json" {
        response["content"] = json!({ endpoint.media_type: { "schema": { "type": "string" } } });
    }
    response
}

fn parameter(param: &dyn AnyParam) -> Value {
    let place = match param.place() {
        Place::Path => "path",
        Place::Query => "query",
        Place::Header => "header",
    };
    let mut schema = schema(param.expects());
    if let Some(default) = param.default() {
        schema["default"] = json!(default);
    }
    if param.repeats() {
        schema = json!({ "type": "array", "items": schema });
    }
    json!({
        "name": param.name(),
        "in": place,
        "required": param.required(),
        "description": param.help(),
        "schema": schema,
    })
}

fn schema(expects: Expects) -> Value {
    match expects {
        Expects::Text => json!({ "type": "string" }),
        Expects::Integer { min, max } => {
            json!({ "type": "integer", "minimum": min, "maximum": max })
        }
        Expects::Number => json!({ "type": "number" }),
        Expects::Boolean => json!({ "type": "boolean" }),
        Expects::Date => json!({ "type": "string", "format": "date" }),
        Expects::Uuid => json!({ "type": "string", "format": "uuid" }),
        Expects::OneOf(choices) => json!({ "type": "string", "enum": choices }),
        Expects::Form(words) => json!({ "type": "string", "description": words }),
    }
}
