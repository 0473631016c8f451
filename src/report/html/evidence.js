// What went over the wire, and the findings.

function exchangesOf(witness) {
  return (witness && report.exchanges[String(witness.order)]) || [];
}

function message(title, shown, foot) {
  return h('section', { class: 'message', 'aria-label': title },
    h('h5', {}, title),
    h('p', { class: 'line' }, h('code', {}, breakable(shown.line))),
    shown.headers.length > 0 && h('dl', { class: 'headers' },
      shown.headers.map(([name, value]) => [h('dt', {}, name), h('dd', {}, value)])),
    shown.body && h('pre', { class: 'payload', tabindex: '0', 'aria-label': title + ' body' }, h('code', {}, shown.body)),
    h('p', { class: 'foot' }, foot));
}

function command(exchange) {
  const target = report.settings.target;
  const known = exchange.curl.includes('$TARGET') && /^https?:\/\/[\w.:\/\[\]-]+$/.test(target);
  return copyable((known ? 'TARGET=' + target + '\n' : '') + exchange.curl, 'curl command line');
}

function exchangeView(exchange, at, all) {
  const sent = [exchange.request.bytes ? bytes(exchange.request.bytes) : 'no body'];
  if (exchange.attempts > 1) sent.push(exchange.attempts + ' attempts');
  return h('div', { class: 'exchange' },
    all.length > 1 && h('h4', {}, 'Step ' + (at + 1) + ' of ' + all.length + ': ' + exchange.operation),
    h('div', { class: 'pair' },
      message('Request', exchange.request, sent.join(' · ')),
      message('Answer', exchange.reply, bytes(exchange.reply.bytes) + ' · ' + duration(exchange.micros))),
    command(exchange),
    exchange.control && h('div', { class: 'control' },
      h('h5', {}, 'Control: the same with a plain value in the tested place, which shows what was refused'),
      exchangeView(exchange.control, 0, [exchange.control])));
}

function exchangesView(witness) {
  const all = exchangesOf(witness);
  if (all.length === 0) return h('p', { class: 'soft' }, report.left_out > 0
    ? 'Left out, so that this page opens at once: report.json has it.' : 'The log holds no exchange of this case.');
  return h('div', { class: 'exchanges' }, all.map((exchange, at) => exchangeView(exchange, at, all)));
}

function diffView(diff) {
  const names = { '-': 'expected', '+': 'actual', ' ': 'same', '…': 'gap' };
  const shown = diff.lines.slice(0, 400);
  return h('div', { class: 'diff', role: 'group', 'aria-label': 'Difference', tabindex: '0' },
    shown.map((line) => h('div', { class: names[line.op] || 'same' },
      h('span', { class: 'sign', 'aria-label': names[line.op] }, line.op), h('code', {}, line.text || ' '))),
    diff.lines.length > shown.length && h('div', { class: 'gap' }, (diff.lines.length - shown.length) + ' more lines in report.json'));
}

function siteWords(site) {
  const at = site.at;
  switch (site.site) {
    case 'header': return ['in the header field ', h('code', {}, at)];
    case 'body': return at ? ['in the body at ', h('code', {}, at)] : 'in the body';
    default: return '';
  }
}

/** The command that sends a case again, to the same target. */
function replayCommand(id) {
  return 'countersign replay ' + id + report.settings.replay_with;
}

/** What is waived is no error any more to the reader, and what the policy only warns of is a warning. */
function weight(finding) {
  const gate = report.settings.gate || {};
  const policies = { flaky: gate.on_flaky, environment: gate.on_environment };
  const policy = policies[finding.repeated && finding.repeated.result] || gate.on_deterministic;
  const severity = finding.finding.severity;
  return finding.waived ? 'waived' : severity === 'error' && policy === 'warn' ? 'warning' : severity;
}

