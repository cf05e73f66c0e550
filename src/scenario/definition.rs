//! Scenarios as they are written.

use std::path::Path;
use std::sync::Arc;

use serde_json::Value;
use strum::{EnumString, VariantNames};

use super::effect::Effects;
use super::effect::connection::Connection;
use super::matching::Match;
use super::node::Node;
use super::read::{self, Fault, Faults, Members};
use super::trigger::Trigger;
use super::vocabulary::Vocabulary;

/// A named set of rules.
#[derive(Clone, Debug)]
pub struct Scenario {
    pub name: String,
    pub title: String,
    pub description: String,
    /// Of its random choices; else it follows from the world's seed and the name.
    pub seed: Option<u64>,
    pub rules: Vec<Rule>,
    /// As it was written, for showing.
    pub definition: Value,
    /// The YAML that it was read from.
    pub yaml: Option<Arc<str>>,
}

#[derive(Clone, Debug)]
pub struct Rule {
    /// Its own name, or its place: `#1`.
    pub name: String,
    pub matching: Match,
    pub trigger: Trigger,
    pub effects: Effects,
    pub phase: Phase,
}

/// Whether a rule ends the request before it is carried out, or only keeps the client from learning that it was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, EnumString, VariantNames)]
#[strum(serialize_all = "snake_case")]
pub enum Phase {
    #[default]
    Before,
    After,
}

/// What a reader needs to know beside the text.
#[derive(Clone, Copy)]
pub struct Reading<'a> {
    pub vocabulary: &'a Vocabulary,
    /// Where files that it names are; none when it may name none.
    pub folder: Option<&'a Path>,
}

/// The most rules that a scenario has.
const MOST_RULES: usize = 1000;

/// Bytes of the longest text that is read.
pub const LONGEST_TEXT: usize = 1 << 20;

impl Scenario {
    /// Reads a YAML text.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn from_yaml(text: &str, reading: Reading) -> Result<Self, Vec<Fault>> {
        if text.len() > LONGEST_TEXT {
            let message = "the text is longer than 1 MiB".to_owned();
            return Err(vec![Fault { path: String::new(), message, mark: None }]);
        }
        let node = Node::from_yaml(text).map_err(|fault| vec![fault])?;
        let scenario = Self::read(&node, reading)?;
        Ok(Self { yaml: Some(text.into()), ..scenario })
    }

    /// Reads a JSON text.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn from_json(text: &str, reading: Reading) -> Result<Self, Vec<Fault>> {
        let node = Node::from_json_text(text).map_err(|fault| vec![fault])?;
        Self::read(&node, reading)
    }

    fn read(node: &Node, reading: Reading) -> Result<Self, Vec<Fault>> {
        let faults = Faults::default();
        let scenario = Self::read_members(node, reading, &faults);
        let faults = faults.finish();
        match scenario {
            Some(scenario) if faults.is_empty() => Ok(scenario),
            _ => Err(faults),
        }
    }

    fn read_members(node: &Node, reading: Reading, faults: &Faults) -> Option<Self> {
        let mut members = Members::of(node, "a map of name, title, description and rules", faults)?;
        let name = members.need("name", read_name);
        let title = members.need("title", read::text);
        let description = members.need("description", read::text);
        let seed = members.read("seed", read::count(0));
        let rules = members.need("rules", |node, faults| read_rules(node, reading, faults));
        members.finish();
        Some(Self {
            name: name?,
            title: title?,
            description: description?,
            seed,
            rules: rules?,
            definition: node.to_json(),
            yaml: None,
        })
    }

    /// The text that it was read from, or one that says the same.
    pub fn to_yaml(&self) -> String {
        match &self.yaml {
            Some(yaml) => yaml.to_string(),
            None => serde_saphyr::to_string(&self.definition)
                .unwrap_or_else(|_| self.definition.to_string()),
        }
    }
}

fn read_name(node: &Node, faults: &Faults) -> Option<String> {
    let name = read::text(node, faults)?;
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    // Clients take dots that stand alone out of paths.
    let is_step = matches!(name.as_str(), "." | "..");
    if name.is_empty() || name.len() > 64 || !name.chars().all(fits) || is_step {
        faults.expected(node, "1 to 64 letters, digits, dots, underscores or hyphens");
        return None;
    }
    Some(name)
}

fn read_rules(node: &Node, reading: Reading, faults: &Faults) -> Option<Vec<Rule>> {
    let items = read::list(node, "a list of rules", faults)?;
    if items.is_empty() {
        faults.note(node, "a scenario needs a rule");
    }
    if items.len() > MOST_RULES {
        faults.note(node, format!("more than {MOST_RULES} rules"));
        return None;
    }
    let rules = items.iter().enumerate().map(|(place, item)| {
        let rule = Rule::read(item, place, reading, faults);
        rule.map(|rule| (rule, item))
    });
    let rules: Vec<Option<(Rule, &Node)>> = rules.collect();
    let mut read: Vec<Rule> = Vec::with_capacity(rules.len());
    let mut is_whole = true;
    for rule in rules {
        let Some((rule, item)) = rule else {
            is_whole = false;
            continue;
        };
        if read.iter().any(|other| other.name == rule.name) {
            faults.note(item, format!("there is a rule {} already", rule.name));
        }
        read.push(rule);
    }
    is_whole.then_some(read)
}

impl Rule {
    fn read(node: &Node, place: usize, reading: Reading, faults: &Faults) -> Option<Self> {
        let what = "a map of name, match, trigger, effect and phase";
        let mut members = Members::of(node, what, faults)?;
        let name = members.read("name", read_rule_name);
        let matching = members
            .read("match", |node, faults| Match::read(node, reading.vocabulary, faults))
            .unwrap_or_default();
        let trigger = members.read("trigger", Trigger::read).unwrap_or_default();
        let effects =
            members.need("effect", |node, faults| Effects::read(node, reading.folder, faults));
        let phase = members.read("phase", |node, faults| {
            let phase = read::one_of(node, faults)?;
            check_phase(phase, effects.as_ref()?, node, faults);
            Some(phase)
        });
        members.finish();
        Some(Self {
            name: name.unwrap_or_else(|| format!("#{}", place + 1)),
            matching,
            trigger,
            effects: effects?,
            phase: phase.unwrap_or(Phase::Before),
        })
    }
}

/// A rule is named in a header and after a slash.
fn read_rule_name(node: &Node, faults: &Faults) -> Option<String> {
    let name = read::text(node, faults)?;
    let is_shown = |c: char| (c.is_ascii_graphic() || c == ' ') && !matches!(c, ',' | '/');
    if name.trim() != name || name.is_empty() || name.len() > 64 || !name.chars().all(is_shown) {
        faults.expected(node, "1 to 64 ASCII letters without slash or comma");
        return None;
    }
    Some(name)
}

/// Only what may come before the request is carried out and after it has a choice.
fn check_phase(phase: Phase, effects: &Effects, node: &Node, faults: &Faults) {
    let has_choice =
        effects.error.is_some() || effects.respond.is_some() || effects.connection.is_some();
    if !has_choice {
        faults.note(node, "phase is for error, respond and connection alone");
    } else if phase == Phase::Before && effects.connection == Some(Connection::CloseMidBody) {
        faults.note(node, "close_mid_body comes after the request is carried out");
    }
}
