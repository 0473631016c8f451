// The page as a whole: summary, contents, filters, keys.

const query = new URLSearchParams(location.search || (location.hash.startsWith('#?') ? location.hash.slice(1) : ''));
const state = {
  verdict: query.get('verdict') || '',
  operation: query.get('operation') || '',
  q: query.get('q') || '',
};
const root = document.documentElement;
const exitWords = {
  kept: 'The deployment keeps the contract',
  broken: 'The deployment breaks the contract',
  inconclusive: 'The run does not show whether the deployment keeps the contract',
  misused: 'Nothing was sent',
};

/** The verdict in words: a run may be broken though no clause is. */
function verdict() {
  const changed = report.baseline && report.baseline.changed.length;
  const waivers = (report.waivers || []).some((waiver) => waiver.says);
  if (report.exit.name === 'broken' && changed && !waivers && report.totals.clauses_broken === 0) return 'The deployment does not answer as its baseline says';
  return exitWords[report.exit.name] || report.exit.name;
}

/** What differs from the baseline: drawn already. */
function baselineSection() {
  const inside = document.getElementById('baseline-inside');
  return inside && h('section', { id: 'baseline', 'aria-labelledby': 'baseline-title' },
    h('h2', { id: 'baseline-title' }, 'Beside the baseline'), inside.content.cloneNode(true));
}

function facts() {
  const settings = report.settings;
  const took = report.finished ? duration(report.millis * 1000) : 'not to its end';
  return h('p', { class: 'facts' }, [
    settings.target && ['against ', h('code', {}, settings.target)],
    report.started && time(report.started),
    count(report.totals.cases, 'case') + ', ' + took,
  ].filter(Boolean).map((fact, at) => [at ? h('span', { class: 'dot', 'aria-hidden': 'true' }, ' · ') : '', fact]));
}

function hero() {
  const totals = report.totals;
  const numbers = { 'kept': totals.clauses_kept, 'broken': totals.clauses_broken,
    'inconclusive': totals.clauses_inconclusive, 'not-exercised': totals.clauses_not_exercised };
  const tally = Object.entries(numbers).map(([standing, n]) => h('button', {
    type: 'button', class: 'count ' + standing, 'data-verdict': standing, 'aria-pressed': 'false',
    onclick: () => change({ verdict: state.verdict === standing ? '' : standing }) },
  h('strong', {}, n.toLocaleString('en')), h('span', {}, standings[standing].word)));
  return h('section', { class: 'hero ' + report.exit.name, 'aria-label': 'Summary' },
    h('h1', {}, outline.titles.length ? outline.titles.map((title) => h('span', {}, title)) : 'A contract'),
    h('p', { class: 'outcome' }, h('span', { class: 'seal', 'aria-hidden': 'true' },
      { kept: '✓', broken: '✕' }[report.exit.name] || '?'), h('span', {}, h('b', {}, verdict()),
      report.exit.because && h('span', { class: 'because' }, report.exit.because))),
    report.cause && report.cause !== report.exit.because && h('p', { class: 'one-cause' }, h('b', {}, 'One cause: '), prose(report.cause)),
    (report.waivers || []).filter((waiver) => waiver.says).map((waiver) => h('p', { class: 'one-cause out-of-order' }, prose(waiver.says))),
    facts(),
    report.compared && h('p', { class: 'facts' }, report.compared),
    h('div', { class: 'tally', role: 'group', 'aria-label': 'Clauses by verdict' }, tally),
    strip(report.clauses));
}

function tools() {
  const search = h('input', { type: 'search', id: 'search', placeholder: 'Search clauses, sentences, addresses', 'aria-label': 'Search',
    'aria-keyshortcuts': '/', autocomplete: 'off', spellcheck: 'false', oninput: () => change({ q: search.value }) });
  const pick = (name, label, options) => h('select', { id: 'pick-' + name, 'aria-label': label,
    onchange: (event) => change({ [name]: event.target.value }) }, options.map(([value, text]) => h('option', { value }, text)));
  const verdicts = [['', 'All verdicts'], ...Object.entries(standings).map(([value, { word }]) => [value, word])];
  const operations = [['', 'All operations'], ...outline.operations.map((operation) => [operation.id, operation.id])];
  if (outline.sequences.length) operations.push(['sequences', 'sequences']);
  return h('div', { class: 'tools', role: 'search' }, search, pick('verdict', 'Verdict', verdicts),
    pick('operation', 'Operation', operations), h('output', { id: 'shown', 'aria-live': 'polite' }));
}

