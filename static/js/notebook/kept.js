// What cells put out last: sent to the server after they ran, and shown again when the page is
// opened anew, as coming from an earlier kernel. Fetched once the first cell can be run.

const SOON = 2000;
const MOST_EACH = 200000;
const MOST_TOGETHER = 450000;

export class Kept {
  constructor({ book, saving, get, send }) {
    Object.assign(this, { book, saving, get, send });
    this.ran = new Map();
    this.changed = new Set();
    document.addEventListener('visibilitychange', () => { if (document.hidden) this.keep(); });
    this.show();
  }

  /** Remember that what `cell` puts out is another than before. */
  note(cell) {
    this.ran.set(cell.id, true);
    this.changed.add(cell.id);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keep(), SOON);
  }

  /** Show what is kept of cells that have not run since the page was opened. */
  async show() {
    const outputs = (await this.get('/outputs')).body?.outputs || {};
    for (const cell of this.book.cells) {
      if (outputs[cell.id] && !this.ran.has(cell.id)) cell.outputs.showEarlier(outputs[cell.id]);
    }
  }

  async keep() {
    clearTimeout(this.timer);
    if (!this.changed.size || this.keeping) return;
    const ids = [...this.changed];
    this.changed.clear();
    this.keeping = true;
    if (!this.saving.number) this.saving.changed(); // Outputs belong to a draft, so there has to be one.
    const saved = await this.saving.save();
    const answer = saved && await this.send('/outputs', { outputs: this.told(ids) });
    this.keeping = false;
    // What the server refuses it would refuse again; what did not reach it goes with the next.
    if (!saved || !answer.status) ids.forEach((id) => this.changed.add(id));
    else if (this.changed.size) this.timer = setTimeout(() => this.keep(), SOON);
  }

  /** The outputs of these cells, each and all together no larger than the server keeps. */
  told(ids) {
    let left = MOST_TOGETHER;
    const told = {};
    for (const cell of this.book.cells.filter((each) => ids.includes(each.id)).reverse()) {
      const { list } = cell.outputs;
      const size = JSON.stringify(list).length;
      const fits = size <= Math.min(MOST_EACH, left);
      told[cell.id] = fits ? list : [{ output_type: 'omitted' }];
      if (fits) left -= size;
    }
    ids.filter((id) => !told[id]).forEach((id) => { told[id] = []; });
    return new Blob([JSON.stringify(told)], { type: 'application/json' });
  }
}
