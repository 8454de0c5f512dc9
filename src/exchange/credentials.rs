//! Who signs.

/// Static credentials. Their secret is never printed.
#[derive(Clone)]
pub struct Credentials {
    /// Access key id.
    pub access_key: String,
    /// Secret access key.
    pub secret_key: String,
    /// Session token of temporary credentials.
    pub session_token: Option<String>,
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
