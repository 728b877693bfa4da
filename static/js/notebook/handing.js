// Hands in where a worker answers for the site: under a name of its own and with the moment, so
// that the worker may send it later, and again, and it is handed in once. Fetched when needed.

const PATIENCE = 4000;
// What saving may have met that leaves the work to be handed in: the site, no link, no session.
const MAY_WAIT = [0, 200, 303];

/** The other notebooks of the assignment, where this device has text of them that was not sent. */
async function others(saving, name) {
  const entries = (await saving.device.all()).sort((one, other) => one.at - other.at);
  const found = {};
  for (const { dataset, pathname } of document.querySelectorAll('[data-notebook]')) {
    const last = entries.findLast((each) => each.here === pathname);
    if (last && dataset.notebook !== name) found[dataset.notebook] = { base: last.base, language: last.language, cells: last.cells };
  }
  return found;
}

export async function handIn({ saving, say }, form, { here, token, name, title, upToDate }) {
  const done = Date.now();
  const line = form.querySelector('[data-handed]');
  const show = (sentence) => { line.textContent = sentence; };
  const button = form.querySelector('button');
  if (button.disabled) return;
  button.disabled = true;
  show(say('handing'));
  try {
    const ready = upToDate();
    await Promise.race([ready, new Promise((passed) => { setTimeout(passed, PATIENCE); })]);
    if (saving.asking) await ready; // To choose between two texts takes as long as it takes.
    if (saving.asking || (saving.dirty && !MAY_WAIT.includes(saving.answered ?? 0))) return void show('');
    const own = { base: saving.number, language: saving.language, cells: saving.read() };
    const work = { ...await others(saving, name), [name]: own };
    const deed = crypto.randomUUID();
    const body = new FormData();
    for (const [field, value] of Object.entries({ csrf_token: token, deed, done, title })) body.set(field, value);
    body.set('work', new Blob([JSON.stringify(work)], { type: 'application/json' }));
    follow(deed, say, line);
    const answer = await fetch(`${here}/done`, { method: 'POST', body, redirect: 'manual', headers: { Accept: 'application/json' } });
    if (answer.type === 'opaqueredirect') return void show(say('signedOut'));
    const told = answer.headers.get('Content-Type')?.startsWith('application/json') ? await answer.json() : {};
    if (told.submission) window.location.assign(told.submission);
    else if (told.waits) show(say('handedWaits'));
    else show(told.refused || told.message ? say('handedRefused', { reason: told.refused || told.message }) : say('handedNot'));
  } catch {
    show(say('handedNot'));
  } finally {
    button.disabled = false;
  }
}

/** Say what becomes of the deed, and have the worker send it when the link is back. */
function follow(deed, say, line) {
  window.addEventListener('online', () => navigator.serviceWorker.controller?.postMessage({ do: 'send' }));
  navigator.serviceWorker.addEventListener('message', ({ data }) => {
    if (data.deed !== deed) return;
    line.textContent = data.submission ? say('handedSent') : say('handedRefused', { reason: data.refused });
    if (!data.submission) return;
    const link = document.createElement('a');
    link.href = data.submission;
    link.className = 'tap';
    link.textContent = say('handedSee');
    line.append(' ', link);
  });
}
