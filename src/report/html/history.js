// The page of a history: its filters, its keys, its colours.

const query = new URLSearchParams(location.search);
const state = { state: query.get('state') || '', q: query.get('q') || '' };
const rows = [...document.querySelectorAll('.course')];
const search = document.getElementById('search');
for (const row of rows) row.words = row.textContent.toLowerCase();

function change(next) {
  Object.assign(state, next);
  const text = new URLSearchParams(Object.entries(state).filter(([, value]) => value)).toString();
  try { history.replaceState(null, '', (text ? '?' + text : location.pathname) + location.hash); } catch (_) { /* a page from disk may not */ }
  filter();
}

function filter() {
  const words = state.q.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const row of rows) {
    row.hidden = (state.state && row.dataset.state !== state.state) || !words.every((word) => row.words.includes(word));
    if (!row.hidden) shown += 1;
  }
  const filtered = Boolean(state.state || words.length);
  for (const section of document.querySelectorAll('.state')) {
    section.hidden = filtered && !section.querySelector('.course:not([hidden])');
  }
  document.getElementById('nothing').hidden = shown > 0 || !filtered;
  document.getElementById('shown').textContent = (filtered ? shown + ' of ' : '') + rows.length + (rows.length === 1 ? ' clause' : ' clauses');
  search.value = state.q;
  for (const button of document.querySelectorAll('.count')) button.setAttribute('aria-pressed', String(button.dataset.state === state.state));
}

function step(by) {
  const stops = rows.filter((row) => !row.hidden);
  if (stops.length === 0) return;
  const at = stops.findIndex((stop) => stop.contains(document.activeElement));
  const next = stops[at < 0 ? (by > 0 ? 0 : stops.length - 1) : (at + by + stops.length) % stops.length];
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: 'start' });
}

const help = document.getElementById('help');
document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
  const inField = event.target.tagName === 'INPUT';
  if (event.key === 'Escape' && inField) return event.target.blur();
  const actions = { j: () => step(1), k: () => step(-1), '/': () => search.focus(), '?': () => help.showModal() };
  if (inField || !actions[event.key]) return;
  event.preventDefault();
  actions[event.key]();
});
search.addEventListener('input', () => change({ q: search.value }));
for (const button of document.querySelectorAll('.count')) {
  button.addEventListener('click', () => change({ state: state.state === button.dataset.state ? '' : button.dataset.state }));
}
const keys = document.createElement('button');
keys.type = 'button';
keys.className = 'ghost';
keys.textContent = '?';
keys.title = 'Keys (?)';
keys.setAttribute('aria-label', 'Keys');
keys.addEventListener('click', () => help.showModal());
document.getElementById('buttons').append(themeButton(query.get('theme')), keys);
document.getElementById('tools').hidden = rows.length === 0;
filter();
document.documentElement.dataset.ready = String(rows.length);
// How long it took to open, layout included: the height can't be told before that.
if (document.body.offsetHeight > 0) document.documentElement.dataset.millis = String(Math.round(performance.now()));
