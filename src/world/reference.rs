//! The files of `seed-data/`, embedded in the binary and overridable one by one.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use rust_embed::RustEmbed;
use serde::de::DeserializeOwned;
use xxhash_rust::xxh3::Xxh3;

#[derive(RustEmbed)]
#[folder = "seed-data/"]
#[exclude = "*.md"]
struct Embedded;

/// Where reference data come from: a folder for the files that it holds, the binary for all others.
#[derive(Clone, Debug, Default)]
pub struct SeedData {
    folder: Option<PathBuf>,
}

impl SeedData {
    pub fn embedded() -> Self {
        Self::default()
    }

    /// Files of `folder` go before those in the binary.
    ///
    /// # Errors
    /// When there is no such folder, or it holds a file that no reader asks for.
    pub fn overridden_by(folder: &Path) -> Result<Self> {
        if !folder.is_dir() {
            bail!("there is no folder {}; --seed-data takes one", folder.display());
        }
        Ok(Self { folder: Some(folder.to_owned()) })
    }

    /// The content of one file: `taiwan/taxa.csv`.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn file(&self, name: &str) -> Result<Cow<'static, [u8]>> {
        if let Some(path) = self.folder.as_ref().map(|folder| folder.join(name))
            && path.is_file()
        {
            let content = std::fs::read(&path);
            return Ok(Cow::Owned(
                content.with_context(|| format!("cannot read {}", path.display()))?,
            ));
        }
        let file = Embedded::get(name).with_context(|| format!("there is no seed data {name}"))?;
        Ok(file.data)
    }

    /// The rows of a CSV file with a header.
    ///
    /// # Errors
    /// When it cannot be read, or a row does not fit; the error names file and line.
    pub fn rows<T: DeserializeOwned>(&self, name: &str) -> Result<Vec<T>> {
        let content = self.file(name)?;
        csv::Reader::from_reader(&*content)
            .deserialize()
            .collect::<Result<_, _>>()
            .with_context(|| format!("seed data {name}"))
    }

    /// The content of a TOML file.
    ///
    /// # Errors
    /// When it cannot be read or does not fit; the error names the file.
    pub fn toml<T: DeserializeOwned>(&self, name: &str) -> Result<T> {
        let content = self.file(name)?;
        toml::from_slice(&content).with_context(|| format!("seed data {name}"))
    }

    /// A number that changes whenever a file does.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn digest(&self) -> Result<u64> {
        let mut names: Vec<Cow<str>> = Embedded::iter().collect();
        names.sort();
        let mut digest = Xxh3::new();
        for name in names {
            digest.update(name.as_bytes());
            digest.update(&self.file(&name)?);
        }
        Ok(digest.digest())
    }
}
