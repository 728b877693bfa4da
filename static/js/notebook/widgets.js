// Carries what widgets say between the frames that draw them and their halves in the kernel. It is
// fetched when a kernel has made the first one. A frame is hostile: it learns of no widget that it
// cannot name, and all it can have sent are words to those, short ones and few.

const LONGEST = 60000;
const DEEPEST = 50;
const MOST_WAITING = 20;
// The relay hears twenty frames a second from a page for long.
const PAUSE = 60;
const AWAY = 1000;
// A widget speaks again when it is told that it was heard; what it shows meanwhile goes with that.
const HEARD = 100;
const MOST_TEXT = 400000;
const LINKS = ['LinkModel', 'DirectionalLinkModel'];
const METHODS = ['update', 'custom'];

/** The bytes that came as Base64. */
const bytes = (text) => new DataView(Uint8Array.from(atob(text), (each) => each.charCodeAt(0)).buffer);

/** Put `buffers` at their places in what a widget's state says, and nowhere else. */
function filled({ state = {}, buffer_paths: paths = [] }, buffers) {
  paths.forEach((path, place) => {
    const own = (part, key) => (part && Object.hasOwn(part, key) ? part[key] : null);
    const within = path.slice(0, -1).reduce(own, state);
    if (within && buffers[place] !== undefined && path.at(-1) !== '__proto__') within[path.at(-1)] = bytes(buffers[place]);
  });
  return state;
}

/** Whether `value` has no more levels than the relay reads. */
function isFlat(value, left = DEEPEST) {
  return typeof value !== 'object' || value === null || (left > 0 && Object.values(value).every((each) => isFlat(each, left - 1)));
}

/** What a frame says in JSON, or null. It comes as a text, which is as large as it looks. */
function read(text) {
  if (typeof text !== 'string' || text.length > LONGEST) return null;
  try {
    const data = JSON.parse(text);
    return METHODS.includes(data?.method) && isFlat(data) ? data : null;
  } catch {
    return null;
  }
}

/** One frame: the port to it, the widgets that it knows, and the outputs among which it stands. */
class Line {
  constructor(frame, port, outputs) {
    Object.assign(this, { frame, port, outputs, known: new Set() });
  }

  say(word) { this.port.postMessage(word); }
}

export class Widgets {
  constructor(kernel) {
    this.kernel = kernel;
    this.states = new Map();
    this.links = new Set();
    this.lines = new Set();
    this.runs = new Map();
    this.waiting = [];
    this.catching = [];
    this.clearing = new Set();
    this.due = new Set();
  }

  /** Whether the kernel has made a widget of this name. */
  has(comm) { return this.states.has(comm); }

  /** The end of a line for `frame` to speak and hear on; `outputs` get what its words bring forth. */
  open(frame, outputs) {
    const { port1, port2 } = new MessageChannel();
    const line = new Line(frame, port1, outputs);
    for (const each of this.lines) if (each.frame === frame || !each.frame.isConnected) this.lines.delete(each);
    this.lines.add(line);
    if (this.over) line.say({ over: true }); // Its cell was moved, and it is drawn once more.
    port1.onmessage = ({ data }) => this.hear(line, data);
    return port2;
  }

  /** Nothing answers any more. */
  end() {
    this.over = true;
    this.waiting = [];
    this.lines.forEach((line) => line.say({ over: true }));
    new Set([...this.lines].map(({ outputs }) => outputs)).forEach((outputs) => outputs.widgetsOver());
  }

  // ---- from a frame to the kernel ----

  hear(line, said) {
    if (!this.lines.has(line)) return;
    if (typeof said?.get === 'string') {
      if (this.has(said.get)) line.known.add(said.get);
      line.say({ state: this.states.get(said.get) ?? null, of: said.get });
      this.links.forEach((comm) => this.link(line, comm));
    } else if (said?.plot) {
      line.outputs.plotter().catch(() => '').then((plotter) => line.say({ plotter }));
    } else if (!this.over && line.known.has(said?.comm) && typeof said.id === 'number') {
      const data = read(said.data);
      const before = this.waiting.filter((each) => each.line === line).length;
      if (!data || before >= MOST_WAITING) return;
      this.waiting.push({ line, id: said.id, comm: said.comm, data });
      this.send();
    }
  }

