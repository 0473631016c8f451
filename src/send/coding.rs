//! Content codings (RFC 9110 section 8.4): a deployment may use one that nobody asked for.

use std::io::Read;

use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

/// A decoded body would be larger than the limit.
#[derive(Debug)]
pub(crate) struct TooLarge;

/// `body` without its codings. Where one is not known, or the body is not what the coding says, it stays as it came.
pub(crate) fn decoded(codings: &str, body: Vec<u8>, limit: u64) -> Result<Vec<u8>, TooLarge> {
    let mut body = body;
    // In the order in which they were applied.
    for coding in codings.rsplit(',').map(str::trim).filter(|coding| !coding.is_empty()) {
        let plain = match coding.to_ascii_lowercase().as_str() {
            "identity" => continue,
            "gzip" | "x-gzip" => read(MultiGzDecoder::new(body.as_slice()), limit)?,
            // Zlib is what the name stands for; some send the bare stream.
            "deflate" => match read(ZlibDecoder::new(body.as_slice()), limit)? {
                None => read(DeflateDecoder::new(body.as_slice()), limit)?,
                found => found,
            },
            "br" => read(brotli_decompressor::Decompressor::new(body.as_slice(), 4096), limit)?,
            _ => None,
        };
        let Some(plain) = plain else { break };
        body = plain;
    }
    Ok(body)
}

/// Everything that `from` has; None where it breaks off.
fn read(from: impl Read, limit: u64) -> Result<Option<Vec<u8>>, TooLarge> {
    let mut out = Vec::new();
    match from.take(limit.saturating_add(1)).read_to_end(&mut out) {
        Ok(_) if out.len() as u64 > limit => Err(TooLarge),
        Ok(_) => Ok(Some(out)),
        Err(_) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
    use std::io::Write;

    #[test]
    fn a_coded_body_is_read_as_what_it_stands_for() {
        let text = br#"{"a": 1}"#;
        let gzip = || {
            let mut coder = GzEncoder::new(Vec::new(), Compression::fast());
            coder.write_all(text).unwrap();
            coder.finish().unwrap()
        };
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
        zlib.write_all(text).unwrap();
        let mut bare = DeflateEncoder::new(Vec::new(), Compression::fast());
        bare.write_all(text).unwrap();
        let mut twice = ZlibEncoder::new(Vec::new(), Compression::fast());
        twice.write_all(&gzip()).unwrap();
        // RFC 7932: a stored block of eight bytes, then the empty last one.
        let brotli = [&[0x8b, 0x03, 0x80][..], text, &[0x03][..]].concat();
        for (codings, body) in [
            ("gzip", gzip()),
            ("X-GZIP, identity", gzip()),
            ("deflate", zlib.finish().unwrap()),
            ("deflate", bare.finish().unwrap()),
            ("gzip, deflate", twice.finish().unwrap()),
            ("br", brotli),
            ("", text.to_vec()),
            ("gzip", text.to_vec()),
            ("zstd", text.to_vec()),
        ] {
            assert_eq!(decoded(codings, body, 100).unwrap(), text, "{codings}");
        }
    }

    #[test]
    fn a_small_body_that_stands_for_a_large_one_is_not_unpacked() {
        let mut coder = GzEncoder::new(Vec::new(), Compression::best());
        coder.write_all(&vec![0; 1_000_000]).unwrap();
        assert!(decoded("gzip", coder.finish().unwrap(), 1000).is_err());
    }
}
