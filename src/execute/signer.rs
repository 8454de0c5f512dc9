//! Who signs: fixed credentials, or a provider of the SDK that is asked again before they expire.

use crate::exchange::Credentials;
use crate::exchange::untrusted::Redaction;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use parking_lot::Mutex;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// So long before they expire credentials are renewed, as the SDK's own cache does it.
const EARLY: Duration = Duration::from_secs(10);

/// Who signs the requests of a run. Clones share what was provided.
#[derive(Clone, Debug)]
pub enum Signer {
    /// Always the same credentials.
    Fixed(Credentials),
    /// Credentials that are renewed while the run goes on.
    Renewed(Arc<Renewed>),
}

/// A provider with what it provided.
pub struct Renewed {
    provider: SharedCredentialsProvider,
    /// The newest credentials, and when they expire.
    current: tokio::sync::Mutex<Option<(Credentials, Option<SystemTime>)>>,
    /// All of them: none may be shown.
    provided: Mutex<Vec<Credentials>>,
}

impl std::fmt::Debug for Renewed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Renewed(..)")
    }
}

/// Why there are no credentials.
#[derive(Debug, thiserror::Error)]
#[error("there are no credentials")]
pub struct NoCredentials(#[from] CredentialsError);

impl Signer {
    /// Credentials of a provider of the SDK.
    pub fn renewed(provider: SharedCredentialsProvider) -> Self {
        let (current, provided) = (tokio::sync::Mutex::default(), Mutex::default());
        Self::Renewed(Arc::new(Renewed { provider, current, provided }))
    }

    /// The credentials for a request that is sent now.
    ///
    /// # Errors
    /// When the provider has none.
    pub async fn credentials(&self) -> Result<Credentials, NoCredentials> {
        match self {
            Self::Fixed(credentials) => Ok(credentials.clone()),
            Self::Renewed(renewed) => renewed.credentials().await,
        }
    }

    /// Credentials in the place of some that were refused as expired; none where there are no others.
    pub(super) async fn instead_of(&self, expired: &Credentials) -> Option<Credentials> {
        let Self::Renewed(renewed) = self else { return None };
        {
            let mut current = renewed.current.lock().await;
            if current.as_ref().is_some_and(|(current, _)| current == expired) {
                *current = None;
            }
        }
        renewed.credentials().await.ok().filter(|credentials| credentials != expired)
    }

    /// What no report may show.
    pub fn redaction(&self) -> Redaction {
        match self {
            Self::Fixed(credentials) => Redaction::of(std::slice::from_ref(credentials)),
            Self::Renewed(renewed) => Redaction::of(&renewed.provided.lock()),
        }
    }

    /// Whether the credentials are temporary, so that requests carry a session token.
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Fixed(credentials) => credentials.session_token.is_some(),
            Self::Renewed(renewed) => {
                let provided = renewed.provided.lock();
                provided.iter().any(|credentials| credentials.session_token.is_some())
            }
        }
    }
}

impl ProvideCredentials for Signer {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async {
            let found = self.credentials().await.map_err(CredentialsError::provider_error)?;
            Ok(found.for_sdk())
        })
    }
}

impl Renewed {
    async fn credentials(&self) -> Result<Credentials, NoCredentials> {
        let mut current = self.current.lock().await;
        if let Some((credentials, expiry)) = &*current
            && expiry.is_none_or(|expiry| SystemTime::now() + EARLY < expiry)
        {
            return Ok(credentials.clone());
        }
        let found = match self.provider.provide_credentials().await {
            Ok(found) => found,
            Err(error) => {
                // What is about to expire still signs until it has.
                return match &*current {
                    Some((credentials, Some(expiry))) if SystemTime::now() < *expiry => {
                        Ok(credentials.clone())
                    }
                    _ => Err(error.into()),
                };
            }
        };
        let credentials = Credentials {
            access_key: found.access_key_id().to_owned(),
            secret_key: found.secret_access_key().to_owned(),
            session_token: found.session_token().map(str::to_owned),
        };
        let mut provided = self.provided.lock();
        if !provided.contains(&credentials) {
            provided.push(credentials.clone());
        }
        drop(provided);
        *current = Some((credentials.clone(), found.expiry()));
        Ok(credentials)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
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
                true => Ok(aws_credential_types::Credentials::new(
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

    fn signer(life: Option<Duration>, most: u32) -> Signer {
        let provider = Provider { life, most, asked: AtomicU32::new(0) };
        Signer::renewed(SharedCredentialsProvider::new(provider))
    }

    fn keys(signer: &Signer, times: usize) -> Vec<Option<String>> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime can be started").block_on(async {
            let mut keys = Vec::new();
            for _ in 0..times {
                keys.push(signer.credentials().await.ok().map(|credentials| credentials.access_key));
            }
            keys
        })
    }

    #[rstest]
    #[case::that_last(None, [0, 0, 0])]
    #[case::that_last_for_long(Some(Duration::from_secs(60)), [0, 0, 0])]
    #[case::that_expire(Some(Duration::from_secs(5)), [0, 1, 2])]
    fn credentials_are_renewed(#[case] life: Option<Duration>, #[case] numbers: [u32; 3]) {
        let signer = signer(life, u32::MAX);
        assert_eq!(keys(&signer, 3), numbers.map(|number| Some(format!("access-key-{number}"))));
    }

    #[test]
    fn credentials_sign_until_they_have_expired_where_there_are_no_others() {
        assert_eq!(
            keys(&signer(Some(Duration::from_secs(5)), 1), 2),
            vec![Some("access-key-0".to_owned()); 2]
        );
        assert_eq!(keys(&signer(Some(Duration::ZERO), 1), 2)[1], None);
    }

    #[test]
    fn what_was_ever_provided_is_redacted() {
        let signer = signer(Some(Duration::from_secs(5)), u32::MAX);
        keys(&signer, 3);
        let redaction = signer.redaction();
        for number in 0..3 {
            assert!(!redaction.clean(&format!("a secret-key-{number} b")).contains("secret-key"));
        }
    }

    #[test]
    fn what_was_refused_as_expired_is_not_used_again() {
        let signer = signer(None, u32::MAX);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime can be started").block_on(async {
            let first = signer.credentials().await.expect("there are credentials");
            let other = signer.instead_of(&first).await.expect("there are others");
            assert_ne!(first, other);
            assert_eq!(signer.credentials().await.expect("there are credentials"), other);
            // Whoever comes late with the first ones gets what others got meanwhile.
            assert_eq!(signer.instead_of(&first).await, Some(other));
        });
    }
}
