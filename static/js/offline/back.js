'use strict';
// In a page that is shown as it was kept: says when the site answers again, and offers it anew. What
// is written in the page stays until its reader chooses that.

(() => {
  const line = document.querySelector('[data-back]');
  const notice = line.parentElement.querySelector('p');

  async function look() {
    const answer = await fetch('/service-worker.js', { method: 'HEAD', cache: 'no-store' }).catch(() => null);
    if (!answer?.ok) return;
    [notice.hidden, line.hidden] = [true, false];
  }

  window.addEventListener('online', look);
  document.addEventListener('visibilitychange', () => { if (!document.hidden && line.hidden) look(); });
})();
