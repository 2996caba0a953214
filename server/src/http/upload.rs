//! Uploads: a raw body or a multipart form, streamed to disk under limits of size and time.

use std::fs::File;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{HttpRequest, web};
use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use super::body;
use super::error::{Code, Problem};
use crate::app::App;
use crate::config::Limits;

/// What was sent: files on disk and the words beside them. The folder goes when this is dropped.
pub struct Upload {
    /// Files in the order sent, each in a folder of its own under the name its sender gave.
    pub files: Vec<PathBuf>,
    /// Text fields of a form, in order.
    pub fields: Vec<(String, String)>,
    _folder: TempDir,
}

impl Upload {
    /// SHA-256 of all that was sent, names included, and of `beside`, what else decides about the work.
    ///
    /// # Errors
    /// Faults of the disk.
    pub fn digest(&self, beside: &str) -> std::io::Result<String> {
        let mut sha = Sha256::new();
        let mut part = |bytes: &[u8]| {
            sha.update((bytes.len() as u64).to_le_bytes());
            sha.update(bytes);
        };
        part(beside.as_bytes());
        for (name, text) in &self.fields {
            part(name.as_bytes());
            part(text.as_bytes());
        }
        for path in &self.files {
            part(path.file_name().unwrap_or_default().as_encoded_bytes());
            let mut own = Sha256::new();
            let mut file = File::open(path)?;
            let mut buffer = vec![0; 1 << 16];
            loop {
                match file.read(&mut buffer)? {
                    0 => break,
                    n => own.update(&buffer[..n]),
                }
            }
            part(&own.finalize());
        }
        Ok(hex::encode(sha.finalize()))
    }
}

const MOST_FILES: usize = 32;
const LONGEST_FIELD: usize = 64 * 1024;

/// Reads the body of `req` to disk.
///
/// # Errors
/// `too-large`, `request-timeout`, `bad-body`, `unsupported-media`, `disk-full`.
pub async fn receive(app: &web::Data<App>, req: &HttpRequest, payload: web::Payload) -> Result<Upload, Problem> {
    take(app, req, payload, file_name(req)).await
}

/// As [`receive`], where a raw body needs no name of its own.
///
/// # Errors
/// As [`receive`].
pub async fn receive_as(
    app: &web::Data<App>,
    req: &HttpRequest,
    payload: web::Payload,
    name: &str,
) -> Result<Upload, Problem> {
    take(app, req, payload, Some(file_name(req).unwrap_or_else(|| name.to_owned()))).await
}

async fn take(
    app: &web::Data<App>,
    req: &HttpRequest,
    payload: web::Payload,
    name: Option<String>,
) -> Result<Upload, Problem> {
    let folder = tempfile::Builder::new().prefix("upload-").tempdir().map_err(disk)?;
    let media = req.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let limits = &app.config.limits;
    let payload = payload.into_inner();
    if media.starts_with("multipart/form-data") {
        let boundary = multer::parse_boundary(media).map_err(|e| Problem::new(Code::BadBody, e.to_string()))?;
        return form(paced(payload, limits), boundary, folder).await;
    }
    let name = name.ok_or_else(|| {
        Problem::new(Code::UnsupportedMedia, "a raw body needs a file name, or send a form")
            .field("filename")
            .accepts("?filename=NAME, a Content-Disposition header, or multipart/form-data")
    })?;
    let (path, mut file) = create(&folder, 0, &name)?;
    let mut payload = payload;
    let (idle, total) = times(limits);
    body::read(&mut payload, limits.upload_bytes, idle, total, |piece| file.write_all(&piece).map_err(disk)).await?;
    Ok(Upload { files: vec![path], fields: Vec::new(), _folder: folder })
}

