//! Finished worlds, kept in the user's cache directory for a quick next start.
//!
//! The name of a cache file says what it was made from, a note beside it holds the digest of its bytes. A file that
//! does not fit its note is made anew, never trusted.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use super::{grow, grow_file};
use crate::kit::Api;
use crate::store;
use crate::store::File;
use crate::world::{Recipe, World};

/// Where finished worlds are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cache {
    Off,
    Folder(PathBuf),
}

impl Cache {
    /// The folder that the platform sets aside for this, if it names one.
    pub fn of_user() -> Self {
        let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        let base = set("XDG_CACHE_HOME").map(PathBuf::from).or_else(|| {
            if cfg!(windows) {
                set("LOCALAPPDATA").map(PathBuf::from)
            } else if cfg!(target_os = "macos") {
                set("HOME").map(|home| Path::new(&home).join("Library/Caches"))
            } else {
                set("HOME").map(|home| Path::new(&home).join(".cache"))
            }
        });
        base.map_or(Self::Off, |base| Self::Folder(base.join("wardian")))
    }
}

/// The world's image: from the cache if it is there and sound, else grown, and kept for the next time.
///
/// # Errors
/// When the world cannot be grown. A cache that cannot be used is only worth a warning.
pub fn image(recipe: &Recipe, apis: &[Box<dyn Api>], cache: &Cache) -> Result<File> {
    let Cache::Folder(folder) = cache else { return grow(&World::new(recipe)?, apis) };
    let path = folder.join(file_name(recipe, apis)?);
    if let Some(image) = read(&path) {
        return Ok(image);
    }
    let world = World::new(recipe)?;
    match build(&world, apis, &path) {
        Ok(image) => Ok(image),
        Err(error) => {
            tracing::warn!(path = %path.display(), "cannot keep the world: {error:#}");
            grow(&world, apis)
        }
    }
}

/// Says what a world was made from: another version, seed, scale, schema or reference data is another name.
fn file_name(recipe: &Recipe, apis: &[Box<dyn Api>]) -> Result<String> {
    let mut schemas = Xxh3::new();
    for api in apis {
        schemas.update(api.schema().as_bytes());
        schemas.update(api.indexes().as_bytes());
    }
    let made_from = format!(
        "{} {} {} {} {:x} {:x} {:x}",
        env!("CARGO_PKG_VERSION"),
        store::SCHEMA_VERSION,
        recipe.seed,
        recipe.scale,
        recipe.data.digest()?,
        schemas.digest(),
        program_digest(),
    );
    Ok(format!("world-{:016x}.db", xxh3_64(made_from.as_bytes())))
}

/// Tells builds of one version apart, so that a developer's changed seed is not hidden by an old cache.
fn program_digest() -> u64 {
    std::env::current_exe().and_then(|program| digest(&program)).unwrap_or(0)
}

/// Grows a world into a cache folder, whatever is there already, and tells where it lies.
///
/// # Errors
/// When the world cannot be grown or the folder not be written.
pub fn fill(
    recipe: &Recipe,
    world: &World,
    apis: &[Box<dyn Api>],
    folder: &Path,
) -> Result<PathBuf> {
    let path = folder.join(file_name(recipe, apis)?);
    build(world, apis, &path)?;
    Ok(path)
}

/// The image in a cache file, if the file is whole.
fn read(path: &Path) -> Option<File> {
    let noted = fs::read(digest_path(path)).ok()?;
    if noted != digest(path).ok()?.to_le_bytes() {
        tracing::warn!(path = %path.display(), "the cached world is damaged and is made anew");
        return None;
    }
    File::mapped(path).ok()
}

/// Builds image and digest beside their names and then moves them there, so that no reader sees half a file.
fn build(world: &World, apis: &[Box<dyn Api>], path: &Path) -> Result<File> {
    let folder = path.parent().context("a cache file lies in a folder")?;
    fs::create_dir_all(folder)?;
    let unfinished = path.with_extension(format!("{}.tmp", std::process::id()));
    grow_file(world, apis, &unfinished)?;
    fs::write(digest_path(path), digest(&unfinished)?.to_le_bytes())?;
    fs::rename(&unfinished, path)?;
    Ok(File::mapped(path)?)
}

fn digest_path(path: &Path) -> PathBuf {
    path.with_extension("xxh3")
}

/// Read rather than mapped: half a second for a world of 2 GB, and what was read is in memory when it is needed.
fn digest(path: &Path) -> std::io::Result<u64> {
    let mut file = fs::File::open(path)?;
    let mut digest = Xxh3::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(digest.digest()),
            count => digest.update(&buffer[..count]),
        }
    }
}
