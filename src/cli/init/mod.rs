//! `countersign init`: a project that works at once.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use super::arguments::{Ci, Init};
use super::misused::fail;
use super::put;

/// A file of a new project.
struct File {
    name: &'static str,
    text: &'static str,
    says: &'static str,
    /// It is an example, and not made where its folder has files already.
    is_example: bool,
}

const fn file(name: &'static str, text: &'static str, says: &'static str) -> File {
    File { name, text, says, is_example: false }
}

const fn example(name: &'static str, text: &'static str, says: &'static str) -> File {
    File { name, text, says, is_example: true }
}

static FILES: [File; 5] = [
    example(
        "contracts/notes.yaml",
        include_str!("files/notes.yaml"),
        "a small contract, to be replaced by your own",
    ),
    example("environments/mock.yaml", include_str!("files/mock.yaml"), "values for the built-in mock"),
    example("environments/staging.yaml", include_str!("files/staging.yaml"), "a deployment, to be filled in"),
    file("countersign.yaml", include_str!("files/countersign.yaml"), "the settings of the project"),
    file("reports/.gitignore", include_str!("files/ignore"), "keeps reports out of the repository"),
];

static GITHUB: File =
    file(".github/workflows/contracts.yml", include_str!("files/github.yml"), "the gate on GitHub");
static GITLAB: File = file(".gitlab-ci.yml", include_str!("files/gitlab.yml"), "the gate on GitLab");

/// Makes what is not there, and says what it made and what to do next.
pub(super) fn init(arguments: &Init) -> ExitCode {
    let folder = &arguments.folder;
    let gate = match arguments.ci {
        Ci::Github => Some(&GITHUB),
        Ci::Gitlab => Some(&GITLAB),
        Ci::None => None,
    };
    // Looked at before anything is made.
    let full = |file: &File| file.is_example && has_files(&folder.join(file.name));
    let wanted: Vec<(&File, bool)> = FILES.iter().chain(gate).map(|file| (file, full(file))).collect();
    let width = wanted.iter().map(|(file, _)| file.name.len()).max().unwrap_or(0);
    let mut page = String::new();
    for (file, full) in &wanted {
        let made = if *full { Ok(false) } else { make(&folder.join(file.name), file.text) };
        let says = match made {
            Ok(true) => format!("made   {:width$}  {}", file.name, file.says),
            Ok(false) if folder.join(file.name).exists() => {
                format!("left   {:width$}  is there already", file.name)
            }
            Ok(false) => format!("left   {:width$}  not needed: its folder has files already", file.name),
            Err(error) => {
                let _ = put(&page);
                return fail(&format!("{} can't be written: {error}", folder.join(file.name).display()));
            }
        };
        page += says.trim_end();
        page.push('\n');
    }
    page += &next(folder, gate);
    put(&page)
}

fn next(folder: &Path, gate: Option<&File>) -> String {
    let mut steps = Vec::new();
    if folder != Path::new(".") {
        steps.push(format!("cd {}", crate::text::shell_word(&folder.display().to_string())));
    }
    steps.push(
        "countersign run              # against the built-in mock; then open reports/latest/report.html"
            .into(),
    );
    steps.push("edit contracts/, and check them with `countersign lint` and `countersign plan`".into());
    steps.push("fill in environments/staging.yaml, and run with `--env staging`".into());
    if let Some(gate) = gate {
        steps.push(format!("name the home of Countersign in {} (OWNER), and commit", gate.name));
    }
    format!("\nNext:\n{}", steps.iter().map(|step| format!("  {step}\n")).collect::<String>())
}

/// Whether the folder of the file at `path` has files in it.
fn has_files(path: &Path) -> bool {
    let folder = path.parent().unwrap_or(Path::new(""));
    std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some())
}

/// Whether the file was made: what is there is never touched.
fn make(path: &Path, text: &str) -> std::io::Result<bool> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    match std::fs::OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(mut file) => file.write_all(text.as_bytes()).map(|()| true),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    }
}