/** A part of the cases may be waived: then the same finding stands here twice. */
function anchor(finding) {
  return (finding.waived ? 'waived-' : 'finding-') + finding.fingerprint.slice(0, 12);
}

function waiverWords(waiver) {
  const who = [waiver.owner, waiver.ticket].filter(Boolean).join(', ');
  return 'Waived until ' + waiver.until + ': ' + waiver.reason + (who && ' (' + who + ')');
}

/** That a finding is waived, and what came of sending its request again. */
function remarks(finding) {
  const repeated = finding.repeated;
  const words = repeated && (repeated.because ? 'not repeated: ' + repeated.because
    : repeated.result + ': ' + repeated.shown + ' of ' + repeated.of + ' times');
  return [finding.waived && waiverWords(finding.waived), words && 'Repeated, ' + words].filter(Boolean)
    .map((text) => text.replace('Repeated, not repeated', 'Not repeated'));
}

function searched(finding) {
  const found = finding.finding;
  const clause = clauses[found.clause];
  return [finding.address, ...remarks(finding), found.summary, found.check, clause && clause.text, found.expected, found.actual]
    .join(' ').toLowerCase();
}

/** What became of a clause since earlier runs, in full or in a word. */
function became(clause, short) {
  const verdict = report.clauses[clause];
  if (!verdict || !verdict.became) return null;
  return short ? [' ', h('span', { class: 'tag' }, verdict.history.state.replace('-', ' '))] : h('p', { class: 'became' }, verdict.became);
}

function settled() {
  return report.clauses.filter((verdict) => verdict.became && verdict.standing !== 'broken');
}

/** What was broken before and is not now, as far as this run shows. */
function settledSection() {
  const before = settled();
  return before.length > 0 && h('section', { id: 'settled', 'aria-labelledby': 'settled-title' },
    h('h2', { id: 'settled-title' }, 'Broken before ', h('span', { class: 'soft small' }, count(before.length, 'clause'))),
    h('ol', { class: 'causes' }, before.map((verdict) => h('li', { class: 'settled' }, badge(verdict.standing),
      h('span', {}, h('a', { class: 'address', href: '#' + encodeURI(verdict.address) }, breakable(verdict.address)), ' ', verdict.became)))));
}

/** A card whose inside is made by `fill`, when it is first seen. */
function findingCard(finding) {
  const found = finding.finding;
  const id = anchor(finding);
  const card = h('article', { class: 'finding ' + weight(finding), id, tabindex: '-1', 'aria-labelledby': id + '-title' });
  card.search = searched(finding);
  card.finding = finding;
  card.fill = () => {
    if (card.filled) return;
    card.filled = true;
    append(card, findingBody(finding, id));
  };
  return card;
}

function findingBody(finding, id) {
  const found = finding.finding;
  const clause = clauses[found.clause];
  const first = finding.witnesses[0];
  return [
    h('header', {},
      h('span', { class: 'badge severity ' + weight(finding) }, weight(finding)),
      h('a', { class: 'address', href: '#' + encodeURI(finding.address) }, breakable(finding.address)),
      h('span', { class: 'soft' }, count(finding.count, 'case'))),
    became(found.clause),
    h('h3', { id: id + '-title' }, prose(found.summary), ' ', h('span', { class: 'site' }, siteWords(found.site))),
    remarks(finding).map((remark) => h('p', { class: 'reason remark' }, prose(remark))),
    clause && h('p', { class: 'promise' }, prose(clause.text + '.')),
    clause && origin(clause),
    // A difference shows both sides already.
    found.diff ? diffView(found.diff) : h('dl', { class: 'compare' },
      h('div', { class: 'expected' }, h('dt', {}, 'Expected'), h('dd', {}, h('code', {}, found.expected))),
      h('div', { class: 'actual' }, h('dt', {}, 'Actual'), h('dd', {}, h('code', {}, found.actual)))),
    first && lazy({ class: 'evidence' },
      h('summary', {}, 'Request and answer ', h('span', { class: 'soft' }, prose(first.why))),
      () => exchangesView(first)),
    finding.witnesses.length > 1 && h('details', { class: 'evidence' },
      h('summary', {}, finding.witnesses.length < finding.count
        ? 'The ' + finding.witnesses.length + ' smallest of ' + count(finding.count, 'case') : 'All ' + count(finding.count, 'case')),
      h('ul', { class: 'cases' }, finding.witnesses.map((witness) =>
        h('li', {}, h('code', {}, witness.case), ' ', witness.why)))),
    first && copyable(replayCommand(first.case), 'replay command')];
}

