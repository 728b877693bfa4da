// In a page that a worker answers for: sends what waits when the link returns, and puts a note that
// waits into its field again.

const { serviceWorker } = navigator;

/** Ask the worker something; its answer. */
function ask(message) {
  return new Promise((done) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => done(data);
    serviceWorker.controller.postMessage(message, [port2]);
  });
}

window.addEventListener('online', () => ask({ do: 'send' }));

/** Show the text that waits for this note, and learn which number it got when it is sent. */
export async function follow(note) {
  const path = new URL(note.form.action).pathname;
  serviceWorker.addEventListener('message', ({ data }) => {
    if (data.sent === path) note.sent(data.body);
  });
  const { deeds } = await ask({ do: 'list', path });
  const last = deeds.at(-1);
  if (last) note.waits(last.fields.text, last.fields.base);
}

ask({ do: 'send' });
