// Brings the notebook to life: cells, kernel, saving and the controls around them.

import { Book } from './book.js';
import { bringToLife } from './cell.js';
import { Kernel } from './kernel.js';
import { allowed } from './outputs.js';
import { Saving } from './saving.js';

const root = document.getElementById('notebook');
const told = JSON.parse(document.getElementById('notebook-state').textContent);
const words = JSON.parse(document.getElementById('notebook-words').textContent);
const { here } = root.dataset;
const say = (name, values = {}) => (words[name] || '').replace(/\{(\w+)\}/g, (_, each) => values[each] ?? '');
const find = (id) => document.getElementById(id);
let token = told.token;
find('nb-still').hidden = true;

/** Send `fields` to an address of this notebook: the status and what came, 0 for no connection. */
async function send(path, fields) {
  const body = new FormData();
  Object.entries(fields).forEach(([name, value]) => body.append(name, value));
  const ask = () => {
    body.set('csrf_token', token);
    return fetch(`${here}${path}`, { method: 'POST', body, credentials: 'same-origin', redirect: 'manual', headers: { Accept: 'application/json' } });
  };
  try {
    let answer = await ask();
    let content = await content_of(answer);
    if (answer.status === 409 && !content?.theirs) {
      // The token may have grown old with the page; a new one comes with the draft.
      const draft = await get('/draft');
      if (draft.status === 303) return draft;
      token = draft.body?.token || token;
      answer = await ask();
      content = await content_of(answer);
    }
    return { status: status_of(answer), body: content };
  } catch {
    return { status: 0, body: null };
  }
}

/** Who is not signed in is led elsewhere, which a script is not told more of. */
const status_of = (answer) => (answer.type === 'opaqueredirect' ? 303 : answer.status);

async function content_of(answer) {
  const json = answer.headers.get('Content-Type')?.startsWith('application/json');
  return json ? answer.json() : null;
}

async function get(path) {
  try {
    const answer = await fetch(`${here}${path}`, { credentials: 'same-origin', cache: 'no-store', redirect: 'manual', headers: { Accept: 'application/json' } });
    return { status: status_of(answer), body: await content_of(answer) };
  } catch {
    return { status: 0, body: null };
  }
}

const device = (navigator.userAgentData?.platform || navigator.platform || '').slice(0, 60);
const page = {
  here,
  words,
  nonce: root.dataset.nonce,
  keep: root.dataset.keep,
  frame: root.dataset.frame,
  plotly: root.dataset.plotly,
  manager: JSON.parse(root.dataset.manager),
  widgets: () => kernel.widgets,
  html: async (source) => (await send('/text', { source })).body?.html || '',
  save: (base, language, cells) => send('/draft', {
    base, device, language,
    cells: new Blob([JSON.stringify(cells)], { type: 'application/json' }),
  }),
};

// ---- the kernel ----

const kernel = new Kernel(async () => {
  const answer = await send('/kernel', {});
  if (answer.status !== 200) throw new Error(`no ticket: ${answer.status}`);
  return answer.body;
}, hear);

function hear(frame) {
  if (frame.type === 'kernel') {
    heard = frame;
    if (runsAfter && COMING.includes(frame.state)) {
      runsAfter = false;
      runAll();
    }
    if (desk.python === kernel) showKernel(frame);
  } else if (frame.type === 'update') book.cells.forEach((cell) => cell.outputs.update(frame.display_id, frame.output));
  else if (frame.type === 'input_request') {
    const cell = book.cells.find((each) => each.element.classList.contains('nb-running')) || book.chosen;
    import('./input.js').then(({ ask }) => ask(cell, frame, kernel, say));
  }
}

let heard = { state: 'away' };
// How the text is kept. Where that says that there is no link, nothing else need say so.
let keeping = 'saved';
const showOnce = () => { find('nb-kernel').hidden = heard.state === 'away' && ['kept', 'keptNowhere'].includes(keeping); };
// Whether all cells are to run in the next Python, which a restart brings.
let runsAfter = false;
const COMING = ['starting', 'restarting', 'full'];
let ticking = 0;

function showKernel({ state, reason, place, seconds, size, share } = heard) {
  clearInterval(ticking);
  find('nb-progress').hidden = true;
  showOnce();
  const name = words[`${state}-${reason}`] ? `${state}-${reason}` : state;
  find('nb-kernel').textContent = say(name, { place, seconds, reason, size });
  find('nb-kernel').parentElement.classList.toggle('nb-warned', state === 'culling');
  if (state === 'culling') ticking = tick((passed) => countDown(seconds - passed));
  if (['starting', 'restarting'].includes(state)) ticking = tick(showLoading);
  if (share !== undefined) Object.assign(find('nb-progress'), { hidden: false, value: share });
  const button = document.querySelector('[data-do="stay"]');
  if (['full', 'dead', 'culling', 'moved', 'refused', 'looking'].includes(state)) speak(find('nb-kernel').textContent);
  const offers = { culling: 'stay', moved: 'useHere', dead: 'restartPython' };
  button.hidden = !offers[state];
  button.textContent = say(offers[state] || 'stay');
}

