//! Who signs: a provider of the SDK, which is asked again before what it provided expires.

use crate::exchange::untrusted::Redaction;
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, Result, SharedCredentialsProvider, future};
use parking_lot::Mutex;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// So long before they expire credentials are renewed, as the SDK's own cache does it.
const EARLY: Duration = Duration::from_secs(10);

/// Who signs the requests of a run. Clones share what was provided.
#[derive(Clone)]
pub struct Signer(Arc<Provided>);

struct Provided {
    provider: SharedCredentialsProvider,
    /// The newest credentials.
    current: tokio::sync::Mutex<Option<Credentials>>,
    /// All of them: none may be shown.
    all: Mutex<Vec<Credentials>>,
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signer(..)")
    }
}

/// Static credentials. Their secret is never printed.
pub fn fixed(
    access_key: impl Into<String>,
    secret_key: impl Into<String>,
    token: Option<String>,
) -> Credentials {
    Credentials::new(access_key, secret_key, token, None, "aws-conformance")
}

/// The dummy pair that loopback emulators take.
pub fn dummy() -> Credentials {
    fixed("test", "test", None)
}

impl From<Credentials> for Signer {
    fn from(credentials: Credentials) -> Self {
        let provider = SharedCredentialsProvider::new(credentials.clone());
        Self(Arc::new(Provided {
            provider,
            current: tokio::sync::Mutex::new(Some(credentials.clone())),
            all: Mutex::new(vec![credentials]),
        }))
    }
}

impl Signer {
    /// Credentials of a provider of the SDK.
    pub fn renewed(provider: SharedCredentialsProvider) -> Self {
        Self(Arc::new(Provided { provider, current: tokio::sync::Mutex::default(), all: Mutex::default() }))
    }

    /// The credentials for a request that is sent now.
    ///
    /// # Errors
    /// When the provider has none.
    pub async fn credentials(&self) -> Result {
        let mut current = self.0.current.lock().await;
        let lasts =
            |time: SystemTime| move |one: &&Credentials| one.expiry().is_none_or(|expiry| time < expiry);
        if let Some(credentials) = current.as_ref().filter(lasts(SystemTime::now() + EARLY)) {
            return Ok(credentials.clone());
        }
        let credentials = match self.0.provider.provide_credentials().await {
            Ok(credentials) => credentials,
            // What is about to expire still signs until it has.
            Err(error) => return current.as_ref().filter(lasts(SystemTime::now())).cloned().ok_or(error),
        };
        let mut all = self.0.all.lock();
        if !all.contains(&credentials) {
            all.push(credentials.clone());
        }
        drop(all);
        *current = Some(credentials.clone());
        Ok(credentials)
    }

    /// Credentials in the place of some that were refused as expired; none where there are no others.
    pub(super) async fn instead_of(&self, expired: &Credentials) -> Option<Credentials> {
        {
            let mut current = self.0.current.lock().await;
            if current.as_ref() == Some(expired) {
                *current = None;
            }
        }
        self.credentials().await.ok().filter(|credentials| credentials != expired)
    }

    /// What no report may show.
    pub fn redaction(&self) -> Redaction {
        let all = self.0.all.lock();
        Redaction::of(all.iter().flat_map(|one| {
            [Some(one.access_key_id()), Some(one.secret_access_key()), one.session_token()]
                .into_iter()
                .flatten()
        }))
    }

    /// Whether the credentials are temporary, so that requests carry a session token.
    pub fn is_temporary(&self) -> bool {
        self.0.all.lock().iter().any(|credentials| credentials.session_token().is_some())
    }
}

impl ProvideCredentials for Signer {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async {
            self.credentials().await.map_err(CredentialsError::provider_error)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::execute::answers::block;
    use rstest::rstest;
    use std::sync::atomic::{AtomicU32, Ordering};

    /// Provides so many credentials, which live so long, and then fails.
    #[derive(Debug)]
    struct Provider {
        life: Option<Duration>,
        most: u32,
        asked: AtomicU32,
    }

    impl ProvideCredentials for Provider {
        fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
        where
            Self: 'a,
        {
            let number = self.asked.fetch_add(1, Ordering::Relaxed);
            future::ProvideCredentials::ready(match number < self.most {
                true => Ok(Credentials::new(
                    format!("access-key-{number}"),
                    format!("secret-key-{number}"),
                    None,
                    self.life.map(|life| SystemTime::now() + life),
                    "test",
                )),
                false => Err(CredentialsError::not_loaded("there are no more")),
            })
        }
    }

    fn signer(life: Option<u64>, most: u32) -> Signer {
        let provider = Provider { life: life.map(Duration::from_secs), most, asked: AtomicU32::new(0) };
        Signer::renewed(SharedCredentialsProvider::new(provider))
    }

    fn key(signer: &Signer) -> Option<String> {
        Some(block(signer.credentials()).ok()?.access_key_id().to_owned())
    }

    #[rstest]
    #[case::that_last(None, u32::MAX, [Some(0); 3])]
    #[case::that_last_for_long(Some(60), u32::MAX, [Some(0); 3])]
    #[case::that_expire(Some(5), u32::MAX, [Some(0), Some(1), Some(2)])]
    #[case::that_expire_where_there_are_no_others(Some(5), 1, [Some(0); 3])]
    #[case::that_have_expired_where_there_are_no_others(Some(0), 1, [Some(0), None, None])]
    fn credentials_are_renewed(
        #[case] life: Option<u64>,
        #[case] most: u32,
        #[case] numbers: [Option<u32>; 3],
    ) {
        let signer = signer(life, most);
        for number in numbers {
            assert_eq!(key(&signer), number.map(|number| format!("access-key-{number}")));
        }
    }

    #[test]
    fn what_was_ever_provided_is_redacted() {
        let signer = signer(Some(5), u32::MAX);
        (0..3).for_each(|_| drop(key(&signer)));
        let redaction = signer.redaction();
        for number in 0..3 {
            assert!(!redaction.clean(&format!("a secret-key-{number} b")).contains("secret-key"));
        }
    }

    #[test]
    fn what_was_refused_as_expired_is_not_used_again() {
        let signer = signer(None, u32::MAX);
        block(async {
            let first = signer.credentials().await.expect("there are credentials");
            let other = signer.instead_of(&first).await.expect("there are others");
            assert_ne!(first, other);
            assert_eq!(signer.credentials().await.expect("there are credentials"), other);
            // Whoever comes late with the first ones gets what others got meanwhile.
            assert_eq!(signer.instead_of(&first).await, Some(other));
        });
    }
}
