//! The fuzz target on mutations of the seeds, for a plain toolchain.
//!
//!     mutate [--seconds N]        for a minute unless told otherwise
//!     mutate FILE...              reads these alone

use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant, SystemTime};
use std::{env, fs};

use wardian_fuzz::read_scenario;

/// What is put in besides pieces of other seeds.
const TOKENS: [&str; 32] = [
    ":",
    "- ",
    "{",
    "}",
    "[",
    "]",
    "\"",
    "'",
    "\n",
    "\n  ",
    "\t",
    "#",
    "&a ",
    "*a",
    "<<: *a",
    "!!int ",
    "!!binary ",
    "? ",
    "|\n",
    ">-\n",
    "---\n",
    "...\n",
    "%YAML 1.2\n",
    "null",
    "~",
    "1e999",
    "-0",
    "0x7f",
    "18446744073709551616",
    "99999999999999999999d",
    "\u{feff}",
    "é\u{2028}",
];

fn main() -> ExitCode {
    let given: Vec<String> = env::args().skip(1).collect();
    let seconds = match given.as_slice() {
        [] => 60,
        [option, seconds] if option == "--seconds" => match seconds.parse() {
            Ok(seconds) => seconds,
            Err(error) => {
                eprintln!("--seconds {seconds}: {error}");
                return ExitCode::from(2);
            }
        },
        files => {
            for file in files {
                read_scenario(&fs::read(file).expect("the file can be read"));
            }
            return ExitCode::SUCCESS;
        }
    };
    mutate(Duration::from_secs(seconds))
}

fn mutate(time: Duration) -> ExitCode {
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut texts = read_folder(&home.join("seeds/scenario"));
    texts.extend(read_folder(&home.join("../scenarios")));
    let mut dice = Dice::new();
    let (begin, mut count, mut slowest) = (Instant::now(), 0_u64, Duration::ZERO);
    while begin.elapsed() < time {
        let text = dice.mutation(&texts);
        let before = Instant::now();
        if catch_unwind(|| read_scenario(&text)).is_err() {
            let path = home.join("artifacts").join(format!("scenario-{count}.yaml"));
            fs::create_dir_all(home.join("artifacts")).expect("there is room for artifacts");
            fs::write(&path, &text).expect("there is room for artifacts");
            eprintln!("kept as {}", path.display());
            return ExitCode::FAILURE;
        }
        slowest = slowest.max(before.elapsed());
        count += 1;
    }
    println!("{count} texts, the slowest in {slowest:?}");
    ExitCode::SUCCESS
}

fn read_folder(folder: &Path) -> Vec<Vec<u8>> {
    let entries = fs::read_dir(folder).expect("the seeds are there");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("a seed").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "yaml"));
    paths.sort();
    paths.iter().map(|path| fs::read(path).expect("a seed")).collect()
}

/// A small generator of random numbers (xorshift).
struct Dice(u64);

impl Dice {
    fn new() -> Self {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Self(now.as_nanos() as u64 | 1)
    }

    /// A number below `end`, which is not 0.
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }

    /// A range of a text, often a short one.
    fn range(&mut self, text: &[u8]) -> std::ops::Range<usize> {
        let begin = self.below(text.len() + 1);
        let most = if self.below(4) == 0 { text.len() } else { 12 };
        let end = text.len().min(begin + self.below(most + 1));
        begin..end
    }

    fn mutation(&mut self, texts: &[Vec<u8>]) -> Vec<u8> {
        let mut text = texts[self.below(texts.len())].clone();
        for _ in 0..=self.below(6) {
            let range = self.range(&text);
            let other = match self.below(6) {
                0 => Vec::new(),
                1 => TOKENS[self.below(TOKENS.len())].as_bytes().to_vec(),
                2 => {
                    let other = &texts[self.below(texts.len())];
                    other[self.range(other)].to_vec()
                }
                3 => text[self.range(&text)].to_vec(),
                4 => text[range.clone()].repeat(1 + self.below(40)),
                _ => vec![self.below(256) as u8],
            };
            text.splice(range, other);
        }
        text
    }
}
