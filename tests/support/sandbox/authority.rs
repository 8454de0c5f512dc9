//! The authority whose certificates the stand-in presents, one for each host that is asked for.

use super::locked;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::{ServerConfig, crypto::ring};

pub(super) struct Authority {
    pem: String,
    issuer: rcgen::Issuer<'static, rcgen::KeyPair>,
    servers: Mutex<HashMap<String, Arc<ServerConfig>>>,
}

fn key() -> rcgen::KeyPair {
    rcgen::KeyPair::generate().expect("a key can be made")
}

fn parameters(host: &str) -> rcgen::CertificateParams {
    let mut parameters =
        rcgen::CertificateParams::new(vec![host.to_owned()]).expect("the name is one of a host");
    // Whoever has its issuer's name is taken for self-signed.
    parameters.distinguished_name = rcgen::DistinguishedName::new();
    parameters.distinguished_name.push(rcgen::DnType::CommonName, host);
    // Python's TLS wants each certificate to say whose key signed it.
    parameters.use_authority_key_identifier_extension = true;
    parameters
}

impl Authority {
    pub(super) fn new() -> Self {
        let mut authority = parameters("authority.invalid");
        authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        authority.key_usages = vec![rcgen::KeyUsagePurpose::KeyCertSign, rcgen::KeyUsagePurpose::CrlSign];
        let key = key();
        let pem = authority.self_signed(&key).expect("it can be signed").pem();
        Self { pem, issuer: rcgen::Issuer::new(authority, key), servers: Mutex::default() }
    }

    /// The authority's own certificate.
    pub(super) fn pem(&self) -> &str {
        &self.pem
    }

    /// A server's settings with a certificate for this host.
    pub(super) fn server(&self, host: &str) -> Arc<ServerConfig> {
        let mut servers = locked(&self.servers);
        let server = servers.entry(host.to_owned()).or_insert_with(|| Arc::new(self.issued(host)));
        Arc::clone(server)
    }

    fn issued(&self, host: &str) -> ServerConfig {
        let key = key();
        let certificate = parameters(host).signed_by(&key, &self.issuer).expect("it can be signed");
        let chain = vec![CertificateDer::from(certificate.der().to_vec())];
        let secret = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("the versions are ring's")
            .with_no_client_auth()
            .with_single_cert(chain, secret)
            .expect("the key is the certificate's")
    }
}
