// Stands in the frame of a widget, after Jupyter's own library: draws one widget, and has the page
// pass on what it says and hears. Whatever is shown in here may do as it likes, and only here.

const { ManagerBase, Widget, base, controls, output } = globalThis.jupyterWidgets;
const { place, id, port } = globalThis.shown;
const PICTURES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];
const VIEW = 'application/vnd.jupyter.widget-view+json';
const PLOT = 'application/vnd.plotly.v1+json';
const joined = (value) => (Array.isArray(value) ? value.join('') : String(value ?? ''));
const plain = (text) => text.replace(/\x1b\[[0-?]*[ -/]*[@-~]/g, '').replace(/^-{75}\n/, '');

/** What a widget says of itself goes to the page, under numbers by which it is told what was heard. */
class Comm {
  constructor(name) {
    this.comm_id = name;
    this.target_name = 'jupyter.widget';
  }

  send(data, callbacks) {
    manager.count += 1;
    manager.unheard.set(manager.count, callbacks);
    port.postMessage({ comm: this.comm_id, data: JSON.stringify(data), id: manager.count });
    return manager.count;
  }

  on_msg(heard) { this.heard = heard; }

  on_close(closed) { this.closed = closed; }

  close() { return ''; } // The kernel closes what it has opened.
}

class OutputView extends output.OutputView {
  render() {
    super.render();
    this.el.classList.add('jupyter-widgets', 'widget-output');
    this.listenTo(this.model, 'change:outputs', this.show);
    this.show();
  }

  async show() {
    const outputs = this.model.get('outputs');
    const parts = await Promise.all(outputs.map((each) => this.drawn(each)));
    // What came meanwhile is drawn by another call.
    if (this.model.get('outputs') === outputs) this.el.replaceChildren(...parts);
  }

  async drawn({ output_type: kind, name, text, data = {}, traceback = [] }) {
    const part = document.createElement('div');
    const picture = PICTURES.find((each) => data[each]);
    if (data[VIEW]) {
      const view = await manager.create_view(await manager.get_model(data[VIEW].model_id));
      // It is told of being shown once it stands in the document.
      requestAnimationFrame(() => Widget.attach(view.luminoWidget, part));
    } else if (data[PLOT] && await manager.canPlot()) {
      const { data: traces, layout } = data[PLOT];
      globalThis.Plotly.newPlot(part, traces, { ...layout, autosize: true }, { responsive: true, displaylogo: false });
    } else if (data['text/html']) part.append(document.createRange().createContextualFragment(joined(data['text/html'])));
    else if (data['image/svg+xml']) part.innerHTML = joined(data['image/svg+xml']);
    else if (picture) {
      const image = Object.assign(new Image(), { alt: '', src: `data:${picture};base64,${joined(data[picture]).replace(/\s/g, '')}` });
      await image.decode().catch(() => {}); // Or all below it would jump with every move of a slider.
      part.append(image);
    } else {
      const pre = document.createElement('pre');
      pre.dir = 'auto';
      pre.className = kind === 'error' || name === 'stderr' ? 'wrong' : '';
      pre.textContent = plain(kind === 'error' ? traceback.join('\n') : joined(text ?? data['text/plain']));
      part.append(pre);
    }
    return part;
  }
}

class OutputModel extends output.OutputModel {
  defaults() { return { ...super.defaults(), msg_id: '', outputs: [] }; }
}

const LIBRARY = {
  '@jupyter-widgets/base': base,
  '@jupyter-widgets/controls': controls,
  '@jupyter-widgets/output': { OutputModel, OutputView },
};

/** Knows a widget when it is asked for: its state comes from the page, with those of its parts. */
class Manager extends ManagerBase {
  constructor() {
    super();
    this.count = 0;
    this.unheard = new Map();
    this.comms = new Map();
    this.asked = new Map();
    port.onmessage = ({ data }) => this.hear(data);
  }

  async loadClass(name, module) {
    const found = LIBRARY[module]?.[name];
    if (!found) throw new Error(`${module} ${name}`);
    return found;
  }

  get_model(name) {
    if (!this.has_model(name)) this.register_model(name, this.made(name));
    return this._models[name];
  }

  async made(name) {
    const state = await new Promise((told) => {
      this.asked.set(name, told);
      port.postMessage({ get: name });
    });
    if (!state) throw new Error(name);
    const comm = new Comm(name);
    this.comms.set(name, comm);
    return this._make_model({
      model_name: state._model_name,
      model_module: state._model_module,
      model_module_version: state._model_module_version,
      model_id: name,
      comm,
    }, state);
  }

  /** Whether the library for plots is here, which the page fetches when the first one comes. */
  canPlot() {
    this.plotter ||= new Promise((told) => {
      this.asked.set(PLOT, told);
      port.postMessage({ plot: true });
    }).then((script) => {
      document.head.append(Object.assign(document.createElement('script'), { textContent: script }));
      return Boolean(globalThis.Plotly);
    });
    return this.plotter;
  }

  hear({ state, of, heard, link, plotter, comm, data, answers, closed, over }) {
    if (over) place.inert = true;
    else if (of) this.asked.get(of)?.(state);
    else if (link) this.get_model(link);
    else if (plotter !== undefined) this.asked.get(PLOT)(plotter);
    else if (heard) {
      this.unheard.get(heard)?.iopub?.status?.({ content: { execution_state: 'idle' } });
      this.unheard.delete(heard);
    } else if (closed) this.comms.get(closed)?.closed?.({});
    else this.comms.get(comm)?.heard?.({ content: { data }, parent_header: { msg_id: answers }, buffers: [] });
  }

  // Widgets do not make widgets here.
  async _create_comm() { throw new Error(''); }

  async _get_comm_info() { return {}; }
}

/** Add what the library leaves out: a name for what is dragged, and keys for what folds. */
function mend() {
  for (const handle of place.querySelectorAll('[role=slider]:not([aria-label])')) {
    handle.setAttribute('aria-label', handle.closest('.widget-slider')?.querySelector('.widget-label')?.textContent || '');
  }
  for (const head of place.querySelectorAll('.jupyter-widget-Collapse-header:not([role])')) {
    Object.assign(head, { tabIndex: 0, role: 'button' });
    head.addEventListener('keydown', ({ key }) => { if (key === 'Enter') head.click(); });
  }
}

new MutationObserver(mend).observe(place, { childList: true, subtree: true });
const manager = new Manager();
manager.get_model(id).then((model) => manager.create_view(model)).then(
  (view) => Widget.attach(view.luminoWidget, place),
  () => globalThis.shown.failed(),
);
