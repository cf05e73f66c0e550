//! Options that several commands share, and how their values are written.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use anyhow::Result;
use clap::{Args, ValueEnum};

use crate::apis::{self, Choices};
use crate::control::Guard;
use crate::emulator::Settings;
use crate::kit::quirk::{LiveQuirks, Quirk};
use crate::kit::{Api, duration};
use crate::scenario::repertoire::{Repertoire, Unreadable};
use crate::scenario::vocabulary::Vocabulary;
use crate::seeding::cache::Cache;
use crate::session::SessionSettings;
use crate::session::journal::Limits;
use crate::world::Recipe;
use crate::world::reference::SeedData;
use crate::world::scale::Scale;

/// Which world.
#[derive(Args, Clone, Debug)]
pub struct WorldOptions {
    /// Seed of the world: the same seed gives the same records, for ever
    #[arg(long, env = "WARDIAN_WORLD_SEED", default_value_t = crate::world::DEFAULT_SEED)]
    pub world_seed: u64,
    /// Size of the world: a factor for all APIs, or one per API such as tbia=200,ala=10
    #[arg(long, env = "WARDIAN_SCALE", default_value_t = Scale::default())]
    pub scale: Scale,
    /// Folder with reference data that go before the embedded files, one by one
    #[arg(long, env = "WARDIAN_SEED_DATA", value_name = "DIR")]
    pub seed_data: Option<PathBuf>,
}

impl WorldOptions {
    /// # Errors
    /// When the folder of `--seed-data` does not exist.
    pub fn recipe(&self) -> Result<Recipe> {
        let data = match &self.seed_data {
            Some(folder) => SeedData::overridden_by(folder)?,
            None => SeedData::embedded(),
        };
        Ok(Recipe { seed: self.world_seed, scale: self.scale.clone(), data })
    }
}

/// Options of `serve`.
#[derive(Args, Clone, Debug)]
pub struct ServeOptions {
    /// Address to listen on; a loopback or wildcard address brings that of the other family along
    #[arg(long, env = "WARDIAN_HOST", default_value = "127.0.0.1")]
    pub host: String,
    /// Port to listen on; 0 takes any free one
    #[arg(long, env = "WARDIAN_PORT", default_value_t = 8080)]
    pub port: u16,
    #[command(flatten)]
    pub world: WorldOptions,
    /// Where finished worlds are kept for a quick next start: a folder, or `off` [default: the user's cache folder]
    #[arg(long, env = "WARDIAN_WORLD_CACHE", value_name = "DIR|off")]
    pub world_cache: Option<String>,
    /// SQLite file that keeps the default session's data over restarts; made and seeded when absent
    #[arg(long, env = "WARDIAN_DB", value_name = "FILE")]
    pub db: Option<PathBuf>,
    /// Scenario that is active from the start: its name, or a file (repeatable)
    #[arg(long, env = "WARDIAN_SCENARIO", value_name = "NAME|FILE", value_delimiter = ',')]
    pub scenario: Vec<String>,
    /// Folder with further scenarios, *.yaml, *.yml and *.json
    #[arg(long, env = "WARDIAN_SCENARIOS_DIR", value_name = "DIR")]
    pub scenarios_dir: Option<PathBuf>,
    /// Token that the control plane asks for (`Authorization: Bearer TOKEN`)
    #[arg(long, env = "WARDIAN_ADMIN_TOKEN", value_name = "TOKEN", hide_env_values = true)]
    pub admin_token: Option<String>,
    /// Host name by which the control plane may be called, beside localhost and addresses (repeatable)
    #[arg(long, env = "WARDIAN_ADMIN_HOST", value_name = "NAME", value_delimiter = ',')]
    pub admin_host: Vec<String>,
    /// Cross-origin headers: each API's own, or permissive ones everywhere
    #[arg(long, env = "WARDIAN_CORS", value_enum, default_value_t = CorsOption::Real)]
    pub cors: CorsOption,
    /// Makes an unknown session on its first use
    #[arg(long, env = "WARDIAN_AUTO_SESSIONS")]
    pub auto_sessions: bool,
    /// How long a session may be idle before it ends
    #[arg(long, env = "WARDIAN_SESSION_TTL", value_name = "DURATION", default_value = "1h")]
    pub session_ttl: DurationOption,
    /// How many sessions there may be at once
    #[arg(long, env = "WARDIAN_MAX_SESSIONS", value_name = "N", default_value_t = 256)]
    pub max_sessions: usize,
    /// How many requests each session's journal keeps
    #[arg(long, env = "WARDIAN_JOURNAL_SIZE", value_name = "N", default_value_t = 10_000)]
    pub journal_size: usize,
    /// The largest request body
    #[arg(long, env = "WARDIAN_MAX_BODY", value_name = "SIZE", default_value = "32MiB")]
    pub max_body: SizeOption,
    /// Follows the live service where its documentation says otherwise, such as `mo.delete_users`, or `all` (repeatable);
    /// `GET /__admin/quirks` lists them
    #[arg(long, env = "WARDIAN_LIVE", value_name = "QUIRK", value_delimiter = ',')]
    pub live: Vec<LiveOption>,
    /// Host, or HOST:PORT, that Mushroom Observer's `upload_url` may fetch from by plain HTTP (repeatable); none by default
    #[arg(long, env = "WARDIAN_MO_UPLOAD_HOST", value_name = "HOST", value_delimiter = ',')]
    pub mo_upload_host: Vec<String>,
    /// Threads that answer requests [default: one per core]
    #[arg(long, env = "WARDIAN_WORKERS", value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub workers: Option<u16>,
    /// What is logged, as a filter such as `info` or `wardian=debug`
    #[arg(long, env = "WARDIAN_LOG", value_name = "FILTER", default_value = "warn")]
    pub log: String,
    /// Form of the log on stderr
    #[arg(long, env = "WARDIAN_LOG_FORMAT", value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CorsOption {
    Real,
    Permissive,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    Text,
    Json,
}

