//! The HTML report in a real browser: drawn without errors, filtered by its address, whole on a phone. Photographs
//! land in `target/report-shots/`. Without a Chromium on the PATH the tests say so and pass.

#![expect(clippy::disallowed_methods, reason = "a test reads and writes files, and clocks")]
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test's helpers fail the test, and say what they skip"
)]

#[path = "golden/report/fixture.rs"]
mod fixture;
#[path = "support/past.rs"]
mod past;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{PoisonError, RwLock};
use std::time::{Duration, Instant};

use countersign::model::{
    Clause, ClauseId, ClauseKind, Event, Policy, RepeatResult, Repeated, RunReport, Side, VerdictStatus,
    Waiver, WaiverReport, WaiverStanding,
};
use countersign::report::history::{self, Choice, Library};
use countersign::report::{Aggregate, renderer};
use countersign::text::{Place, Severity};

/// Who measures is alone; the others take turns as they like.
static ALONE: RwLock<()> = RwLock::new(());

/// A browser that hangs fails its test.
const PATIENCE: Duration = Duration::from_secs(120);

fn chromium() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    let found = std::env::split_paths(&path)
        .flat_map(|folder| names.map(|name| folder.join(name)))
        .find(|file| file.is_file());
    if found.is_none() {
        println!("skipped: there is no Chromium on the PATH");
    }
    found
}