  send() {
    if (this.resting || !this.waiting.length) return;
    const { connected } = this.kernel;
    this.resting = setTimeout(() => {
      this.resting = 0;
      this.send();
    }, connected ? PAUSE : AWAY);
    if (!connected) return;
    const { line, id, comm, data } = this.waiting.shift();
    const run = this.kernel.fresh();
    this.runs.set(run, { line, id });
    const pause = new Promise((over) => { setTimeout(over, HEARD); });
    const done = this.kernel.begin(run, { type: 'comm_msg', comm, data }, (frame) => line.outputs.ofWidget(frame));
    Promise.all([done, pause]).then(() => {
      this.runs.delete(run);
      line.say({ heard: id });
    });
  }

  // ---- from the kernel to the frames ----

  /** Take a frame of the relay; false when it is none of ours. */
  take(frame) {
    const { type, comm, data } = frame;
    if (type === 'comm_open') {
      this.states.set(comm, filled(data, frame.buffers));
      if (LINKS.includes(data.state?._model_name)) {
        this.links.add(comm);
        this.lines.forEach((line) => this.link(line, comm));
      }
    } else if (type === 'comm_close') {
      this.states.delete(comm);
      this.links.delete(comm);
      this.catching = this.catching.filter((each) => each.comm !== comm);
      this.tell(comm, { closed: comm });
    } else if (type === 'comm_msg') this.change(frame);
    else if (type === 'done') {
      this.catching = this.catching.filter(({ run }) => run !== frame.id);
      return false;
    } else if (type === 'output' || type === 'clear') {
      const by = this.catching.findLast(({ run }) => run === frame.id);
      if (by) this.caught(by.comm, frame);
      return Boolean(by);
    } else return false;
    return true;
  }

  /** A link between two widgets is shown by nobody: the frame that knows its source minds it. */
  link(line, comm) {
    const [source] = this.states.get(comm).source || [];
    if (!line.known.has(comm) && line.known.has(String(source).replace('IPY_MODEL_', ''))) line.say({ link: comm });
  }

  change({ id, comm, data, buffers }) {
    const known = this.states.get(comm);
    if (!known) return;
    if (['update', 'echo_update'].includes(data.method)) {
      const state = filled(data, buffers);
      delete data.buffer_paths;
      Object.assign(known, state);
      // Between two of these words, what its run puts out is for this widget and not for the cell.
      if (known._model_name === 'OutputModel' && state.msg_id !== undefined) {
        this.catching = this.catching.filter((each) => each.comm !== comm);
        if (state.msg_id) this.catching.push({ comm, run: id });
      }
    }
    this.tell(comm, { comm, data }, id);
  }

  tell(comm, word, run) {
    const by = this.runs.get(run);
    for (const line of this.lines) {
      if (line.known.has(comm)) line.say({ ...word, answers: line === by?.line ? by.id : '' });
    }
  }

  /** Let an output widget have what its run puts out. */
  caught(comm, { type, wait, output }) {
    const state = this.states.get(comm);
    const isOver = type === 'clear' || this.clearing.delete(comm);
    let outputs = isOver && !wait ? [] : [...(state.outputs || [])];
    if (type === 'clear' && wait) this.clearing.add(comm);
    else if (type === 'clear') this.clearing.delete(comm);
    else {
      const last = outputs.at(-1);
      if (output.output_type === 'stream' && last?.output_type === 'stream' && last.name === output.name) {
        outputs = [...outputs.slice(0, -1), { ...last, text: (last.text + output.text).slice(-MOST_TEXT) }];
      } else outputs.push(output);
    }
    state.outputs = outputs;
    if (this.due.has(comm)) return;
    // A loop may write a thousand lines a second.
    this.due.add(comm);
    setTimeout(() => {
      this.due.delete(comm);
      this.tell(comm, { comm, data: { method: 'update', state: { outputs: state.outputs } } });
    }, PAUSE);
  }
}
