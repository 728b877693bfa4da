// Practice on the device: the cells of a notebook run in this browser for a while instead of on the
// site, and count for nothing. Fetched when somebody asks for it.

import { Device } from '../practice/device.js';

export class Practice {
  constructor(desk, told) {
    this.desk = desk;
    this.device = new Device(told, (frame) => { if (this.isOn) this.show(frame); });
    this.button = document.querySelector('[data-do="practise"]');
    this.dialog = document.getElementById('nb-practice');
    this.dialog.querySelector('[data-agree]').addEventListener('click', () => {
      this.agreed = true;
      this.dialog.close();
      this.begin();
    });
  }

  get isOn() { return this.desk.python === this.device; }

  /** Go over to the device, once its reader has agreed to what that fetches, or back to the site. */
  async turn() {
    if (this.isOn) return this.end();
    if (this.agreed || await this.device.isKept()) return this.begin();
    const code = this.desk.book.cells.filter((each) => each.kind === 'code').map((each) => each.source).join('\n');
    const needs = await this.device.needs(code).catch(() => null);
    if (!needs) return this.desk.speak(document.getElementById('nb-kernel').textContent = this.desk.say('dead-unfetched'));
    this.dialog.querySelector('[data-takes]').textContent = this.desk.say('takes', { size: this.device.size(needs.bytes) });
    return this.dialog.showModal();
  }

  begin() {
    this.desk.kernel.abort();
    this.desk.python = this.device;
    this.show({ state: 'idle' });
  }

  end() {
    this.device.restart();
    this.desk.python = this.desk.kernel;
    this.last = '';
    this.button.textContent = this.desk.say('practise');
    this.desk.showKernel();
  }

  show(frame) {
    const isReady = ['idle', 'away'].includes(frame.state);
    this.desk.showKernel(isReady ? { state: 'practising' } : frame);
    this.button.textContent = this.desk.say('there');
    if (isReady && this.last !== 'practising') this.desk.speak(this.desk.say('practising'));
    this.last = isReady ? 'practising' : frame.state;
  }
}
