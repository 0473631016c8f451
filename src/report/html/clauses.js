// The reference page: operations, their parts and the clauses of each part.

const locations = { path: 'Path parameters', query: 'Query parameters', header: 'Header fields', cookie: 'Cookies' };

/** A pointer as people write it: `/list` with every element's `/type` becomes `list[].type`. */
function fieldName(pointer) {
  const tokens = pointer.split('/').slice(1).map((token) => token.replace(/~1/g, '/').replace(/~0/g, '~'));
  return tokens.map((token, at) => (token === '*' ? '[]' : (at ? '.' : '') + token)).join('');
}

/** Which field of a body a clause is about. */
function bodyField(kind) {
  let at = kind.at || '';
  const name = kind.keyword === 'required' && typeof kind.limit === 'string' ? kind.limit : null;
  if (name !== null && !at.endsWith('/' + name)) at += '/' + name;
  return fieldName(at);
}

/** The part of the page that a clause stands in: `group` is a heading, `field` a row of its table. */
function placeOf(clause) {
  const segments = clause.address.split('/').slice(1);
  const [first, second, third] = segments;
  if (clause.operation === null) return { group: 'Sequence', field: segments[1] || 'steps' };
  if (first === 'request') {
    if (locations[second]) return { group: locations[second], field: third };
    if (second === 'credential') return { group: 'Credential', field: third };
    if (second === 'body') return { group: 'Request body', field: bodyField(clause.kind) || 'the body' };
    return { group: 'Request', field: second };
  }
  if (first === 'response') {
    if (!/^(\dXX|\d{3}|default)$/i.test(second)) return { group: 'Every answer', field: second };
    const group = 'Answer ' + second;
    if (third === 'header') return { group, field: segments[3] };
    if (third === 'body') return { group, field: bodyField(clause.kind) || 'the body' };
    return { group, field: third === undefined ? 'status' : third };
  }
  const groups = { example: 'Documented examples', rule: 'Rules', case: 'Cases' };
  return { group: groups[first] || 'More', field: second || first };
}

/** `12 accepted`, `1 not refused`, `refusal not tested`. */
function sideWords(side) {
  const [did, noun] = { accept: ['accepted', 'acceptance'], refuse: ['refused', 'refusal'], observe: ['seen', 'answers'] }[side.side];
  const number = (n) => n.toLocaleString('en');
  const done = [];
  if (side.kept) done.push(number(side.kept) + ' ' + did);
  if (side.broken) done.push(number(side.broken) + (side.side === 'observe' ? ' against it' : ' not ' + did));
  if (side.inconclusive) done.push(number(side.inconclusive) + ' open');
  return h('span', { class: 'side' }, done.join(', ') || noun + ' not tested');
}

function sideMeaning(side) {
  return {
    accept: 'A request that keeps it is accepted',
    refuse: 'A request that breaks it is refused',
    observe: 'Answers are seen to keep it',
  }[side];
}

function clauseBody(clause, verdict) {
  return h('div', { class: 'inside' },
    h('p', { class: 'permalink' }, h('a', { href: '#' + encodeURI(clause.address), title: 'Link to this clause' }, breakable(clause.address))),
    origin(clause),
    verdict.became && h('p', { class: 'became' }, verdict.became),
    verdict.findings.length > 0 && h('ul', { class: 'links' }, verdict.findings.map((index) => {
      const finding = report.findings[index];
      return h('li', {}, h('a', { href: '#' + anchor(finding) }, prose(finding.finding.summary)),
        ' ', h('span', { class: 'soft' }, count(finding.count, 'case')));
    })),
    verdict.sides.map((side) => h('div', { class: 'tested' },
      h('p', {}, sideMeaning(side.side), ': ', side.because
        ? h('span', { class: 'reason' }, 'not exercised, because ' + side.because) : sideWords(side)),
      side.witness && lazy({ class: 'evidence' },
        h('summary', {}, prose(side.witness.why || side.witness.case), ' ',
          h('span', { class: 'soft' }, side.witness.generator + ' · ' + side.witness.case)),
        () => exchangesView(side.witness)))));
}

function clauseRow(verdict) {
  const clause = clauses[verdict.clause];
  const conventional = clause.origin.published.length === 0 && clause.origin.convention;
  const reasons = verdict.because.filter((reason, at, all) => all.indexOf(reason) === at);
  const row = lazy({ class: 'clause ' + verdict.standing, id: clause.address },
    h('summary', {},
      h('span', { class: 'says' }, prose(clause.text),
        conventional && [' ', h('span', { class: 'tag', title: clause.origin.convention }, 'convention')],
        clause.undecided && [' ', h('span', { class: 'tag' }, 'undecided')],
        reasons.length > 0 && h('span', { class: 'reason' }, prose(reasons.join('; ')))),
      h('span', { class: 'sides' }, verdict.sides.every((side) => side.because) ? 'not tested' : verdict.sides.map(sideWords)),
      badge(verdict.standing)),
    () => clauseBody(clause, verdict));
  const quotes = clause.origin.published.map((published) => published.source + ' ' + published.quote);
  row.search = [clause.address, clause.text, clause.origin.convention, ...reasons, ...quotes].join(' ').toLowerCase();
  row.verdict = verdict;
  return row;
}

