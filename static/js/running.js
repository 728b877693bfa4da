// Runs the code of a lesson. Fetched when a reader runs a block for the first time: until then a
// lesson is text. All blocks of a lesson share one kernel, as the cells of a notebook do.

import { Cell, fetchLate, named } from './notebook/cell.js';
import { Kernel } from './notebook/kernel.js';
import { allowed } from './notebook/outputs.js';

const OVER = ['dead', 'culled', 'restarting', 'moved'];
const TOLD = ['full', 'fetching', 'starting', 'busy', 'restarting', 'dead', 'moved', 'away', 'refused'];

export class Desk {
  /** `blocks` are the elements of a lesson's code, `told` what the page says, `post` sends. */
  constructor(blocks, told, post) {
    Object.assign(this, { blocks, told, lines: false });
    this.page = {
      words: told.words, nonce: told.nonce, frame: told.frame, plotly: told.plotly, manager: told.manager,
      widgets: () => this.server.widgets,
      html: async (source) => (await post(told.text, { source })).body?.html || '',
    };
    this.server = new Kernel(async () => {
      const answer = await post(told.kernel, {});
      if (answer.status !== 200) throw new Error(`no ticket: ${answer.status}`);
      return answer.body;
    }, (frame) => { if (this.kernel === this.server) this.hear(frame); });
    this.kernel = this.server;
    this.cells = new Map();
    this.ran = new Set();
    this.queue = Promise.resolve();
    // Completing comes a little later, as in a notebook.
    fetchLate().then(() => this.cells.forEach((cell) => cell.refine()), () => {});
  }

  say(name, values = {}) { return named(this.told.words[name] || '', values); }

  // ---- what a cell asks of its book ----

  keys(cell) {
    const run = () => { this.start(cell.block); return true; };
    const leave = (view) => {
      if (view.dom.querySelector('.cm-tooltip-autocomplete')) return false;
      cell.element.querySelector('[data-do="run"]').focus();
      return true;
    };
    return [{ key: 'Shift-Enter', run }, { key: 'Mod-Enter', run }, { key: 'Escape', run: leave }];
  }

  changed() {
    for (const cell of this.cells.values()) this.button(cell, 'reset').hidden = cell.source === cell.original;
  }

  focused(cell, has) { cell.element.classList.toggle('nb-writing', has); }

  choose(cell) { cell.editor?.focus(); }

  // ---- running ----

  /** The block as a cell whose code can be changed. */
  cell(block) {
    let cell = this.cells.get(block);
    if (cell) return cell;
    const number = this.blocks.indexOf(block) + 1;
    const source = block.querySelector('code').textContent.replace(/\n$/, '');
    cell = new Cell({ id: `block-${number}`, kind: 'code', source, fixed: true }, block, this);
    Object.assign(cell, { block, number, original: source, fixed: false });
    cell.outputs.element.setAttribute('aria-label', this.say('outputOf', { number }));
    block.removeAttribute('tabindex');
    cell.edit();
    this.cells.set(block, cell);
    return cell;
  }

  button(cell, name) { return cell.element.querySelector(`[data-do="${name}"]`); }

  tell(cell, words) {
    const place = cell.element.querySelector('[data-run-state]');
    if (place.textContent !== words) place.textContent = words;
  }

  /** Write in a block, where the pointer is or else at its end. */
  write(block, at) {
    const { editor } = this.cell(block);
    const place = at && editor.posAtCoords({ x: at.clientX, y: at.clientY });
    editor.dispatch({ selection: { anchor: place ?? editor.state.doc.length } });
    editor.focus();
  }

  /** Run a block with a kernel of the site. */
  run(block) {
    this.use(this.server);
    return this.start(block);
  }

  /** Run a block on this device, once its reader has agreed to fetch what that takes. */
  async here(block) {
    const { Device } = await import('./practice/device.js');
    this.device ||= new Device(this.told.practice, (frame) => { if (this.kernel === this.device) this.hear(frame); });
    const cell = this.cell(block);
    if (!this.agreed && !(await this.device.isKept())) {
      const code = this.blocks.slice(0, cell.number).map((each) => this.cell(each).source).join('\n');
      const needs = await this.device.needs(code).catch(() => null);
      if (!needs) return this.tell(cell, this.say('dead-unfetched'));
      return this.offer(cell, this.device.size(needs.bytes));
    }
    this.use(this.device);
    return this.start(block);
  }

