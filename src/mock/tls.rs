//! TLS for the mock: a certificate of one's own, or one that the mock makes for itself.
//!
//! A self-made certificate is signed by an authority that is made with it and whose key is thrown away: whoever trusts
//! that authority trusts this one server and nothing else.

use std::io::{self, Error, ErrorKind};
use std::net::IpAddr;
use std::sync::Arc;

use base64::Engine as _;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

/// The first line of a file with a self-made certificate: text outside the blocks is allowed (RFC 7468 section 2).
pub const SELF_MADE: &str = "A certificate that a Countersign mock made for tests; the next one replaces it.";

/// HTTP/2 first (RFC 7301 section 3.2: the server's preference decides).
const PROTOCOLS: [&[u8]; 2] = [HTTP_2, b"http/1.1"];
/// The name of HTTP/2 over TLS (RFC 9113 section 3.2).
pub(super) const HTTP_2: &[u8] = b"h2";
/// Characters per line of PEM (RFC 7468 section 2).
const PEM_LINE: usize = 64;

/// What a server shows of itself, and proves it with.
#[derive(Clone)]
pub struct Tls {
    pub(super) acceptor: TlsAcceptor,
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tls")
    }
}

impl Tls {
    /// A self-made certificate for this machine and `host`, and the PEM text of the authority to trust.
    ///
    /// # Errors
    /// When the cryptographic library can't make a key.
    pub fn self_made(host: IpAddr) -> io::Result<(Self, String)> {
        let mut names = vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()];
        if !host.is_unspecified() && !names.contains(&host.to_string()) {
            names.push(host.to_string());
        }
        let mut authority = params(Vec::new(), "Countersign mock authority")?;
        authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let mut server = params(names, "Countersign mock")?;
        server.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        server.use_authority_key_identifier_extension = true;
        let authority_key = KeyPair::generate().map_err(Error::other)?;
        let server_key = KeyPair::generate().map_err(Error::other)?;
        let trusted = authority.self_signed(&authority_key).map_err(Error::other)?;
        let issuer = Issuer::new(authority, authority_key);
        let shown = server.signed_by(&server_key, &issuer).map_err(Error::other)?;
        let key = PrivatePkcs8KeyDer::from(server_key.serialize_der());
        let chain = vec![shown.der().clone(), trusted.der().clone()];
        Ok((Self::new(chain, key.into())?, format!("{SELF_MADE}\n{}", pem(trusted.der()))))
    }

    /// A certificate (with those that lead to its authority) and its key, as PEM.
    ///
    /// # Errors
    /// When there is none in them, or they don't belong together.
    pub fn from_pem(certificates: &[u8], key: &[u8]) -> io::Result<Self> {
        let wrong = |why: String| Error::new(ErrorKind::InvalidData, why);
        let chain = CertificateDer::pem_slice_iter(certificates)
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| wrong(format!("the certificate is no PEM: {error}")))?;
        if chain.is_empty() {
            return Err(wrong("there is no certificate in the file".to_owned()));
        }
        let key = PrivateKeyDer::from_pem_slice(key)
            .map_err(|error| wrong(format!("there is no private key in the file: {error}")))?;
        Self::new(chain, key)
    }

    fn new(chain: Vec<CertificateDer<'static>>, key: PrivateKeyDer<'static>) -> io::Result<Self> {
        let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(Error::other)?
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .map_err(|error| Error::new(ErrorKind::InvalidData, error))?;
        config.alpn_protocols = PROTOCOLS.map(<[u8]>::to_vec).to_vec();
        Ok(Self { acceptor: TlsAcceptor::from(Arc::new(config)) })
    }
}

fn params(names: Vec<String>, title: &str) -> io::Result<CertificateParams> {
    let mut params = CertificateParams::new(names).map_err(Error::other)?;
    params.distinguished_name.push(DnType::CommonName, title);
    // No clock: from before this program was written to the end of what the shorter form of dates can say.
    (params.not_before, params.not_after) = (date_time_ymd(2024, 1, 1), date_time_ymd(2049, 12, 31));
    Ok(params)
}

fn pem(der: &[u8]) -> String {
    let text = base64::engine::general_purpose::STANDARD.encode(der);
    let lines: Vec<&str> =
        (0..text.len()).step_by(PEM_LINE).map(|at| &text[at..text.len().min(at + PEM_LINE)]).collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
}
