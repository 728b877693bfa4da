// A lesson works without this file; it saves the note while somebody writes, and turns marks over
// without leaving the page.

const SOON = 1500;
const AGAIN = 8000;

const noteForm = document.querySelector('form[data-note]');
let token = document.querySelector('main input[name="csrf_token"]')?.value;

/** Send fields as a script: the status, 0 for no connection, and what came. */
async function send(address, fields) {
  const attempt = () => {
    const body = new FormData();
    body.set('csrf_token', token);
    Object.entries(fields).forEach(([name, value]) => body.set(name, value));
    return ask(address, { method: 'POST', body });
  };
  const answer = await attempt();
  if (answer.status !== 409 || answer.body?.theirs || !noteForm) return answer;
  // The token may have grown old with the page; a new one comes with the note.
  const { body } = await ask(noteForm.action);
  if (!body?.token) return answer;
  token = body.token;
  return attempt();
}

async function ask(address, more = {}) {
  try {
    const answer = await fetch(address, {
      credentials: 'same-origin', cache: 'no-store', redirect: 'manual', headers: { Accept: 'application/json' }, ...more,
    });
    const isJson = answer.headers.get('Content-Type')?.startsWith('application/json');
    // Who is not signed in is led elsewhere, which a script is not told more of.
    return { status: answer.type === 'opaqueredirect' ? 303 : answer.status, body: isJson ? await answer.json() : null };
  } catch {
    return { status: 0, body: null };
  }
}

// ---- marks ----

function turn(button, kept) {
  button.name = kept ? 'unmark' : 'mark';
  button.querySelector('span').textContent = kept ? button.dataset.unmark : button.dataset.mark;
}

for (const form of document.querySelectorAll('form[data-marks]')) {
  form.addEventListener('submit', async (event) => {
    const button = event.submitter;
    if (!button?.name) return;
    event.preventDefault();
    if (button.disabled) return;
    const answer = await send(form.action, { [button.name]: button.value });
    if (answer.status === 200) turn(button, answer.body.kept);
    else {
      // The way without scripts says what is wrong.
      const field = document.createElement('input');
      Object.assign(field, { type: 'hidden', name: button.name, value: button.value });
      form.append(field);
      form.submit();
    }
  });
}

// ---- the note ----

class Note {
  constructor(form) {
    Object.assign(this, { form, field: form.elements.text, base: form.elements.base, stopped: false });
    this.kept = this.field.value;
    this.says = form.querySelector('[data-note-says]');
    this.theirs = form.querySelector('[data-note-theirs]');
    this.field.addEventListener('input', () => this.changed());
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.stopped = false;
      this.save();
    });
    document.addEventListener('visibilitychange', () => { if (document.hidden) this.save(); });
    window.addEventListener('online', () => this.save());
    window.addEventListener('beforeunload', (event) => { if (this.dirty) event.preventDefault(); });
  }

  get dirty() { return this.field.value !== this.kept; }

  say(words) {
    if (this.says.textContent !== words) this.says.textContent = words;
  }

  changed() {
    if (!this.dirty) return;
    this.say(this.form.dataset.unsaved);
    this.later(SOON);
  }

  later(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), wait);
  }

  /** Save what is not saved. After a conflict it waits for the button: somebody has to look. */
  async save() {
    clearTimeout(this.timer);
    if (this.stopped || this.saving || !this.dirty) return;
    this.saving = true;
    this.say(this.form.dataset.saving);
    const text = this.field.value;
    const answer = await send(this.form.action, { text, base: this.base.value });
    this.saving = false;
    this.take(answer, text);
  }

  /** A text is kept on this device until the link returns. */
  waits(text, base) {
    this.kept = text;
    this.base.value = base;
    if (!this.field.matches(':focus')) this.field.value = text;
    this.say(this.form.dataset.waits);
    if (this.dirty) this.changed();
  }

  /** What was kept here has arrived. */
  sent(body) {
    if (body?.number) this.take({ status: 200, body }, this.kept);
  }

  take({ status, body }, text) {
    const { dataset } = this.form;
    if (status === 200 && body.waits) {
      this.waits(text, this.base.value);
    } else if (status === 200) {
      this.kept = text;
      this.base.value = body.number;
      this.theirs.hidden = true;
      const saved = dataset.saved.replace('{time}', body.saved);
      this.say(saved);
      const bar = document.querySelector('[data-note-state]');
      if (bar) bar.textContent = saved;
      if (this.dirty) this.changed();
    } else if (status === 409 && body?.theirs) {
      this.stopped = true;
      this.base.value = body.theirs.number;
      this.theirs.querySelector('p').textContent = dataset.theirs.replace('{time}', body.theirs.saved);
      this.theirs.querySelector('pre').textContent = body.theirs.text;
      this.theirs.hidden = false;
      this.say(body.message);
    } else if (status === 422) this.say(body?.message || dataset.unsaved);
    else {
      this.say(status === 303 ? dataset.signedOut : dataset.offline);
      this.later(AGAIN);
    }
  }
}

const note = noteForm && new Note(noteForm);
// Only for those who keep a course on this device.
if (note && navigator.serviceWorker?.controller) import('./offline/waiting.js').then(({ follow }) => follow(note));

// ---- code that readers run ----

const blocks = [...document.querySelectorAll('.runnable')];
const told = JSON.parse(document.getElementById('runnable-told')?.textContent || 'null');
let desk = null;

/** The program that runs code is fetched when somebody runs some. */
async function running() {
  desk ||= import('./running.js').then(({ Desk }) => new Desk(blocks, told, send));
  return desk;
}

/** Lay the tools and the places for what comes of it around a block. */
function furnish(block, number) {
  const words = (sentence) => sentence.replace('{number}', number);
  const source = document.createElement('div');
  source.className = 'nb-source code';
  source.dir = 'ltr';
  source.append(...block.childNodes);
  const outputs = document.createElement('div');
  outputs.className = 'nb-outputs';
  outputs.hidden = true;
  const says = document.createElement('div');
  says.className = 'nb-says';
  says.setAttribute('role', 'status');
  block.classList.add('nb-cell', 'nb-code');
  block.setAttribute('role', 'group');
  block.setAttribute('aria-label', words(told.words.block));
  block.append(document.getElementById('runnable-tools').content.cloneNode(true), source, outputs, says);
  block.querySelector('[data-do="run"]').setAttribute('aria-label', words(told.words.run));
  const act = async (name, event) => {
    const state = block.querySelector('[data-run-state]');
    try {
      (await running())[name](block, event);
    } catch {
      desk = null;
      state.textContent = told.words.failed;
    }
  };
  const isWritten = () => Boolean(source.querySelector('.cm-editor'));
  block.addEventListener('click', (event) => {
    const button = event.target.closest('[data-do]');
    if (button) act(button.dataset.do);
    // Whoever marks something to copy it does not want to write.
    else if (source.contains(event.target) && !isWritten() && getSelection().isCollapsed) act('write', event);
  });
  source.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || isWritten()) return;
    event.preventDefault();
    act('write');
  });
}

if (told) blocks.forEach((block, place) => furnish(block, place + 1));
