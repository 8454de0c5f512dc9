//! Files that are replaced whole and never left half written.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// A file to be written: opened before anything is sent, so that a path that cannot be written is known
/// at once, and in its place only when all of it is there.
#[derive(Debug)]
pub(super) enum Output {
    /// Standard output.
    Stdout,
    /// A file beside the one that it replaces.
    Beside(NamedTempFile, PathBuf),
    /// Something that cannot be replaced: a device, a pipe.
    Straight(File),
}

impl Output {
    /// Opens what is written to a path, `-` for standard output.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        if path.as_os_str() == "-" {
            return Ok(Self::Stdout);
        }
        // A link is followed: the file that it names is replaced, and not the link.
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        if path.metadata().is_ok_and(|found| !found.is_file()) {
            return File::options().write(true).open(&path).map(Self::Straight);
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let prefix = format!(".{name}.");
        let mut beside = tempfile::Builder::new();
        // As a file that is made in the usual way: the process's umask applies.
        beside.prefix(&prefix).suffix(".part").permissions(std::fs::Permissions::from_mode(0o666));
        beside.tempfile_in(folder.unwrap_or(Path::new("."))).map(|file| Self::Beside(file, path))
    }

    /// Writes all of it, without what only a terminal understands, and puts it in its place.
    pub(super) fn write(self, content: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        match self {
            Self::Stdout => content(&mut anstream::stdout()),
            Self::Straight(file) => {
                let mut out = anstream::StripStream::new(file);
                content(&mut out)?;
                out.flush()
            }
            Self::Beside(file, path) => {
                let mut out = BufWriter::new(anstream::StripStream::new(file.as_file().try_clone()?));
                content(&mut out)?;
                out.flush()?;
                file.as_file().sync_all()?;
                file.persist(path).map(drop).map_err(|error| error.error)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Output;
    use std::fs;
    use std::io;

    #[test]
    fn a_file_is_replaced_whole_or_not_at_all() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let path = folder.path().join("report.json");
        fs::write(&path, "yesterday").expect("it can be written");
        let failed = Output::open(&path).expect("it can be opened").write(|out| {
            out.write_all(b"half")?;
            Err(io::Error::other("the disk is full"))
        });
        assert!(failed.is_err());
        assert_eq!(fs::read_to_string(&path).expect("it is there"), "yesterday");
        let output = Output::open(&path).expect("it can be opened");
        assert_eq!(fs::read_to_string(&path).expect("it is there"), "yesterday");
        output.write(|out| out.write_all(b"today")).expect("it can be written");
        assert_eq!(fs::read_to_string(&path).expect("it is there"), "today");
        let left = fs::read_dir(folder.path()).expect("the folder can be read").count();
        assert_eq!(left, 1, "nothing is left beside it");
    }
}
