//! What a request proves its caller by, as scenarios see it.

/// What a request brings to say who is calling, read without asking the store whether it is any good.
#[derive(Clone, PartialEq, Eq)]
pub struct Credential {
    /// What scenarios match and meter by: the user, the key or the client's id.
    pub name: String,
    /// All of it, as it was sent: what is void once it is revoked.
    pub secret: String,
    /// Whether it can run out: a token or a key, but no password.
    pub expires: bool,
}

impl std::fmt::Debug for Credential {
    /// Without the secret, which belongs into no log.
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        let Self { name, expires, .. } = self;
        f.debug_struct("Credential").field("name", name).field("expires", expires).finish()
    }
}

/// What a scenario makes of the credentials of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::EnumString, strum::VariantNames)]
#[strum(serialize_all = "snake_case")]
pub enum AuthFault {
    /// They have run out.
    Expire,
    /// They do not pass.
    Reject,
    /// Whoever calls may not do this.
    Forbid,
    /// They are void from now on.
    Revoke,
}

impl AuthFault {
    /// Whether a request that brings these credentials, or none, feels it.
    pub fn concerns(self, credential: Option<&Credential>) -> bool {
        match self {
            Self::Forbid => true,
            Self::Expire => credential.is_some_and(|credential| credential.expires),
            Self::Reject | Self::Revoke => credential.is_some(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_brings_no_credentials_can_only_be_forbidden() {
        let all = [AuthFault::Expire, AuthFault::Reject, AuthFault::Forbid, AuthFault::Revoke];
        let brings = |expires| Credential { name: "ada".into(), secret: "s".into(), expires };
        let feel =
            |credential: Option<Credential>| all.map(|fault| fault.concerns(credential.as_ref()));

        assert_eq!(feel(None), [false, false, true, false]);
        assert_eq!(
            feel(Some(brings(false))),
            [false, true, true, true],
            "passwords do not run out"
        );
        assert_eq!(feel(Some(brings(true))), [true; 4]);
    }

    #[test]
    fn secrets_are_not_told() {
        let credential = Credential { name: "ada".into(), secret: "sesame".into(), expires: false };

        assert_eq!(format!("{credential:?}"), r#"Credential { name: "ada", expires: false }"#);
    }
}