impl ServeOptions {
    pub fn settings(&self) -> Settings {
        let journal = Limits { entries: self.journal_size, ..Limits::default() };
        Settings {
            auto_sessions: self.auto_sessions,
            max_sessions: self.max_sessions,
            session: SessionSettings {
                journal,
                ttl: Some(self.session_ttl.0),
                live: LiveQuirks::of(self.live.iter().flat_map(|live| live.0.clone()).collect()),
                ..SessionSettings::default()
            },
            max_body: self.max_body.0,
            repertoire: None,
            permissive_cors: self.cors == CorsOption::Permissive,
            admin: Guard {
                token: self.admin_token.clone().filter(|token| !token.is_empty()),
                hosts: self.admin_host.clone(),
            },
        }
    }

    /// The scenarios that sessions find, if there are others than the built-in ones or any is active from the start.
    ///
    /// # Errors
    /// When one cannot be read, or there is none of a name.
    pub fn repertoire(&self, apis: &[Box<dyn Api>]) -> Result<Option<Repertoire>, Unreadable> {
        if self.scenario.is_empty() && self.scenarios_dir.is_none() {
            return Ok(None);
        }
        let mut repertoire = Repertoire::built_in(Vocabulary::of_apis(apis), self.world.world_seed);
        if let Some(folder) = &self.scenarios_dir {
            repertoire.add_folder(folder)?;
        }
        self.scenario.iter().try_for_each(|name| repertoire.activate(name))?;
        Ok(Some(repertoire))
    }

    pub fn choices(&self) -> Choices {
        Choices { mo_upload_hosts: self.mo_upload_host.clone() }
    }

    pub fn cache(&self) -> Cache {
        match self.world_cache.as_deref() {
            None => Cache::of_user(),
            Some("off") => Cache::Off,
            Some(folder) => Cache::Folder(folder.into()),
        }
    }
}

/// A quirk by its name, or all of them.
#[derive(Clone, Debug)]
pub struct LiveOption(pub Vec<&'static Quirk>);

impl FromStr for LiveOption {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let all = apis::quirks();
        if text == "all" {
            return Ok(Self(all));
        }
        let named = all.iter().find(|quirk| quirk.name == text);
        named.map(|quirk| Self(vec![*quirk])).ok_or_else(|| {
            let names: Vec<&str> = all.iter().map(|quirk| quirk.name).collect();
            format!("expected all or one of {}", names.join(", "))
        })
    }
}

/// A duration such as `300ms`, `3s`, `5m`, `1h`, `2d` or ISO 8601's `PT1H30M`.
#[derive(Clone, Copy, Debug)]
pub struct DurationOption(pub Duration);

impl FromStr for DurationOption {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        duration::parse(text).map(Self).ok_or_else(|| format!("expected {}", duration::FORM))
    }
}

/// A number of bytes such as `32MiB`, `500kB` or `1048576`.
#[derive(Clone, Copy, Debug)]
pub struct SizeOption(pub usize);

impl FromStr for SizeOption {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let unit = match text[end..].trim().to_ascii_lowercase().as_str() {
            "" | "b" => 1,
            "k" | "kb" => 1_000,
            "kib" => 1 << 10,
            "m" | "mb" => 1_000_000,
            "mib" => 1 << 20,
            "g" | "gb" => 1_000_000_000,
            "gib" => 1 << 30,
            _ => 0_usize,
        };
        let bytes = text[..end].parse().ok().and_then(|number: usize| number.checked_mul(unit));
        bytes
            .filter(|bytes| *bytes > 0)
            .map(Self)
            .ok_or_else(|| "expected a size such as 32MiB, 500kB or 1048576".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_take_decimal_and_binary_units() {
        let bytes = |text: &str| text.parse::<SizeOption>().ok().map(|size| size.0);

        assert_eq!(bytes("32MiB"), Some(33_554_432));
        assert_eq!(bytes("500 kB"), Some(500_000));
        assert_eq!(bytes("17"), Some(17));
        for nonsense in ["", "0", "MiB", "3 miles", "99999999999999999999GiB"] {
            assert_eq!(bytes(nonsense), None, "{nonsense:?}");
        }
    }
}