function runSection() {
  const settings = report.settings;
  const rows = [
    ['Run', report.run], ['Countersign', report.version], ['Started', time(report.started)],
    ['Finished', report.finished ? time(report.finished) : 'the log ends before the run did'],
    ['Target', settings.target], ['Environment', settings.environment || 'none'],
    ['Contracts', settings.contracts.join(', ')], ['Selection', settings.select || 'everything'],
    ['Seed', String(settings.seed)], ['Jobs', String(settings.jobs)],
    ['Rate', settings.rate ? settings.rate + ' requests per second' : 'not limited'],
    ['Rounds', String(settings.repeat)], ['Writes', settings.writes ? 'allowed' : 'not allowed'],
    ['Fails on', settings.fail_on], ['Exit status', report.exit.code + ' (' + report.exit.name + ')'],
    ['Contract fingerprint', outline.fingerprint],
  ];
  const longest = Math.max(1, ...report.timings.map((timing) => timing.longest_micros));
  const bar = (micros, name) => { const made = h('i', { class: name }); made.style.width = Math.max(0.5, 100 * micros / longest) + '%'; return made; };
  return h('section', { id: 'run', 'aria-labelledby': 'run-title' },
    h('h2', { id: 'run-title' }, 'The run'),
    h('dl', { class: 'sheet' }, rows.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value)))),
    report.timings.length > 0 && [h('h3', {}, 'How long answers took'), h('table', { class: 'timings' },
      h('thead', {}, h('tr', {}, ['Operation', 'Requests', 'Median', '95 %', 'Longest'].map((name) => h('th', { scope: 'col' }, name)))),
      h('tbody', {}, report.timings.map((timing) => h('tr', {},
        h('th', { scope: 'row' }, timing.operation,
          h('span', { class: 'bar', 'aria-hidden': 'true' }, bar(timing.p95_micros, 'p95'), bar(timing.median_micros, 'median'))),
        h('td', {}, timing.requests.toLocaleString('en')), h('td', {}, duration(timing.median_micros)),
        h('td', {}, duration(timing.p95_micros)), h('td', {}, duration(timing.longest_micros))))))],
    (report.waivers || []).length > 0 && [h('h3', {}, 'Waivers'), h('ul', { class: 'waivers' }, report.waivers.map((waiver) =>
      h('li', { class: waiver.standing }, h('code', {}, waiver.waiver.clause || waiver.waiver.case), ' ', waiverWords(waiver.waiver), ': ',
        waiver.says ? h('b', {}, waiver.says) : { used: count(waiver.cases, 'case'), unjudged: 'not put to the test in this run' }[waiver.standing])))],
    report.restored.length > 0 && [h('h3', {}, 'Put back'), h('ul', {}, report.restored.map((restore) =>
      h('li', {}, badge(restore.done ? 'kept' : 'broken').firstChild, ' ', restore.says, restore.done ? '' : ': ' + (restore.because || 'not done'))))],
    report.troubles.length > 0 && [h('h3', {}, 'Troubles'), h('ul', {}, report.troubles.map((trouble) =>
      h('li', {}, h('code', {}, trouble.code), ' ', trouble.says)))],
    sources.size > 0 && [h('h3', {}, 'Pages'), h('dl', { class: 'sheet' }, [...sources].map(([name, source]) => h('div', {},
      h('dt', {}, name), h('dd', { lang: source.language }, [source.title, source.document, source.updated].filter(Boolean).join(' · ')))))]);
}

