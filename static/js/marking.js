'use strict';
// Adds up the rubric while items are chosen and, for those who wish it, marks with keys alone.
// The page is complete without this file: the server adds up what is chosen, too.

const form = document.querySelector('form[data-marking]');
const points = form.querySelector('#points');
const comment = form.querySelector('#comment');
const items = [...form.querySelectorAll('[data-points]')];
const tool = form.querySelector('[data-shortcuts]');
const wished = tool.querySelector('input');
const keys = tool.querySelector('details');
const REMEMBERED = 'jazari.marking.keys';

/** Let the points be the sum of the chosen items, within what the cell is worth. */
function addUp() {
  const chosen = items.filter((item) => item.checked);
  const sum = chosen.reduce((total, item) => total + Number(item.dataset.points), 0);
  const within = Math.min(Number(points.dataset.most), Math.max(0, sum));
  points.value = chosen.length ? String(Math.round(within * 1e6) / 1e6) : '';
}

function remembered() {
  try { return localStorage.getItem(REMEMBERED) === 'on'; } catch { return false; }
}

function remember(on) {
  try { localStorage.setItem(REMEMBERED, on ? 'on' : 'off'); } catch { /* Kept for this page only. */ }
}

function showKeys() {
  form.querySelectorAll('.key').forEach((key) => { key.hidden = !wished.checked; });
}

function follow(selector) {
  const link = document.querySelector(selector);
  if (link) link.click();
}

const DEEDS = {
  j: () => follow('[data-next]'),
  k: () => follow('[data-previous]'),
  c: () => comment.focus(),
  '?': () => { keys.open = !keys.open; keys.querySelector('summary').focus(); },
};

function pressed(event) {
  if (!wished.checked) return;
  const within = event.target;
  const typing = within.matches('textarea, select, input:not([type="checkbox"])');
  if (event.key === 'Enter' && event.ctrlKey) {
    event.preventDefault();
    form.requestSubmit(form.querySelector('[type="submit"]'));
  } else if (event.key === 'Escape' && typing) {
    within.blur();
  } else if (!typing && !event.ctrlKey && !event.altKey && !event.metaKey) {
    const item = /^[1-9]$/.test(event.key) && items[Number(event.key) - 1];
    const deed = item ? () => item.click() : DEEDS[event.key];
    if (!deed) return;
    event.preventDefault();
    deed();
  }
}

items.forEach((item) => item.addEventListener('change', addUp));
tool.hidden = false;
wished.checked = remembered();
wished.addEventListener('change', () => { remember(wished.checked); showKeys(); });
showKeys();
document.addEventListener('keydown', pressed);