/** Call `show` every second with the seconds that have passed, however slowly a hidden page ticks. */
function tick(show) {
  const begun = Date.now();
  return setInterval(() => show(Math.round((Date.now() - begun) / 1000)), 1000);
}

/** What is heard once need not be heard every second: only that the end is near. */
function countDown(left) {
  find('nb-kernel').textContent = say('culling', { seconds: Math.max(left, 0) });
  if (left === 10) speak(find('nb-kernel').textContent);
}

/** A kernel is there at once, unless its packages are to be loaded first: then say what happens. */
function showLoading(passed) {
  if (passed < 3) return;
  find('nb-kernel').textContent = say('loading', { seconds: passed });
  if (passed === 3) speak(find('nb-kernel').textContent);
  const bar = find('nb-progress');
  bar.hidden = false;
  bar.value = 1 - Math.exp(-passed / 6); // About ten seconds; nobody knows how long exactly.
}

// ---- running ----

async function run(cell) {
  if (cell.kind !== 'code') {
    await cell.render();
    return { status: 'ok' };
  }
  if (cell.test && desk.python !== kernel) {
    cell.says.replaceChildren();
    note(cell, say('noChecks'));
    return { status: 'ok' };
  }
  cell.outputs.clear(true);
  cell.says.replaceChildren();
  cell.element.classList.add('nb-running');
  cell.count('[ ]');
  let error = null;
  const done = await desk.python.execute(cell.source, (frame) => {
    if (frame.type === 'clear') cell.outputs.clear(frame.wait);
    else if (frame.type === 'cut') allowed(frame).then((most) => note(cell, say(`cut-${frame.reason}`, { most }), 'warn'));
    else {
      if (frame.output.output_type === 'error') error = frame.output;
      if (frame.output !== error || !cell.test) cell.outputs.add(frame.output, frame.display_id);
    }
  });
  if (cell.outputs.clearing) cell.outputs.clear();
  cell.element.classList.remove('nb-running');
  cell.element.querySelector('.nb-input')?.remove();
  cell.count(done.count ? `[${done.count}]` : '');
  desk.kept?.note(cell);
  const ended = done.lost && heard.state === 'dead' && words[`dead-${heard.reason}`];
  if (ended) note(cell, ended, 'warn');
  else if (done.status === 'aborted') note(cell, say(['lost', 'unserved'].find((how) => done[how]) ?? 'aborted'));
  else {
    speak(say(done.status === 'ok' ? 'done' : 'stopped', { number: cell.number }));
    if (cell.test && !error && done.status === 'ok') note(cell, say('passed'), 'ok');
    else if (cell.test && error) await (await import('./explaining.js')).explain(desk, cell, error);
  }
  return done;
}

/** A sentence below a cell, with its tone in words of the page's own notices. */
function note(cell, sentence, tone = 'info') {
  const box = document.createElement('div');
  box.className = `notice notice-${tone}`;
  const inner = document.createElement('div');
  inner.append(sentence);
  box.append(inner);
  cell.says.append(box);
  return inner;
}

/** Run `cells` in order; tests that do not pass stop nothing when `all` are to be seen. */
async function runAll(all = false, cells = book.cells) {
  for (const cell of cells) if (cell.kind !== 'code' && cell.editor) cell.render();
  const code = cells.filter((cell) => cell.kind === 'code' && cell.source.trim());
  if (!all) return void code.forEach(run);
  for (const cell of code) {
    const done = await run(cell);
    if (done.status === 'aborted') return;
  }
}

// ---- saving ----

const showSaved = (how, time) => {
  keeping = how;
  showOnce();
  if (['kept', 'keptNowhere', 'signedOut'].includes(how) && find('nb-saved').textContent !== say(how)) speak(say(how));
  find('nb-saved').textContent = how === 'saved' ? (time ? say('saved', { time }) : say('notYet')) : say(how);
};
showSaved.message = (message) => { if (message) find('nb-saved').textContent = message; };

const conflict = async (theirs) => (await import('./differing.js')).conflict(desk, theirs);

// ---- controls ----

const speak = (sentence) => { find('nb-spoken').textContent = sentence; };

/** The chosen cells when `cell` is one of them. */
const all = (cell) => (book.selected.includes(cell) ? book.selected : [cell]);

/** A new cell of the learner's own at `place`. */
function grow(place, kind) {
  book.remember();
  return book.insert(place, kind);
}

