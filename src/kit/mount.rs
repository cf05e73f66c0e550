//! An API in its place.

use super::Api;
use super::call::Request;
use super::credential::Credential;
use super::fields::Fields;
use super::nearest::nearest_route;
use super::reply::Rejection;
use super::routes::{Found, Routes};

/// An API, its endpoints sorted for finding, and what it leaves out.
pub struct Mount {
    pub api: Box<dyn Api>,
    pub routes: Routes,
    /// The number of its first route among those of all APIs.
    pub first: usize,
    unemulated: matchit::Router<()>,
}

impl Mount {
    /// Mounts APIs side by side.
    ///
    /// # Panics
    /// When the tables of an API contradict themselves.
    pub fn all(apis: Vec<Box<dyn Api>>) -> Vec<Self> {
        let mut first = 0;
        let mut mounts = Vec::with_capacity(apis.len());
        for api in apis {
            let mount = Self::new(api, first);
            first += mount.routes.count;
            mounts.push(mount);
        }
        mounts
    }

    fn new(api: Box<dyn Api>, first: usize) -> Self {
        let routes = Routes::new(api.endpoints());
        let mut unemulated = matchit::Router::new();
        for path in api.unemulated() {
            unemulated.insert(*path, ()).unwrap_or_else(|clash| panic!("{path}: {clash}"));
        }
        Self { api, routes, first, unemulated }
    }

    /// Finds the endpoint of a path below the API's prefix.
    ///
    /// # Errors
    /// When there is none for the request.
    pub fn route(&self, request: &Request, path: &str) -> Result<Found, Rejection> {
        self.routes.find(self.api.habits(), request, self.api.canonical(path))
    }

    /// What a request brings to say who is calling; `fields` are its parameters if it was routed.
    pub fn credential(&self, request: &Request, fields: Option<&Fields>) -> Option<Credential> {
        if let Some(fields) = fields {
            return self.api.credential(request, fields);
        }
        let mut fields = Fields::new(self.api.habits());
        fields.push_urlencoded(request.uri().query().unwrap_or_default().as_bytes());
        self.api.credential(request, &fields)
    }

    /// Whether the real service has a path that wardian does not emulate.
    pub fn is_unemulated(&self, path: &str) -> bool {
        self.unemulated.at(path).is_ok()
    }

    /// The route whose template is most like a path.
    pub fn nearest(&self, path: &str) -> Option<&str> {
        nearest_route(path, self.routes.each().map(|(_, _, template)| template))
    }

    /// Where clients' base URLs point: `http://127.0.0.1:8080/gbif/v1`, given what stands before the API's name.
    pub fn base_url(&self, origin: &str) -> String {
        format!("{origin}/{}{}", self.api.name(), self.api.base_path())
    }
}
