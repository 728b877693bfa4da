// Stands inside the document of an output. It draws the first message of the page that holds it,
// and tells how high the drawing is; whatever is drawn may do as it likes in here, and only here.

(() => {
  const page = window.parent;
  const tell = () => page.postMessage({ height: Math.ceil(document.documentElement.getBoundingClientRect().height) }, '*');
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
  function draw({ type, data }) {
    if (type.startsWith('image/')) picture(type, data);
    else if (type === 'application/javascript') html('<script>' + data + '<\/script>');
    else html(data);
  }
  addEventListener('message', function once(event) {
    if (event.source !== page) return;
    removeEventListener('message', once);
    draw(event.data);
    tell();
    new ResizeObserver(tell).observe(document.documentElement);
  });
})();
