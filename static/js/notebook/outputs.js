// Shows what a cell has put out. Plain text and the colours of terminals become text nodes of
// the page; everything richer is drawn in a frame whose origin is nobody's (see policy.py).

const RICH = [
  'text/html', 'image/svg+xml', 'image/png', 'image/jpeg', 'image/gif', 'image/webp',
  'text/latex', 'text/markdown', 'application/javascript',
];
const PLOT = 'application/vnd.plotly.v1+json';
const WIDGET = 'application/vnd.jupyter.widget-view+json';
// What the vendored part of plotly can draw.
const PLOTS = new Set([
  'bar', 'box', 'contour', 'heatmap', 'histogram', 'histogram2d', 'histogram2dcontour', 'image', 'pie',
  'quiver', 'scatter', 'scattergl', 'scatterternary', 'violin',
]);
const HIGHEST = 4000;
const MOST_LOADS = 20;
const MOST_TEXT = 400000;

/** A message as one text: notebooks keep texts as lists of lines too. */
const joined = (value) => (Array.isArray(value) ? value.join('') : String(value ?? ''));

/** A traceback without the line that IPython draws above it and the room it leaves in the next: both
 *  are made for 75 signs, and would take a phone half its height. */
const told = (lines) => lines.replace(/^(?:\x1b\[[\d;]*m)*-{75}(?:\x1b\[[\d;]*m)*\n/, '')
  .replace(/ {4,}(?=Traceback \(most recent call last\))/, '  ');

// Libraries that frames are handed, by their address.
const texts = new Map();

/** The text at `address`, fetched once. */
function fetched(address) {
  if (!texts.has(address)) {
    const text = fetch(address).then((answer) => (answer.ok ? answer.text() : Promise.reject(answer)));
    text.catch(() => texts.delete(address));
    texts.set(address, text);
  }
  return texts.get(address);
}

function kindsOf(figure) {
  const traces = Array.isArray(figure?.data) ? figure.data : [];
  return [...new Set(traces.map((trace) => String(trace?.type ?? 'scatter')))];
}

function note(sentence) {
  const word = document.createElement('p');
  word.className = 'nb-aside';
  word.textContent = sentence;
  return word;
}

/** `text` with its terminal colours, as elements whose classes say the colour. */
export function coloured(text) {
  const part = document.createDocumentFragment();
  let bold = false;
  let colour = '';
  const pieces = text.split(/\x1b\[([0-9;]*)m/);
  pieces.forEach((piece, place) => {
    if (place % 2) {
      const codes = piece.split(';').map(Number);
      for (let i = 0; i < codes.length; i += 1) {
        const code = codes[i];
        if (code === 0) { bold = false; colour = ''; }
        else if (code === 1) bold = true;
        else if (code === 22) bold = false;
        else if (code === 39) colour = '';
        else if (code >= 30 && code <= 37) colour = code - 30;
        else if (code >= 90 && code <= 97) colour = code - 82;
        else if (code === 38 || code === 48) {
          if (codes[i + 1] === 5 && code === 38) colour = codes[i + 2] < 16 ? codes[i + 2] : '';
          i += codes[i + 1] === 5 ? 2 : 4;
        }
      }
      return;
    }
    const shown = piece.replace(/\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b.?/g, '');
    if (!shown) return;
    if (!bold && colour === '') return part.append(shown);
    const span = document.createElement('span');
    span.className = `${bold ? 'ansi-bold ' : ''}${colour === '' ? '' : `ansi-${colour}`}`.trim();
    span.append(shown);
    part.append(span);
  });
  return part;
}

/** What a terminal would show of lines that were written over one another. */
export function overwritten(text) {
  return text.replace(/\r+\n/g, '\n').split('\n').map((line) => {
    if (!line.includes('\r')) return line;
    let shown = '';
    for (const piece of line.split('\r')) shown = piece + shown.slice(piece.length);
    return shown;
  }).join('\n');
}

/** The outputs of one cell. `page` gives words, the frame's address and texts made into HTML. */
export class Outputs {
  constructor(element, page) {
    this.element = element;
    this.page = page;
    this.named = new Map();
    this.stream = null;
    this.clearing = false;
    this.list = []; // What is shown, as nbformat has it.
  }

  /** Take everything away; with `wait`, when the next output comes. */
  clear(wait = false) {
    this.clearing = wait;
    if (wait) return;
    this.element.replaceChildren();
    this.named.clear();
    this.stream = null;
    this.list = [];
    this.element.hidden = true;
  }

  /** Show one output of nbformat. */
  add(output, display) {
    if (this.clearing) this.clear();
    this.element.hidden = false;
    if (output.output_type === 'stream') return this.write(output.name, joined(output.text));
    this.stream = null;
    const box = document.createElement('div');
    const shown = { ...output };
    this.list.push(shown);
    this.fill(box, output);
    this.element.append(box);
    if (display) this.named.set(display, [...(this.named.get(display) || []), { box, shown }]);
  }

  /** Show what a kernel that is gone has put out, and say so; the next run takes it away. */
  showEarlier(outputs) {
    this.clear();
    outputs.forEach((output) => this.add(output));
    this.element.prepend(note(this.page.words.earlier));
    this.element.querySelectorAll('iframe').forEach((frame) => { frame.loading = 'lazy'; });
    this.stream = null;
  }

  /** Show `output` in every place that was called `display`. */
  update(display, output) {
    for (const { box, shown } of this.named.get(display) || []) {
      shown.data = output.data;
      this.fill(box, output);
    }
  }

  write(name, text) {
    if (this.stream?.name !== name) {
      const pre = document.createElement('pre');
      pre.dir = 'auto';
      pre.className = name === 'stderr' ? 'nb-stderr' : '';
      this.element.append(pre);
      this.stream = { name, pre, text: '', shown: { output_type: 'stream', name, text: '' } };
      this.list.push(this.stream.shown);
    }
    const stream = this.stream;
    stream.text = overwritten((stream.text + text).slice(-MOST_TEXT));
    stream.shown.text = stream.text;
    if (stream.due) return;
    // A loop may write a thousand lines a second; the screen has sixty.
    stream.due = requestAnimationFrame(() => {
      stream.due = 0;
      stream.pre.replaceChildren(coloured(stream.text));
    });
  }

  fill(box, output) {
    if (output.output_type === 'error') {
      const pre = document.createElement('pre');
      pre.className = 'nb-error';
      const lines = joined((output.traceback || []).join('\n')) || `${output.ename}: ${output.evalue}`;
      pre.append(coloured(told(lines).slice(0, MOST_TEXT)));
      return box.replaceChildren(pre);
    }
    if (output.output_type === 'omitted') {
      return box.replaceChildren(note(this.page.words.omitted));
    }
    const data = output.data || {};
    const { kind, notes } = this.weigh(data);
    if (kind === PLOT) return this.plot(box, data);
    if (kind === WIDGET) return this.widget(box, data);
    return this.show(box, data, notes);
  }

  /** Whether `data` is a plot that can be drawn, and what is to be said of what cannot be shown. */
  weigh(data) {
    const { words } = this.page;
    if (data[WIDGET] !== undefined) return { kind: WIDGET };
    if (data[PLOT] === undefined) return { notes: [] };
    const other = kindsOf(data[PLOT]).filter((each) => !PLOTS.has(each));
    if (!other.length) return { kind: PLOT, notes: [] };
    return { notes: [words.cannotPlot.replace('{kinds}', other.join(', ').slice(0, 100))] };
  }

  /** Show what there is of `data` besides plots, below `notes` that say what is missing. */
  show(box, data, notes = []) {
    const type = RICH.find((each) => data[each] !== undefined);
    const plain = data['text/plain'] ?? (data['application/json'] === undefined ? null : JSON.stringify(data['application/json'], null, 2));
    const inner = document.createElement('div');
    const said = notes.map((sentence) => note(sentence));
    if (type) this.draw(inner, type, joined(data[type]));
    else if (plain !== null) {
      const pre = document.createElement('pre');
      pre.append(coloured(joined(plain).slice(0, MOST_TEXT)));
      inner.append(pre);
    } else if (!said.length) {
      said.push(note(this.page.words.cannotShow.replace('{types}', Object.keys(data).join(', ').slice(0, 200))));
    }
    box.replaceChildren(...said, inner);
  }

  /** Have plotly draw: its script is fetched now and handed to the frame, which may fetch nothing. */
  async plot(box, data) {
    try {
      this.frame(box, PLOT, data[PLOT], { script: await this.plotter() });
    } catch {
      this.show(box, data, [this.page.words.plotAway]);
    }
  }

  /** Have a widget live, while the kernel that made it does. */
  async widget(box, data) {
    const { page } = this;
    const widgets = await page.widgets();
    if (!widgets?.has(data[WIDGET]?.model_id)) return this.show(box, data, [page.words.widget]);
    try {
      const [library, manager, style] = await Promise.all(page.manager.map(fetched));
      const handed = { script: `${library}\n{\n${manager}\n}`, style }; // Each with names of its own.
      const frame = this.frame(box, WIDGET, data[WIDGET], handed, () => [widgets.open(frame, this)]);
    } catch {
      this.show(box, data, [page.words.plotAway]);
    }
  }

  /** The library that draws plots, as a text. */
  plotter() { return fetched(this.page.plotly); }

  /** Say that nothing answers the widgets here any more. */
  widgetsOver() { this.element.append(note(this.page.words.widgetOver)); }

  /** Show what a widget's word has brought forth; it stands here itself, so nothing clears it. */
  ofWidget(frame) {
    if (frame.type === 'output') this.add(frame.output, frame.display_id);
    else if (frame.type === 'cut') this.element.append(note(this.page.words[`cut-${frame.reason}`].replace('{most}', frame.most)));
  }

  async draw(box, type, data) {
    if (type === 'text/latex' || type === 'text/markdown') {
      const html = await this.page.html(data);
      return this.frame(box, 'text/html', html);
    }
    return this.frame(box, type, data);
  }

  /** A frame that draws `data` with what it is `handed`; `lines` gives the ports that go along. */
  frame(box, type, data, handed = {}, lines = () => []) {
    const frame = document.createElement('iframe');
    frame.className = 'nb-frame';
    frame.setAttribute('sandbox', 'allow-scripts');
    frame.setAttribute('referrerpolicy', 'no-referrer');
    frame.title = this.page.words.outputFrame;
    if (type === WIDGET) frame.loading = 'lazy'; // What draws it is large.
    let times = 0;
    frame.addEventListener('load', () => {
      // Again when its cell is moved; what loads itself again and again is left to itself.
      times += 1;
      // Its origin is opaque, so no narrower target can be named; it is told nothing but this.
      if (times > MOST_LOADS) return;
      frame.contentWindow.postMessage({ type, data, ...handed, words: this.page.words.inFrame }, '*', lines());
    });
    frame.src = this.page.frame;
    box.replaceChildren(frame);
    return frame;
  }
}

// The only thing that a frame can say is how high it wants to be.
window.addEventListener('message', (event) => {
  const height = event.data?.height;
  if (typeof height !== 'number' || !Number.isFinite(height)) return;
  for (const frame of document.querySelectorAll('.nb-frame')) {
    if (frame.contentWindow === event.source) {
      frame.style.blockSize = `${Math.min(Math.max(height, 16), HIGHEST)}px`;
    }
  }
});

/** How much a run may, as its reader writes numbers: megabytes of output, or seconds. */
export async function allowed({ reason, most }) {
  await import('../written.js');
  return Written.number(reason === 'output' ? Math.max(0.1, most / 1e6) : most, document.documentElement.lang);
}
