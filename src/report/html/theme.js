// The colours: as the system has them, light, or dark.

/** The button that changes them; `wanted` is what the address asks for. */
function themeButton(wanted) {
  const root = document.documentElement;
  const modes = ['auto', 'light', 'dark'];
  const store = { get: () => { try { return localStorage.getItem('countersign-theme'); } catch (_) { return null; } } };
  let mode = wanted || store.get() || 'auto';
  if (!modes.includes(mode)) mode = 'auto';
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'ghost';
  button.addEventListener('click', () => {
    set(modes[(modes.indexOf(mode) + 1) % modes.length]);
    try { localStorage.setItem('countersign-theme', mode); } catch (_) { /* a page from disk may not */ }
  });
  function set(next) {
    mode = next;
    if (mode === 'auto') root.removeAttribute('data-theme');
    else root.setAttribute('data-theme', mode);
    button.textContent = { auto: '◐', light: '☀', dark: '☾' }[mode];
    button.setAttribute('aria-label', 'Theme: ' + mode);
    button.title = 'Theme: ' + mode;
  }
  set(mode);
  return button;
}
