'use strict';
// Forms work without this file; it spares people a second sending, a long upload refused at
// its end, and the search for what went wrong.

/** Keep a form from being sent twice; the button says that the answer is on its way. */
function sendOnce(form) {
  form.addEventListener('submit', (event) => {
    if (event.defaultPrevented) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = 'true';
    const button = event.submitter;
    if (!button) return;
    const words = button.querySelector('span') || button;
    if (button.dataset.busy) {
      button.dataset.rest = words.textContent;
      words.textContent = button.dataset.busy;
    }
    button.setAttribute('aria-disabled', 'true');
  });
}

/** Make the forms of a page that comes back from the browser's memory usable again. */
function rest() {
  for (const form of document.querySelectorAll('form[data-sent]')) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll('[aria-disabled="true"]')) {
      button.removeAttribute('aria-disabled');
      if (button.dataset.rest) (button.querySelector('span') || button).textContent = button.dataset.rest;
    }
  }
}

/** Say at once that a chosen file is too large, and do not send it. */
function watchSize(input) {
  const sentence = document.createElement('p');
  sentence.className = 'field-error';
  sentence.id = `${input.id}-size`;
  sentence.setAttribute('role', 'alert');
  sentence.hidden = true;
  input.before(sentence);
  const described = input.getAttribute('aria-describedby') || '';
  const tooLarge = () => [...input.files].some((file) => file.size > Number(input.dataset.largest));
  input.addEventListener('change', () => {
    const refused = tooLarge();
    sentence.textContent = refused ? input.dataset.tooLarge : '';
    sentence.hidden = !refused;
    input.toggleAttribute('aria-invalid', false);
    if (refused) input.setAttribute('aria-invalid', 'true');
    input.setAttribute('aria-describedby', refused ? `${described} ${sentence.id}`.trim() : described);
  });
  input.form.addEventListener('submit', (event) => {
    if (!tooLarge()) return;
    event.preventDefault();
    input.focus();
  });
}

/** The same for all files of a form together; `hint` says how large they may be. */
function watchSum(hint) {
  const form = hint.closest('form');
  const sentence = document.createElement('p');
  sentence.className = 'field-error';
  sentence.tabIndex = -1;
  sentence.setAttribute('role', 'alert');
  sentence.hidden = true;
  hint.after(sentence);
  const files = () => [...form.querySelectorAll('input[type="file"]')].flatMap((input) => [...input.files]);
  const tooLarge = () => files().reduce((sum, file) => sum + file.size, 0) > Number(hint.dataset.together);
  form.addEventListener('change', () => {
    sentence.hidden = !tooLarge();
    sentence.textContent = sentence.hidden ? '' : hint.dataset.tooLarge;
  });
  form.addEventListener('submit', (event) => {
    if (!tooLarge()) return;
    event.preventDefault();
    sentence.focus();
  });
}

// Another language loads the page anew. What was typed and not sent stays in this tab until then,
// except passwords; files cannot be kept.
const keptAs = `typed ${location.pathname}${location.search}`;
const fields = () => [...document.querySelectorAll('main form :is(input, textarea, select)')];
const isChoice = (field) => field.type === 'checkbox' || field.type === 'radio';
const isKept = (field) => field.name && !['hidden', 'password', 'file', 'submit'].includes(field.type);

/** Keep what was typed when a form leads back to the same page. */
function keepTyped(form) {
  form.addEventListener('submit', () => {
    const typed = fields().map((field) => isKept(field) && [field.name, isChoice(field) ? field.checked : field.value]);
    try {
      sessionStorage.setItem(keptAs, JSON.stringify(typed));
    } catch { /* The browser keeps nothing: the page comes back as it was sent. */ }
  });
}

/** Bring back what was typed before the language changed, where the page has the same fields. */
function bringBack() {
  let typed = null;
  try {
    typed = JSON.parse(sessionStorage.getItem(keptAs));
    sessionStorage.removeItem(keptAs);
  } catch { /* As above. */ }
  const found = fields();
  if (!typed || typed.length !== found.length) return;
  found.forEach((field, index) => {
    if (!typed[index] || !isKept(field) || typed[index][0] !== field.name) return;
    if (isChoice(field)) field.checked = typed[index][1];
    else field.value = typed[index][1];
    field.dispatchEvent(new Event('input', { bubbles: true }));
  });
}

document.querySelectorAll('form[data-keep-typed]').forEach(keepTyped);
bringBack();
document.querySelectorAll('input[type="file"][data-largest]').forEach(watchSize);
document.querySelectorAll('[data-together]').forEach(watchSum);
document.querySelectorAll('form[data-once]').forEach(sendOnce);
window.addEventListener('pageshow', (event) => { if (event.persisted) rest(); });
const wrong = document.querySelector('[data-errors]');
if (wrong) wrong.focus();

// An open menu closes when attention goes elsewhere, and with Escape.
document.addEventListener('click', (event) => {
  for (const menu of document.querySelectorAll('details.menu[open]')) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  for (const menu of document.querySelectorAll('details.menu[open]')) {
    const within = menu.contains(document.activeElement);
    menu.open = false;
    if (within) menu.querySelector('summary').focus();
  }
});

// A long outline shows where its reader is, and not its beginning alone.
const outline = document.querySelector('.page-aside');
const current = outline?.querySelector('.step-current');
if (current) outline.scrollTop = current.offsetTop - outline.clientHeight / 2;

/** Tell the site at which step of a course its learner is, so that home leads back there. */
function noteStanding(meta) {
  const told = new URLSearchParams({ csrf_token: meta.dataset.token, slug: meta.dataset.slug });
  // A page that is left at once was not where anybody stood. Without a connection nothing is lost.
  setTimeout(() => fetch(meta.content, { method: 'POST', body: told, keepalive: true }).catch(() => {}), 2000);
}

document.querySelectorAll('meta[name=standing]').forEach(noteStanding);