fn html(report: &RunReport) -> String {
    let mut out = Vec::new();
    renderer("html").unwrap().render(report, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

struct Browser {
    program: PathBuf,
    folder: tempfile::TempDir,
}

impl Browser {
    fn open() -> Option<Self> {
        Some(Self { program: chromium()?, folder: tempfile::tempdir().unwrap() })
    }

    fn page(&self, name: &str, html: &str) -> String {
        let path = self.folder.path().join(name);
        fs::write(&path, html).unwrap();
        format!("file://{}", path.display())
    }

    /// The page as it is when it has loaded, with real clocks: [`Browser::dom`] has virtual ones.
    fn at_once(&self, address: &str) -> String {
        let _alone = ALONE.write().unwrap_or_else(PoisonError::into_inner);
        self.started(&["--dump-dom".into(), address.into()])
    }

    /// Opens a page in less than a second. Others may keep the machine busy, which only ever takes longer: one opening
    /// shows it.
    fn opens_at_once(&self, page: &str, ready: &str) -> String {
        let mut took = Vec::new();
        loop {
            let dom = self.at_once(page);
            assert!(dom.contains(ready), "the script ended early");
            let (_, millis) = dom.split_once("data-millis=\"").unwrap();
            took.push(millis.split('"').next().unwrap().parse::<u64>().unwrap());
            if took.last().is_some_and(|millis| *millis < 1_000) {
                println!("opened in {took:?} ms");
                return dom;
            }
            assert!(took.len() < 8, "{took:?} ms");
        }
    }

    fn run(&self, more: &[String]) -> String {
        let _beside = ALONE.read().unwrap_or_else(PoisonError::into_inner);
        self.started(&[&["--virtual-time-budget=8000".to_owned()], more].concat())
    }

    fn started(&self, more: &[String]) -> String {
        let profile = tempfile::tempdir_in(self.folder.path()).unwrap();
        let (out, err) = (self.folder.path().join("out"), self.folder.path().join("err"));
        let mut child = Command::new(&self.program)
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"])
            .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
            .args(["--no-first-run", "--no-default-browser-check", "--disable-dev-shm-usage"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .args(more)
            .stdout(fs::File::create(&out).unwrap())
            .stderr(fs::File::create(&err).unwrap())
            .spawn()
            .unwrap();
        let begun = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            if begun.elapsed() > PATIENCE {
                let _ = child.kill();
                let _ = child.wait();
                panic!("Chromium did not end: {}", fs::read_to_string(&err).unwrap_or_default());
            }
            std::thread::sleep(Duration::from_millis(20));
        };
        assert!(status.success(), "{}", fs::read_to_string(&err).unwrap_or_default());
        String::from_utf8_lossy(&fs::read(&out).unwrap()).into_owned()
    }

    fn dom(&self, address: &str) -> String {
        self.run(&["--dump-dom".into(), address.into()])
    }

    fn photograph(&self, name: &str, size: (u32, u32), address: &str) {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("report-shots");
        fs::create_dir_all(&folder).unwrap();
        let shot = folder.join(format!("{name}.png"));
        let _ = fs::remove_file(&shot);
        let (width, height) = size;
        self.run(&[
            format!("--screenshot={}", shot.display()),
            format!("--window-size={width},{height}"),
            address.into(),
        ]);
        let bytes = fs::read(&shot).unwrap();
        assert!(bytes.starts_with(b"\x89PNG") && bytes.len() > 10_000, "{name}");
    }
}

/// The opening tags of all elements with this class.
fn tags<'d>(dom: &'d str, class: &str) -> Vec<&'d str> {
    dom.match_indices(&format!("class=\"{class}"))
        .map(|(at, _)| {
            let start = dom[..at].rfind('<').unwrap();
            &dom[start..start + dom[start..].find('>').unwrap()]
        })
        .collect()
}

fn shown(dom: &str, class: &str) -> usize {
    tags(dom, class).iter().filter(|tag| !tag.contains(" hidden")).count()
}

#[test]
fn the_page_is_drawn_and_filtered_by_its_address() {
    let Some(browser) = Browser::open() else { return };
    let report = fixture::report(&fixture::broken());
    let page = browser.page("report.html", &html(&report));
    let dom = browser.dom(&page);
    let clauses = report.clauses.len();
    assert!(dom.contains(&format!("data-ready=\"{clauses}\"")), "the script ended early");
    assert_eq!((tags(&dom, "clause ").len(), shown(&dom, "clause ")), (clauses, clauses));
    assert_eq!(tags(&dom, "finding ").len(), report.findings.len());
    assert!(!dom.contains("<img") && dom.contains("&lt;img src=x onerror="), "foreign markup stays text");
    assert!(!dom.contains("<title>owned"));
    assert!(dom.contains("重置产品鉴权信息") && dom.contains("👩‍👩‍👧"));

    let broken = browser.dom(&format!("{page}?verdict=broken"));
    assert_eq!(shown(&broken, "clause ") as u64, report.totals.clauses_broken);
    let one = browser.dom(&format!("{page}?operation=query-product-authentication"));
    assert_eq!(shown(&one, "clause "), 11);
    let words = browser.dom(&format!("{page}?q=maxlength%20%E5%AD%97%E7%AC%A6"));
    assert_eq!(shown(&words, "clause "), 1, "words match address and sentence");
    let hash = browser.dom(&format!("{page}#?verdict=broken"));
    assert_eq!(shown(&hash, "clause ") as u64, report.totals.clauses_broken);
    let none = browser.dom(&format!("{page}?q=nothing-has-this"));
    assert_eq!(shown(&none, "clause "), 0);
    let address = "reset-product-authentication/request/body/user_name/maxLength";
    let deep = browser.dom(&format!("{page}?verdict=kept#{address}"));
    let tag =
        tags(&deep, "clause ").into_iter().find(|tag| tag.contains(&format!("id=\"{address}\""))).unwrap();
    assert!(tag.contains(" open") && tag.contains("here") && !tag.contains(" hidden"), "{tag}");
}

/// A page that shows the report in a frame of this size, with everything expanded, and says how wide that became.
fn opened(html: &str, (width, height): (u32, u32), theme: &str) -> String {
    let inner = html.replace('&', "&amp;").replace('"', "&quot;");
    format!(
        "<!doctype html><body style='margin:0'><iframe id=f style='width:{width}px;height:{height}px;border:0' srcdoc=\"{inner}\"></iframe>\
         <script>
         const f = document.getElementById('f');
         f.onload = () => {{
           const page = f.contentDocument;
           page.documentElement.dataset.theme = '{theme}';
           // What is out of sight counts too.
           page.head.append(Object.assign(page.createElement('style'), {{ textContent: '* {{ content-visibility: visible !important; }}' }}));
           for (let round = 0; round < 2; round += 1) {{
             page.querySelectorAll('details').forEach((e) => {{ e.open = true; e.fill && e.fill(); }});
           }}
           document.body.dataset.width = page.documentElement.scrollWidth;
           document.body.dataset.ready = page.documentElement.dataset.ready;
         }};
         </script>"
    )
}

#[test]
fn nothing_is_wider_than_a_phone() {
    let Some(browser) = Browser::open() else { return };
    for (name, events) in fixture::runs() {
        let outer = opened(&html(&fixture::report(&events)), (375, 812), "light");
        let dom = browser.dom(&browser.page("phone.html", &outer));
        assert!(dom.contains("data-ready=\"24\""), "{name}");
        assert!(
            dom.contains("data-width=\"375\""),
            "{name}: {:?}",
            dom.split("data-width").nth(1).map(|d| &d[..9])
        );
    }
}

/// The start of a run of a contract with so many clauses.
fn start_of(clauses: u32) -> Event {
    let mut start = fixture::started("http://localhost:8080");
    let Event::RunStarted(started) = &mut start else { panic!("a start") };
    let template: Clause = started.contract.clauses[14].clone();
    for index in 24..clauses {
        let mut clause = template.clone();
        let ClauseKind::Constraint { at, .. } = &mut clause.kind else { panic!("a constraint") };
        *at = format!("/field_{}", index / 4);
        clause.address =
            format!("reset-product-authentication/request/body/field_{}/keyword{index}", index / 4);
        started.contract.clauses.push(clause);
    }
    start
}

/// A contract of five hundred clauses.
fn large() -> RunReport {
    let mut events = fixture::kept();
    events[0] = start_of(500);
    let mut more = Vec::new();
    for index in 24..500u32 {
        let case =
            |side, order| Event::CaseFinished(Box::new(fixture::case(order, index, side, "on the bound")));
        more.push(case(Side::Accept, u64::from(index) * 2));
        more.push(case(Side::Refuse, u64::from(index) * 2 + 1));
    }
    let end = events.len() - 1;
    events.splice(end..end, more);
    fixture::report(&events)
}

#[test]
fn five_hundred_clauses_are_drawn() {
    let Some(browser) = Browser::open() else { return };
    let html = html(&large());
    assert!(html.len() < 2_500_000, "{} bytes", html.len());
    let dom = browser.dom(&browser.page("large.html", &html));
    assert!(dom.contains("data-ready=\"500\""));
    assert_eq!(shown(&dom, "clause "), 500);
}

/// A million cases of a thousand clauses, with answers as long as reports keep them; a third of the clauses is broken.
fn million() -> RunReport {
    const CLAUSES: u32 = 1_000;
    let mut aggregate = Aggregate::new();
    aggregate.event(&start_of(CLAUSES));
    let mut broken = fixture::broken().into_iter().filter(|event| {
        matches!(event, Event::CaseFinished(case) if case.clause == ClauseId(14) && case.status == VerdictStatus::Broken)
    });
    let mut bad = broken.next().unwrap();
    let mut good = Event::CaseFinished(Box::new(fixture::case(0, 14, Side::Accept, "on the bound")));
    let long = format!("{{\n  \"rows\": [\"<b>{}\"]\n}}", "用户名 and some words; ".repeat(110));
    for event in [&mut bad, &mut good] {
        let Event::CaseFinished(case) = event else { panic!("a case") };
        case.exchanges[0].reply.body.clone_from(&long);
        case.exchanges[0].request.body.clone_from(&long);
    }
    for order in 0..1_000_000u64 {
        let clause = ClauseId(14 + u32::try_from(order % u64::from(CLAUSES - 14)).unwrap());
        let is_bad = clause.0.is_multiple_of(3) && order % 5 == 0;
        let event = if is_bad { &mut bad } else { &mut good };
        let Event::CaseFinished(case) = event else { panic!("a case") };
        (case.order, case.clause) = (order, clause);
        case.side = if is_bad || order % 2 == 0 { Side::Refuse } else { Side::Accept };
        case.case.0.clear();
        std::fmt::Write::write_fmt(&mut case.case.0, format_args!("{order:016x}")).unwrap();
        for finding in &mut case.findings {
            finding.clause = clause;
        }
        aggregate.event(event);
    }
    aggregate.event(&fixture::finished(0, "kept", ""));
    aggregate.report()
}

#[test]
fn a_million_cases_open_at_once() {
    let Some(browser) = Browser::open() else { return };
    let report = million();
    assert_eq!(report.totals.cases, 1_000_000);
    assert!(report.totals.clauses_broken > 300, "{:?}", report.totals);
    let html = html(&report);
    println!("{} bytes for a million cases", html.len());
    assert!(html.len() < 5_000_000, "{} bytes", html.len());
    let page = browser.page("million.html", &html);
    let dom = browser.opens_at_once(&page, "data-ready=\"1000\"");
    assert_eq!(tags(&dom, "cause ").len() as u64, report.totals.clauses_broken, "one line per broken clause");
    browser.photograph("million", (1280, 2400), &format!("{page}?theme=light"));
}

#[test]
fn one_cause_of_everything_is_told_first() {
    let Some(browser) = Browser::open() else { return };
    let mut events = fixture::broken();
    for event in &mut events {
        if let Event::CaseFinished(case) = event {
            case.status = VerdictStatus::Inconclusive;
            (case.findings, case.observed) = (Vec::new(), Vec::new());
            for exchange in &mut case.exchanges {
                exchange.reply.line = "no complete answer within 10000 ms".into();
            }
        }
    }
    let page = browser.page("cause.html", &html(&fixture::report(&events)));
    let dom = browser.dom(&page);
    assert_eq!(tags(&dom, "one-cause").len(), 1);
    assert!(dom.contains("17 of 17 cases got no answer: no complete answer within 10000 ms"), "{dom}");
    browser.photograph("one-cause", (1280, 900), &format!("{page}?theme=light"));
}

#[test]
fn every_broken_clause_has_one_line_that_is_filtered_too() {
    let Some(browser) = Browser::open() else { return };
    let report = fixture::report(&fixture::broken());
    let page = browser.page("report.html", &html(&report));
    let dom = browser.dom(&page);
    assert_eq!(
        (tags(&dom, "cause ").len(), shown(&dom, "cause ")),
        (4, 4),
        "three broken clauses and a warning"
    );
    let one = browser.dom(&format!("{page}?q=minLength"));
    assert_eq!((shown(&one, "cause "), shown(&one, "finding ")), (1, 1));
}

#[test]
fn a_waived_finding_is_drawn_as_one() {
    let Some(browser) = Browser::open() else { return };
    let waiver = Waiver {
        clause: Some(fixture::outline().clauses[0].address.clone()),
        case: None,
        seen: None,
        answer: "500 unexpected-status 0123456789ab".into(),
        reason: "fixed in release 7".into(),
        owner: Some("platform".into()),
        ticket: None,
        until: "2026-12-31".into(),
        flaky: false,
        place: Place::default(),
    };
    let mut report = fixture::report(&fixture::broken());
    let finding = report.findings.first_mut().unwrap();
    let id = format!("id=\"waived-{}\"", &finding.fingerprint[..12]);
    finding.repeated = Some(Repeated { result: RepeatResult::Flaky, shown: 1, of: 3, because: None });
    finding.waived = Some(Box::new(waiver.clone()));
    let says = "w.yaml:1:2: expired".to_owned();
    report.waivers = vec![WaiverReport { waiver, standing: WaiverStanding::Expired, cases: 1, says }];
    let dom = browser.dom(&browser.page("waived.html", &html(&report)));
    assert!(dom.contains("data-ready=") && dom.contains(&id), "{dom}");
    for says in [
        "Waived until 2026-12-31: fixed in release 7 (platform)",
        "Repeated, flaky: 1 of 3 times",
        "w.yaml:1:2: expired",
        ", 1 waived",
    ] {
        assert!(dom.contains(says), "{says}");
    }
    assert_eq!(tags(&dom, "finding waived").len(), 1);
    assert_eq!(
        tags(&dom, "one-cause out-of-order").len(),
        1,
        "what is wrong with a waiver stands at the top"
    );
    // What the policy only warns of is no error to the reader.
    let errors = tags(&dom, "finding error").len();
    let other = report
        .findings
        .iter_mut()
        .find(|one| one.waived.is_none() && one.finding.severity == Severity::Error);
    other.unwrap().repeated = Some(Repeated { result: RepeatResult::Flaky, shown: 1, of: 3, because: None });
    report.settings.gate.on_flaky = Policy::Warn;
    let dom = browser.dom(&browser.page("warned.html", &html(&report)));
    assert_eq!(tags(&dom, "finding error").len(), errors - 1);
}

#[test]
fn photographs() {
    let Some(browser) = Browser::open() else { return };
    for (name, events) in fixture::runs() {
        let page = browser.page(&format!("{name}.html"), &html(&fixture::report(&events)));
        browser.photograph(name, (1280, 3000), &format!("{page}?theme=light"));
    }
    let page = browser.page("broken.html", &html(&fixture::report(&fixture::broken())));
    browser.photograph("broken-dark", (1280, 2400), &format!("{page}?theme=dark"));
    browser.photograph("broken-phone", (375, 2400), &format!("{page}?theme=light"));
    for (name, size, theme) in [
        ("open-desktop", (1280, 4000), "light"),
        ("open-dark", (1280, 4000), "dark"),
        ("open-phone", (375, 4000), "light"),
    ] {
        let outer = opened(&html(&fixture::report(&fixture::broken())), size, theme);
        browser.photograph(name, size, &browser.page("opened.html", &outer));
    }
    browser.photograph("filtered", (1280, 1400), &format!("{page}?theme=light&q=user_name"));
}

/// A history of so many nights of a contract with six hundred clauses: every third clause has something to tell.
fn nights(many: u32) -> String {
    let mut library = Library::new();
    for night in 0..many {
        let letters: String = (0..600u32)
            .map(|clause| match (clause % 12, (night + clause) % 7) {
                (0, 0 | 3) => 'B',
                (3, _) if night + clause % 40 > many => 'B',
                (6, _) if night + 1 == many => 'B',
                (9, _) if night + clause % 9 + 2 == many => 'B',
                (1, 2) => '?',
                (2, 4) => '-',
                (4, 5) => 'k',
                (5, _) if night < many / 2 => '.',
                _ => 'K',
            })
            .collect();
        library.report(&past::folded(&past::events(night, &letters)));
    }
    let shown = history::fold(&library, Choice::default());
    assert_eq!(shown.runs.len(), many as usize);
    assert!(shown.clauses.len() >= 180, "{:?}", shown.states);
    let mut out = Vec::new();
    history::page(&shown, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn a_history_of_two_hundred_runs_opens_at_once_and_is_filtered() {
    let Some(browser) = Browser::open() else { return };
    let html = nights(200);
    println!("{} bytes for two hundred runs", html.len());
    assert!(html.len() < 5_000_000, "{} bytes", html.len());
    let page = browser.page("history.html", &html);
    let dom = browser.opens_at_once(&page, "data-ready=\"200\"");
    assert_eq!((tags(&dom, "course\"").len(), shown(&dom, "course\"")), (200, 200));
    // A drawing has a text that says the same, and every row of the table a heading.
    for drawing in dom.split("<svg ").skip(1) {
        let tag = &drawing[..drawing.find('>').unwrap()];
        assert!(tag.contains("role=\"img\"") && tag.contains("aria-label=\""), "{tag}");
    }
    assert_eq!(dom.matches("<th scope=\"row\">").count(), 200 + 1);
    for (query, expected) in
        [("state=new", 50), ("state=flapping", 50), ("q=field_006", 1), ("state=new&q=field_000", 0)]
    {
        let dom = browser.dom(&format!("{page}?{query}"));
        assert_eq!(shown(&dom, "course\""), expected, "{query}");
        assert_eq!(dom.contains("id=\"nothing\" class=\"soft\">"), expected == 0, "{query}");
    }
    browser.photograph("history", (1280, 2400), &format!("{page}?theme=light&q=field_0"));
}

#[test]
fn a_history_fits_a_phone_and_the_night() {
    let Some(browser) = Browser::open() else { return };
    let html = nights(60);
    let dom = browser.dom(&browser.page("phone.html", &opened(&html, (375, 812), "light")));
    assert!(dom.contains("data-width=\"375\""), "{:?}", dom.split("data-width").nth(1).map(|d| &d[..9]));
    let page = browser.page("history.html", &html);
    browser.photograph("history-dark", (1280, 1800), &format!("{page}?theme=dark&q=field_00"));
    browser.photograph("history-phone", (375, 2400), &format!("{page}?theme=light&q=field_006"));
}

#[test]
fn a_run_beside_earlier_ones_says_what_became_of_its_clauses() {
    let Some(browser) = Browser::open() else { return };
    let mut library = Library::new();
    for (night, letters) in (0u32..).zip(["KKKKBK", "KBBKBB", "KBKKBK"]) {
        library.report(&past::folded(&past::events(night, letters)));
    }
    let mut events = past::events(9, "BBBK-K");
    let recalled = history::recall(&library, past::start(&mut events)).unwrap();
    events.insert(1, Event::Recalled(recalled));
    let page = browser.page("compared.html", &html(&past::folded(&events)));
    let dom = browser.dom(&page);
    assert_eq!((tags(&dom, "cause ").len(), tags(&dom, "settled\"").len()), (3, 1));
    for words in [
        "1 new, 1 still failing, 1 flapping, 1 broken before",
        "still failing since 2026-01-02",
        "class=\"tag\">flapping",
    ] {
        assert!(dom.contains(words), "{words}");
    }
    let filtered = browser.dom(&format!("{page}?verdict=kept"));
    assert!(
        tags(&filtered, "settled\"").len() == 1
            && filtered.contains("id=\"settled\" aria-labelledby=\"settled-title\" hidden")
    );
    browser.photograph("compared", (1280, 1800), &format!("{page}?theme=light"));
}
