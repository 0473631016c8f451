// Elements, formats and small parts. Text of the report only ever becomes text nodes.

const report = JSON.parse(document.getElementById('report').textContent);
const outline = report.contract;
const clauses = outline.clauses;
const sources = new Map(outline.sources);

/** An element: `h('p', {class: 'x', onclick}, 'text', child, [children])`. */
function h(tag, properties, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : value);
  }
  append(element, children);
  return element;
}

// Words between backticks are code.
function prose(text) {
  return String(text === undefined || text === null ? '' : text).split('`')
    .map((part, at, all) => at % 2 === 1 && at < all.length - 1 ? h('code', {}, part) : (at % 2 === 1 ? '`' : '') + part);
}

function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === undefined || child === null || child === false || child === '') continue;
    element.append(typeof child === 'string' ? visible(child) : child);
  }
}

/** A text without what would be invisible or reorder its neighbours: control characters as their pictures. */
function visible(text) {
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, (c) => {
    const code = c.charCodeAt(0);
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : code === 0x7f ? '␡' : '\ufffd';
  });
}

/** `1 case`, `2 cases`. */
function count(n, one, many) {
  return n.toLocaleString('en') + ' ' + (n === 1 ? one : many || one + 's');
}

function duration(micros) {
  if (micros < 1000) return micros + ' µs';
  if (micros < 1e6) return (micros / 1000).toFixed(micros < 1e4 ? 1 : 0) + ' ms';
  if (micros < 6e7) return (micros / 1e6).toFixed(1) + ' s';
  return Math.floor(micros / 6e7) + ' min ' + Math.round((micros % 6e7) / 1e6) + ' s';
}

function bytes(n) {
  if (n < 1024) return count(n, 'byte');
  return n < 1048576 ? (n / 1024).toFixed(1) + ' KiB' : (n / 1048576).toFixed(1) + ' MiB';
}

function time(text) {
  return text ? text.replace('T', ' ').replace(/\.\d+/, '').replace(/Z$/, ' UTC') : '';
}

/** A path or address that may be broken after its slashes. */
function breakable(text) {
  return text.split('/').flatMap((part, at, all) => (at < all.length - 1 ? [part + '/', h('wbr')] : [part]));
}

const standings = {
  'kept': { word: 'kept', sign: '✓' },
  'broken': { word: 'broken', sign: '✕' },
  'inconclusive': { word: 'inconclusive', sign: '?' },
  'not-exercised': { word: 'not exercised', sign: '–' },
};

function badge(standing) {
  const known = standings[standing] || { word: standing, sign: '' };
  return h('span', { class: 'badge ' + standing },
    h('span', { class: 'sign', 'aria-hidden': 'true' }, known.sign), known.word);
}

/** Text that can be copied, with its button. */
function copyable(text, label) {
  const button = h('button', { type: 'button', class: 'copy', 'aria-label': 'Copy ' + label, onclick: copy }, 'Copy');
  function copy(event) {
    event.preventDefault();
    const done = (word) => { button.textContent = word; setTimeout(() => { button.textContent = 'Copy'; }, 1200); };
    const byHand = () => {
      const area = h('textarea', { class: 'away', 'aria-hidden': 'true' });
      area.value = text;
      document.body.append(area);
      area.select();
      let copied = false;
      try { copied = document.execCommand('copy'); } catch (_) { copied = false; }
      area.remove();
      done(copied ? 'Copied' : 'No leave to copy');
    };
    if (navigator.clipboard) navigator.clipboard.writeText(text).then(() => done('Copied'), byHand);
    else byHand();
  }
  return h('div', { class: 'copyable' }, h('pre', { tabindex: '0', 'aria-label': label }, h('code', {}, text)), button);
}

/** A `details` whose inside is made when it is first opened. */
function lazy(properties, summary, make) {
  const element = h('details', properties, summary);
  element.addEventListener('toggle', () => element.fill());
  element.fill = () => {
    if (!element.open || element.filled) return;
    element.filled = true;
    append(element, [make()]);
  };
  return element;
}

/** A `details` that calls `fill` when it is opened. */
function lazily(fill, properties, ...children) {
  const element = h('details', properties, children);
  element.fill = fill;
  element.addEventListener('toggle', () => { if (element.open) fill(); });
  return element;
}

function reveal(element) {
  for (let at = element; at; at = at.parentElement) {
    if (at.tagName === 'DETAILS') {
      at.open = true;
      if (at.fill) at.fill();
    }
    if (at.hidden) at.hidden = false;
  }
}

/** The quoted sentences, conventions and places behind a clause. */
function origin(clause) {
  const from = clause.origin;
  const quotes = from.published.map((published) => {
    const source = sources.get(published.source);
    const where = [published.source + (published.line ? ', line ' + published.line : '')];
    if (source) where.push(source.title);
    if (source && source.updated) where.push(source.updated);
    const href = source && /^https?:\/\//.test(source.url || '') ? source.url : null;
    return h('figure', { class: 'quote' },
      h('blockquote', { lang: source && source.language, dir: 'auto' }, published.quote || '(no sentence given)'),
      h('figcaption', {}, href ? h('a', { href, rel: 'noreferrer' }, where.join(' · ')) : where.join(' · ')));
  });
  const place = from.place && from.place.file ? from.place.file + ':' + from.place.line : '';
  return h('div', { class: 'origin' }, quotes,
    from.convention && h('p', { class: 'convention' }, h('span', { class: 'tag' }, 'convention'), ' ', from.convention),
    place && h('p', { class: 'place' }, 'in the contract: ', h('code', {}, place)));
}
