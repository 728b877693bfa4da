// Stands in the frame in which Python runs on the device. It makes the worker and hands it the line
// to the page; when the page takes the frame away, the worker goes with it.

addEventListener('message', (event) => {
  const [line] = event.ports;
  // Only where the browser has made this nobody's may anything run.
  if (event.source !== window.parent || !line || self.origin !== 'null') return;
  const [text, block] = ['worker', 'block'].map((id) => document.getElementById(id).textContent);
  // Browsers make no module of a blob whose origin is nobody's, but of an address that holds it all.
  const worker = new Worker(`data:text/javascript,${encodeURIComponent(text)}`, { type: 'module' });
  worker.addEventListener('error', (fault) => event.source.postMessage({ practice: 'failed', message: fault.message }, '*'));
  worker.postMessage(block, [line]);
});