/** What the reference page would print beside a field's name. */
function traits(field) {
  const words = [];
  const kinds = field.verdicts.map((verdict) => clauses[verdict.clause].kind);
  const types = kinds.filter((kind) => kind.keyword === 'type').flatMap((kind) => kind.limit);
  if (types.length) words.push([...new Set(types)].join(' or '));
  if (kinds.some((kind) => kind.keyword === 'required')) words.push('required');
  else if (kinds.some((kind) => kind.kind === 'optional')) words.push('optional');
  return words;
}

function fieldBlock(field) {
  return h('div', { class: 'field' },
    h('div', { class: 'name' }, h('code', {}, field.name), traits(field).map((word) => h('span', { class: 'trait' }, word))),
    h('div', { class: 'rows' }, field.verdicts.map(clauseRow)));
}

function grouped(verdicts) {
  const groups = new Map();
  for (const verdict of verdicts) {
    const { group, field } = placeOf(clauses[verdict.clause]);
    if (!groups.has(group)) groups.set(group, new Map());
    const fields = groups.get(group);
    if (!fields.has(field)) fields.set(field, { name: field, verdicts: [] });
    fields.get(field).verdicts.push(verdict);
  }
  return groups;
}

/** How many clauses have which verdict, as a strip and for people who do not see it. */
function strip(verdicts) {
  const counts = Object.keys(standings).map((standing) =>
    [standing, verdicts.filter((verdict) => verdict.standing === standing).length]).filter(([, n]) => n > 0);
  const label = counts.map(([standing, n]) => n + ' ' + standings[standing].word).join(', ');
  return h('div', { class: 'strip', role: 'img', 'aria-label': label, title: label }, counts.map(([standing, n]) => {
    const part = h('i', { class: standing });
    part.style.flexGrow = n;
    return part;
  }));
}

function section(id, title, verdicts, ...lead) {
  const groups = [...grouped(verdicts)].map(([name, fields]) => h('section', { class: 'group' },
    h('h3', {}, name), h('div', { class: 'fields' }, [...fields.values()].map(fieldBlock))));
  return h('section', { class: 'operation', id, 'aria-label': title }, h('h2', {}, title), lead, strip(verdicts), groups);
}

function operationSection(operation, index) {
  const verdicts = report.clauses.filter((verdict) => clauses[verdict.clause].operation === index);
  const parts = operation.path.split(/(\{[^}]*\})/).map((part) => (part.startsWith('{') ? h('var', {}, part) : breakable(part)));
  return section('operation:' + operation.id, operation.title, verdicts,
    h('p', { class: 'route' }, h('span', { class: 'method ' + operation.method.toLowerCase() }, operation.method), h('code', {}, parts)),
    operation.says && h('p', { class: 'lead' }, operation.says));
}

function sequenceSections() {
  return outline.sequences.map((sequence) => {
    const address = 'sequence/' + sequence.name;
    const mine = (verdict) => verdict.address === address || verdict.address.startsWith(address + '/');
    const steps = h('ol', { class: 'steps' }, sequence.steps.map((step) => h('li', {}, h('a', { href: '#operation:' + encodeURI(step) }, step))));
    return section('sequence:' + sequence.name, sequence.name, report.clauses.filter(mine), h('p', { class: 'lead' }, sequence.says), steps);
  });
}

// Who is wrong, and what an answer shows of it.
function ledgerLine(entry) {
  return entry && h('p', {}, h('b', {}, 'Verdict: '), entry.verdict.replaceAll('-', ' '), entry.answer && ['. The answer ', entry.answer.says]);
}

// What answers show against the documentation, where it does not contradict itself.
function liveSection(entries) {
  return entries.length > 0 && h('section', { id: 'documentation-live', 'aria-labelledby': 'documentation-live-title' },
    h('h2', { id: 'documentation-live-title' }, 'The documentation against the answers'),
    entries.map((entry) => h('article', { class: 'contradiction', id: 'ledger:' + entry.name },
      h('h3', {}, prose(entry.says)),
      origin({ origin: { published: entry.sides } }),
      ledgerLine(entry),
      h('p', { class: 'links' }, 'Concerns ', h('a', { href: '#' + encodeURI(entry.name), class: 'address' }, breakable(entry.name))))));
}

function contradictionsSection() {
  return h('section', { id: 'contradictions', 'aria-labelledby': 'contradictions-title' },
    h('h2', { id: 'contradictions-title' }, 'What the documentation says against itself'),
    outline.contradictions.map((contradiction) => h('article', { class: 'contradiction', id: 'contradiction:' + contradiction.name },
      h('h3', {}, prose(contradiction.says)),
      h('p', {}, contradiction.between.replace('-', ' against ')),
      origin({ origin: { published: contradiction.sides } }),
      ledgerLine(report.ledger.find((entry) => entry.name === contradiction.name)),
      h('p', {}, h('b', {}, contradiction.undecided ? 'Undecided: ' : 'Taken: '), contradiction.taken),
      contradiction.concerns.length > 0 && h('p', { class: 'links' }, 'Concerns ', contradiction.concerns.map((id, at) =>
        [at ? ', ' : '', clauses[id] ? h('a', { href: '#' + encodeURI(clauses[id].address), class: 'address' }, breakable(clauses[id].address)) : '?'])))));
}
