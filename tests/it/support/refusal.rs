//! What APIs say to what a scenario asks for, before any scenario does.

use bytes::Bytes;
use http::StatusCode;
use http::request::Builder;
use wardian::apis;
use wardian::kit::Api;
use wardian::kit::call::Request;
use wardian::kit::credential::{AuthFault, Credential};
use wardian::kit::fields::Fields;
use wardian::kit::reply::{Injected, Rejection};

use super::Answer;

/// An API, asked by one request.
pub struct Asked {
    api: Box<dyn Api>,
    request: Request,
}

impl Asked {
    #[track_caller]
    pub fn new(api: &str, request: Builder, body: &str) -> Self {
        let api = apis::all().into_iter().find(|known| known.name() == api).unwrap();
        let request = request.header("host", "127.0.0.1:8080");
        Self { api, request: request.body(Bytes::from(body.to_owned())).unwrap().into() }
    }

    pub fn get(api: &str, path: &str) -> Self {
        Self::new(api, http::Request::get(path), "")
    }

    fn refused(&self, rejection: Rejection) -> Answer {
        let now = "2026-03-04T05:06:07.089Z".parse().unwrap();
        let reply = self.api.refuse(&self.request, now, rejection);
        reply.into()
    }

    pub fn failing(&self, fault: Injected) -> Answer {
        self.refused(Rejection::Injected(fault))
    }

    pub fn with_status(&self, status: u16) -> Answer {
        self.failing(Injected::of(StatusCode::from_u16(status).unwrap()))
    }

    pub fn saying(&self, status: u16, message: &str) -> Answer {
        let status = StatusCode::from_u16(status).unwrap();
        self.failing(Injected { message: Some(message.to_owned()), ..Injected::of(status) })
    }

    pub fn distrusted(&self, fault: AuthFault) -> Answer {
        self.refused(Rejection::AuthFault(fault))
    }

    pub fn credential(&self) -> Option<Credential> {
        let mut fields = Fields::new(self.api.habits());
        fields.push_urlencoded(self.request.uri().query().unwrap_or_default().as_bytes());
        self.api.credential(&self.request, &fields)
    }
}
