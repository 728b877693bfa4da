'use strict';
// A quiz works without this file. It saves answers as they are given, counts the time down, and
// moves the lines of an order with buttons; what is sent is what the menus say.

const form = document.querySelector('form[data-quiz]');
const saved = document.querySelector('[data-saved]');
const told = document.querySelector('[data-told]');

/** Have a screen reader say something once. */
function tell(sentence) {
  if (told) told.textContent = sentence;
}

/** Saves a while after the last answer, one request at a time, and again until it has arrived. */
function saveAsAnswered() {
  let waiting = 0;
  let sending = false;
  let pending = false;
  let wait = 1000;

  const later = (delay) => {
    clearTimeout(waiting);
    waiting = setTimeout(send, delay);
  };

  async function send() {
    if (sending) return;
    if (form.dataset.sent) return;
    sending = true;
    pending = false;
    try {
      const answer = await fetch(form.dataset.quiz, {
        method: 'POST', body: new FormData(form), headers: { Accept: 'application/json' },
      });
      const found = await answer.json();
      saved.textContent = found.message;
      saved.classList.toggle('quiz-unsaved', !answer.ok);
      wait = 1000;
      if (found.over) location.reload();
    } catch {
      saved.textContent = saved.dataset.failed;
      saved.classList.add('quiz-unsaved');
      pending = true;
      wait = Math.min(wait * 2, 30000);
    }
    sending = false;
    if (pending) later(wait);
  }

  const changed = (delay) => {
    pending = true;
    saved.textContent = saved.dataset.saving;
    saved.classList.remove('quiz-unsaved');
    later(delay);
  };
  form.addEventListener('input', () => changed(1500));
  form.addEventListener('change', () => changed(300));
  window.addEventListener('online', () => { if (pending) later(0); });
  document.addEventListener('visibilitychange', () => { if (document.hidden && pending) later(0); });
  window.addEventListener('beforeunload', (event) => {
    if (pending && !form.dataset.sent) event.preventDefault();
  });
}

/** Minutes and seconds that are left; five minutes and one minute before the end it is said. */
function countDown(shown) {
  const end = performance.now() + Number(shown.dataset.seconds) * 1000;
  const said = new Set();
  const warn = (left, at, sentence) => {
    if (left <= at && left > at - 30 && !said.has(at)) {
      said.add(at);
      tell(sentence);
    }
  };
  const show = () => {
    const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
    const minutes = String(Math.floor(left / 60));
    const seconds = String(left % 60).padStart(2, '0');
    const time = document.createElement('bdi');
    time.dir = 'ltr';
    time.textContent = `${minutes}:${seconds}`;
    if (left > 0) {
      shown.replaceChildren(`${shown.dataset.left} `, time);
      warn(left, 300, shown.dataset.five);
      warn(left, 60, shown.dataset.one);
      return;
    }
    clearInterval(ticking);
    shown.textContent = shown.dataset.over;
    tell(shown.dataset.over);
    // Sends what stands there while it still counts, and shows the results.
    const deed = document.createElement('input');
    deed.type = 'hidden';
    deed.name = 'deed';
    deed.value = 'anyway';
    form.append(deed);
    form.requestSubmit();
  };
  const ticking = setInterval(show, 1000);
  show();
}

const ARROW = '<svg class="icon" viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" stroke-width="2" aria-hidden="true"><path d="M12 19V5m-6 6 6-6 6 6"/></svg>';

/** Buttons that move a line of an order up and down; its menu follows. */
function moveLines(list) {
  const lines = () => [...list.children];
  const menu = (line) => line.querySelector('select');

  /** Put the lines into the order that their menus say, those without a place last. */
  const sort = () => {
    const place = (line) => Number(menu(line).value) || 1000;
    list.append(...lines().sort((one, other) => place(one) - place(other)));
  };
  const number = () => {
    lines().forEach((line, place) => { menu(line).value = String(place + 1); });
  };
  const move = (line, step, button) => {
    const all = lines();
    const place = all.indexOf(line) + step;
    if (place < 0 || place >= all.length) return;
    if (step < 0) list.insertBefore(line, all[place]);
    else list.insertBefore(all[place], line);
    number();
    button.focus();
    tell(form.dataset.moved.replace('{place}', String(place + 1)));
    list.dispatchEvent(new Event('change', { bubbles: true }));
  };
  for (const line of lines()) {
    const moves = document.createElement('div');
    moves.className = 'quiz-moves';
    for (const [step, label, kind] of [[-1, form.dataset.up, 'up'], [1, form.dataset.down, 'down']]) {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = `button button-quiet quiz-move-${kind}`;
      button.innerHTML = ARROW;
      button.setAttribute('aria-label', `${label}: ${line.querySelector('label').textContent.trim()}`);
      button.addEventListener('click', () => move(line, step, button));
      moves.append(button);
    }
    line.append(moves);
  }
  if (lines().some((line) => menu(line).value)) sort();
}

if (form) {
  saveAsAnswered();
  form.querySelectorAll('[data-order]').forEach(moveLines);
  const shown = document.querySelector('[data-seconds]');
  if (shown) countDown(shown);
}
const summary = document.querySelector('[data-summary]');
if (summary) summary.focus();