function contents() {
  const entry = (href, text, mark) => h('li', {}, h('a', { href }, mark, h('span', {}, text)));
  const worst = (verdicts) => ['broken', 'inconclusive', 'kept', 'not-exercised'].find((standing) => verdicts.some((verdict) => verdict.standing === standing)) || 'kept';
  const light = (verdicts) => h('i', { class: 'light ' + worst(verdicts), role: 'img', 'aria-label': standings[worst(verdicts)].word });
  const of = (test) => report.clauses.filter(test);
  return h('nav', { class: 'contents', 'aria-label': 'Contents' }, h('ul', {},
    report.findings.length > 0 && entry('#findings', 'Findings', h('em', {}, String(report.findings.length))),
    report.baseline && entry('#baseline', 'Beside the baseline', h('em', {}, String(report.baseline.changed.length))),
    settled().length > 0 && entry('#settled', 'Broken before', h('em', {}, String(settled().length))),
    outline.operations.map((operation, index) => entry('#operation:' + encodeURI(operation.id), operation.title,
      light(of((verdict) => clauses[verdict.clause].operation === index)))),
    outline.sequences.map((sequence) => entry('#sequence:' + encodeURI(sequence.name), sequence.name,
      light(of((verdict) => (verdict.address + '/').startsWith('sequence/' + sequence.name + '/'))))),
    outline.contradictions.length > 0 && entry('#contradictions', 'Contradictions', h('em', {}, String(outline.contradictions.length))),
    entry('#run', 'The run', h('em', {}, 'ⓘ'))));
}

function helpDialog() {
  const keys = [['j / k', 'next / previous finding, or clause where there is none'], ['Enter', 'expand or collapse'],
    ['/', 'search'], ['Esc', 'leave the search'], ['?', 'this help']];
  return h('dialog', { id: 'help', 'aria-labelledby': 'help-title' }, h('h2', { id: 'help-title' }, 'Keys'),
    h('dl', { class: 'sheet' }, keys.map(([key, text]) => h('div', {}, h('dt', {}, h('kbd', {}, key)), h('dd', {}, text)))),
    h('form', { method: 'dialog' }, h('button', { autofocus: true }, 'Close')));
}

function change(next) {
  Object.assign(state, next);
  const kept = new URLSearchParams(Object.entries(state).filter(([, value]) => value));
  const text = kept.toString();
  try {
    history.replaceState(null, '', text ? '?' + text : location.pathname);
  } catch (_) {
    location.replace(text ? '#?' + text : '#');
  }
  filter();
}

/** Shows what the filters leave; whatever has nothing to show goes too. */
function filter() {
  const words = state.q.toLowerCase().split(/\s+/).filter(Boolean);
  const matches = (element, verdict, operation) => (!state.verdict || verdict.standing === state.verdict)
    && (!state.operation || operation === state.operation) && words.every((word) => element.search.includes(word));
  const home = (verdict) => {
    const index = clauses[verdict.clause].operation;
    return index === null ? 'sequences' : outline.operations[index].id;
  };
  const filtered = Boolean(state.verdict || state.operation || words.length);
  let shown = 0;
  for (const row of document.querySelectorAll('.clause')) {
    row.hidden = !matches(row, row.verdict, home(row.verdict));
    if (!row.hidden) shown += 1;
  }
  for (const card of document.querySelectorAll('.finding:not(.difference), .cause')) {
    const verdict = report.clauses[card.finding.finding.clause];
    card.hidden = verdict ? !matches(card, verdict, home(verdict)) : false;
  }
  const empty = (element, inside) => { element.hidden = !element.querySelector(inside + ':not([hidden])'); };
  for (const element of document.querySelectorAll('.field, .group, .operation')) empty(element, '.clause');
  for (const element of document.querySelectorAll('.cluster, #findings')) empty(element, '.finding');
  for (const element of document.querySelectorAll('#findings .causes, .more')) empty(element, '.cause');
  for (const element of document.querySelectorAll('.more')) element.open = filtered || element.open;
  for (const id of ['settled', 'baseline', 'contradictions', 'run']) {
    const element = document.getElementById(id);
    if (element) element.hidden = filtered;
  }
  document.getElementById('nothing').hidden = shown > 0 || !filtered;
  document.getElementById('shown').textContent = filtered ? shown + ' of ' + count(report.clauses.length, 'clause') : count(report.clauses.length, 'clause');
  document.getElementById('search').value = state.q;
  document.getElementById('pick-verdict').value = state.verdict;
  document.getElementById('pick-operation').value = state.operation;
  for (const button of document.querySelectorAll('.count')) button.setAttribute('aria-pressed', String(button.dataset.verdict === state.verdict));
}