const DEEDS = {
  run: (cell) => all(cell).forEach(run),
  'run-on': (cell) => {
    const cells = all(cell);
    cells.forEach(run);
    const place = book.place(cells.at(-1)) + 1;
    const next = book.cells.slice(place).find((each) => !each.element.hidden);
    if (next) book.choose(next);
    else book.write(grow(book.cells.length));
  },
  'run-insert': (cell) => { all(cell).forEach(run); book.write(grow(book.place(all(cell).at(-1)) + 1)); },
  'run-all': () => runAll(),
  'check-all': () => runAll(true),
  'run-above': (cell) => runAll(false, book.cells.slice(0, book.place(cell))),
  'run-below': (cell) => runAll(false, book.cells.slice(book.place(cell))),
  interrupt: () => desk.python.interrupt(),
  restart: () => desk.python.restart(),
  'restart-run-all': () => {
    runsAfter = desk.python === kernel && (kernel.greeted || kernel.stopped);
    desk.python.restart();
    if (desk.python !== kernel) runAll();
  },
  stay: () => {
    if (desk.python.state === 'dead') desk.python.restart();
    else if (kernel.state === 'moved') kernel.connect();
    else kernel.stay();
  },
  choose: (cell) => book.choose(cell),
  write: (cell) => book.write(cell),
  above: () => book.step(-1),
  below: () => book.step(1),
  'insert-above': (cell) => book.choose(grow(book.place(cell))),
  'below-code': (cell) => book.choose(grow(book.place(cell) + 1)),
  'append-code': () => book.write(grow(book.cells.length)),
  'append-text': () => book.write(grow(book.cells.length, 'markdown')),
  save: () => saving.save(),
};

const act = async (name, cell = book.chosen) => (DEEDS[name] || (await later())[name])?.(cell);

// What is seldom needed is fetched when it is, or when there is nothing better to do.
let deeds = null;
const later = () => (deeds ||= import('./deeds.js').then((module) => module.deeds(desk)).catch((error) => {
  deeds = null; // The link was cut: the next time it may be there.
  throw error;
}));

let saving = null;
const book = new Book(root, told.cells, page, kernel, {
  changed: () => saving?.changed(),
  act,
  say: speak,
});
saving = new Saving(page, told, { read: () => book.read(), show: showSaved, conflict });
saving.replace = (cells) => book.replace(cells);
const desk = { book, saving, kernel, python: kernel, showKernel, get, send, say, speak, act, note };
later();
import('./kept.js').then(({ Kept }) => { desk.kept = new Kept(desk); });

import('./keys.js').then(({ listen }) => {
  listen(root, () => book.mode === 'command' && !document.querySelector('dialog[open]'), act);
});
document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-do]');
  if (!button) return;
  const cell = book.cells.find((each) => each.element.contains(button));
  button.closest('details.menu')?.removeAttribute('open');
  act(button.dataset.do, cell || book.chosen);
});

document.querySelector('[data-save]').addEventListener('click', async (event) => {
  // The file is made of what the server has, so that has to be everything.
  event.preventDefault();
  if (await saving.save()) window.location.assign(event.target.href);
  else speak(find('nb-saved').textContent);
});

/** Whether the site answers; what another tab or device saved there meanwhile is asked about first. */
async function isThere() {
  const { status, body } = await get('/draft');
  if (body && body.number > saving.number && !saving.dirty) {
    saving.changed(); // Ours goes on as a newer version, or theirs does.
    await saving.settle(body);
  }
  return status !== 0;
}

/** Have the site hold what stands here, and nothing newer that was not asked about; whether it does. */
async function upToDate() {
  if (!(await isThere())) return null;
  // Where somebody had to choose, what they chose is saved by a second attempt.
  return (await saving.save()) || (saving.answered === 409 && saving.save());
}

for (const form of document.querySelectorAll('form[data-from-draft]')) form.addEventListener('submit', async (event) => {
  event.preventDefault();
  if (!saving.number) saving.changed(); // The notebook as it was given may be handed in too.
  // A worker keeps what is handed in until it has arrived; without one it is sent as a page.
  if (form.id === 'hand-in-form' && navigator.serviceWorker?.controller) {
    return (await import('./handing.js')).handIn(desk, form, { here, token, upToDate, ...root.dataset });
  }
  const isSaved = await upToDate();
  if (!isSaved) {
    const why = isSaved === null ? say('kept') : find('nb-saved').textContent;
    const line = form.querySelector('[data-handed]');
    // Beside the button: the bar that says it, too, is the length of a phone away.
    if (line) line.textContent = [say('kept'), say('keptNowhere')].includes(why) ? say('handedNot') : why;
    else speak(why);
    return;
  }
  form.elements.number.value = saving.number;
  form.elements.csrf_token.value = token;
  form.submit();
});

bringToLife(document);
kernel.connect();
saving.orphan().then(async (entry) => {
  if (!entry) return;
  await saving.adopt(entry);
  speak(say('recovered'));
});
