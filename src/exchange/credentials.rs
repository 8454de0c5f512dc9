//! Who signs a request.

/// Static credentials. Their secret is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// Access key id.
    pub access_key: String,
    /// Secret access key.
    pub secret_key: String,
    /// Session token of temporary credentials.
    pub session_token: Option<String>,
}

impl Credentials {
    /// The same as the SDK's own signers take them.
    pub fn for_sdk(&self) -> aws_credential_types::Credentials {
        let Self { access_key, secret_key, session_token } = self;
        let token = session_token.clone();
        aws_credential_types::Credentials::new(access_key, secret_key, token, None, "aws-conformance")
    }
}

impl Default for Credentials {
    /// The dummy pair that loopback emulators take.
    fn default() -> Self {
        Self { access_key: "test".to_owned(), secret_key: "test".to_owned(), session_token: None }
    }
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Credentials(..)")
    }
}
