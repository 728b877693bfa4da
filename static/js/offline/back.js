'use strict';
// In a page that is shown as it was kept: says when the site answers again, has sent what waits, and
// offers the page anew. What is written in it stays until its reader chooses that.

(() => {
  const line = document.querySelector('[data-back]');
  const notice = line.parentElement.querySelector('p');

  async function look() {
    const answer = await fetch('/service-worker.js', { method: 'HEAD', cache: 'no-store' }).catch(() => null);
    if (!answer?.ok) return;
    [notice.hidden, line.hidden] = [true, false];
    send();
  }

  /** Not every browser has its worker send by itself; what has gone is no more said to wait. */
  function send() {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => {
      for (const each of data.waits ? [] : document.querySelectorAll('[data-waits]')) each.hidden = true;
    };
    navigator.serviceWorker?.controller?.postMessage({ do: 'send' }, [port2]);
  }

  window.addEventListener('online', look);
  document.addEventListener('visibilitychange', () => { if (!document.hidden && line.hidden) look(); });
})();
