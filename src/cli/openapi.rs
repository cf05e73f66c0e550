//! `wardian openapi`: prints an API's OpenAPI document.

use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Args;

use crate::apis;
use crate::kit::openapi;

#[derive(Args)]
pub struct OpenapiOptions {
    /// Name of the API: gbif, mo, tbia, elc, ala
    api: String,
}

pub fn run(options: &OpenapiOptions) -> Result<ExitCode> {
    let apis = apis::all();
    let Some(api) = apis.iter().find(|api| api.name() == options.api) else {
        let names: Vec<&str> = apis.iter().map(|api| api.name()).collect();
        bail!("there is no API {:?}; choose one of {}", options.api, names.join(", "));
    };
    let document = openapi::describe(api.title(), &api.endpoints(), &format!("/{}", api.name()));
    super::print(&(serde_json::to_string_pretty(&document)? + "\n"))?;
    Ok(ExitCode::SUCCESS)
}
