//! `serve`: the reference endpoint for any client.

use super::environment::runtime;
use super::exit::{Exit, Failure, print};
use super::interrupt::Signals;
use aws_conformance_reference::{Config, Reference, faults, server, variants};
use clap::Args;
use std::net::SocketAddr;
use std::sync::Arc;

/// Options of `serve`.
#[derive(Debug, Args)]
pub(super) struct ServeOptions {
    /// Where to listen; port 0 for any that is free
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:0")]
    addr: String,
    /// Switch a fault on (repeatable)
    #[arg(long, value_name = "NAME")]
    fault: Vec<String>,
    /// Read an open question in another way (repeatable)
    #[arg(long, value_name = "NAME")]
    variant: Vec<String>,
    /// List the faults, one a line, and stop
    #[arg(long)]
    list_faults: bool,
    /// List the variants, one a line, and stop
    #[arg(long)]
    list_variants: bool,
    /// Refuse requests that are not signed with the secret "test", or with AWS_SECRET_ACCESS_KEY
    #[arg(long)]
    verify_signatures: bool,
}

pub(super) fn serve(options: &ServeOptions) -> Result<Exit, Failure> {
    if options.list_faults || options.list_variants {
        let mut names: Vec<&str> = Vec::new();
        if options.list_faults {
            names.extend(faults().iter().map(|fault| fault.name));
        }
        if options.list_variants {
            names.extend(variants().iter().map(|variant| variant.name));
        }
        print(&names.iter().map(|name| format!("{name}\n")).collect::<String>())?;
        return Ok(Exit::Conformant);
    }
    let mut config = Config::default().with_verified_signatures(options.verify_signatures);
    for fault in &options.fault {
        config = config.with_fault(fault);
    }
    for variant in &options.variant {
        config = config.with_variant(variant);
    }
    if let (Ok(access_key), Ok(secret)) =
        (std::env::var("AWS_ACCESS_KEY_ID"), std::env::var("AWS_SECRET_ACCESS_KEY"))
    {
        config = config.with_credentials(access_key, secret);
    }
    let reference = Reference::new(config).map_err(|error| Failure::usage(error.to_string()))?;
    runtime()?.block_on(listen(&options.addr, Arc::new(reference)))
}

async fn listen(addr: &str, reference: Arc<Reference>) -> Result<Exit, Failure> {
    let unusable = |error: std::io::Error| Failure::usage(format!("cannot listen on {addr}: {error}"));
    let listener = tokio::net::TcpListener::bind(addr).await.map_err(unusable)?;
    let bound: SocketAddr = listener.local_addr().map_err(unusable)?;
    let mut signals = Signals::new()?;
    print(&format!("http://{bound}\n"))?;
    server::serve(listener, reference, async move { signals.next().await }).await.map_err(unusable)?;
    Ok(Exit::Conformant)
}
