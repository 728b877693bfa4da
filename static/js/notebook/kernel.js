// Speaks with the relay of kernels: connects with a ticket, again when the line breaks, and
// tells what comes. It knows nothing of cells.

const FIRST_WAIT = 500;
const LONGEST_WAIT = 20000;
const BEAT = 30000;
// The first completion of a kernel takes seconds, on a machine with much to do more than a few.
const LONGEST_LOOK = 20000;
const UNNOTICED = 400;

export class Kernel {
  /** `ticket` gets {ticket, relay}; `hear` is told every frame and changes of state. */
  constructor(ticket, hear) {
    this.ticket = ticket;
    this.hear = hear;
    this.state = 'away';
    this.runs = new Map();
    this.answers = new Map();
    this.waiting = [];
    this.count = 0;
    this.wait = FIRST_WAIT;
    this.stopped = false;
    window.addEventListener('online', () => this.again(0));
    document.addEventListener('visibilitychange', () => { if (!document.hidden) this.again(0); });
    setInterval(() => { if (!document.hidden) this.send({ type: 'ping' }); }, BEAT);
  }

  /** Get a ticket and say hello; nothing happens while a connection stands or is being made. */
  async connect() {
    if (this.socket || this.connecting) return;
    this.connecting = true;
    this.stopped = false;
    clearTimeout(this.timer);
    try {
      const { ticket, relay } = await this.ticket();
      const socket = new WebSocket(relay);
      this.socket = socket;
      socket.addEventListener('open', () => socket.send(JSON.stringify({ type: 'hello', ticket })));
      socket.addEventListener('message', (event) => this.take(JSON.parse(event.data)));
      socket.addEventListener('close', () => this.lost(socket));
    } catch {
      this.socket = null;
      this.become({ state: 'away' });
      this.again();
    } finally {
      this.connecting = false;
    }
  }

  /** Run `code`; resolves to the frame that says it is done. `output` is told what comes of it. */
  execute(code, output) {
    const done = this.begin(this.fresh(), { type: 'execute', code }, output, true);
    if (this.stopped) this.connect();
    return done;
  }

  /** A name for something to run. */
  fresh() {
    this.count += 1;
    return `${Date.now().toString(36)}-${this.count}`;
  }

  /** Have `frame` done under the name `id`; see `execute` and `send`. */
  begin(id, frame, output, keep = false) {
    return new Promise((done) => {
      this.runs.set(id, { output, done });
      this.send({ ...frame, id }, keep);
    });
  }

  /**
   * Ask for completions (`complete`) or an explanation (`inspect`); null when none comes.
   * What is not there at once is told as the state `looking`, until the answer or another state.
   */
  ask(type, code, cursor) {
    if (this.state !== 'idle') return Promise.resolve(null);
    this.count += 1;
    const id = `q${this.count}`;
    return new Promise((answer) => {
      const told = setTimeout(() => this.show('looking'), UNNOTICED);
      const over = (found) => {
        clearTimeout(told);
        clearTimeout(end);
        if (this.answers.delete(id) && !this.answers.size) this.show('idle');
        answer(found);
      };
      const end = setTimeout(over, LONGEST_LOOK, null);
      this.answers.set(id, over);
      this.send({ type, id, code, cursor });
    });
  }

  /** Tell what an idle kernel is at; what another state says is not talked over. */
  show(state) {
    if (this.state === 'idle') this.hear({ type: 'kernel', state });
  }

  interrupt() { this.send({ type: 'interrupt' }); }

  restart() {
    this.abort();
    if (this.stopped) this.connect();
    else this.send({ type: 'restart' });
  }

  input(value) { this.send({ type: 'input', value }); }

  stay() { this.send({ type: 'stay' }); }

  get connected() { return this.greeted && this.socket?.readyState === WebSocket.OPEN; }

  /** Send a frame now, or with `keep` as soon as there is a kernel to speak with. */
  send(frame, keep = false) {
    if (this.connected) {
      this.socket.send(JSON.stringify(frame));
      const run = this.runs.get(frame.id);
      if (run) run.sent = true;
    } else if (keep) this.waiting.push(frame);
  }

  /** Take a frame. Once the kernel has made a widget, all frames go by way of it, in their order. */
  take(frame) {
    if (frame.type === 'comm_open') this.widgets ||= this.bridge();
    if (!this.widgets) this.pass(frame);
    else this.widgets.then((widgets) => widgets?.take(frame) || this.pass(frame));
  }

  /** What carries the words of widgets; null when it cannot be fetched. */
  async bridge() {
    try {
      const { Widgets } = await import('./widgets.js');
      return new Widgets(this);
    } catch {
      return null;
    }
  }

  pass(frame) {
    const run = this.runs.get(frame.id);
    if (frame.type === 'kernel') this.become(frame);
    else if (frame.type === 'done') {
      this.runs.delete(frame.id);
      run?.done(frame);
    } else if (['output', 'clear', 'cut'].includes(frame.type)) run?.output(frame);
    else if (frame.type === 'completion' || frame.type === 'inspection') {
      this.answers.get(frame.id)?.(frame);
    } else if (frame.type === 'refused') {
      this.stopped = frame.reason !== 'ticket';
      this.become({ state: 'refused', reason: frame.reason });
    } else this.hear(frame);
  }

  become(frame) {
    const { state } = frame;
    if (this.greeted && ['dead', 'culled', 'restarting', 'moved'].includes(state)) this.abort();
    // Met anew and starting: the kernel is another one, and what ran in the last one is over.
    if (!this.greeted && ['starting', 'full'].includes(state)) this.abort((run) => run.sent);
    if (state === 'moved') this.stopped = true;
    this.state = state;
    this.hear({ type: 'kernel', ...frame });
    if (['away', 'refused', 'moved'].includes(state)) return;
    this.wait = FIRST_WAIT;
    if (!this.greeted) {
      this.greeted = true;
      const waiting = this.waiting;
      this.waiting = [];
      waiting.forEach((each) => this.send(each));
    }
  }

  /** What ran is over, all of it or what is `over`; what was never sent found no kernel. */
  abort(over = () => true) {
    this.widgets?.then((widgets) => widgets?.end());
    this.widgets = null;
    const ended = [...this.runs].filter(([, run]) => over(run));
    const ids = new Set(ended.map(([id]) => id));
    this.waiting = this.waiting.filter((frame) => !ids.has(frame.id));
    ended.forEach(([id, run]) => {
      this.runs.delete(id);
      run.done({ status: 'aborted', count: null, [run.sent ? 'lost' : 'unserved']: true });
    });
  }

  lost(socket) {
    if (this.socket !== socket) return;
    this.socket = null;
    this.greeted = false;
    if (this.stopped) {
      this.abort();
      return;
    }
    this.become({ state: 'away' });
    this.again();
  }

  again(wait = this.wait) {
    if (this.socket || this.connecting || this.stopped) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.connect(), wait);
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
  }
}