async fn form(
    stream: impl Stream<Item = Result<Bytes, Problem>> + Send + 'static,
    boundary: String,
    folder: TempDir,
) -> Result<Upload, Problem> {
    let mut parts = multer::Multipart::new(stream, boundary);
    let (mut files, mut fields) = (Vec::new(), Vec::new());
    while let Some(mut part) = parts.next_field().await.map_err(broken)? {
        let name = part.name().unwrap_or_default().to_owned();
        match part.file_name().map(str::to_owned) {
            // A form's empty file input sends a part without a name.
            Some(file_name) if !file_name.is_empty() => {
                if files.len() == MOST_FILES {
                    return Err(Problem::new(Code::TooLarge, "too many files").accepts(format!("at most {MOST_FILES}")));
                }
                let (path, mut file) = create(&folder, files.len(), &file_name)?;
                while let Some(piece) = part.chunk().await.map_err(broken)? {
                    file.write_all(&piece).map_err(disk)?;
                }
                files.push(path);
            }
            Some(_) => {}
            None => {
                let mut text = Vec::new();
                while let Some(piece) = part.chunk().await.map_err(broken)? {
                    text.extend_from_slice(&piece);
                    if text.len() > LONGEST_FIELD {
                        return Err(body::too_large(LONGEST_FIELD).field(name));
                    }
                }
                let text = String::from_utf8(text)
                    .map_err(|_| Problem::new(Code::BadBody, "a form field is not UTF-8").field(name.as_str()))?;
                fields.push((name, text));
            }
        }
    }
    Ok(Upload { files, fields, _folder: folder })
}

/// The body as a stream that ends in a problem when it is too large or too slow.
fn paced(payload: Payload, limits: &Limits) -> impl Stream<Item = Result<Bytes, Problem>> + Send + 'static {
    // actix' payload stays on its thread; the form reader wants a stream that may move, so pieces cross a channel.
    let (give, take) = tokio::sync::mpsc::channel::<Result<Bytes, Problem>>(4);
    let (idle, total) = times(limits);
    let most = limits.upload_bytes;
    actix_web::rt::spawn(async move {
        let mut payload = payload;
        let (deadline, mut size) = (Instant::now() + total, 0);
        loop {
            let left = deadline.saturating_duration_since(Instant::now()).min(idle);
            let piece = match tokio::time::timeout(left, payload.next()).await {
                Err(_) => Err(Problem::new(Code::RequestTimeout, "the body came too slowly")),
                Ok(None) => return,
                Ok(Some(Err(cause))) => Err(Problem::new(Code::BadBody, cause.to_string())),
                Ok(Some(Ok(piece))) => {
                    size += piece.len();
                    if size > most { Err(body::too_large(most)) } else { Ok(piece) }
                }
            };
            let last = piece.is_err();
            if give.send(piece).await.is_err() || last {
                return;
            }
        }
    });
    futures_util::stream::unfold(take, |mut take| async move { take.recv().await.map(|piece| (piece, take)) })
}

fn times(limits: &Limits) -> (Duration, Duration) {
    (Duration::from_secs(limits.body_idle_seconds), Duration::from_secs(limits.body_total_seconds))
}

fn create(folder: &TempDir, at: usize, name: &str) -> Result<(PathBuf, File), Problem> {
    let own = folder.path().join(at.to_string());
    std::fs::create_dir(&own).map_err(disk)?;
    let path = own.join(safe(name));
    let file = File::create(&path).map_err(disk)?;
    Ok((path, file))
}

/// The last part of a name, without what a file system would read as a path.
fn safe(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.chars().filter(|c| !c.is_control()).take(120).collect();
    if clean.is_empty() || clean.starts_with('.') { format!("upload{clean}") } else { clean }
}

fn file_name(req: &HttpRequest) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Named {
        filename: Option<String>,
    }
    let query = web::Query::<Named>::from_query(req.query_string()).ok().and_then(|q| q.into_inner().filename);
    query.or_else(|| {
        let raw = req.headers().get(header::CONTENT_DISPOSITION)?;
        let parsed = header::ContentDisposition::from_raw(raw).ok()?;
        parsed.get_filename().map(str::to_owned)
    })
}

fn disk(error: std::io::Error) -> Problem {
    if error.kind() == std::io::ErrorKind::StorageFull {
        Problem::new(Code::DiskFull, "there is no room for the upload")
    } else {
        Problem::internal(error)
    }
}

fn broken(error: multer::Error) -> Problem {
    if let multer::Error::StreamReadFailed(cause) = error {
        return match cause.downcast::<Problem>() {
            Ok(problem) => *problem,
            Err(other) => Problem::new(Code::BadBody, other.to_string()),
        };
    }
    Problem::new(Code::BadBody, error.to_string())
}

#[cfg(test)]
mod tests {
    use super::safe;

    #[test]
    fn a_file_name_never_leaves_its_folder() {
        assert_eq!(safe("../../etc/passwd"), "passwd");
        assert_eq!(safe("C:\\data\\spend.csv"), "spend.csv");
        assert_eq!(safe(".."), "upload..");
        assert_eq!(safe("a\u{0}b.csv"), "ab.csv");
        assert_eq!(safe(""), "upload");
    }
}
