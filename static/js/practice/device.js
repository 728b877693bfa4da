// Python on this device instead of a kernel of the site, with the same words to speak to it. It
// fetches what was supplied, tells how far it is, and hands it to a frame that is nobody's.

import '../written.js';

const MOST_OUTPUT = 1_000_000;
const KINDS = ['stream', 'execute_result', 'display_data', 'error'];
const IMPORT = /^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import\b|import[ \t]+([^#\n;]+))/gm;

/** The names of modules that `code` asks for, without their parts. */
function imported(code) {
  const found = [...code.matchAll(IMPORT)].flatMap(([, from, list]) => (from ? [from] : list.split(',')));
  return found.map((each) => each.trim().split(/[\s.]/)[0]).filter(Boolean);
}

export class Device {
  /** `told` says where everything is, `hear` is told of every change of state as of a kernel's. */
  constructor(told, hear) {
    Object.assign(this, { told, hear, state: 'away', count: 0, fetched: new Set(), runs: new Map() });
    window.addEventListener('message', (event) => {
      if (this.frame && event.source === this.frame.contentWindow && event.data?.practice === 'failed') this.fail(event.data.message);
    });
  }

  async contents() {
    this.known ||= fetch(`${this.told.home}contents.json`, { credentials: 'omit' }).then((answer) => (answer.ok ? answer.json() : Promise.reject(answer)));
    try {
      return await this.known;
    } catch (error) {
      this.known = null;
      throw error;
    }
  }

  /** The packages that `code` needs, with those that they build on, and the files that are missing. */
  async needs(code) {
    const { core, packages } = await this.contents();
    const wanted = imported(code);
    const names = new Set();
    const take = (name) => {
      if (names.has(name)) return;
      names.add(name);
      packages[name].depends.forEach(take);
    };
    for (const [name, { imports }] of Object.entries(packages)) if (imports.some((each) => wanted.includes(each))) take(name);
    const files = Object.fromEntries([...names].map((name) => [packages[name].file, packages[name].bytes]));
    const all = Object.entries({ ...core, ...files }).filter(([name]) => !this.fetched.has(name));
    return { packages: [...names], files: Object.fromEntries(all), bytes: all.reduce((sum, [, bytes]) => sum + bytes, 0) };
  }

  /** Whether Python itself lies on this device for good, so that nobody need be asked first. */
  async isKept() {
    return 'caches' in window && Boolean(await caches.match(`${this.told.home}pyodide.asm.wasm`));
  }

  async connect() { /* There is no line: the first run makes everything. */ }

  ask() { return Promise.resolve(null); }

  input() { /* Nothing is asked here. */ }

  /** Run `code`; resolves to how it ended. `output` is told what comes of it. */
  execute(code, output) {
    this.count += 1;
    const id = this.count;
    this.queue = (this.queue || Promise.resolve()).then(() => new Promise((done) => {
      this.runs.set(id, { output, done, bytes: 0 });
      this.send(id, code).catch((error) => { console.warn(error); this.end('dead', 'unfetched'); });
    }));
    return this.queue;
  }

  async send(id, code) {
    const { files, packages, bytes } = await this.needs(code);
    if (!this.runs.has(id)) return; // Stopped meanwhile.
    if (bytes) this.fetching(0, bytes);
    const content = await this.fetchAll(files, bytes);
    if (!this.runs.has(id)) return;
    this.become({ state: this.line ? 'busy' : 'starting' });
    if (!this.line) this.open();
    this.line.postMessage({ files: content, run: id, code, packages }, Object.values(content));
    Object.keys(files).forEach((name) => this.fetched.add(name));
  }

  /** Bytes as people read them, in megabytes. */
  size(bytes) {
    return Written.number(Math.max(0.1, bytes / 1e6), document.documentElement.lang);
  }

  fetching(done, bytes) {
    this.become({ state: 'fetching', size: this.size(bytes), share: Math.min(1, done / bytes) });
  }

  /** Files by name, fetched with a word about each piece that has come. */
  async fetchAll(files, bytes) {
    let done = 0;
    const one = async (name) => {
      const answer = await fetch(this.told.home + encodeURIComponent(name), { credentials: 'omit' });
      if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
      const pieces = [];
      const reader = answer.body.getReader();
      for (let each = await reader.read(); !each.done; each = await reader.read()) {
        pieces.push(each.value);
        done += each.value.length;
        if (this.runs.size) this.fetching(done, bytes);
      }
      return [name, await new Blob(pieces).arrayBuffer()];
    };
    return Object.fromEntries(await Promise.all(Object.keys(files).map(one)));
  }

  /** A frame whose origin is nobody's by its own headers, and a line into it. */
  open() {
    const { port1, port2 } = new MessageChannel();
    const frame = document.createElement('iframe');
    frame.hidden = true;
    frame.setAttribute('referrerpolicy', 'no-referrer');
    frame.addEventListener('load', () => frame.contentWindow.postMessage(null, '*', [port2]), { once: true });
    frame.src = this.told.frame;
    this.frame = frame;
    this.line = port1;
    this.line.onmessage = ({ data }) => { if (this.frame === frame) this.take(data); };
    document.body.append(frame);
  }

  /** What comes from a learner's program may be anything: it is believed to be an output, at most. */
  take(frame) {
    const run = this.runs.get(frame?.id);
    if (frame?.type === 'ready') this.become({ state: 'busy' });
    else if (frame?.type === 'failed') this.fail(frame.message);
    else if (frame?.type === 'done' && run) {
      this.runs.delete(frame.id);
      this.become({ state: 'idle' });
      run.done({ status: frame.status === 'ok' ? 'ok' : 'error', count: frame.id });
    } else if (frame?.type === 'output' && run && KINDS.includes(frame.output?.output_type)) {
      run.bytes += JSON.stringify(frame.output).length;
      if (run.bytes <= MOST_OUTPUT) run.output({ type: 'output', output: frame.output });
      else {
        run.output({ type: 'cut', reason: 'output', most: MOST_OUTPUT });
        this.end('dead', 'stopped');
      }
    }
  }

  become(frame) {
    this.state = frame.state;
    this.hear({ type: 'kernel', ...frame });
  }

  /** Python is over, and with it all that it knew; what ran has not finished. */
  end(state, reason) {
    this.frame?.remove();
    this.line?.close();
    Object.assign(this, { frame: null, line: null });
    this.fetched.clear();
    const ended = [...this.runs.values()];
    this.runs.clear();
    this.become({ state, reason });
    ended.forEach((run) => run.done({ status: 'aborted', count: null, lost: true }));
  }

  fail(message) {
    console.warn(`Python on this device: ${message}`);
    this.end('dead', 'unavailable');
  }

  interrupt() { this.end('dead', 'stopped'); }

  abort() { if (this.runs.size) this.end('dead', 'stopped'); }

  restart() { this.end('away'); }
}
