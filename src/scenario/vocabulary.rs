//! The names that scenarios may use: the APIs and their routes.

use super::node::Node;
use super::read::{self, Faults};
use crate::kit::Api;
use crate::kit::mount::Mount;

/// What can be named in a match.
#[derive(Clone, Debug, Default)]
pub struct Vocabulary {
    apis: Vec<(&'static str, Vec<String>)>,
}

impl Vocabulary {
    /// That of the mounted APIs.
    pub fn of(mounts: &[Mount]) -> Self {
        let apis = mounts.iter().map(|mount| {
            let routes = mount.routes.each().map(|(_, _, template)| template.to_owned());
            (mount.api.name(), routes.collect())
        });
        Self { apis: apis.collect() }
    }

    /// That of APIs that are not mounted yet.
    pub fn of_apis(apis: &[Box<dyn Api>]) -> Self {
        let apis = apis.iter().map(|api| {
            let paths = api.endpoints().into_iter().flat_map(|endpoint| endpoint.paths);
            (api.name(), paths.collect())
        });
        Self { apis: apis.collect() }
    }

    pub(super) fn read_api(&self, node: &Node, faults: &Faults) -> Option<String> {
        let name = read::text(node, faults)?;
        if self.apis.iter().all(|(api, _)| *api != name) {
            let known: Vec<&str> = self.apis.iter().map(|(api, _)| *api).collect();
            faults.expected(node, &format!("one of {}", known.join(", ")));
            return None;
        }
        Some(name)
    }

    /// Checks that a template is one of the named APIs, or of any where none is named.
    pub(super) fn check_route(
        &self,
        apis: Option<&[String]>,
        route: &str,
        node: &Node,
        faults: &Faults,
    ) -> Option<()> {
        let is_named = |api: &str| apis.is_none_or(|apis| apis.iter().any(|name| name == api));
        let mut routes = self.apis.iter().filter(|(api, _)| is_named(api));
        if routes.any(|(_, routes)| routes.iter().any(|known| known == route)) {
            return Some(());
        }
        let known = self.apis.iter().filter(|(api, _)| is_named(api));
        let known = known.flat_map(|(_, routes)| routes.iter().map(String::as_str));
        let near = crate::kit::nearest::nearest_route(route, known).unwrap_or_default();
        faults.note(node, format!("there is no route {route}; the nearest is {near}"));
        None
    }
}
