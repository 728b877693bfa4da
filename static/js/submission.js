'use strict';
// Keeps a region that names its fragment in data-updates up to date until the fragment holds
// data-settled. Without this file the page says how to reload it.

// Most work is marked within a second, so the first rounds are short; a queue is told slowly.
const FIRST_WAIT = 200;
const LONGEST_WAIT = 5000;

/** The words of `says` as a screen reader comes upon them: without what is there for the eye. */
function heard(says) {
  const copy = says.cloneNode(true);
  copy.querySelectorAll('[aria-hidden="true"]').forEach((part) => part.remove());
  return copy.textContent.replace(/\s+/g, ' ').trim();
}

function keepUpToDate(region) {
  // The words of data-says are announced, not the whole region: a table read aloud every
  // second would drown them.
  const spoken = document.createElement('p');
  spoken.className = 'visually-hidden';
  spoken.setAttribute('role', 'status');
  region.after(spoken);
  region.querySelectorAll('[data-reload]').forEach((link) => { link.hidden = true; });

  let wait = FIRST_WAIT;
  let shown = '';
  let timer = 0;
  let asking = false;

  const settled = () => region.hasAttribute('data-settled') || region.querySelector('[data-settled]');

  function show(fragment) {
    if (fragment === shown) return;
    shown = fragment;
    const focused = region.contains(document.activeElement) ? document.activeElement.id : '';
    const page = new DOMParser().parseFromString(fragment, 'text/html');
    region.replaceChildren(...page.body.childNodes);
    region.querySelectorAll('[data-reload]').forEach((link) => { link.hidden = true; });
    const again = focused && document.getElementById(focused);
    if (again) again.focus();
    const says = region.querySelector('[data-says]');
    const words = says ? heard(says) : '';
    if (words && spoken.textContent !== words) spoken.textContent = words;
  }

  async function ask() {
    if (asking || document.hidden) return;
    asking = true;
    try {
      const answer = await fetch(region.dataset.updates, {
        credentials: 'same-origin', cache: 'no-store', redirect: 'error', headers: { Accept: 'text/html' },
      });
      if (answer.ok) show(await answer.text());
      else if (answer.status < 500) wait = Infinity; // Signed out or gone: a reload says which.
    } catch {
      // The link is down; the next round tries again.
    } finally {
      asking = false;
      later();
    }
  }

  function later() {
    clearTimeout(timer);
    if (settled() || wait === Infinity) return;
    timer = setTimeout(ask, wait);
    wait = Math.min(wait * 1.25, LONGEST_WAIT);
  }

  document.addEventListener('visibilitychange', () => {
    if (document.hidden) return clearTimeout(timer);
    if (settled() || wait === Infinity) return;
    wait = FIRST_WAIT;
    ask();
  });
  later();
}

document.querySelectorAll('[data-updates]').forEach(keepUpToDate);