  offer(cell, size) {
    const words = document.createElement('p');
    words.textContent = this.say('takes', { size });
    const button = document.createElement('button');
    Object.assign(button, { type: 'button', className: 'button button-primary', textContent: this.say('fetch') });
    button.dataset.do = 'agree';
    cell.says.replaceChildren(words, button);
    button.focus();
  }

  agree(block) {
    this.agreed = true;
    this.cell(block).element.querySelector('[data-do="run"]').focus();
    return this.here(block);
  }

  /** Go on with another Python, which knows nothing of what ran in the last one. */
  use(kernel) {
    if (this.kernel === kernel) return;
    this.kernel.abort();
    this.kernel = kernel;
    this.ran.clear();
  }

  /** Run a block, and before it those above that this Python has not run. */
  start(block) {
    const wanted = this.cell(block);
    this.queue = this.queue.then(async () => {
      if (this.kernel.state === 'dead') this.kernel.restart();
      const missing = this.blocks.slice(0, wanted.number - 1).filter((each) => !this.ran.has(each));
      if (missing.length) this.tell(wanted, this.say('waiting'));
      for (const each of [...missing, block]) {
        const done = await this.once(this.cell(each));
        if (done.status === 'aborted') return;
      }
    });
    return this.queue;
  }

  async once(cell) {
    this.running = cell;
    cell.says.replaceChildren();
    cell.outputs.clear(true);
    cell.element.classList.add('nb-running');
    this.button(cell, 'run').hidden = true;
    this.button(cell, 'stop').hidden = false;
    const here = this.button(cell, 'here');
    const isHere = this.kernel === this.device;
    if (here) here.hidden = isHere;
    const connected = this.kernel.connect();
    this.tell(cell, this.say(this.kernel.state === 'idle' ? 'busy' : 'starting'));
    const done = await this.kernel.execute(cell.source, (frame) => this.output(cell, frame));
    await connected;
    if (cell.outputs.clearing) cell.outputs.clear();
    cell.element.classList.remove('nb-running');
    cell.element.querySelector('.nb-input')?.remove();
    const focused = document.activeElement === this.button(cell, 'stop');
    this.button(cell, 'run').hidden = false;
    this.button(cell, 'stop').hidden = true;
    if (here) here.hidden = false;
    this.bar(cell).hidden = true;
    if (focused) this.button(cell, 'run').focus();
    cell.count(done.count ? `[${done.count}]` : '');
    this.running = null;
    if (done.status === 'aborted') {
      if (!TOLD.includes(this.kernel.state) || this.kernel.state === 'busy') this.tell(cell, this.say('lost'));
    } else {
      this.ran.add(cell.block);
      this.tell(cell, this.say(done.status !== 'ok' ? 'stopped' : isHere ? 'readyHere' : 'ready'));
    }
    return done;
  }

  output(cell, frame) {
    if (frame.type === 'clear') cell.outputs.clear(frame.wait);
    else if (frame.type === 'cut') {
      const note = document.createElement('p');
      allowed(frame).then((most) => { note.textContent = this.say(`cut-${frame.reason}`, { most }); });
      cell.says.append(note);
    } else cell.outputs.add(frame.output, frame.display_id);
  }

  stop() {
    if (this.kernel.state === 'busy') this.kernel.interrupt();
    else this.kernel.abort();
  }

  reset(block) {
    const cell = this.cell(block);
    cell.source = cell.original;
    this.changed();
    cell.editor.focus();
  }

  hear(frame) {
    if (frame.type === 'kernel') this.become(frame);
    else if (frame.type === 'update') this.cells.forEach((cell) => cell.outputs.update(frame.display_id, frame.output));
    else if (frame.type === 'input_request' && this.running) {
      const cell = this.running;
      import('./notebook/input.js').then(({ ask }) => ask(cell, frame, this.kernel, (name) => this.say(name)));
    }
  }

  bar(cell) { return cell.element.querySelector('progress'); }

  become({ state, reason, place, size, share }) {
    // Another kernel knows nothing of what the last one ran.
    if (OVER.includes(state) || state === 'starting') this.ran.clear();
    const cell = this.running;
    if (!cell || !TOLD.includes(state)) return;
    const words = this.say(`${state}-${reason}`, { place, size }) || this.say(state, { place, size });
    this.tell(cell, words);
    const bar = this.bar(cell);
    bar.hidden = share === undefined;
    if (share !== undefined) bar.value = share;
    if (state === 'refused' && this.kernel.stopped) this.kernel.abort();
  }
}