/** Findings of one kind stand together: a target that answers 500 to everything has one defect and not a hundred. */
function clusters() {
  const groups = new Map();
  for (const finding of report.findings) {
    const found = finding.finding;
    const key = [finding.waived ? 'waived' : '', found.severity, found.check, found.site.site, found.summary.replace(/["“'`][^"”'`]*["”'`]/g, '…')].join('\n');
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(finding);
  }
  return [...groups.values()];
}

/** One line per broken clause: how bad, which, what, and in how many cases. */
function causesList() {
  const causes = new Map();
  for (const finding of report.findings) {
    const known = causes.get(finding.address);
    if (known) known.push(finding);
    else causes.set(finding.address, [finding]);
  }
  if (causes.size < 2) return null;
  const lines = [...causes].map(([address, findings]) => {
    const first = findings[0];
    const found = first.finding;
    const verdict = report.clauses[found.clause];
    const broken = verdict ? verdict.sides.reduce((sum, side) => sum + side.broken, 0) : 0;
    const cases = Math.max(broken, ...findings.map((finding) => finding.count));
    const line = h('li', { class: 'cause ' + weight(first) },
      h('span', { class: 'badge severity ' + weight(first) }, weight(first)),
      h('span', {}, h('a', { class: 'address', href: '#' + anchor(first) }, breakable(address)), ' ',
        prose(found.summary), findings.length > 1 && ' (and ' + (findings.length - 1) + ' more)',
        became(found.clause, true)),
      h('span', { class: 'soft' }, count(cases, 'case')));
    line.search = findings.map(searched).join(' ');
    line.finding = first;
    return line;
  });
  const list = (shown) => h('ol', { class: 'causes', 'aria-label': 'Findings by clause' }, shown);
  const more = lines.slice(25);
  return [list(lines.slice(0, 25)), more.length > 0 && h('details', { class: 'more' },
    h('summary', {}, count(more.length, 'more clause')), list(more))];
}

function findingsSection() {
  const open = (finding) => !finding.waived;
  const numbers = ['error', 'warning', 'note'].map((severity) =>
    [report.findings.filter((finding) => weight(finding) === severity).length, severity]);
  const waived = report.findings.length - report.findings.filter(open).length;
  const section = h('section', { id: 'findings', 'aria-labelledby': 'findings-title' },
    h('h2', { id: 'findings-title' }, 'Findings ',
      h('span', { class: 'soft small' }, [...numbers.filter(([n]) => n > 0).map(([n, severity]) => count(n, severity)),
        ...(waived ? [waived + ' waived'] : [])].join(', '))));
  append(section, [causesList()]);
  for (const group of clusters()) {
    const cards = group.map(findingCard);
    const fill = () => cards.forEach((card) => card.fill());
    if (group.length <= 3) fill();
    if (group.length === 1) {
      section.append(cards[0]);
      continue;
    }
    section.append(lazily(fill, { class: 'cluster ' + weight(group[0]), open: group.length <= 3 },
      h('summary', {}, h('span', { class: 'badge severity ' + weight(group[0]) }, weight(group[0])),
        h('strong', {}, prose(group[0].finding.summary)), h('span', { class: 'soft' }, count(group.length, 'clause'))),
      cards));
  }
  return section;
}
