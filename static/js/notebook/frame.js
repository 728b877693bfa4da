// Stands inside the document of an output. It draws the first message of the page that holds it,
// and tells how high the drawing is; whatever is drawn may do as it likes in here, and only here.

(() => {
  const page = window.parent;
  let words = {};
  const tell = () => page.postMessage({ height: Math.ceil(document.documentElement.getBoundingClientRect().height) }, '*');
  function note(sentence) {
    const word = document.createElement('p');
    word.className = 'note';
    word.dir = 'auto';
    word.textContent = sentence;
    document.body.prepend(word);
  }
  function html(text) {
    const part = document.createRange().createContextualFragment(text);
    document.body.replaceChildren(part);
  }
  function picture(type, data) {
    const image = new Image();
    image.onload = tell;
    image.alt = '';
    image.src = type === 'image/svg+xml'
      ? 'data:image/svg+xml;charset=utf-8,' + encodeURIComponent(data)
      : 'data:' + type + ';base64,' + data.replace(/\s/g, '');
    document.body.replaceChildren(image);
  }
  function plot(figure, script) {
    const library = document.createElement('script');
    library.textContent = script;
    const place = document.createElement('div');
    document.body.replaceChildren(place, library);
    const layout = { ...figure.layout, width: undefined, autosize: true };
    window.Plotly.newPlot(place, figure.data, layout, { responsive: true, displaylogo: false })
      .catch(() => note(words.failed));
  }
  function widget({ model_id: id }, script, style, port) {
    const place = document.createElement('div');
    place.className = 'widgets';
    globalThis.shown = { place, id, port, failed: () => note(words.failed) };
    const look = document.createElement('style');
    look.textContent = style;
    document.head.prepend(look); // What is ours stands after it.
    const library = document.createElement('script');
    library.type = 'module';
    library.textContent = script;
    document.body.replaceChildren(place, library);
  }
  function draw({ type, data, script, style }, [port]) {
    if (type === 'application/vnd.plotly.v1+json') plot(data, script);
    else if (type === 'application/vnd.jupyter.widget-view+json') widget(data, script, style, port);
    else if (type.startsWith('image/')) picture(type, data);
    else if (type === 'application/javascript') html('<script>' + data + '<\/script>');
    else html(data);
  }
  let refused = false;
  addEventListener('securitypolicyviolation', (event) => {
    if (refused || !words.blocked || !/^(https?|wss?):/.test(event.blockedURI)) return;
    refused = true;
    note(words.blocked.replace('{address}', new URL(event.blockedURI).host));
  });
  addEventListener('message', function once(event) {
    if (event.source !== page) return;
    removeEventListener('message', once);
    words = event.data.words || {};
    try {
      draw(event.data, event.ports);
    } catch {
      note(words.failed);
    }
    tell();
    new ResizeObserver(tell).observe(document.documentElement);
  });
})();