/** Opens what the address names. */
function follow() {
  if (location.hash.length < 2 || location.hash.startsWith('#?')) return;
  let id = location.hash.slice(1);
  try { id = decodeURIComponent(id); } catch (_) { /* as it is */ }
  const element = document.getElementById(id);
  if (!element) return;
  if (element.hidden || element.closest('[hidden]')) change({ verdict: '', operation: '', q: '' });
  reveal(element);
  for (const old of document.querySelectorAll('.here')) old.classList.remove('here');
  element.classList.add('here');
  element.scrollIntoView({ block: 'start' });
  const focus = element.classList.contains('finding') ? element : element.querySelector(':scope > summary');
  if (focus) focus.focus({ preventScroll: true });
}

function step(by) {
  const visible = (element) => element.offsetParent !== null;
  let stops = [...document.querySelectorAll('.finding')].filter((card) => !card.hidden);
  if (stops.length === 0) stops = [...document.querySelectorAll('.clause > summary')].filter(visible);
  if (stops.length === 0) return;
  const at = stops.findIndex((stop) => stop === document.activeElement || stop.contains(document.activeElement));
  const next = stops[at < 0 ? (by > 0 ? 0 : stops.length - 1) : (at + by + stops.length) % stops.length];
  reveal(next);
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: 'start' });
}

function keys(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || document.getElementById('help').open) return;
  const inField = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
  if (event.key === 'Escape' && inField) return event.target.blur();
  if (inField) return;
  const actions = {
    j: () => step(1), k: () => step(-1), '?': () => document.getElementById('help').showModal(),
    '/': () => document.getElementById('search').focus(),
  };
  if (event.key === 'Enter' && event.target.classList.contains('finding')) {
    const evidence = event.target.querySelector('.evidence');
    if (evidence) evidence.open = !evidence.open;
  } else if (actions[event.key]) {
    event.preventDefault();
    actions[event.key]();
  }
}

append(document.getElementById('app'), [
  h('a', { class: 'skip', href: '#main' }, 'Skip to the report'),
  h('header', { class: 'top' }, h('span', { class: 'mark' }, 'Countersign'),
    h('span', { class: 'buttons' }, themeButton(query.get('theme')),
      h('button', { type: 'button', class: 'ghost', 'aria-label': 'Keys', title: 'Keys (?)', onclick: () => document.getElementById('help').showModal() }, '?'))),
  h('div', { class: 'layout' }, contents(),
    h('main', { id: 'main', tabindex: '-1' }, hero(), tools(),
      h('p', { id: 'nothing', class: 'soft', hidden: true }, 'No clause matches. ', h('button', { type: 'button', class: 'ghost', onclick: () => change({ verdict: '', operation: '', q: '' }) }, 'Show all')),
      report.findings.length > 0 && findingsSection(), settledSection(), baselineSection(),
      outline.operations.map(operationSection), sequenceSections(),
      outline.contradictions.length > 0 && contradictionsSection(),
      liveSection(report.ledger.filter((entry) => !outline.contradictions.some((known) => known.name === entry.name))), runSection(),
      h('footer', {}, 'Run ', h('code', {}, report.run), ' · Countersign ' + report.version))),
  helpDialog()]);
filter();
follow();
window.addEventListener('hashchange', follow);
window.addEventListener('beforeprint', () => { for (const group of document.querySelectorAll('.cluster')) {
  group.fill();
  group.open = true;
} });
document.addEventListener('keydown', keys);
root.dataset.ready = String(report.clauses.length);
// How long it took to open, layout included: the height can't be told before that.
if (document.body.offsetHeight > 0) root.dataset.millis = String(Math.round(performance.now()));
